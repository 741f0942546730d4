"""Set commands: one authorisation, one key, a parent event, and a child event for each object; resumable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Fault, Outcome
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.journal.facts import BATCH
from keguan.kernel.records.kinds import Integer, Text
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.kernel.commands.pipeline import Given, Pipeline

CHUNK = 1000


@verb(
    "batch.start",
    Label("开始成批操作", "Start a set command"),
    on=BATCH,
    creates=True,
    internal=True,
    arguments=(
        Argument("verb", Text(80), Label("操作", "Verb"), required=True),
        Argument("total", Integer(0), Label("件数", "Number of items"), required=True),
    ),
)
def start(work: Work, items: list[Item]) -> None:
    """Open a set command for so many objects of one verb."""
    for item in items:
        work.create(
            item,
            verb=item["verb"],
            total=item["total"],
            stage="running",
            opened_at=work.now,
            opened_by=work.ctx.on_behalf_of,
            done=0,
            waiting=0,
            refused=0,
        )


@verb("batch.finish", Label("完成成批操作", "Finish a set command"), on=BATCH, internal=True)
def finish(work: Work, items: list[Item]) -> None:
    """Close a set command whose objects have all been tried."""
    for item in items:
        work.set(item, stage="finished", closed_at=work.now)


@dataclass(frozen=True, slots=True)
class Batch:
    """A set command that has been opened: its record and its parent event."""

    id: UUID
    event: UUID

    def context(self, ctx: Context, chunk: int) -> Context:
        """The circumstances of the chunk with this number: tied to the batch, done once however often it is run."""
        return ctx.but(batch=self.id, caused_by=self.event, idempotency_key=f"batch:{self.id}:{chunk}")


def system(ctx: Context) -> Context:
    """The machinery's own circumstances for what it does on behalf of `ctx.actor`."""
    return Context(None, ctx.channel, on_behalf_of=ctx.actor, idempotency_key=ctx.idempotency_key)


def begin(pipeline: "Pipeline", ctx: Context, verb_name: str, total: int) -> Batch:
    """Open a set command; with an idempotency key that was used before, the same one again."""
    key = f"{ctx.actor}:{ctx.idempotency_key}" if ctx.idempotency_key else None
    [outcome] = pipeline.run(
        system(ctx).but(idempotency_key=key), "batch.start", [(None, {"verb": verb_name, "total": total})]
    )
    if not isinstance(outcome, Done):
        raise Fault(list(outcome.reasons) if hasattr(outcome, "reasons") else [])
    return Batch(outcome.object, outcome.event)


def end(pipeline: "Pipeline", ctx: Context, batch: Batch) -> None:
    """Close a set command, once."""
    key = f"batch:{batch.id}:end"
    pipeline.run(system(ctx).but(idempotency_key=key, caused_by=batch.event), "batch.finish", [(batch.id, {})])


def run_set(
    pipeline: "Pipeline", ctx: Context, verb_name: str, items: "Sequence[Given]"
) -> tuple[Batch, list[Outcome]]:
    """Run a verb on any number of items as one set command, in chunks of 1,000; gives the batch and all outcomes."""
    batch = begin(pipeline, ctx, verb_name, len(items))
    outcomes: list[Outcome] = []
    for number, place in enumerate(range(0, len(items), CHUNK)):
        outcomes += pipeline.run(batch.context(ctx, number), verb_name, items[place : place + CHUNK])
    end(pipeline, ctx, batch)
    return batch, outcomes
