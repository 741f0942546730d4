"""How pauses and extensions move the end of a running term. Pure.

Time of the clock stops during a pause; working time keeps what remains of it; day terms move by the days, working-day
terms by the working days, between pause and resumption. A term whose end is fixed (a date, a time of day) cannot be
paused. An extension is to a moment, to the end of a day, or by another term from the moment that was due.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from keguan.controls.terms.moments import DAY, INSTANT, closing, due_after, due_moment, last_day, nth_working_day
from keguan.controls.terms.stretches import Pause
from keguan.controls.terms.term import Counting, Term
from keguan.controls.terms.words import duration
from keguan.kernel.records.labels import Label
from keguan.org.calendars import DAY_SECONDS, Calendar

OpenPause = tuple[dt.datetime, dt.datetime | None]
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Extension:
    """More time: to a moment, to the end of a day, or by a term from the moment that was due.

    `at` is when it was granted: pauses before it count first. Without one, it comes last.
    """

    to: "dt.datetime | dt.date | Term"
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A term after its pauses and extensions: its end, its last day, the pauses that counted, the words for each.

    `paused_since`: it is stopped now; its end stands as it was and moves when it goes on.
    """

    end: dt.datetime
    last: dt.date
    pauses: tuple[Pause, ...] = ()
    lines: tuple[Label, ...] = ()
    paused_since: dt.datetime | None = None


def moved(
    term: Term, start: dt.datetime, calendar: Calendar, target: dt.date | None = None,
    pauses: Sequence[OpenPause] = (), extensions: Sequence[Extension] = (),
) -> Moved:  # fmt: skip
    """The end of a term under pauses and extensions, in the order of their happening."""
    end = due_moment(term, start, calendar, target)
    if term.counting in (Counting.CLOCK, Counting.WORKING_TIME):
        last = calendar.local(end).date()
    else:
        last = last_day(term, calendar.local(start).date(), calendar, target)
    run = _Run(term, start, calendar, end, last)
    for begin, stop, extension in _in_order(pauses, extensions):
        if extension is not None:
            run.extend(extension)
        elif stop is None:
            run.stop(begin)
        else:
            run.pause(begin, stop)
    return Moved(run.end, run.last, tuple(run.pauses), tuple(run.lines), run.stopped_at)


def _in_order(
    pauses: Iterable[OpenPause], extensions: Iterable[Extension]
) -> Iterator[tuple[dt.datetime, dt.datetime | None, Extension | None]]:
    events: list[tuple[dt.datetime, int, dt.datetime | None, Extension | None]] = [
        (begin, 0, stop, None) for begin, stop in merged(pauses)
    ]
    events += [(one.at or _NEVER, 1, None, one) for one in extensions]
    for begin, _, stop, extension in sorted(events, key=lambda event: event[:2]):
        yield begin, stop, extension


def merged(pauses: Iterable[OpenPause]) -> list[OpenPause]:
    """Pauses in order, those that overlap or touch made one; empty ones left out."""
    found: list[OpenPause] = []
    for begin, stop in sorted(pauses, key=lambda pause: (pause[0], pause[1] or _NEVER)):
        if stop is not None and stop <= begin:
            continue
        if found and (found[-1][1] is None or begin <= found[-1][1]):
            before, until = found[-1]
            found[-1] = (before, None if until is None or stop is None else max(until, stop))
        else:
            found.append((begin, stop))
    return found


@dataclass
class _Run:
    """A term as it runs: its end so far and the last day of its own count."""

    term: Term
    start: dt.datetime
    calendar: Calendar
    end: dt.datetime
    last: dt.date

    def __post_init__(self) -> None:
        self.pauses: list[Pause] = []
        self.lines: list[Label] = []
        self.stopped_at: dt.datetime | None = None

    def stop(self, begin: dt.datetime) -> None:
        """It is paused and has not gone on."""
        if self.term.can_pause and begin < self.end:
            self.stopped_at = max(begin, self.start)
            self.pauses.append((self.stopped_at, max(self.end, self.stopped_at)))
            at = self._words(self.stopped_at)
            self.lines.append(Label(f"{at} 起暂停，恢复后顺延", f"paused from {at}; it moves when it goes on"))

    def pause(self, begin: dt.datetime, stop: dt.datetime) -> None:
        """It was paused: what remained at the pause remains at the resumption. After its end nothing can stop it."""
        begin = max(begin, self.start)
        if not self.term.can_pause or begin >= self.end or stop <= begin:
            return
        moved_by = self._move(begin, stop)
        self.pauses.append((begin, stop))
        first, last, end = self._words(begin), self._words(stop), self._words(self.end)
        self.lines.append(Label(
            f"{first} 至 {last} 暂停，顺延{moved_by.zh}，止于 {end}",
            f"paused from {first} to {last}: moved by {moved_by.en}, ends on {end}",
        ))  # fmt: skip

    def _move(self, begin: dt.datetime, stop: dt.datetime) -> Label:
        calendar, counting = self.calendar, self.term.counting
        if counting is Counting.CLOCK or (counting is Counting.DAYS and self.term.to_the_minute):
            self.end += stop - begin
            self.last = calendar.local(self.end).date()
            return _blank(duration(stop - begin))
        if counting is Counting.WORKING_TIME:
            rest = calendar.working_time(begin, self.end)
            end = calendar.add(stop, rest) if rest else max(stop, self.end)
            by = calendar.working_time(self.end, end)
            self.end, self.last = end, calendar.local(end).date()
            words = duration(by) if by else Label("0 分", "0 min")
            return Label(f"工作时间 {words.zh}", f"{words.en} of working time")
        first, last = calendar.local(begin).date(), calendar.local(stop).date()
        if counting is Counting.DAYS:
            days = (last - first).days
            self.last += days * DAY
            said = Label(f" {days} 日", f"{days} day{'' if days == 1 else 's'}")
        else:
            days = sum(calendar.day(first + n * DAY).is_working for n in range(1, (last - first).days + 1))
            self.last = nth_working_day(calendar, self.last, days)
            said = Label(f" {days} 个工作日", f"{days} working day{'' if days == 1 else 's'}")
        if days:  # paused and resumed on one day, an end set by an extension stays as it was set
            self.end = closing(self.term, self.last, calendar.local(self.start), calendar)
        return said

    def extend(self, extension: Extension) -> None:
        """Its end is put off, or set, anew."""
        to, calendar, by = extension.to, self.calendar, Label("", "")
        if isinstance(to, dt.datetime):
            self.end = to.astimezone(dt.UTC)
            self.last = calendar.local(self.end - INSTANT).date()
        elif isinstance(to, dt.date):
            self.end, self.last = calendar.moment(to, DAY_SECONDS), to
        else:
            before = calendar.local(self.end - INSTANT).date()
            self.end = due_after(to, self.end, calendar)
            is_time = to.counting in (Counting.CLOCK, Counting.WORKING_TIME)
            self.last = calendar.local(self.end).date() if is_time else last_day(to, before, calendar)
            by = to.label()
        end = self._words(self.end)
        self.lines.append(Label(f"展期{f'（{by.zh}）' if by.zh else ''}，止于 {end}",
                                f"extended{f' ({by.en})' if by.en else ''}: ends on {end}"))  # fmt: skip

    def _words(self, at: dt.datetime) -> str:
        return moment_words(at, self.calendar)


def moment_words(at: dt.datetime, calendar: Calendar) -> str:
    """A moment on the calendar's clock: 10-14 24:00 (midnight belongs to the day it ends)."""
    local = calendar.local(at)
    if local.time() == dt.time():
        return f"{calendar.local(at - INSTANT):%m-%d} 24:00"
    return f"{local:%m-%d %H:%M}"


def _blank(words: Label) -> Label:
    return Label(f" {words.zh}", words.en)


def remaining(term: Term, at: dt.datetime, end: dt.datetime, calendar: Calendar) -> dt.timedelta:
    """What a term still has at a moment: working time where it counts that, else time of the clock."""
    if end <= at:
        return dt.timedelta()
    return calendar.working_time(at, end) if term.counting is Counting.WORKING_TIME else end - at
