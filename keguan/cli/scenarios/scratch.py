"""A database for scenarios, made and thrown away: the company's own is never touched, not even to be rolled back."""

import contextlib
import os
from collections.abc import Iterator

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened


@contextlib.contextmanager
def scratch_database() -> Iterator[None]:
    """Django on a fresh database with the tables of this version. In a test run: the test's own."""
    from django.apps import apps

    if apps.ready:
        yield
        return
    with opened("owner"):
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = f"keguan_scenarios_{os.getpid()}"
        kept = connection.settings_dict["NAME"]
        try:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        except SystemExit:
            raise CommandFault(
                "不能为情景新建数据库；请让数据库管理员给此用户 CREATEDB，或在自带数据库上运行",
                "no database can be made for the scenarios: its user needs CREATEDB; or use the built-in one",
            ) from None
        try:
            yield
        finally:
            connection.creation.destroy_test_db(kept, verbosity=0)
