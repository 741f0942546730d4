"""The stretches of a term: what was counted, skipped and why, paused; end to end from its start to its due moment."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise

from keguan.controls.terms.deadlines import Stretch, StretchKind
from keguan.controls.terms.term import Counting, Form, Term
from keguan.kernel.records.labels import Label
from keguan.org.calendars import DAY_SECONDS, Calendar

AFTER_WORK = Label("下班", "after work")
LUNCH = Label("午休", "lunch break")
BREAK = Label("间歇", "break")
FIRST_DAY = Label("首日", "first day")
DAY = dt.timedelta(days=1)
Pause = tuple[dt.datetime, dt.datetime]


def stretches_of(
    term: Term, start: dt.datetime, end: dt.datetime, calendar: Calendar, pauses: Iterable[Pause] = ()
) -> tuple[Stretch, ...]:
    """The stretches of a term from `start` to its end; none where the end came first."""
    if end <= start:
        return ()
    match term.counting:
        case Counting.WORKING_TIME:
            found = _by_windows(calendar, start, end)
        case Counting.WORKING_DAYS:
            found = _by_days(calendar, start, end)
        case Counting.DAYS if not term.to_the_minute:
            found = _after_first_day(calendar, start, end)
        case _ if term.form is Form.SAME_DAY:
            found = _after_first_day(calendar, start, end)
        case _:
            found = [Stretch("counted", start, end)]
    for pause in pauses:
        found = _paused(found, pause)
    return tuple(found)


def _after_first_day(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> list[Stretch]:
    second = calendar.moment(calendar.local(start).date(), DAY_SECONDS)
    if end <= second:
        return [Stretch("counted", start, end)]
    return [Stretch("skipped", start, second, FIRST_DAY), Stretch("counted", second, end)]


def _by_days(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> list[Stretch]:
    first = date = calendar.local(start).date()
    begin, parts = start, _Parts()
    while begin < end:
        # a night shift ends on the day after the last that counts
        stop = min(calendar.moment(date, DAY_SECONDS), end)
        day = calendar.day(date)
        if date == first and stop < end:
            parts.add("skipped", begin, stop, FIRST_DAY)
        elif day.is_working or stop == end:
            parts.add("counted", begin, stop, None)
        else:
            parts.add("skipped", begin, stop, day.why_off)
        date, begin = date + DAY, stop
    return parts.stretches


def _by_windows(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> list[Stretch]:
    """What is counted and skipped of working time between two moments."""
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
    if at < end:
        _gap(parts, calendar, at, end, is_break=False)
    return parts.stretches


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


def _paused(stretches: Sequence[Stretch], pause: Pause) -> list[Stretch]:
    begin, stop = pause
    parts = _Parts()
    for one in stretches:
        cuts = [one.start, *(at for at in (begin, stop) if one.start < at < one.end), one.end]
        for start, end in pairwise(cuts):
            if begin <= start < stop:
                parts.add("paused", start, end, None)
            else:
                parts.add(one.kind, start, end, one.why)
    return parts.stretches


class _Parts:
    """Stretches end to end; equal neighbours grow together."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []

    def add(self, kind: StretchKind, start: dt.datetime, end: dt.datetime, why: Label | None) -> None:
        if self.stretches and self.stretches[-1].kind == kind and self.stretches[-1].why == why:
            start = self.stretches.pop().start
        self.stretches.append(Stretch(kind, start, end, why))
