"""Which calls somebody sees: what rings for him now, and what rang lately."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.calls.models import Call
from keguan.cases import queries as cases
from keguan.controls import scopes
from keguan.customers import queries as customers
from keguan.customers.callers import Caller, callers
from keguan.customers.phones import PhoneKind, mask
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from django.db.models import QuerySet

RINGS_FOR = dt.timedelta(minutes=2)
"""A call of which nobody heard again rings no longer than this."""
SHOWN, RINGING = 50, 3


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as one row; `number` is masked where the viewer may not read it, `dialled` is empty then.

    `contact` is who at the customer has the number, where that was looked for.
    """

    id: UUID
    number: Label
    dialled: str
    extension: str
    person_name: str
    customer: customers.CustomerRow | None
    contact: str
    case: UUID | None
    case_code: str
    case_title: str
    stage: str
    opened_at: dt.datetime
    seconds: int | None


def visible_to(viewer: UUID) -> "QuerySet[Call]":
    """The calls that the viewer may see."""
    return Call.objects.filter(scopes.visible_to(viewer, "call"))


def ringing(viewer: UUID, now: dt.datetime) -> list[CallRow]:
    """What rings for the viewer at this moment, the first that rang first: another one never takes its place."""
    found = visible_to(viewer).filter(person=viewer, stage="ringing", opened_at__gt=now - RINGS_FOR)
    return named(viewer, _rows(viewer, found.order_by("-opened_at", "-id")[:RINGING])[::-1])


def lately(viewer: UUID, is_missed: bool = False) -> list[CallRow]:
    """The last calls, newest first; only those that nobody took and nobody followed up, where asked."""
    found = visible_to(viewer)
    if is_missed:
        found = found.filter(stage="missed", case=None)
    return named(viewer, _rows(viewer, found.order_by("-opened_at", "-id")[:SHOWN]))


def named(viewer: UUID, listed: Sequence[CallRow]) -> list[CallRow]:
    """The calls with the one customer whose number it is, and who there has it; of several none is guessed.

    A fixed number of statements.
    """
    found = callers(viewer, {number for row in listed if (number := _digits(row))})
    return [_named(row, found.get(_digits(row))) for row in listed]


def _digits(row: CallRow) -> str:
    return row.dialled.partition("x")[0]


def _named(row: CallRow, caller: Caller | None) -> CallRow:
    if caller is None or (row.customer is not None and row.customer.id != caller.customer.id):
        return row
    return replace(row, customer=caller.customer, contact=caller.contact)


def call(viewer: UUID, key: UUID) -> CallRow | None:
    """One call, where the viewer may see it."""
    return next(iter(named(viewer, _rows(viewer, visible_to(viewer).filter(id=key)))), None)


def _rows(viewer: UUID, found: "QuerySet[Call]") -> list[CallRow]:
    listed = list(found.select_related("person", "case"))
    if not listed:
        return []
    masked = scopes.masked(viewer, "call")
    registered = {row.case_id for row in listed if row.case_id}
    seen = set(cases.visible_to(viewer).filter(id__in=registered).values_list("id", flat=True)) if registered else set()
    known = customers.rows(viewer, {row.customer_id for row in listed if row.customer_id})
    return [
        CallRow(
            row.id,
            _number(row.number, "number" in masked),
            "" if "number" in masked else row.number or "",
            row.extension or "",
            row.person.name if row.person else "",
            known.get(row.customer_id) if row.customer_id else None,
            "",
            row.case_id if row.case_id in seen else None,
            (row.case.code or "") if row.case and row.case_id in seen else "",
            (row.case.title or "") if row.case and row.case_id in seen else "",
            row.stage,
            row.opened_at,
            row.seconds,
        )
        for row in listed
    ]


def _number(number: str | None, is_masked: bool) -> Label:
    digits = (number or "").partition("x")[0]
    return Label.typed(mask(digits)) if is_masked else PhoneKind().label(number)
