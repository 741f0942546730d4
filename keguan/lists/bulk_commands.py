"""The machinery's own record of a verb on many records: opened, carried on, stopped. Running them is `bulk.py`'s."""

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.labels import Label
from keguan.lists.facts import BULK
from keguan.longwork import progress

COUNTS = ("done", "waiting", "refused")
NOT_RUNNING = Reason(
    Label("这次批量办理已经结束，不能再停", "this bulk act has ended and can no longer be stopped"), kind="invariant"
)


@verb(
    "bulk.start",
    Label("开始批量办理", "Start a bulk act"),
    on=BULK,
    arguments=takes(BULK, "verb!", "args", "items!", "total!"),
    creates=True,
    internal=True,
    enters="running",
)
def start(work: Work, items: list[Item]) -> None:
    """Keep what a person wants done with which records; it runs in that person's name."""
    for item in items:
        work.create(
            item,
            **{name: item[name] for name in ("verb", "items", "total")},
            args=item["args"] or {},
            stage="running",
            opened_by=work.ctx.on_behalf_of,
            opened_at=work.now,
            position=0,
            **dict.fromkeys(COUNTS, 0),
        )


@verb(
    "bulk.record",
    Label("记录批量办理的进度", "Record a bulk act's progress"),
    on=BULK,
    arguments=(
        *takes(BULK, "position!", *COUNTS),
        Argument("refusals", Fields(), Label("未办的", "Refused"), personal=True),
        Argument("since", BULK.by_name["position"].kind, Label("起始件数", "From"), required=True),
    ),
    internal=True,
)
def record(work: Work, items: list[Item]) -> None:
    """The records from `since` to `position` are dealt with: so many done, waiting, refused, and these are why."""
    progress.record(work, items, COUNTS, "refusals", "place")


@verb("bulk.stop", Label("停止批量办理", "Stop a bulk act"), on=BULK, internal=True, enters="cancelled")
def stop(work: Work, items: list[Item]) -> None:
    """Stop after the records that are just being dealt with; what has been done stays."""
    progress.stop(work, items, ("running",), NOT_RUNNING)
