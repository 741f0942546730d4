"""What a policy's conditions may name in the context of a verb or record type. Reads declarations, never the database.

Bare names mean, innermost first: the verb's argument, the object's fact (its own or one that a pack declares), the
object itself (`case`), then the fact of the one linked record that has it; where several have it, it is ambiguous.
Dotted ones: `case.x` the object's fact, `customer.x` a fact of a linked record, `actor.role|unit|id` and `actor.x` a
fact of the person who acts, `borrower.role|unit` of a person that a fact or argument holds. `happened_on` is the
company's day of the act, `signatures` how many valid signatures the act has, `lifts_breach` whether a correction lifts
a breach.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from keguan.controls.conditions.faults import nearest
from keguan.controls.conditions.names import ACT, FOLLOWED, LineList, Name, Nested, UnknownName
from keguan.controls.conditions.sentences import low
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Kind, Listing, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import Vocabulary

ACTOR = "actor"
PROFILE = "profile"
"""Begins the path of what the directory knows of a person that a fact holds: `("profile", "borrower", "role")`."""
HAPPENED_ON = "happened_on"
SIGNATURES = "signatures"
LIFTS_BREACH = "lifts_breach"


@dataclass(frozen=True, slots=True)
class StageText(Text):
    """The code of a stage, which people read by its name."""

    stages: Mapping[str, Label] = field(default_factory=dict, compare=False)

    def show(self, value: Any, language: str = "zh-hans") -> str:
        """The stage as people call it."""
        known = self.stages.get(value)
        return known.text(language) if known else str(value or "")


def kind_of(record_type: RecordType, fact: Fact) -> Kind:
    """The kind of a fact; of the stage one that knows what the stages are called."""
    if fact.name != record_type.stage or not isinstance(fact.kind, Text):
        return fact.kind
    return StageText(fact.kind.longest, stages={stage.name: stage.label for stage in record_type.stages})


class Declared(Protocol):
    """What names are resolved against: a draft of a rulebook, or anything that says the same."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Verbs and record types."""
        ...

    @property
    def declared(self) -> Mapping[str, Mapping[str, Fact]]:
        """Fields that packs declare, by record type."""
        ...

    @property
    def roles(self) -> Mapping[str, Label]:
        """Roles by code."""
        ...

    def facts(self, record_type: str) -> Mapping[str, Fact]:
        """Facts of a record type, declared fields included."""
        ...


@dataclass(frozen=True)
class ObjectNames:
    """`Names` of a condition about one record of `type`, in the context of `verbs` where it is about acts.

    Where several verbs are given, an argument counts only when all of them have it, with the same kind.
    """

    book: Declared
    type: RecordType
    verbs: tuple[Verb, ...] = ()

    def resolve(self, name: str) -> Name:
        """The fact called `name`; `UnknownName` where there is none."""
        if name in self._facts:
            return self._facts[name]
        head, dot, tail = name.partition(".")
        target = self._links.get(head)
        if dot and target == "person" and tail in ("role", "unit"):
            return self._of_person(head, tail)
        if dot and target:
            fact = self.book.facts(target).get(tail)
            if fact:
                there = self.book.vocabulary.types[target]
                where = there.label
                words = Label(where.zh + fact.label.zh, f"{where.en} {fact.label.en}")
                return Name((head, tail), kind_of(there, fact), words, fact.personal)
            raise UnknownName(name, lambda: [f"{head}.{one}" for one in nearest(tail, self.book.facts(target))])
        return self._reached(name)

    def lines(self, name: str) -> LineList:
        """The line list of the object called `name` (or `case.name`), or `slip.name` of a linked record."""
        short = name.removeprefix(f"{self.type.name}.")
        head, dot, tail = short.partition(".")
        owner, holder = self.type, self.type.name
        if dot and head in self._links:
            owner, short, holder = self.book.vocabulary.types[self._links[head]], tail, head
        for line in owner.lines:
            if line.name == short:
                path = (holder, short)
                return LineList(path, line.label, dict(self._fields(path, line)))
        raise UnknownName(name, lambda: nearest(short, (line.name for line in owner.lines)))

    def _fields(self, path: tuple[str, ...], line: LineType) -> Iterator[tuple[str, Name]]:
        """The facts of a line, and those of the records that its references point to."""
        for fact in line.facts:
            yield fact.name, Name((*path, fact.name), fact.kind, fact.label, fact.personal)
            if isinstance(fact.kind, Reference) and fact.kind.to in self.book.vocabulary.types:
                for name, other in self._recorded(fact.kind.to):
                    words = Label(fact.label.zh + other.label.zh, f"{fact.label.en} {low(other.label.en)}")
                    yield (
                        f"{fact.name}.{name}",
                        Name((*path, f"{fact.name}{FOLLOWED}{name}"), other.kind, words, other.personal),
                    )

    def _recorded(self, record_type: str) -> Iterator[tuple[str, Fact]]:
        """Facts that stand in a record, without those that controls make of it."""
        yield from self.book.vocabulary.types[record_type].by_name.items()
        yield from self.book.declared.get(record_type, {}).items()

    def inside(self, outer: "ObjectNames") -> Nested:
        """The names of a key of this type inside those of what opened it."""
        return Nested(self, outer, frozenset(self._facts), outer.own_words)

    def own_words(self, name: Name) -> Label:
        """The words of a fact with its object's, where it is the object's own."""
        if name.path[0] != self.type.name or name.path[-1] == "id":
            return name.label
        whose = self.type.label
        return Label(f"{whose.zh}的{name.label.zh}", f"{low(name.label.en)} of the {low(whose.en)}")

    def verb(self, name: str) -> Label:
        """The words of a verb of the object's type."""
        found = self.book.vocabulary.verbs.get(name)
        if found is None or found.internal or found.on != self.type.name:
            raise UnknownName(
                name, lambda: nearest(name, (verb.name for verb in self.book.vocabulary.verbs_on(self.type.name)))
            )
        return found.label

    def act(self, verb: str) -> Mapping[str, Name]:
        """The arguments that a verb was given, as conditions on an act done before name them."""
        found = self.book.vocabulary.verbs.get(verb)
        return {
            one.name: Name((ACT, f"a_{one.name}"), one.kind, one.label, one.personal)
            for one in (found.arguments if found is not None else ())
        }

    def standing(self, of: Name, what: str) -> Name:
        """The roles of the person that a fact holds, or code or name of the unit; `UnknownName` out of reach."""
        path = of.path[1:] if len(of.path) == 2 and of.path[0] == self.type.name else of.path
        if path == (ACTOR, "id") and what == "role":
            return self.resolve(f"{ACTOR}.role")
        to = of.kind.to if isinstance(of.kind, Reference) else ""
        if to == "person" and what == "role" and len(path) <= 2 and path[0] != ACTOR:
            words = Label(f"{of.label.zh}的岗位", f"role of {low(of.label.en)}")
            return Name((PROFILE, *path, "role"), Listing(Choice(dict(self.book.roles))), words)
        if len(path) == 1 and path[0] in self._links:
            return self.resolve(f"{path[0]}.{what}")
        raise UnknownName(f"{of.key}.{what}")

    def suggest(self, name: str) -> list[str]:
        """Facts that look like `name`, best first; a Chinese label finds its fact."""
        by_label = [key for key, fact in self._facts.items() if name and fact.label.zh == name]
        return by_label or nearest(name, self._facts)

    def _reached(self, name: str) -> Name:
        """A bare name that only linked records know: the fact of the one link that has it."""
        found = [head for head, target in self._links.items() if name in self.book.facts(target)]
        if len(found) == 1:
            return self.resolve(f"{found[0]}.{name}")
        if found:
            raise UnknownName(name, lambda: [f"{head}.{name}" for head in found], is_ambiguous=True)
        raise UnknownName(name, lambda: self.suggest(name))

    @cached_property
    def _arguments(self) -> Mapping[str, Argument]:
        if not self.verbs:
            return {}
        first, *rest = self.verbs
        return {
            argument.name: argument
            for argument in first.arguments
            if all((other := verb.argument(argument.name)) and type(other.kind) is type(argument.kind) for verb in rest)
        }

    @cached_property
    def _facts(self) -> Mapping[str, Name]:
        own = self.book.facts(self.type.name)
        found: dict[str, Name] = {
            f"{ACTOR}.{name}": Name((ACTOR, name), kind, label) for name, kind, label in self._of_actor()
        }
        person = self.book.facts("person") if "person" in self.book.vocabulary.types else {}
        for name, fact in person.items():
            words = Label(f"办理人的{fact.label.zh}", f"{low(fact.label.en)} of the person acting")
            found.setdefault(f"{ACTOR}.{name}", Name((ACTOR, name), fact.kind, words, fact.personal))
        found[HAPPENED_ON] = Name((HAPPENED_ON,), Date(), Label("办理当日", "the day of the act"))
        found[self.type.name] = Name((self.type.name, "id"), Reference(self.type.name), self.type.label)
        found[SIGNATURES] = Name((SIGNATURES,), Integer(), Label("有效签字数", "valid signatures"))
        if any(verb.corrects for verb in self.verbs):
            words = Label("更正会撤销逾期", "the correction lifts a breach")
            found[LIFTS_BREACH] = Name((LIFTS_BREACH,), Boolean(), words)
        for name, fact in own.items():
            kind = kind_of(self.type, fact)
            found[f"{self.type.name}.{name}"] = Name((self.type.name, name), kind, fact.label, fact.personal)
            found[name] = found[f"{self.type.name}.{name}"]
        for name, argument in self._arguments.items():
            found[name] = Name((name,), argument.kind, argument.label, argument.personal)
        return found

    @cached_property
    def _links(self) -> Mapping[str, str]:
        links = {
            name: fact.kind.to
            for name, fact in self.book.facts(self.type.name).items()
            if isinstance(fact.kind, Reference)
        }
        links |= {
            name: argument.kind.to for name, argument in self._arguments.items() if isinstance(argument.kind, Reference)
        }
        return {name: to for name, to in links.items() if to in self.book.vocabulary.types and name != self.type.name}

    def _of_person(self, head: str, tail: str) -> Name:
        fact = self.book.facts(self.type.name).get(head)
        argument = self._arguments.get(head)
        words = argument.label if argument else fact.label if fact else Label(head, head)
        path = (PROFILE, head, tail)
        if tail == "role":
            kind: Kind = Listing(Choice(dict(self.book.roles)))
            return Name(path, kind, Label(f"{words.zh}的岗位", f"role of {words.en.lower()}"))
        return Name(path, Listing(Reference("unit")), Label(f"{words.zh}的部门", f"unit of {words.en.lower()}"))

    def _of_actor(self) -> Iterable[tuple[str, Kind, Label]]:
        yield "role", Listing(Choice(dict(self.book.roles))), Label("办理人的岗位", "role of the person acting")
        yield "unit", Listing(Reference("unit")), Label("办理人的部门", "unit of the person acting")
        yield "id", Reference("person"), Label("办理人", "the person acting")


def person_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path of the fact that holds the person whom `(PROFILE, …, "role")` speaks of."""
    return path[1:-1]


def link_of(name: Name, record_type: str) -> str | None:
    """The reference that must be loaded to read the fact; nothing for the object's own and for arguments."""
    if len(name.path) == 2 and name.path[0] not in (record_type, ACTOR):
        return name.path[0]
    return None
