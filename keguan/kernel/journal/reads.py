"""What events and attempts say they read, beside what the journal says those facts were at that number of a stream."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.fold import Entry, State, apply, streams
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.vocabulary import vocabulary

ATTEMPTS = """
    select id, verb, object, type, envelope from kernel_attempt
    where id > %s and envelope like '%%"read":{"%%' order by id limit 1000
"""


@dataclass(frozen=True, slots=True)
class Read:
    """A fact that an entry read of a record when its stream stood at `n`."""

    entry: UUID
    type: str
    record: UUID
    n: int
    fact: str
    value: Any


class Reads:
    """The readings of one audit; `total` counts those that could be compared."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.total = 0

    def of(self, entry: Entry, state: State) -> list[Read]:  # noqa: ARG002 – told so that callers read before applying
        """What this event read, where it is the record's own; the state is the one before the event."""
        read = entry.public.get("read")
        if not read or not entry.is_main:
            return []
        touched = {kind: (UUID(key), n - 1) for _, kind, key, n in reversed(entry.public["objects"]) if n is not None}
        return self._all(entry.event, entry.verb, read, entry.public, touched)

    def attempts(self) -> Iterator[list[Read]]:
        """What refused attempts read, some thousand at a time."""
        last = UUID(int=0)
        while found := self.rows.select(ATTEMPTS, [last]):
            last = found[-1]["id"]
            reads: list[Read] = []
            for row in found:
                body = json.loads(row["envelope"])
                own = {row["type"]: (row["object"], body["n"])} if row["object"] and "n" in body else {}
                reads += self._all(row["id"], row["verb"], body["read"], body, own)
            yield reads

    def _all(
        self, entry: UUID, verb_name: str, read: Mapping[str, Any], body: Mapping[str, Any],
        touched: Mapping[str, tuple[UUID, int]],
    ) -> list[Read]:  # fmt: skip
        found = []
        verb = vocabulary.verbs.get(verb_name)
        for name, value in read.items():
            head, _, fact = name.partition(".")
            if not fact:
                # an argument, or the record's own fact where it was not given
                if verb is None or verb.internal or head in body.get("args", {}) or verb.argument(head) is not None:
                    continue
                kind, fact, place = verb.on, head, touched.get(verb.on)
            elif head in body.get("seen", {}):
                kind, key, n = body["seen"][head]
                place = (UUID(key), n)
            else:
                kind, place = head, touched.get(head)
            stored = _stored(kind, fact)
            if place is not None and stored is not None:
                found.append(Read(entry, kind, place[0], place[1], stored, value))
        return found

    def resolve(self, pending: Sequence[Read]) -> Iterator[tuple[Read, Any]]:
        """Each reading with the fact's value as the journal has it; those that an erasure hides are left out."""
        wanted: dict[UUID, dict[int, list[Read]]] = {}
        for read in pending:
            wanted.setdefault(read.record, {}).setdefault(read.n, []).append(read)
        if not wanted:
            return
        for key, entries in streams(self.rows, "o.object = any(%s)", [list(wanted)]):
            state: State | None = None
            places = wanted.pop(key)
            for entry in entries:
                state = state or State(entry.type)
                yield from self._told(places.pop(entry.n - 1, ()), state)
                apply(state, entry)
            if state is not None:
                yield from self._told(places.pop(state.n, ()), state)

    def _told(self, reads: Sequence[Read], state: State) -> Iterator[tuple[Read, Any]]:
        for read in reads:
            if read.fact not in state.unknown:
                self.total += 1
                yield read, state.facts.get(read.fact)


def _stored(type_name: str, fact: str) -> str | None:
    """The name under which the journal keeps the fact of a type; nothing for what it does not keep openly."""
    record_type = vocabulary.types.get(type_name)
    if record_type is None:
        return None
    known = record_type.by_name.get(fact)
    if known is not None:
        return None if known.derived or is_private(known) else fact
    if not fact.isidentifier() or (type_name, fact) in vocabulary.computed:
        return None  # what a test on personal facts answered, kept in place of their values
    is_line = any(line.name == fact for line in record_type.lines)
    return f"{record_type.declared}.{fact}" if record_type.declared and not is_line else None
