"""`keguan audit`: is the journal as it was sealed, do the tables agree with it, and the seals to keep elsewhere."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from keguan.cli import recounting
from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.kernel.records.labels import Label
from keguan.site.speech import counted, language, say, worded

SHOWN = 50


def register(subparsers: Any) -> None:
    """Add `audit`."""
    parser = subparsers.add_parser(
        "audit", help=worded("核对日志与数据是否完好", "check the journal, and the data against it")
    )
    kinds = parser.add_subparsers(required=True, metavar=worded("命令", "COMMAND"))
    verify = kinds.add_parser(
        "verify",
        help=worded(
            "重算全部摘要与封存，指出被改、被删、被换、外来、截断、被换成旧备份之处",
            "recompute all digests and seals; tell apart what was changed, deleted, swapped, put in, cut off, set back",
        ),
    )
    verify.add_argument(
        "--against",
        metavar="FILE",
        type=Path,
        help=worded("与另处保存的封存清单比对（keguan audit export 所写）", "compare with seals kept elsewhere"),
    )
    facts = kinds.add_parser(
        "facts",
        help=worded(
            "从日志重算每项事实，与表中所存比对", "fold every fact from the journal and compare it with the tables"
        ),
    )
    export = kinds.add_parser(
        "export", help=worded("写出封存清单，供另处保存", "print the chain of seals, to be kept elsewhere")
    )
    for one, run in ((verify, run_verify), (facts, run_facts)):
        one.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
        one.set_defaults(run=run)
    export.set_defaults(run=run_export)
    recounting.add_to(kinds)


def run_verify(arguments: argparse.Namespace) -> int:
    """Seal what is committed, verify everything; status 1 when something was found."""
    against: Path | None = arguments.against
    if against is not None and not against.is_file():
        raise CommandFault(f"没有这个文件：{against}", f"there is no file {against}")
    with opened():
        from keguan.kernel.journal import witness
        from keguan.kernel.journal.seal import seal_all
        from keguan.kernel.journal.verify import verify

        seal_all()
        report = verify(against or witness.seals_file())
    if arguments.json:
        body = {
            "seals": report.seals,
            "entries": report.entries,
            "unsealed": report.unsealed,
            "erased": report.erased,
            "restores": report.restores,
            "is_witnessed": report.is_witnessed,
            "counts": report.counts,
            "findings": [{"what": f.what, "id": f.id, "message": f.message.as_json()} for f in report.findings],
        }
        print(json.dumps(body, ensure_ascii=False))
        return 0 if report.is_sound else 1
    total = sum(report.counts.values())
    _list([(finding.what, finding.id, finding.message) for finding in report.findings], total)
    if not report.is_witnessed:
        say(
            "库外没有封存清单可比对：看不出末尾被截断或被换成旧备份。",
            "There is no file of seals outside the database: a tail cut off or an older backup would not be seen.",
        )
    say(
        f"核对了 {report.seals} 次封存、{report.entries} 条记录，{report.erased} 条已依法抹去个人信息，"
        f"恢复过 {report.restores} 次备份，发现 {total} 处不符。",
        f"{counted(report.seals, 'seal')} and {counted(report.entries, 'entry', 'entries')} checked, "
        f"{report.erased} properly erased, {counted(report.restores, 'restore')} noted, {counted(total, 'finding')}.",
    )
    return 0 if report.is_sound else 1


def run_facts(arguments: argparse.Namespace) -> int:
    """Fold the journal and compare; status 1 when something differs."""
    with opened():
        from keguan.kernel.journal.agreement import compare
        from keguan.policies.rulebooks import load_all

        load_all()
        report = compare()
    if arguments.json:
        body = {
            "records": report.records,
            "lines": report.lines,
            "reads": report.reads,
            "erased": report.erased,
            "differences": report.total,
            "findings": [finding.as_json() for finding in report.findings],
        }
        print(json.dumps(body, ensure_ascii=False))
        return 0 if report.is_sound else 1
    _list([(finding.type, finding.record, finding.label()) for finding in report.findings], report.total)
    say(
        f"核对了 {report.records} 条记录、{report.lines} 条明细、{report.reads} 次读取，"
        f"其中 {report.erased} 条的个人信息已依法抹去，发现 {report.total} 处不符。",
        f"{counted(report.records, 'record')}, {counted(report.lines, 'line')} and "
        f"{counted(report.reads, 'reading')} of facts compared, "
        f"{report.erased} of the records erased, {counted(report.total, 'difference')}.",
    )
    return 0 if report.is_sound else 1


def run_export(_arguments: argparse.Namespace) -> int:
    """Seal what is committed and print every seal, one JSON object a line; then the erasures."""
    with opened():
        from keguan.kernel.journal import witness
        from keguan.kernel.journal.seal import seal_all

        seal_all()
        for line in witness.export():
            sys.stdout.write(line + "\n")
    return 0


def _list(found: list[tuple[str, str, Label]], total: int) -> None:
    for what, key, label in found[:SHOWN]:
        print(f"{what}\t{key}\t{label.text(language())}")
    if total > SHOWN:
        say(f"还有 {total - SHOWN} 处", f"and {total - SHOWN} more")
