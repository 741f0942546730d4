"""Balances: what becomes scarcer or is counted live. A row per measure and key holds the total, its entries explain it.

A balance is locked after the heads and before the guards, so that a sum in a guard never races. Entries are written
with the event that makes them and stand in its envelope; the total always equals the sum of its entries.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7

Key = tuple[str, str]
"""A measure's name, and what it is kept for (mostly a record's id as text)."""
NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class BalanceEntry:
    """So much more (or less) of a measure for a key, on a day. With `floor` the total may not go below it."""

    measure: str
    key: str
    amount: Decimal
    happened_on: dt.date
    floor: Decimal | None = None

    @property
    def balance(self) -> Key:
        """The balance it belongs to."""
        return self.measure, self.key


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a measure that are asked for: from `first` (nothing: from the beginning) up to but without `last`."""

    measure: str
    key: str
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass
class Balances:
    """The balances that a command has locked, with their totals as they stand now."""

    totals: dict[Key, Decimal] = field(default_factory=dict)

    def total(self, measure: str, key: str) -> Decimal:
        """The total of a locked balance; `LookupError` for one that was not announced and so is not locked."""
        return self.totals[measure, key]

    def short(self, entries: Iterable[BalanceEntry]) -> BalanceEntry | None:
        """The first of these entries that would take its balance below its floor."""
        totals = dict(self.totals)
        for entry in entries:
            left = totals[entry.balance] + entry.amount
            if entry.floor is not None and entry.amount < 0 and left < entry.floor:
                return entry
            totals[entry.balance] = left
        return None

    def move(self, entries: Iterable[BalanceEntry]) -> None:
        """Enter these."""
        for entry in entries:
            self.totals[entry.balance] += entry.amount


def lock(rows: Rows, keys: Collection[Key]) -> Balances:
    """Lock these balances, in their order; new ones begin at nought. Two statements, none for none."""
    if not keys:
        return Balances()
    wanted = sorted(keys)
    measures, names = [measure for measure, _ in wanted], [key for _, key in wanted]
    rows.execute(
        "insert into kernel_balance (measure, key) select * from unnest(%s::text[], %s::text[]) order by 1, 2"
        " on conflict do nothing",
        [measures, names],
    )
    found = rows.select(
        "select b.measure, b.key, b.total from kernel_balance b"
        " join unnest(%s::text[], %s::text[]) w(measure, key) on (b.measure, b.key) = (w.measure, w.key)"
        " order by 1, 2 for update of b",
        [measures, names],
    )
    return Balances({(row["measure"], row["key"]): row["total"] for row in found})


def within(rows: Rows, windows: Sequence[Window]) -> list[Decimal]:
    """The sum of the entries in each window, in order. One statement, none for none."""
    if not windows:
        return []
    found = rows.select(
        "select w.place, coalesce(sum(e.amount), 0) as total"
        " from unnest(%s::text[], %s::text[], %s::date[], %s::date[])"
        " with ordinality w(measure, key, first, last, place)"
        " left join kernel_balance_entry e on e.measure = w.measure and e.key = w.key"
        " and (w.first is null or e.happened_on >= w.first) and (w.last is null or e.happened_on < w.last)"
        " group by w.place order by w.place",
        [
            [one.measure for one in windows], [one.key for one in windows], [one.first for one in windows],
            [one.last for one in windows],
        ],
    )  # fmt: skip
    return [row["total"] for row in found]


def write(rows: Rows, now: dt.datetime, entries: Sequence[tuple[UUID, BalanceEntry]]) -> None:
    """Write entries (event, entry) and move the totals of their balances, which are locked. Two statements."""
    if not entries:
        return
    rows.insert(
        "kernel_balance_entry",
        ("id", "measure", "key", "event", "happened_on", "amount"),
        [(uuid7(now), one.measure, one.key, event, one.happened_on, one.amount) for event, one in entries],
    )
    sums: dict[Key, Decimal] = {}
    for _, one in entries:
        sums[one.balance] = sums.get(one.balance, NOUGHT) + one.amount
    rows.execute(
        "update kernel_balance b set total = b.total + w.amount"
        " from unnest(%s::text[], %s::text[], %s::numeric[]) w(measure, key, amount)"
        " where (b.measure, b.key) = (w.measure, w.key)",
        [[measure for measure, _ in sums], [key for _, key in sums], list(sums.values())],
    )


def differences(rows: Rows) -> list[dict[str, Any]]:
    """Balances whose total is not the sum of their entries: (measure, key, total, entries). For the audit of facts."""
    return rows.select(
        "select coalesce(b.measure, e.measure) as measure, coalesce(b.key, e.key) as key, b.total, e.total as entries"
        " from kernel_balance b full join"
        " (select measure, key, sum(amount) as total from kernel_balance_entry group by 1, 2) e"
        " on (b.measure, b.key) = (e.measure, e.key)"
        " where coalesce(b.total, 0) <> coalesce(e.total, 0)"
    )
