"""Which customers somebody sees: the list by pinyin with its filters, what a search finds, and who looks alike.

Every answer begins with `visible_to`: a customer that the viewer may not see is not there. A fact that is masked for
him is neither shown nor searched; a masked phone is shown by its ends and found by nothing: a hit would tell the rest.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, F, Func, Q, QuerySet
from django.db.models.functions import Reverse, Upper

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.customers.duplicates import identity, known_customers, likeness
from keguan.customers.facts import KINDS
from keguan.customers.models import Customer, Phone
from keguan.customers.names import wanted_grams
from keguan.customers.phones import PhoneKind, mask, read_phone, tail_key
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order, Place
from keguan.kernel.records.scripts import folded

PAGE = 25
HITS = 2000
"""So many hits of a search are looked at; who finds more types more."""
LEAST_TAIL = 3
HIDDEN = "•••"
NUMBER_LIKE = re.compile(r"[+\d][\d \-()（）+xX转]*")

ORDERS = {
    order.name: order
    for order in (
        Order("name", Label("名称，按拼音", "By name"), "sort_key"),
        Order("newest", Label("新建的在前", "Newest first"), "id", True, UUID),
    )
}
BY_NAME = ORDERS["name"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; what is empty does not narrow.

    `text` is part of a name, pinyin initials, the end of a phone number, or the beginning of a customer number.
    """

    text: str = ""
    kind: str | None = None
    city: str | None = None
    owner: UUID | None = None
    unit: UUID | None = None
    imported_from: UUID | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as one row of a list; `phone` is the main contact's, or the customer's own."""

    id: UUID
    code: str
    name: str
    kind: Label
    city: str
    contact: str
    phone: Label
    owner: UUID | None
    owner_name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Rows of a list and, where more follow, the place after which they do."""

    rows: tuple[CustomerRow, ...]
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """A customer that looks like the one being added; `row` is empty where the viewer may not see it."""

    likeness: Label
    row: CustomerRow | None


class AmongFew(Func):
    """`id = any(array(…))`: the planner takes the few ids by their key, however many it feared."""

    template = "(%(expressions)s))"
    arg_joiner = " = any("
    output_field = BooleanField()


def visible_to(viewer: UUID, known: Grants | None = None) -> "QuerySet[Customer]":
    """The customers that the viewer may see: what lists, pages, searches and exports share.

    `known` saves reading the viewer's grants again.
    """
    return Customer.objects.filter(scopes.visible_to(viewer, "customer", known))


def seen(viewer: UUID, customers: Collection[UUID]) -> set[UUID]:
    """Those of these customers that the viewer may see. One statement besides the viewer's own grants."""
    return set(visible_to(viewer).filter(id__in=list(customers)).values_list("id", flat=True)) if customers else set()


def customers(
    viewer: UUID, filters: Filters = EVERYTHING, after: Place | None = None, limit: int = PAGE, order: Order = BY_NAME,
    known: Grants | None = None,
) -> CustomerPage:  # fmt: skip
    """The viewer's customers that pass the filters, in order; `after` is the place that the last page gave."""
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    passing = _filtered(visible_to(viewer, grants), filters, masked)
    if after is not None:
        passing = passing.filter(order.after(after))
    listed = list(_with_neighbours(passing).order_by(*order.by())[: limit + 1])
    more, listed = len(listed) > limit, listed[:limit]
    place = (getattr(listed[-1], order.field), listed[-1].id) if more else None
    return CustomerPage(_rows(listed, masked), place)


def found(
    viewer: UUID, filters: Filters = EVERYTHING, order: Order = BY_NAME, known: Grants | None = None
) -> "QuerySet[Customer]":
    """All of the viewer's customers that pass the filters, in order: what exports and acts on many begin with."""
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    return _filtered(visible_to(viewer, grants), filters, masked).order_by(*order.by())


def count(viewer: UUID, filters: Filters = EVERYTHING, most: int = 10_000, known: Grants | None = None) -> int:
    """How many customers pass; counting stops at one more than `most`, which is shown as “10,000+”. One statement."""
    grants = known or scopes.grants(viewer)
    found = _filtered(visible_to(viewer, grants), filters, scopes.masked(viewer, "customer", grants))
    return found.values("id")[: most + 1].count()


def hits(viewer: UUID, typed: str) -> list[UUID]:
    """The viewer's customers whom the text finds, in no order; nothing where it says nothing."""
    grants = scopes.grants(viewer)
    text, masked = Filters(text=typed), scopes.masked(viewer, "customer", grants)
    if not folded(typed):
        return []
    return list(_filtered(visible_to(viewer, grants), text, masked).values_list("id", flat=True)[:HITS])


def rows(viewer: UUID, keys: Collection[UUID]) -> dict[UUID, CustomerRow]:
    """Those of these customers that the viewer may see, as rows. Two statements."""
    grants = scopes.grants(viewer)
    found = list(_with_neighbours(visible_to(viewer, grants).filter(id__in=list(keys))))
    return {row.id: row for row in _rows(found, scopes.masked(viewer, "customer", grants))}


def alike(viewer: UUID, args: Mapping[str, Any]) -> list[Alike]:
    """Customers that look like the one these arguments of `customer.add` would make, best reason first.

    Of a customer out of the viewer's sight only the likeness is told.
    """
    keys = sorted(identity(args))
    known = known_customers(keys)
    first: dict[UUID, Label] = {}
    for key in keys:
        for customer in known.get(key, ()):
            first.setdefault(customer.id, likeness(key))
    visible = rows(viewer, first)
    return [Alike(like, visible.get(key)) for key, like in first.items()]


def _with_neighbours(found: "QuerySet[Customer]") -> "QuerySet[Customer]":
    names = ("owner__name", "unit__name", "primary_contact__name")
    own = ("id", "code", "name", "kind", "city", "owner", "sort_key", "primary_contact")
    return found.select_related("owner", "unit", "primary_contact").only(*own, *names)


def _filtered(seen: "QuerySet[Customer]", filters: Filters, masked: Collection[str]) -> "QuerySet[Customer]":
    given: dict[str, Any] = {
        "kind": filters.kind,
        "city": filters.city,
        "owner": filters.owner,
        "unit": filters.unit,
        "imported_from": filters.imported_from,
    }
    found = seen.filter(**{name: value for name, value in given.items() if value})
    if not folded(filters.text):
        return found
    matching = Q(pk__in=[])
    for part in _matches(seen, filters.text, masked):
        matching |= Q(AmongFew(F("id"), ArraySubquery(part.values("id")[:HITS])))
    return found.filter(matching)


def _matches(seen: "QuerySet[Customer]", typed: str, masked: Collection[str]) -> Iterable["QuerySet[Customer]"]:
    """One query for each way in which the text may be meant; each can use its own index."""
    text = folded(typed)
    if "name" not in masked:
        by_name = seen.filter(grams__contains=wanted_grams(text))
        yield by_name if len(text) <= 2 else by_name.filter(folded__contains=text)
        if len(text) >= 2 and text.isascii() and text.isalnum() and not text.isdigit():
            yield seen.filter(_initials(text))
    if "code" not in masked:
        yield seen.annotate(upper_code=Upper("code")).filter(upper_code__startswith=text.upper())
    tail = None if {"phones", "phones.digits"}.intersection(masked) else _tail(typed)
    if tail is not None:
        phones = Phone.objects.annotate(tail=Reverse("digits", output_field=CharField())).filter(tail)
        yield seen.filter(id__in=phones.values("customer"))


def _initials(text: str) -> Q:
    """Initials anywhere; two of them only at the beginning of a reading, as the trigram index needs."""
    if len(text) > 2:
        return Q(initials__contains=text)
    return Q(initials__startswith=text) | Q(initials__contains=f" {text}")


def _tail(typed: str) -> Q | None:
    """The condition on reversed numbers; nothing where the text is no number."""
    try:
        whole = read_phone(typed).digits
    except BadValue:
        whole = ""
    if whole:
        return Q(tail__startswith=tail_key(whole))
    if not NUMBER_LIKE.fullmatch(folded(typed)) or len(tail_key(typed)) < LEAST_TAIL:
        return None
    return Q(tail__startswith=tail_key(typed))


def _rows(listed: Sequence[Customer], masked: Collection[str]) -> tuple[CustomerRow, ...]:
    phones = _main_phones(listed)
    return tuple(_row(customer, phones.get(customer.id), masked) for customer in listed)


def _main_phones(listed: Sequence[Customer]) -> dict[UUID, Phone]:
    """Each customer's number to ring: the main contact's first, else its own first. One statement."""
    main = {customer.id: customer.primary_contact_id for customer in listed}
    found: dict[UUID, Phone] = {}
    for phone in Phone.objects.filter(customer__in=list(main)).order_by("id"):
        chosen = found.get(phone.customer_id)
        is_better = chosen is not None and phone.contact_id == main[phone.customer_id] != chosen.contact_id
        if chosen is None or is_better:
            found[phone.customer_id] = phone
    return found


def _row(customer: Customer, phone: Phone | None, masked: Collection[str]) -> CustomerRow:
    contact = customer.primary_contact.name if customer.primary_contact else ""
    return CustomerRow(
        id=customer.id,
        code="" if "code" in masked else customer.code,
        name=HIDDEN if "name" in masked else customer.name,
        kind=KINDS[customer.kind],
        city="" if "city" in masked else customer.city or "",
        contact=HIDDEN if contact and "contacts.name" in masked else contact,
        phone=phone_words(phone, masked) if phone else Label("", ""),
        owner=customer.owner_id,
        owner_name=customer.owner.name if customer.owner else "",
        unit_name=customer.unit.name if customer.unit else "",
    )


def phone_words(phone: Phone, masked: Collection[str]) -> Label:
    """A number as the viewer may read it."""
    if "phones.digits" in masked or "phones" in masked:
        return Label.typed(mask(phone.digits))
    return PhoneKind().label(f"{phone.digits}x{phone.extension}" if phone.extension else phone.digits)
