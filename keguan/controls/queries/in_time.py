"""How often deadlines were kept in time: judgements counted by control, department and month, and the list of them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, DateTimeField, F, Func, Q, QuerySet
from django.db.models.functions import TruncMonth

from keguan.controls.models import Evidence
from keguan.controls.queries.evidence import standing
from keguan.kernel.ids import uuid7_floor
from keguan.kernel.records.kinds import COMPANY_ZONE

OUTCOMES = ("kept", "broken", "kept_late")
"""Of a clock: in time; past due; done after that, which was a breach before and counts as one once."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a control's clocks came to an outcome in a department in a month; `unit` is nothing where none owed."""

    control: str
    unit: UUID | None
    month: dt.date
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """Judgements of which days (by when they were recorded), of which controls and which department."""

    begins_at: dt.datetime
    ends_at: dt.datetime
    controls: Collection[str]
    unit: UUID | None = None

    def rows(self, among: Q) -> "QuerySet[Evidence]":
        """The standing judgements of clocks within the span that the viewer may see."""
        found = standing().filter(
            among,
            control__in=list(self.controls),
            obligation__isnull=False,
            outcome__in=OUTCOMES,
            id__gte=uuid7_floor(self.begins_at),
            id__lt=uuid7_floor(self.ends_at),
        )
        return found if self.unit is None else found.filter(unit=self.unit)


def judged(span: Span, among: Q) -> list[Judged]:
    """The counts. One statement."""
    recorded_at = Func(F("id"), function="uuid_extract_timestamp", output_field=DateTimeField())
    rows = (
        span.rows(among)
        .annotate(month=TruncMonth(recorded_at, tzinfo=COMPANY_ZONE))
        .values_list("control", "unit", "month", "outcome")
        .annotate(n=Count("id"))
        .order_by("control", "unit", "month", "outcome")
    )
    return [Judged(control, unit, month.date(), outcome, count) for control, unit, month, outcome, count in rows]
