"""Requests that wait or have been decided: those that wait for the viewer, those he asked, those of a record."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from keguan.controls import scopes
from keguan.controls.facts import APPROVAL_STATES
from keguan.controls.models import Approval, ApprovalStep
from keguan.controls.queries import naming
from keguan.controls.queries.naming import Subject
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary

FEW = 100


@dataclass(frozen=True, slots=True)
class StepRow:
    """One consent that is needed: at which position, by whom in words and names, and what was decided."""

    pos: int
    by: Label
    people: tuple[str, ...]
    decided_by: str | None
    decided_at: dt.datetime | None
    is_consent: bool | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request as a row. `asked`: the arguments as (label, kind, value); `is_mine_to_decide`: the viewer's turn."""

    id: UUID
    verb: str
    act: Label
    subject: Subject
    asked: tuple[tuple[Label, Any, Any], ...]
    requester: UUID
    requester_name: str
    requested_at: dt.datetime
    by: Label
    citation: Citation
    control: str
    how: str
    state: str
    state_label: Label
    decided_at: dt.datetime | None
    decided_by_name: str | None
    comment: str | None
    steps: tuple[StepRow, ...]
    is_mine_to_decide: bool
    is_mine_to_withdraw: bool


def waiting_for(viewer: UUID, limit: int = FEW) -> list[ApprovalRow]:
    """Requests at whose current step the viewer may decide, the oldest first."""
    turn = ApprovalStep.objects.filter(
        parent=OuterRef("pk"), pos=OuterRef("step"), decided_at=None, people__contains=[viewer]
    )
    found = Approval.objects.filter(Exists(turn), state="waiting")
    return _rows(viewer, found.order_by("requested_at", "id")[:limit])


def asked_by(viewer: UUID, *, is_open: bool = True, limit: int = FEW) -> list[ApprovalRow]:
    """What the viewer asked for: what still waits, or all, the newest first."""
    found = Approval.objects.filter(requester=viewer)
    if is_open:
        found = found.filter(state="waiting")
    return _rows(viewer, found.order_by("-requested_at", "-id")[:limit])


def approvals_of(viewer: UUID, record: UUID, *, is_open: bool = False) -> list[ApprovalRow]:
    """Requests about a record, the newest first; nothing of a record that the viewer may not see."""
    found = Approval.objects.filter(object=record)
    if is_open:
        found = found.filter(state="waiting")
    return [row for row in _rows(viewer, found.order_by("-requested_at", "-id")[:FEW]) if row.subject.is_seen]


def approval(viewer: UUID, key: UUID) -> ApprovalRow | None:
    """One request, for whoever asked, may decide, or sees its record; nothing for others."""
    found = _rows(viewer, Approval.objects.filter(id=key))
    if not found:
        return None
    [row] = found
    is_concerned = Approval.objects.filter(scopes.of_approvals(viewer), id=key).exists()
    return row if row.subject.is_seen or is_concerned else None


def _rows(viewer: UUID, several: "QuerySet[Approval]") -> list[ApprovalRow]:
    listed = list(several)
    steps: dict[UUID, list[ApprovalStep]] = {}
    for step in ApprovalStep.objects.filter(parent__in=[one.id for one in listed]).order_by("pos", "id"):
        steps.setdefault(step.parent_id, []).append(step)
    subjects = naming.subjects(viewer, {(one.object_type, one.object) for one in listed})
    names = naming.people(_people(listed, steps))
    return [_row(viewer, one, steps.get(one.id, []), subjects[one.object], names) for one in listed]


def _people(listed: list[Approval], steps: dict[UUID, list[ApprovalStep]]) -> Iterable[UUID | None]:
    for one in listed:
        yield one.requester
        yield one.decided_by
        for step in steps.get(one.id, ()):
            yield step.decided_by
            yield from step.people


def _row(
    viewer: UUID, one: Approval, steps: list[ApprovalStep], subject: Subject, names: dict[UUID, str]
) -> ApprovalRow:
    shown = tuple(
        StepRow(
            step.pos, Label(step.by_zh, step.by_en), tuple(names[person] for person in step.people if person in names),
            names.get(step.decided_by) if step.decided_by else None, step.decided_at, step.is_consent, step.comment,
        )
        for step in steps
    )  # fmt: skip
    turn = one.state == "waiting" and any(
        step.pos == one.step and step.decided_at is None and viewer in step.people for step in steps
    )
    return ApprovalRow(
        id=one.id,
        verb=one.verb,
        act=naming.verb_label(one.verb),
        subject=subject,
        asked=_asked(one),
        requester=one.requester,
        requester_name=names.get(one.requester, ""),
        requested_at=one.requested_at,
        by=Label(one.by_zh, one.by_en),
        citation=naming.citation(one.rulebook, one.control),
        control=one.control,
        how=one.how,
        state=one.state,
        state_label=APPROVAL_STATES[one.state],
        decided_at=one.decided_at,
        decided_by_name=names.get(one.decided_by) if one.decided_by else None,
        comment=one.comment,
        steps=shown,
        is_mine_to_decide=turn,
        is_mine_to_withdraw=one.state == "waiting" and one.requester == viewer,
    )


def _asked(one: Approval) -> tuple[tuple[Label, Any, Any], ...]:
    verb = vocabulary.verbs.get(one.verb)
    if verb is None:
        return ()
    return tuple(
        (argument.label, argument.kind, argument.kind.from_json(one.args[argument.name]))
        for argument in verb.arguments
        if one.args.get(argument.name) is not None
    )
