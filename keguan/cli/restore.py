"""`keguan restore`: put a backup in the place of what is there, and erase again what was erased since it was made."""

import argparse
import json
from pathlib import Path
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.site.speech import say, worded


def register(subparsers: Any) -> None:
    """Add `restore`."""
    parser = subparsers.add_parser("restore", help=worded("用备份文件恢复全部数据", "restore everything from a backup"))
    parser.add_argument("file", type=Path, metavar="FILE", help=worded("备份文件", "the backup"))
    parser.add_argument(
        "--replace",
        action="store_true",
        help=worded("库里已有公司时也恢复，现有数据会被替换", "restore even where a company lives: it is replaced"),
    )
    parser.add_argument(
        "--erasures",
        type=Path,
        metavar="FILE",
        help=worded(
            "另处保存的清单（keguan audit export 所写），其中的抹去会再做一遍",
            "a list kept elsewhere (by keguan audit export), whose erasures are done again",
        ),
    )
    parser.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the file first; nothing is changed unless all of it can be."""
    from keguan.database import backup, embedded
    from keguan.database.address import address
    from keguan.database.places import cluster_directory

    place: Path = arguments.file.absolute()
    erasures: Path | None = arguments.erasures
    if erasures is not None and not erasures.is_file():
        raise CommandFault(f"没有这个文件：{erasures}", f"there is no file {erasures}")
    checked = backup.check(place)
    there = address()
    if there.is_embedded and embedded.is_used(cluster_directory()):
        raise backup.in_use()
    with opened("owner"):
        from django.db import connections

        from keguan.site import backups

        is_there = backups.holds_a_company()
        connections.close_all()
        if backup.is_used(there):
            raise backup.in_use()
        if is_there and not arguments.replace:
            raise CommandFault(
                "库里已有一家公司。恢复会用备份替换全部现有数据：请先备份（keguan backup），再加上 --replace。",
                "A company lives here, and a restore replaces all of it: back it up first (keguan backup), "
                "then add --replace.",
            )
        found = backups.restore(checked, erasures)
    if arguments.json:
        print(json.dumps(backups.as_json(found), ensure_ascii=False))
        return 1 if found.left else 0
    say(
        f"已恢复 {found.made_at} 的备份。此后所做的 {found.erased} 次抹去已重做。请运行 keguan audit verify 核对。",
        f"The backup of {found.made_at} is restored; {found.erased} erasure(s) made since were done again. "
        "Check with keguan audit verify.",
    )
    for line in found.left:
        say(f"没能重新抹去：{line}", f"could not be erased again: {line}", is_fault=True)
    return 1 if found.left else 0
