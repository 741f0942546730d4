"""Canaries: words and numbers that stand in one fact of one record each, and who may read which of them.

What the machinery copies (a notice, a request, a proposal) belongs to the record it was copied from.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from tests.access import written
from tests.access.company import Company

WORD = re.compile(r"zq\d{6}")
NUMBER = re.compile(r"139\d{8}")
BETWEEN = re.compile(r"(?<=\d)[ \-–](?=\d)")
COPIED = frozenset(("approval", "notice", "obligation", "override", "proposal", "signature", "bulk", "batch"))
"""Record types of the machinery: what they say belongs to the record that they are about."""


def canaries(text: str) -> set[str]:
    """The canaries in a text; numbers however they are parted."""
    return {*WORD.findall(text), *NUMBER.findall(BETWEEN.sub("", text))}


@dataclass(frozen=True, slots=True)
class Source:
    """A fact of a record."""

    type: str
    record: UUID
    fact: str


@dataclass
class Planted:
    """Where each canary stands."""

    company: Company
    beside: Mapping[str, Source]
    sources: dict[str, set[Source]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        kinds = sorted(vocabulary.types.values(), key=lambda kind: kind.name in COPIED)
        for kind in kinds:
            for source, text in _facts(kind):
                for one in canaries(text):
                    if kind.name not in COPIED or one not in self.sources:
                        self.sources[one].add(source)
        for canary, source in self.beside.items():
            self.sources[canary].add(source)

    def forbidden(self, person: written.Person, found: Iterable[str]) -> dict[str, set[Source]]:
        """Those of the canaries that the person may not read, with where they stand."""
        return {one: self.sources[one] for one in found if one in self.sources and not self._may_read(person, one)}

    def hidden_from(self, person: written.Person, record_type: str) -> list[str]:
        """The canaries in records of a type that the person may not read."""
        mine = (one for one, places in self.sources.items() if any(place.type == record_type for place in places))
        return [one for one in mine if not self._may_read(person, one)]

    def _may_read(self, person: written.Person, canary: str) -> bool:
        return any(self._shows(person, source) for source in self.sources[canary])

    def _shows(self, person: written.Person, source: Source) -> bool:
        place = self.company.records[source.type].get(source.record)
        if place is None:
            return False
        if source.type == "view":
            return person.key in place.people
        masked = written.masked(self.company.grants, person, source.type)
        is_masked = source.fact in masked or source.fact.partition(".")[0] in masked
        return not is_masked and self.company.knows(person, source.type, source.record)


def _facts(kind: RecordType) -> Iterator[tuple[Source, str]]:
    """Every fact of every record of the type, as text."""
    for table, parent in kind.tables():
        line = f"{table.name}." if isinstance(table, LineType) else ""
        if Rows().select("select to_regclass(%s) is null as gone", [table.table])[0]["gone"]:
            continue
        for row in Rows().select(f"select * from {table.table}"):
            is_about = kind.name in COPIED and row.get("object") is not None
            of, record = (row["object_type"], row["object"]) if is_about else (kind.name, row[parent])
            for name, value in row.items():
                for fact, text in _texts(name, value):
                    yield Source(of, record, f"{line}{fact}"), text


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A column as text; the fields that packs declare each by itself."""
    if isinstance(value, Mapping):
        yield from ((str(fact), str(inner)) for fact, inner in value.items())
    else:
        yield name, str(value)
