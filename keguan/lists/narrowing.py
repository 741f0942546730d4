"""Filters over declared facts, for lists of every record type: `stage=accepted`, `opened_at__gte=2026-10-01`.

Each is read by the kind of its fact. A masked fact cannot be asked about: a count would tell what the mask hides.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Q

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.kinds import (
    BadValue,
    Boolean,
    Date,
    Fields,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
)
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import codes
from keguan.lists.reading import attributes

ORDERED = (Integer, Number, MoneyKind, Date, Moment)
MOST = 100
"""Values in one `__in`."""


def operators(kind: Kind) -> tuple[str, ...]:
    """What can be asked of a fact of this kind; the first, the empty one, is equality."""
    if isinstance(kind, Fields):
        return ("empty",)
    if isinstance(kind, Listing | Boolean):
        return ("", "empty")
    return ("", "ne", "in", *(("gt", "gte", "lt", "lte") if isinstance(kind, ORDERED) else ()), "empty")


def names(record_type: RecordType) -> dict[str, tuple[Fact, str]]:
    """Every filter of a record type: its name, the fact it asks, and how."""
    return {
        f"{fact.name}__{operator}" if operator else fact.name: (fact, operator)
        for fact in record_type.facts
        if not fact.derived
        for operator in operators(fact.kind)
    }


def condition(record_type: RecordType, masked: Collection[str], given: Mapping[str, str]) -> tuple[Q, list[Reason]]:
    """The filters joined, and of each that cannot stand why; names that are no filters are KeyErrors."""
    known, found, wrong = names(record_type), Q(), []
    for name, raw in given.items():
        fact, operator = known[name]
        if fact.name in masked:
            message = Label(
                f"“{fact.label.zh}”对您是遮盖的，不能按它筛选",
                f"“{fact.label.en}” is masked for you and cannot be filtered by",
            )
            wrong.append(Reason(message, field=name, kind="access"))
            continue
        try:
            found &= one(record_type, fact, operator, raw)
        except BadValue as fault:
            wrong.append(Reason(about(fact.label, fault.label), field=name, kind="input"))
    return found, wrong


def one(record_type: RecordType, fact: Fact, operator: str, raw: str) -> Q:
    """One filter; `BadValue` where its value cannot be read."""
    attribute = attributes(record_type)[fact.name]
    if operator == "empty":
        return Q(**{f"{attribute}__isnull": Boolean().parse(raw)})
    read = _reader(fact.kind)
    if operator == "in":
        parts = raw.split(",")
        if len(parts) > MOST:
            raise BadValue(f"最多 {MOST} 个值", f"at most {MOST} values")
        return Q(**{f"{attribute}__in": [read(part) for part in parts]})
    value = read(raw)
    if isinstance(fact.kind, Listing):
        return Q(**{f"{attribute}__contains": [value]})
    if operator == "ne":
        return ~Q(**{attribute: value})
    return Q(**{f"{attribute}__{operator}" if operator else attribute: value})


def _reader(kind: Kind) -> Callable[[str], Any]:
    if isinstance(kind, Listing):
        return _reader(kind.of)
    if isinstance(kind, MoneyKind):
        return lambda raw: kind.parse(raw).amount
    if isinstance(kind, Reference) and kind.to in vocabulary.types:
        target = vocabulary.types[kind.to]
        return lambda raw: codes.ids(target, [raw])[raw]
    return kind.parse
