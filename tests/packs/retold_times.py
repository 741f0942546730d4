"""The times of a scenario told anew: days twice as far apart, hours half as far, as its terms are."""

import datetime as dt
from collections.abc import Sequence

DAYS = 2
"""How much longer a term in days is."""

NEAR = dt.timedelta(minutes=10)
"""What lies so near to midnight is about the end or the beginning of the day."""


class Times:
    """Where the moments of one scenario go.

    A term in days ends with its last day: a due moment, or a look just after midnight, stays at the end of the day
    before. In a scenario about calendar months (`in_months`) each day stays in its month.
    """

    def __init__(self, at: Sequence[str], *, in_months: bool) -> None:
        days = [dt.datetime.fromisoformat(moment).date() for moment in at]
        self._first, self._in_months = days[0], in_months
        if in_months:
            month = [day for day in days if _month(day) == _month(days[0])]
            span = (month[-1] - month[0]).days * DAYS
            self._begins = min(days[0], _last(days[0]) - dt.timedelta(days=span))
            if _month(self._begins) != _month(days[0]):
                raise ValueError(f"{days[0]}: what happens in this month is too far apart to be told in it")
        else:
            self._begins = days[0]

    def act(self, moment: str) -> str:
        """When an act happens."""
        time = dt.datetime.fromisoformat(moment)
        return self._told(self._day(time.date()), time)

    def look(self, moment: str) -> str:
        """When somebody only looks: just after midnight it is about what ended with the day before."""
        time = dt.datetime.fromisoformat(moment)
        return self.end(moment) if time - _midnight(time) < NEAR else self.act(moment)

    def end(self, moment: str) -> str:
        """When a term ends."""
        time = dt.datetime.fromisoformat(moment)
        if time - _midnight(time) >= NEAR:
            return self.act(moment)
        if self._in_months and time.day == 1:
            return self._told(time.date(), time)
        return self._told(self._day(time.date() - dt.timedelta(days=1)) + dt.timedelta(days=1), time)

    def _day(self, day: dt.date) -> dt.date:
        if not self._in_months or _month(day) == _month(self._first):
            return self._begins + DAYS * (day - self._first)
        found = day.replace(day=1) + dt.timedelta(days=day.day * DAYS - 1)
        if _month(found) != _month(day):
            raise ValueError(f"{day}: too late in its month to be told in it")
        return found

    def _told(self, day: dt.date, time: dt.datetime) -> str:
        since = time - _midnight(time)
        if NEAR <= since < dt.timedelta(days=1) - NEAR:
            since /= 2
        return (dt.datetime.combine(day, dt.time()) + since).isoformat(" ")


def _midnight(time: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(time.date(), dt.time())


def _month(day: dt.date) -> tuple[int, int]:
    return day.year, day.month


def _last(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
