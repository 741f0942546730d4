"""What a control sees of one item: arguments, the record, linked records, lines, the actor and the day. Reads only."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from keguan.controls.names import ACTOR, HAPPENED_ON, LIFTS_BREACH, PROFILE, SIGNATURES, person_of
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import COMPANY_ZONE, Reference
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import Profile

# Who did what the machinery did, and the role of who held none: known, and nobody's.
NOBODY, NO_ROLE = UUID(int=0), "-"


@dataclass(frozen=True, slots=True)
class Deed:
    """An act that was done on the object: by whom, when it happened, and its arguments as far as they are public.

    `roles`: those of whoever did it, then; empty where nobody asked.
    """

    verb: str
    actor: UUID | None
    at: dt.datetime
    args: Mapping[str, Any]
    event: UUID
    roles: tuple[str, ...] = ()

    def seen(self) -> dict[str, Any]:
        """The act as conditions look at it (`conditions.Scope.past_acts`)."""
        verb = vocabulary.verbs.get(self.verb)
        given = {name: value for name, value in self.args.items() if verb is not None and verb.argument(name)}
        args, _ = parse(verb, given) if verb is not None else ({}, ())
        return {
            "verb": self.verb, "by": self.actor or NOBODY, "role": list(self.roles) or [NO_ROLE], "at": self.at,
            "happened_on": self.at.astimezone(COMPANY_ZONE).date(), **{f"a_{name}": args[name] for name in args},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature for an act; `is_valid` unless facts changed since."""

    signer: UUID
    at: dt.datetime
    is_valid: bool


@dataclass
class Scene:
    """One item at one moment, as conditions, people expressions and terms read it (`conditions.Scope`).

    `record` holds the facts before the command for guards, after it for openings; `acts` the verbs that were done on
    the object; `covers` answers `covered_by`. In a preview (`is_preview`) arguments are not typed in yet. `people` are
    whom each control asked about, resolved, by its key; `profiles` what the directory knows of persons that facts hold;
    `deeds` earlier acts by verb, oldest first (None: not looked up); `signatures` those of this act, oldest first.
    `made` gives facts that controls make (measures, settings), by the place they are read at and their name; `keys`
    the member of a list for which a clock runs.
    """

    type: RecordType
    id: UUID
    at: dt.datetime
    verb: Verb | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    link_lists: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)
    actor: UUID | None = None
    profile: Profile | None = None
    requester: UUID | None = None
    acts: Mapping[str, UUID | None] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    covers: Callable[[str], bool | None] | None = None
    of_person: Callable[[UUID], Mapping[str, Any]] | None = None
    is_preview: bool = False
    made: Callable[["Scene", str, str], Any] | None = None
    people: Mapping[str, Sequence[tuple[UUID, ...]]] = field(default_factory=dict)
    profiles: Mapping[UUID, Profile | None] = field(default_factory=dict)
    deeds: Mapping[str, Sequence["Deed"]] | None = None
    signatures: Sequence["Signed"] | None = None
    lifts_breach: bool | None = None
    keys: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> frozenset[str]:
        """Names of the verb's arguments, and of what only they decide: whether a correction lifts a breach."""
        if self.verb is None:
            return frozenset()
        decided = (LIFTS_BREACH,) if self.verb.corrects else ()
        return frozenset([*(argument.name for argument in self.verb.arguments), *decided])

    def get(self, path: tuple[str, ...]) -> Any:  # noqa: PLR0911 – one for each place where a value may stand
        """The value at the path; None where it is missing. An argument not given reads as the record's fact."""
        if len(path) == 1:
            [name] = path
            if name in self.keys:
                return self.keys[name]
            if name == HAPPENED_ON:
                return self.today()
            if name in (SIGNATURES, LIFTS_BREACH) and name not in self.type.by_name and name not in self.args:
                return self._counted() if name == SIGNATURES else self.lifts_breach
            given = self.args.get(name)
            return self.fact(name) if given is None and name not in self.args else given
        head, tail = path[0], path[-1]
        if head == ACTOR:
            return self._of_actor(tail)
        if head == PROFILE:
            return self._of_person(person_of(path), tail)
        if head == self.type.name:
            return self.id if tail == "id" else self.fact(tail)
        return self._linked(head, tail)

    def fact(self, name: str) -> Any:
        """A fact of the object, own or declared by a pack."""
        if name in self.type.by_name:
            return self.record.get(name)
        fact = self.declared.get(self.type.name, {}).get(name)
        if fact is None or self.type.declared is None:
            return self.made(self, self.type.name, name) if self.made else None
        return fact.kind.from_json((self.record.get(self.type.declared) or {}).get(name))

    def linked_type(self, head: str) -> RecordType | None:
        """The type of the records that a reference fact or argument points to."""
        argument = self.verb.argument(head) if self.verb else None
        if argument is not None and isinstance(argument.kind, Reference):
            return vocabulary.types.get(argument.kind.to)
        return vocabulary.types.get(self.type.links.get(head, ""))

    def linked(self, head: str) -> "Scene | None":
        """The record that a reference points to, seen by itself; nothing where there is none."""
        key, found = self.get((head,)), self.linked_type(head)
        if key is None or found is None:
            return None
        record = self.links.get(head) or {}
        return replace(self, type=found, id=key, verb=None, args={}, record=record, links={}, lists={}, acts=None,
                       deeds=None)  # fmt: skip

    def _linked(self, head: str, tail: str) -> Any:
        record = self.links.get(head) or {}
        if tail in record:
            return record[tail]
        kind = self.linked_type(head)
        fact = self.declared.get(kind.name, {}).get(tail) if kind else None
        if fact is not None and kind and kind.declared:
            return fact.kind.from_json((record.get(kind.declared) or {}).get(tail))
        return self.made(self, head, tail) if self.made else None

    def after(self, name: str) -> Any:
        """A fact as the arguments would leave it: the argument of that name where it is given, else the record's."""
        return self.args[name] if name in self.args else self.fact(name)

    def without_arguments(self) -> "Scene":
        """The same item as the record alone has it."""
        return replace(self, args={})

    def lines(self, path: tuple[str, ...]) -> Sequence[Mapping[str, Any]] | None:
        """The lines of a list of the object or of a linked record; None where they were not loaded."""
        if path[0] == self.type.name:
            return self.lists.get(path[-1])
        return self.link_lists.get(path[0], {}).get(path[-1])

    def parameter(self, name: str) -> Any:
        """The value of an adopted parameter."""
        found = self.parameters.get(name)
        return getattr(found, "value", found)

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        """Whether one of the verbs was done on the object."""
        return None if self.acts is None else any(verb in self.acts for verb in verbs)

    def past_acts(self, verbs: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
        """The acts of these verbs that were done on the object, oldest first; None where they were not looked up."""
        if self.deeds is None:
            return None
        found = [deed for verb in verbs for deed in self.deeds.get(verb, ())]
        return [deed.seen() for deed in sorted(found, key=lambda deed: deed.event)]

    def covered(self, control: str) -> bool | None:
        """Whether an approval covers the command."""
        return None if self.covers is None else self.covers(control)

    def today(self) -> dt.date:
        """The company's day of the moment that is judged."""
        return self.at.astimezone(COMPANY_ZONE).date()

    def _counted(self) -> int | None:
        """How many people's signatures stand; nothing where they were not loaded."""
        return None if self.signatures is None else len({one.signer for one in self.signatures if one.is_valid})

    def _of_person(self, path: tuple[str, ...], tail: str) -> Any:
        person = self.get(path)
        profile = self.profiles.get(person) if person is not None else None
        if profile is None:
            return None
        return sorted(profile.roles) if tail == "role" else sorted(profile.units)

    def _of_actor(self, name: str) -> Any:
        if name == "id":
            return self.actor
        if name not in ("role", "unit"):
            return self.of_person(self.actor).get(name) if self.of_person and self.actor else None
        if self.profile is None:
            return None
        return sorted(self.profile.acting_roles) if name == "role" else sorted(self.profile.units)
