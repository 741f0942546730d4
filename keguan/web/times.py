"""How moments and stretches of time are said to people, in the company's zone. `now` is given, never read."""

import datetime as dt

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = 86400
SHORT = 7 * DAY


def _units(value: int, zh: str, en: str) -> Label:
    return Label(f"{value} {zh}", f"{value} {en}" if value == 1 or en in ("h", "min") else f"{value} {en}s")


def stretch(length: dt.timedelta) -> Label:
    """A length of time in at most two units, without its sign; less than a minute says so."""
    seconds = abs(int(length.total_seconds()))
    days, hours, minutes = seconds // DAY, seconds % DAY // 3600, seconds % 3600 // 60
    if seconds >= SHORT or (days and not hours):
        return _units(days, "天", "day")
    if days:
        first, second = _units(days, "天", "day"), _units(hours, "小时", "h")
    elif hours and minutes:
        first, second = _units(hours, "小时", "h"), _units(minutes, "分", "min")
    elif hours:
        return _units(hours, "小时", "h")
    elif minutes:
        return Label(f"{minutes} 分钟", f"{minutes} min")
    else:
        return Label("不到 1 分钟", "less than 1 min")
    return Label(f"{first.zh} {second.zh}", f"{first.en} {second.en}")


def relative(at: dt.datetime, now: dt.datetime) -> Label:
    """`3 小时后` / `in 3 hours`, `3 小时前` / `3 hours ago`."""
    words = stretch(at - now)
    if abs((at - now).total_seconds()) < 60:
        return Label("刚刚", "just now")
    return Label(f"{words.zh}后", f"in {words.en}") if at > now else Label(f"{words.zh}前", f"{words.en} ago")


def left(due_at: dt.datetime, now: dt.datetime) -> Label:
    """`还有 3 小时` / `3 hours left`, `逾期 3 小时` / `3 hours overdue`."""
    words = stretch(due_at - now)
    if abs((due_at - now).total_seconds()) < 60:
        return Label("即将到期", "due any moment") if due_at > now else Label("刚刚到期", "just overdue")
    if due_at > now:
        return Label(f"还有 {words.zh}", f"{words.en} left")
    return Label(f"逾期 {words.zh}", f"{words.en} overdue")


def _clock(local: dt.datetime, *, is_due: bool) -> tuple[dt.date, str]:
    if is_due and (local.hour, local.minute) == (0, 0):  # a term that ends with its day is said as that day's 24:00
        return local.date() - dt.timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def short(at: dt.datetime, now: dt.datetime, *, is_due: bool = False) -> Label:
    """The moment as briefly as it stays clear: `今天 12:30`, `10-14 24:00`, `2025-10-14 09:00`."""
    day, clock = _clock(at.astimezone(COMPANY_ZONE), is_due=is_due)
    today = now.astimezone(COMPANY_ZONE).date()
    near = {0: ("今天", "today"), 1: ("明天", "tomorrow"), -1: ("昨天", "yesterday")}.get((day - today).days)
    if near:
        return Label(f"{near[0]} {clock}", f"{near[1]} {clock}")
    if day.year == today.year:
        return Label(f"{day:%m-%d} {clock}", f"{day.day} {MONTHS[day.month - 1]} {clock}")
    return Label(f"{day:%Y-%m-%d} {clock}", f"{day.day} {MONTHS[day.month - 1]} {day.year}, {clock}")


def full(at: dt.datetime, *, is_due: bool = False) -> Label:
    """`2025-10-14 星期二 09:00` / `Tue 14 Oct 2025, 09:00`: a narrow column breaks it between its parts."""
    day, clock = _clock(at.astimezone(COMPANY_ZONE), is_due=is_due)
    return Label(
        f"{day:%Y-%m-%d} 星期{WEEKDAYS_ZH[day.weekday()]} {clock}",
        f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}, {clock}",
    )


def long_day(day: dt.date) -> Label:
    """`10 月 9 日 星期五` / `Fri 9 Oct`, for headings."""
    return Label(
        f"{day.month} 月 {day.day} 日 星期{WEEKDAYS_ZH[day.weekday()]}",
        f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS[day.month - 1]}",
    )
