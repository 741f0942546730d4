"""Regular moments: the start of every day, working day, week, month, quarter, year at the company. Pure."""

import datetime as dt
from dataclasses import dataclass

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Rhythm:
    """How often something recurs."""

    unit: str
    label: Label

    def start(self, at: dt.datetime) -> dt.datetime:
        """When the period that holds this moment began."""
        day = at.astimezone(COMPANY_ZONE).date()
        if self.unit == "week":
            day -= dt.timedelta(days=day.weekday())
        elif self.unit in MONTHS:
            day = day.replace(month=(day.month - 1) // MONTHS[self.unit] * MONTHS[self.unit] + 1, day=1)
        return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)


RHYTHMS = {
    "day": Rhythm("day", Label("每日", "every day")),
    "week": Rhythm("week", Label("每周", "every week")),
    "month": Rhythm("month", Label("每月", "every month")),
    "quarter": Rhythm("quarter", Label("每季", "every quarter")),
    "year": Rhythm("year", Label("每年", "every year")),
}
