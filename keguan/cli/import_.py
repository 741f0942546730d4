"""`keguan import customers FILE`: the import of the pages, from the command line, to its end."""

import argparse
import sys
from pathlib import Path
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.site.speech import language, say, worded

WIDTH = 30


def register(subparsers: Any) -> None:
    """Add `import` with `customers`."""
    parser = subparsers.add_parser("import", help=worded("导入数据", "import data"))
    kinds = parser.add_subparsers(required=True, metavar=worded("内容", "WHAT"))
    customers = kinds.add_parser("customers", help=worded("从表格导入客户", "import customers from a sheet"))
    customers.add_argument("file", type=Path, help=worded(".xlsx 或 .csv 文件", "a .xlsx or .csv file"))
    customers.add_argument(
        "--as", dest="username", help=worded("以谁的名义（登录名）", "on whose behalf (sign-in name)")
    )
    customers.add_argument(
        "--on-duplicate",
        choices=("skip", "update", "refuse", "add"),
        default="skip",
        help=worded("遇到已有客户：跳过、更新、列为问题、照样新增", "customers we know: skip, update, refuse, add"),
    )
    customers.add_argument(
        "--dry-run", action="store_true", help=worded("只看会怎样，不写入", "only show what would happen")
    )
    customers.add_argument(
        "--problems", type=Path, help=worded("没导入的行写到这个文件", "write the rows left out here")
    )
    customers.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Upload, check, import; status 1 when rows were left out."""
    from keguan.cli.opening import opened

    try:
        body = arguments.file.read_bytes()
    except OSError as error:
        reason = error.strerror or ""
        raise CommandFault(
            f"打不开 {arguments.file}：{reason}", f"cannot open {arguments.file}: {reason}", status=2
        ) from None
    with opened():
        return _import(arguments, body)


def _import(arguments: argparse.Namespace, body: bytes) -> int:
    from keguan.controls.gate import run as gate
    from keguan.customers import imports
    from keguan.customers.import_run import open_run
    from keguan.kernel.commands.context import Context
    from keguan.kernel.sheets import SheetFault

    viewer = _person(arguments.username)
    ctx = Context(viewer, "command_line")
    try:
        key = _done(imports.upload(gate, ctx, body, arguments.file.name))
    except SheetFault as fault:
        place = f"{arguments.file.name}:{fault.row or 1}"
        message = fault.message.text(language()) + " " + fault.cure.text(language())
        raise CommandFault(f"{place} {message}", f"{place} {message}", status=2) from None
    found = imports.find(viewer, key)
    if found is None:
        raise CommandFault("这个账号看不到导入", "this account cannot see imports")
    seen = imports.preview(viewer, found, on_duplicate=arguments.on_duplicate)
    if seen.faults:
        zh, en = (" ".join(fault.text(lang) for fault in seen.faults) for lang in ("zh-hans", "en"))
        raise CommandFault(zh, en, status=2)
    if arguments.dry_run:
        _done(gate(ctx, "import.stop", [(key, {})])[0])
        _tell({state: seen.counts.get(state, 0) for state in ("add", "update", "skipped", "refused")}, found.total)
        return 0
    mapping = {"mapping": dict(found.mapping), "on_duplicate": arguments.on_duplicate}
    _done(gate(ctx, "import.map", [(key, mapping)])[0])
    _done(gate(ctx, "customer.import", [(key, {})])[0])
    job = imports.find(viewer, key) or found
    running = open_run(gate, job, viewer)
    while job.stage == "running":
        _bar(job.position, job.total)
        _advance(running, job)
        job = imports.find(viewer, key) or job
    _bar(job.position, job.total)
    _tell(dict(job.counts), job.total)
    return _problems(arguments, viewer, job)


def _advance(running: Any, job: Any) -> None:
    from keguan.customers.import_run import advance

    advance(running, job)


def _problems(arguments: argparse.Namespace, viewer: Any, job: Any) -> int:
    """Write the rows that were left out; status 1 when there are any."""
    from keguan.customers.import_run import write_problems

    left = job.counts["refused"] + job.counts["skipped"]
    if left and arguments.problems is not None:
        with arguments.problems.open("wb") as target:
            write_problems(viewer, job.id, target, language())
        say(f"没导入的 {left} 行写到了 {arguments.problems}", f"{left} rows left out are in {arguments.problems}")
    return 1 if job.counts["refused"] else 0


def _person(username: str | None) -> Any:
    from keguan.org.models import Person

    if username is None:
        return None
    found = Person.objects.filter(username__iexact=username).values_list("id", flat=True).first()
    if found is None:
        raise CommandFault(f"没有登录名为“{username}”的人", f"nobody signs in as “{username}”", status=2)
    return found


def _done(outcome: Any) -> Any:
    from keguan.kernel.commands.outcomes import Refused

    if isinstance(outcome, Refused):
        zh, en = ("; ".join(r.message.text(lang) for r in outcome.reasons) for lang in ("zh-hans", "en"))
        raise CommandFault(zh, en)
    return outcome.object


def _bar(done: int, total: int) -> None:
    if sys.stderr.isatty():
        filled = WIDTH * done // max(total, 1)
        print(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)
        if done == total:
            print(file=sys.stderr)


def _tell(counts: dict[str, int], total: int) -> None:
    added, updated = counts.get("added", counts.get("add", 0)), counts.get("updated", counts.get("update", 0))
    skipped, refused = counts.get("skipped", 0), counts.get("refused", 0)
    say(
        f"共 {total} 行：新增 {added}，更新 {updated}，重复跳过 {skipped}，有问题 {refused}",
        f"{total} rows: {added} added, {updated} updated, {skipped} skipped as duplicates, {refused} with problems",
    )
