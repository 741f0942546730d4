"""Commands that follow from a command: written with it, run at once after commit, resumed after a crash."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from keguan.kernel import clock
from keguan.kernel.commands import idempotency
from keguan.kernel.commands.arguments import as_json
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault, Outcome, Refused
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.ids import uuid7
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.pipeline import Pipeline
    from keguan.kernel.commands.writing import Written

logger = logging.getLogger(__name__)
COLUMNS = ("id", "verb", "object", "args", "actor", "approval", "caused_by", "made_at")


def write(rows: Rows, now: dt.datetime, written: "Mapping[int, Written]") -> list[UUID]:
    """Store the follow-ups of written items; gives their ids, in order."""
    found = []
    for result in written.values():
        for follow in result.follow_ups:
            args = as_json(vocabulary.verbs[follow.verb], follow.args)
            key = uuid7(now)
            found.append((key, follow.verb, follow.object, args, follow.actor, follow.approval, result.event, now))
    rows.insert("kernel_follow_up", COLUMNS, found)
    return [row[0] for row in found]


def resume(pipeline: "Pipeline", key: UUID) -> Outcome | None:
    """Run one follow-up unless it has been run; running it twice does nothing twice.

    A `Fault` where the database is away or the records are held: it stays open.
    """
    [row] = Rows().select("select * from kernel_follow_up where id = %s", [key])
    if row["done_at"] is not None:
        return None
    ctx = Context(
        row["actor"],
        "follow_up",
        idempotency_key=f"follow-up:{key}",
        caused_by=row["caused_by"],
        approval=row["approval"],
    )
    outcome: Outcome
    try:
        [outcome] = pipeline.run(ctx, row["verb"], [(row["object"], row["args"])])
    except Fault as fault:
        if any(reason.kind == "busy" for reason in fault.reasons):
            raise  # no answer yet: it stays open and is run again
        outcome = Refused(row["object"], tuple(fault.reasons))
    with transaction.atomic():
        Rows().execute(
            "update kernel_follow_up set done_at = %s, args = '{}', result = %s where id = %s and done_at is null",
            [clock.now(), canonical(idempotency.write(outcome)), key],
        )
    return outcome


def resume_each(pipeline: "Pipeline", keys: Iterable[UUID]) -> int:
    """Run these; gives how many were run. One that fails stays open, and neither the others nor the caller stop.

    The command that wrote them is committed: whatever becomes of them, its answer stands.
    """
    run = 0
    for key in keys:
        try:
            resume(pipeline, key)
            run += 1
        except Fault as fault:
            logger.warning("follow-up %s waits: %s", key, fault)
        except Exception:
            logger.exception("follow-up %s failed and will be tried again", key)
    return run


def resume_all(pipeline: "Pipeline", older_than: dt.timedelta = dt.timedelta(seconds=10), most: int = 500) -> int:
    """Run what a crash left behind; gives how many were run."""
    edge = clock.now() - older_than
    found: list[dict[str, Any]] = Rows().select(
        "select id from kernel_follow_up where done_at is null and made_at <= %s order by id limit %s", [edge, most]
    )
    return resume_each(pipeline, [row["id"] for row in found])
