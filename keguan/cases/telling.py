"""What people are told of a case inside the product: who was mentioned or given something, who follows it.

Notices name the case by its number alone; what stands in it is for the case's page, which asks who may see it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.org.notices import Message, send

SYSTEM = Label("系统", "The system")
MENTIONED = Label("{who}在工单 {code} 里提到了您", "{who} mentioned you in the case {code}")
NOTED = Label("您关注的工单 {code}：{who}写了备注", "{code}, which you follow: {who} wrote a note")
MOVED = Label("您关注的工单 {code}：{who}办理了“{act}”", "{code}, which you follow: “{act}” by {who}")
GIVEN = Label("{who}交给您一项子任务（工单 {code}）", "{who} gave you a task on the case {code}")
ENDED = Label("{who}办理了您交办的子任务（工单 {code}）：{act}", "{who} dealt with your task on the case {code}: {act}")
Told = tuple[Record, UUID, Label]
"""A case, who is told of it, and in which words."""


def tell_followers(rows: Rows, ctx: Context, now: dt.datetime, verb: Verb, items: Sequence[Item]) -> None:
    """Tell those who follow the cases that they moved on."""
    _send(rows, ctx, now, verb, ((item.before, person, MOVED) for item in items for person in _followers(item)))


def tell_of_note(rows: Rows, ctx: Context, now: dt.datetime, verb: Verb, items: Sequence[Item]) -> None:
    """Tell those whom a note mentions, and others who follow the case."""
    found = []
    for item in items:
        mentioned = item["mentions"] or []
        found += [(item.before, person, MENTIONED) for person in mentioned]
        found += [(item.before, person, NOTED) for person in _followers(item) if person not in mentioned]
    _send(rows, ctx, now, verb, found)


def tell_owner(rows: Rows, ctx: Context, now: dt.datetime, verb: Verb, items: Sequence[Item]) -> None:
    """Tell whoever was given a task."""
    _send(rows, ctx, now, verb, ((item.links["case"], item["owner"], GIVEN) for item in items if item["owner"]))


def tell_giver(rows: Rows, ctx: Context, now: dt.datetime, verb: Verb, items: Sequence[Item]) -> None:
    """Tell whoever gave a task what became of it."""
    given = [(item, item.before.get("opened_by")) for item in items]
    _send(rows, ctx, now, verb, ((item.links["case"], giver, ENDED) for item, giver in given if giver))


def _followers(item: Item) -> list[UUID]:
    return list(item.before.get("followers", ()))


def _send(rows: Rows, ctx: Context, now: dt.datetime, verb: Verb, told: Iterable[Told]) -> None:
    """Write the notices, to nobody about what he did himself; history that is read in tells nobody anything."""
    found = [] if ctx.imported else [one for one in told if one[1] != ctx.actor]
    if not found:
        return
    names = rows.select("select name from org_person where id = %s", [ctx.actor])
    who = Label.typed(names[0]["name"]) if names else SYSTEM
    messages = []
    for case, person, words in found:
        text = words.format(who=who, code=case.get("code", ""), act=verb.label)
        messages.append(Message(person, text, None, "case", case.id))
    send(rows, messages, now)
