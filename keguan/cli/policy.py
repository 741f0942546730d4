"""`keguan policy`: check a pack, run its scenarios, adopt it."""

import argparse
import contextlib
import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keguan.cli.faults import CommandFault
from keguan.cli.mutants.command import add_arguments, check_arguments
from keguan.cli.mutants.command import run as run_mutants
from keguan.site.speech import counted, language, say, worded

if TYPE_CHECKING:
    from keguan.policies.faults import Faulty


def register(subparsers: Any) -> None:
    """Add `policy` with `check`, `test` and `adopt`."""
    policy = subparsers.add_parser("policy", help=worded("制度：检查、试跑情景、采用", "policies: check, test, adopt"))
    acts = policy.add_subparsers(metavar=worded("操作", "ACTION"), required=True)
    pack_help = worded("制度包的代号，或文件夹路径", "a pack's id, or the path of its folder")
    check = acts.add_parser("check", help=worded("列出制度包的全部毛病", "tell all faults of a pack"))
    check.add_argument("pack", metavar="PATH", help=pack_help)
    check.add_argument("--json", action="store_true", help=worded("以 JSON 输出", "print JSON"))
    check.set_defaults(run=run_check)
    test = acts.add_parser("test", help=worded("试跑情景", "run the scenarios of packs"))
    test.add_argument("pack", nargs="?", help=pack_help + worded("；不写则全部", "; all where left out"))
    test.add_argument("--only", help=worded("只跑名字里含此文字的情景", "only scenarios whose name holds this text"))
    add_arguments(test)
    test.set_defaults(run=run_test)
    adopt = acts.add_parser(
        "adopt", help=worded("采用制度包，或发布它的新版本", "adopt a pack, or publish its changes")
    )
    adopt.add_argument("pack", help=pack_help)
    adopt.add_argument(
        "--from", dest="effective_on", help=worded("施行日期，如 2026-01-01", "effective on, such as 2026-01-01")
    )
    adopt.add_argument(
        "--running",
        choices=("keep", "switch", "from today"),
        help=worded("办理中的事项照旧、改按新版本、或自施行日起", "what becomes of what is running"),
    )
    adopt.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=worded("给参数定值，可多次写", "give a parameter its value; may be repeated"),
    )
    adopt.set_defaults(run=run_adopt)


def declarations() -> None:
    """Make the product's declarations known without a database."""
    from django.apps import apps

    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")
        import django

        django.setup()


@contextlib.contextmanager
def faults_told() -> Any:
    """Turn the faults of a pack into what a person reads, and status 1; the product's declarations are known inside."""
    declarations()
    with faults_worded():
        yield


@contextlib.contextmanager
def faults_worded() -> Any:
    """The same for what opens its own database: Django is left as it is."""
    from keguan.policies.faults import Faulty

    try:
        yield
    except Faulty as error:
        raise CommandFault(_all(error, "zh-hans"), _all(error, "en")) from None


def _all(error: "Faulty", spoken: str) -> str:
    count = len(error.faults)
    head = (
        f"共 {count} 处毛病，制度包未被采用："
        if spoken == "zh-hans"
        else f"{counted(count, 'fault')}; the pack is refused:"
    )
    return "\n".join([head, *(fault.text(spoken) for fault in error.faults)])


def run_check(arguments: argparse.Namespace) -> int | None:
    """Check one pack; all faults to standard error, status 1 where there is any."""
    declarations()
    from keguan.policies.checking import check_folder
    from keguan.policies.faults import Faulty
    from keguan.policies.packs.shelf import find_pack

    if arguments.json:
        try:
            checked = check_folder(find_pack(arguments.pack))
        except Faulty as error:
            print(json.dumps({"faults": [fault.as_json() for fault in error.faults]}, ensure_ascii=False, indent=1))
            return 1
        print(json.dumps({"pack": checked.pack.code, "controls": len(checked.controls), "faults": []}))
        return None
    with faults_told():
        checked = check_folder(find_pack(arguments.pack))
    say(
        f"{checked.pack.code}：没有毛病。制度 {len(checked.pack.policies)} 项，管控 {len(checked.controls)} 项，"
        f"情景 {len(checked.scenarios)} 个。",
        f"{checked.pack.code}: no faults. {counted(len(checked.pack.policies), 'policy', 'policies')}, "
        f"{counted(len(checked.controls), 'control')}, {counted(len(checked.scenarios), 'scenario')}.",
    )
    for control in checked.controls:
        if control.missing:
            names = ", ".join(control.missing)
            say(
                f"  待配置：〔{control.clause}〕{control.sentence()}（参数 {names}）",
                f"  not configured: {control.clause} {control.sentence('en')} (parameter {names})",
            )
    return None


def run_test(arguments: argparse.Namespace) -> int | None:
    """Run the scenarios of one pack or of all; status 1 where a step comes out otherwise, or a mutant survives."""
    check_arguments(arguments)
    if arguments.mutate:
        with faults_worded():
            return run_mutants(arguments)
    from keguan.cli.scenarios.scratch import scratch_database

    failed = count = 0
    with scratch_database(), faults_told():
        from keguan.cli.scenarios.running import run_pack
        from keguan.policies.packs.pack import read_pack

        for folder in _folders(arguments.pack):
            for result in run_pack(read_pack(folder), arguments.only):
                count += 1
                failed += not result.is_passed
                print(f"{'✓' if result.is_passed else '✗'} {folder.name} · {result.scenario.name}")
                for failure in result.failures:
                    print(f"    {failure.text(language())}", file=sys.stderr)
    say(f"情景 {count} 个，未通过 {failed} 个。", f"{counted(count, 'scenario')}, {failed} failed.")
    return 1 if failed else None


def _folders(pack: str | None) -> list[Path]:
    from keguan.policies.packs.shelf import find_pack, pack_folders

    return [find_pack(pack)] if pack else pack_folders()


def run_adopt(arguments: argparse.Namespace) -> None:
    """Adopt a pack as the operator of this installation."""
    from keguan.cli.opening import opened

    values = dict(_value(text) for text in arguments.values)
    day = _day(arguments.effective_on)
    with opened(), faults_told():
        from keguan.controls.gate import run
        from keguan.kernel.commands.context import Context
        from keguan.policies.adoption import NotAdopted, adopt, ensure_base
        from keguan.policies.checking import check_folder
        from keguan.policies.packs.shelf import find_pack

        ctx = Context(None, "command_line")
        pack = check_folder(find_pack(arguments.pack)).pack
        ensure_base(run, ctx)
        _tell_concerned([policy.code for policy in pack.policies])
        try:
            adopt(run, ctx, pack, effective_on=day, running=arguments.running, values=values)
        except NotAdopted as error:
            reasons = error.refused.reasons
            raise CommandFault(
                "；".join(f"{r.message.zh}{'，' + r.cure.zh if r.cure else ''}" for r in reasons),
                "; ".join(f"{r.message.en}{': ' + r.cure.en if r.cure else ''}" for r in reasons),
            ) from None
    say(
        f"已采用“{pack.form.title.zh}”，两秒后起按其施行日期生效。",
        f"Adopted “{pack.form.title.en}”; in force from its effective date, two seconds from now at the earliest.",
    )


def _tell_concerned(policies: list[str]) -> None:
    """Say, before a new version is made, how many running deadlines it concerns."""
    from django.db.models import Q

    from keguan.controls.queries import under

    if count := under(policies, Q()):
        say(
            f"这些制度下有在办时限 {count} 项；新版本如何接续，见 --running。",
            f"{counted(count, 'running deadline stands', 'running deadlines stand')} under these policies; "
            "--running says how a new version deals with them.",
        )


def _value(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise CommandFault(f"“{text}”应写成 名称=值", f"“{text}” should be NAME=VALUE", status=2)
    return name.strip(), value.strip()


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandFault(
            f"“{text}”不是日期，如 2026-01-01", f"“{text}” is not a date such as 2026-01-01", status=2
        ) from None
