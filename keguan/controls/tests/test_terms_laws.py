"""Laws of working time: adding is additive, the inverse of measuring, monotone; bars fill to a hundred."""

import datetime as dt

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keguan.controls.terms import STANDARD, Calendar, Deadline, TermFault, due, parse_term, progress, read_calendar

SHOP = read_calendar(
    {
        "week": {"MON-FRI": ["00:00-06:30", "08:00-12:00", "20:00-24:00"], "SUN": ["10:00-10:01"]},
        "own": [{"on": dt.date(2026, 3, 2), "hours": "closed"}],
    }
)
NEW_YORK = read_calendar({"week": {"MON-SUN": ["00:00-24:00"]}, "zone": "America/New_York", "holidays": "none"})
CALENDARS = st.sampled_from([STANDARD, SHOP, NEW_YORK])
MOMENTS = st.datetimes(dt.datetime(2025, 11, 1), dt.datetime(2027, 3, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
AMOUNTS = st.integers(1, 400 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))
TERMS = st.builds(
    lambda count, unit: f"{count} {unit}",
    st.integers(1, 40),
    st.sampled_from(
        ["days", "working days", "hours", "working hours", "minutes", "weeks", "months", "working minutes"]
    ),
) | st.sampled_from(
    ["same day", "by 09:30", "by day 31", "by day 1", "before 2026-06-01", "1 year", "3 days to the minute"]
)


@given(CALENDARS, MOMENTS, AMOUNTS, AMOUNTS)
@settings(max_examples=80, deadline=None)
def test_adding_is_additive(calendar: Calendar, at: dt.datetime, one: dt.timedelta, two: dt.timedelta) -> None:
    assert calendar.add(calendar.add(at, one), two) == calendar.add(at, one + two)


@given(CALENDARS, MOMENTS, AMOUNTS)
@settings(max_examples=80, deadline=None)
def test_measuring_is_the_inverse(calendar: Calendar, at: dt.datetime, amount: dt.timedelta) -> None:
    end = calendar.add(at, amount)
    assert calendar.working_time(at, end) == amount
    assert calendar.working_time(end, at) == -amount
    assert calendar.working_time(at, end - dt.timedelta(microseconds=1)) < amount


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
