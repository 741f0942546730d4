"""Overrides: an exception from one guard for one act on one record, confirmed by a second person, used once.

There is no force: whoever needs to get past a guard asks, says why, and a second person answers for it too. Whether
an override counts for a command is the law's to say (`live/overriding.py`).
"""

import datetime as dt

from keguan.controls.facts import ABOUT
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Choice, Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

STATES = {
    "asked": Label("待另一人确认", "waits for a second person"),
    "granted": Label("已准许", "granted"),
    "rejected": Label("未准许", "rejected"),
    "withdrawn": Label("已撤回", "withdrawn"),
}
LONGEST = 7 * 24 * 60
COMMENT = Text(2000, lines=True)

OVERRIDE = vocabulary.add_type(
    RecordType(
        name="override",
        label=Label("破例", "Override"),
        table="controls_override",
        facts=(
            Fact("control", Text(140), Label("管控项", "control")),
            Fact("verb", Text(80), Label("动作", "act")),
            *ABOUT,
            Fact("reason", Text(2000, lines=True), Label("理由", "reason"), personal=True, erased="—"),
            Fact("minutes", Integer(1, LONGEST), Label("有效分钟数", "minutes to live")),
            Fact("state", Choice(STATES), Label("状态", "state")),
            Fact("requester", Reference("person"), Label("申请人", "requester")),
            Fact("requested_at", Moment(), Label("申请时间", "requested at")),
            Fact("decided_by", Reference("person"), Label("决定人", "decided by")),
            Fact("decided_at", Moment(), Label("决定时间", "decided at")),
            Fact("comment", COMMENT, Label("意见", "comment")),
            Fact("expires_at", Moment(), Label("有效至", "valid until")),
            Fact("used_at", Moment(), Label("使用时间", "used at"), derived=True),
            Fact("used_event", Reference(""), Label("使用于", "used by"), derived=True),
        ),
        stages=tuple(Stage(name, label) for name, label in STATES.items()),
        code=None,
        title="object_label",
        stage="state",
        opener="requester",
        about=("object",),
    )
)
OVER = Reason(
    Label("这项破例已经有结果了", "this override has been decided already"),
    Label("需要时请重新申请", "ask again where it is needed"),
    kind="invariant",
)
NOT_ALONE = Reason(
    Label("破例要由另一个人确认", "an override is confirmed by a second person"),
    Label("请另一位有权的人确认", "let somebody else who may confirm it"),
    kind="invariant",
)


@verb(
    "policy.override",
    Label("申请破例", "Ask for an override"),
    on=OVERRIDE,
    arguments=(
        *takes(OVERRIDE, "control!", "verb!"),
        Argument("object", Reference(""), Label("对象", "Record")),
        *takes(OVERRIDE, "reason!", "minutes!"),
    ),
    creates=True,
    touches=("object",),
)
def ask(work: Work, items: list[Item]) -> None:
    """Ask that one guard (`policy#id`) let one act on one record pass, once, within so many minutes of a yes."""
    for item in items:
        if work.ctx.actor is None:
            work.refuse(item, NOT_ALONE)
            continue
        act = vocabulary.verbs[item["verb"]]
        work.create(item, **item.args, object_type=act.on, state="asked", requester=work.ctx.actor,
                    requested_at=work.now)  # fmt: skip


@verb(
    "override.confirm",
    Label("准许破例", "Confirm an override"),
    on=OVERRIDE,
    arguments=(Argument("comment", COMMENT, Label("意见", "Comment"), personal=True),),
    touches=("object",),
)
def confirm(work: Work, items: list[Item]) -> None:
    """Answer for an exception as the second person; its minutes begin now."""
    for item in items:
        if _is_open(work, item):
            until = work.now + dt.timedelta(minutes=item.before["minutes"])
            work.set(item, state="granted", decided_by=work.ctx.actor, decided_at=work.now, expires_at=until,
                     comment=item["comment"])  # fmt: skip


@verb(
    "override.reject",
    Label("不准破例", "Reject an override"),
    on=OVERRIDE,
    arguments=(Argument("comment", COMMENT, Label("意见", "Comment"), required=True, personal=True),),
    touches=("object",),
)
def reject(work: Work, items: list[Item]) -> None:
    """Refuse an exception, with a reason."""
    for item in items:
        if _is_open(work, item):
            work.set(item, state="rejected", decided_by=work.ctx.actor, decided_at=work.now, comment=item["comment"])


@verb("override.withdraw", Label("撤回破例申请", "Withdraw"), on=OVERRIDE, touches=("object",))
def withdraw(work: Work, items: list[Item]) -> None:
    """Take back what one has asked for."""
    for item in items:
        if item.before["state"] != "asked":
            work.refuse(item, OVER)
        else:
            work.set(item, state="withdrawn", decided_by=work.ctx.actor, decided_at=work.now)


def _is_open(work: Work, item: Item) -> bool:
    if item.before["state"] != "asked":
        work.refuse(item, OVER)
        return False
    if work.ctx.actor is None or work.ctx.actor == item.before["requester"]:
        work.refuse(item, NOT_ALONE)
        return False
    return True
