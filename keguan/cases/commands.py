"""The acts that lead a case through its stages. Bodies say what is true; their order is the workflow's to say.

What holds under every policy stands here and in the table's constraints: a case is accepted once, and a closed case is
finished (notes and files may still be added).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from keguan.cases.ended import open_cases
from keguan.cases.facts import CASE, NOTES
from keguan.cases.telling import tell_followers
from keguan.customers.names import grams
from keguan.kernel.commands.corrections import add_correct, add_void
from keguan.kernel.commands.erasing import erasure
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.preparing import VOIDED
from keguan.kernel.commands.revealing import revelation
from keguan.kernel.commands.verbs import Argument, Item, back, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label

REPORTED = (
    "customer",
    "contact_name",
    "contact_phone",
    "order_no",
    "batch_no",
    "product_spec",
    "quantity",
    "defective_quantity",
    "shipped_on",
    "demand",
    "reason",
)
WHO_ACCEPTS = Label("不填即由受理的人经办", "if empty, whoever accepts it")
NOT_ANSWERED = Reason(
    Label("还没有答复客户，谈不上认可不认可", "the customer was not told anything yet that he could reject"),
    cure=Label("请先“答复客户”", "reply to the customer first"),
    kind="invariant",
)
ACCEPTED = Reason(
    Label("这件工单已经受理过", "this case was accepted already"),
    cure=Label("要换经办人，请用“派办”", "to change the owner, assign it"),
    field="accepted_at",
    kind="invariant",
)


def _without(work: Work, item: Item, needed: str) -> bool:
    """Whether the arguments would empty a fact that every case has; then the item is refused."""
    if needed not in item.args or item.args[needed] is not None:
        return False
    label = CASE.by_name[needed].label
    work.refuse(
        item,
        Reason(
            Label(f"“{label.zh}”不能为空", f"“{label.en}” cannot be empty"),
            cure=Label("填写它，或不改这一项", "write it, or leave it unchanged"),
            field=needed,
            kind="invariant",
        ),
    )
    return True


def _reported(item: Item) -> dict[str, Any]:
    """The arguments, with the search keys of the subject where it is among them."""
    title = item["title"]
    return dict(item.args) if title is None else {**item.args, "grams": grams(title)}


def _search_keys(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"grams": grams(facts["title"])}


correct = add_correct(CASE, _search_keys)
void, reinstate = add_void(CASE, "merged_into")


@verb(
    "case.open",
    Label("登记工单", "Open a case"),
    on=CASE,
    arguments=takes(
        CASE,
        "kind!",
        "channel",
        "title!",
        "description",
        *REPORTED,
        "cause",
        "severity",
        "is_joint",
        "joint_limit_days",
        "departments",
        "owner",
        "unit",
        "split_from",
        "extra",
    ),
    creates=True,
    enters="registered",
    names=("customer", "owner", "unit", "split_from"),
)
def open_(work: Work, items: list[Item]) -> None:
    """Register what a customer brought; it gets the next number. What is split off another case names that one."""
    for item in items:
        if item["split_from"] is not None and item.links["split_from"].get("voided_at") is not None:
            work.refuse(item, VOIDED)
            continue
        work.create(item, **_reported(item), stage="registered", opened_by=work.ctx.actor, opened_at=item.happened_at)
        work.number(item, "code")


@verb(
    "case.accept",
    Label("受理", "Accept"),
    on=CASE,
    arguments=(replace(takes(CASE, "owner")[0], help=WHO_ACCEPTS), *takes(CASE, "unit")),
    enters="accepted",
    tells=tell_followers,
    names=("customer", "owner", "unit"),
)
def accept(work: Work, items: list[Item]) -> None:
    """Take the case on; from here its terms run. Unless an owner is or was named, it is whoever accepts."""
    for item in open_cases(work, items):
        if item.before.get("accepted_at") is not None:
            work.refuse(item, ACCEPTED)
            continue
        owner = item["owner"] or item.before.get("owner") or work.ctx.actor
        unit = item["unit"] or item.before.get("unit")
        work.set(item, stage="accepted", accepted_at=item.happened_at, owner=owner, unit=unit)


@verb(
    "case.classify",
    Label("判定类别", "Classify"),
    on=CASE,
    arguments=takes(CASE, "kind", "severity", "cause", "is_joint", "joint_limit_days", "departments", "extra"),
    names=("customer",),
    inverse=back("case.classify", "kind"),
)
def classify(work: Work, items: list[Item]) -> None:
    """Say of what kind, cause and severity the case is, and whether several departments handle it together."""
    for item in open_cases(work, items):
        if not _without(work, item, "kind"):
            work.set(item, **item.args)


@verb(
    "case.complete",
    Label("补充登记内容", "Complete the report"),
    on=CASE,
    arguments=takes(CASE, "channel", "title", "description", *REPORTED, "extra"),
    names=("customer",),
    inverse=back("case.complete", "title"),
)
def complete(work: Work, items: list[Item]) -> None:
    """Fill in or change what the customer reported: order, batch, quantities, demand, reason, contact."""
    for item in open_cases(work, items):
        if not _without(work, item, "title"):
            work.set(item, **_reported(item))


@verb(
    "case.assign",
    Label("派办", "Assign"),
    on=CASE,
    arguments=takes(CASE, "owner!", "unit"),
    names=("customer", "owner", "unit"),
    inverse=back("case.assign", "owner"),
)
def assign(work: Work, items: list[Item]) -> None:
    """Give the case to a person, and to a unit where one is named."""
    for item in open_cases(work, items):
        work.set(item, **item.args)


@verb(
    "case.find",
    Label("提交调查结果", "Record the findings"),
    on=CASE,
    arguments=takes(
        CASE,
        "findings!",
        "is_founded",
        "cause",
        "originating_unit",
        "is_own_quality",
        "is_tracked",
        "defective_quantity",
        "extra",
    ),
    enters="investigated",
    tells=tell_followers,
    names=("customer", "originating_unit"),
)
def find(work: Work, items: list[Item]) -> None:
    """Record what the investigation found: whether the complaint is founded and in which unit it arose."""
    for item in open_cases(work, items):
        work.set(item, **item.args, stage="investigated", found_at=item.happened_at)


@verb(
    "case.settle",
    Label("核决赔付", "Decide compensation"),
    on=CASE,
    arguments=takes(CASE, "amount!", "handling!", "decision", "approved_return_quantity", "extra"),
    enters="decided",
    tells=tell_followers,
    names=("customer",),
)
def settle(work: Work, items: list[Item]) -> None:
    """Decide how the case is handled and what it costs; zero where nothing is paid."""
    for item in open_cases(work, items):
        work.set(item, **item.args, stage="decided", settled_at=item.happened_at)


@verb(
    "case.reply",
    Label("答复客户", "Reply to the customer"),
    on=CASE,
    arguments=takes(CASE, "reply_channel!", "reply!", "is_accepted"),
    enters="answered",
    tells=tell_followers,
    names=("customer",),
)
def reply(work: Work, items: list[Item]) -> None:
    """Record how and what the customer was told, and whether he accepts it where he said so."""
    for item in open_cases(work, items):
        work.set(item, **item.args, stage="answered", replied_at=item.happened_at)


@verb(
    "case.close",
    Label("结案", "Close"),
    on=CASE,
    arguments=takes(CASE, "is_accepted"),
    enters="closed",
    tells=tell_followers,
    names=("customer",),
)
def close(work: Work, items: list[Item]) -> None:
    """End the case. A closed case is finished; only notes and files may still be added."""
    for item in open_cases(work, items):
        work.set(item, **item.args, stage="closed", closed_at=item.happened_at)


@verb(
    "case.reject_result",
    Label("客户不认可，重新处理", "Start over: the result was not accepted"),
    on=CASE,
    arguments=(Argument("text", NOTES.by_name["text"].kind, Label("客户的异议", "Objection"), True, True),),
    enters="registered",
    tells=tell_followers,
    names=("customer",),
)
def reject_result(work: Work, items: list[Item]) -> None:
    """Record that the customer does not accept what he was told: the case goes through its stages once more."""
    for item in open_cases(work, items):
        if item.before.get("replied_at") is None:
            work.refuse(item, NOT_ANSWERED)
            continue
        anew = dict.fromkeys(("accepted_at", "found_at", "settled_at", "replied_at"))
        work.set(item, stage="registered", is_accepted=False, **anew)
        work.add_line(item, "notes", author=work.ctx.actor, text=item["text"], noted_at=item.happened_at)


REVEAL = revelation(CASE)
ERASE = erasure(CASE)
