"""A deadline with its explanation: when a term ends, what was counted, skipped and paused. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from keguan.controls.terms.deadlines import Deadline
from keguan.controls.terms.explaining import Course, by_calendar, explain, skipped, warning
from keguan.controls.terms.moments import due_moment, last_day
from keguan.controls.terms.shifting import Extension, OpenPause, moved
from keguan.controls.terms.stretches import stretches_of
from keguan.controls.terms.term import Counting, Form, Term, TermUnknown
from keguan.kernel.records.labels import Label
from keguan.org.calendars import Calendar

START = Label("开始", "the start")
Facts = Callable[[str], object] | Mapping[str, object] | None
_TIMED = (Counting.CLOCK, Counting.WORKING_TIME)


def due(
    term: Term,
    start: dt.datetime,
    calendar: Calendar,
    *,
    since: Label | None = None,
    facts: Facts = None,
    scope: Any = None,
    under: Label | None = None,
) -> Deadline:
    """The deadline of a term that starts at `start` (aware).

    `since` is the opening act in words (受理, acceptance), `under` the line that names the clause. `facts` gives what
    `$fact` and `before fact` terms read: a date, a moment, a term or its text; `scope` what a table's conditions read.
    `TermUnknown` names a fact or parameter without a value; `NoWorkingTime` says that the calendar never comes to an
    end of it.
    """
    return shifted_due(term, start, calendar, since=since, facts=facts, scope=scope, under=under)


def shifted_due(
    term: Term,
    opened_at: dt.datetime,
    calendar: Calendar,
    pauses: Sequence[OpenPause] = (),
    extensions: Sequence[Extension] = (),
    *,
    since: Label | None = None,
    facts: Facts = None,
    scope: Any = None,
    under: Label | None = None,
) -> Deadline:
    """The deadline of a term under pauses (from, until; until missing: it is paused still) and extensions."""
    term, target = settled(term, calendar, facts, scope)
    start = opened_at.astimezone(dt.UTC)
    found = _deadline(term, start, calendar, since or START, target, tuple(pauses), tuple(extensions))
    return replace(found, under=under) if under else found


def due_at(
    term: Term, start: dt.datetime, calendar: Calendar, *, facts: Facts = None, scope: Any = None
) -> dt.datetime:
    """The bare due moment, where nobody reads the explanation."""
    term, target = settled(term, calendar, facts, scope)
    return due_moment(term, start, calendar, target)


def settled(term: Term, calendar: Calendar, facts: Facts, scope: Any = None) -> tuple[Term, dt.date | None]:
    """The term that counts, and the day of the fact that it runs before; `TermUnknown` where a value is missing."""
    lookup = facts.get if isinstance(facts, Mapping) else facts or (lambda _name: None)
    term = term.resolved(lookup, scope)
    if term.parameter and not term.is_configured:
        raise TermUnknown(term.parameter)
    if term.form is not Form.BEFORE_FACT:
        return term, None
    value = lookup(term.fact or "")
    if not isinstance(value, dt.date):
        raise TermUnknown(term.fact or "")
    return term, calendar.local(value).date() if isinstance(value, dt.datetime) else value


# The items of a list mostly start together under the same term.
@lru_cache(maxsize=4096)
def _deadline(
    term: Term,
    start: dt.datetime,
    calendar: Calendar,
    since: Label,
    target: dt.date | None,
    pauses: tuple[OpenPause, ...],
    extensions: tuple[Extension, ...],
) -> Deadline:
    run = moved(term, start, calendar, target, pauses, extensions)
    end = due_moment(term, start, calendar, target) if pauses or extensions else run.end
    first = calendar.local(start).date()
    is_timed = term.counting in _TIMED
    last = run.last if is_timed or end == run.end else last_day(term, first, calendar, target)
    stretches = stretches_of(term, start, run.end, calendar, run.pauses)
    course = Course(term, start, end, calendar, since, last, target)
    whole = replace(course, end=run.end, last=run.last)
    is_provisional = term.counting in (Counting.WORKING_TIME, Counting.WORKING_DAYS) and calendar.is_provisional(
        first, run.last
    )
    calendar_lines = by_calendar(course)
    later = [*run.lines, *([warning(run.last)] if is_provisional else ())]
    lines = (*explain(course), *calendar_lines, *skipped(whole, stretches, run.pauses), *later)
    notes = (*calendar_lines, *later)
    is_by_time = is_timed or term.form is Form.BY_TIME
    return Deadline(
        start, run.end, stretches, lines, is_provisional, is_by_time, paused_since=run.paused_since, notes=notes
    )
