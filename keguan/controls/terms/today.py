"""What kind of day it is, in words, for the head of Today: 国庆后第 2 个工作日，明天（周六）补班."""

import datetime as dt

from keguan.controls.terms.words import WEEKDAYS
from keguan.kernel.records.labels import Label, join
from keguan.org.calendars import Calendar, Day

# What people call a holiday in passing.
_SHORT = {"国庆节": "国庆", "劳动节": "五一", "清明节": "清明", "端午节": "端午", "中秋节": "中秋"}
_SOON_DAYS = 7
_AFTER_WORKING_DAYS = 5


def describe_day(date: dt.date, calendar: Calendar) -> Label:
    """The day's place between holidays, make-up days near it, and a warning for an unannounced year; may be empty."""
    today, tomorrow = calendar.day(date), calendar.day(date + dt.timedelta(days=1))
    parts = [_itself(today), _after_holiday(calendar, today), _tomorrow(tomorrow), _ahead(calendar, today, tomorrow)]
    if today.is_provisional:
        parts.append(Label("本年放假安排尚未公布", "this year's public holidays are not announced yet"))
    return join([part for part in parts if part], "，", ", ")


def _short(name: Label) -> Label:
    return Label(_SHORT.get(name.zh, name.zh), name.en)


def _is_holiday(day: Day) -> bool:
    return not day.is_working and day.name is not None


def _itself(today: Day) -> Label | None:
    if today.is_makeup:
        return Label("今天补班", "a make-up working day")
    if not today.is_working:
        return Label(f"{_short(today.name).zh}假期", today.name.en) if today.name else Label("休息日", "a day off")
    return None


def _after_holiday(calendar: Calendar, today: Day) -> Label | None:
    if not today.is_working:
        return None
    count, date = 1, today.date
    while count <= _AFTER_WORKING_DAYS:
        date -= dt.timedelta(days=1)
        day = calendar.day(date)
        if _is_holiday(day) and day.name:
            name = _short(day.name)
            return Label(f"{name.zh}后第 {count} 个工作日", f"working day {count} after {name.en}")
        if not day.is_working and (today.date - date).days > _SOON_DAYS:
            return None
        count += day.is_working
    return None


def _tomorrow(tomorrow: Day) -> Label | None:
    weekday = WEEKDAYS[tomorrow.date.weekday()]
    if tomorrow.is_makeup:
        return Label(f"明天（{weekday.zh}）补班", f"tomorrow ({weekday.en}) is a make-up working day")
    return None


def _ahead(calendar: Calendar, today: Day, tomorrow: Day) -> Label | None:
    if not today.is_working:
        return None
    if _is_holiday(tomorrow) and tomorrow.name:
        name = _short(tomorrow.name)
        return Label(f"明天起{name.zh}放假", f"{name.en} holiday from tomorrow")
    for apart in range(2, _SOON_DAYS + 1):
        day = calendar.day(today.date + dt.timedelta(days=apart))
        if _is_holiday(day) and day.name:
            name = _short(day.name)
            return Label(f"距{name.zh}放假还有 {apart} 天", f"{apart} days to the {name.en} holiday")
    return None
