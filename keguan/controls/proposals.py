"""Proposals: what a reaction drafted or proposed, waiting for somebody to accept or dismiss it.

Accepting runs the proposed verb as whoever accepts, with the arguments changed as far as the clause lets him.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keguan.controls.facts import ABOUT
from keguan.kernel.commands import constraints
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, Verb, takes, verb
from keguan.kernel.commands.work import FollowUp, Work
from keguan.kernel.records.kinds import Boolean, Choice, Fields, Integer, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, Record, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

STATES = {
    "waiting": Label("待定", "waiting"),
    "accepted": Label("已采纳", "accepted"),
    "dismissed": Label("已否决", "dismissed"),
    "withdrawn": Label("已撤销", "withdrawn"),
    "flagged": Label("依据已变，请复核", "its ground has fallen: to be looked at"),
}
PROPOSAL = vocabulary.add_type(
    RecordType(
        name="proposal",
        label=Label("提议", "Proposal"),
        table="controls_proposal",
        facts=(
            Fact("control", Text(), Label("管控项", "control")),
            Fact("verb", Text(), Label("动作", "act")),
            *ABOUT,
            Fact("target", Text(), Label("办在哪条记录上", "on which record it is done")),
            Fact("row", Integer(), Label("表的行", "row")),
            Fact("args", Fields(), Label("内容", "arguments"), personal=True, erased={}),
            Fact("ranges", Fields(), Label("可选范围", "what may be chosen")),
            Fact("is_free", Boolean(), Label("可自由修改", "may be changed freely")),
            Fact("people", Listing(Reference("person")), Label("可决定的人", "who may decide")),
            Fact("by_zh", Text(), Label("由谁决定", "decided by, in Chinese")),
            Fact("by_en", Text(), Label("由谁决定（英文）", "decided by, in English")),
            Fact("subject", Reference("person"), Label("涉及的人", "whom it concerns")),
            Fact("cause", Text(), Label("起因", "caused by")),
            Fact("obligation", Text(), Label("期限", "deadline")),
            Fact("unit", Reference("unit"), Label("部门", "unit")),
            Fact("state", Choice(STATES), Label("状态", "state")),
            Fact("comment", Text(2000, lines=True), Label("意见", "comment")),
            Fact("made_at", Moment(), Label("提出时间", "made at")),
            Fact("decided_at", Moment(), Label("决定时间", "decided at")),
            Fact("decided_by", Reference("person"), Label("决定人", "decided by")),
        ),
        stages=tuple(Stage(name, label) for name, label in STATES.items()),
        code=None,
        title="object_label",
        stage="state",
        unit="unit",
        about=("object",),
        needed_in=("waiting",),
    )
)
constraints.register(
    "controls_proposal_once",
    Label("同一件事已经提议过了", "this was proposed already"),
    Label("看已有的提议", "see the proposal there is"),
)
DECIDED = {
    "accepted": Label("这项提议已经采纳了", "this proposal was accepted already"),
    "dismissed": Label("这项提议已经否决了", "this proposal was dismissed already"),
    "withdrawn": Label(
        "这项提议已经撤销了：它的依据不再成立", "this proposal was withdrawn: its ground no longer holds"
    ),
    "flagged": Label("这项提议已经决定过了", "this proposal was decided already"),
}
COMMENT = Text(2000, lines=True)


MADE = takes(
    PROPOSAL, "control!", "verb!", "object_type!", "object!", "object_label", "target", "row", "args", "ranges",
    "is_free", "people", "by_zh", "by_en", "subject", "cause", "obligation", "unit")  # fmt: skip


@verb("proposal.make", Label("提出", "Make"), on=PROPOSAL, creates=True, internal=True, touches=("object",),
      arguments=MADE)  # fmt: skip
def make(work: Work, items: list[Item]) -> None:
    """Put before people what a clause would have done."""
    for item in items:
        work.create(item, **item.args, state="waiting", made_at=work.now)


@verb("proposal.accept", Label("采纳", "Accept"), on=PROPOSAL, touches=("object",), arguments=(
    Argument("args", Fields(), Label("改过的内容", "Changed arguments"), personal=True),
    Argument("comment", COMMENT, Label("意见", "Comment"), personal=True),
))  # fmt: skip
def accept(work: Work, items: list[Item]) -> None:
    """Accept what is proposed, changed within its range if need be; the proposed act is then done in one's name."""
    for item in items:
        if decided := _decided(item.before):
            work.refuse(item, decided)
            continue
        proposed = vocabulary.verbs[item.before["verb"]]
        changed, reason = _changed(proposed, item.before, item["args"] or {})
        if reason is not None:
            work.refuse(item, reason)
            continue
        typed, wrong = parse(proposed, changed)
        if wrong:
            work.refuse(item, wrong[0])
            continue
        work.set(item, state="accepted", args=changed, comment=item["comment"], decided_at=work.now,
                 decided_by=work.ctx.actor)  # fmt: skip
        target = UUID(item.before["target"]) if item.before["target"] else None
        work.follow_up(item, FollowUp(proposed.name, target, typed, work.ctx.actor))


@verb("proposal.dismiss", Label("否决", "Dismiss"), on=PROPOSAL, touches=("object",), arguments=(
    Argument("comment", COMMENT, Label("理由", "Reason"), required=True, personal=True),))  # fmt: skip
def dismiss(work: Work, items: list[Item]) -> None:
    """Say no to what is proposed, with a reason; nothing of it is done."""
    for item in items:
        if decided := _decided(item.before):
            work.refuse(item, decided)
            continue
        work.set(item, state="dismissed", comment=item["comment"], decided_at=work.now, decided_by=work.ctx.actor)


@verb("proposal.withdraw", Label("撤销提议", "Withdraw"), on=PROPOSAL, touches=("object",), internal=True)
def withdraw(work: Work, items: list[Item]) -> None:
    """Take back a proposal whose ground no longer holds; one that was decided is flagged instead."""
    for item in items:
        if item.before["state"] == "waiting":
            work.set(item, state="withdrawn", decided_at=work.now)
        elif item.before["state"] == "accepted":
            work.set(item, state="flagged")


def _decided(proposal: Record) -> Reason | None:
    if proposal["state"] == "waiting":
        return None
    return Reason(DECIDED[proposal["state"]], Label("不用再处理", "there is nothing left to do"), kind="invariant")


def _changed(proposed: Verb, proposal: Record, given: Mapping[str, Any]) -> tuple[dict[str, Any], Reason | None]:
    """The arguments as the person leaves them; a reason where he goes past what the clause lets him choose."""
    args = dict(proposal["args"] or {})
    ranges = proposal["ranges"] or {}
    for name, raw in given.items():
        argument = proposed.argument(name)
        if argument is None:
            return args, Reason(
                Label(f"没有名为 {name} 的参数", f"there is no argument {name}"), field="args", kind="input"
            )
        typed, wrong = parse(proposed, {name: raw})
        if name not in typed:
            return args, next((one for one in wrong if one.field == name), None)
        value, span = typed[name], ranges.get(name)
        shown = argument.kind.to_json(value)
        if shown == args.get(name):
            continue
        if span is None and not proposal["is_free"]:
            message = Label(f"“{argument.label.zh}”由条款定，不能改", f"the clause fixes “{argument.label.en}”")
            return args, Reason(message, Label("保持原值", "leave it as it is"), field="args", kind="invariant")
        if span is not None and not _within(argument, value, span):
            return args, Reason(
                _outside(argument, span), Label("在范围内选", "choose within it"), field="args", kind="invariant"
            )
        args[name] = shown
    return args, None


def _within(argument: Argument, value: Any, span: Mapping[str, Any]) -> bool:
    if "choices" in span:
        return argument.kind.to_json(value) in span["choices"]
    low, high = argument.kind.from_json(span["from"]), argument.kind.from_json(span["to"])
    if hasattr(value, "amount"):
        return bool(low.currency == value.currency and low.amount <= value.amount <= high.amount)
    return bool(low <= value <= high)


def _outside(argument: Argument, span: Mapping[str, Any]) -> Label:
    kind = argument.kind
    if "choices" in span:
        zh = "、".join(kind.show(kind.from_json(one)) for one in span["choices"])
        return Label(f"“{argument.label.zh}”只能选：{zh}", f"“{argument.label.en}” must be one of: {zh}")
    low, high = kind.show(kind.from_json(span["from"])), kind.show(kind.from_json(span["to"]))
    return Label(
        f"“{argument.label.zh}”应在 {low} 与 {high} 之间", f"“{argument.label.en}” must lie between {low} and {high}"
    )
