"""How often something is owed: the grammar of `every`, and the moments at which its periods begin. Pure.

A period begins at midnight of the company's day. Weeks begin on Monday; `last SAT of the month` and the days of a week
are periods of one day each.
"""

import calendar as months
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WORDS = {
    "MON": Label("周一", "Monday"), "TUE": Label("周二", "Tuesday"), "WED": Label("周三", "Wednesday"),
    "THU": Label("周四", "Thursday"), "FRI": Label("周五", "Friday"), "SAT": Label("周六", "Saturday"),
    "SUN": Label("周日", "Sunday"),
}  # fmt: skip
PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
PLACE_WORDS = {
    1: Label("第一个", "first"), 2: Label("第二个", "second"), 3: Label("第三个", "third"),
    4: Label("第四个", "fourth"), -1: Label("最后一个", "last"),
}  # fmt: skip
PLAIN = {
    "day": Label("每日", "every day"), "working day": Label("每个工作日", "every working day"),
    "week": Label("每周", "every week"), "month": Label("每月", "every month"),
    "quarter": Label("每季度", "every quarter"), "year": Label("每年", "every year"),
}  # fmt: skip
FORMS = Label(
    "可以写：day、working day、week、MON, THU、month、quarter、year、last SAT of the month、$事实",
    "write day, working day, week, MON, THU, month, quarter, year, last SAT of the month or $fact",
)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
ONE_DAY = dt.timedelta(days=1)
IsWorking = Callable[[dt.date], bool]


class NoRecurrence(Exception):
    """The text says no period."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A period as written: `unit` is one of `PLAIN`, `days` (these days of each week) or `nth` (of each month)."""

    unit: str
    days: tuple[str, ...] = ()
    place: int = 0

    def label(self) -> Label:
        """The period in words."""
        if self.unit == "days":
            said = join([WORDS[day] for day in self.days], "、", " and ")
            return Label(f"每{said.zh}", f"every {said.en}")
        if self.unit == "nth":
            place, day = PLACE_WORDS[self.place], WORDS[self.days[0]]
            return Label(f"每月{place.zh}{day.zh}", f"on the {place.en} {day.en} of every month")
        return PLAIN[self.unit]

    def begins_on(self, day: dt.date, is_working: IsWorking) -> bool:
        """Whether a period begins on this day."""
        if self.unit in MONTHS:
            return day.day == 1 and (day.month - 1) % MONTHS[self.unit] == 0
        if self.unit == "working day":
            return is_working(day)
        if self.unit == "nth":
            return day == self._nth(day)
        return self.unit == "day" or DAYS[day.weekday()] in (self.days or DAYS[:1])

    def ends_on(self, day: dt.date) -> dt.date:
        """The day after the period that begins on this day."""
        if self.unit in MONTHS:
            return _months_on(day, MONTHS[self.unit])
        return day + (7 if self.unit == "week" else 1) * ONE_DAY

    def beginnings(self, first: dt.date, before: dt.date, is_working: IsWorking) -> Iterator[dt.date]:
        """The days in [first, before) on which a period begins."""
        day = first
        while day < before:
            if self.begins_on(day, is_working):
                yield day
            day += ONE_DAY

    def next_after(self, day: dt.date, is_working: IsWorking) -> dt.date:
        """The first day after this one on which a period begins."""
        return next(self.beginnings(day + ONE_DAY, day + 800 * ONE_DAY, is_working))

    def _nth(self, day: dt.date) -> dt.date:
        wanted = DAYS.index(self.days[0])
        if self.place > 0:
            first = day.replace(day=1)
            return first + dt.timedelta(days=(wanted - first.weekday()) % 7 + 7 * (self.place - 1))
        last = day.replace(day=months.monthrange(day.year, day.month)[1])
        return last - dt.timedelta(days=(last.weekday() - wanted) % 7)


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins at the company."""
    return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)


def local_day(at: dt.datetime) -> dt.date:
    """The company's day of a moment."""
    return at.astimezone(COMPANY_ZONE).date()


def parse_recurrence(text: object) -> Recurrence:
    """The period written in `text`; `NoRecurrence` where it is none."""
    words = " ".join(str(text).split()) if isinstance(text, str) else ""
    if words in PLAIN:
        return Recurrence(words)
    found = re.fullmatch(r"(first|second|third|fourth|last) ([A-Z]{3}) of the month", words)
    if found and found[2] in DAYS:
        return Recurrence("nth", (found[2],), PLACES[found[1]])
    days = tuple(part.strip() for part in words.split(",")) if words else ()
    if days and all(day in DAYS for day in days):
        return Recurrence("days", tuple(day for day in DAYS if day in days))
    raise NoRecurrence(words)


def _months_on(day: dt.date, count: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return dt.date(year, month + 1, 1)
