"""Cases counted: how old open ones are, what complaints came from, what came and what was closed month by month.

Every count begins with what the viewer may see, and a fact that is masked for him is not counted by. Each answer is one
statement, however many cases there are.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from keguan.cases.models import Case
from keguan.cases.queries import concerning
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.controls.models import OPEN_STATES, Obligation
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE

BANDS: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 3), (4, 6), (7, 14), (15, 30), (31, None))
"""Ages in days from the day of opening, first and last included; the last band has no end."""
MIDNIGHT = dt.time()


@dataclass(frozen=True, slots=True)
class Among:
    """Of which cases: those that the viewer sees; where a department is named, those that concern it."""

    viewer: UUID
    department: UUID | None = None
    known: Grants | None = None

    @property
    def masked(self) -> frozenset[str]:
        """Facts by which nothing may be counted."""
        return scopes.masked(self.viewer, "case", self.known)

    def condition(self) -> Q:
        """The condition on cases."""
        found = scopes.visible_to(self.viewer, "case", self.known) & Q(voided_at=None)
        if self.department is None:
            return found
        return found & concerning(self.department, self.masked)


@dataclass(frozen=True, slots=True)
class Band:
    """Open cases of an age: by kind, and how many owe something that is past due."""

    least: int
    most: int | None
    kinds: Mapping[str, int] = field(default_factory=dict)
    late: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the company: what was opened, by kind, and how many were closed."""

    first: dt.date
    opened: Mapping[str, int] = field(default_factory=dict)
    closed: int = 0

    @property
    def total(self) -> int:
        """All that were opened."""
        return sum(self.opened.values())


def midnight(day: dt.date) -> dt.datetime:
    """When a day of the company begins."""
    return dt.datetime.combine(day, MIDNIGHT, COMPANY_ZONE)


def opened_between(today: dt.date, least: int, most: int | None) -> tuple[dt.date | None, dt.date]:
    """The days, both included, on which cases of that age were opened."""
    return (None if most is None else today - dt.timedelta(days=most)), today - dt.timedelta(days=least)


def ages(among: Among, today: dt.date) -> tuple[Band, ...]:
    """Open cases by age, all bands. Two statements: who is late is asked of each case once, not once for each band."""
    late = Obligation.objects.filter(object_type="case", state__in=OPEN_STATES, due_at__lte=clock.now())
    counts: dict[str, Count] = {}
    for number, (least, most) in enumerate(BANDS):
        first, last = opened_between(today, least, most)
        within = Q(opened_at__lt=midnight(last + dt.timedelta(days=1)))
        if first is not None:
            within &= Q(opened_at__gte=midnight(first))
        counts[f"n{number}"] = Count("id", filter=within)
    still = Case.objects.filter(among.condition(), closed_at=None)
    rows = cast("list[dict[str, Any]]", list(still.values("kind").annotate(**counts).order_by("kind")))
    overdue = still.filter(id__in=late.values("object")).aggregate(**counts)
    return tuple(
        Band(
            least,
            most,
            {row["kind"]: row[f"n{number}"] for row in rows if row[f"n{number}"]},
            overdue[f"n{number}"],
        )
        for number, (least, most) in enumerate(BANDS)
    )


def causes(among: Among, first: dt.date, last: dt.date, by: Sequence[str]) -> list[tuple[tuple[object, ...], int]]:
    """Complaints opened on these days, counted by facts, most first. One statement; none where a fact is masked."""
    if {"kind", *by} & among.masked:
        return []
    found = Case.objects.filter(among.condition(), kind="complaint", **_on("opened_at", first, last))
    rows = found.values_list(*by).annotate(n=Count("id")).order_by("-n", *by)
    return [(tuple(values), count) for *values, count in rows]


def months(among: Among, first: dt.date, last: dt.date) -> tuple[Month, ...]:
    """What was opened and what was closed in each month from the first day to the last. Two statements."""
    seen = Case.objects.filter(among.condition())
    opened: dict[dt.date, dict[str, int]] = {}
    month = TruncMonth("opened_at", tzinfo=COMPANY_ZONE)
    for at, kind, count in (
        seen.filter(**_on("opened_at", first, last))
        .annotate(at=month)
        .values_list("at", "kind")
        .annotate(n=Count("id"))
        .order_by("at", "kind")
    ):
        opened.setdefault(at.date(), {})[kind] = count
    month = TruncMonth("closed_at", tzinfo=COMPANY_ZONE)
    closed = {
        at.date(): count
        for at, count in seen.filter(**_on("closed_at", first, last))
        .annotate(at=month)
        .values_list("at")
        .annotate(n=Count("id"))
        .order_by("at")
    }
    return tuple(Month(one, opened.get(one, {}), closed.get(one, 0)) for one in month_firsts(first, last))


def month_firsts(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of the months that two days and those between lie in."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [
        dt.date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(count + 1)
    ]


def _on(name: str, first: dt.date, last: dt.date) -> dict[str, dt.datetime]:
    return {f"{name}__gte": midnight(first), f"{name}__lt": midnight(last + dt.timedelta(days=1))}
