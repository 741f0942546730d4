"""The batch reading of measures that are kept as balances: what each event adds, for whom and on which day.

Counts, sums, averages and shares, over acts or over records as they stand: a record that changes takes back what it
added before and adds what it comes to now. Rows about which something is not known add nothing.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from keguan.controls.batch.acts import Acts
from keguan.controls.batch.measured import counted, wanted
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.measure_sources import Source
from keguan.controls.live.made import amount_for
from keguan.controls.live.measures import kept
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted, acts
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.versions import Version
    from keguan.mirror import Mirror

EntryKey = tuple[str, str, str, dt.date]
"""Balance, for whom, by which event, on which day."""
Entries = dict[EntryKey, Decimal]


def recounted(mirror: "Mirror", several: "Iterable[Version]") -> tuple[Entries, frozenset[str]]:
    """The entries of kept measures, over all events: what happened before one was read was filled in. And the names of
    the balances that were read."""
    found: Entries = {}
    names: set[str] = set()
    done: set[str] = set()
    for version in several:
        control = version.control
        if not isinstance(control, MeasureControl) or control.content in done:
            continue
        if control.key not in {one.key for one in kept(version.book)} or not _is_told(mirror, control, version.book):
            continue
        done.add(control.content)
        names |= {control.balance(part) for part in control.parts}
        for row in _rows(mirror, control, version.book):
            for part in control.parts:
                amount = amount_for(part, Decimal(row["amount"]), row["part"])
                key = (control.balance(part), row["key"], row["event"], row["day"])
                found[key] = found.get(key, Decimal(0)) + amount
    return {key: amount for key, amount in found.items() if amount}, frozenset(names)


def totals(entries: Entries) -> dict[tuple[str, str], Decimal]:
    """What the entries come to by (balance, key)."""
    found: dict[tuple[str, str], Decimal] = {}
    for (balance, key, _, _), amount in entries.items():
        found[balance, key] = found.get((balance, key), Decimal(0)) + amount
    return found


def _is_told(mirror: "Mirror", control: MeasureControl, book: Rulebook) -> bool:
    """Whether the mirror holds what it counts by."""
    source = control.source
    if source is None:
        return False
    if not mirror.has(f"stream_{source.type.name}"):
        return True
    needed = _needed(source)
    after = Acts(acts(mirror, source.type, book.declared, needed), source.type, book, needed, is_after=True)
    paths = [(name,) for name in (source.key, source.value, source.on) if name]
    return after.knows(source.where) and after.knows(source.share) and all(after.get(one) is not None for one in paths)


def _needed(source: Source) -> Wanted:
    return wanted(source) | Wanted(verbs=frozenset(verb.name for verb in source.verbs))


def entered(mirror: "Mirror", control: MeasureControl, book: Rulebook) -> Any:
    """What each event adds to the parts of a measure and, of records, takes back: `event`, `at`, `key`, `day` and a
    column for each part. None where the mirror does not hold what it counts by."""
    source = control.source
    if source is None or not _is_told(mirror, control, book):
        return None
    if not mirror.has(f"stream_{source.type.name}"):
        shape = {"event": "string", "at": "timestamp('UTC')", "key": "string", "day": "date"}
        return ibis.memtable([], schema={**shape, **dict.fromkeys(control.parts, "int64")})
    rows = _moved(mirror, source, book)
    parts = {part: amount_of(part, rows.amount, rows.part) for part in control.parts}
    return rows.select("event", "at", "key", "day", **parts)


def amount_of(part: str, amount: Any, is_part: Any) -> Any:
    """What is added to one of a measure's balances (`live.made.amount_for`)."""
    if part == "sum":
        return amount
    one = amount.sign().cast("int64")
    return one if part == "n" else ibis.cases((is_part, one), else_=0)


def _rows(mirror: "Mirror", control: MeasureControl, book: Rulebook) -> list[dict[str, Any]]:
    source = control.source
    if source is None or not mirror.has(f"stream_{source.type.name}"):
        return []
    found: list[dict[str, Any]] = _moved(mirror, source, book).to_pyarrow().to_pylist()
    return found


def _moved(mirror: "Mirror", source: Source, book: Rulebook) -> Any:
    """What each event adds and, of records, takes back."""
    needed = _needed(source)
    table = acts(mirror, source.type, book.declared, needed)
    table = table.filter(table.is_own & (table.turn == 0))
    after = Acts(table, source.type, book, needed, is_after=True, is_given=source.acts)
    sides = [(counted(after, source, table.happened_on), 1)]
    if not source.acts:
        creating = [verb.name for verb in vocabulary.verbs.values() if verb.on == source.type.name and verb.creates]
        there = table.filter(~table.verb.isin(creating))
        before = Acts(there, source.type, book, needed, is_given=False)
        sides.append((counted(before, source, there.happened_on), -1))
    parts = []
    for rows, sign in sides:
        chosen = rows.filter(rows.counts & rows.part.notnull() & rows.key.notnull() & rows.amount.notnull())
        parts.append(chosen.select(
            "event", "key", "part", at=chosen.recorded_at, amount=chosen.amount * sign,
            day=ibis.coalesce(chosen.day, chosen.happened),
        ))  # fmt: skip
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
