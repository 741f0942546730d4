"""Records as a table of words and numbers: the facts somebody chose, as far as he may know them, for a page or a sheet.

The same for every record type, typed or register. A masked fact is a masked cell; a record that may not be seen is
named by nothing. What a table costs does not depend on its length: one statement for the rows, one for each type of
record that they refer to.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.records.kinds import Kind, Listing, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.sheets import Value
from keguan.lists import naming
from keguan.lists.naming import Named, Names
from keguan.lists.reading import attributes

HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Table:
    """The heads, the rows in their order, and whose records they are; `masked` are the facts that are hidden.

    `values` are the rows as typed facts, without those that are hidden.
    """

    heads: tuple[Label, ...]
    keys: tuple[UUID, ...]
    rows: tuple[tuple[Value, ...], ...]
    masked: frozenset[str]
    values: tuple[Mapping[str, Any], ...] = ()


def table(
    viewer: UUID,
    record_type: RecordType,
    found: "QuerySet[Any]",
    facts: Sequence[Fact],
    language: str,
    known: Grants | None = None,
    *,
    is_sheet: bool = False,
) -> Table:
    """These facts of the records that were `found` (in its order; the caller has scoped it) as the viewer may know.

    In a sheet, references to records without a title go by their codes: by these they are read back.
    """
    grants = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, record_type.name, grants)
    columns_of = attributes(record_type)
    shown = [fact for fact in facts if fact.name not in masked]
    columns = [columns_of[column] for fact in shown for column, _ in fact.kind.columns(fact.name)]
    raw = list(found.values("pk", *columns))
    values = [
        {
            fact.name: fact.kind.from_columns([row[columns_of[column]] for column, _ in fact.kind.columns(fact.name)])
            for fact in shown
        }
        for row in raw
    ]
    names = naming.named(viewer, naming.pointed_to(shown, values), grants)
    if is_sheet:
        names = {to: {key: coded(one) for key, one in several.items()} for to, several in names.items()}
    rows = tuple(
        tuple(
            HIDDEN if fact.name in masked else _cell(record_type, fact, value[fact.name], names, language)
            for fact in facts
        )
        for value in values
    )
    heads = tuple(fact.label for fact in facts)
    return Table(heads, tuple(row["pk"] for row in raw), rows, masked, tuple(values))


def coded(one: Named) -> Named:
    """A record as a sheet names it: by its title, else by its code rather than by words that speak for it."""
    return replace(one, text=one.code) if one.is_spoken and one.code else one


def _cell(record_type: RecordType, fact: Fact, value: Any, names: Names, language: str) -> Value:
    if value is None:
        return None
    if fact.name == record_type.stage and record_type.stages:
        return record_type.stage_label(value).text(language)
    return _worded(fact.kind, value, names, language)


def _worded(kind: Kind, value: Any, names: Names, language: str) -> Value:
    match kind:
        case Listing():
            return ("、" if language != "en" else ", ").join(
                str(_worded(kind.of, one, names, language) or "") for one in value
            )
        case Reference():
            found = names.get(kind.to, {}).get(value)
            return found.words.text(language) if found else ""
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


def said(value: Value) -> str:
    """A cell as a page shows it."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
