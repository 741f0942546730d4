"""Access: may this actor use this verb on these records, and may he know of them? Denied where no grant says yes."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from keguan.controls.engines.access import SCOPES
from keguan.controls.live import bringing_in, overriding, proposing, signing, time_limits
from keguan.controls.live.deciders import replaced
from keguan.controls.live.grants import DIRECTORY, Grants, granting, roles_label
from keguan.controls.live.session import Session, session
from keguan.kernel.commands.law import Step, Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

CONCERNED = """
    select object from controls_obligation
    where object = any(%(ids)s) and people @> array[%(person)s] and state in ('running', 'broken')
    union
    select a.object from controls_approval a
    where a.object = any(%(ids)s) and a.state = 'waiting' and (a.requester = %(person)s or exists (
        select 1 from controls_approvalstep s where s.parent = a.id and s.people @> array[%(person)s]))
    union
    select l.object from controls_approvalline l join controls_approval a on a.id = l.parent
    where l.object = any(%(ids)s) and l.state = 'waiting' and (a.requester = %(person)s or exists (
        select 1 from controls_approvalstep s where s.parent = a.id and s.people @> array[%(person)s]))
"""
HIDDEN = Verdict([NOT_FOUND], is_hidden=True)


def _refused(text: Label, hint: Label) -> Verdict:
    return Verdict([Reason(text, hint, kind="access")])


LEFT = _refused(
    Label("您已办理离职，不能再办理任何事项", "you have left the company and can do nothing here any more"),
    Label("如有误，请联系人事或管理员", "if this is wrong, ask human resources or the administrator"),
)
NO_POST = _refused(
    Label("您的任职已经结束，不能办理事项", "your post has ended and you can do nothing here"),
    Label("如有误，请联系人事或管理员", "if this is wrong, ask human resources or the administrator"),
)
NOT_FOR_HIM = _refused(
    Label("您现在不是此人的代理人", "you do not stand in for this person now"),
    Label("请他先委托代理，或以自己的名义办理", "let him delegate first, or act in your own name"),
)
REPLACED = _refused(
    Label("您已不在可以决定这一步的岗位上", "you no longer hold the post that decides this step"),
    Label("请申请人撤回，再申请一次", "let whoever asked withdraw it and ask again"),
)


def access(step: Step) -> dict[int, Verdict]:  # noqa: PLR0911 – one answer for each of the machinery's records
    """By position, refusals and hidden items; the machinery itself may do everything."""
    if step.ctx.actor is None:
        return {}
    notes = session(step)
    grants = notes.grants_for(step.ctx.actor)
    closed = gone(step, grants) if grants is not None else HIDDEN
    if grants is None or closed is not None:
        return {item.position: closed or HIDDEN for item in step.items}
    if step.verb.name == "signature.sign":
        return signing.access(step, grants)
    if step.verb.on == "override":
        return overriding.access(step, grants, _denied(notes, step.verb, grants))
    if step.verb.on == "approval":
        time_limits.look(step)
        decided = {item.position: _of_approval(step, item, grants) for item in step.items}
        deciding = [item for item in step.items if decided[item.position] is None and _is_decided_on(step, item)]
        decided |= dict.fromkeys(replaced(step, notes, step.ctx.actor, deciding), REPLACED)
        decided |= bringing_in.refusals(step, notes, [item for item in deciding if decided[item.position] is None])
        return {position: verdict for position, verdict in decided.items() if verdict is not None}
    if step.verb.on == "proposal":
        asked = {item.position: proposing.access(step, item, grants) for item in step.items}
        return {position: verdict for position, verdict in asked.items() if verdict is not None}
    found: dict[int, Verdict] = {}
    doubtful: list[Item] = []
    for item in step.items:
        values = item.record.values if item.record else None
        if grants.may(step.verb.name, step.verb.type, values):
            stands_in(step, item, grants.acts_for(step.verb.name, step.verb.type, values))
            continue
        if values is None or grants.sees(step.verb.type, values):
            found[item.position] = Verdict([_denied(notes, step.verb, grants)])
        else:
            doubtful.append(item)
    if doubtful:
        known = concerned(step.rows, step.ctx.actor, [item.id for item in doubtful])
        for item in doubtful:
            found[item.position] = Verdict([_denied(notes, step.verb, grants)]) if item.id in known else HIDDEN
    return found


def gone(step: Step, grants: Grants) -> Verdict | None:
    """Why this actor may do nothing at all, whichever door he came by."""
    if grants.profile.has_left:
        return LEFT
    if grants.profile.lost_posts:
        return NO_POST
    principal = step.ctx.on_behalf_of
    if principal is None or any(lent.profile.person == principal for lent, _ in grants.lent):
        return None
    return NOT_FOR_HIM


def stands_in(step: Step, item: Item, principal: UUID | None) -> None:
    """Note in whose place the actor acts on the item."""
    if principal is not None:
        step.memo.setdefault("stands_in", {})[item.position] = principal


def visible(step: Step, record_type: str, records: frozenset[UUID]) -> frozenset[UUID]:
    """Which of these records the actor may see. At most two statements."""
    if step.ctx.actor is None or record_type in DIRECTORY:
        return records
    grants = session(step).grants_for(step.ctx.actor)
    if grants is None:
        return frozenset()
    return seen(step.rows, grants, record_type, records)


def seen(rows: Rows, grants: Grants, record_type: str, records: Collection[UUID]) -> frozenset[UUID]:
    """Which of these records the grants show, with those in which the person is concerned."""
    if grants.sees_all(record_type):
        return frozenset(records)
    found: set[UUID] = set()
    if grants.sees_some(record_type):
        known = vocabulary.types[record_type]
        parts = [part for part in (known.owner, known.opener, known.unit, *known.shown_to) if part]
        columns = ", ".join(["id", *dict.fromkeys(parts)])
        query = f"select {columns} from {known.table} where id = any(%s)"  # noqa: S608 – declared names
        found = {row["id"] for row in rows.select(query, [list(records)]) if grants.sees(known, row)}
    if rest := set(records) - found:
        found |= concerned(rows, grants.profile.person, rest)
    return frozenset(found)


def concerned(rows: Rows, person: UUID, records: Collection[UUID]) -> frozenset[UUID]:
    """Records on which the person owes something, or on which something waits for or was asked by him."""
    return frozenset(row["object"] for row in rows.select(CONCERNED, {"ids": list(records), "person": person}))


def _denied(notes: Session, verb: Verb, grants: Grants) -> Reason:
    """Why the verb is not for this person, with the clause that grants it to others."""
    others = granting(notes.book, verb.name)
    first = others[0].citation if others else None
    mine = [grant for grant in grants.controls if verb.name in grant.verbs]
    if mine:
        scope = SCOPES[mine[-1].scope]
        message = Label(
            f"您只能办理{scope.zh}{verb.type.label.zh}",
            f"you may do this only on records within your reach: {scope.en}",
        )
        return Reason(message, None, mine[-1].citation, kind="access")
    roles = roles_label(notes.book, others)
    cure = Label(f"可办理的岗位：{roles.zh}", f"roles that may: {roles.en}") if roles.zh else None
    message = Label(f"您的岗位没有这个权限：{verb.label.zh}", f"your post does not allow this: {verb.label.en}")
    return Reason(message, cure, first, kind="access")


def _of_approval(step: Step, item: Item, grants: Grants) -> Verdict | None:
    """Who may decide on a request: the people of its current step; who may withdraw it: whoever asked."""
    person, record = grants.profile.person, item.record
    if record is None:
        return HIDDEN
    steps = record.lines.get("steps", ())
    asks_me = any(person in (*(line["people"] or ()), *(line["relieved"] or ())) for line in steps)
    is_mine = record["requester"] == person
    if not (asks_me or is_mine or grants.may(step.verb.name, step.verb.type, record.values)):
        return HIDDEN
    if step.verb.name == "approval.withdraw" and record["state"] in ("waiting", "returned"):
        return None if is_mine else _said("只有申请人可以撤回", "only the person who asked may withdraw it")
    if record["state"] != "waiting":
        return None  # the body says kindly what became of it
    return _decides(record, person, is_mine)


def _is_decided_on(step: Step, item: Item) -> bool:
    is_open = item.record is not None and item.record["state"] == "waiting"
    return is_open and step.verb.name in time_limits.DECIDING


def _decides(record: Record, person: UUID, is_mine: bool) -> Verdict | None:
    if is_mine and record["how"] == "consent":
        return _said("不能审批自己的申请", "nobody may decide on his own request")
    open_lines = [line for line in record.lines["steps"] if line["decided_at"] is None]
    if any(person in line["people"] for line in open_lines if line["pos"] == record["step"]):
        return None
    by = Label(record["by_zh"], record["by_en"])
    if any(person in line["people"] for line in open_lines):
        return _said(f"还没轮到您，先要由{by.zh}决定", f"it is not your turn yet: first {by.en} decides")
    return _said(f"这一步由{by.zh}决定", f"this step is decided by {by.en}")


def _said(zh: str, en: str) -> Verdict:
    return Verdict([Reason(Label(zh, en), kind="access")])


def values_of(record: Record | None) -> Mapping[str, Any]:
    """A record's facts; none where there is no record."""
    return record.values if record else {}
