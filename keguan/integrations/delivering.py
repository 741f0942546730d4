"""Deliveries on their way: handed to jobs when they may leave, sent, and kept where they failed."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from keguan.integrations import sending, writing
from keguan.integrations.writing import Written
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label

MOST = 200
DUE = """
    select id from integrations_delivery where handed_at is null and leaves_at <= %s order by leaves_at, id limit %s
    for update skip locked
"""
ONE = """
    select d.id, d.notice, d.day, d.attempts, d.sent_at, r.person, r.kind, r.address
    from integrations_delivery d join integrations_receiver r on r.id = d.receiver where d.id = %s
"""
GONE = Label("接收方式已删除", "the receiver was removed")


def hand_out() -> list[UUID]:
    """The deliveries that may leave now and that no job has in hand; they count as handed from here on."""
    with transaction.atomic():
        rows, now = Rows(), clock.now()
        found = [row["id"] for row in rows.select(DUE, [now, MOST])]
        rows.update("integrations_delivery", "id", {"handed_at": "timestamptz"}, [(key, now) for key in found])
        return found


def deliver(key: UUID) -> bool:
    """Send one; gives whether it left. NotDelivered where it was not taken: the job tries again later."""
    rows = Rows()
    found = rows.select(ONE, [key])
    if not found or found[0]["sent_at"] is not None:
        return False
    [row] = found
    now = clock.now()
    written = _written(row["notice"], row["day"], row["person"]) if row["address"] else None
    if written is None:
        # removed meanwhile, erased, or nothing to say: it is done with, and nothing left
        _note(
            rows,
            key,
            sent_at=None,
            failed_at=None,
            attempts=row["attempts"],
            error=GONE.zh if not row["address"] else "",
        )
        return False
    attempts = row["attempts"] + 1
    try:
        sending.send(row["kind"], row["address"], written.title, written.body)
    except sending.NotDelivered as fault:
        _note(rows, key, sent_at=None, failed_at=now, attempts=attempts, error=fault.label.zh)
        raise
    _note(rows, key, sent_at=now, failed_at=None, attempts=attempts, error="")
    return True


def _written(notice: UUID | None, day: dt.date | None, person: UUID) -> Written | None:
    if notice is not None:
        return writing.notice(notice, person)
    return writing.digest(person, day) if day is not None else writing.trial(person)


def _note(
    rows: Rows, key: UUID, *, sent_at: dt.datetime | None, failed_at: dt.datetime | None, attempts: int, error: str
) -> None:
    kinds = {"sent_at": "timestamptz", "failed_at": "timestamptz", "attempts": "smallint", "error": "text"}
    rows.update("integrations_delivery", "id", kinds, [(key, sent_at, failed_at, attempts, error)])
