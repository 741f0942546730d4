"""Tasks: pieces of the work on a case, each given to somebody by a day. They see no more of the case than before.

That a task is done in time is a policy's to ask (`deadline: {before: task.due_on, do: task.finish}`).
"""

from keguan.cases.ended import CLOSED, not_ended
from keguan.cases.telling import tell_giver, tell_owner
from keguan.kernel.commands.corrections import add_correct
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.preparing import VOIDED
from keguan.kernel.commands.verbs import Inverse, Item, back, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Date, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage
from keguan.kernel.records.vocabulary import Setting, vocabulary

TASK = vocabulary.add_type(
    RecordType(
        name="task",
        label=Label("子任务", "Task"),
        table="cases_task",
        facts=(
            Fact("code", Text(40), Label("编号", "Number")),
            Fact("title", Text(120), Label("要办的事", "What is to be done"), personal=True),
            Fact("text", Text(4000, lines=True), Label("说明", "Details"), personal=True),
            Fact("case", Reference("case"), Label("工单", "Case")),
            Fact("owner", Reference("person"), Label("承办人", "Owner")),
            Fact("unit", Reference("unit"), Label("承办部门", "Unit")),
            Fact("due_on", Date(), Label("约定完成日期", "Due on")),
            Fact("result", Text(4000, lines=True), Label("办理结果", "Result"), personal=True),
            Fact("opened_by", Reference("person"), Label("交办人", "Given by")),
            Fact("opened_at", Moment(), Label("交办时间", "Given at")),
            Fact("ended_at", Moment(), Label("结束时间", "Ended at")),
            Fact("stage", Text(40), Label("环节", "Stage")),
        ),
        stages=(
            Stage("open", Label("待办", "To do")),
            Stage("done", Label("已完成", "Done")),
            Stage("dropped", Label("已取消", "Dropped")),
        ),
        stage="stage",
        owner="owner",
        opener="opened_by",
        unit="unit",
        ended="ended_at",
        assign="task.assign",
        series="task.number_pattern",
        about=("case",),
    )
)
NUMBER_PATTERN = vocabulary.add_setting(
    Setting("task.number_pattern", Text(40), Label("子任务编号规则", "Task number pattern"), default="RW-YYYYMM-NNN")
)
ENDED = Reason(
    Label("这项子任务已经结束", "this task has ended"),
    Label("要继续办，请先“重新打开”", "reopen it to go on with it"),
    kind="invariant",
)
NOT_ENDED = Reason(Label("这项子任务还没有结束", "this task has not ended"), kind="invariant")
correct = add_correct(TASK)


def _open_tasks(work: Work, items: list[Item]) -> list[Item]:
    return not_ended(work, items, "ended_at", ENDED)


@verb(
    "task.open",
    Label("交办子任务", "Give a task"),
    on=TASK,
    arguments=takes(TASK, "case!", "title!", "owner!", "unit", "due_on", "text"),
    creates=True,
    enters="open",
    tells=tell_owner,
    names=("case", "owner", "unit"),
)
def open_(work: Work, items: list[Item]) -> None:
    """Give somebody a piece of the work on a case, to be done by a day; whoever gets it is told."""
    for item in items:
        case = item.links["case"]
        if case.get("voided_at") is not None:
            work.refuse(item, VOIDED)
            continue
        if case.get("closed_at") is not None:
            work.refuse(item, CLOSED)
            continue
        work.create(item, **item.args, stage="open", opened_by=work.ctx.actor, opened_at=item.happened_at)
        work.number(item, "code")


@verb(
    "task.assign",
    Label("转交", "Hand over"),
    on=TASK,
    arguments=takes(TASK, "owner!", "unit"),
    tells=tell_owner,
    names=("case", "owner", "unit"),
    inverse=back("task.assign", "owner"),
)
def assign(work: Work, items: list[Item]) -> None:
    """Give the task to somebody else."""
    for item in _open_tasks(work, items):
        work.set(item, **item.args)


@verb(
    "task.finish",
    Label("完成", "Finish"),
    on=TASK,
    arguments=takes(TASK, "result"),
    enters="done",
    tells=tell_giver,
    names=("case",),
    inverse=Inverse("task.reopen", lambda _cited: {}),
)
def finish(work: Work, items: list[Item]) -> None:
    """Say that the task is done, and what came of it; whoever gave it is told."""
    for item in _open_tasks(work, items):
        work.set(item, **item.args, stage="done", ended_at=item.happened_at)


@verb(
    "task.drop",
    Label("取消任务", "Drop"),
    on=TASK,
    arguments=takes(TASK, "result"),
    enters="dropped",
    tells=tell_giver,
    names=("case",),
    inverse=Inverse("task.reopen", lambda _cited: {}),
)
def drop(work: Work, items: list[Item]) -> None:
    """Say that the task need not be done, and why."""
    for item in _open_tasks(work, items):
        work.set(item, **item.args, stage="dropped", ended_at=item.happened_at)


@verb(
    "task.reopen",
    Label("重新打开", "Reopen"),
    on=TASK,
    enters="open",
    names=("case",),
)
def reopen(work: Work, items: list[Item]) -> None:
    """Take back that the task has ended."""
    for item in items:
        if item.before.get("ended_at") is None:
            work.refuse(item, NOT_ENDED)
        else:
            work.set(item, stage="open", ended_at=None)
