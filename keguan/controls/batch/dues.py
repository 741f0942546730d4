"""When obligations are due: terms added for many openings at once.

A term by the clock is one addition. Every other is looked up: each distinct start (for terms in days: each distinct
day) is counted once by the same function that counts live, and joined back by equality.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.terms import Form, NoWorkingTime, Term, TermUnknown, due
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

BY_CLOCK = {"minute": 60, "hour": 3600}
BY_DAY = ("day", "week", "month", "year", "working_day")
SCHEMA = {"start": "timestamp('UTC')", "fact": "string", "due_at": "timestamp('UTC')"}


def with_due(mirror: "Mirror", opened: Any, control: DeadlineControl, book: Rulebook, name: str) -> Any:
    """The openings with `due_at`; empty where the term lacks a fact or never ends. `fact` is what the term reads."""
    import ibis

    term = control.within
    if term.form is Form.SPAN and term.unit in BY_CLOCK:
        added = opened.opened_at + ibis.interval(seconds=term.count * BY_CLOCK[term.unit])
        return opened.mutate(due_at=added).drop("fact")
    is_by_day = _is_by_day(term)
    start = _midnight(opened.opened_at) if is_by_day else opened.opened_at
    found = opened.mutate(start=start, fact=_text(opened.fact))
    starts = found.select("start", "fact").distinct().to_pyarrow().to_pylist()
    rows = [{**row, "due_at": _due(control, book, row["start"], row["fact"], term)} for row in starts]
    dates = mirror.backend.create_table(name, ibis.memtable(rows, schema=SCHEMA), overwrite=True)
    same = (found.start == dates.start) & found.fact.identical_to(dates.fact)
    return found.left_join(dates, [same]).drop("start_right", "fact_right", "start", "fact")


def _due(
    control: DeadlineControl, book: Rulebook, start: dt.datetime, fact: str | None, term: Term
) -> dt.datetime | None:
    def read(_name: str) -> Any:
        if fact is None or term.form is not Form.BEFORE_FACT:
            return fact
        return dt.datetime.fromisoformat(fact) if len(fact) > 10 else dt.date.fromisoformat(fact)

    try:
        return due(control.within, start, book.calendars.of(), since=control.since, facts=read).due_at
    except (TermUnknown, NoWorkingTime):
        return None


def _is_by_day(term: Term) -> bool:
    """Whether only the day of the start counts."""
    if term.to_the_minute:
        return False
    return term.form in (Form.SAME_DAY, Form.BY_DAY) or (term.form is Form.SPAN and term.unit in BY_DAY)


def _midnight(moment: Any) -> Any:
    """The first moment of the company's day, in UTC."""
    from keguan.controls.conditions.batch_days import local_day, offsets

    _, shift = offsets(COMPANY_ZONE)[-1]
    import ibis

    start = local_day(moment, COMPANY_ZONE).cast("timestamp") - ibis.interval(seconds=shift)
    return start.cast("timestamp('UTC')")


def _text(fact: Any) -> Any:
    if fact.type().is_timestamp():
        return fact.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return fact.cast("string")
