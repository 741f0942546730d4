"""Locking: heads in id order, then (later) balances, then number series. The statement that locks tells the time."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label

AHEAD = dt.timedelta(seconds=5)


@dataclass
class Heads:
    """Locked streams: their last numbers, which of them exist already, and the types of new ones."""

    numbers: dict[UUID, int] = field(default_factory=dict)
    known: set[UUID] = field(default_factory=set)
    types: dict[UUID, str] = field(default_factory=dict)
    moved: set[UUID] = field(default_factory=set)
    last: dt.datetime | None = None


def lock(rows: Rows, ids: Collection[UUID]) -> Heads:
    """Lock the heads of these records in id order; unknown ids are left out."""
    heads = Heads()
    if not ids:
        return heads
    for row in rows.select(
        "select id, type, n, recorded_at from kernel_head where id = any(%s) order by id for update", [sorted(ids)]
    ):
        heads.numbers[row["id"]] = row["n"]
        heads.types[row["id"]] = row["type"]
        heads.known.add(row["id"])
        heads.last = max(heads.last or row["recorded_at"], row["recorded_at"])
    return heads


def moment(rows: Rows, last: dt.datetime | None) -> tuple[dt.datetime, int]:
    """The time of recording (never before `last`) and the number of the rulebook in force then; 0 for none.

    A `Fault` where a stream is more than five seconds ahead of the database's clock.
    """
    [row] = rows.select(
        "select c.clock, (select number from kernel_rulebook where valid_from <= greatest(c.clock, %s)"
        " order by valid_from desc, number desc limit 1) as rulebook"
        " from (select coalesce(%s, clock_timestamp()) as clock) c",
        [last, clock.pinned_at()],
    )
    now: dt.datetime = row["clock"]
    if last is not None and last > now:
        if last - now > AHEAD:
            message = Label(
                f"这条记录的时间比数据库时钟快：{last:%Y-%m-%d %H:%M:%S} UTC",
                f"this record's last entry lies ahead of the database's clock: {last:%Y-%m-%d %H:%M:%S} UTC",
            )
            cure = Label("请先校准数据库服务器的时钟", "set the database server's clock first")
            raise Fault([Reason(message, cure, kind="busy")], status=503)
        now = last
    return now, row["rulebook"] or 0
