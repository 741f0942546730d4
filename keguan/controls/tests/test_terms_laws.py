"""Laws of working time: adding is additive, the inverse of measuring, monotone; bars fill to a hundred."""

import datetime as dt
from uuid import UUID

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from keguan.controls.terms import (
    STANDARD,
    Calendar,
    Counting,
    Deadline,
    Running,
    TermFault,
    due,
    parse_term,
    progress,
    read_calendar,
    recalculated,
    shifted_due,
)
from keguan.controls.terms.moments import closing, length
from keguan.controls.terms.shifting import moved

SHOP = read_calendar(
    {
        "week": {"MON-FRI": ["00:00-06:30", "08:00-12:00", "20:00-24:00"], "SUN": ["10:00-10:01"]},
        "own": [{"on": dt.date(2026, 3, 2), "hours": "closed"}],
    }
)
NEW_YORK = read_calendar({"week": {"MON-SUN": ["00:00-24:00"]}, "zone": "America/New_York", "holidays": "none"})
NIGHT = read_calendar(
    {
        "roster": [{"on": "2026-01-01", "to": "2026-12-31", "cycle": [["22:00-06:00"], ["06:00-14:00"], []]}],
        "week": {"MON-FRI": ["20:00-02:00"], "SAT": ["00:00-03:00"]},
    }
)
# clocks that change at midnight; windows in the hour that is missing or twice
SANTIAGO = read_calendar({"week": {"MON-SUN": ["00:00-01:30", "23:15-24:00"]}, "zone": "America/Santiago"})
CALENDARS = st.sampled_from([STANDARD, SHOP, NEW_YORK, NIGHT, SANTIAGO])
MOMENTS = st.datetimes(dt.datetime(2025, 11, 1), dt.datetime(2027, 3, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
AMOUNTS = st.integers(1, 400 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))
TERMS = st.builds(
    lambda count, unit: f"{count} {unit}",
    st.integers(1, 40),
    st.sampled_from(
        ["days", "working days", "hours", "working hours", "minutes", "weeks", "months", "working minutes"]
    ),
) | st.sampled_from(
    [
        "same day",
        "by 09:30",
        "by day 31",
        "by day 1",
        "before 2026-06-01",
        "1 year",
        "3 days to the minute",
        "end of day",
        "end of working day",
        "end of week",
        "end of month",
        "end of quarter",
        "end of year",
        "by day 12 of the month",
        "until 2026-06-01T00:00Z",
    ]
)


@given(CALENDARS, MOMENTS, AMOUNTS, AMOUNTS)
@settings(max_examples=80, deadline=None)
def test_adding_is_additive(calendar: Calendar, at: dt.datetime, one: dt.timedelta, two: dt.timedelta) -> None:
    assert calendar.add(calendar.add(at, one), two) == calendar.add(at, one + two)


TEN = dt.datetime(2026, 10, 9, 2, tzinfo=dt.UTC)


@given(CALENDARS, MOMENTS, AMOUNTS)
@example(STANDARD, TEN, dt.timedelta(hours=2))  # to the very end of a window
@example(STANDARD, TEN, dt.timedelta(hours=6, minutes=30))
@example(NIGHT, TEN, dt.timedelta(hours=8))
@settings(max_examples=80, deadline=None)
def test_measuring_is_the_inverse(calendar: Calendar, at: dt.datetime, amount: dt.timedelta) -> None:
    end = calendar.add(at, amount)
    assert calendar.working_time(at, end) == amount
    assert calendar.working_time(end, at) == -amount
    assert calendar.working_time(at, end - dt.timedelta(microseconds=1)) < amount


@given(CALENDARS, MOMENTS, AMOUNTS)
@example(STANDARD, TEN, dt.timedelta(hours=1))
@example(STANDARD, TEN, dt.timedelta(days=60))
@settings(max_examples=80, deadline=None)
def test_taking_away_is_the_inverse_of_adding(calendar: Calendar, at: dt.datetime, amount: dt.timedelta) -> None:
    start = calendar.subtract(at, amount)
    assert calendar.working_time(start, at) == amount
    assert calendar.working_time(start + dt.timedelta(microseconds=1), at) < amount, "the latest such moment"


@given(CALENDARS, MOMENTS, MOMENTS, TERMS)
@settings(max_examples=80, deadline=None)
def test_a_later_start_is_never_due_earlier(calendar: Calendar, one: dt.datetime, two: dt.datetime, text: str) -> None:
    one, two = sorted((one, two))
    term = parse_term(text)
    assert due(term, one, calendar).due_at <= due(term, two, calendar).due_at


@given(CALENDARS, MOMENTS, TERMS, st.floats(-0.2, 1.3))
@settings(max_examples=80, deadline=None)
def test_a_deadline_adds_up(calendar: Calendar, start: dt.datetime, text: str, share: float) -> None:
    deadline = due(parse_term(text), start, calendar)
    assert Deadline.from_json(deadline.as_json()) == deadline
    assert deadline.explanation
    now = start + (deadline.due_at - start) * share
    seen = progress(deadline, now)
    assert sum(piece.percent for piece in seen.pieces) == 100
    assert all(piece.percent > 0 for piece in seen.pieces)
    assume(deadline.stretches)
    assert deadline.stretches[0].start == start
    assert deadline.stretches[-1].end == deadline.due_at
    assert all(one.end == two.start for one, two in zip(deadline.stretches, deadline.stretches[1:], strict=False))
    assert all(stretch.start < stretch.end for stretch in deadline.stretches)


@given(MOMENTS, st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_counted_time_is_the_term(start: dt.datetime, hours: int) -> None:
    deadline = due(parse_term(f"{hours} working hours"), start, STANDARD)
    counted = sum((one.end - one.start for one in deadline.stretches if one.kind == "counted"), dt.timedelta())
    assert counted == dt.timedelta(hours=hours)


PAUSES = st.lists(st.tuples(MOMENTS, st.integers(1, 40 * 1440)), max_size=4).map(
    lambda several: [(begin, begin + dt.timedelta(minutes=minutes)) for begin, minutes in several]
)
TIMED = st.builds(
    lambda count, unit: f"{count} {unit}", st.integers(1, 300),
    st.sampled_from(["hours", "working hours", "minutes", "working minutes"]),
)  # fmt: skip


@given(CALENDARS, MOMENTS, TIMED, PAUSES)
@settings(max_examples=100, deadline=None)
def test_time_counted_is_the_term_whatever_was_paused(
    calendar: Calendar, start: dt.datetime, text: str, pauses: list[tuple[dt.datetime, dt.datetime]]
) -> None:
    term = parse_term(text)
    found = shifted_due(term, start, calendar, pauses)
    counted = sum((one.end - one.start for one in found.stretches if one.kind == "counted"), dt.timedelta())
    assert counted == length(term)
    assert found.due_at >= due(term, start, calendar).due_at
    stopped = sum((one.end - one.start for one in found.stretches if one.kind == "paused"), dt.timedelta())
    skipped = sum((one.end - one.start for one in found.stretches if one.kind == "skipped"), dt.timedelta())
    assert start + counted + stopped + skipped == found.due_at
    if term.counting is Counting.CLOCK:
        assert found.due_at == due(term, start, calendar).due_at + stopped


@given(CALENDARS, MOMENTS, st.integers(1, 60), st.booleans(), PAUSES)
@settings(max_examples=100, deadline=None)
def test_days_counted_are_the_term_whatever_was_paused(
    calendar: Calendar, start: dt.datetime, count: int, works: bool, pauses: list[tuple[dt.datetime, dt.datetime]]
) -> None:
    term = parse_term(f"{count} working days" if works else f"{count} days")
    run = moved(term, start.astimezone(dt.UTC), calendar, None, pauses)
    first = calendar.local(start).date()
    days = [first + dt.timedelta(days=number) for number in range(1, (run.last - first).days + 1)]
    stopped = [(calendar.local(begin).date(), calendar.local(stop).date()) for begin, stop in run.pauses]
    counted = [
        day
        for day in days
        if (calendar.day(day).is_working or not works) and not any(begin < day <= stop for begin, stop in stopped)
    ]
    assert len(counted) == count
    assert run.end == closing(term, run.last, calendar.local(start), calendar)


@given(CALENDARS, MOMENTS, TIMED, MOMENTS, st.integers(1, 20 * 1440), st.integers(1, 20 * 1440))
@settings(max_examples=60, deadline=None)
def test_a_pause_is_its_two_halves(
    calendar: Calendar, start: dt.datetime, text: str, begin: dt.datetime, one: int, two: int
) -> None:
    middle = begin + dt.timedelta(minutes=one)
    end, term = middle + dt.timedelta(minutes=two), parse_term(text)
    whole = shifted_due(term, start, calendar, [(begin, end)])
    assert shifted_due(term, start, calendar, [(middle, end), (begin, middle)]) == whole
    assert shifted_due(term, start, calendar, [(begin, end), (begin, middle)]) == whole


@given(CALENDARS, CALENDARS, st.lists(st.tuples(MOMENTS, TERMS), max_size=20), PAUSES)
@settings(max_examples=40, deadline=None)
def test_recalculating_is_reckoning_each_anew(
    before: Calendar, after: Calendar, several: list[tuple[dt.datetime, str]],
    pauses: list[tuple[dt.datetime, dt.datetime]],
) -> None:  # fmt: skip
    items, expected = [], []
    for number, (start, text) in enumerate(several * 2):
        term, key = parse_term(text), UUID(int=number)
        was = shifted_due(term, start, before, pauses).due_at
        now = shifted_due(term, start, after, pauses).due_at
        items.append(Running(key, was, term, start, after, pauses=tuple(pauses)))
        expected += [(key, was, now)] if was != now else []
    assert recalculated(items) == expected


def test_recalculating_says_before_and_after() -> None:
    start = dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)
    closed = read_calendar({"own": [{"on": "2026-03-05"}]})
    term = parse_term("2 working days")
    was = due(term, start, STANDARD).due_at
    items = [
        Running(UUID(int=1), was, term, start, closed),
        Running(UUID(int=2), was, parse_term("2 days"), start, closed),
    ]
    never = read_calendar({"week": {"MON": []}, "makeup": [], "holidays": "none"})
    items.append(Running(UUID(int=3), was, term, start, never))
    assert recalculated(items) == [
        (UUID(int=1), was, was + dt.timedelta(days=1)),
        (UUID(int=2), was, dt.datetime(2026, 3, 5, 16, tzinfo=dt.UTC)),
    ], "what never ends keeps its moment"


@given(
    st.text(max_size=25)
    | st.from_regex(r"@?\w{0,5}=?\d{0,4} ?(working )?(day|hour|month)s?( before \w+)?", fullmatch=True)
)
@settings(max_examples=120, deadline=None)
def test_any_text_is_a_term_or_a_fault(text: str) -> None:
    try:
        term = parse_term(text)
    except TermFault as fault:
        sayings = [fault.message.zh, fault.message.en, fault.cure.zh, fault.cure.en]
    else:
        sayings = [term.sentence(), term.sentence("en")]
        assert parse_term(term.text) == term
    assert all(sayings)
