"""What somebody sees of records: which ones (the scope that every page shares), which facts are masked, one by key.

A record that may not be seen is not there. Reads only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.records.types import Fact, LineType, Record, RecordType
from keguan.lists import codes


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees of one record type: the records, and the facts that are masked for him."""

    type: RecordType
    records: "QuerySet[Any]"
    masked: frozenset[str]

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The facts as JSON; masked ones are null, search keys are left out."""
        found = {
            fact.name: None if fact.name in self.masked else fact.kind.to_json(values[fact.name])
            for fact in self.type.facts
            if not fact.derived
        }
        if self.type.declared:
            found[self.type.declared] = scopes.unmasked(found[self.type.declared], self.masked)
        return found

    def part(self, values: Mapping[str, Any], name: str | None) -> Any:
        """The fact that plays a part (code, title, stage); nothing where none does or it is masked."""
        return None if name is None or name in self.masked else values[name]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that a person sees."""

    sight: Sight
    record: Record

    def masked_lines(self, name: str) -> frozenset[str]:
        """Facts of a list of lines that are masked."""
        return masked_lines(self.sight, name)


def masked_lines(sight: Sight, name: str) -> frozenset[str]:
    """Facts of a list of lines that are masked: `phones.digits`, or all of `phones`."""
    if name in sight.masked:
        return frozenset(sight.type.line(name).by_name)
    prefix = f"{name}."
    return frozenset(fact.removeprefix(prefix) for fact in sight.masked if fact.startswith(prefix))


def sight(person: UUID, record_type: RecordType, known: Grants | None = None, revealed: Collection[str] = ()) -> Sight:
    """What the person sees of the record type; `known` saves reading his grants again.

    `revealed` are facts that the command just revealed to him.
    """
    known = known or scopes.grants(person)
    masked = scopes.masked(person, record_type.name, known).difference(revealed)
    return Sight(record_type, scopes.records(person, record_type, known), masked)


def seen(
    person: UUID, record_type: RecordType, key: str, known: Grants | None = None, revealed: Collection[str] = ()
) -> Seen | None:
    """The record with this id or code; nothing where there is none, or the person may not see it."""
    view = sight(person, record_type, known, revealed)
    record_id = codes.ids(record_type, [key])[key]
    if not view.records.filter(pk=record_id).exists():
        return None
    record = load(Rows(), record_type, [record_id]).get(record_id)
    return Seen(view, record) if record is not None else None


def lines_of(found: Seen, line_type: LineType) -> list[dict[str, Any]]:
    """The record's lines of one list, oldest first. One statement."""
    load_lines(Rows(), line_type, [found.record])
    return found.record.lines[line_type.name]


def has_model(record_type: RecordType) -> bool:
    """Whether lists can be read: the kernel's own tables have no model."""
    try:
        scopes.model_of(record_type.table)
    except LookupError:
        return False
    return True


def attributes(record_type: RecordType) -> dict[str, str]:
    """Column name → the model's attribute."""
    return _attributes(scopes.model_of(record_type.table))


def values(record_type: RecordType, row: Mapping[str, Any]) -> dict[str, Any]:
    """Typed facts of a row given by attribute."""
    known = attributes(record_type)

    def of(fact: Fact) -> Any:
        return fact.kind.from_columns([row[known[column]] for column, _ in fact.kind.columns(fact.name)])

    return {fact.name: of(fact) for fact in record_type.facts if not fact.derived}


# by model, not by record type: a declaration is hashed fact by fact
@cache
def _attributes(model: type[Model]) -> dict[str, str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 – Django's documented name
    return {str(field.column): field.attname for field in fields}
