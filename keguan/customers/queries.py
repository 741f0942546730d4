"""Which customers somebody sees: the list by pinyin with its filters, what a search finds, and who looks alike.

Every answer begins with `visible_to`: a customer that the viewer may not see is not there. A fact that is masked for
him is neither shown nor searched; a masked phone is shown by its ends and found by nothing: a hit would tell the rest.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Reverse, Upper

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.customers.duplicates import identity, known_customers, likeness
from keguan.customers.facts import KINDS
from keguan.customers.models import Customer, Phone
from keguan.customers.names import wanted_grams
from keguan.customers.phones import PhoneKind, mask, read_phone, tail_key
from keguan.kernel.commands.rows import Rows
from keguan.kernel.glance import once
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order, Place
from keguan.kernel.records.pinyin import spellings
from keguan.kernel.records.scripts import folded

PAGE = 25
HITS, ALL = 2000, 100_000
"""So many hits of a search a page looks at: who finds more types more. What is done with all of them looks at more than
a sheet or an act on many takes.
"""
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

    `text` is part of a name, its pinyin or initials, the end of a phone number, or the beginning of a customer number.
    """

    text: str = ""
    kind: str | None = None
    city: str | None = None
    owner: UUID | None = None
    unit: UUID | None = None
    imported_from: UUID | None = None


EVERYTHING = Filters()
PHONES = "select customer, contact, digits, extension from customers_phone where customer = any(%s) order by id"
COLUMNS = (
    *("id", "code", "name", "kind", "city", "owner", "sort_key", "primary_contact"),
    *("owner__name", "unit__name", "primary_contact__name"),
)


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
    passing = _filtered(viewer, grants, filters, masked, HITS)
    if after is not None:
        passing = passing.filter(order.after(after))
    listed = list(passing.order_by(*order.by()).values(*COLUMNS)[: limit + 1])
    more, listed = len(listed) > limit, listed[:limit]
    place = (listed[-1][order.field], listed[-1]["id"]) if more else None
    return CustomerPage(_rows(listed, masked), place)


def found(
    viewer: UUID, filters: Filters = EVERYTHING, order: Order = BY_NAME, known: Grants | None = None
) -> "QuerySet[Customer]":
    """All of the viewer's customers that pass the filters, in order: what exports and acts on many begin with."""
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    return _filtered(viewer, grants, filters, masked, ALL).order_by(*order.by())


def count(viewer: UUID, filters: Filters = EVERYTHING, most: int = 10_000, known: Grants | None = None) -> int:
    """How many customers pass; counting stops at one more than `most`, which is shown as “10,000+”. One statement."""
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    if folded(filters.text) and filters == Filters(text=filters.text):
        return min(len(_hits(viewer, grants, filters.text, masked, _looked_at(most))), most + 1)
    return _filtered(viewer, grants, filters, masked, _looked_at(most)).values("id")[: most + 1].count()


def _looked_at(most: int) -> int:
    return HITS if most < HITS else ALL


def hits(viewer: UUID, typed: str) -> list[UUID]:
    """The viewer's customers whom the text finds, in no order; nothing where it says nothing."""
    grants = scopes.grants(viewer)
    masked = scopes.masked(viewer, "customer", grants)
    return _hits(viewer, grants, typed, masked, HITS)[:HITS] if folded(typed) else []


def rows(viewer: UUID, keys: Collection[UUID]) -> dict[UUID, CustomerRow]:
    """Those of these customers that the viewer may see, as rows. Two statements."""
    grants = scopes.grants(viewer)
    found = list(visible_to(viewer, grants).filter(id__in=list(keys)).values(*COLUMNS))
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


def _filtered(
    viewer: UUID, known: Grants | None, filters: Filters, masked: Collection[str], most: int
) -> "QuerySet[Customer]":
    given: dict[str, Any] = {
        "kind": filters.kind,
        "city": filters.city,
        "owner": filters.owner,
        "unit": filters.unit,
        "imported_from": filters.imported_from,
    }
    found = visible_to(viewer, known).filter(**{name: value for name, value in given.items() if value})
    return found.filter(id__in=_hits(viewer, known, filters.text, masked, most)) if folded(filters.text) else found


def _hits(viewer: UUID, known: Grants | None, text: str, masked: Collection[str], most: int) -> list[UUID]:
    """The ids of the viewer's customers whom a text may mean, so many for each meaning; of one look read once."""

    def read() -> list[UUID]:
        parts = [part.values_list("id", flat=True)[:most] for part in _matches(visible_to(viewer, known), text, masked)]
        return list(parts[0].union(*parts[1:])) if parts else []

    return once(("found customers", viewer, text, most), read)


def _matches(seen: "QuerySet[Customer]", typed: str, masked: Collection[str]) -> Iterable["QuerySet[Customer]"]:
    """One query for each way in which the text may be meant; each can use its own index."""
    text = folded(typed)
    if "name" not in masked:
        by_name = seen.filter(grams__contains=wanted_grams(text))
        yield by_name if len(text) <= 2 else by_name.filter(folded__contains=text)
        if len(text) >= 2 and text.isascii() and text.isalnum() and not text.isdigit():
            yield seen.filter(_initials(text))
            yield from (seen.filter(spelled) for spelled in _spelled(text))
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


def _spelled(text: str) -> Iterable[Q]:
    """What is typed as pinyin: from the beginning of the name by the order of the list, within it by its initials.

    Within a name only from three syllables on: fewer would be a sieve too wide for a million customers.
    """
    ways = spellings(text)
    if not ways:
        return
    yield reduce(or_, (Q(sort_key__startswith=" ".join(way)) for way in ways))
    if inner := [(" ".join(way), "".join(part[0] for part in way)) for way in ways if len(way) > 2]:
        yield reduce(or_, (Q(initials__contains=begun, sort_key__contains=f" {way}") for way, begun in inner))


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


def _rows(listed: Sequence[Mapping[str, Any]], masked: Collection[str]) -> tuple[CustomerRow, ...]:
    phones = _main_phones({customer["id"]: customer["primary_contact"] for customer in listed})
    return tuple(_row(customer, phones.get(customer["id"]), masked) for customer in listed)


def _main_phones(main: Mapping[UUID, UUID | None]) -> dict[UUID, dict[str, Any]]:
    """The number to ring of customers with their main contacts: the contact's first, else its own. One statement."""
    found: dict[UUID, dict[str, Any]] = {}
    for phone in Rows().select(PHONES, [list(main)]) if main else ():
        customer = phone["customer"]
        chosen = found.get(customer)
        if chosen is None or phone["contact"] == main[customer] != chosen["contact"]:
            found[customer] = phone
    return found


def _row(customer: Mapping[str, Any], phone: Mapping[str, Any] | None, masked: Collection[str]) -> CustomerRow:
    contact = customer["primary_contact__name"] or ""
    return CustomerRow(
        id=customer["id"],
        code="" if "code" in masked else customer["code"],
        name=HIDDEN if "name" in masked else customer["name"],
        kind=KINDS[customer["kind"]],
        city="" if "city" in masked else customer["city"] or "",
        contact=HIDDEN if contact and "contacts.name" in masked else contact,
        phone=phone_words(phone["digits"], phone["extension"], masked) if phone else Label("", ""),
        owner=customer["owner"],
        owner_name=customer["owner__name"] or "",
        unit_name=customer["unit__name"] or "",
    )


def phone_words(digits: str, extension: str | None, masked: Collection[str]) -> Label:
    """A number as the viewer may read it."""
    if "phones.digits" in masked or "phones" in masked:
        return Label.typed(mask(digits))
    return PhoneKind().label(f"{digits}x{extension}" if extension else digits)
