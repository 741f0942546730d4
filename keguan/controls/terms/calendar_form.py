"""A calendar as a policy or a setting writes it. Owns that form and its faults."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from keguan.controls.conditions.faults import TermFault, Where, did_you_mean, nearest
from keguan.controls.terms.calendars import DAY_SECONDS, OFFICE_HOURS, Calendar, Hours, OwnDay
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label

WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
KEYS = ("zone", "week", "makeup", "holidays", "own")
_WINDOWS = Label(
    '写成 ["09:00-12:00", "13:30-18:00"]；休息写 []', 'write ["09:00-12:00", "13:30-18:00"], or [] for none'
)


def read_calendar(raw: Any, where: Where | None = None) -> Calendar:
    """The calendar written as a map of `zone`, `week`, `makeup`, `holidays` (CN or none) and `own`; `TermFault` else.

    `week` maps days (`MON`, `MON-FRI`, `MON, WED`) to windows; days left out are free. `own` is a list of
    `{on, to, hours, name}`; `hours: closed` (or left out) closes the days.
    """
    where = (where or Where()).at(raw)
    if not isinstance(raw, Mapping):
        raise _fault(
            "日历要写成几项",
            "a calendar is a map",
            Label("写 week: {MON-FRI: [...]}", "write week: {MON-FRI: [...]}"),
            where,
        )
    for key in raw:
        if key not in KEYS:
            raise _fault(
                f"日历没有“{key}”这一项",
                f"a calendar has no “{key}”",
                did_you_mean(nearest(str(key), KEYS), Label("、".join(KEYS), ", ".join(KEYS))),
                where.at(raw, key),
            )
    week = _week(raw.get("week", {"MON-FRI": None}), where.at(raw, "week"))
    makeup = next((hours for hours in week if hours), OFFICE_HOURS)
    if "makeup" in raw:
        makeup = _windows(raw["makeup"], where.at(raw, "makeup"))
    zone = str(raw.get("zone", "Asia/Shanghai"))
    own = _own(raw.get("own") or [], where.at(raw, "own"))
    holidays = str(raw.get("holidays", "CN")).upper()
    if holidays not in ("CN", "NONE"):
        raise _fault(
            f"没有“{holidays}”的节假日",
            f"there are no holidays of “{holidays}”",
            Label("写 CN 或 none", "write CN or none"),
            where.at(raw, "holidays"),
        )
    made = Calendar(week, makeup, zone, holidays == "CN", own)
    try:
        made.zone.key  # noqa: B018  # the zone's name is looked up
    except (ValueError, OSError, KeyError):
        raise _fault(
            f"没有时区“{zone}”",
            f"there is no zone “{zone}”",
            Label("例如 Asia/Shanghai", "such as Asia/Shanghai"),
            where.at(raw, "zone"),
        ) from None
    return made


def calendar_problem(raw: Any) -> Reason | None:
    """What is wrong with a calendar that somebody sets; nothing where it will do."""
    try:
        read_calendar(raw)
    except TermFault as fault:
        return Reason(fault.message, fault.cure, field="spec", kind="input")
    return None


def _fault(zh: str, en: str, cure: Label, where: Where) -> TermFault:
    return TermFault(Label(zh, en), cure, where)


def _week(raw: Any, where: Where) -> tuple[tuple[Hours, ...], ...]:
    if not isinstance(raw, Mapping) or not raw:
        raise _fault(
            "week 要写成 日: 时段",
            "week maps days to windows",
            Label("写 {MON-FRI: [...]}", "write {MON-FRI: [...]}"),
            where,
        )
    week: list[tuple[Hours, ...] | None] = [None] * 7
    for key, windows in raw.items():
        here = where.at(raw, key)
        hours = OFFICE_HOURS if windows is None else _windows(windows, here)
        for index in _days(str(key), here):
            if week[index] is not None:
                raise _fault(
                    f"{WEEK[index]} 写了两次", f"{WEEK[index]} is given twice", Label("删去一处", "leave one out"), here
                )
            week[index] = hours
    return tuple(hours or () for hours in week)


def _days(text: str, where: Where) -> list[int]:
    days: list[int] = []
    for part in re.split(r"\s*,\s*", text.strip().upper()):
        ends = re.split(r"\s*-\s*", part)
        if len(ends) > 2 or any(end not in WEEK for end in ends):
            raise _fault(f"看不懂“{part}”", f"“{part}” is not a day", Label(f"写 {'、'.join(WEEK)} 或 MON-FRI",
                         f"write {', '.join(WEEK)} or MON-FRI"), where)  # fmt: skip
        first, last = WEEK.index(ends[0]), WEEK.index(ends[-1])
        days += range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    return days


def _windows(raw: Any, where: Where) -> tuple[Hours, ...]:
    texts = [raw] if isinstance(raw, str) else raw
    if texts is None or texts in (["closed"], [False]):
        return ()
    if not isinstance(texts, Sequence):
        raise _fault("时段要写成列表", "windows are a list", _WINDOWS, where)
    hours: list[Hours] = []
    for text in texts:
        found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", str(text).strip(), re.ASCII)
        if not found:
            raise _fault(f"看不懂时段“{text}”", f"“{text}” is not a window", _WINDOWS, where)
        a, b, c, d = (int(part) for part in found.groups())
        start, end = a * 3600 + b * 60, c * 3600 + d * 60
        if b > 59 or d > 59 or end > DAY_SECONDS or start >= end:
            cure = Label(
                "过夜的班分成两段：22:00-24:00 与次日 00:00-06:00",
                "split a night shift: 22:00-24:00 and 00:00-06:00 next day",
            )
            raise _fault(f"时段“{text}”的终点不在起点之后", f"“{text}” does not end after it starts", cure, where)
        if hours and start < hours[-1].end:
            raise _fault(
                f"时段“{text}”与前一段重叠",
                f"“{text}” overlaps the window before it",
                Label("按先后写，不要重叠", "write them in order, without overlap"),
                where,
            )
        hours.append(Hours(start, end))
    return tuple(hours)


def _own(raw: Any, where: Where) -> tuple[tuple[dt.date, OwnDay], ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise _fault("own 要写成列表", "own is a list", Label("写 [{on: 2026-10-09, hours: closed}]",
                     "write [{on: 2026-10-09, hours: closed}]"), where)  # fmt: skip
    days: dict[dt.date, OwnDay] = {}
    for index, one in enumerate(raw):
        here = where.at(raw, index)
        if not isinstance(one, Mapping) or "on" not in one:
            raise _fault("例外要有 on", "an exception has an “on”", Label("写 {on: 2026-10-09, hours: closed}",
                         "write {on: 2026-10-09, hours: closed}"), here)  # fmt: skip
        first, last = _date(one["on"], here), _date(one.get("to", one["on"]), here)
        if not 0 <= (last - first).days <= 366:
            raise _fault("例外的终止日不对", "the exception's last day is wrong", Label("to 不早于 on，且不超过一年",
                         "“to” lies within a year after “on”"), here)  # fmt: skip
        hours = () if one.get("hours", "closed") == "closed" else _windows(one["hours"], here)
        name = one.get("name")
        if isinstance(name, Mapping):
            name = Label(str(name.get("zh", "")), str(name.get("en", name.get("zh", ""))))
        elif name is not None:
            name = Label(str(name), str(name))
        for number in range((last - first).days + 1):
            days[first + dt.timedelta(days=number)] = OwnDay(hours, name)
    return tuple(sorted(days.items()))


def _date(raw: Any, where: Where) -> dt.date:
    if isinstance(raw, dt.datetime):
        return raw.date()
    try:
        return raw if isinstance(raw, dt.date) else dt.date.fromisoformat(str(raw))
    except ValueError:
        raise _fault(
            f"“{raw}”不是日期", f"“{raw}” is not a date", Label("写成 2026-10-09", "write 2026-10-09"), where
        ) from None
