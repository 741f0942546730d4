"""The verbs of waiting and owing: approvals are asked, consented to, rejected, withdrawn; breaches are the clock's.

Who may decide is the law's to say (`live/access.py`); that a decided approval stays decided is said here.
"""

from typing import Any
from uuid import UUID

from keguan.controls import deciding
from keguan.controls.facts import APPROVAL, CAUSES, OBLIGATION
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Fields, Listing, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record

COMMENT = Text(2000, lines=True)


@verb(
    "approval.request",
    Label("申请审批", "Ask for approval"),
    on=APPROVAL,
    arguments=(
        *takes(APPROVAL, "verb!", "object_type!", "object", "object_label", "args", "read", "control!", "how!"),
        *takes(APPROVAL, "rulebook!", "requester!", "by_zh!", "by_en!"),
        Argument("steps", Fields(), Label("步骤", "Steps"), required=True, personal=True),
        Argument("lines", Fields(), Label("各件", "Lines"), personal=True),
    ),
    creates=True,
    touches=("object", "records"),
    internal=True,
)
def request(work: Work, items: list[Item]) -> None:
    """Keep a command until the people named have consented to it; of a set command, with a line for each object."""
    for item in items:
        facts = {argument: item[argument] for argument in item.args if argument not in ("steps", "lines")}
        lines = (item["lines"] or {}).get("lines", [])
        if len(lines) > 1:
            facts |= {"object": None, "object_label": None, "args": {}}
            facts["records"] = [UUID(line["object"]) for line in lines]
        first = min(step["pos"] for step in item["steps"]["steps"])
        work.create(item, **facts, state="waiting", step=first, requested_at=work.now)
        for step in item["steps"]["steps"]:
            people = [UUID(person) for person in step["people"]]
            work.add_line(item, "steps", **{**step, "people": people})
        for line in lines if len(lines) > 1 else ():
            work.add_line(item, "lines", verb=item["verb"], object=UUID(line["object"]), state="waiting",
                          object_label=line["object_label"], args=line["args"])  # fmt: skip


@verb(
    "approval.consent",
    Label("同意", "Consent"),
    on=APPROVAL,
    arguments=(
        Argument("comment", COMMENT, Label("意见", "Comment"), personal=True),
        Argument("refused", Listing(Reference("")), Label("其中不同意的各件", "Records that are refused")),
    ),
    touches=("object", "records"),
    loads=("steps", "lines"),
)
def consent(work: Work, items: list[Item]) -> None:
    """Consent to what is asked, of several records to all but those refused; the last consent lets it run."""
    for item in items:
        before = item.before
        if over := decided(before):
            work.refuse(item, over)
            continue
        mine = deciding.mine(before, work.ctx.actor)
        if not mine:
            work.refuse(item, NOT_YOURS)
            continue
        if wrong := _wrongly_refused(item):
            work.refuse(item, wrong)
            continue
        for line in mine:
            work.set_line(item, "steps", line["id"], decided_by=work.ctx.actor, decided_at=work.now, is_consent=True,
                          comment=item["comment"], on_behalf_of=work.stands_in.get(item.position))  # fmt: skip
        kept = _refuse_lines(work, item)
        if before.lines["lines"] and not kept:
            work.set(item, state="rejected", decided_at=work.now, decided_by=work.ctx.actor, comment=item["comment"])
            continue
        left = [line for line in before.lines["steps"] if line["decided_at"] is None and line not in mine]
        if left:
            work.set(item, **deciding.asked_next(left))
            continue
        work.set(item, state="granted", decided_at=work.now, decided_by=work.ctx.actor, comment=item["comment"])
        for line in kept:
            work.set_line(item, "lines", line["id"], state="granted", decided_at=work.now, decided_by=work.ctx.actor)
        for follow_up in deciding.follow_ups(before, kept):
            work.follow_up(item, follow_up)


@verb(
    "approval.reject",
    Label("驳回", "Reject"),
    on=APPROVAL,
    arguments=(Argument("comment", COMMENT, Label("意见", "Comment"), required=True, personal=True),),
    touches=("object", "records"),
    loads=("steps", "lines"),
)
def reject(work: Work, items: list[Item]) -> None:
    """Say no to what is asked, with a reason; nothing of it is done."""
    for item in items:
        if over := decided(item.before):
            work.refuse(item, over)
            continue
        mine = deciding.mine(item.before, work.ctx.actor)
        if not mine:
            work.refuse(item, NOT_YOURS)
            continue
        work.set_line(item, "steps", mine[0]["id"], decided_by=work.ctx.actor, decided_at=work.now, is_consent=False,
                      comment=item["comment"], on_behalf_of=work.stands_in.get(item.position))  # fmt: skip
        end(work, item, "rejected", comment=item["comment"])


@verb(
    "approval.withdraw",
    Label("撤回申请", "Withdraw"),
    on=APPROVAL,
    arguments=(Argument("comment", COMMENT, Label("说明", "Comment"), personal=True),),
    touches=("object", "records"),
    loads=("steps", "lines"),
)
def withdraw(work: Work, items: list[Item]) -> None:
    """Take back what one has asked for; also what came back to be mended and will not be asked again."""
    for item in items:
        came_back = item.before["state"] == "returned"
        if not came_back and (over := decided(item.before)):
            work.refuse(item, over)
            continue
        end(work, item, "withdrawn", comment=item["comment"])


@verb(
    "approval.lapse",
    Label("申请失效", "Lapse"),
    on=APPROVAL,
    arguments=(
        *takes(APPROVAL, "cause"),
        Argument("record", Reference(""), Label("其中哪一件", "Which record")),
    ),
    touches=("object", "records"),
    loads=("steps", "lines"),
    internal=True,
)
def lapse(work: Work, items: list[Item]) -> None:
    """Close a request that was overtaken, or one record of it: what it asked for has been done without it."""
    for item in items:
        if item.before["state"] != "waiting":
            continue
        lines = [line for line in item.before.lines["lines"] if line["state"] == "waiting"]
        gone = [line for line in lines if line["object"] == item["record"]]
        if gone and len(lines) > len(gone):
            for line in gone:
                work.set_line(item, "lines", line["id"], state="lapsed", decided_at=work.now)
            continue
        end(work, item, "lapsed", cause=item["cause"] or "overtaken", is_decided=False)


@verb(
    "approval.fulfil",
    Label("申请办成", "Fulfil"),
    on=APPROVAL,
    arguments=(Argument("object", Reference(""), Label("新建的记录", "Record created"), required=True),),
    touches=("object",),
    internal=True,
)
def fulfil(work: Work, items: list[Item]) -> None:
    """Note which record a granted request created."""
    for item in items:
        work.set(item, object=item["object"])


@verb("approval.time_out", Label("逾时未决定", "Not decided in time"), on=APPROVAL, internal=True)
def time_out(_work: Work, _items: list[Item]) -> None:
    """A step was not decided in time; what the clause says then was done. Entered by the clock, never run."""


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
    "returned": Label("这项申请已经退回申请人了", "this request has been sent back to whoever asked"),
    "withdrawn": Label("这项申请已经撤回了", "this request has been withdrawn"),
    "lapsed": Label("这项申请已经失效了", "this request has lapsed"),
}


def decided(approval: Record) -> Reason | None:
    """Why nothing can be decided about the request any more; nothing while it waits."""
    if approval["state"] == "waiting":
        return None
    when = APPROVAL.by_name["decided_at"].kind.show(approval["decided_at"])
    message = _DECIDED[approval["state"]]
    cause = CAUSES.get(approval.get("cause") or "")
    why = Label(f"：{cause.zh}", f": {cause.en}") if cause else Label("", "")
    return Reason(
        Label(f"{message.zh}（{when}{why.zh}），不用再处理", f"{message.en} ({when}{why.en})"),
        Label("请看工单的经过", "see the record's history"),
        kind="invariant",
    )


def end(work: Work, item: Item, state: str, *, is_decided: bool = True, **facts: Any) -> None:
    """The request is over, with everything of it that still waited."""
    by = work.ctx.actor if is_decided else None
    work.set(item, state=state, decided_at=work.now, decided_by=by, **facts)
    for line in item.before.lines["lines"]:
        if line["state"] == "waiting":
            work.set_line(item, "lines", line["id"], state=state, decided_at=work.now, decided_by=by)


def _refuse_lines(work: Work, item: Item) -> list[dict[str, Any]]:
    """Refuse the records that were named; gives the lines that remain."""
    kept = []
    for line in item.before.lines["lines"]:
        if line["state"] == "waiting" and line["object"] in (item["refused"] or ()):
            work.set_line(item, "lines", line["id"], state="rejected", decided_by=work.ctx.actor, decided_at=work.now,
                          comment=item["comment"])  # fmt: skip
        elif line["state"] == "waiting":
            kept.append(line)
    return kept


def _wrongly_refused(item: Item) -> Reason | None:
    """Why the records that are refused singly cannot be: not of this request, or without a reason."""
    refused = item["refused"] or ()
    asked = {line["object"] for line in item.before.lines["lines"] if line["state"] == "waiting"}
    if not set(refused) <= asked:
        return Reason(
            Label("所列各件不都在这项申请里", "not all of these records are part of the request"),
            Label("请只选这项申请里的", "choose among those of the request"), field="refused", kind="input",
        )  # fmt: skip
    if refused and not item["comment"]:
        return Reason(
            Label("不同意的各件要写明理由", "say why these are refused"),
            Label("请填写意见", "give a comment"), field="comment", kind="input",
        )  # fmt: skip
    return None
