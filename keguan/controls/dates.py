"""Dates and periods that have come: clocks are opened for everybody the control means, in chunks, each by itself.

One row remembers up to which moment all were opened (`from_at`) and the next one under the rulebook it knows
(`next_at`): nothing is done while neither has come. Cut off, it is done again from there and finds what is open.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.live import dates as live
from keguan.controls.live import evidence
from keguan.controls.live.judging import Judging
from keguan.kernel.commands import locks
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7

CHUNK = 1000
AGES = dt.datetime.max.replace(tzinfo=dt.UTC)
ALL = "*"
ROW = """
    select id, rulebook, from_at, next_at from controls_due where kind = 'tick' and control = %s for update skip locked
"""
IS_THERE = "select 1 as found from controls_due where kind = 'tick' and control = %s"
FIRST = "select min(valid_from) as at from kernel_rulebook"
POPULATION = """
    select id from kernel_head where type = %s and id > %s and recorded_at < %s order by id limit %s for update
"""
COLUMNS = {"rulebook": "integer", "from_at": "timestamptz", "next_at": "timestamptz"}


def open_all() -> int:
    """Open every clock whose date or period has come; gives how many."""
    total = 0
    while (found := _next()) is not None:
        ticks, number = found
        total += sum(_open(tick) for tick in ticks)
        _passed(number, ticks[0].at)
    return total


def _next() -> tuple[list[live.Tick], int] | None:
    """What the first moment opens that was not opened yet, and the rulebook in force now; or nothing."""
    with transaction.atomic():
        rows = Rows()
        now, number = locks.moment(rows, None)
        row = _row(rows, now, number)
        if row is None or (row["rulebook"] == number and (row["next_at"] or AGES) > now):
            return None
        waiting = live.ticks(number, row["from_at"], now)
        if waiting:
            return [tick for tick in waiting if tick.at == waiting[0].at], number
        values = (row["id"], number, row["from_at"], live.next_tick(number, now))
        rows.update("controls_due", "id", COLUMNS, [values])
        return None


def _row(rows: Rows, now: dt.datetime, number: int) -> dict[str, Any] | None:
    """The row that remembers, locked; nothing while another sweep has it, or no rulebook was ever in force."""
    found = rows.select(ROW, [ALL])
    if found:
        return found[0]
    if number == 0 or rows.select(IS_THERE, [ALL]):
        return None
    [first] = rows.select(FIRST)
    begins_at = first["at"] - dt.timedelta(microseconds=1)
    columns = ("id", "kind", "control", "rulebook", "from_at", "next_at")
    rows.insert("controls_due", columns, [(uuid7(now), "tick", ALL, 0, begins_at, now)])
    return rows.select(ROW, [ALL])[0]


def _passed(number: int, at: dt.datetime) -> None:
    """Everything up to a moment is open, unless others open at the same moment."""
    with transaction.atomic():
        rows = Rows()
        row = _row(rows, at, number)
        if row is None:
            return
        rows.update("controls_due", "id", {"from_at": "timestamptz"}, [(row["id"], max(at, row["from_at"]))])


def _open(tick: live.Tick) -> int:
    """Open one control's clocks of one moment, chunk by chunk."""
    total, after = 0, UUID(int=0)
    while True:
        with transaction.atomic():
            rows = Rows()
            found = [row["id"] for row in rows.select(POPULATION, [tick.control.type.name, after, tick.at, CHUNK])]
            if found:
                now, _ = locks.moment(rows, None)
                judging = Judging(now, "obligation.open")
                opened = live.open_each(rows, live.of_tick(rows, now, tick, found), judging)
                evidence.keep(rows, judging.shown, now)
                total += len(opened)
        if len(found) < CHUNK:
            return total
        after = found[-1]
