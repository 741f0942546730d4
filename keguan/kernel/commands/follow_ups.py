"""Commands that follow from a command: written with it, run at once after commit, resumed after a crash."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from keguan.kernel import clock
from keguan.kernel.commands import batches, idempotency
from keguan.kernel.commands.arguments import as_json
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault, Outcome, Refused
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.ids import uuid7
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.pipeline import Pipeline
    from keguan.kernel.commands.work import FollowUp

SET = """
    select id, object, args, happened_at from kernel_follow_up
    where together = %s and verb = %s and actor is not distinct from %s and approval is not distinct from %s order by id
"""
TOGETHER = "select id, together, verb, actor, approval from kernel_follow_up where id = any(%s)"
logger = logging.getLogger(__name__)
COLUMNS = ("id", "verb", "object", "args", "actor", "approval", "caused_by", "together", "made_at", "happened_at")


def write(rows: Rows, now: dt.datetime, following: "Iterable[tuple[FollowUp, UUID]]") -> list[UUID]:
    """Store follow-ups, each with the event or attempt that causes it; gives their ids, in order."""
    found = []
    for one, cause in following:
        args = as_json(vocabulary.verbs[one.verb], one.args)
        together = cause if one.together else None
        found.append((uuid7(now), one.verb, one.object, args, one.actor, one.approval, cause, together, now,
                      one.happened_at))  # fmt: skip
    rows.insert("kernel_follow_up", COLUMNS, found)
    return [row[0] for row in found]


def resume(pipeline: "Pipeline", key: UUID) -> Outcome | None:
    """Run one follow-up, or the set command it belongs to, unless it has been run; twice does nothing twice.

    A `Fault` where the database is away or the records are held: it stays open.
    """
    [row] = Rows().select("select * from kernel_follow_up where id = %s", [key])
    if row["done_at"] is not None:
        return None
    if row["together"] is not None:
        return _resume_set(pipeline, row)
    ctx = Context(
        row["actor"],
        "follow_up",
        idempotency_key=f"follow-up:{key}",
        caused_by=row["caused_by"],
        approval=row["approval"],
    )
    outcome: Outcome
    try:
        [outcome] = pipeline.run(ctx, row["verb"], [(row["object"], row["args"], row["happened_at"])])
    except Fault as fault:
        if any(reason.kind == "busy" for reason in fault.reasons):
            raise  # no answer yet: it stays open and is run again
        outcome = Refused(row["object"], tuple(fault.reasons))
    _done([(key, outcome)])
    return outcome


def _resume_set(pipeline: "Pipeline", row: Mapping[str, Any]) -> Outcome | None:
    """Run everything that belongs together as one set command; gives the outcome of this one."""
    found = Rows().select(SET, [row["together"], row["verb"], row["actor"], row["approval"]])
    key = f"follow-ups:{row['together']}:{row['verb']}:{row['approval']}"
    ctx = Context(row["actor"], "follow_up", idempotency_key=key, caused_by=row["caused_by"], approval=row["approval"])
    given = [(one["object"], one["args"], one["happened_at"]) for one in found]
    _, outcomes = batches.run_set(pipeline, ctx, row["verb"], given)
    _done([(one["id"], outcome) for one, outcome in zip(found, outcomes, strict=True)])
    return next(outcome for one, outcome in zip(found, outcomes, strict=True) if one["id"] == row["id"])


def _once(keys: list[UUID]) -> list[UUID]:
    """The keys without those that run together with one before them. One statement for several."""
    if len(keys) < 2:
        return keys
    found = {row.pop("id"): tuple(row.values()) for row in Rows().select(TOGETHER, [keys])}
    first: dict[tuple[Any, ...], UUID] = {}
    return [key for key in keys if found[key][0] is None or first.setdefault(found[key], key) == key]


def _done(outcomes: Iterable[tuple[UUID, Outcome]]) -> None:
    """Note what became of follow-ups; arguments and words stand in the events and attempts by now, not here."""
    with transaction.atomic():
        Rows().update(
            "kernel_follow_up",
            "id",
            {"done_at": "timestamptz", "args": "jsonb", "result": "text"},
            [(key, clock.now(), {}, canonical(idempotency.brief(outcome))) for key, outcome in outcomes],
        )


def resume_each(pipeline: "Pipeline", keys: Iterable[UUID]) -> int:
    """Run these; gives how many were run. One that fails stays open, and neither the others nor the caller stop.

    The command that wrote them is committed: whatever becomes of them, its answer stands.
    """
    run = 0
    for key in _once(list(keys)):
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
