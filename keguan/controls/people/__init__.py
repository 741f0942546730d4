"""Who a control means: the grammar of people, its tree, and its words. Finding the persons is the directory's work.

- `parse_people(raw, names, roles, where) -> People` (`PeopleFault` with line and cure).
- `people_label(people, role_labels) -> Label`, `people_sentence(people, language, role_labels) -> str`.
- `references(people) -> References(roles, facts, verbs)`; `walk(people)` gives every node, outermost first.
- Nodes: `Role(role, unit)`, `Head(unit)`, `Superior(of)`, `WhoDid(verb, label)`, `Each(facts, heads)`,
  `PersonFact(fact)`, `Requester()`, `Actor()`, `AnyOf(of)`, `AllOf(of)`, `Some(count, of)`,
  `Recusal(who, but, otherwise)`. Facts in them are `conditions.Name`.
"""

from keguan.controls.conditions.faults import PeopleFault
from keguan.controls.people.nodes import (
    Actor,
    AllOf,
    AnyOf,
    Each,
    Head,
    People,
    PersonFact,
    Recusal,
    References,
    Requester,
    Role,
    Some,
    Superior,
    WhoDid,
    references,
    walk,
)
from keguan.controls.people.reading import parse_people
from keguan.controls.people.sentences import people_label, people_sentence

__all__ = [
    "Actor",
    "AllOf",
    "AnyOf",
    "Each",
    "Head",
    "People",
    "PeopleFault",
    "PersonFact",
    "Recusal",
    "References",
    "Requester",
    "Role",
    "Some",
    "Superior",
    "WhoDid",
    "parse_people",
    "people_label",
    "people_sentence",
    "references",
    "walk",
]
