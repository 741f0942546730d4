"""Due moments that another calendar moves: worked out, and written with what was and what is. Judges nothing.

The explanation is not stored anew: whoever reads it works it out from the term, the marks and the calendar (`said`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.live import terming
from keguan.controls.live.obligations import Running
from keguan.controls.marks import Moved, Opening
from keguan.controls.terms import Calendar, Deadline, calendar_for
from keguan.kernel.commands.rows import Rows
from keguan.policies.engines import Rulebook

CHUNK = 2000
Change = tuple[Running, dt.datetime]
COLUMNS = {"due_at": "timestamptz", "next_at": "timestamptz", "plan": "jsonb", "marks": "jsonb"}
PLAIN = frozenset(("open", "judged", "adopted", "handed", "move"))


def moved(several: Iterable[Running], book: Rulebook, at: dt.datetime) -> list[Change]:
    """The clocks with the due moment that the calendars of this rulebook give. What is due already stays."""
    known: dict[tuple[Any, ...], dt.datetime | None] = {}
    found: list[Change] = []
    for one in several:
        calendar = calendar_for(book, one.unit, one.people)
        is_plain = all(body["kind"] in PLAIN for body in one.marks)
        key = (one.term.get("text"), one.opened_at, calendar, None if is_plain else one.id)
        if key not in known:
            known[key] = _due_at(one, calendar)
        due_at = known[key]
        if due_at is not None and due_at != one.due_at and one.due_at > at:
            found.append((one, due_at))
    return found


def _due_at(one: Running, calendar: Calendar) -> dt.datetime | None:
    marks = marking.read_all(one.marks)
    opening = next((mark for mark in marks if isinstance(mark, Opening)), None)
    if opening is None or not one.term.get("text"):
        return None
    return terming.due_moment_of(one.term, opening, marks, calendar)


def write(rows: Rows, changes: Sequence[Change], book: Rulebook, at: dt.datetime, event: UUID) -> None:
    """The clocks with their new due moments and plans. One statement."""
    plans: dict[tuple[Any, ...], dict[str, Any]] = {}
    rows.update("controls_obligation", "id", COLUMNS, [_row(one, due_at, book, at, event, plans)
                                                       for one, due_at in changes])  # fmt: skip


def _row(
    one: Running, due_at: dt.datetime, book: Rulebook, at: dt.datetime, event: UUID,
    plans: dict[tuple[Any, ...], dict[str, Any]],
) -> tuple[Any, ...]:  # fmt: skip
    control, plan, next_at = one.version, one.plan, one.next_at
    if control is not None:
        calendar = calendar_for(book, one.unit, one.people)
        key = (one.control, one.rulebook, due_at, calendar)
        if key not in plans:
            plans[key] = terming.plan_of(control, due_at, calendar)
        plan, next_at = terming.replanned(one.plan, one.told, plans[key], at)
    return (one.id, due_at, next_at, plan, [*one.marks, marking.written(Moved(at, due_at, event))])


def said(term: dict[str, Any], bodies: Sequence[dict[str, Any]], due_at: dt.datetime, calendar: Calendar) -> Deadline:
    """How a due moment came about: as it is stored, or worked out anew where a calendar moved it."""
    if not any(body["kind"] == "move" for body in bodies) or not term.get("text"):
        return Deadline.from_json(term)
    return Deadline.from_json(terming.explained(term, marking.read_all(bodies), due_at, calendar))
