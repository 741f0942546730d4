"""Customers we know already: by what one is recognised, and who has it. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.customers.phones import read_phone
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import folded

Key = tuple[str, str]
"""A kind of likeness (`code`, `phone`, `organisation`, `person`) and the value that is alike."""
IDENTIFYING = ("mobile", "landline", "international")
"""Kinds of numbers that tell customers apart; hotlines and numbers without area code do not."""
LIKENESS = {
    "code": Label("编号相同", "the same number"),
    "phone": Label("电话相同", "the same phone"),
}
SAME_NAME = Label("名称相同", "the same name")

BY_NAME = """
    select id, code, kind, folded from customers_customer
    where code = any(%(codes)s) or folded = any(%(names)s)
"""
BY_PHONE = """
    select c.id, c.code, p.digits, p.extension from customers_phone p join customers_customer c on c.id = p.customer
    where reverse(p.digits) = any(%(reversed)s)
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer that is there already."""

    id: UUID
    code: str


def identity(args: Mapping[str, Any]) -> Iterable[Key]:
    """By what a customer is recognised, from typed arguments of `customer.add`: the number given, its phones, an
    organisation's name; a person's name only where there is no phone.
    """
    if args.get("code"):
        yield "code", args["code"]
    numbers = [*(args.get("phones") or ()), *(args.get("contact_phones") or ())]
    yield from (("phone", number) for number in numbers if read_phone(number).kind in IDENTIFYING)
    if (args.get("kind") or "organisation") == "organisation":
        yield "organisation", folded(args["name"])
    elif not numbers:
        yield "person", folded(args["name"])


def likeness(key: Key) -> Label:
    """What two customers with this key have in common."""
    return LIKENESS.get(key[0], SAME_NAME)


def known_customers(keys: Collection[Key]) -> dict[Key, list[Known]]:
    """The customers that have each key, oldest first. Two statements."""
    values: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        values[kind].add(value)
    found: dict[Key, dict[UUID, Known]] = defaultdict(dict)
    rows = Rows()
    names = values["organisation"] | values["person"]
    if names or values["code"]:
        query = {"codes": list(values["code"]), "names": list(names)}
        for row in rows.select(BY_NAME, query):
            customer = Known(row["id"], row["code"])
            found["code", row["code"]][row["id"]] = customer
            found[row["kind"], row["folded"]][row["id"]] = customer
    if values["phone"]:
        reverse = [number.partition("x")[0][::-1] for number in values["phone"]]
        for row in rows.select(BY_PHONE, {"reversed": reverse}):
            number = f"{row['digits']}x{row['extension']}" if row["extension"] else row["digits"]
            found["phone", number][row["id"]] = Known(row["id"], row["code"])
    return {key: sorted(found[key].values(), key=lambda known: known.id) for key in keys if key in found}
