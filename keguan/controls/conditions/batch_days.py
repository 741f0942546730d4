"""Days in the batch reading: the company's day of a moment, windows and anniversaries, as portable expressions.

No engine knows the company's zone here: its offsets come from Python's zone data as cases over UTC. Imported by the
batch reading only (ibis takes a second to load).
"""

import datetime as dt
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from keguan.controls.conditions import nodes
from keguan.kernel.records.kinds import COMPANY_ZONE

# Offsets are looked up between these years; beyond them the nearest one holds.
FIRST_YEAR, LAST_YEAR = 1900, 2100
LEAP_DAY = (2, 29)


def local_day(value: Any, zone: ZoneInfo = COMPANY_ZONE) -> Any:
    """The zone's day of a moment (a timestamp in UTC); a date stays."""
    if value.type().is_date():
        return value
    (_, first), *changes = offsets(zone)
    day = (value + ibis.interval(seconds=first)).date()
    if not changes:
        return day
    # The latest stretch stands first: nearly every moment is decided by the first comparison.
    branches = [
        (value >= instant(since, value), (value + ibis.interval(seconds=shift)).date())
        for since, shift in reversed(changes)
    ]
    return ibis.cases((value.isnull(), ibis.null("date")), *branches, else_=day)


def instant(moment: dt.datetime, like: Any) -> Any:
    """A moment as a literal of the column's type: with zone or, where the column has none, in UTC without."""
    if like.type().timezone is None:
        return ibis.literal(moment.astimezone(dt.UTC).replace(tzinfo=None), type="timestamp")
    return ibis.literal(moment.astimezone(dt.UTC), type=like.type())


@cache
def offsets(zone: ZoneInfo) -> tuple[tuple[dt.datetime, int], ...]:
    """From when which offset from UTC (in seconds) holds in the zone, oldest first."""
    step, moment = dt.timedelta(days=1), dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
    found = [(moment, _offset(zone, moment))]
    end = dt.datetime(LAST_YEAR, 1, 1, tzinfo=dt.UTC)
    while moment < end:
        later = moment + step
        if _offset(zone, later) != found[-1][1]:
            found.append((_change(zone, moment, later), _offset(zone, later)))
        moment = later
    return tuple(found)


def _offset(zone: ZoneInfo, moment: dt.datetime) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0


def _change(zone: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    before = _offset(zone, low)
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def is_anniversary(day: Any, today: Any) -> Any:
    """Whether `today` has the month and day of `day`; 29 February is kept on the 28th in short years."""
    month, leap_day = LEAP_DAY
    moved = (
        (day.month() == month) & (day.day() == leap_day)
        & (today.month() == month) & (today.day() == leap_day - 1) & ~_is_leap(today)
    )  # fmt: skip
    return ((day.month() == today.month()) & (day.day() == today.day())) | moved


def within(day: Any, window: nodes.Window, today: Any) -> Any:  # noqa: PLR0911  # one per unit
    """Whether the day lies in the window as of `today` (`live.bounds` says the same of two Python days)."""
    if window.which == "last_several":
        if window.unit == "day":
            back = today.epoch_days() - day.epoch_days()
            return (back > 0) & (back <= window.count)
        since = _months(today) - window.count
        first = (_months(day) == since) & ((day.day() >= today.day()) | _is_last_of_month(day))
        return ((_months(day) > since) | first) & (day <= today)
    back = 1 if window.which == "last" else 0
    match window.unit:
        case "day":
            return today.epoch_days() - day.epoch_days() == back
        case "week":
            return _monday(today) - _monday(day) == 7 * back
        case "month":
            return _months(today) - _months(day) == back
        case "quarter":
            return _quarters(today) - _quarters(day) == back
        case _:
            return today.year() - day.year() == back


def _months(day: Any) -> Any:
    return day.year().cast("int64") * 12 + day.month().cast("int64")


def _quarters(day: Any) -> Any:
    return day.year().cast("int64") * 4 + day.quarter().cast("int64")


def _monday(day: Any) -> Any:
    return day.epoch_days() - day.day_of_week.index().cast("int64")


def _is_leap(day: Any) -> Any:
    year = day.year().cast("int64")
    return ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)


def _is_last_of_month(day: Any) -> Any:
    month, last = day.month(), day.day()
    february = ibis.cases((_is_leap(day), last == 29), else_=last == 28)
    return ibis.cases((month == 2, february), (month.isin((4, 6, 9, 11)), last == 30), else_=last == 31)


def midnight(day: Any, zone: ZoneInfo = COMPANY_ZONE) -> Any:
    """The first moment of a day in the zone, in UTC."""
    (_, first), *changes = offsets(zone)
    naive = day.cast("timestamp")
    branches = [
        (day > ibis.literal((since + dt.timedelta(seconds=shift)).date()), naive - ibis.interval(seconds=shift))
        for since, shift in reversed(changes)
    ]
    found = naive - ibis.interval(seconds=first)
    return (ibis.cases(*branches, else_=found) if branches else found).cast("timestamp('UTC')")
