"""A clock as it is opened: its row, its term, its plan. Who owes it is found afterwards, for all of a list together."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.reading import Who
from keguan.controls.live import terming
from keguan.controls.live.obligations import Running
from keguan.controls.marks import Closing, Opening
from keguan.controls.people.resolve import Question
from keguan.controls.scene import Scene
from keguan.controls.terms import Calendar, calendar_for
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import Rulebook


@dataclass(frozen=True)
class Place:
    """The record whose clock it is, and the key of the clock."""

    type: RecordType
    id: UUID
    label: str | None
    key: str = ""
    unit: UUID | None = None


@dataclass(frozen=True)
class Set:
    """A clock as its term sets it, the same for all that start together under it."""

    timing: terming.Timing
    plan: dict[str, Any]
    next_at: dt.datetime


def place_of(record_type: RecordType, key: UUID, values: Mapping[str, Any], clock_key: str = "") -> Place:
    """The place of a clock on a record with these facts."""
    code, unit = record_type.code, record_type.unit
    return Place(record_type, key, values.get(code) if code else None, clock_key, values.get(unit) if unit else None)


def keys_of(control: DeadlineControl, scene: Scene) -> list[str]:
    """The keys of the clocks that an act opens: the members of its list, the act's own record, or the one clock."""
    if control.keys is not None:
        listed = scene.get(control.keys.fact.path) or ()
        return [str(one) for one in dict.fromkeys(listed)]
    return [str(scene.id)] if control.is_apart else [""]


def with_key(control: DeadlineControl, scene: Scene, key: str) -> Scene:
    """The scene as the clock of that key sees it."""
    if control.keys is None:
        return scene
    return replace(scene, keys={control.keys.name: UUID(key) if control.keys.reference else key})


def question(control: DeadlineControl, who: Who, scene: Scene) -> Question:
    """Whom an expression of a deadline means."""
    return Question(who.people, scene, verb=control.owed_verb)


def set_clock(
    control: DeadlineControl, scene: Scene, at: dt.datetime, calendar: Calendar, known: dict[Any, Set | None],
    version: int | None = None,
) -> Set | None:  # fmt: skip
    """The clock that starts at a moment; one for all items where its term reads no fact. Nothing where it lacks one."""
    reads = any(one.fact for one in control.within.every())
    alike = not reads and not control.within.rows and control.period is None
    place = (control.key, at, calendar)
    if alike and place in known:
        return known[place]
    timing = terming.timing(control, scene, at, calendar, version)
    found: Set | None = None
    if timing is not None:
        again_at = terming.period_end(control, scene, at, calendar)
        plan = terming.plan_of(control, timing.due_at, calendar, again_at)
        found = Set(timing, plan, dt.datetime.fromisoformat(plan["steps"][0]["at"]))
    if alike:
        known[place] = found
    return found


def waiting(
    control: DeadlineControl, where: Place, at: dt.datetime, event: UUID | None, now: dt.datetime, rulebook: int
) -> Running:
    """An obligation that opens once it is known who owes it, and so by whose calendar it runs."""
    return Running(
        uuid7(now), control.key, where.type.name, where.id, where.label, where.key, "running", at, at, {"steps": []},
        [], where.unit, {}, event, rulebook, control.trial, reckoned=rulebook,
    )  # fmt: skip


def start(
    new: Running, control: DeadlineControl, scene: Scene, book: Rulebook, known: dict[Any, Set | None],
    adopted_at: dt.datetime | None = None,
) -> bool:  # fmt: skip
    """Set an obligation's clock by the calendar of whoever owes it; whether its term could be told.

    An adopted one owes no reminder or escalation that lies before its adoption; what was overdue then is overdue.
    """
    calendar = calendar_for(book, new.unit, new.people)
    made = set_clock(control, scene, new.opened_at, calendar, known, book.versions.get(control.policy))
    if made is None:
        return False
    due_at = made.timing.due_at
    new.due_at, new.plan, new.next_at, new.term = due_at, made.plan, made.next_at, made.timing.body
    new.marks = [marking.written(Opening(new.opened_at, due_at, new.opened_event))]
    if control.hold is not None and control.hold.test(scene):
        # what must hold holds already
        new.mark(Closing(new.opened_at, new.opened_event))
        new.state, new.met_at, new.closed_event, new.next_at = "kept", new.opened_at, new.opened_event, None
        return True
    if adopted_at is not None:
        later = [step for step in made.plan["steps"] if dt.datetime.fromisoformat(step["at"]) > adopted_at]
        new.plan = {"steps": later}
        new.next_at = dt.datetime.fromisoformat(later[0]["at"]) if later else None
        new.marks.append({"kind": "adopted", "at": adopted_at.isoformat()})
        new.is_adopted = True
        new.state = "broken" if due_at < adopted_at else "running"
    return True
