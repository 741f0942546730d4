"""In which orders a list of any record type can stand: newest or oldest first, by code, by its numbers and dates."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from keguan.kernel.records.kinds import Date, Integer, Kind, Moment, MoneyKind, Number
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order, Place
from keguan.kernel.records.types import RecordType
from keguan.lists.table import Table
from keguan.web.listing import Listing

NEWEST = Order("newest", Label("新的在前", "Newest first"), "id", True, UUID)
OLDEST = Order("oldest", Label("早的在前", "Oldest first"), "id", False, UUID)
READERS: tuple[tuple[type[Kind], Callable[[str], Any]], ...] = (
    (Date, dt.date.fromisoformat),
    (Moment, dt.datetime.fromisoformat),
    (Integer, int),
    (Number, Decimal),
    (MoneyKind, Decimal),
)


def orders(record_type: RecordType, masked: Collection[str]) -> dict[str, Order]:
    """The orders of a list, the usual one first; none by what is masked, for an order tells values."""
    found = [NEWEST, OLDEST]
    code = record_type.code
    if code and code in record_type.by_name and code not in masked:
        found.append(Order(code, record_type.by_name[code].label, code, may_be_empty=True))
    for fact in record_type.facts:
        read = next((reader for kind, reader in READERS if isinstance(fact.kind, kind)), None)
        if read is None or fact.derived or fact.name in masked:
            continue
        low, high = ("早", "晚") if isinstance(fact.kind, Date | Moment) else ("小", "大")
        up = Label(f"{fact.label.zh}，{low}的在前", f"{fact.label.en}, ascending")
        down = Label(f"{fact.label.zh}，{high}的在前", f"{fact.label.en}, descending")
        found.append(Order(fact.name, up, fact.name, False, read, may_be_empty=True))
        found.append(Order(f"-{fact.name}", down, fact.name, True, read, may_be_empty=True))
    return {order.name: order for order in found}


def place(order: Order, made: Table, at: int) -> Place:
    """Where the next page of a list begins: after this row."""
    key = made.keys[at]
    if order.field == "id":
        return (key, key)
    value = made.values[at].get(order.field)
    return (getattr(value, "amount", value), key)


def link(name: str, order: Order, known: Mapping[str, Order], listing: Listing, given: QueryDict) -> dict[str, str]:
    """How a column's head orders the list: the address that does, and the way it stands already."""
    if name not in known:
        return {}
    down = f"-{name}"
    state = "up" if order.name == name else "down" if order.name == down else ""
    wanted = name if state == "down" or down not in known else down if state == "up" or order.field != name else name
    return {"sort_url": f"?{urlencode({**listing.kept(given), 'sort': wanted})}", "order": state}
