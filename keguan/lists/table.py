"""Records as a table of words and numbers: the facts somebody chose, as far as he may know them, for a page or a sheet.

The same for every record type, typed or register. A masked fact is a masked cell; a record that may not be seen is
named by nothing. What a table costs does not depend on its length: one statement for the rows, one for each type of
record that they refer to.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.records.kinds import Fields, Kind, Listing, MoneyKind, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.kernel.sheets import Value

HIDDEN = "•••"
Names = Mapping[str, Mapping[UUID, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """The heads, the rows in their order, and whose records they are; `masked` are the facts that are hidden."""

    heads: tuple[Label, ...]
    keys: tuple[UUID, ...]
    rows: tuple[tuple[Value, ...], ...]
    masked: frozenset[str]


def choosable(record_type: RecordType) -> tuple[Fact, ...]:
    """The facts that can be a column: all but search keys, bags of fields, and references to lines of the record."""
    return tuple(fact for fact in record_type.facts if not fact.derived and not fact.is_file and _is_plain(fact.kind))


def _is_plain(kind: Kind) -> bool:
    inner = kind.of if isinstance(kind, Listing) else kind
    return not isinstance(inner, Fields) and (not isinstance(inner, Reference) or inner.to in vocabulary.types)


def table(
    viewer: UUID,
    record_type: RecordType,
    found: "QuerySet[Any]",
    facts: Sequence[Fact],
    language: str,
    known: Grants | None = None,
) -> Table:
    """These facts of the records that were `found` (in its order; the caller has scoped it) as the viewer may know."""
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, record_type.name, grants)
    attributes = _attributes(record_type)
    shown = [fact for fact in facts if fact.name not in masked]
    columns = [attributes[column] for fact in shown for column, _ in fact.kind.columns(fact.name)]
    raw = list(found.values("pk", *columns))
    values = [
        {
            fact.name: fact.kind.from_columns([row[attributes[column]] for column, _ in fact.kind.columns(fact.name)])
            for fact in shown
        }
        for row in raw
    ]
    names = _names(viewer, shown, values, grants)
    rows = tuple(
        tuple(
            HIDDEN if fact.name in masked else _cell(record_type, fact, value[fact.name], names, language)
            for fact in facts
        )
        for value in values
    )
    return Table(tuple(fact.label for fact in facts), tuple(row["pk"] for row in raw), rows, masked)


def _names(viewer: UUID, facts: Iterable[Fact], values: Sequence[Mapping[str, Any]], known: Grants | None) -> Names:
    """What the records that are referred to are called, by type; only those that the viewer may see."""
    asked: dict[str, set[UUID]] = {}
    for fact in facts:
        if to := _target(fact.kind):
            found = asked.setdefault(to, set())
            for value in values:
                given = value[fact.name]
                found.update(given if isinstance(given, list) else [given] if given is not None else [])
    return {to: _called(viewer, vocabulary.types[to], keys, known) for to, keys in asked.items() if keys}


def _target(kind: Kind) -> str:
    inner = kind.of if isinstance(kind, Listing) else kind
    return inner.to if isinstance(inner, Reference) and inner.to in vocabulary.types else ""


def _called(viewer: UUID, record_type: RecordType, keys: set[UUID], known: Grants | None) -> dict[UUID, str]:
    masked = scopes.masked(viewer, record_type.name, known)
    name = next((part for part in (record_type.title, record_type.code) if part and part not in masked), None)
    if name is None:
        return {}
    try:
        seen = scopes.records(viewer, record_type, known)
    except LookupError:
        return {}
    attribute = _attributes(record_type)[name]
    return {key: str(words or "") for key, words in seen.filter(pk__in=keys).values_list("pk", attribute)}


def _cell(record_type: RecordType, fact: Fact, value: Any, names: Names, language: str) -> Value:
    if value is None:
        return None
    if fact.name == record_type.stage and record_type.stages:
        return record_type.stage_label(value).text(language)
    return _worded(fact.kind, value, names, language)


def _worded(kind: Kind, value: Any, names: Names, language: str) -> Value:
    match kind:
        case Listing():
            return "、".join(str(_worded(kind.of, one, names, language) or "") for one in value)
        case Reference():
            return names.get(kind.to, {}).get(value, "")
        case MoneyKind():
            return f"{value.amount:,} {value.currency}"
    is_number = isinstance(value, dt.date | Decimal | int) and not isinstance(value, bool)
    return _plain(value) if is_number else str(kind.show(value, language))


def _plain(value: dt.date | Decimal | int) -> Value:
    if isinstance(value, dt.datetime):
        return local(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


def local(at: dt.datetime) -> dt.datetime:
    """A moment as it stands in a sheet: the company's time, without a zone."""
    return timezone.localtime(at).replace(tzinfo=None)


def _attributes(record_type: RecordType) -> dict[str, str]:
    """Column name → the model's attribute."""
    fields = scopes.model_of(record_type.table)._meta.concrete_fields  # noqa: SLF001 – Django's documented name
    return {str(field.column): field.attname for field in fields}


def said(value: Value) -> str:
    """A cell as a page shows it."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
