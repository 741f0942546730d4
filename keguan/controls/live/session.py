"""What the law's methods share within one transaction: rulebook, grants, scenes, acts done before. Reads only."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls.live.grants import Grants, grants_of
from keguan.controls.live.made import Made
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import Profile, profiles
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook


@dataclass
class Session:
    """The notes of one transaction."""

    rows: Rows
    now: dt.datetime
    book: Rulebook
    people: dict[UUID, Profile] = field(default_factory=dict)
    grants: dict[UUID, Grants] = field(default_factory=dict)
    asked: dict[int, Any] = field(default_factory=dict)
    profiles: dict[UUID, Profile | None] = field(default_factory=dict)
    persons: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    tree: dict[UUID, tuple[str, UUID | None]] | None = None
    made: Made = field(init=False)

    def __post_init__(self) -> None:
        self.made = Made(self.rows, self.book, self.units)

    def units(self) -> Mapping[UUID, tuple[str, UUID | None]]:
        """Every unit: its name and the one it belongs to. One statement for the transaction."""
        if self.tree is None:
            found = self.rows.select("select id, name, parent from org_unit")
            self.tree = {row["id"]: (row["name"], row["parent"]) for row in found}
        return self.tree

    def grants_for(self, person: UUID) -> Grants | None:
        """The person's grants; nothing for somebody who does not exist."""
        if person not in self.grants:
            profile = self.profile(person)
            if profile is None:
                return None
            self.grants[person] = grants_of(self.book, profile)
        return self.grants[person]

    def profile(self, person: UUID) -> Profile | None:
        """The person's profile today."""
        if person not in self.profiles:
            self.profiles[person] = profiles(self.rows, [person], self.now).get(person)
        return self.profiles[person]

    def meet(self, people: Iterable[UUID]) -> None:
        """Read the profiles of several people together: three statements, none where all are known."""
        unknown = [person for person in dict.fromkeys(people) if person not in self.profiles]
        if unknown:
            found = profiles(self.rows, unknown, self.now)
            self.profiles.update({person: found.get(person) for person in unknown})

    def facts_of(self, person: UUID) -> Mapping[str, Any]:
        """What is recorded of a person, declared fields included; one statement, once for each person."""
        if person not in self.persons:
            kind = vocabulary.types["person"]
            record = load(self.rows, kind, [person]).get(person)
            values = dict(record.values) if record is not None else {}
            given = (values.get(kind.declared) or {}) if kind.declared else {}
            declared = {
                name: fact.kind.from_json(given.get(name))
                for name, fact in self.book.declared.get("person", {}).items()
            }
            self.persons[person] = values | declared
        return self.persons[person]

    def unit_for(self, unit: UUID | None, person: UUID | None) -> UUID | None:
        """Where something counts: the record's unit, else that of the person who acts or owes."""
        if unit is not None or person is None:
            return unit
        profile = self.profile(person)
        return profile.unit if profile else None


def session(step: Step) -> Session:
    """The notes of the step's transaction."""
    found = step.memo.get("session")
    if found is None:
        found = step.memo["session"] = Session(step.rows, step.now, rulebook(step.rulebook))
    return found


def scene_of(
    notes: Session, verb: Verb, item: Item, at: dt.datetime, actor: UUID | None, *,
    record: Mapping[str, Any] | None = None, acts: Mapping[str, UUID | None] | None = None, is_preview: bool = False,
) -> Scene:  # fmt: skip
    """The item as controls see it; `record` replaces the facts before the command (for what comes after it)."""
    values = record if record is not None else item.record.values if item.record else {}
    return notes.made.watch(Scene(
        type=verb.type,
        id=item.id,
        at=at,
        verb=verb,
        args=item.args,
        record=values,
        links={name: record.values for name, record in item.links.items()},
        lists=item.record.lines if item.record else {},
        link_lists={name: record.lines for name, record in item.links.items() if record.lines},
        actor=actor,
        profile=notes.profile(actor) if actor else None,
        requester=actor,
        acts=acts,
        parameters=notes.book.parameters,
        declared=notes.book.declared,
        profiles=notes.profiles,
        of_person=notes.facts_of,
        is_preview=is_preview,
        made=notes.made,
    ))  # fmt: skip


def ids(items: Iterable[Item]) -> list[UUID]:
    """The items' record ids."""
    return [item.id for item in items]
