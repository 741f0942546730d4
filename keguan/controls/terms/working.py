"""Terms in working days and working time, with what was skipped and why. Part of `due`."""

import datetime as dt
from dataclasses import dataclass

from keguan.controls.terms.deadlines import Deadline, Stretch, StretchKind
from keguan.controls.terms.term import Term, span
from keguan.controls.terms.words import WEEKDAYS, duration, han
from keguan.kernel.records.labels import Label, join
from keguan.org.calendars import DAY_SECONDS, Calendar, Day

AFTER_WORK = Label("下班", "after work")
LUNCH = Label("午休", "lunch break")
BREAK = Label("间歇", "break")
DAY = dt.timedelta(days=1)
FIRST_DAY = Label("首日", "first day")
WORKING = {"working_minute": dt.timedelta(minutes=1), "working_hour": dt.timedelta(hours=1)}
_HAN = {"day": "日", "week": "周", "month": "个月", "year": "年", "hour": "小时", "minute": "分钟",
        "working_day": "个工作日", "working_hour": "个工作小时", "working_minute": "个工作分钟"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """What an arithmetic gets: the start in UTC and on the calendar's clock, and the words for the opening act."""

    start: dt.datetime
    local: dt.datetime
    calendar: Calendar
    since: Label


def said_in_han(term: Term) -> str:
    """The figure and unit of a term in Chinese."""
    # 二个 is never said: 两个工作日, 两小时, but 二日.
    figure = "两" if term.count == 2 and term.unit != "day" else han(term.count)
    blank = " " if figure.isdigit() else ""
    return f"{blank}{figure}{blank}{_HAN[term.unit]}"


def working_days(term: Term, count: Count) -> Deadline:
    """So many working days after the first; ends with the last window of the last."""
    calendar, first = count.calendar, count.local.date()
    upcoming = calendar.working_days(first)
    last = [next(upcoming) for _ in range(term.count)][-1]
    end = calendar.moment(last.date, last.hours[-1].end)
    said = Label(
        f"自{count.since.zh}次日起算{said_in_han(term)}，止于末日（{last.date:%m-%d}）{_clock(last)}",
        f"{span(term.count, term.unit).en} from the day after {count.since.en}, "
        f"to the end of work on the last day ({last.date:%m-%d} {_clock(last)})",
    )
    if term.to_the_minute:
        seconds = (count.local.replace(tzinfo=None) - dt.datetime.combine(first, dt.time())).seconds
        end = calendar.moment(last.date, min(max(seconds, last.hours[0].start), last.hours[-1].end))
        said = Label(
            f"自{count.since.zh}时起算{said_in_han(term)}，止于末日（{last.date:%m-%d}）同一时刻，限在工作时间内",
            f"{span(term.count, term.unit).en} from {count.since.en}, "
            f"to the same time of the last day ({last.date:%m-%d}), within working time",
        )
    stretches = _by_days(count, last.date, end)
    lines = [said, *_skipped_days(calendar, first, last.date)]
    is_provisional = calendar.is_provisional(first, last.date)
    return Deadline(count.start, end, stretches, (*lines, *_warning(is_provisional, last.date)), is_provisional)


def _clock(day: Day) -> str:
    seconds = day.hours[-1].end
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _by_days(count: Count, last: dt.date, end: dt.datetime) -> tuple[Stretch, ...]:
    date, begin, parts = count.local.date(), count.start, _Parts()
    while begin < end:
        stop = min(count.calendar.moment(date, DAY_SECONDS), end)
        day = count.calendar.day(date)
        if date == count.local.date() and date != last:
            parts.add("skipped", begin, stop, FIRST_DAY)
        elif day.is_working:
            parts.add("counted", begin, stop, None)
        else:
            parts.add("skipped", begin, stop, day.why_off)
        date, begin = date + dt.timedelta(days=1), stop
    return tuple(parts.stretches)


def _skipped_days(calendar: Calendar, first: dt.date, last: dt.date) -> list[Label]:
    """The days skipped, by their reason, and the make-up days counted."""
    skipped: dict[str, tuple[Label, int]] = {}
    makeup: list[Label] = []
    for number in range(1, (last - first).days + 1):
        day = calendar.day(first + dt.timedelta(days=number))
        if not day.is_working:
            skipped[day.why_off.zh] = (day.why_off, skipped.get(day.why_off.zh, (day.why_off, 0))[1] + 1)
        elif day.is_makeup:
            weekday = WEEKDAYS[day.date.weekday()]
            makeup.append(Label(f"{day.date:%m-%d}（{weekday.zh}）", f"{weekday.en} {day.date:%m-%d}"))
    lines = []
    if skipped:
        words = [
            Label(f"{why.zh} {n} 天", f"{n} {'day' if n == 1 else 'days'} of {why.en}") for why, n in skipped.values()
        ]
        said = join(words, "、", ", ")
        lines.append(Label(f"跳过{said.zh}", f"skipped: {said.en}"))
    if makeup:
        said = join(makeup, "、", ", ")
        lines.append(Label(f"{said.zh}补班，照计", f"make-up working days counted: {said.en}"))
    return lines


def _warning(is_provisional: bool, last: dt.date) -> list[Label]:
    if not is_provisional:
        return []
    return [Label(
        f"{last.year} 年放假安排尚未公布，暂按法定节假日计，公布后可能变动",
        f"public holidays and make-up days of {last.year} are not announced yet: provisional",
    )]  # fmt: skip


def working_time(term: Term, count: Count) -> Deadline:
    """So much working time, to the minute."""
    calendar, amount = count.calendar, term.count * WORKING[term.unit]
    end = calendar.add(count.start, amount)
    last = calendar.local(end).date()
    parts = _by_windows(calendar, count.start, end)
    said = Label(
        f"自{count.since.zh}时起算{said_in_han(term)}，只计工作时间",
        f"{span(term.count, term.unit).en} from {count.since.en}, working time only",
    )
    skipped: dict[str, tuple[Label, dt.timedelta]] = {}
    for one in parts.stretches:
        if one.why:
            before = skipped.get(one.why.zh, (one.why, dt.timedelta()))[1]
            skipped[one.why.zh] = (one.why, before + one.end - one.start)
    lines = [said]
    if skipped:
        words = [Label(f"{why.zh} {duration(n).zh}", f"{why.en} {duration(n).en}") for why, n in skipped.values()]
        joined = join(words, "、", ", ")
        lines.append(Label(f"跳过{joined.zh}", f"skipped: {joined.en}"))
    provisional = calendar.is_provisional(count.local.date(), last)
    lines += _warning(provisional, last)
    return Deadline(count.start, end, tuple(parts.stretches), tuple(lines), provisional, is_by_time=True)


def _by_windows(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> "_Parts":
    """What is counted and skipped of working time between two moments, the second in or at the end of a window."""
    parts, at, before = _Parts(), start, None
    first, last = calendar.local(start).date() - DAY, calendar.local(end).date()
    for day, begin, stop in calendar.windows(first, last):
        if begin >= end or at >= end:
            break
        if stop > start:
            if at < begin:
                _gap(parts, calendar, at, begin, is_break=day == before)
            parts.add("counted", max(begin, start), min(stop, end), None)
            at = stop
        before = day
    return parts


def _gap(parts: "_Parts", calendar: Calendar, start: dt.datetime, end: dt.datetime, *, is_break: bool) -> None:
    """Time without work: a break between two windows of one day, else by day what kind of day it is."""
    if is_break:
        parts.add("skipped", start, end, LUNCH if 10 <= calendar.local(start).hour <= 14 else BREAK)
        return
    while start < end:
        date = calendar.local(start).date()
        stop = min(calendar.moment(date, DAY_SECONDS), end)
        day = calendar.day(date)
        parts.add("skipped", start, stop, AFTER_WORK if day.is_working else day.why_off)
        start = stop


class _Parts:
    """Stretches end to end; equal neighbours grow together."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def add(self, kind: StretchKind, start: dt.datetime, end: dt.datetime, why: Label | None) -> None:
        if self.stretches and self.stretches[-1].kind == kind and self.stretches[-1].why == why:
            start = self.stretches.pop().start
        self.stretches.append(Stretch(kind, start, end, why))
