"""Record types, their facts and lines: declarations that lists, forms, REST, policies and the audit page read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from keguan.kernel.records.kinds import Kind, Reference
from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded property of a record. Its truth stands in the table, its history in the events' changes.

    `personal` facts go to the payload and can be erased. `derived` ones are written by the kernel's callers as
    part of another fact (search keys and the like): they are stored but not journalled. A `required` field declared
    by a pack is asked for by the verbs that create. `erased` is what an erasure of the person leaves in its place;
    `is_file` says that it is the digest of a stored file, `identifies` that its words tell who somebody is.
    """

    name: str
    kind: Kind
    label: Label
    personal: bool = False
    derived: bool = False
    help: Label | None = None
    required: bool = False
    erased: Any = field(default=None, hash=False)
    is_file: bool = False
    identifies: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A station in the life of a record."""

    name: str
    label: Label


@dataclass(frozen=True)
class LineType:
    """Children of a record, one level deep, in a table of their own with `id` and a column for the parent.

    When the person is erased, the personal facts of its lines are emptied, or whole lines go (`is_removed`).
    """

    name: str
    label: Label
    table: str
    parent: str
    facts: tuple[Fact, ...]
    is_removed: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Fact]:
        """Facts by name."""
        return {fact.name: fact for fact in self.facts}


@dataclass(frozen=True)
class RecordType:
    """A noun: its table has `id uuid` as key and the columns of its facts.

    `code`, `title`, `stage`, `owner`, `unit` and `opener` name the facts that play these parts: `owner` and
    `opener` are people, `unit` an organisational unit; scopes of access read them. `declared` names the jsonb
    fact that holds fields declared by packs. `series` names the setting with the number pattern of `code`.
    `shown_to` names facts whose people (one, or a list of them), beside owner and opener, see the record as one of
    their own, without acting.
    `voided` names the fact that says since when a record entered in error no longer counts, `ended` the one that says
    since when it is finished. `assign` is the verb that gives a record to another owner, as its argument of that name.

    For the erasure of a person: `about` names references to the records whose person this record's personal data
    are about (a case's customer); `is_about_anybody` says that nobody can tell from references, so that the texts
    themselves are searched; while the record is in a stage of `needed_in`, its data are still needed and nobody
    whom they concern can be erased. `is_derived`: records come into being by reactions, not by an event of their
    own, so that only what commands change in them is accounted for by the journal.
    """

    name: str
    label: Label
    table: str
    facts: tuple[Fact, ...]
    lines: tuple[LineType, ...] = ()
    stages: tuple[Stage, ...] = ()
    code: str | None = "code"
    title: str | None = "title"
    stage: str | None = None
    owner: str | None = None
    opener: str | None = None
    unit: str | None = None
    shown_to: tuple[str, ...] = ()
    declared: str | None = None
    series: str | None = None
    about: tuple[str, ...] = ()
    is_about_anybody: bool = False
    needed_in: tuple[str, ...] = ()
    is_derived: bool = False
    voided: str | None = None
    ended: str | None = None
    assign: str | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Fact]:
        """Facts by name."""
        return {fact.name: fact for fact in self.facts}

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Facts that point to a record: fact name → record type name."""
        return {fact.name: fact.kind.to for fact in self.facts if isinstance(fact.kind, Reference)}

    @cached_property
    def signed(self) -> tuple[Fact, ...]:
        """What a signature is given for: all facts but search keys, and those that only say who sees the record."""
        return tuple(fact for fact in self.facts if not fact.derived and fact.name not in self.shown_to)

    def tables(self) -> "list[tuple[RecordType | LineType, str]]":
        """Where its facts and lines stand, each with the column that holds the record's id."""
        return [(self, "id"), *((line, line.parent) for line in self.lines)]

    def line(self, name: str) -> LineType:
        """The line type of that name; KeyError where there is none."""
        return next(line for line in self.lines if line.name == name)

    def stage_label(self, name: str) -> Label:
        """The words for a stage; an unknown name reads as itself."""
        return next((stage.label for stage in self.stages if stage.name == name), Label(name, name))


@dataclass
class Record:
    """One row of a record type as the pipeline loaded it. `number` is its head's stream number at that moment."""

    type: RecordType
    id: UUID
    values: dict[str, Any]
    number: int = 0
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __getitem__(self, fact: str) -> Any:
        return self.values[fact]

    def get(self, fact: str, default: Any = None) -> Any:
        """The fact's value; `default` where the type has no such fact or it is empty."""
        value = self.values.get(fact)
        return default if value is None else value

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


def columns_of(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """Column names with SQL types for several facts, in their order."""
    return [column for fact in facts for column in fact.kind.columns(fact.name)]
