"""`keguan demo`: an invented company with some weeks of genuine history, made by the real commands at their own times.

Only an empty database takes it. The clock is pinned in this process alone and never past the present.
"""

import argparse
import datetime as dt
import re
from pathlib import Path
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.site.speech import say, worded

STORY = Path(__file__).parents[2] / "demo" / "story.yaml"
PASSWORD = "keguan-demo"  # noqa: S105 – printed for everybody: the company is invented
EVE = dt.timedelta(days=60)
WHEN = re.compile(r"-(\d+) (\d\d):(\d\d)")


def register(subparsers: Any) -> None:
    """Add `demo`."""
    parser = subparsers.add_parser(
        "demo", help=worded("在空库里装入示范公司", "put a demo company into an empty database")
    )
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> None:
    """Prepare the demo company and print its sign-ins."""
    with opened():
        lines = prepare()
    if not lines:
        raise CommandFault(
            "库里已有一家真实的公司，示范公司只装进空库",
            "there is a real company here; the demo needs an empty database",
        )
    for line in lines:
        print(line)


def prepare() -> list[str]:
    """Fill an empty database; gives the lines that name the sign-ins, none where a real company lives here."""
    from keguan.org.demonstration import is_demo
    from keguan.org.models import Company

    if not Company.objects.exists():
        _fill()
    return _sign_ins() if is_demo() else []


def _fill() -> None:
    from django.db import transaction

    from keguan.policies.rulebooks import forget

    say("正在装入示范公司……", "Preparing the demo company …")
    try:
        with transaction.atomic():
            _found()
    finally:
        forget()


def _found() -> None:
    from keguan.cli.scenarios.cast import found
    from keguan.cli.scenarios.running import SYSTEM, World
    from keguan.controls.gate import run as gate
    from keguan.kernel import clock
    from keguan.kernel.journal import partitions
    from keguan.kernel.records.kinds import COMPANY_ZONE
    from keguan.policies.adoption import adopt, ensure_base
    from keguan.policies.packs.pack import read_pack
    from keguan.policies.packs.shelf import find_pack

    story = _story()
    pack = read_pack(find_pack(story["pack"]))
    if pack.organisation is None:
        raise CommandFault("这个制度包没有示范公司", "this pack has no demo company")
    now = clock.now()
    partitions.cover((now - EVE - dt.timedelta(days=1)).date(), now.date())
    midnight = now.astimezone(COMPANY_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    with clock.pinned(now - EVE - dt.timedelta(days=1)):
        ensure_base(gate, SYSTEM)
        adopt(gate, SYSTEM, pack)
    with clock.pinned(now - EVE):
        names = found(gate, SYSTEM, pack.organisation, pack.form.currency)
        _let_in(names.people)
    world = World(names, pack)
    _customers(world, story["customers"], now - EVE + dt.timedelta(days=1))
    for act in story["acts"]:
        moment = _moment(act["at"], midnight)
        if moment <= now:
            _play(world, act, moment, midnight.date())
    world.until(now)


def _story() -> dict[str, Any]:
    from ruamel.yaml import YAML

    if not STORY.exists():
        raise CommandFault(f"没有找到示范公司的资料：{STORY}", f"the demo's story is not there: {STORY}")
    story: dict[str, Any] = YAML(typ="safe").load(STORY)
    return story


def _moment(at: str, midnight: dt.datetime) -> dt.datetime:
    found = WHEN.fullmatch(at)
    if found is None:
        raise CommandFault(f"示范故事里的时间写错了：{at}", f"a time of the story cannot be read: {at}")
    days, hour, minute = (int(part) for part in found.groups())
    return midnight - dt.timedelta(days=days) + dt.timedelta(hours=hour, minutes=minute)


def _customers(world: Any, customers: dict[str, Any], moment: dt.datetime) -> None:
    from keguan.policies.scenarios import StepForm

    for name, facts in customers.items():
        step = {"at": moment.isoformat(), "as": "cheng_agent", "do": "customer.add", "call": name, "with": facts}
        _settle(world, StepForm.model_validate(step), name)


def _play(world: Any, act: dict[str, Any], moment: dt.datetime, today: dt.date) -> None:
    from keguan.policies.scenarios import StepForm

    given = dict(act.get("with", {}))
    if (days := given.pop("shipped_on_days", None)) is not None:
        given["shipped_on"] = (today - dt.timedelta(days=days)).isoformat()
    step = StepForm.model_validate({**act, "at": moment.isoformat(), "with": given})
    _settle(world, step, act["at"])


def _settle(world: Any, step: Any, where: str) -> None:
    """Play a step whatever becomes of it: refusals and requests belong to the story. Only nonsense is a fault."""
    from keguan.kernel.commands.outcomes import Refused

    outcome = world.act(step)
    if outcome is None or (isinstance(outcome, Refused) and any(r.kind == "input" for r in outcome.reasons)):
        reasons = "; ".join(reason.message.zh for reason in outcome.reasons) if outcome else step.of
        raise CommandFault(f"示范故事 {where}：{reasons}", f"the demo's story at {where}: {reasons}")


def _let_in(people: dict[str, Any]) -> None:
    """Everybody of the cast signs in by the first part of the name the pack gives him."""
    from keguan.cli.scenarios.running import SYSTEM
    from keguan.controls.gate import run as gate
    from keguan.org.sign_in import set_password

    names = {key: name.partition("_")[0] for name, key in people.items()}
    gate(SYSTEM, "person.grant_sign_in", [(key, {"username": username}) for key, username in names.items()])
    for key, username in names.items():
        set_password(key, username, PASSWORD)


def _sign_ins() -> list[str]:
    from keguan.org.queries import people
    from keguan.site.speech import language

    lines = [
        worded(f"示范公司的登录名（密码都是 {PASSWORD}）：", f"Sign-ins of the demo company (password {PASSWORD}):")
    ]
    for person in people():
        posts = "、".join(f"{post.unit_name} {post.title.text(language())}" for post in person.posts)
        if person.username:
            lines.append(f"  {person.username:<8}{person.name}  {posts}")
    return lines
