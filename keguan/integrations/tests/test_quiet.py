"""Quiet hours over midnight, at their edges, and none."""

import datetime as dt

import pytest

from keguan.integrations import quiet
from keguan.kernel.records.kinds import COMPANY_ZONE, BadValue


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-05-{text}").replace(tzinfo=COMPANY_ZONE)


@pytest.mark.parametrize(
    ("hours", "now", "leaves"),
    [
        ("21:00-08:00", "20 20:59", "20 20:59"),
        ("21:00-08:00", "20 21:00", "21 08:00"),
        ("21:00-08:00", "21 03:00", "21 08:00"),
        ("21:00-08:00", "21 08:00", "21 08:00"),
        ("12:00-13:30", "20 12:10", "20 13:30"),
        ("12:00-13:30", "20 13:30", "20 13:30"),
        ("00:00-07:00", "20 23:59", "20 23:59"),
        ("08:00-08:00", "20 08:00", "20 08:00"),
        ("", "20 03:00", "20 03:00"),
        ("nonsense", "20 03:00", "20 03:00"),
    ],
)
def test_when_something_leaves(hours: str, now: str, leaves: str) -> None:
    assert quiet.leaves_at(at(now), quiet.hours(hours)) == at(leaves)


@pytest.mark.parametrize(("typed", "kept"), [("8:30", "08:30"), ("0830", "08:30"), ("23：05", "23:05")])
def test_times_are_read_as_people_type_them(typed: str, kept: str) -> None:
    assert quiet.TimeOfDay().parse(typed) == kept


@pytest.mark.parametrize("typed", ["24:00", "8:60", "morning", ""])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        quiet.TimeOfDay().parse(typed)
