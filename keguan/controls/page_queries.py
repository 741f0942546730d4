"""What pages read of running controls: what somebody owes and decides, and the evidence with its counts. No writes.

`among` is the condition on `object_type` and `object` that holds for the records a viewer may see: domains above know
it. Every answer costs the same number of statements however long it is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from keguan.controls.conditions import Match, PlainScope
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.models import OPEN_STATES, Approval, ApprovalStep, Evidence, Obligation
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7_floor

FEW = 25
Place = tuple[dt.datetime, UUID]
Tally = dict[tuple[str, str], dict[UUID | None, int]]
"""Counts by (control, outcome), each by unit."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for somebody: owed in all, of these overdue, due before the end of a day, approvals to decide."""

    owed: int
    late: int
    approvals: int
    due: int = 0


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request with its steps, in the order in which they are asked."""

    approval: Approval
    steps: tuple[ApprovalStep, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One row of evidence; `clock` is the obligation that it judged, where there is one."""

    id: UUID
    object_type: str
    object: UUID | None
    outcome: str
    unit: UUID | None
    judged_at: dt.datetime | None
    clock: Obligation | None = None
    verb: str = ""
    actor: UUID | None = None


def counts(viewer: UUID, now: dt.datetime, day_ends_at: dt.datetime | None = None) -> Counts:
    """What waits for the viewer. Two statements."""
    found = _owed(viewer).aggregate(
        owed=Count("id"),
        late=Count("id", filter=Q(due_at__lt=now)),
        due=Count("id", filter=Q(due_at__gte=now, due_at__lte=day_ends_at or now)),
    )
    return Counts(found["owed"], found["late"], _waiting(viewer).count(), found["due"])


def owed(viewer: UUID, limit: int = FEW) -> list[Obligation]:
    """What the viewer owes, by due time. One statement."""
    return list(_owed(viewer).order_by("due_at", "id")[:limit])


def waiting(viewer: UUID, after: Place | None = None, limit: int = FEW) -> list[ApprovalRow]:
    """Requests that the viewer may decide now, newest first. Two statements."""
    return _with_steps(_waiting(viewer), after, limit)


def asked(viewer: UUID, after: Place | None = None, limit: int = FEW) -> list[ApprovalRow]:
    """Requests that the viewer made, newest first. Two statements."""
    return _with_steps(Approval.objects.filter(requester=viewer), after, limit)


def decided(viewer: UUID, after: Place | None = None, limit: int = FEW) -> list[ApprovalRow]:
    """Requests at which the viewer decided a step, newest first. Two statements."""
    mine = ApprovalStep.objects.filter(decided_by=viewer).values("parent")
    return _with_steps(Approval.objects.filter(pk__in=mine), after, limit)


def approval(viewer: UUID, key: UUID) -> ApprovalRow | None:
    """A request that the viewer made or may decide at some step. Two statements."""
    mine = ApprovalStep.objects.filter(people__contains=[viewer]).values("parent")
    found = Approval.objects.filter(Q(requester=viewer) | Q(pk__in=mine), pk=key)
    return next(iter(_with_steps(found, None, 1)), None)


def known(viewer: UUID, keys: Collection[UUID]) -> set[UUID]:
    """Those of these requests that the viewer made or may decide at some step. One statement."""
    mine = ApprovalStep.objects.filter(people__contains=[viewer]).values("parent")
    found = Approval.objects.filter(Q(requester=viewer) | Q(pk__in=mine), pk__in=list(keys))
    return set(found.values_list("id", flat=True))


def tally(controls: Collection[str], since: dt.datetime, among: Q, outcomes: Collection[str] = ()) -> Tally:
    """How often each control came to which outcome since a moment, by unit. One statement."""
    found = Evidence.objects.filter(among, control__in=list(controls), id__gte=uuid7_floor(since))
    if outcomes:
        found = found.filter(outcome__in=list(outcomes))
    return _tallied(found.values_list("control", "outcome", "unit").annotate(n=Count("id")).order_by())


def running(controls: Collection[str], among: Q) -> dict[str, int]:
    """How many clocks of each control run or are overdue and still owed. One statement."""
    found = Obligation.objects.filter(among, control__in=list(controls), state__in=OPEN_STATES)
    return dict(found.values_list("control").annotate(n=Count("id")).order_by())


def judgements(
    control: str, outcomes: Collection[str], among: Q, since: dt.datetime, before: UUID | None = None, limit: int = FEW
) -> list[Judgement]:
    """Evidence of a control with these outcomes since a moment, newest first. Two statements."""
    found = Evidence.objects.filter(among, control=control, outcome__in=list(outcomes), id__gte=uuid7_floor(since))
    if before is not None:
        found = found.filter(id__lt=before)
    listed = list(found.order_by("-id")[:limit])
    clocks = Obligation.objects.in_bulk([row.obligation for row in listed if row.obligation])
    return [
        Judgement(
            row.id, row.object_type, row.object, row.outcome, row.unit, row.happened_at,
            clocks.get(row.obligation) if row.obligation else None, row.verb, row.actor,
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


def _owed(viewer: UUID) -> "QuerySet[Obligation]":
    return Obligation.objects.filter(people__contains=[viewer], state__in=OPEN_STATES, is_trial=False)


def _waiting(viewer: UUID) -> "QuerySet[Approval]":
    mine = ApprovalStep.objects.filter(people__contains=[viewer], decided_at=None, pos=F("parent__step"))
    return Approval.objects.filter(pk__in=mine.values("parent"), state="waiting")


def _with_steps(found: "QuerySet[Approval]", after: Place | None, limit: int) -> list[ApprovalRow]:
    if after is not None:
        found = found.filter(TupleLessThan(Tuple(F("requested_at"), F("id")), after))
    listed = list(found.order_by("-requested_at", "-id")[:limit])
    steps: dict[UUID, list[ApprovalStep]] = defaultdict(list)
    for step in ApprovalStep.objects.filter(parent__in=[row.id for row in listed]).order_by("pos", "id"):
        steps[step.parent_id].append(step)
    return [ApprovalRow(row, tuple(steps[row.id])) for row in listed]


def _tallied(rows: Iterable[Any]) -> Tally:
    found: Tally = defaultdict(dict)
    for control, outcome, unit, count in rows:
        found[control, outcome][unit] = count
    return found


DECIDING = """
    select v.control, e.envelope::jsonb -> 'read' as read, count(*) as n
    from controls_evidence v join kernel_event e on e.id = v.event
    where v.id = any(%s) group by 1, 2
"""
MOST_DECIDED = 5000


def decided_rows(controls: Collection[ApprovalControl], since: dt.datetime, among: Q) -> dict[str, dict[int, int]]:
    """By control, how often each row of its table decided since a moment (of the newest few thousand). Two statements.

    Rows are told by the facts that stand in the journal beside the judgement; what was erased is not counted.
    """
    by_key = {control.key: control for control in controls}
    found = Evidence.objects.filter(among, control__in=list(by_key), outcome="kept", id__gte=uuid7_floor(since))
    ids = list(found.order_by("-id").values_list("id", flat=True)[:MOST_DECIDED])
    counts: dict[str, dict[int, int]] = {}
    for row in Rows().select(DECIDING, [ids]):
        control = by_key[row["control"]]
        match = control.table.lookup(PlainScope(_facts(control, row["read"] or {})))
        if isinstance(match, Match):
            of_control = counts.setdefault(control.key, {})
            of_control[match.index] = of_control.get(match.index, 0) + row["n"]
    return counts


def _facts(control: ApprovalControl, read: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    return {
        name.path: name.kind.from_json(read[name.key])
        for name in control.table.names()
        if read.get(name.key) is not None
    }
