"""Which due moments move when a calendar or a version changes under running terms. Pure; writes nothing.

Obligations that share their term, start, calendar, pauses and extensions are reckoned once.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.terms.moments import due_moment
from keguan.controls.terms.shifting import Extension, OpenPause, moved
from keguan.controls.terms.term import Term, TermUnknown
from keguan.org.calendars import Calendar, NoWorkingTime


@dataclass(frozen=True, slots=True)
class Running:
    """A running term: the due moment it has, and what it is to be reckoned by now.

    `term` is resolved (no `$fact` or table left); `target` is the day of the fact it runs before.
    """

    id: UUID
    was: dt.datetime
    term: Term
    opened_at: dt.datetime
    calendar: Calendar
    target: dt.date | None = None
    pauses: tuple[OpenPause, ...] = ()
    extensions: tuple[Extension, ...] = ()


Change = tuple[UUID, dt.datetime, dt.datetime]


def recalculated(items: Iterable[Running]) -> list[Change]:
    """(id, was, now) of the terms whose due moment moves, in the order given.

    A term that no longer comes to an end (a calendar without working time) keeps the moment it has.
    """
    known: dict[tuple[object, ...], dt.datetime | None] = {}
    changes: list[Change] = []
    for one in items:
        key = (one.term, one.opened_at, one.calendar, one.target, one.pauses, one.extensions)
        if key not in known:
            known[key] = _now(one)
        now = known[key]
        if now is not None and now != one.was:
            changes.append((one.id, one.was, now))
    return changes


def _now(one: Running) -> dt.datetime | None:
    try:
        if not one.pauses and not one.extensions:
            return due_moment(one.term, one.opened_at, one.calendar, one.target)
        return moved(one.term, one.opened_at, one.calendar, one.target, one.pauses, one.extensions).end
    except (NoWorkingTime, TermUnknown):
        return None
