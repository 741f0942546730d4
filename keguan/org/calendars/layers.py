"""One level's working hours: all of them for the company, only the differences for a unit or a person. Frozen."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from keguan.kernel.records.labels import Label

DAY_SECONDS = 86_400
NOON = 12 * 3600
# A break that touches these hours divides the day into its halves.
_EARLIEST_BREAK, _LATEST_BREAK = 11 * 3600, 14 * 3600 + 1800
OFF_SHIFT = Label("轮休", "off shift")


class Hours(NamedTuple):
    """One window of a day, in seconds from its midnight; the end does not belong to it.

    24:00 is 86,400; a night shift ends beyond it, on the next day, and still belongs to the day on which it began.
    """

    start: int
    end: int


Windows = tuple[Hours, ...]
Week = tuple[Windows | None, ...]
Half = Literal["morning", "afternoon"]
NOTHING: Week = (None,) * 7


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day that differs from its week: other windows (none: closed) or half of the usual ones, and its name.

    `is_rostered`: the day was given by a shift plan; people work or rest then as on any other day.
    """

    hours: Windows | Half = ()
    name: Label | None = None
    is_rostered: bool = False

    def windows(self, usual: Windows) -> Windows:
        """Its windows, where the day usually has these."""
        return half_of(usual, self.hours) if isinstance(self.hours, str) else self.hours


@dataclass(frozen=True, slots=True)
class Season:
    """Other hours of the week for a time: from a day to another (it included), or each year between two days.

    `first` and `last` are days (the last may be missing: for good), or pairs of month and day.
    """

    first: dt.date | tuple[int, int]
    last: dt.date | tuple[int, int] | None
    week: Week

    def covers(self, date: dt.date) -> bool:
        """Whether the day lies in it."""
        if isinstance(self.first, dt.date):
            return self.first <= date and (not isinstance(self.last, dt.date) or date <= self.last)
        last = self.last if isinstance(self.last, tuple) else (12, 31)
        day = (date.month, date.day)
        return self.first <= day <= last if self.first <= last else day >= self.first or day <= last


@dataclass(frozen=True)
class Layer:
    """What one level says; None where it says nothing. The company's says everything but exceptions."""

    week: Week = NOTHING
    makeup: Windows | None = None
    zone_name: str | None = None
    follows_holidays: bool | None = None
    seasons: tuple[Season, ...] = ()
    dated: tuple[tuple[dt.date, OwnDay], ...] = ()

    @cached_property
    def days(self) -> dict[dt.date, OwnDay]:
        """Its exceptions by date."""
        return dict(self.dated)

    def usual(self, date: dt.date) -> Windows | None:
        """The windows it gives the weekday; the latest season that covers the day speaks first."""
        weekday = date.weekday()
        for season in reversed(self.seasons):
            if season.week[weekday] is not None and season.covers(date):
                return season.week[weekday]
        return self.week[weekday]


def half_of(usual: Windows, half: Half) -> Windows:
    """The morning or the afternoon of a day: parted at the break around noon, else at noon."""
    cut = NOON
    for one, two in pairwise(usual):
        if one.end <= _LATEST_BREAK and two.start >= _EARLIEST_BREAK:
            cut = one.end
            break
    if half == "morning":
        return tuple(Hours(one.start, min(one.end, cut)) for one in usual if one.start < cut)
    return tuple(Hours(max(one.start, cut), one.end) for one in usual if one.end > cut)
