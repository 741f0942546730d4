"""What statistics are asked for: whose view, which days, which department, counted by what. Read from an address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

PERIODS = {
    "year": Label("近十二个月", "Last twelve months"),
    "quarter": Label("本季", "This quarter"),
    "month": Label("本月", "This month"),
    "last_month": Label("上月", "Last month"),
}
LONGEST = 36
"""Months: nobody looks at more at once, and the chart has no room for them."""
GROUPS: dict[str, tuple[str, ...]] = {
    "cause": ("cause", "originating_unit"),
    "unit": ("originating_unit",),
    "handling": ("handling",),
    "channel": ("channel",),
    "severity": ("severity",),
}
"""By what complaints may be counted: the facts of each."""
GROUP_LABELS = {
    "cause": Label("成因与发生单位", "Cause and originating unit"),
    "unit": Label("发生单位", "Originating unit"),
    "handling": Label("处理方式", "Handling"),
    "channel": Label("来源", "Channel"),
    "severity": Label("轻重", "Severity"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: both days are included."""

    viewer: UUID
    today: dt.date
    first: dt.date
    last: dt.date
    period: str = "year"
    department: UUID | None = None
    group: str = "cause"


def asked(viewer: UUID, given: Mapping[str, str], now: dt.datetime) -> Asked:
    """What an address asks for: a period by its name, else days; what cannot be read counts as not said."""
    today = now.astimezone(COMPANY_ZONE).date()
    period = given.get("period", "")
    first, last = days_of(period if period in PERIODS else "year", today)
    begins, ends = _day(given.get("from", "")), _day(given.get("until", ""))
    if period not in PERIODS and (begins or ends):
        period, first, last = "", begins or first, ends or today
        last = min(last, today)
        first = min(max(first, _months_before(last, LONGEST - 1)), last)
    elif period not in PERIODS:
        period = "year"
    group = given.get("by", "")
    return Asked(
        viewer, today, first, last, period, _key(given.get("department", "")), group if group in GROUPS else "cause"
    )


def days_of(period: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of a period that is called by name."""
    begin = today.replace(day=1)
    if period == "month":
        return begin, today
    if period == "quarter":
        return begin.replace(month=(today.month - 1) // 3 * 3 + 1), today
    if period == "last_month":
        last = begin - dt.timedelta(days=1)
        return last.replace(day=1), last
    return _months_before(today, 11), today


def _months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month so many months earlier."""
    total = day.year * 12 + day.month - 1 - months
    return dt.date(total // 12, total % 12 + 1, 1)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
