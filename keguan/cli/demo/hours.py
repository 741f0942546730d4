"""When the invented people are at work: nine to twelve and half past one to six, on the working days of the state."""

import datetime as dt
from functools import lru_cache

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.calendars.holidays import public_day

WINDOWS = ((dt.time(9), dt.time(12)), (dt.time(13, 30), dt.time(18)))


@lru_cache(maxsize=2000)
def is_working(day: dt.date) -> bool:
    """Whether the company works on that day."""
    is_off = public_day(day).is_off
    return day.weekday() < 5 if is_off is None else not is_off


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of the company's day."""
    return dt.datetime.combine(day, dt.time(hour, minute), COMPANY_ZONE)


def local_day(moment: dt.datetime) -> dt.date:
    """The company's day of a moment."""
    return moment.astimezone(COMPANY_ZONE).date()


def later(moment: dt.datetime, minutes: float) -> dt.datetime:
    """The moment after so many minutes of working time."""
    left, day = dt.timedelta(minutes=minutes), local_day(moment)
    while True:
        if is_working(day):
            for opens, closes in WINDOWS:
                begin = max(dt.datetime.combine(day, opens, COMPANY_ZONE), moment)
                end = dt.datetime.combine(day, closes, COMPANY_ZONE)
                if begin < end:
                    if left <= end - begin:
                        return begin + left
                    left -= end - begin
        day += dt.timedelta(days=1)
