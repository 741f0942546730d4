"""Saying how one wants to be told. Everybody says it for himself."""

import datetime as dt
from collections.abc import Sequence

from keguan.integrations import addresses
from keguan.integrations.facts import RECEIVER, RECEPTION
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, Verb, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label

CHOICES = ("quiet_from", "quiet_until", "is_each_sent", "is_digest_sent", "digest_at")
NOBODY = Reason(Label("只能为自己添加", "this is for oneself only"), kind="invariant")
REMOVED = Reason(Label("这个接收方式已经删除", "this receiver was removed"), kind="invariant")
HALF = Reason(
    Label("免打扰的开始和结束要一起填", "quiet hours need both a beginning and an end"),
    Label("两个都填，或都不填而按公司的规定", "give both, or neither for the company's own"),
    field="quiet_until",
    kind="input",
)


@verb(
    "receiver.add",
    Label("添加接收方式", "Add a receiver"),
    on=RECEIVER,
    arguments=takes(RECEIVER, "kind!", "address!", "title"),
    creates=True,
)
def add(work: Work, items: list[Item]) -> None:
    """Have one's notices sent to an address as well: e-mail, a group's robot, a webhook."""
    for item in items:
        if work.ctx.actor is None:
            work.refuse(item, NOBODY)
            continue
        try:
            address = addresses.read(item["kind"], item["address"])
        except BadValue as fault:
            work.refuse(item, Reason(fault.label, None, field="address", kind="input"))
            continue
        title = item["title"] or addresses.masked(item["kind"], address)
        work.create(item, person=work.ctx.actor, kind=item["kind"], address=address, title=title, opened_at=work.now)


@verb("receiver.remove", Label("删除接收方式", "Remove a receiver"), on=RECEIVER)
def remove(work: Work, items: list[Item]) -> None:
    """Send nothing to an address any more; what is still on its way stays here."""
    for item in items:
        if item.before["removed_at"] is not None:
            work.refuse(item, REMOVED)
        else:
            work.set(item, address=None, removed_at=work.now)


def put_on_its_way(rows: Rows, _ctx: Context, now: dt.datetime, _verb: Verb, items: Sequence[Item]) -> None:
    """A trial goes out at once, whatever the hour."""
    rows.insert(
        "integrations_delivery", ("id", "receiver", "leaves_at"), [(uuid7(now), item.id, now) for item in items]
    )


@verb("receiver.try", Label("试发一条", "Send a trial"), on=RECEIVER, tells=put_on_its_way)
def try_(work: Work, items: list[Item]) -> None:
    """Send a trial to an address, to see that it arrives."""
    for item in items:
        if item.before["removed_at"] is not None:
            work.refuse(item, REMOVED)


@verb(
    "reception.set",
    Label("设定接收", "Set reception"),
    on=RECEPTION,
    arguments=takes(RECEPTION, *CHOICES),
    creates=True,
)
def set_(work: Work, items: list[Item]) -> None:
    """Say for the first time when and how one wants to be told."""
    for item in items:
        if work.ctx.actor is None:
            work.refuse(item, NOBODY)
        elif _is_whole(work, item):
            work.create(item, person=work.ctx.actor, **{name: item[name] for name in CHOICES})


@verb("reception.change", Label("更改接收", "Change reception"), on=RECEPTION, arguments=takes(RECEPTION, *CHOICES))
def change(work: Work, items: list[Item]) -> None:
    """Say anew when and how one wants to be told; what is left empty is as the company has it."""
    for item in items:
        if _is_whole(work, item):
            work.set(item, **{name: item[name] for name in CHOICES})


def _is_whole(work: Work, item: Item) -> bool:
    if (item["quiet_from"] is None) != (item["quiet_until"] is None):
        work.refuse(item, HALF)
        return False
    return True
