"""When a term ends: the arithmetic of design.md, "Terms", and its explanation. Pure; the calendar and facts are given.

The first day does not count; day terms end with the day (working days: with its last window); hours are of the clock
and run to the minute; working hours count working time; a rest day at the end does not shift.
"""

import calendar as months
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from keguan.controls.terms.calendars import DAY_SECONDS, Calendar, Day
from keguan.controls.terms.deadlines import Deadline, Stretch, StretchKind
from keguan.controls.terms.term import Form, Term, TermUnknown, span
from keguan.controls.terms.words import WEEKDAYS, duration, han
from keguan.kernel.records.labels import Label, join

START = Label("起算", "the start")
FIRST_DAY = Label("首日", "first day")
LUNCH = Label("午休", "lunch break")
AFTER_WORK = Label("下班", "after work")
_CLOCK = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1)}
_WORKING = {"working_minute": dt.timedelta(minutes=1), "working_hour": dt.timedelta(hours=1)}
_HAN = {"day": "日", "week": "周", "month": "个月", "year": "年", "hour": "小时", "minute": "分钟",
        "working_day": "个工作日", "working_hour": "个工作小时", "working_minute": "个工作分钟"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Count:
    """What an arithmetic gets: the start in UTC and on the calendar's clock, and the words for the opening act."""

    start: dt.datetime
    local: dt.datetime
    calendar: Calendar
    since: Label


def due(
    term: Term,
    start: dt.datetime,
    calendar: Calendar,
    *,
    since: Label | None = None,
    facts: Callable[[str], object] | Mapping[str, object] | None = None,
) -> Deadline:
    """The deadline of a term that starts at `start` (aware).

    `since` is the opening act in words (受理, acceptance). `facts` gives what `$fact` and `before fact` terms read:
    a date, a moment, a term or its text. `TermUnknown` names a fact or parameter without a value; `NoWorkingTime`
    says that the calendar never comes to an end of it.
    """
    lookup = facts.get if isinstance(facts, Mapping) else facts or (lambda _name: None)
    term = term.resolved(lookup)
    if term.parameter and not term.is_configured:
        raise TermUnknown(term.parameter)
    count = _Count(start.astimezone(dt.UTC), calendar.local(start), calendar, since or START)
    match term.form:
        case Form.SAME_DAY:
            return _to_day_end(count, count.local.date(), Label(
                f"止于{count.since.zh}当日 24 时", f"ends on the day of {count.since.en} at 24:00"
            ))  # fmt: skip
        case Form.BY_TIME:
            return _by_time(term, count)
        case Form.BY_DAY:
            return _by_day(term, count)
        case Form.BEFORE_DATE | Form.BEFORE_FACT:
            return _before(term, count, lookup)
        case Form.SPAN | Form.FACT:
            return _span(term, count)


def _span(term: Term, count: _Count) -> Deadline:
    if term.unit in _CLOCK:
        end = count.start + term.count * _CLOCK[term.unit]
        said = Label(
            f"自{count.since.zh}时起算{_han(term)}，按钟点连续计算，不扣休息时间",
            f"{span(term.count, term.unit).en} from {count.since.en}, by the clock, rest included",
        )
        return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,), is_by_time=True)
    if term.unit in _WORKING:
        return _working_time(term, count)
    if term.unit == "working_day":
        return _working_days(term, count)
    return _natural_days(term, count)


def _han(term: Term) -> str:
    # 二个 is never said: 两个工作日, 两小时, but 二日.
    figure = "两" if term.count == 2 and term.unit != "day" else han(term.count)
    blank = " " if figure.isdigit() else ""
    return f"{blank}{figure}{blank}{_HAN[term.unit]}"


def shifted(day: dt.date, count: int, unit: str) -> tuple[dt.date, bool]:
    """The day so many days, weeks, months or years on (or back), and whether the month had to be cut short."""
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1)), False
    total = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(total, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)), day.day > last


def _natural_days(term: Term, count: _Count) -> Deadline:
    last, is_cut = shifted(count.local.date(), term.count, term.unit)
    how, where = Label("按自然日计", "in natural days"), Label("末日 ", "the last day")
    if term.unit in ("month", "year"):
        how = Label("按月历计" if term.unit == "month" else "按年历计", "by the calendar")
        where = Label(f"对应日（{last:%m-%d}）", f"the day of the same number ({last:%m-%d})")
    if is_cut:
        where = Label(
            f"月末日（{last:%m-%d}，当月无对应日）", f"the month's last day ({last:%m-%d}; it has no such day)"
        )
    if term.to_the_minute:
        end = dt.datetime.combine(last, count.local.time(), count.local.tzinfo).astimezone(dt.UTC)
        said = Label(
            f"自{count.since.zh}时起算{_han(term)}，止于{where.zh.strip()}同一时刻；不因假日顺延",
            f"{span(term.count, term.unit).en} from {count.since.en}, to the same time on {where.en}; not moved by holidays",
        )
        return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))
    said = Label(
        f"自{count.since.zh}次日起算{_han(term)}，{how.zh}，止于{where.zh}24 时；不因假日顺延",
        f"{span(term.count, term.unit).en} from the day after {count.since.en}, {how.en}, "
        f"to the end of {where.en} at 24:00; not moved by holidays",
    )
    return _to_day_end(count, last, said)


def _to_day_end(count: _Count, last: dt.date, said: Label) -> Deadline:
    """A deadline at the end of a day: the first day is skipped where others follow it."""
    end = count.calendar.moment(last, DAY_SECONDS)
    second = count.calendar.moment(count.local.date(), DAY_SECONDS)
    if end <= count.start:
        return Deadline(count.start, end, (), (said, _already()))
    if end <= second:
        return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))
    parts = (Stretch("skipped", count.start, second, FIRST_DAY), Stretch("counted", second, end))
    return Deadline(count.start, end, parts, (said,))


def _already() -> Label:
    return Label("起算时已过期限", "it was over before it began")


def _by_time(term: Term, count: _Count) -> Deadline:
    clock = term.clock or dt.time()
    end = dt.datetime.combine(count.local.date(), clock, count.local.tzinfo)
    which = Label("当日", "the same day")
    if end <= count.local:
        end = dt.datetime.combine(count.local.date() + dt.timedelta(days=1), clock, count.local.tzinfo)
        which = Label("次日", "the next day")
    at = end.astimezone(dt.UTC)
    said = Label(f"止于{count.since.zh}{which.zh} {clock:%H:%M}", f"ends {which.en} at {clock:%H:%M}")
    return Deadline(count.start, at, (Stretch("counted", count.start, at),), (said,), is_by_time=True)


def _by_day(term: Term, count: _Count) -> Deadline:
    wanted, first = term.day or 1, count.local.date().replace(day=1)
    day = _clipped(first, wanted)
    if day < count.local.date():
        first, _ = shifted(first, 1, "month")
        day = _clipped(first, wanted)
    cut = (
        Label("（当月无此日，止于月末日）", " (the month has no such day: its last)")
        if day.day < wanted
        else Label("", "")
    )
    end = count.calendar.moment(day, DAY_SECONDS)
    said = Label(
        f"止于 {day} 24 时，即最近的 {wanted} 日{cut.zh}", f"ends on {day} at 24:00, the next day {wanted}{cut.en}"
    )
    return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))


def _clipped(first: dt.date, day: int) -> dt.date:
    return first.replace(day=min(day, months.monthrange(first.year, first.month)[1]))


def _before(term: Term, count: _Count, lookup: Callable[[str], object]) -> Deadline:
    if term.form is Form.BEFORE_DATE and term.on:
        end = count.calendar.moment(term.on)
        said = Label(f"应在 {term.on} 之前，即止于前一日 24 时", f"before {term.on}: to the end of the day before")
        return _fixed(count, end, said)
    value = lookup(term.fact or "")
    if not isinstance(value, dt.date):
        raise TermUnknown(term.fact or "")
    target = count.calendar.local(value).date() if isinstance(value, dt.datetime) else value
    if term.unit == "working_day":
        day, remaining = target, term.count
        while remaining:
            day -= dt.timedelta(days=1)
            remaining -= count.calendar.day(day).is_working
        is_cut = False
    else:
        day, is_cut = shifted(target, -term.count, term.unit)
    cut = Label("（当月无对应日，取月末日）", " (the month has no such day: its last)") if is_cut else Label("", "")
    said = Label(
        f"{target} 之前{_han(term)}，即止于 {day} 24 时{cut.zh}",
        f"{span(term.count, term.unit).en} before {target}: to the end of {day}{cut.en}",
    )
    return _fixed(count, count.calendar.moment(day, DAY_SECONDS), said)


def _fixed(count: _Count, end: dt.datetime, said: Label) -> Deadline:
    if end <= count.start:
        return Deadline(count.start, end, (), (said, _already()))
    return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))


def _working_days(term: Term, count: _Count) -> Deadline:
    calendar, first = count.calendar, count.local.date()
    days, upcoming = [], calendar.working_days(first)
    for _ in range(term.count):
        days.append(next(upcoming))
    last = days[-1]
    end = calendar.moment(last.date, last.hours[-1].end)
    said = Label(
        f"自{count.since.zh}次日起算{_han(term)}，止于末日（{last.date:%m-%d}）{_clock(last)}",
        f"{span(term.count, term.unit).en} from the day after {count.since.en}, "
        f"to the end of work on the last day ({last.date:%m-%d} {_clock(last)})",
    )
    if term.to_the_minute:
        seconds = (count.local.replace(tzinfo=None) - dt.datetime.combine(first, dt.time())).seconds
        end = calendar.moment(last.date, min(max(seconds, last.hours[0].start), last.hours[-1].end))
        said = Label(
            f"自{count.since.zh}时起算{_han(term)}，止于末日（{last.date:%m-%d}）同一时刻，限在工作时间内",
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


def _by_days(count: _Count, last: dt.date, end: dt.datetime) -> tuple[Stretch, ...]:
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


def _working_time(term: Term, count: _Count) -> Deadline:
    calendar, amount = count.calendar, term.count * _WORKING[term.unit]
    end = calendar.add(count.start, amount)
    parts, date, last = _Parts(), count.local.date(), calendar.local(end).date()
    while date <= last:
        _day_parts(parts, calendar, date, count.start, end)
        date += dt.timedelta(days=1)
    said = Label(
        f"自{count.since.zh}时起算{_han(term)}，只计工作时间",
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


def _day_parts(parts: "_Parts", calendar: Calendar, date: dt.date, start: dt.datetime, end: dt.datetime) -> None:
    day = calendar.day(date)

    def part(kind: StretchKind, first: int, last: int, why: Label | None) -> None:
        begin, stop = max(calendar.moment(date, first), start), min(calendar.moment(date, last), end)
        if begin < stop:
            parts.add(kind, begin, stop, why)

    if not day.is_working:
        part("skipped", 0, DAY_SECONDS, day.why_off)
        return
    at = 0
    for index, hours in enumerate(day.hours):
        part("skipped", at, hours.start, LUNCH if index else AFTER_WORK)
        part("counted", hours.start, hours.end, None)
        at = hours.end
    part("skipped", at, DAY_SECONDS, AFTER_WORK)


class _Parts:
    """Stretches end to end; equal neighbours grow together."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def add(self, kind: StretchKind, start: dt.datetime, end: dt.datetime, why: Label | None) -> None:
        if self.stretches and self.stretches[-1].kind == kind and self.stretches[-1].why == why:
            start = self.stretches.pop().start
        self.stretches.append(Stretch(kind, start, end, why))
