"""What the people of a team owe and have to decide, as their head sees it: overdue first, with the load of each."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from keguan.controls.models import OPEN_STATES, Obligation
from keguan.controls.queries.obligations import figures
from keguan.kernel.commands.rows import Rows

OWED = """
    select p as person, count(*) as owed,
           count(*) filter (where o.due_at < %(now)s and not o.is_paused) as late,
           count(*) filter (where o.due_at >= %(now)s and o.due_at <= %(ends)s and not o.is_paused) as due
    from controls_obligation o cross join unnest(o.people) p
    where o.people && %(people)s and p = any(%(people)s) and o.state = any(%(open)s) and not o.is_trial
    group by p
"""
DECIDES = """
    select p as person, count(distinct a.id) as approvals
    from controls_approvalstep s join controls_approval a on a.id = s.parent cross join unnest(s.people) p
    where s.people && %(people)s and p = any(%(people)s) and s.decided_at is null and s.pos = a.step
      and a.state = 'waiting'
    group by p
"""


@dataclass(frozen=True, slots=True)
class Load:
    """How much somebody has at hand: owed in all, of it overdue and due today; requests to decide."""

    owed: int = 0
    late: int = 0
    due: int = 0
    approvals: int = 0


def loads(people: Collection[UUID], now: dt.datetime, day_ends_at: dt.datetime) -> dict[UUID, Load]:
    """The load of each of these people, also of those who have nothing. Two statements."""
    given = {"people": list(people), "now": now, "ends": day_ends_at, "open": list(OPEN_STATES)}
    rows = Rows()
    owed = {row.pop("person"): row for row in rows.select(OWED, given)}
    decides = {row["person"]: row["approvals"] for row in rows.select(DECIDES, given)}
    return {person: Load(**owed.get(person, {}), approvals=decides.get(person, 0)) for person in people}


def load_together(people: Collection[UUID], now: dt.datetime, day_ends_at: dt.datetime) -> Load:
    """How much these people owe in all: what several owe together counts once. One statement."""
    return Load(**_owed(people).aggregate(**figures(now, day_ends_at)))


def owed_otherwise(records: Collection[UUID], person: UUID) -> int:
    """How much is owed on these records by others than this person. One statement."""
    found = Obligation.objects.filter(object__in=list(records), state__in=OPEN_STATES, is_trial=False)
    return found.exclude(people__contains=[person]).exclude(people=[]).count()


def owed_by_team(people: Collection[UUID], limit: int) -> "QuerySet[Obligation]":
    """What these people owe, the longest overdue first."""
    return _owed(people).order_by("due_at", "id")[:limit]


def _owed(people: Collection[UUID]) -> "QuerySet[Obligation]":
    return Obligation.objects.filter(people__overlap=list(people), state__in=OPEN_STATES, is_trial=False)
