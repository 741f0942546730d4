"""Durations and moments as people say them: 5 天 12 小时, 今天 12:30, 10-14 24:00, 周六."""

import datetime as dt
from zoneinfo import ZoneInfo

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

WEEKDAYS = [Label(f"周{zh}", en) for zh, en in zip(
    "一二三四五六日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True
)]  # fmt: skip
_DIGITS = "零一二三四五六七八九"


def han(number: int) -> str:
    """A small number in Chinese as it stands in a policy (六, 十五, 三十); from 100 on in figures."""
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def duration(span: dt.timedelta, parts: int = 2) -> Label:
    """A length of time by its `parts` largest units, rounded down: 5 天 12 小时, 1 小时 20 分."""
    minutes = int(span.total_seconds()) // 60
    figures = (
        (minutes // 1440, "天", "day"),
        (minutes // 60 % 24, "小时", "h"),
        (minutes % 60, "分", "min"),
    )
    first = next((index for index, (count, _, _) in enumerate(figures) if count), None)
    if first is None:
        return Label("不到 1 分", "less than a minute")
    said = [one for one in figures[first : first + parts] if one[0]]
    return Label(
        " ".join(f"{count} {zh}" for count, zh, _ in said),
        " ".join(f"{count} {en}{'s' if en == 'day' and count > 1 else ''}" for count, _, en in said),
    )


def day_words(day: dt.date, today: dt.date) -> Label:
    """A day as seen from today: 今天, 明天, 周一 10-12, with the year when it is another."""
    apart = (day - today).days
    if apart in (-1, 0, 1):
        return (Label("昨天", "yesterday"), Label("今天", "today"), Label("明天", "tomorrow"))[apart + 1]
    figures = f"{day:%m-%d}" if day.year == today.year else day.isoformat()
    weekday = WEEKDAYS[day.weekday()]
    if 1 < apart < 7:
        return Label(f"{weekday.zh} {figures}", f"{weekday.en[:3]} {figures}")
    return Label(figures, figures)


def due_words(due_at: dt.datetime, now: dt.datetime, zone: ZoneInfo = COMPANY_ZONE) -> Label:
    """When something is due: 今天 12:30, 10-14 24:00 (midnight belongs to the day it ends)."""
    local, today = due_at.astimezone(zone), now.astimezone(zone).date()
    day, clock = local.date(), f"{local:%H:%M}"
    if local.time() == dt.time():
        day, clock = day - dt.timedelta(days=1), "24:00"
    said = day_words(day, today)
    return Label(f"{said.zh} {clock}", f"{said.en} {clock}")


def left(due_at: dt.datetime, now: dt.datetime, *, short: bool = False) -> Label:
    """Time left or overdue: 还有 5 天 12 小时, 逾期 2 小时; `short` leaves out 还有 (1 小时 20 分)."""
    if now > due_at:
        span = duration(now - due_at)
        return Label(f"逾期 {span.zh}" if span.zh[0].isdigit() else f"逾期{span.zh}", f"{span.en} overdue")
    span = duration(due_at - now)
    if short:
        return span
    return Label(f"还有 {span.zh}" if span.zh[0].isdigit() else f"还有{span.zh}", f"{span.en} left")
