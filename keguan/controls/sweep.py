"""The sweep: judges what has become due on records that nobody acts on. Costs what is due, not what is open.

It makes the judgements that the next command on the record would make, so that a sweep that comes late, early, twice
or never gives the same history. To sweep as of a moment, pin the clock there: `with clock.pinned(at): sweep_all()`.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from keguan.controls import dates, request_sweep, versions
from keguan.controls.gate import law, pipeline
from keguan.controls.live.overdue import overdue
from keguan.kernel.commands import follow_ups, locks
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.transaction import Transaction

MOST = 500
CLOCK = Context(actor=None, channel="clock")
NEXT = """
    select least(
        (select next_at from controls_obligation where next_at is not null order by next_at limit 1),
        (select min(next_at) from controls_due where next_at is not null)
    ) as at
"""
DUE = """
    select distinct object from (
        select object from controls_obligation where next_at is not null and next_at <= %s order by next_at, id limit %s
    ) due
"""
LOCK = """
    select id from kernel_head where id = any(%s) and recorded_at <= %s order by id for update skip locked
"""


def next_moment() -> dt.datetime | None:
    """The next moment at which anything is to be judged, opened or told; nothing where no clock runs."""
    [row] = Rows().select(NEXT)
    at: dt.datetime | None = row["at"]
    return min((one for one in (at, request_sweep.next_moment()) if one is not None), default=None)


def sweep(most: int = MOST) -> int:
    """Judge up to `most` obligations that are due, in one transaction; gives how many records were judged.

    Records that a command holds are left to that command and to the next sweep; so are those whose last entry lies
    ahead of the clock, which must not hold up all others.
    """
    with transaction.atomic():
        rows = Rows()
        now, _ = locks.moment(rows, None)
        due = [row["object"] for row in rows.select(DUE, [now, most])]
        if not due:
            return 0
        free: list[UUID] = [row["id"] for row in rows.select(LOCK, [due, now + locks.AHEAD])]
        heads = locks.lock(rows, free)
        now, rulebook = locks.moment(rows, heads.last)
        job = Transaction(CLOCK, law, rows, heads, now, rulebook, {})
        job.enter(overdue(rows, now, free, rulebook))
        job.finish_heads()
    follow_ups.resume_each(pipeline, rows.pending)
    return len(free)


def sweep_all(most: int = MOST) -> int:
    """Open what dates have opened, then sweep until nothing is due that is not held by a command.

    Gives how many records were judged or got a clock.
    """
    total = dates.open_all() + versions.follow()
    while judged := request_sweep.sweep_requests(most):
        total += judged
        if judged < most:
            break
    while judged := sweep(most):
        total += judged
        if judged < most:
            break
    return total
