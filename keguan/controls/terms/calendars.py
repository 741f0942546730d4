"""Working calendars: windows of the week, public holidays with make-up days, own exceptions. Pure and frozen.

Working time is an ordinal: each year keeps its windows as (start, end, working time before), in microseconds of UTC,
so that adding a term is two bisections.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from keguan.controls.terms.holidays import PublicDay, public_day
from keguan.kernel.records.labels import Label

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
DAY_SECONDS = 86_400
# A calendar without working time within so many years can end no term.
HORIZON_YEARS = 60
WEEKEND = Label("周末", "weekend")
REST_DAY = Label("休息日", "day off")


class NoWorkingTime(Exception):
    """The calendar has no working time left within the horizon."""


class Hours(NamedTuple):
    """One window of a day, in seconds from midnight; the end does not belong to it (24:00 is 86,400)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OwnDay:
    """An exception of the company's own: other windows (none: closed), and its name."""

    hours: tuple[Hours, ...] = ()
    name: Label | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar. `name` is the holiday it belongs to (a make-up day too); None for an ordinary day."""

    date: dt.date
    hours: tuple[Hours, ...]
    name: Label | None = None
    is_makeup: bool = False
    is_provisional: bool = False

    @property
    def is_working(self) -> bool:
        """Whether there is any working time on it."""
        return bool(self.hours)

    @property
    def why_off(self) -> Label:
        """Why nobody works on it: the holiday, the weekend, the company's own day."""
        return self.name or (WEEKEND if self.date.weekday() >= 5 else REST_DAY)


class Segments(NamedTuple):
    """The working time of one year: starts, ends and the time before each, in microseconds; the sum."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True)
class Calendar:
    """A working calendar. `week` holds the windows from Monday to Sunday; `makeup` those of make-up days.

    `own` are exceptions by date and win over everything; `follows_holidays=False` knows no public holiday.
    """

    week: tuple[tuple[Hours, ...], ...]
    makeup: tuple[Hours, ...]
    zone_name: str = "Asia/Shanghai"
    follows_holidays: bool = True
    own: tuple[tuple[dt.date, OwnDay], ...] = ()
    _days: dict[dt.date, Day] = field(default_factory=dict, init=False, compare=False, repr=False)
    _years: dict[int, Segments] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The zone its windows are meant in."""
        return ZoneInfo(self.zone_name)

    def day(self, date: dt.date) -> Day:
        """What the day is."""
        found = self._days.get(date)
        if found is None:
            found = self._days[date] = self._make(date)
        return found

    def _make(self, date: dt.date) -> Day:
        usual = self.week[date.weekday()]
        public = public_day(date) if self.follows_holidays else PublicDay(None)
        for own_date, own in self.own:
            if own_date == date:
                return Day(date, own.hours, own.name or public.name, bool(own.hours and not usual))
        if public.is_off:
            return Day(date, (), public.name, is_provisional=public.is_provisional)
        if public.is_off is False and not usual:
            return Day(date, self.makeup, public.name, is_makeup=True)
        return Day(date, usual, None, is_provisional=public.is_provisional)

    def local(self, at: dt.datetime) -> dt.datetime:
        """The moment on the calendar's own clock."""
        return at.astimezone(self.zone)

    def moment(self, date: dt.date, seconds: int = 0) -> dt.datetime:
        """The moment `seconds` after midnight of the day, in UTC; 86,400 is its end."""
        if seconds >= DAY_SECONDS:
            date, seconds = date + dt.timedelta(days=1), seconds - DAY_SECONDS
        clock = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
        return dt.datetime.combine(date, clock, self.zone).astimezone(dt.UTC)

    def working_days(self, after: dt.date) -> Iterator[Day]:
        """The working days after the date, in order; `NoWorkingTime` where none comes any more."""
        date, last = after, after.year + HORIZON_YEARS
        while True:
            date += dt.timedelta(days=1)
            if date.year > last:
                raise NoWorkingTime
            if (day := self.day(date)).is_working:
                yield day
                last = date.year + HORIZON_YEARS

    def segments(self, year: int) -> Segments:
        """The working time of the year."""
        found = self._years.get(year)
        if found is None:
            starts, ends, before, total = [], [], [], 0
            for number in range((dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days):
                date = dt.date(year, 1, 1) + dt.timedelta(days=number)
                for hours in self.day(date).hours:
                    start = (self.moment(date, hours.start) - EPOCH) // MICROSECOND
                    end = (self.moment(date, hours.end) - EPOCH) // MICROSECOND
                    starts.append(start)
                    ends.append(end)
                    before.append(total)
                    total += end - start
            found = self._years[year] = Segments(starts, ends, before, total)
        return found

    def _ordinal(self, at: dt.datetime) -> tuple[int, int]:
        year, when = self.local(at).year, (at - EPOCH) // MICROSECOND
        starts, ends, before, _ = self.segments(year)
        index = bisect_right(starts, when) - 1
        return year, before[index] + min(when, ends[index]) - starts[index] if index >= 0 else 0

    def add(self, at: dt.datetime, working: dt.timedelta) -> dt.datetime:
        """The moment at which so much working time (more than none) has passed since `at`."""
        year, ordinal = self._ordinal(at)
        target, last = ordinal + working // MICROSECOND, year + HORIZON_YEARS
        while target > self.segments(year).total:
            target -= self.segments(year).total
            year += 1
            if year > last:
                raise NoWorkingTime
        starts, ends, before, _ = self.segments(year)
        index = bisect_left(range(len(starts)), target, key=lambda i: before[i] + ends[i] - starts[i])
        return EPOCH + (starts[index] + target - before[index]) * MICROSECOND

    def working_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The working time between two moments; negative when `end` comes first."""
        if end < start:
            return -self.working_time(end, start)
        (first, one), (last, two) = self._ordinal(start), self._ordinal(end)
        between = sum(self.segments(year).total for year in range(first, last))
        return (between + two - one) * MICROSECOND

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Whether a day between them stands in a year whose public holidays are not announced."""
        return any(self.day(dt.date(year, 12, 30)).is_provisional for year in range(first.year, last.year + 1))


def _hours(*windows: tuple[int, int]) -> tuple[Hours, ...]:
    return tuple(Hours(start * 60, end * 60) for start, end in windows)


OFFICE_HOURS = _hours((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
STANDARD = Calendar(week=(OFFICE_HOURS,) * 5 + ((), ()), makeup=OFFICE_HOURS)
