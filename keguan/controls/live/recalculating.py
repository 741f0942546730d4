"""Due moments that another calendar moves: worked out, and written with what was and what is. Judges nothing."""

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
Change = tuple[Running, Deadline]
COLUMNS = {"due_at": "timestamptz", "next_at": "timestamptz", "plan": "jsonb", "term": "jsonb", "marks": "jsonb"}


def moved(several: Iterable[Running], book: Rulebook, at: dt.datetime) -> list[Change]:
    """The clocks whose due moment is another by the calendars of this rulebook. What is due already stays."""
    known: dict[tuple[Any, ...], Deadline | None] = {}
    found: list[Change] = []
    for one in several:
        calendar = calendar_for(book, one.unit, one.people)
        is_plain = all(body["kind"] in ("open", "judged", "adopted", "handed") for body in one.marks)
        key = (one.term.get("text"), one.opened_at, calendar, None if is_plain else one.id)
        if key not in known:
            known[key] = _deadline(one, calendar)
        deadline = known[key]
        if deadline is not None and deadline.due_at != one.due_at and one.due_at > at:
            found.append((one, deadline))
    return found


def _deadline(one: Running, calendar: Calendar) -> Deadline | None:
    marks = marking.read_all(one.marks)
    opening = next((mark for mark in marks if isinstance(mark, Opening)), None)
    if opening is None or not one.term.get("text"):
        return None
    return terming.deadline_of(one.term, opening, marks, calendar)


def write(rows: Rows, changes: Sequence[Change], book: Rulebook, at: dt.datetime, event: UUID) -> None:
    """The clocks with their new due moments, plans and explanations. One statement."""
    plans: dict[tuple[Any, ...], dict[str, Any]] = {}
    told = terming.moved_words(at)
    rows.update("controls_obligation", "id", COLUMNS, [_row(one, deadline, book, at, event, plans, told)
                                                       for one, deadline in changes])  # fmt: skip


def _row(
    one: Running, deadline: Deadline, book: Rulebook, at: dt.datetime, event: UUID,
    plans: dict[tuple[Any, ...], dict[str, Any]], told: Any,
) -> tuple[Any, ...]:  # fmt: skip
    control, due_at = one.version, deadline.due_at
    plan, next_at = one.plan, one.next_at
    if control is not None:
        calendar = calendar_for(book, one.unit, one.people)
        key = (one.control, one.rulebook, due_at, calendar, None)
        if key not in plans:
            plans[key] = terming.plan_of(control, due_at, calendar)
        plan, next_at = terming.replanned(one.plan, one.told, plans[key], at)
    body = deadline.as_json() | {name: one.term[name] for name in ("text", "ring", "under") if name in one.term}
    body["explanation"] = [*body["explanation"], told]
    marks = [*one.marks, marking.written(Moved(at, due_at, event))]
    return (one.id, due_at, next_at, plan, body, marks)
