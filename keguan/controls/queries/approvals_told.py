"""Requests in words: what was asked, by whom, under which clause, who decides and what each of them said."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.facts import APPROVAL_STATES
from keguan.controls.models import Approval, ApprovalStep
from keguan.controls.queries import naming
from keguan.controls.queries.approvals import ApprovalRow, of_record, unsettled
from keguan.controls.queries.naming import Subject
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary


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
class ApprovalTold:
    """A request in words. `asked`: arguments as (label, kind, value); `is_mine_to_decide`: the viewer's turn.

    `is_nobody_s`: those who are meant are not there.
    """

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
    is_nobody_s: bool


def told(viewer: UUID, several: Sequence[ApprovalRow]) -> list[ApprovalTold]:
    """Requests in words. A fixed number of statements."""
    wanted = {(one.approval.object_type, one.object) for one in several if one.object}
    subjects = naming.subjects(viewer, wanted)
    names = naming.people(_people(several))
    return [_row(viewer, one.approval, one.steps, _subject(one, subjects), names) for one in several]


def approvals_of(viewer: UUID, record: UUID, *, is_open: bool = False) -> list[ApprovalTold]:
    """Requests about a record in words, newest first; nothing of a record that the viewer may not see."""
    return [row for row in told(viewer, of_record(record, is_open=is_open)) if row.subject.is_seen]


def unsettled_of(viewer: UUID, record: UUID) -> list[ApprovalTold]:
    """Those of a record that wait, and those of the viewer's own that came back to him, in words, newest first."""
    return [row for row in told(viewer, unsettled(viewer, record)) if row.subject.is_seen]


def _subject(one: ApprovalRow, subjects: dict[UUID, Subject]) -> Subject:
    """The record it is about; several are counted, one that is not there yet has no name."""
    found = subjects.get(one.object) if one.object else None
    if found is None or len(one.lines) > 1:
        count = f"{len(one.lines)} ×" if one.lines else ""
        return Subject(one.approval.object_type, one.object or one.approval.id, one.approval.object_label or count)
    return found


def _people(several: Sequence[ApprovalRow]) -> Iterable[UUID | None]:
    for one in several:
        yield one.approval.requester
        yield one.approval.decided_by
        for step in one.steps:
            yield step.decided_by
            yield from step.people


def _row(
    viewer: UUID, one: Approval, steps: Sequence[ApprovalStep], subject: Subject, names: dict[UUID, str]
) -> ApprovalTold:
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
    return ApprovalTold(
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
        is_nobody_s=one.state == "waiting"
        and not any(step.people for step in steps if step.pos == one.step and step.decided_at is None),
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
