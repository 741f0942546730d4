"""When obligations are due: a term added for many openings at once, by the tables of its calendar.

The tables reach from the first opening to the last and a while beyond; where that leaves a term without an end, they
are reckoned once more, as far as the live arithmetic looks.
"""

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.terms import Form, Term
from keguan.controls.terms.ordinals import Ordinals, ordinals
from keguan.org.calendars import Calendar
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

BEYOND = 2
FAR_BEYOND = 60
READS = ("fact", "unit", "person")


def with_due(mirror: "Mirror", opened: Any, control: DeadlineControl, book: Rulebook, name: str) -> Any:
    """The openings with `due_at`; empty where the term lacks a fact or never ends.

    `fact` is what the term reads (of a table of terms, the text of the row that counts); `unit` and `person` say whose
    calendar counts.
    """
    import ibis

    from keguan.controls.terms.batch import calendar_ibis
    from keguan.mirror.values import epoch_us

    term = control.within
    if term.rows:
        ring = max(one.ring_seconds for one in term.every())
        term = Term(Form.FACT, fact="within", ring_seconds=ring)
    fact = _dated(opened.fact) if any(one.form is Form.BEFORE_FACT for one in term.every()) else opened.fact
    found = opened.mutate(us_=epoch_us(opened.opened_at), fact_=fact)
    texts = _texts(found) if any(one.form is Form.FACT for one in term.every()) else []
    calendars = book.calendars.by_key()
    if len(calendars) > 1:
        found = calendar_ibis(found, book.calendars, unit="unit", person="person", name="calendar_")
    years = _years(found)
    if years is None:
        return opened.mutate(due_at=ibis.null("timestamp('UTC')")).drop(*READS)
    first, last = years
    due = _due(mirror, found, term, calendars, (first, last + BEYOND), texts, name)
    missing = due.filter(due.due_at.isnull() & (due.fact_.notnull() if _reads(term) else True)).count()
    if mirror.backend.to_pyarrow(missing).as_py():
        due = _due(mirror, found, term, calendars, (first - BEYOND, last + FAR_BEYOND), texts, name)
    return due.drop(*(column for column in ("us_", "fact_", "calendar_", *READS) if column in due.columns))


def _due(
    mirror: "Mirror", found: Any, term: Term, calendars: dict[str, Calendar], years: tuple[int, int], texts: list[str],
    name: str,
) -> Any:  # fmt: skip
    from keguan.controls.terms.batch import CalendarTables, due_ibis
    from keguan.mirror.values import from_us

    tables = CalendarTables.reading(_ordinals(tuple(calendars.items()), *years), *calendars)
    facts = {one.fact: "fact_" for one in term.every() if one.fact}
    due = due_ibis(
        found, term, "us_", tables, name="due_us_", facts=facts, texts=dict.fromkeys(facts, texts),
        calendar="calendar_" if len(calendars) > 1 else None,
    )  # fmt: skip
    dated = due.mutate(due_at=from_us(due.due_us_).cast("timestamp('UTC')")).drop("due_us_")
    return mirror.backend.create_table(name, dated, overwrite=True)


@lru_cache(maxsize=32)
def _ordinals(calendars: tuple[tuple[str, Calendar], ...], first_year: int, last_year: int) -> Ordinals:
    return ordinals(dict(calendars), first_year, last_year)


def _reads(term: Term) -> bool:
    return any(one.fact for one in term.every())


def _years(found: Any) -> tuple[int, int] | None:
    """The years of the openings, and of the facts where these are days or moments."""
    columns = [found.opened_at]
    if found.fact_.type().is_date() or found.fact_.type().is_timestamp():
        columns.append(found.fact_)
    ends = {f"{what}{n}": getattr(one.cast("timestamp"), what)() for n, one in enumerate(columns)
            for what in ("min", "max")}  # fmt: skip
    [row] = found.aggregate(**ends).to_pyarrow().to_pylist()
    known = [value for value in row.values() if isinstance(value, dt.datetime)]
    return (min(known).year - 1, max(known).year + 1) if known else None


def _texts(found: Any) -> list[str]:
    """The terms that the fact holds; what cannot be read as one is left out, and so has no end."""
    from keguan.controls.conditions import Fault
    from keguan.controls.terms import parse_term

    texts = []
    for row in found.select("fact_").distinct().to_pyarrow().to_pylist():
        try:
            if row["fact_"] is not None:
                texts.append(parse_term(row["fact_"]).text and row["fact_"])
        except Fault:
            continue
    return texts


def _dated(fact: Any) -> Any:
    """A fact as the day or moment it is."""
    if fact.type().is_date() or fact.type().is_timestamp():
        return fact
    return fact.cast("string").cast("date")
