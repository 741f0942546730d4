"""The batch reading of terms gives the live one's moments, to the microsecond, by equality joins alone."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keguan.controls.conditions import Condition
from keguan.controls.terms import (
    STANDARD,
    Calendar,
    Form,
    NoWorkingTime,
    Term,
    TermRow,
    TermUnknown,
    due_at,
    parse_term,
    read_calendar,
)
from keguan.controls.terms.many import add_many
from keguan.controls.terms.ordinals import us
from keguan.controls.tests.test_engines import good, scene
from keguan.controls.tests.tried import times
from keguan.kernel.records.kinds import Money
from keguan.mirror.duck import connect
from keguan.org.calendars import Calendars
from keguan.org.tests.test_calendars import BOOK, HEAD, JIAN, SALES, SERVICE, TANG, TEAM

UTC = dt.UTC
SHOP = read_calendar({"week": {"MON-FRI": ["00:00-06:30", "08:00-12:00", "20:00-24:00"], "SUN": ["10:00-10:01"]},
                      "own": [{"on": "2026-03-02"}, {"on": "2026-03-08", "hours": "morning"}]})  # fmt: skip
SHIFTS = {"on": "2026-01-01", "to": "2026-12-31", "cycle": [["22:00-06:00"], ["06:00-14:00"], []]}
NIGHT = read_calendar({"roster": [SHIFTS], "week": {"SAT": ["23:00-02:00"]}})
NEW_YORK = read_calendar({"week": {"MON-SUN": ["00:00-24:00"]}, "zone": "America/New_York", "holidays": "none"})
# clocks that change at midnight, and by half an hour
SANTIAGO = read_calendar({"week": {"MON-SAT": ["00:00-02:00", "22:30-24:00"]}, "zone": "America/Santiago"})
LORD_HOWE = read_calendar({"zone": "Australia/Lord_Howe", "week": {"MON-SUN": ["01:15-02:45"]}, "holidays": "none"})
NEVER = read_calendar({"week": {"MON": []}, "makeup": [], "holidays": "none"})
CALENDARS = {"standard": STANDARD, "shop": SHOP, "night": NIGHT, "york": NEW_YORK, "santiago": SANTIAGO,
             "howe": LORD_HOWE, "never": NEVER}  # fmt: skip
YEARS = (2025, 2027)
FORMS = [
    "2 working days", "24 hours", "2 working hours", "300 working hours", "90 working minutes", "45 minutes", "6 days",
    "2 weeks", "1 month", "13 months", "1 year", "same day", "by 18:00", "by 00:30", "by 02:15", "by day 10",
    "by day 31", "by day 31 of the month", "before 2026-06-01", "3 days to the minute", "1 month to the minute",
    "2 working days to the minute", "end of day", "end of working day", "end of week", "end of month",
    "end of quarter", "end of year", "until 2026-10-09T18:00+08:00", "1 month before fact", "3 days before fact",
    "2 working days before fact", "1 year before at", "2 working days before at", "3 rings",
]  # fmt: skip


def starts(seed: int, count: int) -> list[dt.datetime]:
    """Moments all over the years: any microsecond, whole minutes and hours, and the hours at which clocks change."""
    chance = random.Random(seed)
    first = dt.datetime(2025, 2, 1, tzinfo=UTC)
    found = [first + dt.timedelta(microseconds=chance.randrange(700 * 86400 * 10**6)) for _ in range(count)]
    found += [one.replace(second=0, microsecond=0) for one in found[: count // 4]]
    found += [one.replace(minute=0, second=0, microsecond=0) for one in found[: count // 4]]
    for month, day in ((3, 8), (11, 1), (4, 5), (9, 6), (10, 4), (1, 1), (12, 31), (2, 28)):
        midnight = dt.datetime(2026, month, day, tzinfo=UTC)
        found += [midnight + dt.timedelta(minutes=chance.randrange(3 * 1440)) for _ in range(count // 20 + 1)]
    return found


def _money(amount: int | None) -> Money | None:
    return None if amount is None else Money(Decimal(amount))


class Desk:
    """Starts of every calendar in DuckDB, with what terms read."""

    def __init__(self, moments: Sequence[dt.datetime]) -> None:
        import pyarrow as pa

        from keguan.controls.terms.batch import CalendarTables

        self.rows: list[dict[str, Any]] = [
            {"n": n, "calendar": key, "opened_at": at, "fact": (at + dt.timedelta(days=n % 90)).date(),
             "moment": at + dt.timedelta(hours=n % 2000), "limit": ("2 working days", "by 18:00", None)[n % 3],
             "amount": (5, 2000, None)[n % 3]}
            for n, (key, at) in enumerate((key, at) for key in CALENDARS for at in moments)
        ]  # fmt: skip
        self.backend = connect()
        columns = {name: pa.array([row[name] for row in self.rows]) for name in self.rows[0]}
        columns |= {name: columns[name].cast(pa.timestamp("us", "UTC")) for name in ("opened_at", "moment")}
        self.backend.create_table("starts", pa.table(columns))
        self.tables = CalendarTables.of(CALENDARS, *YEARS)

    def batch(self, term: Term, when: Callable[[Condition], Any] | None = None) -> list[dt.datetime | None]:
        from keguan.controls.terms.batch import due_ibis

        table = self.backend.table("starts")
        found = due_ibis(
            table, term, "opened_at", self.tables, calendar="calendar", when=when,
            facts={"fact": "fact", "at": "moment", "limit": "limit"},
            texts={"limit": ("2 working days", "by 18:00")},
        )  # fmt: skip
        assert set(found.columns) == {*table.columns, "due_at"}
        rows = self.backend.to_pyarrow(found.order_by("n").select("due_at")).to_pylist()
        assert len(rows) == len(self.rows)
        return [row["due_at"] for row in rows]

    def live(self, term: Term) -> list[dt.datetime | None]:
        found: list[dt.datetime | None] = []
        for row in self.rows:
            facts = {"fact": row["fact"], "at": row["moment"], "limit": row["limit"]}
            at = scene("case.accept", {"amount": _money(row["amount"])}) if term.rows else None
            try:
                found.append(due_at(term, row["opened_at"], CALENDARS[row["calendar"]], facts=facts, scope=at))
            except (NoWorkingTime, TermUnknown):
                found.append(None)
        return found

    def compare(self, term: Term, **options: Any) -> None:
        pairs = zip(self.rows, self.batch(term, **options), self.live(term), strict=True)
        # a term that runs out of the tables has no moment in the batch
        first, last = dt.datetime(YEARS[0], 1, 2, tzinfo=UTC), dt.datetime(YEARS[1] + 1, 12, 30, tzinfo=UTC)
        wrong = [
            (row["calendar"], row["opened_at"], found, known)
            for row, found, known in pairs
            if found != known and not (found is None and known is not None and not first < known < last)
        ]
        assert not wrong, (term.text, len(wrong), wrong[:3])


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk(starts(7, 60))


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_exact(desk: Desk, text: str) -> None:
    desk.compare(parse_term(text).measured(5))


def test_a_term_from_a_fact(desk: Desk) -> None:
    desk.compare(parse_term("$limit"))


def test_a_table_of_terms(desk: Desk) -> None:
    rows = [{"when": {"amount": "< 1000"}, "is": "2 working hours"}, {"is": "6 days"}]
    term = good("deadline", after="case.accept", do="case.close", within=rows).within
    amount = desk.backend.table("starts").amount
    desk.compare(term, when=lambda _condition: amount < 1000)
    unsure = Term(Form.TABLE, rows=(*term.rows[:1], TermRow(term.rows[0].when, parse_term("1 day"))))
    assert None in desk.batch(unsure, when=lambda _condition: amount < 1000), "no row, no term"


def test_what_is_not_known_has_no_moment(desk: Desk) -> None:
    for text in ("@limit=3 days", "3 rings"):
        assert set(desk.batch(parse_term(text))) == {None}
    assert set(desk.batch(parse_term("@limit=3 days").configured("3 days"))) != {None}


TEXTS = st.builds(
    lambda count, unit: f"{count} {unit}", st.integers(1, 60),
    st.sampled_from(["days", "working days", "hours", "working hours", "minutes", "weeks", "months", "working minutes",
                     "days to the minute", "working days to the minute", "days before fact", "months before at",
                     "working days before fact"]),
) | st.integers(1, 31).map(lambda day: f"by day {day}") | st.times().map(lambda clock: f"by {clock:%H:%M}")  # fmt: skip


@given(TEXTS, st.integers(0, 10_000))
@settings(max_examples=times(5), deadline=None)
@pytest.mark.slow
def test_batch_is_live(text: str, seed: int) -> None:
    Desk(starts(seed, 12)).compare(parse_term(text))


def test_whose_calendar_counts_in_the_batch(desk: Desk) -> None:
    import ibis
    import pyarrow as pa

    from keguan.controls.terms.batch import calendar_ibis

    units, people = [None, HEAD, SERVICE, TEAM, SALES], [None, JIAN, TANG, UUID(int=99)]
    rows = [{"n": n, "of": None if unit is None else str(unit), "by": None if who is None else str(who)}
            for n, (unit, who) in enumerate((unit, who) for unit in units for who in people)]  # fmt: skip
    kinds = pa.schema([("n", pa.int64()), ("of", pa.string()), ("by", pa.string())])
    table = ibis.memtable(pa.Table.from_pylist(rows, schema=kinds))
    found = calendar_ibis(table, BOOK, unit="of", person="by").order_by("n")
    assert set(found.columns) == {"n", "of", "by", "calendar"}
    keys = [row["calendar"] for row in desk.backend.to_pyarrow(found).to_pylist()]
    assert keys == [BOOK.key_of(unit, who) for unit in units for who in people]
    alone = calendar_ibis(table, Calendars())
    assert {row["calendar"] for row in desk.backend.to_pyarrow(alone).to_pylist()} == {"company"}


def test_no_join_but_by_equality(desk: Desk) -> None:
    from ibis.expr import operations

    from keguan.controls.terms.batch import due_ibis

    for text in FORMS:
        found = due_ibis(
            desk.backend.table("starts"), parse_term(text).measured(5), "opened_at", desk.tables, calendar="calendar",
            facts={"fact": "fact", "at": "moment"},
        )  # fmt: skip
        links = [link for chain in found.op().find(operations.JoinChain) for link in chain.rest]
        assert all(link.how == "left" for link in links)
        assert all(isinstance(test, operations.Equals) for link in links for test in link.predicates), text


@given(
    st.sampled_from([STANDARD, SHOP, NIGHT, NEW_YORK, SANTIAGO]), st.integers(1, 400 * 60), st.integers(0, 10_000)
)  # fmt: skip
@settings(max_examples=times(8), deadline=None)
def test_many_additions_are_single_ones(calendar: Calendar, minutes: int, seed: int) -> None:
    moments, amount = starts(seed, 20), dt.timedelta(minutes=minutes)
    found = add_many(calendar, [us(one) for one in moments], amount)
    assert [int(one) for one in found] == [us(calendar.add(one, amount)) for one in moments]


def test_many_additions_of_none_and_without_end() -> None:
    assert len(add_many(STANDARD, [], dt.timedelta(hours=1))) == 0
    with pytest.raises(NoWorkingTime):
        add_many(NEVER, [us(starts(1, 1)[0])], dt.timedelta(hours=1))
