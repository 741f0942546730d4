"""Tasks as those see them who do them: what is open, for whom, by when. The viewer first."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F

from keguan.cases.models import Task
from keguan.controls import scopes
from keguan.controls.live.grants import Grants


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task: what is to be done, by which day, on which case, and who gave it."""

    id: UUID
    code: str
    title: str
    due_on: dt.date | None
    case: UUID
    case_code: str
    opened_by: UUID | None


def my_tasks(viewer: UUID, limit: int, grants: Grants | None = None) -> list[TaskRow]:
    """The viewer's own open tasks, the earliest day first, those without a day last. One statement."""
    found = Task.objects.filter(scopes.visible_to(viewer, "task", grants), owner=viewer, ended_at=None)
    return [
        TaskRow(one.id, one.code or "", one.title or "", one.due_on, one.case_id, one.case.code or "", one.opened_by_id)
        for one in found.select_related("case").order_by(F("due_on").asc(nulls_last=True), "id")[:limit]
    ]


def count_open(people: Collection[UUID]) -> dict[UUID, int]:
    """How many open tasks each of these people has. One statement."""
    found = Task.objects.filter(owner__in=list(people), ended_at=None).values_list("owner")
    return dict(found.annotate(n=Count("id")).order_by())
