"""Clocks that start without a command of their own: their owners as of then, their terms, their evidence."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live import evidence, opening
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.people.resolve import Persons, Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.directory import profiles
from keguan.policies.rulebooks import rulebook


@dataclass(frozen=True)
class Fresh:
    """A clock that is to start: its row, its control, and the record as of then."""

    new: Running
    control: DeadlineControl
    scene: Scene


def start_each(rows: Rows, fresh: Sequence[Fresh], judging: Judging) -> list[Running]:
    """Set clocks going, each with those who owe it as of its opening; where a term lacks a fact, that is shown."""
    questions = [(opening.question(one.control, one.control.by, one.scene), one.new.opened_at) for one in fresh]
    found: list[Running] = []
    known: dict[Any, Any] = {}
    for one, who in zip(fresh, resolve_at(rows, questions), strict=True):
        one.new.people = list(who)
    place_each(rows, [one.new for one in fresh])
    for one in fresh:
        new = one.new
        if opening.start(new, one.control, one.scene, rulebook(new.rulebook), known):
            judging.start(new)
            found.append(new)
        else:
            judging.shown.append(evidence.Shown(
                new.control, "undetermined", judging.verb, new.object_type, new.object, new.opened_at, new.rulebook,
                event=new.opened_event, unit=new.unit,
            ))  # fmt: skip
    return found


def place_each(rows: Rows, opened: Sequence[Running]) -> None:
    """What is owed on a record of no unit counts where the person who owed it first worked as it opened."""
    days: dict[dt.date, list[Running]] = {}
    for one in opened:
        if one.unit is None and one.people:
            days.setdefault(one.opened_at.astimezone(COMPANY_ZONE).date(), []).append(one)
    for several in days.values():
        known = profiles(rows, [one.people[0] for one in several], max(one.opened_at for one in several))
        for one in several:
            one.unit = known[one.people[0]].unit if one.people[0] in known else None


def resolve_at(rows: Rows, questions: Sequence[tuple[Question, dt.datetime]]) -> list[Persons]:
    """Whom each expression meant at its moment: asked together for each of the company's days."""
    days: dict[dt.date, list[int]] = {}
    for place, (_, at) in enumerate(questions):
        days.setdefault(at.astimezone(COMPANY_ZONE).date(), []).append(place)
    found: list[Persons] = [()] * len(questions)
    for places in days.values():
        at = max(questions[place][1] for place in places)
        answers = resolve(rows, at, [questions[place][0] for place in places])
        for place, who in zip(places, answers, strict=True):
            found[place] = who
    return found
