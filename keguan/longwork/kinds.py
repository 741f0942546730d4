"""The kinds of long work there are, each registered by its own package when its app is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work, named after its record type.

    `running` gives the records that are to be carried on, oldest first; `carry_on` takes one to its end, or until it is
    stopped, and gives the stage it is in then. Carrying one on twice at once must be harmless.
    """

    name: str
    running: Callable[[], list[UUID]]
    carry_on: Callable[[UUID], str]


kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known to the worker."""
    kinds[kind.name] = kind
