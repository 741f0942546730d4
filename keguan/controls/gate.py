"""The composition root: the one pipeline under the live law. Every door of the product enters here."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.live.law import LiveLaw
from keguan.kernel.commands import batches, checks, follow_ups, undoing
from keguan.kernel.commands.batches import Batch
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Outcome
from keguan.kernel.commands.pipeline import Given, Pipeline
from keguan.kernel.records.vocabulary import vocabulary

logger = logging.getLogger(__name__)
law = LiveLaw()
pipeline = Pipeline(law)


def run(ctx: Context, verb: str, items: Sequence[Given]) -> list[Outcome]:
    """Run a verb on up to 1,000 items in one transaction; an outcome for each, in order. `Fault` for bad requests."""
    outcomes = pipeline.run(ctx, verb, items)
    _address_anew(verb)
    return outcomes


def run_one(ctx: Context, verb: str, key: UUID | None, args: Mapping[str, Any]) -> Outcome:
    """Run a verb on one record (nothing where it creates one)."""
    return run(ctx, verb, [(key, args)])[0]


def run_set(ctx: Context, verb: str, items: Sequence[Given]) -> tuple[Batch, list[Outcome]]:
    """Run a verb on any number of items as one set command; the batch and all outcomes."""
    batch, outcomes = batches.run_set(pipeline, ctx, verb, items)
    _address_anew(verb)
    return batch, outcomes


def open_set(ctx: Context, verb: str, total: int) -> Batch:
    """Open a set command that is run part by part; with the same idempotency key it is the same one again."""
    return batches.begin(pipeline, ctx, verb, total)


def run_part(ctx: Context, batch: Batch, number: int, verb: str, items: Sequence[Given]) -> list[Outcome]:
    """Run the part of a set command with this number; asked for again, it answers as before."""
    return pipeline.run(batch.context(ctx, number), verb, items)


def close_set(ctx: Context, batch: Batch, verb: str) -> None:
    """Close a set command, once."""
    batches.end(pipeline, ctx, batch)
    _address_anew(verb)


def _address_anew(verb: str) -> None:
    """Once posts, people or delegations changed: whom open clocks and waiting requests mean now.

    The command is committed and its answer stands; what fails here is done by the clock's job.
    """
    declared = vocabulary.verbs.get(verb)
    if declared is None or declared.derives is None:
        return
    from keguan.controls.reassigning import reassign

    try:
        reassign()
    except Exception:
        logger.exception("re-addressing failed and will be tried again")


def refusals(
    ctx: Context, verbs: Iterable[str], key: UUID | None, args: Mapping[str, Any] | None = None
) -> dict[str, Verdict]:
    """By verb, what the law would say about using it on this record, without running it: for buttons and tool lists."""
    return checks.check(law, ctx, verbs, key, args)


def preview(ctx: Context, verb: str, key: UUID | None, args: Mapping[str, Any]) -> Verdict:
    """What the command would get with these arguments; nothing is locked, numbered or written."""
    return checks.check(law, ctx, [verb], key, args)[verb]


def undo(ctx: Context, event: UUID) -> Outcome:
    """Undo an event by the inverse that its verb declares; `Fault` where it has none or there is no such event."""
    return undoing.undo(pipeline, ctx, event)


def resume_follow_ups() -> int:
    """Run what a crash left behind; gives how many were run."""
    return follow_ups.resume_all(pipeline)
