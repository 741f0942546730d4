"""Who holds which role where, on a day: read through `rows`, for lists, with a fixed number of statements.

A post is held on a day from `starts_on` up to but without `ends_on`, by somebody who has not left, in a unit that is
open. Days are those of the company's zone. Nothing here writes.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

Pair = tuple[str, UUID | None]


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as policies see him: roles, units of his posts, these with all below, units headed, roles by unit."""

    person: UUID
    name: str
    roles: frozenset[str] = frozenset()
    units: frozenset[UUID] = frozenset()
    units_below: frozenset[UUID] = frozenset()
    heads: frozenset[UUID] = frozenset()
    role_units: frozenset[tuple[str, UUID]] = frozenset()


def profiles(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, Profile]:
    """The profile of each person at `at`; people who do not exist are left out. Two statements."""
    raise NotImplementedError


def holders(rows: "Rows", pairs: Collection[Pair], at: dt.datetime) -> dict[Pair, tuple[UUID, ...]]:
    """Who holds each role: in the unit or the nearest above that has a holder; without a unit, anywhere.

    Every pair asked for is in the answer; the holders stand in the order of taking up the post. Two statements.
    """
    raise NotImplementedError


def heads(rows: "Rows", units: Collection[UUID], at: dt.datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Who heads each unit; while nobody does, whoever heads the nearest unit above. Two statements."""
    raise NotImplementedError


def superiors(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Each person's superior: the head of his unit; of a head, the head of the nearest unit above that has another.

    Several posts may mean several superiors. Where the tree gives nobody, the head of the company (of a unit without
    parent); the head of the company has none. Three statements.
    """
    raise NotImplementedError
