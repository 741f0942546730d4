"""The sweep of requests: those whose time ran out, or whose requester is gone. Costs what is due, not what waits."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from keguan.controls.gate import law, pipeline
from keguan.controls.live import time_limits
from keguan.controls.live.session import session
from keguan.kernel.commands import follow_ups, locks
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Entry, Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.commands.transaction import Transaction
from keguan.kernel.records.vocabulary import vocabulary

DUE = """
    select a.id, array_remove(array_append(coalesce(a.records, '{}'), a.object), null) as records
    from controls_approval a where a.next_at <= %s and a.state = 'waiting' order by a.next_at, a.id limit %s
"""
FREE = "select id from kernel_head where id = any(%s) and recorded_at <= %s order by id for update skip locked"
DONE = """
    update controls_approval set next_at = case when state = 'waiting' then due_at + interval '1 microsecond' end
    where id = any(%s) and next_at <= %s
"""
CLOCK = Context(actor=None, channel="clock")


def next_moment() -> dt.datetime | None:
    """The next moment at which a request is to be judged."""
    [row] = Rows().select("select min(next_at) as at from controls_approval where next_at is not null")
    at: dt.datetime | None = row["at"]
    return at


def sweep_requests(most: int = 200) -> int:
    """Judge up to `most` requests that are due, in one transaction; gives how many were. Those held are left alone."""
    with transaction.atomic():
        rows = Rows()
        now, _ = locks.moment(rows, None)
        due = {row["id"]: row["records"] for row in rows.select(DUE, [now, most])}
        if not due:
            return 0
        wanted = {key for request, records in due.items() for key in (request, *records)}
        free = {row["id"] for row in rows.select(FREE, [sorted(wanted), now + locks.AHEAD])}
        going = [request for request, records in due.items() if free.issuperset((request, *records))]
        heads = locks.lock(rows, {key for request in going for key in (request, *due[request])})
        now, rulebook = locks.moment(rows, heads.last)
        job = Transaction(CLOCK, law, rows, heads, now, rulebook, {})
        job.enter(_judge(job, going))
        job.finish_heads()
        pending = job.pending
    follow_ups.resume_each(pipeline, pending)
    return len(going)


def _judge(job: Transaction, going: list[UUID]) -> list[Entry]:
    kind = vocabulary.types["approval"]
    requests = load(job.rows, kind, going)
    for line in kind.lines:
        load_lines(job.rows, line, requests.values())
    waiting = [one for one in requests.values() if one["state"] == "waiting"]
    step = Step(CLOCK, vocabulary.verbs["approval.time_out"], job.now, job.rulebook, job.rows, [])
    notes = session(step)
    entries = time_limits.write(job.rows, notes, time_limits.judge(step, notes, waiting))
    # what was looked at and had nothing due (a right that was kept after all) is not looked at again
    job.rows.execute(DONE, [going, job.now])
    return entries
