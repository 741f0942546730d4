"""What happened to a case beside its stages, as its page shows it: lines, tasks, other cases it has to do with.

Every part asks for itself what the viewer may see: another case or a task may be hidden though this one is not.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from keguan.cases.facts import CASE, RELATIONS
from keguan.cases.models import Case, Link, Task
from keguan.cases.queries import visible_to
from keguan.cases.subtasks import TASK
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE, MoneyKind, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType

SHOWN: dict[str, tuple[tuple[str, ...], str, str]] = {
    "visits": (("visitors",), "recorded_by", "visited_at"),
    "promises": (("amount",), "promised_by", "promised_at"),
    "liabilities": (("liable", "department", "person", "party", "loss"), "held_by", "held_at"),
}
"""Of each list, the facts in the heading of a line, who entered it and when; the text of all is `text`."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line: its facts (with typed values; masked ones are left out), its text, who entered it and when."""

    facts: tuple[tuple[Fact, Any], ...]
    text: str
    by: UUID | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of lines with the sum of its money, by currency."""

    type: LineType
    rows: tuple[LineRow, ...]
    sums: tuple[tuple[Decimal, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of the case; without title where that is masked."""

    id: UUID
    code: str
    title: str
    owner: UUID | None
    due_on: dt.date | None
    stage: str
    stage_label: Label
    result: str
    opened_by: UUID | None
    unit: UUID | None
    is_open: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case that this one has to do with. `is_mine`: the link stands with this case and is undone here."""

    id: UUID
    code: str
    title: str
    how: Label
    stage_label: Label
    opened_at: dt.datetime
    is_link: bool = False
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Panels:
    """All of it; `people` and `units` are those that the lines and tasks mention."""

    lines: tuple[Lines, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    others: tuple[OtherCase, ...] = ()
    people: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()


def panels(viewer: UUID, case: Case, masked: frozenset[str], known: Grants | None) -> Panels:
    """What the viewer may see of it; `masked` are the facts and lists of the case that are masked for him."""
    lines = tuple(found for name in SHOWN if name not in masked and (found := _lines(case, CASE.line(name))).rows)
    tasks = _tasks(viewer, case.id, known)
    people = (
        {row.by for each in lines for row in each.rows}
        | {task.owner for task in tasks}
        | {case.opened_by_id, *(case.followers or ())}
    )
    units: set[UUID] = set()
    for fact, value in (pair for each in lines for row in each.rows for pair in row.facts):
        to, keys = _pointed_to(fact, value)
        (units if to == "unit" else people if to == "person" else set()).update(keys)
    return Panels(
        lines, tasks, _others(viewer, case, known), frozenset(each for each in people if each), frozenset(units)
    )


def _pointed_to(fact: Fact, value: Any) -> tuple[str, Iterable[UUID]]:
    kind = getattr(fact.kind, "of", fact.kind)
    return (kind.to, value if isinstance(value, list) else [value]) if isinstance(kind, Reference) else ("", ())


def _lines(case: Case, kind: LineType) -> Lines:
    heads, by, at = SHOWN[kind.name]
    rows = tuple(
        LineRow(
            tuple((kind.by_name[n], value) for n in heads if (value := _value(kind.by_name[n], line)) is not None),
            line.text or "", getattr(line, f"{by}_id"), getattr(line, at),
        )
        for line in getattr(case, kind.name).order_by("id")
    )  # fmt: skip
    return Lines(kind, rows, _sums(rows))


def _value(fact: Fact, line: Any) -> Any:
    """A fact of a line as the pipeline has it."""
    attribute = f"{fact.name}_id" if isinstance(fact.kind, Reference) else fact.name
    columns = (getattr(line, attribute),)
    if isinstance(fact.kind, MoneyKind):
        columns = (*columns, getattr(line, f"{fact.name}_currency"))  # type: ignore[assignment]
    return fact.kind.from_columns(columns)


def _sums(rows: Sequence[LineRow]) -> tuple[tuple[Decimal, str], ...]:
    sums: dict[str, Decimal] = {}
    for fact, value in (pair for row in rows for pair in row.facts):
        if isinstance(fact.kind, MoneyKind):
            sums[value.currency] = sums.get(value.currency, Decimal()) + value.amount
    return tuple((amount, currency) for currency, amount in sums.items()) if len(rows) > 1 else ()


def _tasks(viewer: UUID, case: UUID, known: Grants | None) -> tuple[TaskRow, ...]:
    masked = scopes.masked(viewer, "task", known)
    today = clock.now().astimezone(COMPANY_ZONE).date()
    found = Task.objects.filter(scopes.visible_to(viewer, "task", known), case=case).order_by("id")
    return tuple(
        TaskRow(
            one.id, one.code or "", (one.title or "") if "title" not in masked else "", one.owner_id, one.due_on,
            one.stage, TASK.stage_label(one.stage), (one.result or "") if "result" not in masked else "",
            one.opened_by_id, one.unit_id, one.ended_at is None,
            one.ended_at is None and one.due_on is not None and one.due_on < today,
        )
        for one in found
    )  # fmt: skip


SPLIT_FROM = Label("本案拆自", "split from it")
SPLIT_OFF = Label("由本案拆出", "split off here")
MERGED = Label("已并入本案", "merged here")
MERGED_INTO = Label("本案已并入", "merged into it")
CONTINUED = Label("后续", "Continued by it")


def _others(viewer: UUID, case: Case, known: Grants | None) -> tuple[OtherCase, ...]:
    """Cases that this one is linked to, split from or merged with, as far as the viewer sees them. Two statements."""
    how: dict[UUID, tuple[Label, bool, bool]] = {}
    for link in Link.objects.filter(Q(case=case.id) | Q(other=case.id)).order_by("id"):
        mine = link.case_id == case.id
        is_continued = link.relation == "continues" and not mine
        how[link.other_id if mine else link.case_id] = (
            CONTINUED if is_continued else RELATIONS[link.relation], True, mine,
        )  # fmt: skip
    wanted = Q(id__in=[*how, case.split_from_id, case.merged_into_id]) | Q(split_from=case.id) | Q(merged_into=case.id)
    columns = ("id", "code", "title", "stage", "opened_at", "split_from", "merged_into")
    masked = scopes.masked(viewer, "case", known)
    found = []
    for one in visible_to(viewer, known).filter(wanted).only(*columns).order_by("opened_at", "id"):
        label, is_link, is_mine = how.get(one.id, (_kinship(case, one), False, False))
        title = "" if "title" in masked else one.title or ""
        stage = CASE.stage_label(one.stage)
        found.append(OtherCase(one.id, one.code or "", title, label, stage, one.opened_at, is_link, is_mine))
    return tuple(found)


def _kinship(case: Case, one: Case) -> Label:
    if one.id == case.merged_into_id:
        return MERGED_INTO
    if one.merged_into_id == case.id:
        return MERGED
    return SPLIT_FROM if one.id == case.split_from_id else SPLIT_OFF
