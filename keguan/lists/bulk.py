"""A verb on many records: one set command, part after part, in the name of whoever asked for it.

It can be killed anywhere and taken up again: a part that ran but was not recorded is asked for again under the same
idempotency key and answers as before. Nothing is lost and nothing is done twice; stopping keeps what has been done.
"""

import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.kernel import files
from keguan.kernel.commands.batches import Batch
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.idempotency import read_reason
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.rows import canonical
from keguan.lists.models import Bulk, BulkRefusal

MOST = 10_000
"""Records in one bulk act."""
AT_ONCE = 200
"""So many are done while the person waits; more are handed to the worker."""
PART = 200
PASSING = frozenset((409, 429))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record on which the verb was refused, and why."""

    object: UUID
    reasons: tuple[Reason, ...]


def start(ctx: Context, verb: str, args: Mapping[str, Any], keys: Sequence[UUID]) -> UUID:
    """Keep the wish to use the verb on these records, once for each idempotency key of `ctx`; gives the bulk act."""
    listed = files.store(io.BytesIO(json.dumps([str(key) for key in keys]).encode()), "records.json")
    plain = json.loads(canonical(dict(args)))
    given = {"verb": verb, "args": plain, "items": listed.digest, "total": len(keys)}
    key = f"{ctx.actor}:{ctx.idempotency_key}" if ctx.idempotency_key else None
    outcome = gate.run_one(
        Context(None, ctx.channel, on_behalf_of=ctx.actor, idempotency_key=key), "bulk.start", None, given
    )
    if not isinstance(outcome, Done):
        raise Fault(list(outcome.reasons) if isinstance(outcome, Refused) else [])
    return outcome.object


def carry_on(key: UUID) -> Bulk:
    """Carry a bulk act on to its end, or until it is stopped; gives it as it stands then.

    `Fault` when the database goes away: call again later. Calling it twice at once is wasteful but harmless.
    """
    job = Bulk.objects.get(id=key)
    if job.stage != "running":
        return job
    keys = items_of(job)
    ctx = Context(job.opened_by_id, "page", idempotency_key=f"bulk:{job.id}")
    batch = gate.open_set(ctx, job.verb, job.total)
    while job.stage == "running" and job.position < job.total:
        _advance(ctx, batch, job, keys)
        job = Bulk.objects.get(id=key)
    gate.close_set(ctx, batch, job.verb)
    return job


def stop(viewer: UUID, key: UUID) -> Outcome:
    """Stop a bulk act of the viewer's after the part that is just running."""
    return gate.run_one(Context(None, "page", on_behalf_of=viewer), "bulk.stop", key, {})


def find(viewer: UUID, key: UUID) -> Bulk | None:
    """The viewer's own bulk act. One statement."""
    return Bulk.objects.filter(id=key, opened_by=viewer).first()


def running() -> list[UUID]:
    """Bulk acts that are to be carried on, oldest first. One statement."""
    return list(Bulk.objects.filter(stage="running").order_by("opened_at", "id").values_list("id", flat=True))


def items_of(job: Bulk) -> list[UUID]:
    """The records of a bulk act, in their order; none where the list went with an erasure. One statement."""
    try:
        return [UUID(key) for key in json.loads(files.read(job.items))]
    except KeyError:
        return []


def refusals(job: Bulk, most: int) -> list[Refusal]:
    """The first of the records on which the verb was refused, with the reasons. Two statements."""
    keys = items_of(job)
    found = BulkRefusal.objects.filter(of=job).order_by("place")[:most]
    return [
        Refusal(keys[line.place], tuple(read_reason(reason) for reason in line.reasons["reasons"]))
        for line in found
        if line.place < len(keys)
    ]


def refused_keys(job: Bulk) -> list[UUID]:
    """All records on which the verb was refused, in their order. Two statements."""
    keys = items_of(job)
    places = BulkRefusal.objects.filter(of=job).order_by("place").values_list("place", flat=True)
    return [keys[place] for place in places if place < len(keys)]


def _advance(ctx: Context, batch: Batch, job: Bulk, keys: Sequence[UUID]) -> None:
    part = keys[job.position : job.position + PART]
    outcomes = _outcomes(ctx, batch, job, part)
    refused = {
        str(job.position + at): {"reasons": {"reasons": [reason.as_json() for reason in outcome.reasons]}}
        for at, outcome in enumerate(outcomes)
        if isinstance(outcome, Refused)
    }
    args = {
        "since": job.position,
        "position": job.position + len(part),
        "done": _counted(outcomes, Done),
        "waiting": _counted(outcomes, Waiting),
        "refused": len(refused),
        "refusals": refused,
    }
    outcome = gate.run_one(Context(None, "page", on_behalf_of=job.opened_by_id), "bulk.record", job.id, args)
    if isinstance(outcome, Refused) and [reason.field for reason in outcome.reasons] != ["position"]:
        raise Fault(list(outcome.reasons))


def _outcomes(ctx: Context, batch: Batch, job: Bulk, part: Sequence[UUID]) -> list[Outcome]:
    """What became of a part; where it could not be taken at all, each of its records is refused for that."""
    args = job.args or {}
    try:
        return gate.run_part(ctx, batch, job.position // PART, job.verb, [(key, args) for key in part])
    except Fault as fault:
        if fault.status >= 500 or fault.status in PASSING:
            raise
        return [Refused(key, tuple(fault.reasons)) for key in part]


def _counted(outcomes: Collection[Outcome], kind: type) -> int:
    return sum(isinstance(outcome, kind) for outcome in outcomes)
