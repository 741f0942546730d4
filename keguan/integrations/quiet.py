"""Quiet hours: when a notice may leave the product. Pure; times of day are the company's."""

import datetime as dt
import re

from keguan.kernel.records.kinds import COMPANY_ZONE, BadValue, Text

WITHIN = "21:00-08:00"
TIME = "08:30"
SHAPE = re.compile(r"([01]?\d|2[0-3])[:：]?([0-5]\d)")
Hours = tuple[dt.time, dt.time]


class TimeOfDay(Text):
    """A time of day, `08:30`."""

    def __init__(self) -> None:
        super().__init__(5)

    def parse(self, raw: object) -> str:
        """The time as it is kept: always five characters."""
        found = SHAPE.fullmatch(str(raw).strip())
        if found is None:
            raise BadValue("“{raw}”不是时刻，请写成 08:30", "“{raw}” is no time of day: write 08:30", raw=str(raw))
        return f"{int(found[1]):02}:{found[2]}"


def time_of(text: str | None) -> dt.time | None:
    """A time of day as it is kept; nothing where it is none."""
    found = SHAPE.fullmatch((text or "").strip())
    return dt.time(int(found[1]), int(found[2])) if found else None


def hours(text: str | None) -> Hours | None:
    """`21:00-08:00` as two times; nothing where it is none, or where they are the same: then no hour is quiet."""
    first, _, last = (text or "").replace("–", "-").replace("至", "-").partition("-")
    begin, end = time_of(first), time_of(last)
    return (begin, end) if begin is not None and end is not None and begin != end else None


def is_within(at: dt.time, quiet: Hours) -> bool:
    """Whether a time of day is in quiet hours, which may go over midnight."""
    begin, end = quiet
    return begin <= at < end if begin < end else at >= begin or at < end


def leaves_at(now: dt.datetime, quiet: Hours | None) -> dt.datetime:
    """When something may leave: now, or at the end of the quiet hours."""
    local = now.astimezone(COMPANY_ZONE)
    at = local.time()
    if quiet is None or not is_within(at, quiet):
        return now
    _, end = quiet
    day = local.date() if at < end else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, end, COMPANY_ZONE).astimezone(dt.UTC)


def moment_on(day: dt.date, at: dt.time) -> dt.datetime:
    """A time of day on a day of the company."""
    return dt.datetime.combine(day, at, COMPANY_ZONE).astimezone(dt.UTC)
