"""The judgement of one clock as a truth table, and that it does not depend on when it is asked."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keguan.controls.clocks import (
    Again,
    Cancel,
    Closing,
    Extension,
    Mark,
    Moved,
    Opening,
    Pause,
    Resume,
    Waiver,
    judge,
)
from keguan.controls.marks import read, written

START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def at(hours: float) -> dt.datetime:
    return START + dt.timedelta(hours=hours)


def opens(hours: float, due: float) -> Opening:
    return Opening(at(hours), at(due))


@pytest.mark.parametrize(
    ("marks", "now", "states"),
    [
        ([opens(0, 6)], 5, ["running"]),
        ([opens(0, 6)], 6, ["running"]),
        ([opens(0, 6)], 6.001, ["broken"]),
        ([opens(0, 6), Closing(at(5))], 9, ["kept"]),
        ([opens(0, 6), Closing(at(6))], 9, ["kept"]),
        ([opens(0, 6), Closing(at(7))], 9, ["kept_late"]),
        ([opens(0, 6), Cancel(at(5))], 9, ["cancelled"]),
        ([opens(0, 6), Cancel(at(7))], 9, ["cancelled"]),
        ([opens(0, 6), Cancel(at(5)), Closing(at(5.5))], 9, ["cancelled"]),
        ([opens(0, 6), opens(1, 7), Closing(at(6.5))], 9, ["kept_late"]),
        ([opens(0, 6), Closing(at(1)), opens(2, 8)], 9, ["kept", "broken"]),
        ([Closing(at(1))], 9, []),
        ([Closing(at(1)), opens(2, 8)], 3, ["running"]),
        # paused: its time stands still, and it can be met; afterwards it is due later by what was paused
        ([opens(0, 6), Pause(at(5))], 99, ["running"]),
        ([opens(0, 6), Pause(at(5)), Closing(at(50))], 99, ["kept"]),
        ([opens(0, 6), Pause(at(5)), Resume(at(9))], 10, ["running"]),
        ([opens(0, 6), Pause(at(5)), Resume(at(9))], 10.001, ["broken"]),
        ([opens(0, 6), Pause(at(5)), Resume(at(9)), Closing(at(10))], 12, ["kept"]),
        ([opens(0, 6), Pause(at(2)), Pause(at(3)), Resume(at(4)), Closing(at(8.5))], 12, ["kept_late"]),
        ([opens(0, 6), Pause(at(7))], 99, ["broken"]),
        ([opens(0, 6), Resume(at(3))], 6.5, ["broken"]),
        # extended in time, too late, and twice
        ([opens(0, 6), Extension(at(5), at(12))], 12, ["running"]),
        ([opens(0, 6), Extension(at(5), at(12)), Closing(at(11))], 20, ["kept"]),
        ([opens(0, 6), Extension(at(7), at(12)), Closing(at(11))], 20, ["kept_late"]),
        ([opens(0, 6), Extension(at(5), at(8)), Extension(at(7), at(12)), Closing(at(11))], 20, ["kept"]),
        ([opens(0, 6), Extension(at(5), at(12)), Pause(at(6)), Resume(at(9))], 15, ["running"]),
        # recorded late: what counts is when it happened
        ([opens(0, 6), Extension(at(7), at(9)), Pause(at(5)), Resume(at(8)), Closing(at(9))], 20, ["kept"]),
        # moved by another calendar
        ([opens(0, 6), Moved(at(3), at(9)), Closing(at(8))], 20, ["kept"]),
        # waived for good, until later, after the breach
        ([opens(0, 6), Waiver(at(3))], 20, ["waived"]),
        ([opens(0, 6), Waiver(at(3), until=at(10))], 8, ["waived"]),
        ([opens(0, 6), Waiver(at(3), until=at(10))], 11, ["broken"]),
        ([opens(0, 6), Waiver(at(3), until=at(10)), Closing(at(9))], 11, ["kept"]),
        ([opens(0, 6), Waiver(at(7))], 20, ["waived"]),
        ([opens(0, 6), Waiver(at(7), until=at(10))], 9, ["waived"]),
        ([opens(0, 6), Waiver(at(7), until=at(10))], 11, ["broken"]),
    ],
)
def test_states(marks: list[Mark], now: float, states: list[str]) -> None:
    assert [found.state for found in judge(marks, at(now))] == states


@pytest.mark.parametrize(
    ("again", "marks", "now", "states"),
    [
        ("restart", [opens(0, 6), opens(4, 10), Closing(at(9))], 9, ["cancelled", "kept"]),
        ("restart", [opens(0, 6), opens(7, 10)], 9, ["cancelled", "running"]),
        ("another", [opens(0, 6), opens(4, 10)], 9, ["broken", "running"]),
        ("another", [opens(0, 6), opens(4, 10), Closing(at(5))], 5, ["kept", "running"]),
        ("another", [opens(4, 10), opens(0, 6), Closing(at(5))], 5, ["running", "kept"]),
        ("another", [opens(0, 6), opens(1, 7), Cancel(at(2))], 9, ["cancelled", "cancelled"]),
        ("another", [opens(0, 6), opens(1, 7), Pause(at(2)), Resume(at(4)), Closing(at(8))], 9.5, ["kept", "broken"]),
    ],
)
def test_what_starts_again(again: Again, marks: list[Mark], now: float, states: list[str]) -> None:
    assert [found.state for found in judge(marks, at(now), again)] == states


def test_so_many_acts_are_needed() -> None:
    marks: list[Mark] = [opens(0, 6), Closing(at(1)), Closing(at(7))]
    assert [found.state for found in judge(marks[:2], at(3), at_least=2)] == ["running"]
    assert [found.state for found in judge(marks, at(8), at_least=2)] == ["kept_late"]


def test_what_is_shown() -> None:
    def shown(*marks: Mark) -> list[tuple[str, dt.datetime]]:
        return [(one.outcome, one.at) for one in judge(marks, at(20))[0].verdicts]

    opened, broken = ("opened", at(0)), ("broken", at(6))
    assert shown(opens(0, 6)) == [opened, broken]
    assert shown(opens(0, 6), Closing(at(7))) == [opened, broken, ("kept_late", at(7))]
    assert shown(opens(0, 6), Closing(at(5))) == [opened, ("kept", at(5))]
    assert shown(opens(0, 6), Cancel(at(7))) == [opened, broken, ("cancelled", at(7))]
    assert shown(opens(0, 6), Waiver(at(7))) == [opened, broken, ("waived", at(7))]


HOURS = st.integers(0, 60)
MARK = st.one_of(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda two: opens(two[0], two[0] + two[1])),
    HOURS.map(lambda hour: Closing(at(hour))),
    HOURS.map(lambda hour: Cancel(at(hour))),
    HOURS.map(lambda hour: Pause(at(hour))),
    HOURS.map(lambda hour: Resume(at(hour))),
    st.tuples(HOURS, HOURS).map(lambda two: Extension(at(two[0]), at(two[0] + two[1]))),
    HOURS.map(lambda hour: Waiver(at(hour))),
    st.tuples(HOURS, HOURS).map(lambda two: Waiver(at(two[0]), until=at(two[0] + two[1]))),
)
MARKS = st.lists(MARK, max_size=8)
AGAIN = st.sampled_from(("ignore", "restart", "another"))


@given(MARKS, AGAIN, st.integers(0, 100), st.integers(0, 100))
def test_what_has_ended_is_judged_alike_at_any_time(marks: list[Mark], again: Again, one: int, other: int) -> None:
    first, second = judge(marks, at(one), again), judge(marks, at(other), again)
    assert [found for found in first if found.end] == [found for found in second if found.end]
    assert len(first) == len(second)


@given(MARKS, AGAIN, st.integers(0, 60))
def test_a_sweep_in_between_changes_no_judgement(marks: list[Mark], again: Again, now: int) -> None:
    """A breach that was judged stays the same breach however much later it is judged again."""
    early, late = judge(marks, at(now), again), judge(marks, at(now + 50), again)
    assert all(then.broken_at == one.broken_at for one, then in zip(early, late, strict=True) if one.broken_at)


@given(MARKS, AGAIN)
def test_a_verdict_never_both_keeps_and_breaks(marks: list[Mark], again: Again) -> None:
    for one in judge(marks, at(200), again):
        outcomes = [verdict.outcome for verdict in one.verdicts]
        assert ("kept" in outcomes) + ("broken" in outcomes) <= 1
        assert ("kept_late" in outcomes) <= ("broken" in outcomes)


@given(MARK)
def test_a_mark_reads_back_as_it_was_written(mark: Mark) -> None:
    assert read(written(mark)) == mark
