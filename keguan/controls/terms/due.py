"""When a term ends: the arithmetic of design.md, "Terms", and its explanation. Pure; the calendar and facts are given.

The first day does not count; day terms end with the day (working days: with its last window); hours are of the clock
and run to the minute; working hours count working time; a rest day at the end does not shift.
"""

import calendar as months
import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache

from keguan.controls.terms.deadlines import Deadline, Stretch
from keguan.controls.terms.term import Form, Term, TermUnknown, span
from keguan.controls.terms.working import FIRST_DAY, WORKING, Count, said_in_han, working_days, working_time
from keguan.kernel.records.labels import Label
from keguan.org.calendars import DAY_SECONDS, Calendar

START = Label("开始", "the start")
_CLOCK = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1)}


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
    if term.form is Form.BEFORE_FACT:
        value = lookup(term.fact or "")
        if not isinstance(value, dt.date):
            raise TermUnknown(term.fact or "")
        date = calendar.local(value).date() if isinstance(value, dt.datetime) else value
        return _deadline(term, start.astimezone(dt.UTC), calendar, since or START, date)
    return _deadline(term, start.astimezone(dt.UTC), calendar, since or START)


# The items of a list mostly start together under the same term.
@lru_cache(maxsize=4096)
def _deadline(
    term: Term, start: dt.datetime, calendar: Calendar, since: Label, target: dt.date | None = None
) -> Deadline:
    count = Count(start, calendar.local(start), calendar, since)
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
            return _before(term, count, target)
        case Form.SPAN | Form.FACT:
            return _span(term, count)


def _span(term: Term, count: Count) -> Deadline:
    if term.unit in _CLOCK:
        end = count.start + term.count * _CLOCK[term.unit]
        said = Label(
            f"自{count.since.zh}时起算{said_in_han(term)}，按钟点连续计算，不扣休息时间",
            f"{span(term.count, term.unit).en} from {count.since.en}, by the clock, rest included",
        )
        return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,), is_by_time=True)
    if term.unit in WORKING:
        return working_time(term, count)
    if term.unit == "working_day":
        return working_days(term, count)
    return _natural_days(term, count)


def shifted(day: dt.date, count: int, unit: str) -> tuple[dt.date, bool]:
    """The day so many days, weeks, months or years on (or back), and whether the month had to be cut short."""
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1)), False
    total = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(total, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)), day.day > last


def _natural_days(term: Term, count: Count) -> Deadline:
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
            f"自{count.since.zh}时起算{said_in_han(term)}，止于{where.zh.strip()}同一时刻；不因假日顺延",
            f"{span(term.count, term.unit).en} from {count.since.en}, to the same time on {where.en}; "
            "not moved by holidays",
        )
        return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))
    said = Label(
        f"自{count.since.zh}次日起算{said_in_han(term)}，{how.zh}，止于{where.zh}24 时；不因假日顺延",
        f"{span(term.count, term.unit).en} from the day after {count.since.en}, {how.en}, "
        f"to the end of {where.en} at 24:00; not moved by holidays",
    )
    return _to_day_end(count, last, said)


def _to_day_end(count: Count, last: dt.date, said: Label) -> Deadline:
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


def _by_time(term: Term, count: Count) -> Deadline:
    clock = term.clock or dt.time()
    end = dt.datetime.combine(count.local.date(), clock, count.local.tzinfo)
    which = Label("当日", "the same day")
    if end <= count.local:
        end = dt.datetime.combine(count.local.date() + dt.timedelta(days=1), clock, count.local.tzinfo)
        which = Label("次日", "the next day")
    at = end.astimezone(dt.UTC)
    said = Label(f"止于{count.since.zh}{which.zh} {clock:%H:%M}", f"ends {which.en} at {clock:%H:%M}")
    return Deadline(count.start, at, (Stretch("counted", count.start, at),), (said,), is_by_time=True)


def _by_day(term: Term, count: Count) -> Deadline:
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


def _before(term: Term, count: Count, target: dt.date | None) -> Deadline:
    if target is None:
        target = term.on or count.local.date()
        end = count.calendar.moment(target)
        said = Label(f"应在 {target} 之前，即止于前一日 24 时", f"before {target}: to the end of the day before")
        return _fixed(count, end, said)
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
        f"{target} 之前{said_in_han(term)}，即止于 {day} 24 时{cut.zh}",
        f"{span(term.count, term.unit).en} before {target}: to the end of {day}{cut.en}",
    )
    return _fixed(count, count.calendar.moment(day, DAY_SECONDS), said)


def _fixed(count: Count, end: dt.datetime, said: Label) -> Deadline:
    if end <= count.start:
        return Deadline(count.start, end, (), (said, _already()))
    return Deadline(count.start, end, (Stretch("counted", count.start, end),), (said,))
