"""Filters of a list as they stand in the query: `stage=accepted&opened_at__gte=2026-10-01`, each read by its kind."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from keguan.api import codes
from keguan.api.reading import Sight, attributes
from keguan.api.requests import flag, unknown
from keguan.api.schemas import Schema, both
from keguan.kernel.commands.outcomes import Fault, Reason
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
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

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


def parameters(record_type: RecordType) -> list[Schema]:
    """The filters as OpenAPI has them."""
    return [
        {
            "in": "query",
            "name": name,
            "required": False,
            "schema": {"type": "boolean"} if operator == "empty" else {"type": "string"},
            "description": both(fact.label),
        }
        for name, (fact, operator) in names(record_type).items()
    ]


def condition(sight: Sight, given: dict[str, str]) -> Q:
    """The filters joined; a `Fault` that tells of all of them what is wrong. Masked facts cannot be asked about."""
    known, found, wrong = names(sight.type), Q(), []
    for name, raw in given.items():
        if name not in known:
            raise unknown("筛选条件", "filter", name, known)
        fact, operator = known[name]
        if fact.name in sight.masked:
            message = Label(
                f"“{fact.label.zh}”对您是遮盖的，不能按它筛选",
                f"“{fact.label.en}” is masked for you and cannot be filtered by",
            )
            wrong.append(Reason(message, field=name, kind="access"))
            continue
        try:
            found &= _one(sight.type, fact, operator, raw)
        except BadValue as fault:
            message = Label(f"“{fact.label.zh}”：{fault.label.zh}", f"“{fact.label.en}”: {fault.label.en}")
            wrong.append(Reason(message, field=name, kind="input"))
    if wrong:
        raise Fault(wrong, 403 if all(reason.kind == "access" for reason in wrong) else 422)
    return found


def _one(record_type: RecordType, fact: Fact, operator: str, raw: str) -> Q:
    attribute = attributes(record_type)[fact.name]
    if operator == "empty":
        return Q(**{f"{attribute}__isnull": flag(raw, f"{fact.name}__empty")})
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
