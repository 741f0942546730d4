"""Working calendars: what a day is, and working time as an ordinal. Pure and frozen; nothing here asks a database.

Working time is an ordinal: each year keeps its windows as (start, end, working time before), in microseconds of UTC,
so that adding a term is two bisections. Windows that overlap (a night shift and the next morning) count once.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from keguan.kernel.records.labels import Label
from keguan.org.calendars.holidays import PublicDay, public_day
from keguan.org.calendars.layers import DAY_SECONDS, OFF_SHIFT, Hours, Layer, Windows

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
DAY = dt.timedelta(days=1)
# A calendar without working time within so many years can end no term.
HORIZON_YEARS = 60
WEEKEND = Label("周末", "weekend")
REST_DAY = Label("休息日", "day off")


class NoWorkingTime(Exception):
    """The calendar has no working time left within the horizon."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar. `name` is the holiday it belongs to (a make-up day too); None for an ordinary day."""

    date: dt.date
    hours: Windows
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


@dataclass(frozen=True, eq=False)
class Calendar:
    """A working calendar: layers of hours, the innermost first, the company's (which says everything) last.

    An exception by date wins over the state's holidays, these over the hours of the week; of two layers that speak of
    the same, the inner one counts. `name` says whose calendar it is where it is not the company's.
    """

    layers: tuple[Layer, ...]
    name: Label | None = None
    _days: dict[dt.date, Day] = field(default_factory=dict, init=False, repr=False)
    _years: dict[int, Segments] = field(default_factory=dict, init=False, repr=False)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Calendar) and self._hash == other._hash and self._said == other._said
        )

    def __hash__(self) -> int:
        return self._hash

    @property
    def _said(self) -> tuple[object, ...]:
        return (self.layers, self.name)

    @cached_property
    def _hash(self) -> int:
        # a deadline is looked up by its calendar: a shift plan is not to be hashed each time
        return hash(self._said)

    @cached_property
    def zone_name(self) -> str:
        """The name of its zone."""
        return next(layer.zone_name for layer in self.layers if layer.zone_name is not None)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone its windows are meant in."""
        return ZoneInfo(self.zone_name)

    @cached_property
    def follows_holidays(self) -> bool:
        """Whether public holidays are free."""
        return next(layer.follows_holidays for layer in self.layers if layer.follows_holidays is not None)

    @cached_property
    def makeup(self) -> Windows:
        """The windows of a make-up day."""
        return next(layer.makeup for layer in self.layers if layer.makeup is not None)

    @property
    def week(self) -> tuple[Windows, ...]:
        """The windows from Monday to Sunday, seasons aside."""
        return tuple(
            next(layer.week[day] or () for layer in self.layers if layer.week[day] is not None) for day in range(7)
        )

    def day(self, date: dt.date) -> Day:
        """What the day is."""
        found = self._days.get(date)
        if found is None:
            found = self._days[date] = self._make(date)
        return found

    def _make(self, date: dt.date) -> Day:
        usual: Windows = next((found for layer in self.layers if (found := layer.usual(date)) is not None), ())
        public = public_day(date) if self.follows_holidays else PublicDay(None)
        own = next((layer.days[date] for layer in self.layers if date in layer.days), None)
        if own is not None:
            hours = own.windows(usual)
            if own.is_rostered:
                return Day(date, hours, own.name or (None if hours else OFF_SHIFT))
            return Day(date, hours, own.name or public.name, bool(hours and not usual))
        if public.is_off:
            return Day(date, (), public.name, is_provisional=public.is_provisional)
        if public.is_off is False and not usual:
            return Day(date, self.makeup, public.name, is_makeup=True)
        return Day(date, usual, None, is_provisional=public.is_provisional)

    def local(self, at: dt.datetime) -> dt.datetime:
        """The moment on the calendar's own clock."""
        return at.astimezone(self.zone)

    def moment(self, date: dt.date, seconds: int = 0) -> dt.datetime:
        """The moment at which the day's clock shows `seconds` after midnight, in UTC; 86,400 is its end.

        Where clocks are put back, the first time they show it; a time that they leave out is the moment of the leap.
        """
        days, seconds = divmod(seconds, DAY_SECONDS)
        clock = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
        return dt.datetime.combine(date + days * DAY, clock, self.zone).astimezone(dt.UTC)

    def working_days(self, after: dt.date) -> Iterator[Day]:
        """The working days after the date, in order; `NoWorkingTime` where none comes any more."""
        date, last = after, after.year + HORIZON_YEARS
        while True:
            date += DAY
            if date.year > last:
                raise NoWorkingTime
            if (day := self.day(date)).is_working:
                yield day
                last = date.year + HORIZON_YEARS

    def working_days_before(self, date: dt.date) -> Iterator[Day]:
        """The working days before the date, the latest first; `NoWorkingTime` where there is none any more."""
        last = date.year - HORIZON_YEARS
        while True:
            date -= DAY
            if date.year < last:
                raise NoWorkingTime
            if (day := self.day(date)).is_working:
                yield day
                last = date.year - HORIZON_YEARS

    def windows(self, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.datetime, dt.datetime]]:
        """The windows of the days from the first to the last: (day, start, end) in UTC, in order, without overlap."""
        over = None
        for number in range((last - first).days + 1):
            date = first + number * DAY
            for hours in self.day(date).hours:
                start, end = self.moment(date, hours.start), self.moment(date, hours.end)
                start = start if over is None else max(start, over)
                if start < end:
                    yield date, start, end
                    over = end

    def segments(self, year: int) -> Segments:
        """The working time of the year; a window over New Year's midnight is parted there."""
        found = self._years.get(year)
        if found is None:
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            opens, closes = self.moment(first), self.moment(last, DAY_SECONDS)
            starts, ends, before, total = [], [], [], 0
            for _, start, end in self.windows(first - DAY, last):
                if end <= opens or start >= closes:
                    continue
                starts.append((max(start, opens) - EPOCH) // MICROSECOND)
                ends.append((min(end, closes) - EPOCH) // MICROSECOND)
                before.append(total)
                total += ends[-1] - starts[-1]
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
        starts, _, before, _ = self.segments(year)
        index = bisect_left(before, target) - 1
        return EPOCH + (starts[index] + target - before[index]) * MICROSECOND

    def subtract(self, at: dt.datetime, working: dt.timedelta) -> dt.datetime:
        """The latest moment from which so much working time (more than none) is left until `at`."""
        year, ordinal = self._ordinal(at)
        target, first = ordinal - working // MICROSECOND, year - HORIZON_YEARS
        while target < 0:
            year -= 1
            if year < first:
                raise NoWorkingTime
            target += self.segments(year).total
        starts, _, before, _ = self.segments(year)
        index = bisect_right(before, target) - 1
        return EPOCH + (starts[index] + target - before[index]) * MICROSECOND

    def working_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """The working time between two moments; negative when `end` comes first."""
        if end < start:
            return -self.working_time(end, start)
        (first, one), (last, two) = self._ordinal(start), self._ordinal(end)
        between = sum(self.segments(year).total for year in range(first, last))
        return (between + two - one) * MICROSECOND

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Whether a day between them hangs on public holidays that are not announced."""
        if not self.follows_holidays:
            return False
        for year in range(first.year, last.year + 1):
            if public_day(dt.date(year, 12, 30)).is_provisional:
                begin, end = max(first, dt.date(year, 1, 1)), min(last, dt.date(year, 12, 31))
                if any(self.day(begin + number * DAY).is_provisional for number in range((end - begin).days + 1)):
                    return True
        return False


def _hours(*windows: tuple[int, int]) -> Windows:
    return tuple(Hours(start * 60, end * 60) for start, end in windows)


OFFICE_HOURS = _hours((9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60))
ZONE = "Asia/Shanghai"
STANDARD = Calendar((Layer((OFFICE_HOURS,) * 5 + ((), ()), OFFICE_HOURS, ZONE, follows_holidays=True),))
