"""Deliveries on their way: handed to jobs when they may leave, sent, and kept where they failed.

Notices that leave for one receiver at the same time are one message, so that a midnight at which ten things fall due
rings once.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.integrations import sending, writing
from keguan.integrations.writing import Written
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label

MOST = 200
TRIES = 6
"""So often a message is tried, over about an hour; then its job stays among those that failed."""
DUE = """
    select id, receiver, notice from integrations_delivery where handed_at is null and leaves_at <= %s
    order by leaves_at, id limit %s for update skip locked
"""
OPEN = """
    select d.id, d.notice, d.day, d.attempts, r.person, r.kind, r.address
    from integrations_delivery d join integrations_receiver r on r.id = d.receiver
    where d.id = any(%s) and d.sent_at is null order by d.id
"""
GONE = Label("接收方式已删除", "the receiver was removed")
Message = tuple[UUID, ...]
"""The deliveries that leave together."""


def hand_out() -> list[Message]:
    """The deliveries that may leave now and that no job has in hand, by message; they count as handed from here on."""
    with transaction.atomic():
        rows, now = Rows(), clock.now()
        found = rows.select(DUE, [now, MOST])
        rows.update("integrations_delivery", "id", {"handed_at": "timestamptz"}, [(row["id"], now) for row in found])
    messages: dict[UUID, list[UUID]] = {}
    for row in found:
        # a digest or a trial is a message of its own
        messages.setdefault(row["receiver"] if row["notice"] else row["id"], []).append(row["id"])
    return [tuple(keys) for keys in messages.values()]


def deliver(keys: Collection[UUID]) -> bool:
    """Send one message; gives whether it left. NotDelivered where it was not taken: the job tries again later."""
    rows = Rows()
    found = rows.select(OPEN, [list(keys)])
    if not found:
        return False
    now, to = clock.now(), found[0]
    written = _written(found) if to["address"] else None
    if written is None:
        # removed meanwhile, erased, or nothing to say: it is done with, and nothing left
        _note(rows, found, error="" if to["address"] else GONE.zh, tried=0)
        return False
    try:
        sending.send(to["kind"], to["address"], written.title, written.body)
    except sending.NotDelivered as fault:
        _note(rows, found, failed_at=now, error=fault.label.zh)
        raise
    _note(rows, found, sent_at=now)
    return True


def _written(found: Sequence[dict[str, Any]]) -> Written | None:
    notices = [row["notice"] for row in found if row["notice"] is not None]
    person, day = found[0]["person"], found[0]["day"]
    if notices:
        return writing.notices(notices, person)
    return writing.digest(person, day) if day is not None else writing.trial(person)


def _note(
    rows: Rows, found: Sequence[dict[str, Any]], *, sent_at: dt.datetime | None = None,
    failed_at: dt.datetime | None = None, error: str = "", tried: int = 1,
) -> None:  # fmt: skip
    kinds = {"sent_at": "timestamptz", "failed_at": "timestamptz", "attempts": "smallint", "error": "text"}
    noted = [(row["id"], sent_at, failed_at, row["attempts"] + tried, error) for row in found]
    rows.update("integrations_delivery", "id", kinds, noted)
