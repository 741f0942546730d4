"""Taking the demo company away. A journal cannot be rewritten, so all of it goes: database, seals and mirror."""

import shutil

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.site.speech import say


def remove() -> None:
    """Leave an empty database where the demo company was; refused where a real company lives, or anybody is at work."""
    from keguan.database import backup, embedded
    from keguan.database.address import address
    from keguan.database.places import cluster_directory

    there = address()
    if there.is_embedded and embedded.is_used(cluster_directory()):
        raise backup.in_use()
    with opened("owner"):
        from django.db import connections

        from keguan.kernel.journal import witness
        from keguan.mirror import mirror_directory
        from keguan.org.demonstration import is_demo
        from keguan.site.backups import holds_a_company

        if not holds_a_company() or not is_demo():
            raise CommandFault("库里没有示范公司，没有做任何改动", "there is no demo company here; nothing was changed")
        connections.close_all()
        if backup.is_used(there):
            raise backup.in_use()
        backup.empty(there)
        witness.seals_file().unlink(missing_ok=True)
        witness.erasures_file().unlink(missing_ok=True)
        shutil.rmtree(mirror_directory(), ignore_errors=True)
    say(
        "示范公司已删去，连同其后录入的一切；日志不能改写，所以数据库、封存清单与镜像都已清空。备份文件仍在。",
        "The demo company is gone, with everything entered since: a journal cannot be rewritten, so the database, the "
        "list of seals and the mirror were emptied. Backups are still there.",
    )
