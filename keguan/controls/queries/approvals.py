"""Requests with their steps: those that wait for the viewer, those he made, those he decided, those of a record.

Keyset pages from the newest; every answer costs three statements at most however long it is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from keguan.controls import scopes
from keguan.controls.models import Approval, ApprovalLine, ApprovalStep
from keguan.kernel import clock

FEW = 25
LATELY = dt.timedelta(days=30)
Place = tuple[dt.datetime, UUID]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request with its steps, in the order in which they are asked, and the lines of one that was made for several.

    `object` is the record it is about; of several the first, of a record that is not there yet none.
    """

    approval: Approval
    steps: tuple[ApprovalStep, ...]
    lines: tuple[ApprovalLine, ...] = ()

    @property
    def object(self) -> UUID | None:
        """The record it is about."""
        return self.approval.object or (self.lines[0].object if self.lines else None)


def waiting(viewer: UUID, after: Place | None = None, limit: int = FEW) -> list[ApprovalRow]:
    """Requests that the viewer may decide now, newest first."""
    return with_steps(waiting_for(viewer), after, limit)


def asked(viewer: UUID, after: Place | None = None, limit: int = FEW, *, is_open: bool = False) -> list[ApprovalRow]:
    """Requests that the viewer made, newest first; with `is_open` those only that wait."""
    found = Approval.objects.filter(requester=viewer)
    return with_steps(found.filter(state="waiting") if is_open else found, after, limit)


def decided(viewer: UUID, after: Place | None = None, limit: int = FEW) -> list[ApprovalRow]:
    """Requests at which the viewer decided a step, newest first."""
    mine = ApprovalStep.objects.filter(decided_by=viewer).values("parent")
    return with_steps(Approval.objects.filter(pk__in=mine), after, limit)


def returned(viewer: UUID, limit: int = FEW) -> list[ApprovalRow]:
    """Requests of the viewer that were sent back lately and that he has not asked for again, newest first."""
    return with_steps(Approval.objects.filter(_came_back(viewer)), None, limit)


def _came_back(viewer: UUID) -> Q:
    later = (
        Approval.objects.filter(requester=viewer, verb=OuterRef("verb"), requested_at__gte=OuterRef("decided_at"))
        .exclude(pk=OuterRef("pk"))
        .filter(Q(object=OuterRef("object")) | Q(object=None) & Q(object_type=OuterRef("object_type")))
    )
    return Q(~Exists(later), requester=viewer, state="returned", decided_at__gte=clock.now() - LATELY)


def of_record(record: UUID, *, is_open: bool = False, limit: int = FEW) -> list[ApprovalRow]:
    """Requests about a record, newest first. Whether the viewer sees the record is for the caller to know."""
    found = Approval.objects.filter(_about(record))
    return with_steps(found.filter(state="waiting") if is_open else found, None, limit)


def unsettled(viewer: UUID, record: UUID, limit: int = FEW) -> list[ApprovalRow]:
    """Requests about a record that wait, and the viewer's own that came back to him and were not asked again."""
    found = Approval.objects.filter(_about(record), Q(state="waiting") | _came_back(viewer))
    return with_steps(found, None, limit)


def _about(record: UUID) -> Q:
    several = ApprovalLine.objects.filter(object=record).values("parent")
    return Q(object=record) | Q(pk__in=several)


def approval(viewer: UUID, key: UUID) -> ApprovalRow | None:
    """A request that the viewer made or may decide at some step."""
    found = Approval.objects.filter(scopes.of_approvals(viewer), pk=key)
    return next(iter(with_steps(found, None, 1)), None)


def known(viewer: UUID, keys: Collection[UUID]) -> set[UUID]:
    """Those of these requests that the viewer made or may decide at some step. One statement."""
    found = Approval.objects.filter(scopes.of_approvals(viewer), pk__in=list(keys))
    return set(found.values_list("id", flat=True))


def waiting_for(viewer: UUID) -> "QuerySet[Approval]":
    """Requests at whose current step the viewer may decide."""
    mine = ApprovalStep.objects.filter(people__contains=[viewer], decided_at=None, pos=F("parent__step"))
    return Approval.objects.filter(pk__in=mine.values("parent"), state="waiting")


def with_steps(found: "QuerySet[Approval]", after: Place | None, limit: int) -> list[ApprovalRow]:
    """A page of requests with their steps and lines, newest first."""
    if after is not None:
        found = found.filter(TupleLessThan(Tuple(F("requested_at"), F("id")), after))
    listed = list(found.order_by("-requested_at", "-id")[:limit])
    steps: dict[UUID, list[ApprovalStep]] = defaultdict(list)
    for step in ApprovalStep.objects.filter(parent__in=[row.id for row in listed]).order_by("pos", "id"):
        steps[step.parent_id].append(step)
    lines: dict[UUID, list[ApprovalLine]] = defaultdict(list)
    several = [row.id for row in listed if row.records]
    for line in ApprovalLine.objects.filter(parent__in=several).order_by("id") if several else ():
        lines[line.parent_id].append(line)
    return [ApprovalRow(row, tuple(steps[row.id]), tuple(lines[row.id])) for row in listed]
