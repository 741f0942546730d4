"""Customers we know already: looked up by number given, identifying phones, and name. Reads only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from keguan.kernel.commands.rows import Rows

Key = tuple[str, str]
"""A kind of likeness (`code`, `phone`, `organisation`, `person`) and the value that is alike."""

BY_NAME = """
    select id, code, kind, folded from customers_customer
    where (code = any(%(codes)s) or folded = any(%(names)s))
    and not (imported_from is not distinct from %(own)s and import_row = any(%(rows)s))
"""
BY_PHONE = """
    select c.id, c.code, p.digits, p.extension from customers_phone p join customers_customer c on c.id = p.customer
    where reverse(p.digits) = any(%(reversed)s)
    and not (c.imported_from is not distinct from %(own)s and coalesce(c.import_row = any(%(rows)s), false))
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer that is there already."""

    id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Own:
    """Rows of an import whose customers are not strangers to it: they may have been added before a crash."""

    id: UUID | None = None
    rows: tuple[int, ...] = ()


def known_customers(keys: Collection[Key], own: Own | None = None) -> dict[Key, list[Known]]:
    """The customers that have each key, oldest first. Two statements."""
    own = own or Own()
    values: dict[str, set[str]] = defaultdict(set)
    for kind, value in keys:
        values[kind].add(value)
    found: dict[Key, dict[UUID, Known]] = defaultdict(dict)
    rows, params = Rows(), {"own": own.id, "rows": list(own.rows)}
    names = values["organisation"] | values["person"]
    if names or values["code"]:
        query = {"codes": list(values["code"]), "names": list(names), **params}
        for row in rows.select(BY_NAME, query):
            customer = Known(row["id"], row["code"])
            found["code", row["code"]][row["id"]] = customer
            found[row["kind"], row["folded"]][row["id"]] = customer
    if values["phone"]:
        reverse = [number.partition("x")[0][::-1] for number in values["phone"]]
        for row in rows.select(BY_PHONE, {"reversed": reverse, **params}):
            number = f"{row['digits']}x{row['extension']}" if row["extension"] else row["digits"]
            found["phone", number][row["id"]] = Known(row["id"], row["code"])
    return {key: sorted(found[key].values(), key=lambda known: known.id) for key in keys if key in found}
