"""`keguan mirror`: how far the mirror is, let it follow the seals, make it anew."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from keguan.cli.opening import opened
from keguan.site.speech import counted, say, worded

if TYPE_CHECKING:
    from keguan.mirror.following import Followed


def register(subparsers: Any) -> None:
    """Add `mirror` with `status`, `follow` and `rebuild`."""
    parser = subparsers.add_parser(
        "mirror", help=worded("镜像：供批量核算的日志副本", "the journal's copy for batch work")
    )
    kinds = parser.add_subparsers(required=True, metavar=worded("命令", "COMMAND"))
    status = kinds.add_parser("status", help=worded("跟到哪里，文件是否完好", "how far it is, and whether it is whole"))
    status.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    status.set_defaults(run=run_status)
    follows = kinds.add_parser("follow", help=worded("跟上最新的封存，补好缺失的文件", "catch up with the seals"))
    follows.set_defaults(run=run_follow)
    again = kinds.add_parser(
        "rebuild", help=worded("从日志重建整个镜像", "make the whole mirror anew from the journal")
    )
    again.set_defaults(run=run_rebuild)


def run_status(arguments: argparse.Namespace) -> int:
    """Check every file; status 1 where one is gone or altered, or where the mirror follows another journal."""
    with opened():
        from keguan.kernel.commands.rows import Rows
        from keguan.mirror import manifest as manifests
        from keguan.mirror.following import check_journal

        place = manifests.mirror_directory()
        found = manifests.load(place)
        check_journal(found)
        bad = [file.path for file in found.spoilt(place, thoroughly=True)]
        [row] = Rows().select("select coalesce(max(number), 0) as last from kernel_seal")
    behind = row["last"] - found.sealed
    if arguments.json:
        body = {
            "sealed": found.sealed,
            "behind": behind,
            "parts": len(found.parts),
            "tables": found.tables(),
            "bad": bad,
        }
        print(json.dumps(body, ensure_ascii=False))
        return 1 if bad else 0
    say(
        f"跟到第 {found.sealed} 号封存（还差 {behind} 号），{len(found.parts)} 份：{place}",
        f"Follows seal {found.sealed} ({behind} behind), {counted(len(found.parts), 'part')}: {place}",
    )
    for name, rows in sorted(found.tables().items()):
        print(f"  {name}\t{rows}")
    for path in bad:
        say(f"不见了或被改过：{path}", f"gone or altered: {path}", is_fault=True)
    if bad:
        say("请运行 keguan mirror rebuild。", "Run `keguan mirror rebuild`.", is_fault=True)
    return 1 if bad else 0


def run_follow(_arguments: argparse.Namespace) -> None:
    """Seal what is committed and catch up."""
    with opened():
        from keguan.kernel.journal.seal import seal_all
        from keguan.mirror import follow

        seal_all()
        _told(follow(thoroughly=True))


def run_rebuild(_arguments: argparse.Namespace) -> None:
    """Seal what is committed and make everything anew."""
    with opened():
        from keguan.kernel.journal.seal import seal_all
        from keguan.mirror import rebuild

        seal_all()
        _told(rebuild())


def _told(done: "Followed") -> None:
    for path in done.mended:
        say(f"已重做：{path}", f"made anew: {path}")
    say(
        f"镜像已跟到第 {done.sealed} 号封存，新添 {done.added} 份。",
        f"The mirror follows seal {done.sealed}; {counted(done.added, 'part was', 'parts were')} added.",
    )
