"""Whose numbers these are: of the viewer's customers the one that has a number, and who there has it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Reverse

from keguan.controls import scopes
from keguan.customers.models import Phone
from keguan.customers.queries import CustomerRow, rows, visible_to


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer with the contact whose number it is; where it is the customer's own, with the main contact.

    `contact` is empty where several contacts share the number, or none may be named.
    """

    customer: CustomerRow
    contact: str


def callers(viewer: UUID, numbers: Collection[str]) -> dict[str, Caller]:
    """By number in its one form, without extension; numbers that no customer has, or several, are not named.

    Three statements besides the viewer's grants, none for no numbers.
    """
    grants = scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    if not numbers or {"phones", "phones.digits"}.intersection(masked):
        return {}
    # by the index on reversed numbers
    asked = Phone.objects.annotate(tail=Reverse("digits", output_field=CharField()))
    found = asked.filter(tail__in=[number[::-1] for number in numbers], customer__in=visible_to(viewer, grants))
    contacts: dict[str, dict[UUID, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for digits, customer, contact in found.values_list("digits", "customer", "contact__name"):
        contacts[digits][customer].add(contact)
    only = {digits: next(iter(by.items())) for digits, by in contacts.items() if len(by) == 1}
    known = rows(viewer, {customer for customer, _ in only.values()}) if only else {}
    is_named = not {"contacts", "contacts.name"}.intersection(masked)
    return {
        digits: Caller(known[customer], _contact(known[customer], names) if is_named else "")
        for digits, (customer, names) in only.items()
        if customer in known
    }


def _contact(customer: CustomerRow, names: set[str | None]) -> str:
    named = [name for name in names if name]
    return customer.contact if not named else named[0] if len(named) == 1 else ""
