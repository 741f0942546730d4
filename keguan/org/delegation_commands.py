"""The acts of delegation 代理: somebody stands in for another for a time, wholly or for some roles or verbs.

While it lasts the delegate is asked and owes in the delegator's place; what he then does stands in the journal as done
on the delegator's behalf. No chains, nobody for himself: constraints of the table.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions, vocabulary
from keguan.org import delegation_notices
from keguan.org.facts import DELEGATION
from keguan.org.spans import rebuild

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

GIVEN = ("roles", "verbs", "starts_at", "ends_at", "reason")


def _follow(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """Who answers for what now, and telling the delegates."""
    rebuild.after_delegations(rows, now, items)
    delegation_notices.after_command(rows, now, items)


@verb(
    "delegation.begin",
    Label("委托代理", "Delegate"),
    on=DELEGATION,
    arguments=takes(DELEGATION, "delegate!", *GIVEN),
    creates=True,
    names=("delegator", "delegate"),
    derives=_follow,
)
def begin(work: Work, items: list[Item]) -> None:
    """Let somebody stand in for you from now (or a later moment) until a moment, or until you end it."""
    for item in items:
        if work.ctx.actor is None:
            cure = Label("系统替人办理请用“指定代理”", "the system appoints a delegate")
            work.refuse(item, Reason(Label("委托要由本人办理", "only a person can delegate"), cure, kind="invariant"))
            continue
        _begin(work, item, work.ctx.actor)


@verb(
    "delegation.appoint",
    Label("指定代理", "Appoint a delegate"),
    on=DELEGATION,
    arguments=takes(DELEGATION, "delegator!", "delegate!", *GIVEN),
    creates=True,
    names=("delegator", "delegate"),
    derives=_follow,
)
def appoint(work: Work, items: list[Item]) -> None:
    """Let somebody stand in for a person who cannot delegate himself: he fell ill, he cannot be reached."""
    for item in items:
        _begin(work, item, item["delegator"])


@verb(
    "delegation.end",
    Label("结束代理", "End a delegation"),
    on=DELEGATION,
    arguments=takes(DELEGATION, "ends_at"),
    names=("delegator", "delegate"),
    derives=_follow,
)
def end(work: Work, items: list[Item]) -> None:
    """End a delegation now, or at a moment; what has not begun yet is taken back."""
    for item in items:
        starts_at, was = item.before["starts_at"], item.before.get("ends_at")
        ends_at = max(item["ends_at"] or item.happened_at, starts_at)
        if was is not None and was <= max(item.happened_at, starts_at):
            cure = Label("无须再次结束", "nothing needs to be done")
            message = Label("这项代理已经结束", "this delegation has ended already")
            work.refuse(item, Reason(message, cure, kind="invariant"))
        elif ends_at < min(item.happened_at, was or item.happened_at) and starts_at < ends_at:
            work.refuse(item, PAST)
        else:
            work.set(item, ends_at=ends_at)


PAST = Reason(
    Label("代理不能从过去开始或在过去结束", "a delegation cannot begin or end in the past"),
    Label("填写现在或以后的时间", "give this moment or a later one"),
    field="starts_at",
    kind="invariant",
)


def _begin(work: Work, item: Item, delegator: object) -> None:
    starts_at = item["starts_at"] or item.happened_at
    if starts_at < item.happened_at and not work.ctx.imported:
        work.refuse(item, PAST)
        return
    if item["ends_at"] is not None and item["ends_at"] <= starts_at:
        cure = Label("让结束晚于开始", "let it end after it starts")
        message = Label("代理期为空", "the delegation would last no time")
        work.refuse(item, Reason(message, cure, field="ends_at", kind="invariant"))
        return
    for name in ("delegate", "delegator"):
        person = item.links.get(name)
        left_on = person.get("left_on") if person is not None else None
        if person is not None and left_on is not None and left_on <= starts_at.astimezone(COMPANY_ZONE).date():
            message = Label("{name}届时已经离职", "{name} will have left by then").format(name=person["name"])
            cure = Label("请选择在职的人", "choose somebody who works here")
            work.refuse(item, Reason(message, cure, field=name, kind="invariant"))
            return
    for name in item["verbs"] or ():
        found = vocabulary.verbs.get(name)
        if found is None or found.internal:
            near = suggestions(name, (known for known, one in vocabulary.verbs.items() if not one.internal))
            near_cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else None
            message = Label("没有 {name} 这个操作", "there is no verb {name}").format(name=name)
            work.refuse(item, Reason(message, near_cure, field="verbs", kind="input"))
            return
    facts = {name: item[name] or None for name in ("roles", "verbs", "ends_at", "reason")}
    work.create(
        item, delegator=delegator, delegate=item["delegate"], starts_at=starts_at, opened_by=work.ctx.actor, **facts
    )
