"""What a rulebook that comes into force means for clocks that run: versions are adopted, due moments worked out anew.

Done by the sweep, for each rulebook after the last one dealt with, in chunks that are committed one by one: cut off, it
goes on where it was, for what was done is found done.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.gate import law
from keguan.controls.live import dates, evidence, recalculating
from keguan.controls.live.judging import Judging
from keguan.controls.live.overdue import overdue
from keguan.controls.live.taking_over import Taking
from keguan.kernel.commands import locks
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.transaction import Transaction
from keguan.kernel.ids import uuid7
from keguan.policies.rulebooks import rulebook, timeline_of

CHUNK = 500
CLOCK = Context(actor=None, channel="clock")
ROW = "select id, rulebook from controls_due where kind = 'books' for update skip locked"
IS_THERE = "select 1 as found from controls_due where kind = 'books'"
CONCERNED = """
    select distinct object from kernel_event_object
    where type = %s and verb = any(%s) and object > %s order by object limit %s
"""
LATER = """
    select id, object from controls_obligation
    where state = 'running' and reckoned < %s and due_at > %s and id > %s order by id limit %s
"""
NOBODY = UUID(int=0)


def follow() -> int:
    """Deal with the rulebooks that came into force since the last time; gives how much changed."""
    total = 0
    while (found := _next()) is not None:
        begins_at, before, number = found
        total += recalculate(begins_at, before, number) + adopt_all(Taking(begins_at, before, number))
        with transaction.atomic():
            rows = Rows()
            for row in rows.select(ROW):
                rows.update("controls_due", "id", {"rulebook": "integer"}, [(row["id"], number)])
    return total


def _next() -> tuple[dt.datetime, int, int] | None:
    """(since when, the rulebook before, the rulebook) of the first one that was not dealt with."""
    with transaction.atomic():
        rows = Rows()
        now, number = locks.moment(rows, None)
        found = rows.select(ROW)
        if not found:
            if number == 0 or rows.select(IS_THERE):
                return None
            columns = ("id", "kind", "control", "rulebook", "from_at")
            rows.insert("controls_due", columns, [(uuid7(now), "books", "*", 0, now)])
            found = rows.select(ROW)
        last = found[0]["rulebook"]
    if last == number:
        return None
    line = timeline_of(number)
    place = next((at + 1 for at, (_, one) in enumerate(line) if one == last), 0)
    if place >= len(line):
        return None
    return line[place][0], line[place - 1][1] if place else 0, line[place][1]


def adopt_all(one: Taking) -> int:
    """Bring a version over the records that run, as its policies say; gives on how many records clocks changed."""
    total = 0
    for name, controls in one.controls().items():
        for records in concerned(name, controls):
            total += _adopt(records)
    return total


def concerned(record_type: str, controls: Sequence[DeadlineControl]) -> Iterator[list[UUID]]:
    """The records of a type on which any of the controls' opening acts was done, chunk by chunk."""
    verbs = list({act.verb.name for control in controls for act in control.after})
    after = NOBODY
    while True:
        with transaction.atomic():
            found = [row["object"] for row in Rows().select(CONCERNED, [record_type, verbs, after, CHUNK])]
        if found:
            yield found
        if len(found) < CHUNK:
            return
        after = found[-1]


def _adopt(records: Sequence[UUID]) -> int:
    """Judge these records as any act on them would: that lets the version take them over, as of its first moment."""
    with transaction.atomic():
        rows = Rows()
        heads = locks.lock(rows, records)
        now, number = locks.moment(rows, heads.last)
        job = Transaction(CLOCK, law, rows, heads, now, number, {})
        entries = overdue(rows, now, list(heads.numbers), number)
        job.enter(entries)
        job.finish_heads()
    return sum(len(one.objects) for one in entries if one.verb == "obligation.adopt")


def recalculate(begins_at: dt.datetime, before: int, number: int) -> int:
    """Work out anew the clocks that other calendars move; gives how many were moved."""
    if not before or rulebook(before).calendars == rulebook(number).calendars:
        return 0
    total, after = 0, NOBODY
    while True:
        with transaction.atomic():
            rows = Rows()
            found = rows.select(LATER, [number, begins_at, after, recalculating.CHUNK])
            heads = locks.lock(rows, sorted({row["object"] for row in found}))
            now, in_force = locks.moment(rows, heads.last)
            job = Transaction(CLOCK, law, rows, heads, now, in_force, {})
            opened = Judging(now, "obligation.open")
            dates.catch_up(rows, now, in_force, list(heads.numbers), opened)  # their streams move
            evidence.keep(rows, opened.shown, now)
            entries = recalculating.catch_up(rows, now, number, list(heads.numbers))
            job.enter(entries)
            job.finish_heads()
        total += sum(len(entry.args["moved"]) for entry in entries)
        if len(found) < recalculating.CHUNK:
            return total
        after = found[-1]["id"]
