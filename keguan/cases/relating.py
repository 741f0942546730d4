"""Cases that have to do with each other: linked, merged where one matter was registered twice.

A case is split by opening another one that names it (`case.open` with `split_from`): so every policy on opening holds.
A merged case counts no more, as a voided one; its matter goes on under the case that was opened first, so that no term
gets longer by merging.
"""

from keguan.cases.ended import CLOSED
from keguan.cases.facts import CASE, LINKS
from keguan.cases.telling import tell_followers
from keguan.kernel.commands.corrections import WHY
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.preparing import VOIDED
from keguan.kernel.commands.verbs import Argument, Inverse, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record

OTHER = Argument("other", LINKS.by_name["other"].kind, LINKS.by_name["other"].label, required=True)


def _reason(zh: str, en: str, cure: Label | None, field: str) -> Reason:
    return Reason(Label(zh, en), cure, field=field, kind="invariant")


ITSELF = _reason(
    "这就是这件工单本身",
    "this is the very same case",
    Label("请写另一件工单的编号", "give another case's number"),
    "other",
)
LINKED = _reason("这两件工单已经关联", "these two cases are linked already", None, "other")
NOT_LINKED = _reason("这两件工单没有从这一件关联", "no link stands between these two with this case", None, "other")
INTO_ITSELF = _reason(
    "工单不能并入自己", "a case cannot be merged into itself",
    Label("请写另一件工单的编号", "give another case's number"), "into",
)  # fmt: skip
INTO_LATER = _reason(
    "只能并入登记更早的工单，期限从最早的一件算",
    "a case is merged into one that was opened before it: terms run from the first",
    Label("请反过来，把后登记的并入先登记的", "do it the other way round"), "into",
)  # fmt: skip
INTO_CLOSED = _reason(
    "那件工单已经结案，不能再并入", "that case is closed: nothing can be merged into it",
    Label("请改为关联，注明接续前案", "link the two instead"), "into",
)  # fmt: skip
INTO_VOIDED = _reason("那件工单已经作废", "that case was voided", None, "into")
OTHER_CUSTOMER = _reason(
    "两件工单属于不同的客户，不能合并", "the two cases are of different customers",
    Label("请改为关联，或先更正客户", "link them instead, or correct the customer first"), "into",
)  # fmt: skip


@verb(
    "case.link",
    Label("关联工单", "Link to a case"),
    on=CASE,
    arguments=(
        OTHER,
        Argument("relation", LINKS.by_name["relation"].kind, LINKS.by_name["relation"].label, required=True),
    ),
    loads=("links",),
    names=("other",),
)
def link(work: Work, items: list[Item]) -> None:
    """Say that another case has to do with this one: related, of the same cause, or the one that this continues."""
    for item in items:
        if item["other"] == item.id:
            work.refuse(item, ITSELF)
        elif any(line["other"] == item["other"] for line in item.before.lines["links"]):
            work.refuse(item, LINKED)
        else:
            work.add_line(item, "links", **item.args, linked_by=work.ctx.actor, linked_at=item.happened_at)


@verb(
    "case.unlink",
    Label("解除关联", "Unlink"),
    on=CASE,
    arguments=(OTHER,),
    loads=("links",),
    names=("other",),
)
def unlink(work: Work, items: list[Item]) -> None:
    """Take back that this case was linked to another; the link stands with the case on which it was made."""
    for item in items:
        line = next((line for line in item.before.lines["links"] if line["other"] == item["other"]), None)
        if line is None:
            work.refuse(item, NOT_LINKED)
        else:
            work.remove_line(item, "links", line["id"])


@verb(
    "case.merge",
    Label("并入另一件工单", "Merge into a case"),
    on=CASE,
    arguments=(
        Argument("into", Reference("case"), Label("并入", "Into"), required=True),
        Argument("reason", WHY.kind, WHY.label, personal=True),
    ),
    tells=tell_followers,
    names=("customer", "into"),
    voids=True,
    inverse=Inverse("case.reinstate", lambda _cited: {}),
)
def merge(work: Work, items: list[Item]) -> None:
    """One matter was registered twice: this case counts no more, the one opened first goes on. Nothing is deleted."""
    for item in items:
        reason = _not_into(item.before, item.links["into"])
        if reason is not None:
            work.refuse(item, reason)
            continue
        work.set(item, voided_at=item.happened_at, merged_into=item["into"])
        work.note(item, "voids", str(item.id))


def _not_into(case: Record, into: Record) -> Reason | None:
    """Why the case cannot be merged into the other one."""
    mine, theirs = case.get("customer", into.get("customer")), into.get("customer", case.get("customer"))
    hindrances = (
        (case.get("voided_at") is not None, VOIDED),
        (case.get("closed_at") is not None, CLOSED),
        (case.id == into.id, INTO_ITSELF),
        (into.get("voided_at") is not None, INTO_VOIDED),
        (into.get("closed_at") is not None, INTO_CLOSED),
        (mine != theirs, OTHER_CUSTOMER),
        ((into["opened_at"], into.id) > (case["opened_at"], case.id), INTO_LATER),
    )
    return next((reason for is_so, reason in hindrances if is_so), None)
