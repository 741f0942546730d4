"""The table of operators over the grammar: what is done to a control's form under which key.

A form is walked from outside inwards. What stands under conditions and people is their operators' own; the rest is
walked on. A key that has no row is walked on too, and a bare number there is a figure.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from keguan.policies.mutation.conditions import negated, populations, tests
from keguan.policies.mutation.edits import Around, Edit, Operator, exchanged, members, optional, whole
from keguan.policies.mutation.figures import bounds, stepped, steps
from keguan.policies.mutation.people import people
from keguan.policies.mutation.rows import swapped

WORDS = frozenset({"id", "rules", "trial", "overrides", "says", "text", "title", "name", "sets", "per", "on", "via"})
"""Names and texts: nothing here decides."""

INSTEAD = {
    "effect": {"refuse": "warn", "warn": "record"},
    "how": {"authority": "consent", "consent": "authority"},
    "scope": {"own": "all", "team": "own", "department": "team", "all": "own"},
    "again": {"ignore": "restart", "restart": "ignore", "another": "ignore"},
    "counts": {"act": "request", "request": "act"},
    "choose": {"lowest": "highest", "highest": "lowest"},
}
OUTER = frozenset({"table", "stages", "round"})
VERBS = frozenset({("stages", "by"), ("round", "by")})
"""Where `by` names the verb that enters a stage, and no people."""

UNSAID = {"requirement": {"effect": "refuse"}, "prohibition": {"effect": "refuse"}}
"""What holds where a form leaves a key out and its mutation matters."""


def flipped(value: Any, _around: Around) -> Iterator[Edit]:
    """Yes for no."""
    if isinstance(value, bool):
        yield Edit((), not value, exchanged(value, not value))


def dropped_row(value: Any, around: Around) -> Iterator[Edit]:
    """A row dropped; of what is not a list of rows, nothing."""
    if isinstance(value, list):
        yield from members(value, around)


def lengthened(value: Any, _around: Around) -> Iterator[Edit]:
    """A text that is no figure, such as a pattern of numbers, a letter longer."""
    if isinstance(value, str) and value and stepped(value, 1) is None and not value.startswith(("@", "$")):
        yield Edit((), value + value[-1], exchanged(value, value + value[-1]))


CONDITION: tuple[Operator, ...] = (whole, negated, tests, bounds)
PEOPLE: tuple[Operator, ...] = (people,)
OPERATORS: Mapping[str, tuple[Operator, ...]] = {
    # conditions
    "when": CONDITION, "unless": (whole, tests, bounds), "while": CONDITION, "where": CONDITION, "skip": CONDITION,
    "that": (negated, tests, bounds), "hold": (negated, tests, bounds), "share": (negated, tests, bounds),
    "knock_out": (whole, tests, bounds), "each": (populations, bounds), "target": (whole, bounds),
    "check": (whole, bounds), "limit": (whole, steps),
    # people
    "by": PEOPLE, "to": PEOPLE, "tell": PEOPLE, "hand_to": (whole, people), "notify": PEOPLE, "who": PEOPLE,
    "but": (whole, people), "override_by": (whole, people), "signatures": PEOPLE,
    # terms, days and figures
    "within": (steps, dropped_row, swapped), "before": (steps,), "timeout": (whole, steps), "every": (steps,),
    "at": (steps,), "from": (steps,), "until": (whole, steps), "is": (steps, flipped),
    # rows
    "table": (bounds, dropped_row, swapped), "steps": (dropped_row, swapped, people), "stages": (dropped_row,),
    "escalate": (optional,), "remind": (optional,),
    # members
    "fields": (members,), "may": (members,), "see": (members,), "export": (optional,), "mask": (optional,),
    "of": (members,), "do": (members,), "cancel": (optional,), "back": (optional,), "count": (members,),
    "after": (members, steps), "seen_in": (members,), "copies": (dropped_row,), "with": (optional,),
    # parts of their own
    "pause": (whole,), "extend": (optional,), "also": (whole,), "then": (whole,), "round": (whole,),
    "in_order": (flipped,), "holds": (flipped,), "only": (flipped,), "sample": (whole, steps),
}  # fmt: skip
CLOSED = frozenset(
    key for key, found in OPERATORS.items() if any(one in (tests, people, populations, bounds) for one in found)
) - {"table"}
"""Keys whose operators look inside by themselves."""


def edits_of(engine: str, form: Mapping[str, Any], around: Around) -> Iterator[Edit]:
    """Every edit of a control's form."""
    for key, value in UNSAID.get(engine, {}).items():
        if key not in form:
            instead = INSTEAD[key][value]
            yield Edit((key,), instead, exchanged(value, instead))
    yield from _inside(form, around)


def _inside(part: Any, around: Around, above: str = "") -> Iterator[Edit]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key not in WORDS and (above, key) not in VERBS:
                yield from (edit.under(key) for edit in _at(key, value, around, above))
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from (edit.under(i) for edit in _inside(value, around, above))
    elif isinstance(part, int):
        yield from flipped(part, around)
        yield from steps(part, around)


def _at(key: str, value: Any, around: Around, above: str) -> Iterator[Edit]:
    if key == "fields" and isinstance(value, Mapping):
        # what stands here are names of a register's fields: one called `sample` is no sample
        yield from (edit.under(name) for name, field in value.items() for edit in _inside(field, around))
        return
    if isinstance(value, str) and (instead := INSTEAD.get(key, {}).get(value)):
        yield Edit((), instead, exchanged(value, instead))
    # the rows of a table are one condition: their bounds are moved together, and none of them may hold always
    if key == "is" and not above:
        yield from lengthened(value, around)
    for operator in (tests,) if above == "table" and key == "when" else OPERATORS.get(key, ()):
        yield from operator(value, around)
    if key == "extend" and isinstance(value, Mapping):
        yield from (edit.under(act) for act, term in value.items() for edit in steps(term, around))
    elif key not in CLOSED and (key not in OPERATORS or isinstance(value, Mapping | list)):
        yield from _inside(value, around, key if key in OUTER else above)
