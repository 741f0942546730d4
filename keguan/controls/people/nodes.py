"""Who: the tree of a people expression. Frozen; resolution against dated posts is done elsewhere, node by node.

Facts stand as `Name` (path, kind, words), so that a resolver reads them as a condition does.
"""

import typing
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.conditions.names import Name
from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Role:
    """Whoever holds the role: in the company, or (`role @ unit_fact`) in the unit the fact holds."""

    role: str
    unit: Name | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the unit a fact holds (`head @ case.department`)."""

    unit: Name


@dataclass(frozen=True, slots=True)
class Superior:
    """The superior of each person found by `of`."""

    of: "People"


@dataclass(frozen=True, slots=True)
class WhoDid:
    """Who did the verb on this object, last."""

    verb: str
    label: Label


@dataclass(frozen=True, slots=True)
class Each:
    """Each member of a list fact: persons themselves, or (`heads`) the head of each unit. All of them are meant."""

    facts: Name
    heads: bool


@dataclass(frozen=True, slots=True)
class PersonFact:
    """The person a fact holds (`case.owner`)."""

    fact: Name


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked for the approval."""


@dataclass(frozen=True, slots=True)
class Named:
    """This very person, or who stands in for him. No policy names people: approvers are brought in so."""

    person: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Who runs the command."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any one of these (`[a, b]`)."""

    of: tuple["People", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these, distinct persons (`{all: [a, b]}`)."""

    of: tuple["People", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """`count` distinct persons of these (`{some: 2, of: [a, b, c]}`)."""

    count: int
    of: tuple["People", ...]


@dataclass(frozen=True, slots=True)
class Recusal:
    """`who`, except the persons in `but`; when nobody is left, `otherwise` (None: nobody, a fault of the company)."""

    who: "People"
    but: "People"
    otherwise: "People | None" = None


People: typing.TypeAlias = (
    Role | Head | Superior | WhoDid | Each | PersonFact | Requester | Named | Actor | AnyOf | AllOf | Some | Recusal
)


def walk(people: People) -> typing.Iterator[People]:
    """The node and everything below it, outermost first."""
    yield people
    below: tuple[People | None, ...] = ()
    match people:
        case AnyOf(of=of) | AllOf(of=of) | Some(of=of):
            below = of
        case Superior(of=one):
            below = (one,)
        case Recusal(who=who, but=but, otherwise=otherwise):
            below = (who, but, otherwise)
        case _:
            pass
    for part in below:
        if part is not None:
            yield from walk(part)


@dataclass(frozen=True, slots=True)
class References:
    """What an expression speaks of, for static checks and load plans."""

    roles: frozenset[str]
    facts: frozenset[tuple[str, ...]]
    verbs: frozenset[str]


def references(people: People) -> References:
    """The roles, fact paths and verbs an expression uses."""
    roles, facts, verbs = set[str](), set[tuple[str, ...]](), set[str]()
    for node in walk(people):
        match node:
            case Role(role=role, unit=unit):
                roles.add(role)
                if unit:
                    facts.add(unit.path)
            case Head(unit=fact) | PersonFact(fact=fact) | Each(facts=fact):
                facts.add(fact.path)
            case WhoDid(verb=verb):
                verbs.add(verb)
            case _:
                pass
    return References(frozenset(roles), frozenset(facts), frozenset(verbs))
