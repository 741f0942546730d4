"""One customer as its page shows it: facts, contacts with their phones, its course; nothing for who may not see it.

Cases and whatever else hangs on a customer come from the domains above; the page puts them beside this.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from keguan.controls import scopes
from keguan.customers.facts import CUSTOMER, KINDS
from keguan.customers.models import Contact, Customer, Phone
from keguan.customers.phones import KINDS as PHONE_KINDS
from keguan.customers.queries import HIDDEN, phone_words, visible_to
from keguan.kernel import clock
from keguan.kernel.journal.read import Passage, timeline
from keguan.kernel.records.kinds import Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.policies.rulebooks import current

SHOWN = ("city", "address", "email", "source", "owner", "unit", "remark", "opened_by", "created_at")
"""The facts that the page lists; number, name and kind stand in its head."""
COURSE = 300


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact with its value, typed and in words; both are empty where nothing is recorded or the fact is masked."""

    name: str
    label: Label
    value: Any = None
    words: Label | None = None
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A number in words; `dial` is what a telephone takes, empty where the number is masked as the fact `masked_as`."""

    id: UUID
    words: Label
    kind: Label
    dial: str = ""
    masked_as: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person at the customer."""

    id: UUID
    name: str
    title: str
    email: str
    is_primary: bool
    phones: tuple[PhoneRow, ...]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the viewer may know of one customer.

    `phones` are the customer's own. `declared` are fields that packs add. `names` holds the names of the people whom
    `course` mentions, `record` the facts by name with typed values; masked facts are in none of them. `masked` names
    what could be revealed by `customer.reveal`.
    """

    id: UUID
    code: str
    name: str
    kind: Label
    facts: tuple[Shown, ...]
    declared: tuple[Shown, ...]
    phones: tuple[PhoneRow, ...]
    contacts: tuple[ContactRow, ...]
    course: tuple[Passage, ...]
    names: Mapping[UUID, str]
    record: Mapping[str, Any]
    masked: frozenset[str]


def customer(
    viewer: UUID,
    key: UUID | str,
    revealed: Collection[str] = (),
) -> CustomerView | None:
    """The customer with this id or number as the viewer sees it; nothing where there is none or he may not see it.

    `revealed` are facts that were just revealed by the command. The number of statements does not depend on how much
    there is to show.
    """
    wanted = Q(id=key) if isinstance(key, UUID) else Q(code=key)
    grants = scopes.grants(viewer)
    found = visible_to(viewer, grants).filter(wanted).first()
    if found is None:
        return None
    masked = frozenset(scopes.masked(viewer, "customer", grants)) - set(revealed)
    record = {fact.name: _value(found, fact) for fact in CUSTOMER.facts if not fact.derived and fact.name not in masked}
    if "extra" in record:
        record["extra"] = scopes.unmasked(record["extra"], masked)
    course = tuple(scopes.course(viewer, "customer", _own(found.id), masked, grants))
    names = _names(record, course)
    phones = list(Phone.objects.filter(customer=found.id).order_by("id"))
    contacts = [] if "contacts" in masked else list(Contact.objects.filter(customer=found.id).order_by("id"))
    extra = record.get("extra") or {}
    declared = current(clock.now()).declared.get("customer", {})
    return CustomerView(
        id=found.id,
        code="" if "code" in masked else found.code,
        name=HIDDEN if "name" in masked else found.name,
        kind=KINDS[found.kind],
        facts=tuple(_shown(CUSTOMER.by_name[name], record.get(name), names, masked) for name in SHOWN),
        declared=tuple(
            _shown(fact, fact.kind.from_json(extra.get(name)), names, masked) for name, fact in declared.items()
        ),
        phones=_phones(phones, None, masked),
        contacts=tuple(_contact(contact, found, phones, masked) for contact in contacts),
        course=course,
        names=names,
        record=record,
        masked=masked,
    )


def _value(found: Customer, fact: Fact) -> Any:
    attribute = f"{fact.name}_id" if isinstance(fact.kind, Reference) else fact.name
    if fact.name == "primary_contact":
        return found.primary_contact_id
    return fact.kind.from_columns((getattr(found, attribute),))


def _shown(fact: Fact, value: Any, names: Mapping[UUID, str], masked: frozenset[str]) -> Shown:
    if fact.name in masked:
        return Shown(fact.name, fact.label, is_masked=True)
    if value is None or value == "":
        return Shown(fact.name, fact.label)
    if isinstance(fact.kind, Reference):
        name = names.get(value, "")
        return Shown(fact.name, fact.label, value, Label.typed(name))
    return Shown(fact.name, fact.label, value, fact.kind.label(value))


def _names(record: Mapping[str, Any], course: Iterable[Passage]) -> dict[UUID, str]:
    mentioned: list[UUID | None] = [record.get("owner"), record.get("opened_by"), *(entry.actor for entry in course)]
    people = org.people_by_id({person for person in mentioned if person is not None})
    units = org.unit_names([record["unit"]] if record.get("unit") else [])
    return {**{key: person.name for key, person in people.items()}, **units}


def _own(key: UUID) -> Iterable[Passage]:
    """What was done to the customer itself. Events that only name it belong to records with an access of their own."""
    for passage in timeline(key, COURSE, is_own=True):
        verb = vocabulary.verbs.get(passage.verb)
        if verb is not None and verb.on == CUSTOMER.name:
            yield passage


def _contact(contact: Contact, found: Customer, phones: Sequence[Phone], masked: frozenset[str]) -> ContactRow:
    return ContactRow(
        contact.id,
        HIDDEN if "contacts.name" in masked else contact.name,
        "" if "contacts.title" in masked else contact.title or "",
        "" if "contacts.email" in masked else contact.email or "",
        contact.id == found.primary_contact_id,
        _phones(phones, contact.id, masked),
    )


def _phones(phones: Sequence[Phone], contact: UUID | None, masked: frozenset[str]) -> tuple[PhoneRow, ...]:
    hidden = next((name for name in ("phones", "phones.digits") if name in masked), "")
    return tuple(
        PhoneRow(
            phone.id,
            phone_words(phone.digits, phone.extension, masked),
            PHONE_KINDS[phone.kind],
            "" if hidden else phone.digits + (f",{phone.extension}" if phone.extension else ""),
            hidden,
        )
        for phone in phones
        if phone.contact_id == contact
    )
