"""Conditions: negated, a test dropped or turned round. Bounds are moved by `figures`, over a whole table at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.mutation.edits import GONE, Around, Edit, exchanged, left_out
from keguan.policies.mutation.figures import BAND, ORDER, steps

PAIRED = {"at_least": "of", "every": "have", "sum": "is", "count": "is"}
PARTNERS = frozenset(PAIRED.values())
NESTED = frozenset({"all", "any", "none", "of", "have"})
ACTS = frozenset({"done", "not_done"})
TURNED = {
    "set": "empty", "empty": "set", "any": "all", "all": "any", "done": "not_done", "not_done": "done",
    "this": "last", "last": "this",
}  # fmt: skip


def negated(value: Any, _around: Around) -> Iterator[Edit]:
    """The whole condition holds where it did not; of one plain test, `tests` says the same."""
    if isinstance(value, Mapping) and len(value) == 1:
        [(key, inner)] = value.items()
        if key not in NESTED and any(not edit.path for edit in _value(inner)):
            return
    yield Edit(
        (), {"none": value if isinstance(value, list) else [value]}, Label("条件取反", "the condition is negated")
    )


def tests(value: Any, around: Around) -> Iterator[Edit]:
    """Each test inside dropped, and each value turned round."""
    if isinstance(value, Mapping):
        yield from _map(value, around)
    elif isinstance(value, list):
        for i, part in enumerate(value):
            if len(value) > 1:
                yield Edit((i,), GONE, left_out(part))
            yield from (edit.under(i) for edit in tests(part, around))


def populations(value: Any, around: Around) -> Iterator[Edit]:
    """The same for `each: {type: condition}`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (edit.under(name) for edit in tests(inner, around))


def _map(value: Mapping[str, Any], around: Around) -> Iterator[Edit]:
    count = sum(key not in PARTNERS for key in value)
    for key, inner in value.items():
        partner = PAIRED.get(key)
        paired = partner if partner in value else None
        if key in PARTNERS and any(first in value for first, second in PAIRED.items() if second == key):
            yield from (edit.under(key) for edit in (tests(inner, around) if key in NESTED else ()))
            continue
        if count > 1:
            rest = {name: part for name, part in value.items() if name not in (key, paired)}
            yield Edit((), rest, left_out({name: value[name] for name in (key, paired) if name is not None}))
        if key in ("any", "all", *ACTS):
            rest = {TURNED.get(name, name) if name == key else name: part for name, part in value.items()}
            yield Edit((), rest, exchanged(key, TURNED[key]))
        if key == "at_least":
            yield from (edit.under(key) for edit in steps(inner, around))
        elif key in NESTED or isinstance(inner, Mapping):
            yield from (edit.under(key) for edit in tests(inner, around))
        elif paired is None and key not in ACTS and key != "covered_by":
            yield from (edit.under(key) for edit in _value(inner))


def _value(value: Any) -> Iterator[Edit]:
    """A test of a fact turned round; orders and bands have their bounds moved instead."""
    if isinstance(value, bool):
        yield Edit((), not value, exchanged(value, not value))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            if len(value) > 1:
                yield Edit((i,), GONE, left_out(part))
    elif isinstance(value, int):
        yield Edit((), f"!= {value}", exchanged(value, f"!= {value}"))
    elif isinstance(value, str) and not ORDER.fullmatch(value) and not BAND.fullmatch(value):
        new = _turned(value.strip())
        yield Edit((), new, exchanged(value, new))


def _turned(text: str) -> str:
    if text in TURNED:
        return TURNED[text]
    head, _, rest = text.replace("_", " ").partition(" ")
    if head in ("this", "last") and rest in ("day", "week", "month", "quarter", "year"):
        return f"{TURNED[head]}_{rest}"
    for sign in ("!= ", "!=", "not "):
        if text.startswith(sign):
            return text.removeprefix(sign).strip()
    return f"!= {text}" if text.startswith(("$", "@")) else f"not {text}"
