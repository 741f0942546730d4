"""Figures of controls and the lists behind them: deadlines as they stand, guards as often as they were asked."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from keguan.controls.models import Approval, Evidence, Obligation
from keguan.controls.queries import naming
from keguan.controls.queries.naming import Subject
from keguan.kernel import clock
from keguan.policies.rulebooks import current

BROKEN = ("broken", "kept_late")
ASKED = {"waiting": "waits", "rejected": "refused"}
PAGE = 50


@dataclass
class Figures:
    """How often a control applied, and with what outcome; see `Evidence`. `is_configured` is false where it cannot run.

    `broken` counts every breach, done late or not; `waiting` what waits now; `refused` what a guard or a person
    refused; `warned` and `recorded` what was let through with a warning, or only noted.
    """

    applied: int = 0
    kept: int = 0
    broken: int = 0
    running: int = 0
    refused: int = 0
    waiting: int = 0
    undetermined: int = 0
    warned: int = 0
    recorded: int = 0
    done: int = 0
    cancelled: int = 0
    is_configured: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence: when, on what, by whom, where, with which event or attempt."""

    at: dt.datetime
    outcome: str
    subject: Subject | None
    actor_name: str
    unit_name: str
    event: UUID | None
    attempt: UUID | None


def figures(controls: Collection[str] | None = None) -> dict[str, Figures]:
    """By control key, the figures of all or of these controls of the rulebook in force. Three statements."""
    book = current(clock.now())
    keys = [control.key for control in book.controls] if controls is None else list(controls)
    found = {key: Figures(is_configured=book.by_key[key].is_configured if key in book.by_key else True) for key in keys}
    for key, _, outcome, many in _counts(keys, ()):
        _add(found[key], outcome, many)
    return found


def figures_by_unit(control: str) -> dict[UUID | None, Figures]:
    """The figures of one control by unit (nothing: no unit is known)."""
    found: dict[UUID | None, Figures] = {}
    for _, unit, outcome, many in _counts([control], ("unit",)):
        _add(found.setdefault(unit, Figures()), outcome, many)
    return found


def evidence_rows(
    viewer: UUID, control: str, figure: str, unit: UUID | None = None, before: dt.datetime | None = None,
    limit: int = PAGE,
) -> list[EvidenceRow]:  # fmt: skip
    """The list behind a figure (a field of `Figures`), newest first; what the viewer may not see has no words."""
    rows = _of_obligations(control, figure, unit, before, limit)
    if figure == "waiting":
        rows = _of_approvals(control, limit)
    if rows is None:
        rows = _of_evidence(control, figure, unit, before, limit)
    subjects = naming.subjects(viewer, {(row["object_type"], row["object"]) for row in rows if row["object"]})
    people, units = naming.people(row["actor"] for row in rows), naming.units(row["unit"] for row in rows)
    return [
        EvidenceRow(
            row["at"], row["outcome"], subjects.get(row["object"]), people.get(row["actor"], ""),
            units.get(row["unit"], ""), row["event"], row["attempt"],
        )
        for row in rows
    ]  # fmt: skip


def _counts(keys: list[str], by: tuple[str, ...]) -> list[tuple[str, UUID | None, str, int]]:
    """(control, unit, outcome, how many): obligations by state, requests that wait, everything else by its evidence."""
    owed = Obligation.objects.filter(control__in=keys).order_by().values("control", "state", *by)
    found: list[tuple[str, UUID | None, str, int]] = [
        (row["control"], row.get("unit"), f"owed:{row['state']}", row["many"]) for row in owed.annotate(many=Count("*"))
    ]
    deadlines = {key for key, *_ in found}
    shown = Evidence.objects.filter(control__in=keys).order_by().values("control", "outcome", *by)
    found += [
        (row["control"], row.get("unit"), row["outcome"], row["many"])
        for row in shown.annotate(many=Count("*"))
        if row["control"] not in deadlines or row["outcome"] == "undetermined"
    ]
    if not by:
        asked = Approval.objects.filter(control__in=keys, state__in=ASKED).order_by().values("control", "state")
        found += [(row["control"], None, ASKED[row["state"]], row["many"]) for row in asked.annotate(many=Count("*"))]
    return found


def _add(figures_: Figures, outcome: str, many: int) -> None:
    state = outcome.removeprefix("owed:")
    if state in ("opened", "waiting"):
        return
    figures_.applied += many
    name = "waiting" if state == "waits" else "broken" if state in BROKEN else "kept" if state == "waived" else state
    setattr(figures_, name, getattr(figures_, name) + many)


def _of_obligations(
    control: str, figure: str, unit: UUID | None, before: dt.datetime | None, limit: int
) -> list[dict[str, Any]] | None:
    """Rows of a deadline's figure; nothing (None) where the control is no deadline or the figure is none of states."""
    found: QuerySet[Obligation] = Obligation.objects.filter(control=control)
    if figure == "undetermined" or not found.exists():
        return None
    if figure != "applied":
        found = found.filter(state__in=BROKEN if figure == "broken" else (figure,))
    if unit is not None:
        found = found.filter(unit=unit)
    if before is not None:
        found = found.filter(opened_at__lt=before)
    return [
        {"at": one.opened_at, "outcome": one.state, "object_type": one.object_type, "object": one.object,
         "actor": one.people[0] if one.people else None, "unit": one.unit,
         "event": one.closed_event or one.opened_event, "attempt": None}
        for one in found.order_by("-opened_at", "-id")[:limit]
    ]  # fmt: skip


def _of_approvals(control: str, limit: int) -> list[dict[str, Any]]:
    """Rows of the requests that wait."""
    found = Approval.objects.filter(control=control, state="waiting").order_by("-requested_at", "-id")[:limit]
    return [
        {"at": one.requested_at, "outcome": "waiting", "object_type": one.object_type, "object": one.object,
         "actor": one.requester, "unit": None, "event": None, "attempt": None}
        for one in found
    ]  # fmt: skip


def _of_evidence(
    control: str, figure: str, unit: UUID | None, before: dt.datetime | None, limit: int
) -> list[dict[str, Any]]:
    found = Evidence.objects.filter(control=control)
    found = found.exclude(outcome__in=("opened", "waiting")) if figure == "applied" else found.filter(outcome=figure)
    if unit is not None:
        found = found.filter(unit=unit)
    if before is not None:
        found = found.filter(recorded_at__lt=before)
    return [
        {"at": one.recorded_at, "outcome": one.outcome, "object_type": one.object_type, "object": one.object,
         "actor": one.actor, "unit": one.unit, "event": one.event, "attempt": one.attempt}
        for one in found.order_by("-id")[:limit]
    ]  # fmt: skip
