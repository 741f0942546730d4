"""The acts on a customer's contacts and phones.

What holds under every policy: a contact or number named by an act belongs to that customer, a number stands once
under one customer or contact, and the main contact is one of the customer's own.
"""

from collections.abc import Mapping
from typing import Any

from keguan.customers.commands import NUMBERS, add_phones
from keguan.customers.facts import CONTACTS, CUSTOMER, LineKey
from keguan.customers.phones import PhoneKind, read_phone
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Boolean
from keguan.kernel.records.labels import Label

RELOAD = Label("请刷新页面后再试", "reload the page and try again")
NO_CONTACT = Reason(
    Label("这个客户没有这位联系人", "the customer has no such contact"), RELOAD, field="contact", kind="invariant"
)
NO_PHONE = Reason(
    Label("这个客户没有这个号码", "the customer has no such number"), RELOAD, field="phone", kind="invariant"
)
NO_NAME = Reason(Label("联系人姓名不能清空", "a contact's name cannot be emptied"), field="name", kind="input")
KNOWN_PHONE = Reason(Label("这个号码已经登记过", "this number is registered already"), field="number", kind="invariant")


def _of_contact(*names: str) -> tuple[Argument, ...]:
    """Arguments that are facts of a contact; `name!` makes one required."""
    facts = [(CONTACTS.by_name[name.rstrip("!")], name.endswith("!")) for name in names]
    return tuple(Argument(fact.name, fact.kind, fact.label, needed, fact.personal) for fact, needed in facts)


def _line(item: Item, lines: str, name: str) -> Mapping[str, Any] | None:
    """The line of the customer that an argument names; nothing where it is not one of its own."""
    return next((line for line in item.before.lines[lines] if line["id"] == item[name]), None)


WHICH_CONTACT = Argument("contact", LineKey(), Label("联系人", "Contact"), required=True)
MAIN = Argument("is_primary", Boolean(), Label("设为主要联系人", "Make it the main contact"))


@verb(
    "contact.add",
    Label("新增联系人", "Add a contact"),
    on=CUSTOMER,
    arguments=(*_of_contact("name!", "title", "email"), NUMBERS, MAIN),
)
def add(work: Work, items: list[Item]) -> None:
    """Add a person to talk to, with phones; the first one becomes the main contact."""
    for item in items:
        contact = work.add_line(item, "contacts", name=item["name"], title=item["title"], email=item["email"])
        add_phones(work, item, item["phones"], contact)
        if item["is_primary"] or item.before.get("primary_contact") is None:
            work.set(item, primary_contact=contact)


@verb(
    "contact.update",
    Label("修改联系人", "Update a contact"),
    on=CUSTOMER,
    arguments=(WHICH_CONTACT, *_of_contact("name", "title", "email"), NUMBERS, MAIN),
    loads=("contacts", "phones"),
)
def update(work: Work, items: list[Item]) -> None:
    """Change a contact; only what is given changes, and phones given are added."""
    for item in items:
        if _line(item, "contacts", "contact") is None:
            work.refuse(item, NO_CONTACT)
        elif "name" in item.args and not item["name"]:
            work.refuse(item, NO_NAME)
        else:
            given = {name: item[name] for name in ("name", "title", "email") if name in item.args}
            if given:
                work.set_line(item, "contacts", item["contact"], **given)
            if item["is_primary"]:
                work.set(item, primary_contact=item["contact"])
            add_phones(work, item, item["phones"], item["contact"], item.before.lines["phones"])


@verb(
    "contact.remove",
    Label("删除联系人", "Remove a contact"),
    on=CUSTOMER,
    arguments=(WHICH_CONTACT,),
    loads=("contacts", "phones"),
)
def remove(work: Work, items: list[Item]) -> None:
    """Take a contact and its phones off the customer; if it was the main one, the oldest other takes its place."""
    for item in items:
        if _line(item, "contacts", "contact") is None:
            work.refuse(item, NO_CONTACT)
            continue
        for phone in item.before.lines["phones"]:
            if phone["contact"] == item["contact"]:
                work.remove_line(item, "phones", phone["id"])
        work.remove_line(item, "contacts", item["contact"])
        if item.before.get("primary_contact") == item["contact"]:
            others = [line["id"] for line in item.before.lines["contacts"] if line["id"] != item["contact"]]
            work.set(item, primary_contact=others[0] if others else None)


@verb(
    "phone.add",
    Label("新增电话", "Add a phone"),
    on=CUSTOMER,
    arguments=(
        Argument("number", PhoneKind(), Label("号码", "Number"), required=True, personal=True),
        Argument("contact", LineKey(), Label("联系人", "Contact")),
    ),
    loads=("contacts", "phones"),
)
def add_phone(work: Work, items: list[Item]) -> None:
    """Add a number to the customer or to one of its contacts."""
    for item in items:
        if item["contact"] is not None and _line(item, "contacts", "contact") is None:
            work.refuse(item, NO_CONTACT)
            continue
        found = read_phone(item["number"])
        for phone in item.before.lines["phones"]:
            if (phone["digits"], phone["extension"] or "", phone["contact"]) == (*found[:2], item["contact"]):
                work.refuse(item, KNOWN_PHONE)
                break
        else:
            add_phones(work, item, [item["number"]], item["contact"])


@verb(
    "phone.remove",
    Label("删除电话", "Remove a phone"),
    on=CUSTOMER,
    arguments=(Argument("phone", LineKey(), Label("电话", "Phone"), required=True),),
    loads=("phones",),
)
def remove_phone(work: Work, items: list[Item]) -> None:
    """Take a number off the customer; the journal keeps that it was there."""
    for item in items:
        if _line(item, "phones", "phone") is None:
            work.refuse(item, NO_PHONE)
        else:
            work.remove_line(item, "phones", item["phone"])
