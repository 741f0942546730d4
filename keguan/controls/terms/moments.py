"""When terms end: the bare arithmetic of design.md, "Terms". Pure; everything that explains or moves a term calls it.

The first day does not count; day terms end with the day (working days: with its last window); hours are of the clock
and run to the minute; working hours count working time; a rest day at the end does not shift.
"""

import calendar as months
import datetime as dt
from itertools import islice

from keguan.controls.terms.term import RING, Counting, Form, Term, TermUnknown
from keguan.org.calendars import DAY_SECONDS, Calendar

DAY = dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)
MINUTES = {"minute": 1, "hour": 60, "working_minute": 1, "working_hour": 60}


def due_moment(term: Term, start: dt.datetime, calendar: Calendar, target: dt.date | None = None) -> dt.datetime:
    """The moment (UTC) at which a resolved term that starts at `start` ends; `target` is the day of a fact.

    `TermUnknown` where the length of a ring is not known, `NoWorkingTime` where the calendar never comes to an end.
    """
    if term.form in (Form.FACT, Form.TABLE):
        raise TermUnknown(term.fact or "within")  # it has to be settled first
    if term.counting is Counting.CLOCK:
        return start.astimezone(dt.UTC) + length(term)
    if term.counting is Counting.WORKING_TIME:
        return calendar.add(start, length(term))
    if term.form is Form.UNTIL and term.at is not None:
        return term.at
    local = calendar.local(start)
    if term.form is Form.BY_TIME:
        return _by_time(term.clock or dt.time(), start, local.date(), calendar)
    return closing(term, last_day(term, local.date(), calendar, target), local, calendar)


def due_after(term: Term, end: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The end of a term that runs on from a due moment: midnight belongs to the day that it ends."""
    counts_time = term.counting in (Counting.CLOCK, Counting.WORKING_TIME)
    return due_moment(term, end if counts_time else end - INSTANT, calendar)


def length(term: Term) -> dt.timedelta:
    """The time of the clock, or the working time, that a term measures."""
    if term.unit == "ring":
        if not term.ring_seconds:
            raise TermUnknown(RING)
        return dt.timedelta(seconds=term.count * term.ring_seconds)
    return dt.timedelta(minutes=term.count * MINUTES[term.unit])


def last_day(  # noqa: PLR0911 – one case for each form
    term: Term, first: dt.date, calendar: Calendar, target: dt.date | None = None
) -> dt.date:
    """The last day of a term whose first is `first`."""
    match term.form:
        case Form.SPAN if term.counting is Counting.WORKING_DAYS:
            return nth_working_day(calendar, first, term.count)
        case Form.SPAN:
            return shifted(first, term.count, term.unit)[0]
        case Form.BY_DAY:
            return by_day(term.day or 1, first, is_fixed=term.of_month)
        case Form.BEFORE_DATE if term.on is not None:
            return term.on - DAY
        case Form.BEFORE_FACT:
            if target is None:
                raise TermUnknown(term.fact or "")
            if term.unit == "working_day":
                return next(islice(calendar.working_days_before(target), term.count - 1, None)).date
            return shifted(target, -term.count, term.unit)[0]
        case Form.PERIOD_END:
            return period_end(term.unit, first)
        case _:
            return first


def closing(term: Term, day: dt.date, local: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The moment at which a term whose last day is `day` ends; `local` is its start on the calendar's clock."""
    hours = calendar.day(day).hours if term.unit == "working_day" else ()
    if term.to_the_minute:
        end = dt.datetime.combine(day, local.time().replace(fold=0), calendar.zone).astimezone(dt.UTC)
        if hours:
            end = min(max(end, calendar.moment(day, hours[0].start)), calendar.moment(day, hours[-1].end))
        return end
    return calendar.moment(day, hours[-1].end if hours else DAY_SECONDS)


def nth_working_day(calendar: Calendar, after: dt.date, count: int) -> dt.date:
    """The so-maniest working day after the date; the date itself for none."""
    return next(islice(calendar.working_days(after), count - 1, None)).date if count else after


def shifted(day: dt.date, count: int, unit: str) -> tuple[dt.date, bool]:
    """The day so many days, weeks, months or years on (or back), and whether the month had to be cut short."""
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1)), False
    total = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(total, 12)
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last)), day.day > last


def by_day(wanted: int, first: dt.date, *, is_fixed: bool) -> dt.date:
    """The first day of that number from `first` on (in a month without it, its last); `is_fixed`: of that month."""
    month = first.replace(day=1)
    day = clipped(month, wanted)
    return clipped(shifted(month, 1, "month")[0], wanted) if day < first and not is_fixed else day


def clipped(month: dt.date, day: int) -> dt.date:
    """The day of the month, or its last where it has none."""
    return month.replace(day=min(day, months.monthrange(month.year, month.month)[1]))


def period_end(period: str, day: dt.date) -> dt.date:
    """The last day of the period in which the day lies; weeks end on Sunday."""
    match period:
        case "week":
            return day + dt.timedelta(days=6 - day.weekday())
        case "month":
            return clipped(day.replace(day=1), 31)
        case "quarter":
            return clipped(day.replace(month=(day.month + 2) // 3 * 3, day=1), 31)
        case "year":
            return day.replace(month=12, day=31)
        case _:
            return day


def _by_time(clock: dt.time, start: dt.datetime, day: dt.date, calendar: Calendar) -> dt.datetime:
    # the first time that the clock shows it, also where it is put back
    end = dt.datetime.combine(day, clock, calendar.zone).astimezone(dt.UTC)
    return end if end > start else dt.datetime.combine(day + DAY, clock, calendar.zone).astimezone(dt.UTC)
