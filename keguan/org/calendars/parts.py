"""The parts of a calendar as written: windows, days of the week, seasons, own exceptions, shift plans."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.org.calendars.faults import Spot, fault
from keguan.org.calendars.layers import DAY_SECONDS, Half, Hours, OwnDay, Season, Week, Windows

WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
LONGEST_DAYS = 366
HALVES: dict[str, Half] = {"morning": "morning", "afternoon": "afternoon", "上午": "morning", "下午": "afternoon"}
CLOSED = ("closed", "休", "休息", "")
Dated = list[tuple[dt.date, OwnDay]]
_WINDOWS = ('写成 ["09:00-12:00", "13:30-18:00"]；休息写 []', 'write ["09:00-12:00", "13:30-18:00"], or [] for none')
_OWN = ("写 [{on: 2026-10-09, hours: closed}]", "write [{on: 2026-10-09, hours: closed}]")
_ROSTER = (
    '写 [{on: 2026-10-01, to: 2026-10-31, cycle: [["08:00-16:00"], ["22:00-06:00"], []]}]',
    'write [{on: 2026-10-01, to: 2026-10-31, cycle: [["08:00-16:00"], ["22:00-06:00"], []]}]',
)
_SEASON = ("写 [{from: 05-01, to: 09-30, week: {…}}]", "write [{from: 05-01, to: 09-30, week: {…}}]")


def read_week(raw: Any, spot: Spot) -> Week:
    """Windows by weekday; None for the days that are not named."""
    if not isinstance(raw, Mapping) or not raw:
        raise fault("week 要写成 日: 时段", "week maps days to windows", "写 {MON-FRI: [...]}",
                    "write {MON-FRI: [...]}", spot)  # fmt: skip
    week: list[Windows | None] = [None] * 7
    for key, windows in raw.items():
        here = spot.at(raw, key)
        hours = read_windows(windows, here)
        for index in _days(str(key), here):
            if week[index] is not None:
                raise fault(
                    f"{WEEK[index]} 写了两次", f"{WEEK[index]} is given twice", "删去一处", "leave one out", here
                )
            week[index] = hours
    return tuple(week)


def _days(text: str, spot: Spot) -> list[int]:
    days: list[int] = []
    for part in re.split(r"\s*,\s*", text.strip().upper()):
        ends = re.split(r"\s*-\s*", part)
        if len(ends) > 2 or any(end not in WEEK for end in ends):
            raise fault(f"看不懂“{part}”", f"“{part}” is not a day", f"写 {'、'.join(WEEK)} 或 MON-FRI",
                        f"write {', '.join(WEEK)} or MON-FRI", spot)  # fmt: skip
        first, last = WEEK.index(ends[0]), WEEK.index(ends[-1])
        days += range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    return days


def read_windows(raw: Any, spot: Spot) -> Windows:
    """The windows of one day, in order. A window that ends before it starts goes over midnight (a night shift)."""
    texts = re.split(r"\s*[,，、]\s*", raw.strip()) if isinstance(raw, str) else raw
    if not texts or (isinstance(texts, Sequence) and texts[0] in (*CLOSED, False)):
        return ()
    if not isinstance(texts, Sequence):
        raise fault("时段要写成列表", "windows are a list", *_WINDOWS, spot)
    hours: list[Hours] = []
    for text in texts:
        found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", str(text).strip(), re.ASCII)
        if not found:
            raise fault(f"看不懂时段“{text}”", f"“{text}” is not a window", *_WINDOWS, spot)
        a, b, c, d = (int(part) for part in found.groups())
        start, end = a * 3600 + b * 60, c * 3600 + d * 60
        if b > 59 or d > 59 or max(start, end) > DAY_SECONDS or start == end:
            raise fault(f"时段“{text}”不成立", f"“{text}” is no window",
                        "一天从 00:00 到 24:00；过夜的班写 22:00-06:00",
                        "a day goes from 00:00 to 24:00; a night shift is 22:00-06:00", spot)  # fmt: skip
        if end < start:
            end += DAY_SECONDS
        if hours and (start < hours[-1].end or end - hours[0].start > DAY_SECONDS):
            raise fault(f"时段“{text}”与前一段重叠", f"“{text}” overlaps the window before it",
                        "按先后写，不要重叠", "write them in order, without overlap", spot)  # fmt: skip
        hours.append(Hours(start, end))
    return tuple(hours)


def read_seasons(raw: Any, spot: Spot) -> tuple[Season, ...]:
    """Other weeks for a time: `{from, to, week}`; MM-DD means each year, a missing `to` for good."""
    seasons = []
    for one, here in _entries(raw, "seasons", "from", _SEASON, spot):
        first = _day_of_year(one["from"], here) or _date(one["from"], here)
        last = one.get("to")
        if last is not None:
            last = _day_of_year(last, here) or _date(last, here)
        if isinstance(first, tuple) is not isinstance(last, tuple) and (last is not None or isinstance(first, tuple)):
            raise fault("from 与 to 要写法相同", "“from” and “to” are to be written alike", *_SEASON, here)
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            raise fault("to 早于 from", "“to” lies before “from”", *_SEASON, here)
        seasons.append(Season(first, last, read_week(one.get("week"), here.at(one, "week"))))
    return tuple(seasons)


def read_own(raw: Any, spot: Spot) -> Dated:
    """Own exceptions: `{on, to, hours, name}`; `hours` are windows, morning, afternoon, or closed (also left out)."""
    days: Dated = []
    for one, here in _entries(raw, "own", "on", _OWN, spot):
        said = one.get("hours", "closed")
        hours = HALVES[said] if isinstance(said, str) and said in HALVES else read_windows(said, here)
        own = OwnDay(hours, _name(one.get("name")))
        days += [(day, own) for day in _span(one, here)]
    return days


def read_roster(raw: Any, spot: Spot) -> Dated:
    """Shift plans: `{on, to, hours}` the same each day, or `{on, to, cycle: [[…], […], []]}` day by day in turn."""
    days: Dated = []
    for one, here in _entries(raw, "roster", "on", _ROSTER, spot):
        cycle = one["cycle"] if "cycle" in one else [one.get("hours", [])]
        if not isinstance(cycle, Sequence) or isinstance(cycle, str) or not cycle:
            raise fault("cycle 要写成列表", "“cycle” is a list", *_ROSTER, here)
        shifts = [OwnDay(read_windows(part, here), is_rostered=True) for part in cycle]
        days += [(day, shifts[number % len(shifts)]) for number, day in enumerate(_span(one, here))]
    return days


def _entries(
    raw: Any, key: str, needed: str, cure: tuple[str, str], spot: Spot
) -> list[tuple[Mapping[str, Any], Spot]]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise fault(f"{key} 要写成列表", f"{key} is a list", *cure, spot)
    found = []
    for index, one in enumerate(raw):
        here = spot.at(raw, index)
        if not isinstance(one, Mapping) or needed not in one:
            raise fault(f"{key} 的每一项要有 {needed}", f"an entry of {key} has “{needed}”", *cure, here)
        found.append((one, here))
    return found


def _span(one: Mapping[str, Any], spot: Spot) -> list[dt.date]:
    first, last = _date(one["on"], spot), _date(one.get("to") or one["on"], spot)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise fault("终止日不对", "the last day is wrong", "to 不早于 on，且不超过一年",
                    "“to” lies within a year after “on”", spot)  # fmt: skip
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _name(raw: Any) -> Label | None:
    if raw is None:
        return None
    if isinstance(raw, Mapping):
        return Label(str(raw.get("zh", "")), str(raw.get("en", raw.get("zh", ""))))
    return Label(str(raw), str(raw))


def _day_of_year(raw: Any, spot: Spot) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", str(raw).strip(), re.ASCII)
    if not found:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        dt.date(2028, month, day)
    except ValueError:
        raise fault(f"没有 {raw} 这一天", f"there is no day {raw}", "写成 05-01", "write 05-01", spot) from None
    return month, day


def _date(raw: Any, spot: Spot) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    try:
        return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(str(raw))
    except ValueError:
        raise fault(f"“{raw}”不是日期", f"“{raw}” is not a date", "写成 2026-10-09", "write 2026-10-09",
                    spot) from None  # fmt: skip
