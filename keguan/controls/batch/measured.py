"""What a measure comes to for each record it is counted for, as of a moment: worked out from the mirror alone.

Acts count on their day; records count as they stood at that moment, on the day of their date, else on the day on which
they last began to count. A percentile is the nearest rank: the smallest value that so many in a hundred do not exceed.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.conditions import batch_days
from keguan.controls.conditions.live import bounds
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.measure_sources import Source
from keguan.controls.engines.recurrence import local_day
from keguan.mirror.as_of import Wanted, acts
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

HUNDRED = 100


@dataclass(frozen=True)
class Measured:
    """The values by the id of whom they are counted for. `left_out`: rows about which something is not known."""

    control: MeasureControl
    at: dt.datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def meets(self, key: str) -> bool | None:
        """Whether the target is met; nothing where the measure has none or the value is not known."""
        value = self.values.get(key)
        return None if self.control.target.is_always else self.control.meets(value)


def measured(mirror: "Mirror", control: MeasureControl, book: Rulebook, at: dt.datetime) -> Measured:
    """The values of a measure that counts acts or records."""
    source = control.source
    if source is None:
        raise ValueError(f"{control.name} is a formula: it counts nothing itself")
    if not mirror.has(f"stream_{source.type.name}"):
        return Measured(control, at)
    rows = _acts(mirror, source, book, at) if source.acts else _records(mirror, source, book, at)
    if rows is None:
        return Measured(control, at)
    if control.window is not None:
        first, last = bounds(control.window, local_day(at))
        rows = rows.filter((rows.day >= first) & (rows.day < last))
    rows = rows.filter(rows.key.notnull() & rows.counts.fill_null(True))
    is_known = rows.counts.notnull() & rows.part.notnull() & rows.amount.notnull()
    known, unknown = rows.filter(is_known), rows.filter(~is_known)
    values = {row["key"]: _value(control, row) for row in _summed(known, control).to_pyarrow().to_pylist()}
    gaps = unknown.group_by("key").agg(n=unknown.count()).to_pyarrow().to_pylist()
    return Measured(control, at, values, {row["key"]: row["n"] for row in gaps})


def _summed(known: Any, control: MeasureControl) -> Any:
    """One row for each key: how many, how many of them in the part, the total, and the value at the rank."""
    if control.how == "percentile":
        by_key = ibis.window(group_by="key", order_by="amount")
        whole = ibis.window(group_by="key")
        ranked = known.mutate(place=ibis.row_number().over(by_key) + 1, all=known.count().over(whole))
        rank = (ranked.all * control.at + HUNDRED - 1) // HUNDRED
        return ranked.filter(ranked.place == rank).select("key", total=ranked.amount)
    return known.group_by("key").agg(
        n=known.count(), part=known.part.cast("int64").sum(), total=known.amount.sum()
    )  # fmt: skip


def _value(control: MeasureControl, row: Mapping[str, Any]) -> Any:
    if control.how == "percentile":
        return control.typed(Decimal(row["total"]))
    names = {"sum": "total", "n": "n", "part": "part"}
    return control.value([Decimal(row[names[part]]) for part in control.parts])


def _acts(mirror: "Mirror", source: Source, book: Rulebook, at: dt.datetime) -> Any:
    needed = wanted(source) | Wanted(verbs=frozenset(verb.name for verb in source.verbs))
    table = acts(mirror, source.type, book.declared, needed)
    table = table.filter(table.is_own & (table.turn == 0) & (table.recorded_at <= at))
    return counted(Acts(table, source.type, book, needed, is_after=True), source, table.happened_on)


def _records(mirror: "Mirror", source: Source, book: Rulebook, at: dt.datetime) -> Any:
    """Each record once, as its last act up to then left it."""
    needed = wanted(source)
    table = acts(mirror, source.type, book.declared, needed)
    table = table.filter((table.turn == 0) & (table.recorded_at <= at))
    after = Acts(table, source.type, book, needed, is_after=True, is_given=False)
    rows = counted(after, source, table.happened_on)
    if rows is None:
        return None
    stream = ibis.window(group_by="object", order_by="n")
    so_far = ibis.window(group_by="object", order_by="n", preceding=None, following=0)
    is_in = (rows.counts & rows.key.notnull()).fill_null(False)
    rows = rows.mutate(begins=is_in & ~is_in.lag().over(stream).fill_null(False))
    rows = rows.mutate(
        since=ibis.cases((rows.begins, rows.happened)).last().over(so_far),
        latest=rows.n.max().over(ibis.window(group_by="object")),
    )
    rows = rows.filter(rows.n == rows.latest)
    since = ibis.coalesce(rows.since, rows.happened)
    return rows.mutate(day=ibis.coalesce(rows.day, since) if source.on else since)


def counted(after: Acts, source: Source, happened_on: Any) -> Any:
    """For whom, how much, on which day, whether it counts and whether it belongs to the part of a share."""
    parts = parts_of(after, source, happened_on)
    return None if parts is None else after.table.select("event", "object", "n", "recorded_at", **parts)


def parts_of(after: Acts, source: Source, happened_on: Any) -> dict[str, Any] | None:
    """The same as columns by name; None where the mirror does not hold for whom, or how much."""
    key = after.get((source.key,)) if source.key else after.table.object
    if key is None:
        return None
    amount = after.get((source.value,)) if source.value else ibis.literal(1, type="int64")
    if amount is None:
        amount = ibis.null("int64")
    elif source.is_money:
        amount = ibis.cases((after.currency((source.value or "",)) == source.currency, amount))
    day = after.fact(source.on) if source.on else happened_on
    return {
        "key": key, "amount": amount, "happened": happened_on, "day": ibis.null("date") if day is None else _day(day),
        "counts": ibis.literal(True) if source.where.is_always else source.where.ibis(after),
        "part": ibis.literal(True) if source.share.is_always else source.share.ibis(after),
    }  # fmt: skip


def _day(found: Any) -> Any:
    """The company's day of a date or a moment."""
    return found if found.type().is_date() else batch_days.local_day(found)


def wanted(source: Source) -> Wanted:
    """What its filters, its key, its value and its day read."""
    names = frozenset(name for name in (source.key, source.value, source.on) if name)
    found = wants.of_condition(source.where, source.type) | wants.of_condition(source.share, source.type)
    return found | Wanted(facts=names, arguments=names)
