"""One change at one place of a parsed form, and what a place may ask about its surroundings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.faults import Path


class Gone(Enum):
    """What stands for a part that is left out."""

    GONE = "gone"


GONE = Gone.GONE


@dataclass(frozen=True)
class Edit:
    """A part of a form as it is to be instead (`GONE`: left out), where it stands, and what that means in words."""

    path: Path
    value: Any
    says: Label

    def under(self, *steps: str | int) -> "Edit":
        """The same edit, seen from further outside."""
        return replace(self, path=(*steps, *self.path))


@dataclass(frozen=True)
class Around:
    """What operators may ask: figures of parameters by name, and for each role another that other people hold."""

    figures: Mapping[str, str]
    others: Mapping[str, str]


Operator = Callable[[Any, Around], Iterable[Edit]]


def edited(form: Any, path: Path, value: Any) -> Any:
    """A copy of the form with the part at the path exchanged or left out; everything else is shared."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        new = edited(form[step], rest, value)
        return [*form[:step], *(() if new is GONE else (new,)), *form[step + 1 :]]
    found = dict(form)
    new = edited(form.get(step), rest, value)
    if new is GONE:
        del found[step]
    else:
        found[step] = new
    return found


def exchanged(old: Any, new: Any) -> Label:
    """Words for one text in another's place."""
    return Label(f"{shown(old)} 改为 {shown(new)}", f"{shown(old)} becomes {shown(new)}")


def left_out(what: Any) -> Label:
    """Words for what is not there any more."""
    return Label(f"删去 {shown(what)}", f"{shown(what)} is left out")


def shown(value: Any) -> str:
    """A part of a form in one line, as its owner would write it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def whole(value: Any, _around: Around) -> Iterator[Edit]:
    """The whole part left out."""
    yield Edit((), GONE, left_out(value))


def members(value: Any, _around: Around) -> Iterator[Edit]:
    """Each member of a list left out; one alone stays, because a list is not written to be empty."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 1:
        for i, member in enumerate(value):
            yield Edit((i,), GONE, left_out(member))


def optional(value: Any, around: Around) -> Iterator[Edit]:
    """Each member of a list or map left out; the last one, and what is no list, with its key."""
    if isinstance(value, Mapping) and len(value) > 1:
        for key, member in value.items():
            yield Edit((key,), GONE, left_out({key: member}))
    elif isinstance(value, list) and len(value) > 1:
        yield from members(value, around)
    else:
        yield from whole(value, around)
