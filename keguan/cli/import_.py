"""`keguan import WHAT FILE`: the import of the pages, from the command line, to its end."""

import argparse
import sys
from pathlib import Path
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.site.speech import counted, language, say, worded

WIDTH = 30
PLURALS = {"person": "people"}


def register(subparsers: Any) -> None:
    """Add `import`."""
    parser = subparsers.add_parser("import", help=worded("从表格导入记录", "import records from a sheet"))
    parser.add_argument(
        "what", help=worded("导入什么，如 customers、people、units、cases", "what: customers, people, units, cases …")
    )
    parser.add_argument("file", type=Path, help=worded(".xlsx 或 .csv 文件", "a .xlsx or .csv file"))
    parser.add_argument("--as", dest="username", help=worded("以谁的名义（登录名）", "on whose behalf (sign-in name)"))
    parser.add_argument(
        "--on-duplicate",
        choices=("skip", "update", "refuse", "add"),
        default="skip",
        help=worded("遇到已有的：跳过、更新、列为问题、照样新增", "what we know already: skip, update, refuse, add"),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=worded("只看会怎样，不写入", "only show what would happen")
    )
    parser.add_argument("--problems", type=Path, help=worded("没导入的行写到这个文件", "write the rows left out here"))
    parser.set_defaults(run=run)


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
    from keguan.imports import queries as imports
    from keguan.imports.running import open_run
    from keguan.kernel.commands.context import Context
    from keguan.kernel.sheets import SheetFault

    viewer = _person(arguments.username)
    ctx = Context(viewer, "command_line")
    try:
        key = _done(imports.upload(gate, ctx, _type(arguments.what), body, arguments.file.name))
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
    _done(gate(ctx, "import.start", [(key, {})])[0])
    job = imports.find(viewer, key) or found
    running = open_run(gate, job, viewer)
    while job.stage == "running":
        _bar(job.position, job.total)
        _advance(running, job)
        job = imports.find(viewer, key) or job
    _bar(job.position, job.total)
    _tell(dict(job.counts), job.total)
    return _problems(arguments, viewer, job)


def _type(what: str) -> str:
    """The record type that a word names: its name, its plural, or its label."""
    from keguan.controls.engines.register_types import register_types
    from keguan.imports.importers import importable
    from keguan.kernel import clock
    from keguan.policies.rulebooks import current

    current(clock.now())  # registers are known once their rulebook is
    found: dict[str, str] = {}
    for one in importable():
        name, label = one.type.name, one.type.label
        found |= dict.fromkeys((name, f"{name}s", PLURALS.get(name, name), label.zh, label.en.lower()), name)
    if what.lower() in found:
        return found[what.lower()]
    known = "、".join(
        dict.fromkeys(PLURALS.get(name, name if name in register_types else f"{name}s") for name in found.values())
    )
    raise CommandFault(f"不能导入“{what}”。可导入：{known}", f"cannot import “{what}”; there are: {known}", status=2)


def _advance(running: Any, job: Any) -> None:
    from keguan.imports.running import advance

    advance(running, job)


def _problems(arguments: argparse.Namespace, viewer: Any, job: Any) -> int:
    """Write the rows that were left out; status 1 when there are any."""
    from keguan.imports.running import write_problems

    left = job.counts["refused"] + job.counts["skipped"]
    if left and arguments.problems is not None:
        with arguments.problems.open("wb") as target:
            write_problems(viewer, job.id, target, language())
        say(
            f"没导入的 {left} 行写到了 {arguments.problems}",
            f"{counted(left, 'row')} left out: see {arguments.problems}",
        )
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
        f"{counted(total, 'row')}: {added} added, {updated} updated, {skipped} skipped as duplicates, "
        f"{refused} with problems",
    )
