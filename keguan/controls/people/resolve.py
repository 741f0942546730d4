"""Finding the persons that people expressions mean, for lists of records, against the dated directory. Reads only.

The number of statements depends on how deeply the expressions nest, never on the number of records.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from keguan.controls.people import nodes
from keguan.controls.people.nodes import People
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.org.directory import Pair, heads, holders, superiors

ROUNDS = 8
Persons = tuple[UUID, ...]
Key = TypeVar("Key")
WHO_DID = """
    select distinct on (o.object, o.verb) o.object, o.verb, e.actor
    from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%s) and o.verb = any(%s) and e.actor is not null
    order by o.object, o.verb, o.event desc
"""


@dataclass(frozen=True)
class Question:
    """Whom an expression means for one record; never those whom `but` means."""

    people: People
    scene: Scene
    but: People | None = None


@dataclass
class _Known:
    """What the directory has answered so far, and what is still to be asked."""

    roles: dict[Pair, Persons] = field(default_factory=dict)
    heads: dict[UUID, Persons] = field(default_factory=dict)
    superiors: dict[UUID, Persons] = field(default_factory=dict)
    acts: dict[tuple[UUID, str], Persons] = field(default_factory=dict)
    wanted_roles: set[Pair] = field(default_factory=set)
    wanted_heads: set[UUID] = field(default_factory=set)
    wanted_superiors: set[UUID] = field(default_factory=set)
    wanted_acts: set[tuple[UUID, str]] = field(default_factory=set)

    def fetch(self, rows: Rows, at: dt.datetime) -> bool:
        """Ask for everything wanted; gives whether anything was."""
        wanted = (self.wanted_roles, self.wanted_heads, self.wanted_superiors, self.wanted_acts)
        if not any(wanted):
            return False
        if self.wanted_roles:
            self.roles.update(holders(rows, self.wanted_roles, at))
        if self.wanted_heads:
            self.heads.update(dict.fromkeys(self.wanted_heads, ()) | heads(rows, self.wanted_heads, at))
        if self.wanted_superiors:
            found = superiors(rows, self.wanted_superiors, at)
            self.superiors.update(dict.fromkeys(self.wanted_superiors, ()) | found)
        if self.wanted_acts:
            self.acts.update(dict.fromkeys(self.wanted_acts, ()))
            objects, verbs = {key for key, _ in self.wanted_acts}, {verb for _, verb in self.wanted_acts}
            for row in rows.select(WHO_DID, [list(objects), list(verbs)]):
                self.acts[row["object"], row["verb"]] = (row["actor"],)
        for one in wanted:
            one.clear()
        return True


def resolve(rows: Rows, at: dt.datetime, questions: Sequence[Question]) -> list[Persons]:
    """The persons each question means, without repeats, in the order of the expression; () where nobody is found."""
    known = _Known()
    for _ in range(ROUNDS):
        found = [_answer(question, known) for question in questions]
        if not known.fetch(rows, at):
            return found
    return [_answer(question, known) for question in questions]


def _answer(question: Question, known: _Known) -> Persons:
    found = _persons(question.people, question.scene, known)
    if question.but is None:
        return found
    recused = _persons(question.but, question.scene, known)
    return tuple(person for person in found if person not in recused)


def _persons(people: People, scene: Scene, known: _Known) -> Persons:  # noqa: C901, PLR0911, PLR0912 – one case per node
    match people:
        case nodes.Role(role=role, unit=unit):
            if unit is None:
                return _ask((role, None), known.roles, known.wanted_roles)
            place = scene.get(unit.path)
            return _ask((role, place), known.roles, known.wanted_roles) if place else ()
        case nodes.Head(unit=unit):
            place = scene.get(unit.path)
            return _ask(place, known.heads, known.wanted_heads) if place else ()
        case nodes.Superior(of=of):
            below = _persons(of, scene, known)
            return _distinct(_ask(person, known.superiors, known.wanted_superiors) for person in below)
        case nodes.WhoDid(verb=verb):
            return _ask((scene.id, verb), known.acts, known.wanted_acts)
        case nodes.Each(facts=facts, heads=of_units):
            listed = scene.get(facts.path) or ()
            if not of_units:
                return tuple(dict.fromkeys(listed))
            return _distinct(_ask(unit, known.heads, known.wanted_heads) for unit in listed)
        case nodes.PersonFact(fact=fact):
            return _one(scene.get(fact.path))
        case nodes.Requester():
            return _one(scene.requester)
        case nodes.Actor():
            return _one(scene.actor)
        case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
            return _distinct(_persons(one, scene, known) for one in of)
        case nodes.Recusal(who=who, but=but, otherwise=otherwise):
            recused = _persons(but, scene, known)
            left = tuple(person for person in _persons(who, scene, known) if person not in recused)
            if left or otherwise is None:
                return left
            return tuple(person for person in _persons(otherwise, scene, known) if person not in recused)


def _ask(key: Key, known: dict[Key, Persons], wanted: set[Key]) -> Persons:
    if key in known:
        return known[key]
    wanted.add(key)
    return ()


def _one(person: UUID | None) -> Persons:
    return (person,) if person else ()


def _distinct(several: Iterable[Persons]) -> Persons:
    return tuple(dict.fromkeys(person for some in several for person in some))
