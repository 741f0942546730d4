"""Clocks that facts start and end: while a condition holds, before a date, each period of a record's own.

An act opens them where it turns the facts; what held before it opens nothing again.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live.obligations import Running
from keguan.controls.live.plans import Plan
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Item

Kind = Literal["open", "unknown"]


def turns(
    asked: Plan, item: Item, scene: Scene, mine: Sequence[Running], looked: Scene | None = None
) -> Iterator[tuple[DeadlineControl, str, Kind]]:
    """The clocks that this act's changes open, with their keys; those it ends are ended by `ends`.

    `looked`: the record as it was before a linked one changed.
    """
    before = looked or _before(item, scene)
    for control in asked.watching:
        if not control.counts_on(scene.at) or not is_watched(control):
            continue
        was = wanted(control, before) if before is not None else (None, "")
        now = wanted(control, scene)
        if now[0] is None:
            if was[0] is not None:
                yield control, "", "unknown"
        elif now[0] and was != now and not any(one.control == control.key and one.key == now[1] and one.is_open
                                               for one in mine):  # fmt: skip
            yield control, now[1], "open"


def is_watched(control: DeadlineControl) -> bool:
    """Whether facts open it (and not only end it)."""
    return control.holding is not None or control.before is not None or control.period is not None


def wanted(control: DeadlineControl, scene: Scene) -> tuple[bool | None, str]:
    """Whether a clock is to run by these facts (unknown: nothing), and its key."""
    answer: bool | None = True
    for condition in (control.holding, control.population.when if control.population else None):
        found = None if condition is None else condition.test(scene)
        if condition is not None and found is not True:
            answer = None if found is None and answer is not False else False
    if answer and control.hold is not None:
        answer = control.hold.test(scene) is not True
    if control.before is not None:
        day = scene.get(control.before.path)
        return (answer if day is not None else False), _day(day)
    if control.period is not None and not scene.get(control.period.path):
        return False, ""
    return answer, ""


def is_over(control: DeadlineControl, one: Running, scene: Scene) -> bool:
    """Whether the facts no longer ask for a clock: its condition ceased, or its date is another."""
    if not is_watched(control) or (control.hold is not None and control.hold.test(scene)):
        return False
    answer, key = wanted(replace(control, hold=None), scene)
    return answer is False or (bool(answer) and key != one.key)


def _before(item: Item, scene: Scene) -> Scene | None:
    """The record as it was before the act; nothing where the act created it.

    What it refers to only since this act was no fact of it before: nothing is known of it.
    """
    if item.record is None:
        return None
    was = item.record.values
    links = {name: record for name, record in scene.links.items() if was.get(name) == scene.record.get(name)}
    return replace(scene, record=was, links=links, args={})


def _day(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)
