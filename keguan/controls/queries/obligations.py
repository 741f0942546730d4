"""What people owe: as it stands, counted, in words, and the fault list of obligations that nobody owns."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from keguan.controls import scopes
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.models import OPEN_STATES, Obligation
from keguan.controls.queries import naming
from keguan.controls.queries.approvals import waiting_for
from keguan.controls.queries.naming import Subject
from keguan.controls.terms import left
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label

FEW = 100
NEAREST = """
    select distinct on (object) object, control, due_at, state from controls_obligation
    where object = any(%s) and state = any(%s) order by object, due_at, id
"""
PAUSED = Label("停算中", "paused")
LATE = Q(is_paused=False)
"""Where its moment has passed; while its time stands still, nothing is overdue."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for somebody: owed in all, of these overdue, due before the end of a day, approvals to decide."""

    owed: int
    late: int
    approvals: int
    due: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """The nearest clock of a record: the control that set it, when it is due, whether that is over."""

    control: str
    due_at: dt.datetime
    is_broken: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation as a row: the record, what is to be done (label and verb), the clause, when it is due.

    `left` says how long there is, or how long it is overdue; `people` are the names of those who owe it; `met_at` is
    when it was done, in time or late.
    """

    id: UUID
    subject: Subject
    act: Label
    verb: str
    citation: Citation
    control: str
    state: str
    opened_at: dt.datetime
    due_at: dt.datetime
    left: Label
    is_broken: bool
    people: tuple[str, ...]
    unit: UUID | None
    is_paused: bool = False
    met_at: dt.datetime | None = None


def nearest(records: Collection[UUID]) -> dict[UUID, Due]:
    """The nearest open clock of each record that has one; whoever calls knows that they are seen. One statement."""
    now = clock.now()
    first = Rows().select(NEAREST, [list(records), list(OPEN_STATES)])
    return {
        row["object"]: Due(row["control"], row["due_at"], row["state"] == "broken" or row["due_at"] <= now)
        for row in first
    }


def figures(now: dt.datetime, day_ends_at: dt.datetime) -> dict[str, Count]:
    """What is counted of what anybody owes: all of it (`owed`), what is overdue (`late`), what is still due today."""
    until_then = Q(due_at__gte=now, due_at__lte=day_ends_at, is_paused=False)
    return {
        "owed": Count("id"),
        "late": Count("id", filter=LATE & Q(due_at__lt=now)),
        "due": Count("id", filter=until_then),
    }


def counts(viewer: UUID, now: dt.datetime, day_ends_at: dt.datetime | None = None) -> Counts:
    """What waits for the viewer. Two statements."""
    found = _owed(viewer).aggregate(**figures(now, day_ends_at or now))
    return Counts(found["owed"], found["late"], waiting_for(viewer).count(), found["due"])


def concerned(policy: str) -> dict[str, int]:
    """How many clocks of a policy run, by record type: those that a new version keeps or switches. One statement."""
    found = Obligation.objects.filter(control__startswith=f"{policy}#", state__in=OPEN_STATES)
    return dict(found.values_list("object_type").annotate(n=Count("id")).order_by())


def owed(viewer: UUID, limit: int = FEW) -> list[Obligation]:
    """What the viewer owes, by due time. One statement."""
    return list(_owed(viewer).order_by("due_at", "id")[:limit])


def owed_late(viewer: UUID, now: dt.datetime, limit: int = FEW) -> list[Obligation]:
    """What the viewer owes and is overdue, the oldest first. One statement."""
    return list(_owed(viewer).filter(LATE, due_at__lt=now).order_by("due_at", "id")[:limit])


def owed_ahead(viewer: UUID, now: dt.datetime, limit: int = FEW) -> list[Obligation]:
    """What the viewer owes and is not overdue, by due time. One statement."""
    return list(_owed(viewer).exclude(LATE, due_at__lt=now).order_by("due_at", "id")[:limit])


def owed_by(viewer: UUID, limit: int = FEW) -> list[Owed]:
    """What the viewer owes in words, by due time. A fixed number of statements."""
    return rows(viewer, owed(viewer, limit))


def unowned(viewer: UUID, limit: int = FEW) -> list[Owed]:
    """Obligations that nobody owns because no post was held: the company's fault list."""
    found = Obligation.objects.filter(people=[], state__in=OPEN_STATES)
    return rows(viewer, found.order_by("due_at", "id")[:limit])


def rows(viewer: UUID, several: "QuerySet[Obligation] | Sequence[Obligation]") -> list[Owed]:
    """Obligations as rows of a page."""
    listed, now = list(several), clock.now()
    grants = scopes.grants(viewer)
    subjects = naming.subjects(viewer, {(one.object_type, one.object) for one in listed}, grants)
    names = naming.people(person for one in listed for person in one.people)
    return [_row(one, subjects[one.object], names, now) for one in listed]


def _owed(viewer: UUID) -> "QuerySet[Obligation]":
    return Obligation.objects.filter(people__contains=[viewer], state__in=OPEN_STATES, is_trial=False)


def _row(one: Obligation, subject: Subject, names: dict[UUID, str], now: dt.datetime) -> Owed:
    control = naming.control(one.rulebook, one.control)
    deadline = control if isinstance(control, DeadlineControl) else None
    return Owed(
        one.id,
        subject,
        deadline.owed if deadline else Label("", ""),
        (deadline.owed_verb or "") if deadline else "",
        naming.citation(one.rulebook, one.control),
        one.control,
        one.state,
        one.opened_at,
        one.due_at,
        PAUSED if one.is_paused else left(one.due_at, now),
        one.state == "broken" or (now > one.due_at and not one.is_paused),
        tuple(names[person] for person in one.people if person in names),
        one.unit,
        one.is_paused,
        one.met_at,
    )
