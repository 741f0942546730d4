"""The verbs of waiting and owing: approvals are asked, consented to, rejected, withdrawn; breaches are the clock's.

Who may decide is the law's to say (`live/access.py`); that a decided approval stays decided is said here.
"""

from typing import Any
from uuid import UUID

from keguan.controls.facts import APPROVAL, OBLIGATION
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import FollowUp, Work
from keguan.kernel.records.kinds import Fields, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

COMMENT = Text(2000, lines=True)


@verb(
    "approval.request",
    Label("申请审批", "Ask for approval"),
    on=APPROVAL,
    arguments=(
        *takes(APPROVAL, "verb!", "object_type!", "object!", "object_label", "args", "read", "control!", "how!"),
        *takes(APPROVAL, "rulebook!", "requester!", "by_zh!", "by_en!"),
        Argument("steps", Fields(), Label("步骤", "Steps"), required=True),
    ),
    creates=True,
    touches=("object",),
    internal=True,
)
def request(work: Work, items: list[Item]) -> None:
    """Keep a command until the people named have consented to it."""
    for item in items:
        facts = {argument: item[argument] for argument in item.args if argument != "steps"}
        work.create(item, **facts, state="waiting", step=1, requested_at=work.now)
        for step in item["steps"]["steps"]:
            people = [UUID(person) for person in step["people"]]
            work.add_line(item, "steps", **{**step, "people": people})


@verb(
    "approval.consent",
    Label("同意", "Consent"),
    on=APPROVAL,
    arguments=(Argument("comment", COMMENT, Label("意见", "Comment"), personal=True),),
    touches=("object",),
    loads=("steps",),
)
def consent(work: Work, items: list[Item]) -> None:
    """Consent to what is asked; with the last consent the command that was asked for runs."""
    for item in items:
        before = item.before
        if decided := _decided(before):
            work.refuse(item, decided)
            continue
        lines = _open(before)
        mine = next((line for line in lines if work.ctx.actor in line["people"]), None)
        if mine is None:
            work.refuse(item, NOT_YOURS)
            continue
        # one consent counts once for each control that asks this person
        given = {mine["control"]: mine}
        for line in before.lines["steps"]:
            if line["decided_at"] is None and work.ctx.actor in line["people"]:
                given.setdefault(line["control"], line)
        for line in given.values():
            work.set_line(item, "steps", line["id"], decided_by=work.ctx.actor, decided_at=work.now, is_consent=True,
                          comment=item["comment"])  # fmt: skip
        left = [line for line in before.lines["steps"] if line["decided_at"] is None and line not in given.values()]
        if left:
            step = min(line["pos"] for line in left)
            asked = [line for line in left if line["pos"] == step]
            work.set(item, step=step, by_zh="、".join(dict.fromkeys(line["by_zh"] for line in asked)),
                     by_en=", ".join(dict.fromkeys(line["by_en"] for line in asked)))  # fmt: skip
            continue
        work.set(item, state="granted", decided_at=work.now, decided_by=work.ctx.actor, comment=item["comment"])
        work.follow_up(
            item, FollowUp(before["verb"], before["object"], _arguments(before), before["requester"], item.id)
        )


@verb(
    "approval.reject",
    Label("驳回", "Reject"),
    on=APPROVAL,
    arguments=(Argument("comment", COMMENT, Label("意见", "Comment"), required=True, personal=True),),
    touches=("object",),
    loads=("steps",),
)
def reject(work: Work, items: list[Item]) -> None:
    """Say no to what is asked, with a reason; nothing of it is done."""
    for item in items:
        if decided := _decided(item.before):
            work.refuse(item, decided)
            continue
        mine = next((line for line in _open(item.before) if work.ctx.actor in line["people"]), None)
        if mine is None:
            work.refuse(item, NOT_YOURS)
            continue
        work.set_line(item, "steps", mine["id"], decided_by=work.ctx.actor, decided_at=work.now, is_consent=False,
                      comment=item["comment"])  # fmt: skip
        work.set(item, state="rejected", decided_at=work.now, decided_by=work.ctx.actor, comment=item["comment"])


@verb(
    "approval.withdraw",
    Label("撤回申请", "Withdraw"),
    on=APPROVAL,
    arguments=(Argument("comment", COMMENT, Label("说明", "Comment"), personal=True),),
    touches=("object",),
    loads=("steps",),
)
def withdraw(work: Work, items: list[Item]) -> None:
    """Take back what one has asked for."""
    for item in items:
        if decided := _decided(item.before):
            work.refuse(item, decided)
            continue
        work.set(item, state="withdrawn", decided_at=work.now, decided_by=work.ctx.actor, comment=item["comment"])


@verb("approval.lapse", Label("申请失效", "Lapse"), on=APPROVAL, touches=("object",), loads=("steps",), internal=True)
def lapse(work: Work, items: list[Item]) -> None:
    """Close a request that was overtaken: what it asked for has been done without it."""
    for item in items:
        if item.before["state"] == "waiting":
            work.set(item, state="lapsed", decided_at=work.now)


@verb("obligation.break", Label("逾期", "Overdue"), on=OBLIGATION, internal=True)
def breach(_work: Work, _items: list[Item]) -> None:
    """A due moment passed and what was owed had not been done. Entered by the clock, never run."""


@verb("obligation.escalate", Label("逾期告知", "Escalated"), on=OBLIGATION, internal=True)
def escalate(_work: Work, _items: list[Item]) -> None:
    """Others were told of a breach, as the clause says. Entered by the clock, never run."""


NOT_YOURS = Reason(Label("这一步不由您决定", "this step is not yours to decide"), kind="access")
_DECIDED = {
    "granted": Label("这项申请已经同意了", "this request has been granted already"),
    "rejected": Label("这项申请已经驳回了", "this request has been rejected already"),
    "withdrawn": Label("这项申请已经撤回了", "this request has been withdrawn"),
    "lapsed": Label("这项申请已经失效了", "this request has lapsed"),
}


def _decided(approval: Record) -> Reason | None:
    if approval["state"] == "waiting":
        return None
    when = APPROVAL.by_name["decided_at"].kind.show(approval["decided_at"])
    message = _DECIDED[approval["state"]]
    return Reason(
        Label(f"{message.zh}（{when}），不用再处理", f"{message.en} ({when})"),
        Label("请看工单的经过", "see the record's history"),
        kind="invariant",
    )


def _open(approval: Record) -> list[dict[str, Any]]:
    return [line for line in approval.lines["steps"] if line["pos"] == approval["step"] and line["decided_at"] is None]


def _arguments(approval: Record) -> dict[str, Any]:
    """The arguments asked for, typed again: they are kept as JSON."""
    args, _ = parse(vocabulary.verbs[approval["verb"]], approval["args"] or {})
    return args
