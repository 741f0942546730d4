"""The judgement of one clock as a truth table, and that it does not depend on when it is asked."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keguan.controls.clocks import Cancel, Closing, Mark, Opening, judge

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
        ([opens(0, 6), Cancel(at(7))], 9, ["broken"]),
        ([opens(0, 6), opens(1, 7), Closing(at(6.5))], 9, ["kept_late"]),
        ([opens(0, 6), Closing(at(1)), opens(2, 8)], 9, ["kept", "broken"]),
        ([Closing(at(1))], 9, []),
        ([Closing(at(1)), opens(2, 8)], 3, ["running"]),
    ],
)
def test_states(marks: list[Mark], now: float, states: list[str]) -> None:
    assert [found.state for found in judge(marks, at(now))] == states


def test_restart_begins_anew() -> None:
    found = judge([opens(0, 6), opens(4, 10), Closing(at(9))], at(9), "restart")
    assert [one.state for one in found] == ["cancelled", "kept"]


MARKS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda two: opens(two[0], two[0] + two[1])),
        st.integers(0, 60).map(lambda hour: Closing(at(hour))),
        st.integers(0, 60).map(lambda hour: Cancel(at(hour))),
    ),
    max_size=8,
)


@given(MARKS, st.integers(0, 100), st.integers(0, 100))
def test_what_has_ended_is_judged_alike_at_any_time(marks: list[Mark], one: int, other: int) -> None:
    first, second = judge(marks, at(one)), judge(marks, at(other))
    assert [found for found in first if found.end] == [found for found in second if found.end]
    assert len(first) == len(second)
