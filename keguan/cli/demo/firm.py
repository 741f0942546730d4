"""What all courses of the year share: words, chance, how busy the months are, and who is away."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keguan.cli.demo.acting import Course
from keguan.cli.demo.chance import Chance
from keguan.cli.demo.hours import at, is_working, local_day

SERIOUS = 0.07
BUSY = 1.3
"""From so much work on, people fall behind."""


@dataclass
class Firm:
    """The year of the company. `closed` are the complaints that were closed, with their moments.

    `begin` lets another course run beside the one that calls it.
    """

    words: Mapping[str, Any]
    seed: int
    start: dt.datetime
    now: dt.datetime
    begin: Callable[[Course], None]
    customers: list[str] = field(default_factory=list)
    closed: list[tuple[str, dt.datetime]] = field(default_factory=list)

    def chance(self, *about: object) -> Chance:
        """Draws for one course."""
        return Chance(self.seed, *about)

    def moment(self, share: float, hour: int = 10) -> dt.datetime:
        """The first working day on or after a share of the year, at an hour."""
        day = local_day(self.start + (self.now - self.start) * share)
        while not is_working(day):
            day += dt.timedelta(days=1)
        return at(day, hour)

    def load(self, moment: dt.datetime) -> float:
        """How busy the month of a moment is: 1 is usual."""
        busy: float = self.words["busy"][local_day(moment).month - 1]
        return busy

    def haste(self, moment: dt.datetime) -> float:
        """By how much everything takes longer then."""
        return 1.0 if self.load(moment) < BUSY else 1.7

    def deputy(self, moment: dt.datetime) -> str:
        """Who decides for the deputy in charge: somebody else while he is away."""
        away = self.words["changes"]["delegation"]
        begin = self.moment(away["at"], 9)
        is_away = begin <= moment < begin + dt.timedelta(days=away["days"])
        return str(away["to"] if is_away else away["who"])
