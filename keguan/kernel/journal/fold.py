"""The state of records as the journal alone tells it: `changes` and `lines` of their events, folded in order.

What stood in a payload that was erased is unknown until an event says it again; the erasure itself says what it left.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.kinds import Kind, Listing, Moment, MoneyKind, Number
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

STREAMS = """
    select o.object, o.n, o.type, e.id as event, e.verb, e.envelope, p.body as payload,
        e.payload_digest is not null and p.event is null as is_gone
    from kernel_event_object o
    join kernel_event e on e.id = o.event
    left join kernel_payload p on p.event = e.id
    where o.touched and {which}
    order by o.object, o.n
"""
ANYTHING = "*"
Line = dict[str, Any]


@dataclass
class State:
    """One record, folded so far: facts as journal JSON (declared ones as `extra.x`), lines, what cannot be known.

    `unknown` names facts whose last value was erased; `*` stands for any declared field. `before` are facts of which
    an event said another value before it than the journal did: (event, fact, in the journal, in the event).
    """

    type: str
    n: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    lines: dict[str, dict[str, Line]] = field(default_factory=dict)
    unknown_lines: dict[str, set[str]] = field(default_factory=dict)
    before: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    is_erased: bool = False

    def copy_facts(self) -> "State":
        """The facts as they stand, apart from what follows."""
        return State(self.type, self.n, dict(self.facts), set(self.unknown))


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the stream of one record."""

    object: str
    n: int
    type: str
    event: UUID
    verb: str
    public: Mapping[str, Any]
    private: Mapping[str, Any]
    is_gone: bool

    @property
    def is_main(self) -> bool:
        """Whether the event is the record's own: it stands first among the event's objects."""
        return str(self.public["objects"][0][2]) == self.object


def streams(rows: Rows, which: str, params: Sequence[Any]) -> Iterator[tuple[UUID, Iterator[Entry]]]:
    """The streams of the records that `which` (a condition on `o.object`) names, one after the other, in order.

    Each must be read to its end before the next.
    """
    found = rows.stream(STREAMS.format(which=which), params)
    row = next(found, None)
    while row is not None:
        key = row["object"]
        rest: list[dict[str, Any] | None] = [None]
        yield key, _one(key, row, found, rest)
        row = rest[0]


def _one(
    key: UUID, first: dict[str, Any], found: Iterator[dict[str, Any]], rest: list[dict[str, Any] | None]
) -> Iterator[Entry]:
    row: dict[str, Any] | None = first
    while row is not None and row["object"] == key:
        yield Entry(
            str(key), row["n"], row["type"], row["event"], row["verb"], json.loads(row["envelope"]),
            json.loads(row["payload"]) if row["payload"] else {}, row["is_gone"],
        )  # fmt: skip
        row = next(found, None)
    rest[0] = row


def apply(state: State, entry: Entry) -> None:
    """Let the event change the state."""
    state.n = entry.n
    if entry.is_gone:
        _forget(state, entry)
    for part in (entry.public, entry.private):
        for name, (was, now) in part.get("changes", {}).get(entry.object, {}).items():
            _change(state, entry, name, was, now)
        if entry.is_main:
            for name, lines in part.get("lines", {}).items():
                _change_lines(state.lines.setdefault(name, {}), lines, state.unknown_lines)
    emptied = entry.public.get("emptied", {}).get(state.type)
    if emptied is not None:
        _erase(state, emptied)


def _change(state: State, entry: Entry, name: str, was: Any, now: Any) -> None:
    if name in state.unknown:
        state.unknown.discard(name)
    elif not same(kind_of(state.type, name), state.facts.get(name), was) and not _is_declared_unknown(state, name):
        state.before.append((str(entry.event), name, state.facts.get(name), was))
    state.facts[name] = now


def _is_declared_unknown(state: State, name: str) -> bool:
    return "." in name and ANYTHING in state.unknown and name not in state.facts


def _change_lines(known: dict[str, Line], lines: Sequence[Any], unknown: dict[str, set[str]]) -> None:
    for how, key, values in lines:
        if how == "remove":
            known.pop(key, None)
            unknown.pop(key, None)
        else:
            known.setdefault(key, {}).update(values)
            unknown.get(key, set()).difference_update(values)


def _forget(state: State, entry: Entry) -> None:
    """The payload is gone: any personal fact may have been changed by this event, and the lines it names."""
    record_type = vocabulary.types[state.type]
    state.unknown |= {fact.name for fact in record_type.facts if is_private(fact)}
    if record_type.declared:
        state.unknown.add(ANYTHING)
    if entry.is_main:
        for name, lines in entry.public.get("lines", {}).items():
            hidden = {fact.name for fact in record_type.line(name).facts if is_private(fact)}
            for how, key, _ in lines:
                if how != "remove":
                    state.unknown_lines.setdefault(key, set()).update(hidden)


def _erase(state: State, emptied: Mapping[str, Any]) -> None:
    """An erasure says what it left: so everything personal is known again."""
    state.is_erased = True
    state.unknown.clear()
    state.facts.update(emptied.get("facts", {}))
    declared = vocabulary.types[state.type].declared
    kept = emptied.get("declared")
    if declared and kept is not None:
        place = f"{declared}."
        for name in [name for name in state.facts if name.startswith(place)]:
            if name.removeprefix(place) not in kept:
                del state.facts[name]
    for name, left in emptied.get("lines", {}).items():
        lines = state.lines.setdefault(name, {})
        for key in list(lines):
            state.unknown_lines.pop(key, None)
            if left is None:
                del lines[key]
            else:
                lines[key].update(left)


@cache
def kind_of(type_name: str, name: str) -> Kind | None:
    """The kind of a fact by its type and name; nothing for declared fields and what is no longer declared."""
    fact = vocabulary.types[type_name].by_name.get(name)
    return fact.kind if fact else None


def same(kind: Kind | None, one: Any, other: Any) -> bool:
    """Whether two values in journal JSON are the same to their kind: `1.50` is `1.5`, a moment is one in any zone."""
    return bool(one == other) or (kind is not None and _plain(kind, one) == _plain(kind, other))


def _plain(kind: Kind, value: Any) -> Any:  # noqa: PLR0911 – one answer for each kind
    if value is None:
        return None
    try:
        if isinstance(kind, Number):
            return Decimal(str(value))
        if isinstance(kind, MoneyKind):
            return Decimal(str(value["amount"])), value["currency"]
        if isinstance(kind, Moment):
            return kind.parse(value)
        if isinstance(kind, Listing):
            return [_plain(kind.of, part) for part in value]
    except (ArithmeticError, TypeError, KeyError, ValueError):
        return value
    return value


def recorded(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that the journal accounts for."""
    return [fact for fact in facts if not fact.derived]


def table_facts(record_type: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row's facts as journal JSON, declared fields one by one, what is empty left out."""
    found: dict[str, Any] = {}
    for fact in recorded(record_type.facts):
        value = fact.kind.to_json(values[fact.name])
        if fact.name == record_type.declared:
            found.update({f"{fact.name}.{name}": one for name, one in (value or {}).items() if one is not None})
        elif value is not None:
            found[fact.name] = value
    return found
