"""Evidence counted and listed: how often which control came to which outcome, and the records behind each figure.

`among` is the condition that holds for what the viewer may see (`scopes.among`). Nothing here depends on the length
of a list.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from keguan.controls.models import OPEN_STATES, Evidence, Obligation
from keguan.kernel.ids import uuid7_floor

FEW = 25
GONE = ("lifted", "void")
"""Outcomes that only say that an earlier judgement stands no more."""
Tally = dict[tuple[str, str], dict[UUID | None, int]]
"""Counts by (control, outcome), each by unit."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row of evidence; `clock` is the obligation that it judged, where there is one.

    `before` is the outcome of the earlier judgement of the same clock that this one takes the place of.
    """

    id: UUID
    object_type: str
    object: UUID | None
    outcome: str
    unit: UUID | None
    judged_at: dt.datetime | None
    clock: Obligation | None = None
    verb: str = ""
    actor: UUID | None = None
    before: str = ""
    control: str = ""


def standing() -> "QuerySet[Evidence]":
    """Evidence that no later judgement replaces: what every figure counts, and every list behind it shows."""
    later = Evidence.objects.filter(replaces=OuterRef("id"))
    return Evidence.objects.filter(~Exists(later)).exclude(outcome__in=GONE)


def tally(controls: Collection[str], since: dt.datetime, among: Q, outcomes: Collection[str] = ()) -> Tally:
    """How often each control came to which outcome since a moment, by unit. One statement."""
    found = standing().filter(among, control__in=list(controls), id__gte=uuid7_floor(since))
    if outcomes:
        found = found.filter(outcome__in=list(outcomes))
    counts: Tally = defaultdict(dict)
    rows = found.values_list("control", "outcome", "unit").annotate(n=Count("id")).order_by()
    for control, outcome, unit, count in rows:
        counts[control, outcome][unit] = count
    return counts


def running(controls: Collection[str], among: Q) -> dict[str, int]:
    """How many clocks of each control run or are overdue and still owed. One statement."""
    found = Obligation.objects.filter(among, control__in=list(controls), state__in=OPEN_STATES)
    return dict(found.values_list("control").annotate(n=Count("*")).order_by())


def judgements(
    control: str, outcomes: Collection[str], among: Q, since: dt.datetime, before: UUID | None = None, limit: int = FEW
) -> list[Judgement]:
    """Evidence of a control with these outcomes since a moment, newest first. Three statements."""
    found = standing().filter(among, control=control, outcome__in=list(outcomes), id__gte=uuid7_floor(since))
    return newest(found, before, limit)


def newest(found: "QuerySet[Evidence]", before: UUID | None = None, limit: int = FEW) -> list[Judgement]:
    """Rows of evidence as a list shows them, newest first. Three statements."""
    if before is not None:
        found = found.filter(id__lt=before)
    listed = list(found.order_by("-id")[:limit])
    clocks = Obligation.objects.in_bulk([row.obligation for row in listed if row.obligation])
    replaced = [row.replaces for row in listed if row.replaces]
    earlier = dict(Evidence.objects.filter(id__in=replaced).values_list("id", "outcome")) if replaced else {}
    return [
        Judgement(
            row.id, row.object_type, row.object, row.outcome, row.unit, row.happened_at,
            clocks.get(row.obligation) if row.obligation else None, row.verb, row.actor,
            earlier.get(row.replaces, "") if row.replaces else "", row.control,
        )
        for row in listed
    ]  # fmt: skip


def clocks(control: str, among: Q, before: UUID | None = None, limit: int = FEW) -> list[Judgement]:
    """Clocks of a control that still run, those opened last first. One statement."""
    found = Obligation.objects.filter(among, control=control, state__in=OPEN_STATES)
    if before is not None:
        found = found.filter(id__lt=before)
    return [
        Judgement(row.id, row.object_type, row.object, row.state, row.unit, None, row)
        for row in found.order_by("-id")[:limit]
    ]
