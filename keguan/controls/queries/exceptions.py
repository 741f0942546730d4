"""Overrides as people read them: those that wait for the viewer's confirmation, and those he asked for."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.models import Override
from keguan.controls.overrides import STATES
from keguan.controls.queries import naming
from keguan.controls.queries.naming import Subject
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import current

MOST = 50
EXPIRED = Label("已过期", "expired")
USED = Label("已使用", "used")


@dataclass(frozen=True, slots=True)
class OverrideTold:
    """An override in words. `is_usable`: the viewer asked for it, it was granted, and its minutes run."""

    id: UUID
    act: Label
    verb: str
    subject: Subject | None
    citation: Citation
    sentence: Label
    reason: str
    minutes: int
    requester: str
    asked_at: dt.datetime
    state: str
    state_label: Label
    decided_by: str
    comment: str
    expires_at: dt.datetime | None
    is_usable: bool
    is_mine: bool


def overrides(viewer: UUID) -> tuple[list[OverrideTold], list[OverrideTold]]:
    """What the viewer may confirm now, and what he asked for, newest first. A fixed number of statements."""
    grants = scopes.grants(viewer)
    kind = vocabulary.types["override"]
    mine = list(Override.objects.filter(requester=viewer).order_by("-id")[:MOST])
    open_ones: list[Override] = []
    if grants is not None and grants.uses("override.confirm"):
        found = Override.objects.filter(state="asked").exclude(requester=viewer).order_by("-id")[:MOST]
        open_ones = [
            one
            for one in found
            if grants.may("override.confirm", kind, {"requester": one.requester, "object": one.object})
        ]
    every = [*open_ones, *mine]
    subjects = naming.subjects(viewer, {(one.object_type, one.object) for one in every if one.object})
    names = naming.people([one.requester for one in every] + [one.decided_by for one in every])
    told = [_told(viewer, one, subjects, names) for one in every]
    return told[: len(open_ones)], told[len(open_ones) :]


def override(viewer: UUID, key: UUID) -> OverrideTold | None:
    """One override that the viewer may confirm or asked for."""
    waiting, mine = overrides(viewer)
    return next((one for one in (*waiting, *mine) if one.id == key), None)


def _told(viewer: UUID, one: Override, subjects: dict[UUID, Subject], names: dict[UUID, str]) -> OverrideTold:
    book, now = current(clock.now()), clock.now()
    control = book.by_key.get(one.control)
    is_over = one.expires_at is not None and one.expires_at < now
    label = USED if one.used_at else EXPIRED if one.state == "granted" and is_over else STATES[one.state]
    subject = subjects.get(one.object) if one.object else None
    return OverrideTold(
        id=one.id,
        act=naming.verb_label(one.verb),
        verb=one.verb,
        subject=subject if subject is not None and subject.is_seen else None,
        citation=naming.citation(book.number, one.control),
        sentence=control.says if control is not None else Label(one.control, one.control),
        reason=one.reason,
        minutes=one.minutes,
        requester=names.get(one.requester, ""),
        asked_at=one.requested_at,
        state=one.state,
        state_label=label,
        decided_by=names.get(one.decided_by, "") if one.decided_by else "",
        comment=one.comment or "",
        expires_at=one.expires_at,
        is_usable=one.requester == viewer and one.state == "granted" and one.used_at is None and not is_over,
        is_mine=one.requester == viewer,
    )
