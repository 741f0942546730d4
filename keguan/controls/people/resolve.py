"""Finding the persons that people expressions mean, for lists of records, against the dated directory. Reads only.

Posts, vacancy, superiors and delegation come from the directory's spans; recusal, climbing and distinctness are here.
The number of statements depends on how deeply the expressions nest, never on the number of records.

- Whoever left means nobody, even where a fact still names him.
- *Recusal* (`but`) takes away persons and the seats that they hold: who stands in for a recused person is not asked in
  his place; where only the one who stands in is recused, the holder himself is asked. `who did` and facts in `but` mean
  the person; a role or `head @` in it means its holder and who stands in for him.
- *Climbing*: where recusal leaves nobody, the superiors of those recused are asked, and theirs, until somebody is left;
  unless `else` says who.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from keguan.controls.people import nodes
from keguan.controls.people.nodes import People
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.org.directory import superior_of
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key
from keguan.org.spans.reading import Sitting, Sittings, asked, distinct, look_up

ROUNDS = 40
Persons = tuple[UUID, ...]
Act = tuple[UUID, str]
WHO_DID = """
    select distinct on (o.object, o.verb) o.object, o.verb, e.actor, e.on_behalf_of
    from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%(objects)s) and o.verb = any(%(verbs)s) and e.actor is not null
"""
LAST = " order by o.object, o.verb, o.event desc"


@dataclass(frozen=True)
class Question:
    """Whom an expression means for one record; never those whom `but` means, nor those in `never`.

    `verb` is the act that is decided or owed: who stands in for somebody for some verbs only counts for these.
    """

    people: People
    scene: Scene
    but: People | None = None
    verb: str | None = None
    never: Persons = ()


@dataclass
class _Known:
    """What was answered so far, and what is still to be asked; `known`: as the directory stood at that moment."""

    at: dt.datetime
    known: dt.datetime | None = None
    seats: dict[Key, Sittings] = field(default_factory=dict)
    acts: dict[Act, Persons] = field(default_factory=dict)
    wanted: set[Key] = field(default_factory=set)
    wanted_acts: set[Act] = field(default_factory=set)

    def fetch(self, rows: Rows) -> bool:
        """Ask for everything wanted; gives whether anything was. Two statements at most."""
        if not self.wanted and not self.wanted_acts:
            return False
        self.seats.update(look_up(rows, self.wanted, self.at, self.known))
        if self.wanted_acts:
            self.acts.update(dict.fromkeys(self.wanted_acts, ()))
            params = {"objects": list({key for key, _ in self.wanted_acts}),
                      "verbs": list({verb for _, verb in self.wanted_acts}), "known": self.known}  # fmt: skip
            then = " and e.recorded_at <= %(known)s" if self.known else ""
            for row in rows.select(WHO_DID + then + LAST, params):
                principal = row["on_behalf_of"]
                self.acts[row["object"], row["verb"]] = (row["actor"], *([principal] if principal else []))
        self.wanted.clear()
        self.wanted_acts.clear()
        return True

    def seated(self, role: str, subject: UUID) -> Sittings:
        """Everybody in the answer to a question of the directory; none until it was fetched."""
        return self._ask((role, subject))

    def above(self, person: UUID) -> Sittings:
        """The superiors of a person."""
        unknown = {(SUPERIOR, person), (TOP, ANYWHERE)} - self.seats.keys()
        self.wanted |= unknown
        return () if unknown else superior_of(person, self.seats)

    def did(self, act: Act) -> Persons:
        """Who did the verb on the record last, and then in whose place."""
        if act not in self.acts:
            self.wanted_acts.add(act)
        return self.acts.get(act, ())

    def _ask(self, key: Key) -> Sittings:
        if key not in self.seats:
            self.wanted.add(key)
        return self.seats.get(key, ())


def resolve(
    rows: Rows, at: dt.datetime, questions: Sequence[Question], known: dt.datetime | None = None
) -> list[Persons]:
    """The persons each question means, without repeats, in the order of the expression; () where nobody is found."""
    return [tuple(one.person for one in found) for found in seated(rows, at, questions, known)]


def seated(
    rows: Rows, at: dt.datetime, questions: Sequence[Question], known: dt.datetime | None = None
) -> list[Sittings]:
    """The same with the seats: for whom each person acts, where it is not his own right."""
    notes = _Known(at, known)
    answers = [_answer(question, notes) for question in questions]
    for _ in range(ROUNDS):
        if not notes.fetch(rows):
            break
        answers = [_answer(question, notes) for question in questions]
    return answers


def _answer(question: Question, known: _Known) -> Sittings:
    reader = _Reader(question.scene, question.verb, known)
    recused = set(question.never) | (reader.named(question.but) if question.but is not None else set())
    found = reader.meant(question.people)
    return reader.left(found, recused, None) if recused else distinct(found)


@dataclass
class _Reader:
    """One expression for one record, as far as what is known goes."""

    scene: Scene
    verb: str | None
    known: _Known

    def meant(self, people: People) -> Sittings:  # noqa: PLR0911 – one case per node
        """Who is to be asked."""
        match people:
            case nodes.Role(role=role, unit=unit):
                place = ANYWHERE if unit is None else self.scene.get(unit.path)
                return self._asked(role, place) if place is not None else ()
            case nodes.Head(unit=unit):
                place = self.scene.get(unit.path)
                return self._asked(HEAD, place) if place else ()
            case nodes.Superior(of=of):
                below = dict.fromkeys(one.holder for one in self._holders(of))
                return self._join(asked(self.known.above(person), self.verb) for person in below)
            case nodes.WhoDid(verb=verb):
                return self._join(self._himself(person) for person in self.known.did((self.scene.id, verb))[:1])
            case nodes.Each(facts=facts, heads=of_units):
                listed = self.scene.get(facts.path) or ()
                return self._join(self._asked(HEAD if of_units else SELF, key) for key in listed)
            case nodes.PersonFact(fact=fact):
                person = self.scene.get(fact.path)
                return self._asked(SELF, person) if person else ()
            case nodes.Requester():
                return self._himself(self.scene.requester)
            case nodes.Named(person=person):
                return self._asked(SELF, person)
            case nodes.Actor():
                return () if self.scene.actor is None else (Sitting(self.scene.actor, self.scene.actor),)
            case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
                return self._join(self.meant(one) for one in of)
            case nodes.Recusal(who=who, but=but, otherwise=otherwise):
                return self.left(self.meant(who), self.named(but), otherwise)

    def left(self, found: Sittings, recused: Collection[UUID], otherwise: People | None) -> Sittings:
        """Who is left when these are recused: of those found, else of `otherwise`, else of their superiors."""
        left = self._without(found, recused)
        if left:
            return left
        if otherwise is not None:
            return self._without(self.meant(otherwise), recused)
        climbed: set[UUID] = set()
        below = list(dict.fromkeys(one.holder for one in found))
        while below and not left:
            climbed.update(below)
            above = self._join(self.known.above(person) for person in below)
            left = self._without(asked(above, self.verb), recused)
            below = list(dict.fromkeys(one.holder for one in above if one.holder not in climbed))
        return left

    def named(self, people: People) -> set[UUID]:  # noqa: PLR0911 – one case per node
        """Everybody an expression in `but` speaks of: the persons themselves, holders and who stands in for them."""
        match people:
            case nodes.PersonFact(fact=fact):
                return _one(self.scene.get(fact.path))
            case nodes.Requester():
                return _one(self.scene.requester)
            case nodes.Actor():
                return _one(self.scene.actor)
            case nodes.WhoDid(verb=verb):
                return set(self.known.did((self.scene.id, verb)))
            case nodes.Each(facts=facts, heads=False):
                return set(self.scene.get(facts.path) or ())
            case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
                return {person for one in of for person in self.named(one)}
            case _:
                return {person for one in self.meant(people) for person in (one.person, one.holder)}

    def _holders(self, people: People) -> Sittings:
        """Whose superiors are meant: a fact's person himself, also where somebody stands in for him or he has left."""
        match people:
            case nodes.PersonFact(fact=fact):
                return tuple(Sitting(person, person) for person in _one(self.scene.get(fact.path)))
            case nodes.Requester():
                return tuple(Sitting(person, person) for person in _one(self.scene.requester))
            case _:
                return self.meant(people)

    def _asked(self, role: str, subject: UUID) -> Sittings:
        return asked(self.known.seated(role, subject), self.verb)

    def _himself(self, person: UUID | None) -> Sittings:
        """The person, while he works here; never somebody in his place."""
        if person is None or not self.known.seated(SELF, person):
            return ()
        return (Sitting(person, person),)

    def _without(self, found: Iterable[Sitting], recused: Collection[UUID]) -> Sittings:
        left = []
        for one in found:
            if one.holder in recused:
                continue
            if one.person in recused:
                left.append(Sitting(one.holder, one.holder, "held"))
            else:
                left.append(one)
        return self._join([tuple(left)])

    def _join(self, several: Iterable[Sittings]) -> Sittings:
        return distinct(one for some in several for one in some)


def _one(person: UUID | None) -> set[UUID]:
    return {person} if person else set()
