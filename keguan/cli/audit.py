"""`keguan audit verify`: is the journal as it was sealed?"""

import argparse
import json
from typing import Any

from keguan.cli.opening import opened
from keguan.site.speech import language, say, worded

SHOWN = 50


def register(subparsers: Any) -> None:
    """Add `audit`."""
    parser = subparsers.add_parser("audit", help=worded("核对日志是否完好", "check the journal"))
    kinds = parser.add_subparsers(required=True, metavar=worded("命令", "COMMAND"))
    verify = kinds.add_parser(
        "verify", help=worded("重算全部摘要与封存，指出被改、被删、外来的记录", "recompute all digests and seals")
    )
    verify.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Seal what is committed, verify everything; status 1 when something was found."""
    from keguan.kernel.journal.seal import seal_all
    from keguan.kernel.journal.verify import verify

    with opened():
        seal_all()
        report = verify()
    if arguments.json:
        findings = [{"what": f.what, "id": f.id, "message": f.message.as_json()} for f in report.findings]
        body = {"seals": report.seals, "entries": report.entries, "erased": report.erased, "findings": findings}
        print(json.dumps(body, ensure_ascii=False))
        return 0 if report.is_sound else 1
    for finding in report.findings[:SHOWN]:
        print(f"{finding.what}\t{finding.id}\t{finding.message.text(language())}")
    more = len(report.findings) - SHOWN
    if more > 0:
        say(f"还有 {more} 处", f"and {more} more")
    say(
        f"核对了 {report.seals} 次封存、{report.entries} 条记录，{report.erased} 条已依法抹去个人信息，"
        f"发现 {len(report.findings)} 处不符。",
        f"{report.seals} seals and {report.entries} entries checked, {report.erased} properly erased, "
        f"{len(report.findings)} findings.",
    )
    return 0 if report.is_sound else 1
