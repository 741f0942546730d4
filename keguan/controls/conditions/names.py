"""The names a condition may use: facts, line lists and verbs, as the policy compiler finds them.

Owns the protocol `Names` and a plain implementation of it; must never know a record type.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from keguan.controls.conditions.faults import nearest
from keguan.kernel.records.kinds import Date, Kind, Reference
from keguan.kernel.records.labels import Label

OUTSIDE = "outside"
FOLLOWED = "__"
"""Stands between a line's reference and a fact of the record it points to: `("goods", "product__class")`."""
ACT = "act"
"""Begins the path of what is an earlier act's own: `("act", "by")`, `("act", "role")`, `("act", "a_founded")`."""


@dataclass(frozen=True, slots=True)
class Name:
    """A fact found: the path `Scope.get` takes, its kind and words. `is_personal` keeps its value out of journals."""

    path: tuple[str, ...]
    kind: Kind
    label: Label
    is_personal: bool = False

    @property
    def key(self) -> str:
        """The path as one word, as the journal writes it."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class LineList:
    """A list of lines: its path and words, and the facts of one line by field.

    The path of a line's fact is the list's path and the field: `("return_slip", "goods", "received")`. `fields` are by
    what stands in a policy: `received`, and `product.class` for a fact of the record that a reference points to.
    """

    path: tuple[str, ...]
    label: Label
    fields: Mapping[str, Name] = field(default_factory=dict, hash=False)


class UnknownName(Exception):
    """No such name here (`is_ambiguous`: more than one).

    Most who look a name up go on without it: names that look like it are searched for when somebody asks.
    """

    def __init__(self, name: str, suggest: Callable[[], list[str]] = list, *, is_ambiguous: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self._suggest = suggest
        self.is_ambiguous = is_ambiguous

    @cached_property
    def suggestions(self) -> list[str]:
        """Names that look like it, best first."""
        return self._suggest()


class Names(Protocol):
    """What a condition may speak of at its place in a policy. Each look-up raises `UnknownName`."""

    def resolve(self, name: str) -> Name:
        """The fact called `name`, from the innermost (line, key, trigger's arguments, object, linked)."""
        ...

    def lines(self, name: str) -> LineList:
        """The line list called `name`."""
        ...

    def verb(self, name: str) -> Label:
        """The words of the verb called `name`."""
        ...

    def act(self, verb: str) -> Mapping[str, Name]:
        """The arguments of a verb by name, each with the path `(ACT, "a_<argument>")`."""
        ...

    def standing(self, of: Name, what: str) -> Name:
        """What the directory knows of the person (`role`) or unit (`code`, `name`) that a fact holds."""
        ...

    def suggest(self, name: str) -> list[str]:
        """Facts that look like `name`, best first."""
        ...


@dataclass(frozen=True)
class Vocabulary:
    """`Names` from plain mappings; `standings` are by the fact's key and what is known of whom it holds."""

    facts: Mapping[str, Name]
    verbs: Mapping[str, Label] = field(default_factory=dict)
    line_lists: Mapping[str, LineList] = field(default_factory=dict)
    acts: Mapping[str, Mapping[str, Name]] = field(default_factory=dict)
    standings: Mapping[tuple[str, str], Name] = field(default_factory=dict)

    def resolve(self, name: str) -> Name:
        """The fact called `name`."""
        if name not in self.facts:
            raise UnknownName(name, lambda: self.suggest(name))
        return self.facts[name]

    def lines(self, name: str) -> LineList:
        """The line list called `name`."""
        if name not in self.line_lists:
            raise UnknownName(name, lambda: nearest(name, self.line_lists))
        return self.line_lists[name]

    def verb(self, name: str) -> Label:
        """The words of the verb called `name`."""
        if name not in self.verbs:
            raise UnknownName(name, lambda: nearest(name, self.verbs))
        return self.verbs[name]

    def act(self, verb: str) -> Mapping[str, Name]:
        """The arguments of the verb."""
        return self.acts.get(verb, {})

    def standing(self, of: Name, what: str) -> Name:
        """What is known of whom the fact holds."""
        if (of.key, what) not in self.standings:
            raise UnknownName(f"{of.key}.{what}")
        return self.standings[of.key, what]

    def suggest(self, name: str) -> list[str]:
        """Facts that look like `name`; a Chinese label finds its fact."""
        return [key for key, fact in self.facts.items() if name and fact.label.zh == name] or nearest(name, self.facts)


@dataclass(frozen=True)
class InsideLine:
    """The names inside a line: its own fields first (`line.x` says so), then what stands outside."""

    outer: Names
    inner: LineList

    def resolve(self, name: str) -> Name:
        """The line's field, else the outer fact."""
        own = name.removeprefix("line.")
        try:
            return self.inner.fields[own] if own in self.inner.fields else self.outer.resolve(name)
        except UnknownName as unknown:
            raise UnknownName(name, lambda: self.suggest(name), is_ambiguous=unknown.is_ambiguous) from None

    def beyond(self, name: str) -> Name:
        """The fact called so outside the line."""
        return self.outer.resolve(name)

    def lines(self, name: str) -> LineList:
        """Lines have no lines of their own."""
        raise UnknownName(name)

    def verb(self, name: str) -> Label:
        """The words of the verb called `name`."""
        return self.outer.verb(name)

    def act(self, verb: str) -> Mapping[str, Name]:
        """The arguments of the verb."""
        return self.outer.act(verb)

    def standing(self, of: Name, what: str) -> Name:
        """Of whom a fact outside holds; a line's own reference is followed through `fields`."""
        if of.path[:-1] != self.inner.path:
            return self.outer.standing(of, what)
        followed = f"{of.path[-1]}.{what}"
        if followed not in self.inner.fields:
            raise UnknownName(f"line.{followed}")
        return self.inner.fields[followed]

    def suggest(self, name: str) -> list[str]:
        """Fields and outer facts that look like `name`."""
        return (nearest(name, self.inner.fields) + self.outer.suggest(name))[:3]


@dataclass(frozen=True)
class InsideAct:
    """The names inside an earlier act: what it was given (`own`) and its day first, then what stands outside."""

    outer: Names
    own: Mapping[str, Name]

    @property
    def doer(self) -> Name:
        """Who did it."""
        return Name((ACT, "by"), Reference("person"), Label("办理人", "who did it"))

    def resolve(self, name: str) -> Name:
        """The act's own argument or day, else the outer fact."""
        if name == "happened_on":
            return Name((ACT, "happened_on"), Date(), Label("办理当日", "the day of the act"))
        try:
            return self.own[name] if name in self.own else self.outer.resolve(name)
        except UnknownName as unknown:
            raise UnknownName(name, lambda: self.suggest(name), is_ambiguous=unknown.is_ambiguous) from None

    def beyond(self, name: str) -> Name:
        """The fact called so outside the act."""
        return self.outer.resolve(name)

    def lines(self, name: str) -> LineList:
        """An act has no lines of its own."""
        raise UnknownName(name)

    def verb(self, name: str) -> Label:
        """Acts are not asked about acts."""
        raise UnknownName(name)

    def act(self, _verb: str) -> Mapping[str, Name]:
        """Nothing: acts are not asked about acts."""
        return {}

    def standing(self, of: Name, what: str) -> Name:
        """The roles that whoever did it held then; of facts outside as there."""
        if of.path[0] != ACT:
            return self.outer.standing(of, what)
        if of.path != self.doer.path or what != "role":
            raise UnknownName(f"{of.key}.{what}")
        kind = self.outer.resolve("actor.role").kind
        return Name((ACT, "role"), kind, Label("办理人当时的岗位", "the role of whoever did it then"))

    def suggest(self, name: str) -> list[str]:
        """Arguments and outer facts that look like `name`."""
        return (nearest(name, self.own) + self.outer.suggest(name))[:3]


@dataclass(frozen=True)
class Nested:
    """The names of a key (`each: {customer: {…}}`) inside those of what opened it (the trigger's arguments and object).

    The key's own facts (`own`) come first, then what stands outside, then what the key's links reach. The path of a
    name outside begins with `OUTSIDE`, for both may have a `company`; `says` gives its words, told from the key's.
    """

    inner: Names
    outer: Names
    own: frozenset[str]
    says: Callable[[Name], Label] = lambda name: name.label

    def resolve(self, name: str) -> Name:
        """The key's own fact, else the outer one, else one that the key's links reach."""
        if name in self.own:
            return self.inner.resolve(name)
        try:
            return self._outside(name)
        except UnknownName as unknown:
            if unknown.is_ambiguous:
                raise
        try:
            return self.inner.resolve(name)
        except UnknownName as unknown:
            raise UnknownName(name, lambda: self.suggest(name), is_ambiguous=unknown.is_ambiguous) from None

    def beyond(self, name: str) -> Name:
        """The fact called so outside."""
        return self._outside(name)

    def lines(self, name: str) -> LineList:
        """The key's lines."""
        return self.inner.lines(name)

    def verb(self, name: str) -> Label:
        """The words of a verb of the key's type."""
        return self.inner.verb(name)

    def act(self, verb: str) -> Mapping[str, Name]:
        """The arguments of a verb of the key's type."""
        return self.inner.act(verb)

    def standing(self, of: Name, what: str) -> Name:
        """Of whom a fact of the key, or one outside, holds."""
        if of.path[0] != OUTSIDE:
            return self.inner.standing(of, what)
        found = self.outer.standing(replace(of, path=of.path[1:]), what)
        return replace(found, path=(OUTSIDE, *found.path), label=self.says(found))

    def suggest(self, name: str) -> list[str]:
        """Facts of the key and outside that look like `name`."""
        return list(dict.fromkeys((*self.inner.suggest(name), *self.outer.suggest(name))))[:3]

    def _outside(self, name: str) -> Name:
        found = self.outer.resolve(name)
        return replace(found, path=(OUTSIDE, *found.path), label=self.says(found))
