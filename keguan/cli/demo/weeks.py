"""The story of the last weeks, told act by act in demo/story.yaml: what lies on everybody's desk today."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from keguan.cli.demo.acting import Act, Course, Play
from keguan.cli.demo.founding import Beginning, cast_of, founded, material
from keguan.cli.faults import CommandFault
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.policies.packs.pack import read_pack
from keguan.policies.packs.shelf import find_pack

EVE = dt.timedelta(days=60)
WHEN = re.compile(r"-(\d+) (\d\d):(\d\d)")


def play(now: dt.datetime) -> None:
    """Found the company some weeks ago and let the story happen."""
    story = material("story.yaml")
    pack = read_pack(find_pack(story["pack"]))
    world = founded(Beginning(now - EVE, pack, cast_of(pack)))
    begun = Play(world, now)
    begin(begun, story, now - EVE + dt.timedelta(days=1))
    begun.run()


def begin(play_: Play, story: Mapping[str, Any], customers_at: dt.datetime) -> None:
    """Let the story's customers be added and its acts wait for their times."""
    for name, facts in story["customers"].items():
        play_.begin(single(Act(customers_at, "cheng_agent", "customer.add", None, facts, name)))
    midnight = play_.now.astimezone(COMPANY_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for act in story["acts"]:
        play_.begin(single(_act(act, midnight)))


def single(act: Act) -> Course:
    """A course of one act."""
    yield act


def _act(said: Mapping[str, Any], midnight: dt.datetime) -> Act:
    given = dict(said.get("with", {}))
    if (days := given.pop("shipped_on_days", None)) is not None:
        given["shipped_on"] = (midnight.date() - dt.timedelta(days=days)).isoformat()
    return Act(_moment(said["at"], midnight), said["as"], said["do"], said.get("of"), given, said.get("call"))


def _moment(at: str, midnight: dt.datetime) -> dt.datetime:
    found = WHEN.fullmatch(at)
    if found is None:
        raise CommandFault(f"示范故事里的时间写错了：{at}", f"a time of the story cannot be read: {at}")
    days, hour, minute = (int(part) for part in found.groups())
    return midnight - dt.timedelta(days=days) + dt.timedelta(hours=hour, minutes=minute)
