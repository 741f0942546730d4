"""Who must follow when the company's own records change: rulebooks hold calendars, and calendars hang on the tree.

Rulebooks stand above this app and register here; a follower says in the same work what else becomes true.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import Work

Moves = Sequence[tuple[Item, UUID | None]]
Follower = Callable[[Work, Item, Mapping[UUID, UUID | None], Mapping[str, Any] | None], None]

_followers: list[Follower] = []


def add_follower(follower: Follower) -> None:
    """Call this with the work, its last item, the new parents by unit, and the company's calendar where it is new."""
    if follower not in _followers:
        _followers.append(follower)


def units_moved(work: Work, moves: Moves) -> None:
    """These units now stand under these parents; those whose item is refused do not."""
    going = [(item, parent) for item, parent in moves if work.draft(item).refused is None]
    if going:
        for follower in _followers:
            follower(work, going[-1][0], {item.id: parent for item, parent in going}, None)


def company_works(work: Work, item: Item, spec: Mapping[str, Any]) -> None:
    """The company has come into being with this calendar."""
    for follower in _followers:
        follower(work, item, {}, spec)
