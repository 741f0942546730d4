"""Who owes and who is asked once posts, people or delegations have changed: computed anew, for lists. Writes nothing.

Whoever owns the rows (obligations, steps of approvals) hands them in and writes what comes back.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from keguan.controls.people import nodes
from keguan.controls.people.nodes import People, references, walk
from keguan.org.spans import HEAD

Line = dict[str, object]
SEVERAL = (nodes.AnyOf, nodes.AllOf, nodes.Some, nodes.Recusal, nodes.Superior)


def is_concerned(expressions: Iterable[People], roles: Collection[str], *, is_recused: bool = False) -> bool:
    """Whether a change of these roles can bring somebody in beside people who did not change.

    Where an expression names one role, one head or one person, a change shows in the persons themselves: whoever held
    it before is gone or still among them. Where it names several, or recuses, somebody may join or come back.
    """
    for people in expressions:
        names = references(people).roles & set(roles)
        has_heads = HEAD in roles and any(isinstance(node, nodes.Head | nodes.Each) for node in walk(people))
        if (is_recused or isinstance(people, SEVERAL)) and (names or has_heads or _climbs(people)):
            return True
    return False


def _climbs(people: People) -> bool:
    return any(isinstance(node, nodes.Recusal | nodes.Superior) for node in walk(people))


def changed(before: Sequence[UUID], after: Sequence[UUID]) -> bool:
    """Whether others are meant than before; the order of the same people is no change."""
    return set(before) != set(after)


def newly(before: Iterable[UUID], after: Iterable[UUID]) -> list[UUID]:
    """Those who are meant now and were not before."""
    known = set(before)
    return [person for person in dict.fromkeys(after) if person not in known]
