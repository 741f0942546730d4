"""What a change of calendars would do to deadlines that run, before it is made. Reads only.

Worked out by what moves them once it is made (`live/recalculating`), under the rulebook in force with those calendars.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.live import recalculating
from keguan.kernel import clock
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.calendar_commands import calendars_after
from keguan.policies.rulebooks import current

CHANGING = frozenset(("calendar.add", "calendar.set", "calendar.add_days", "calendar.roster", "calendar.withdraw"))
MOST = 20_000
"""Running deadlines that are looked at, those due first."""
LISTED = 20


@dataclass(frozen=True, slots=True)
class MovedClock:
    """A deadline that would move; the record is not named where the viewer may not see it."""

    control: str
    object_type: str
    object: UUID | None
    was: dt.datetime
    now: dt.datetime
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """How many running deadlines were looked at, how many would move, how many of them would be overdue at once.

    `most` are those that move furthest; `is_part`: more run than were looked at.
    """

    running: int
    moved: int
    overdue: int
    earlier: int
    most: tuple[MovedClock, ...]
    is_part: bool = False


def effect(viewer: UUID, verb_name: str, record: UUID | None, raw: Mapping[str, Any]) -> Effect | None:
    """What the act would do; nothing where it is no act on calendars, or would be refused as it was typed.

    A fixed number of statements: those of the calendars, one for the clocks, one for each type of record listed.
    """
    if verb_name not in CHANGING:
        return None
    verb, now, rows = vocabulary.verbs[verb_name], clock.now(), Rows()
    args, wrong = parse(verb, raw)
    found = load(rows, verb.type, [record]).get(record) if record is not None else None
    if wrong or (found is None and not verb.creates):
        return None
    calendars = calendars_after(verb_name, found.values if found else None, args, now)
    if calendars is None:
        return None
    running = recalculating.running(rows, now, MOST + 1)
    book = replace(current(now), calendars=calendars)
    moved = recalculating.moved(running[:MOST], book, now)
    changes = [(one, one.due_at, due_at) for one, due_at, _ in moved]
    furthest = sorted(changes, key=lambda each: (each[2] > now, -abs(each[2] - each[1]), each[1], each[0].id))[:LISTED]
    seen = _seen(viewer, {(one.object_type, one.object) for one, *_ in furthest})
    return Effect(
        running=len(running[:MOST]),
        moved=len(changes),
        overdue=sum(due_at <= now for *_, due_at in changes),
        earlier=sum(due_at < was for _, was, due_at in changes),
        most=tuple(
            MovedClock(
                one.control, one.object_type, one.object if one.object in seen else None, was, due_at, due_at <= now
            )
            for one, was, due_at in furthest
        ),
        is_part=len(running) > MOST,
    )


def _seen(viewer: UUID, records: set[tuple[str, UUID]]) -> set[UUID]:
    """Which of these records the viewer may see. One statement for each type."""
    grants = scopes.grants(viewer)
    found: set[UUID] = set()
    for name in sorted({name for name, _ in records}):
        kind = vocabulary.types[name]
        keys = [key for of, key in records if of == name]
        found |= set(scopes.records(viewer, kind, grants).filter(pk__in=keys).values_list("pk", flat=True))
    return found
