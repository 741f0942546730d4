"""Calendars: what a day is by week, season, holiday, own day and shift plan, and whose calendar counts."""

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from keguan.org.calendars import (
    COMPANY,
    STANDARD,
    Calendar,
    CalendarFault,
    Calendars,
    NoWorkingTime,
    read_calendar,
    read_layer,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD, SERVICE, TEAM, SALES = (UUID(int=n) for n in range(1, 5))
SUMMER = {"seasons": [{"from": "05-01", "to": "09-30", "week": {"MON-FRI": ["08:00-12:00"]}}]}
WINTER = {"seasons": [{"from": "11-01", "to": "02-28", "week": {"MON-FRI": ["10:00-16:00"]}}]}
FROM_NOW = {"seasons": [{"from": "2026-10-09", "week": {"FRI": ["10:00-16:00"]}}]}
JIAN, TANG = UUID(int=11), UUID(int=12)


def hours(calendar: Calendar, day: str) -> str:
    """The windows of a day as people write them."""
    return " ".join(
        f"{one.start // 3600:02}:{one.start // 60 % 60:02}-{one.end // 3600:02}:{one.end // 60 % 60:02}"
        for one in calendar.day(dt.date.fromisoformat(day)).hours
    )


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("spec", "day", "windows"),
    [
        # the standard week, golden week and its make-up Saturday
        ({}, "2026-10-09", "09:00-12:00 13:30-18:00"),
        ({}, "2026-10-05", ""),
        ({}, "2026-10-10", "09:00-12:00 13:30-18:00"),
        ({"holidays": "none"}, "2026-10-05", "09:00-12:00 13:30-18:00"),
        ({"holidays": "none"}, "2026-10-10", ""),
        ({"makeup": ["09:00-12:00"]}, "2026-10-10", "09:00-12:00"),
        # several windows, a night shift, closed days
        ({"week": {"MON-SUN": ["06:00-10:00", "12:00-14:00", "18:00-24:00"]}}, "2026-10-11",
         "06:00-10:00 12:00-14:00 18:00-24:00"),
        ({"week": {"FRI": ["22:00-06:00"]}}, "2026-10-09", "22:00-30:00"),
        ({"week": {"FRI": "closed", "MON": ["09:00-12:00"]}}, "2026-10-09", ""),
        # seasons: each year, over the turn of the year, for good, the later written first
        (SUMMER, "2026-09-30", "08:00-12:00"),
        (SUMMER, "2027-05-06", "08:00-12:00"),
        (SUMMER, "2026-10-09",
         "09:00-12:00 13:30-18:00"),
        (WINTER, "2026-01-05", "10:00-16:00"),
        (FROM_NOW, "2026-10-09", "10:00-16:00"),
        (FROM_NOW, "2026-09-04", "09:00-12:00 13:30-18:00"),
        ({"seasons": [{"from": "05-01", "to": "12-31", "week": {"FRI": ["08:00-12:00"]}},
                      {"from": "2026-10-01", "to": "2026-10-31", "week": {"FRI": ["07:00-12:00"]}}]},
         "2026-10-09", "07:00-12:00"),
        # own days: closed, other windows on a holiday, half days at the break or at noon
        ({"own": [{"on": "2026-10-09"}]}, "2026-10-09", ""),
        ({"own": [{"on": "2026-10-01", "to": "2026-10-02", "hours": ["10:00-14:00"]}]}, "2026-10-02", "10:00-14:00"),
        ({"own": [{"on": "2026-12-31", "hours": "morning"}]}, "2026-12-31", "09:00-12:00"),
        ({"own": [{"on": "2026-12-31", "hours": "下午"}]}, "2026-12-31", "13:30-18:00"),
        ({"week": {"THU": ["08:30-17:30"]}, "own": [{"on": "2026-12-31", "hours": "morning"}]}, "2026-12-31",
         "08:30-12:00"),
        ({"week": {"THU": ["08:30-12:30", "13:30-17:30"]}, "own": [{"on": "2026-12-31", "hours": "afternoon"}]},
         "2026-12-31", "13:30-17:30"),
        # a shift plan turns day by day and knows no holiday; an own day wins over it
        ({"roster": [{"on": "2026-10-01", "to": "2026-10-31", "cycle": [["08:00-16:00"], ["22:00-06:00"], []]}]},
         "2026-10-01", "08:00-16:00"),
        ({"roster": [{"on": "2026-10-01", "to": "2026-10-31", "cycle": [["08:00-16:00"], ["22:00-06:00"], []]}]},
         "2026-10-05", "22:00-30:00"),
        ({"roster": [{"on": "2026-10-01", "to": "2026-10-31", "cycle": ["08:00-16:00", "22:00-06:00", "休"]}]},
         "2026-10-09", ""),
        ({"roster": [{"on": "2026-10-01", "to": "2026-10-31", "hours": ["08:00-16:00"]}],
          "own": [{"on": "2026-10-05"}]}, "2026-10-05", ""),
    ],
)  # fmt: skip
def test_what_a_day_is(spec: dict[str, Any], day: str, windows: str) -> None:
    assert hours(read_calendar(spec), day) == windows


def test_days_say_why() -> None:
    rostered = read_calendar({"roster": [{"on": "2026-10-12", "to": "2026-10-13", "cycle": ["08:00-16:00", "休"]}]})
    assert rostered.day(dt.date(2026, 10, 13)).why_off.zh == "轮休"
    assert not rostered.day(dt.date(2026, 10, 12)).is_makeup
    assert STANDARD.day(dt.date(2026, 10, 10)).is_makeup
    assert STANDARD.day(dt.date(2026, 10, 5)).why_off.zh == "国庆节"
    assert STANDARD.day(dt.date(2027, 3, 1)).is_provisional
    assert STANDARD.is_provisional(dt.date(2026, 12, 30), dt.date(2027, 1, 1))
    assert not STANDARD.is_provisional(dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    planned = read_calendar({"roster": [{"on": "2027-01-01", "to": "2027-12-31", "hours": ["08:00-16:00"]}]})
    assert not planned.is_provisional(dt.date(2027, 1, 1), dt.date(2027, 12, 31)), "a plan hangs on no holiday"
    assert not read_calendar({"holidays": "none"}).is_provisional(dt.date(2027, 1, 1), dt.date(2027, 12, 31))


def test_a_night_shift_belongs_to_the_day_it_begins_on_and_counts_once() -> None:
    night = read_calendar({"week": {"MON-SUN": ["22:00-06:00"]}, "holidays": "none"})
    assert night.working_time(at("2026-10-09 00:00"), at("2026-10-10 00:00")) == dt.timedelta(hours=8)
    assert night.add(at("2026-10-09 23:00"), dt.timedelta(hours=3)) == at("2026-10-10 02:00")
    assert night.add(at("2026-10-10 05:30"), dt.timedelta(hours=1)) == at("2026-10-10 22:30")
    over = read_calendar({"week": {"FRI": ["22:00-06:00"], "SAT": ["04:00-08:00"]}, "holidays": "none"})
    assert over.working_time(at("2026-10-10 00:00"), at("2026-10-11 00:00")) == dt.timedelta(hours=8)
    new_year = night.add(at("2026-12-31 23:00"), dt.timedelta(hours=3))
    assert new_year == at("2027-01-01 02:00")
    assert night.working_time(at("2026-12-31 23:00"), new_year) == dt.timedelta(hours=3)


def test_clocks_that_are_put_forward_and_back() -> None:
    york = read_calendar({"week": {"MON-SUN": ["01:00-04:00"]}, "zone": "America/New_York", "holidays": "none"})
    midnight = york.moment
    spring, autumn = dt.date(2026, 3, 8), dt.date(2026, 11, 1)
    assert york.working_time(midnight(spring), midnight(spring, 86_400)) == dt.timedelta(hours=2)
    assert york.working_time(midnight(autumn), midnight(autumn, 86_400)) == dt.timedelta(hours=4)
    gone = read_calendar({"week": {"MON-SUN": ["02:15-02:45"]}, "zone": "America/New_York", "holidays": "none"})
    assert gone.working_time(gone.moment(spring), gone.moment(spring, 86_400)) <= dt.timedelta(minutes=30)


def test_without_working_time_there_is_no_end() -> None:
    never = read_calendar({"week": {"MON": []}, "makeup": [], "holidays": "none"})
    with pytest.raises(NoWorkingTime):
        never.add(at("2026-10-09 10:00"), dt.timedelta(hours=1))
    with pytest.raises(NoWorkingTime):
        next(never.working_days_before(dt.date(2026, 10, 9)))


BOOK = Calendars(
    {
        "company": {"own": [{"on": "2026-10-12", "name": "厂庆"}]},
        "units": {
            str(SERVICE): {"name": "客服日历", "spec": {"week": {"SAT": ["10:00-16:00"]}}},
            str(TEAM): {"name": None, "spec": {"seasons": [{"from": "10-01", "to": "10-31", "week": {"FRI": []}}]}},
        },
        "people": {
            str(JIAN): {"unit": str(TEAM), "spec": {"own": [{"on": "2026-10-12", "hours": ["08:00-10:00"]}]}},
            str(TANG): {"name": None, "unit": None, "spec": {"week": {"MON": ["20:00-24:00"]}}},
        },
        "tree": {str(SERVICE): str(HEAD), str(TEAM): str(SERVICE)},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "person", "days"),
    [
        # Friday, Saturday, Monday (the company's own closed day)
        (None, None, ["09:00-12:00 13:30-18:00", "", ""]),
        (SALES, None, ["09:00-12:00 13:30-18:00", "", ""]),
        (HEAD, None, ["09:00-12:00 13:30-18:00", "", ""]),
        (SERVICE, None, ["09:00-12:00 13:30-18:00", "10:00-16:00", ""]),
        (TEAM, None, ["", "10:00-16:00", ""]),
        (SALES, UUID(int=99), ["09:00-12:00 13:30-18:00", "", ""]),
        # his own, on top of the unit his calendar names, whatever the record's unit is
        (SALES, JIAN, ["", "10:00-16:00", "08:00-10:00"]),
        (None, JIAN, ["", "10:00-16:00", "08:00-10:00"]),
        # one that names no unit differs from the company's, whatever the record's unit is
        (SERVICE, TANG, ["09:00-12:00 13:30-18:00", "", ""]),
    ],
)
def test_whose_calendar_counts(unit: UUID | None, person: UUID | None, days: list[str]) -> None:
    found = BOOK.of(unit=unit, person=person)
    assert [hours(found, day) for day in ("2026-10-09", "2026-10-17", "2026-10-12")] == days


def test_equal_calendars_are_one_object_in_every_book() -> None:
    again = Calendars(dict(BOOK.body))
    assert again.of(unit=TEAM) is BOOK.of(unit=TEAM)
    assert BOOK.of(unit=SALES) is BOOK.of()
    assert Calendars().of() == STANDARD
    assert BOOK.of(unit=SERVICE).name is not None
    assert BOOK.of().name is None
    assert BOOK.has_own(JIAN) and not BOOK.has_own(UUID(int=99))


def test_keys_say_which_calendar_counts() -> None:
    keys = BOOK.by_key()
    assert len(keys) == 5
    assert next(iter(keys)) == COMPANY
    for unit in (None, HEAD, SERVICE, TEAM, SALES):
        for person in (None, JIAN, TANG, UUID(int=99)):
            assert keys[BOOK.key_of(unit, person)] is BOOK.of(unit, person)
    inside = {**dict.fromkeys(map(str, (HEAD, SALES)), COMPANY), **BOOK.unit_keys()}
    assert inside == {str(unit): BOOK.key_of(unit) for unit in (HEAD, SALES, SERVICE, TEAM)}
    assert set(BOOK.person_keys()) == {str(JIAN), str(TANG)}


def test_a_unit_in_another_zone() -> None:
    book = Calendars({"units": {str(SALES): {"spec": {"zone": "Asia/Tokyo"}}}, "tree": {str(SALES): None}})
    opens = book.of(unit=SALES).moment(dt.date(2026, 10, 9), 9 * 3600)
    assert opens == dt.datetime(2026, 10, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("spec", "says", "path"),
    [
        ({"seasons": [{"from": "05-01", "to": "2026-09-30", "week": {}}]}, "写法相同", "seasons[1]"),
        ({"seasons": [{"from": "2026-09-30", "to": "2026-05-01", "week": {}}]}, "早于", "seasons[1]"),
        ({"seasons": [{"from": "02-30", "to": "05-01", "week": {}}]}, "没有 02-30", "seasons[1]"),
        ({"seasons": [{"to": "05-01"}]}, "要有 from", "seasons[1]"),
        ({"roster": [{"on": "2026-01-01", "to": "2027-06-01", "hours": []}]}, "终止日", "roster[1]"),
        ({"roster": [{"on": "2026-01-01", "cycle": []}]}, "cycle", "roster[1]"),
        ({"roster": [{"on": "soon", "hours": []}]}, "不是日期", "roster[1]"),
        ({"week": {"MON": ["22:00-06:00", "23:00-23:30"]}}, "重叠", "week.MON"),
        ({"week": {"MON": ["06:00-12:00", "22:00-08:00"]}}, "重叠", "week.MON"),
        ({"wek": {}}, "没有“wek”", "wek"),
        ([], "写成几项", ""),
    ],
)
def test_faults_say_where(spec: Any, says: str, path: str) -> None:
    with pytest.raises(CalendarFault) as caught:
        read_layer(spec)
    assert says in caught.value.message.zh
    assert caught.value.cure.zh and caught.value.cure.en and caught.value.message.en
    assert caught.value.spot.path == path
