"""What stands as evidence, row by row, and what the mirror's events say that it hangs on."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from keguan.controls.batch.courses import BREAK
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.mirror import Mirror


class Shown(NamedTuple):
    """One row of evidence; `entry` is the event or the attempt that shows it (empty: a date or a period)."""

    control: str
    outcome: str
    verb: str
    object_type: str
    object: str
    actor: str
    happened_at: dt.datetime
    entry: str


@dataclass(frozen=True)
class Entry:
    """An event, as far as evidence tells of it."""

    verb: str
    actor: str
    at: dt.datetime
    recorded_at: dt.datetime
    imported: bool


@dataclass(frozen=True)
class Breach:
    """A breach that the clock entered on a record."""

    event: str
    type: str
    object: str
    control: str
    at: dt.datetime
    n: int


@dataclass
class Journal:
    """Every event by its id; the breaches among them; by record the last act that declared it entered in error or
    reinstated it, and which of the two it was."""

    entries: dict[str, Entry] = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    voidings: dict[str, tuple[str, bool]] = field(default_factory=dict)


def journal(mirror: "Mirror") -> Journal:
    """The mirror's events, each stream read once."""
    import ibis

    found = Journal()
    for name in mirror.manifest.tables():
        if not name.startswith("stream_"):
            continue
        kind, table = name.removeprefix("stream_"), mirror.table(name)
        columns = ("event", "object", "n", "verb", "actor", "happened_at", "recorded_at", "imported")
        rows = table.select(*columns, broke=ibis.cases((table.verb == BREAK, table.controls)))
        marking = {verb.name: verb.voids for verb in vocabulary.verbs.values()
                   if verb.on == kind and (verb.voids or verb.reinstates)}  # fmt: skip
        for row in rows.to_pyarrow().to_pylist():
            event, record, verb, at = row["event"], row["object"], row["verb"], row["happened_at"]
            found.entries[event] = Entry(verb, row["actor"] or "", at, row["recorded_at"], row["imported"])
            if verb in marking:
                found.voidings[record] = max(found.voidings.get(record, ("", False)), (event, marking[verb]))
            found.breaches += [
                Breach(event, kind, record, key, at, row["n"]) for key, _ in json.loads(row["broke"] or "[]")
            ]
    return found


def standing(known: Journal, shown: Iterable[Shown], *, is_owed: bool = False) -> Iterator[Shown]:
    """What a voided record had shown by then counts no more. `is_owed`: of clocks, which the voiding itself ended."""
    for one in shown:
        event, is_void = known.voidings.get(one.object, ("", False))
        if not is_void or one.entry > event or (one.entry == event and not is_owed):
            yield one


def tally(shown: Iterable[Shown], unread: Iterable[str]) -> Counter[Shown]:
    """How often each row is there, of the controls that are read."""
    skipped = set(unread)
    return Counter(one for one in shown if one.control not in skipped)
