"""What lists on pages tell the reading log: one reading for each kind of record that a list names."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from keguan.calls.facts import CALL
from keguan.calls.queries import CallRow
from keguan.cases import queries as cases
from keguan.cases.facts import CASE
from keguan.controls import readings
from keguan.customers import queries as customers
from keguan.customers.facts import CUSTOMER
from keguan.policies.engines import Rulebook

TITLE = ("title",)
NAME = ("name",)
CONTACT = ("contacts.name",)
IN_A_ROW = ("name", "contacts.name", "phones.digits", "phones.extension")


def told_cases(
    viewer: UUID, rows: Iterable[cases.CaseRow], filters: cases.Filters, facts: Iterable[str] = (),
    rules: Rulebook | None = None,
) -> None:  # fmt: skip
    """A list of cases was shown: their titles, these facts besides, and the names of their customers."""
    shown = list(rows)
    said = {"list": "case", **narrowed(filters)}
    told(viewer, CASE.name, [row.id for row in shown], (*TITLE, *facts), said, rules)
    named = [row.customer for row in shown if row.customer and row.customer_name]
    told(viewer, CUSTOMER.name, named, NAME, said, rules)


def told_customers(
    viewer: UUID, rows: Iterable[customers.CustomerRow], filters: customers.Filters, facts: Iterable[str] = (),
    rules: Rulebook | None = None,
) -> None:  # fmt: skip
    """A list of customers was shown: names, main contacts and phones, and these facts besides."""
    said = {"list": "customer", **narrowed(filters)}
    told(viewer, CUSTOMER.name, [row.id for row in rows], (*IN_A_ROW, *facts), said, rules)


def told_calls(viewer: UUID, rows: Iterable[CallRow]) -> None:
    """Calls were shown: numbers, and the names of customers and subjects of cases known by them."""
    shown, said = list(rows), {"list": "call"}
    told(viewer, CALL.name, [row.id for row in shown], ("number",), said)
    told(viewer, CUSTOMER.name, [row.customer.id for row in shown if row.customer], NAME, said)
    told(viewer, CUSTOMER.name, [row.customer.id for row in shown if row.customer and row.contact], CONTACT, said)
    told(viewer, CASE.name, [row.case for row in shown if row.case], TITLE, said)


def told(
    viewer: UUID, record_type: str, keys: Iterable[UUID], shown: tuple[str, ...], said: Mapping[str, Any],
    rules: Rulebook | None = None,
) -> None:  # fmt: skip
    """These facts of these records were shown in a list; `said` names the list and what it was narrowed to."""
    readings.tell_list(viewer, "page", TYPES[record_type], keys, shown, said, rules=rules)


TYPES = {one.name: one for one in (CASE, CUSTOMER, CALL)}


def narrowed(filters: cases.Filters | customers.Filters) -> dict[str, Any]:
    """What a list was narrowed to, by name."""
    return {field.name: getattr(filters, field.name) for field in fields(filters)}
