"""Arguments for any verb, made from its declaration: what it needs, and where that is asked all its words."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Kind, Listing, Reference
from keguan.kernel.records.vocabulary import vocabulary

numbers = itertools.count(1)
Find = Callable[[str], UUID | None]
"""Some record of a type, to point to."""

UNTOLD = frozenset(("code", "digest", "table", "roles", "verbs"))
"""Words that must name something."""
KINDS: Mapping[str, Callable[[Kind], Any]] = {
    "text": lambda _: f"zq{next(numbers):06d}",
    "choice": lambda kind: next(iter(kind.options)),  # type: ignore[attr-defined]
    "boolean": lambda _: True,
    "integer": lambda _: 1,
    "number": lambda _: "1",
    "money": lambda _: {"amount": "10", "currency": "CNY"},
    "date": lambda _: "2026-05-20",
    "moment": lambda _: "2026-05-20T09:00:00+08:00",
    "phone": lambda _: f"139{next(numbers):08d}",
    "fields": lambda _: {"title": "x"},
}


def args_of(verb: Verb, find: Find, *, is_told: bool = False) -> dict[str, Any]:
    """The required arguments of the verb; `is_told`: with all its words and phone numbers."""
    return {one.name: value_of(one, find) for one in verb.arguments if one.required or (is_told and _is_words(one))}


def _is_words(argument: Argument) -> bool:
    kind = argument.kind.of if isinstance(argument.kind, Listing) else argument.kind
    return kind.name in ("text", "phone") and argument.name not in UNTOLD


def value_of(argument: Argument, find: Find) -> Any:
    """A value that the argument takes."""
    return _value(argument.kind, find)


def _value(kind: Kind, find: Find) -> Any:
    if isinstance(kind, Listing):
        return [_value(kind.of, find)]
    if isinstance(kind, Reference):
        found = find(kind.to) if kind.to in vocabulary.types else None
        return str(found or uuid4())
    if kind.name == "line":
        return str(uuid4())
    return KINDS[kind.name](kind)
