"""`keguan doctor`: where the data lives and what is wrong, each finding with a cure. Changes nothing but the server's
being started for the look."""

import argparse
from typing import Any

from keguan.site.speech import language, say, worded


def register(subparsers: Any) -> None:
    """Add `doctor`."""
    parser = subparsers.add_parser(
        "doctor", help=worded("检查运行环境和数据库", "look at the surroundings and the database")
    )
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Print every finding; 1 if something is wrong."""
    from keguan.cli.opening import opened

    with opened():
        from keguan.site.diagnosis import findings

        found = list(findings())
    for finding in found:
        print(finding.text(language()))
    wrong, due = sum(finding.is_wrong for finding in found), sum(finding.is_due for finding in found)
    if wrong:
        say(f"\n有 {wrong} 处需要处理。", f"\n{wrong} finding(s) to be dealt with.")
    elif due:
        say(f"\n没有故障；还有 {due} 处要做。", f"\nNothing is broken; {due} thing(s) left to do.")
    else:
        say("\n一切正常。", "\nAll is well.")
    return 1 if wrong else 0
