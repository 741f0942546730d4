"""The marks of a clock: what happened to it and when, as its row keeps them. Pure data; decides nothing."""

import datetime as dt
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that starts a clock, with the moment it is due by its term alone."""

    at: dt.datetime
    due_at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The act that was owed."""

    at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Something that ends a clock without the act."""

    at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """From here its time stands still."""

    at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """From here its time runs again; `due_at` where it is known already."""

    at: dt.datetime
    due_at: dt.datetime | None = None
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """More time was given: by a term (its text), or until a moment; `due_at` where it is known already."""

    at: dt.datetime
    due_at: dt.datetime | None = None
    event: UUID | None = None
    term: str | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A recalculation: by another calendar or version it is due then."""

    at: dt.datetime
    due_at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """The company forgoes what is owed: for good, or until a moment."""

    at: dt.datetime
    event: UUID | None = None
    until: dt.datetime | None = None


Modifier: typing.TypeAlias = Pause | Resume | Extension | Moved | Waiver
Mark: typing.TypeAlias = Opening | Closing | Cancel | Modifier

KINDS: Mapping[str, type[Mark]] = {
    "open": Opening, "close": Closing, "cancel": Cancel, "pause": Pause, "resume": Resume, "extend": Extension,
    "move": Moved, "waive": Waiver,
}  # fmt: skip
SHIFTING = frozenset(("pause", "resume", "extend"))
_NAMES = {made: name for name, made in KINDS.items()}
_MOMENTS = ("at", "due_at", "until")


def written(mark: Mark) -> dict[str, Any]:
    """The mark as a row keeps it."""
    body: dict[str, Any] = {"kind": _NAMES[type(mark)]}
    for name in mark.__slots__:
        value = getattr(mark, name)
        if value is not None:
            body[name] = value.isoformat() if name in _MOMENTS else str(value)
    return body


def read(body: Mapping[str, Any]) -> Mark | None:
    """The inverse of `written`; nothing for what a row notes beside the marks (judgements, hand-overs)."""
    made = KINDS.get(body["kind"])
    if made is None:
        return None
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name in _MOMENTS:
            values[name] = dt.datetime.fromisoformat(value)
        elif name == "event":
            values[name] = UUID(value)
        elif name == "term":
            values[name] = value
    return made(**values)


def read_all(bodies: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """The marks among what a row notes, in their order."""
    return [mark for body in bodies if (mark := read(body)) is not None]


def shifting(bodies: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """Those of the marks that move a due moment: pauses, resumptions, extensions."""
    return read_all(body for body in bodies if body["kind"] in SHIFTING)
