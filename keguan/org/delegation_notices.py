"""Telling a delegate: when somebody asks him to stand in, when it begins, and when it ends.

A command of delegation tells at once, in its own transaction; what begins or ends at a moment named beforehand is told
when that moment is met, with whatever else follows from it.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message, send

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

FOUND = """
    select d.id, d.delegate, d.starts_at, d.ends_at, d.verbs, p.name, array_agg(r.zh order by r.code) as roles_zh,
           array_agg(coalesce(r.en, r.zh) order by r.code) as roles_en
    from org_delegation d join org_person p on p.id = d.delegator left join org_role r on r.id = any(d.roles)
"""
THESE = " where d.id = any(%s)"
# told by the clock: what the last command on the delegation had named beforehand; taken back means nothing happens
MET = """
    join kernel_head h on h.id = d.id
    where (d.ends_at is null or d.ends_at > d.starts_at)
      and ((d.starts_at = any(%(at)s) and h.recorded_at < d.starts_at)
        or (d.ends_at = any(%(at)s) and h.recorded_at < d.ends_at))
"""
GROUP = " group by d.id, p.name order by d.id"


def after_command(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """Tell the delegates of these delegations what the command did: begun or to begin, ended or to end."""
    begun = {item.id for item in items if item.record is None}
    found = rows.select(FOUND + THESE + GROUP, [[item.id for item in items]])
    send(rows, [_message(row, _given(row, now) if row["id"] in begun else _taken(row, now)) for row in found], now)


def after_moments(rows: "Rows", now: dt.datetime, moments: Collection[dt.datetime]) -> None:
    """Tell the delegates whose delegations begin or end at these moments, which have been met."""
    found = rows.select(FOUND + MET + GROUP, {"at": list(moments)})
    told = []
    for row in found:
        text = _begins(row) if row["starts_at"] in moments and row["ends_at"] not in moments else _ends(row)
        told.append(_message(row, text))
    send(rows, told, now)


def _message(row: dict[str, Any], text: Label) -> Message:
    delegate: UUID = row["delegate"]
    return Message(delegate, text, None, "delegation", row["id"])


def _given(row: dict[str, Any], now: dt.datetime) -> Label:
    """Somebody was asked to stand in, from now or from later on."""
    name, until = row["name"], row["ends_at"]
    start = Label("即时起", "from now") if row["starts_at"] <= now else _since(row["starts_at"])
    end = Label("，直到其本人结束", " until it is ended") if until is None else _until(until)
    what = scope(row["roles_zh"], row["roles_en"], row["verbs"])
    return Label(
        "{name}委托您代理{what}：{start}{end}。期间该由其办理、决定的事会转给您，您所办的记作代其办理",
        "You stand in for {name} ({what}) {start}{end}. What falls to them comes to you; what you then do is "
        "recorded as done on their behalf",
    ).format(name=name, what=what, start=start, end=end)


def _taken(row: dict[str, Any], now: dt.datetime) -> Label:
    """An end was set: at once, at a later moment, or before it ever began."""
    name, until = row["name"], row["ends_at"]
    if until == row["starts_at"]:
        return Label("{name}撤回了对您的代理委托", "{name} took back the delegation to you").format(name=name)
    if until > now:
        end = _until(until)
        return Label("您代理{name}的期限改{end}", "You now stand in for {name}{end}").format(
            name=name, end=Label(end.zh[1:], end.en)
        )
    return _ends(row)


def _begins(row: dict[str, Any]) -> Label:
    name = row["name"]
    what = scope(row["roles_zh"], row["roles_en"], row["verbs"])
    end = Label("", "") if row["ends_at"] is None else _until(row["ends_at"])
    return Label("现在起由您代理{name}（{what}）{end}", "You now stand in for {name} ({what}){end}").format(
        name=name, what=what, end=end
    )


def _ends(row: dict[str, Any]) -> Label:
    name = row["name"]
    return Label("您代理{name}已经结束", "You no longer stand in for {name}").format(name=name)


def scope(roles_zh: Iterable[str | None], roles_en: Iterable[str | None], verbs: Iterable[str] | None) -> Label:
    """What is delegated, in words: everything, some roles, some acts."""
    roles = [Label(zh, en or zh) for zh, en in zip(roles_zh, roles_en, strict=True) if zh]
    acts = [known.label if (known := vocabulary.verbs.get(name)) else Label(name, name) for name in verbs or ()]
    if not roles and not acts:
        return Label("全部事项", "everything")
    parts = [join(some) for some in (roles, acts) if some]
    return Label("的".join(part.zh for part in parts), ": ".join(part.en for part in parts))


def _since(at: dt.datetime) -> Label:
    return Label(f"自{_said(at).zh}", f"from {_said(at).en}")


def _until(at: dt.datetime) -> Label:
    return Label(f"，至{_said(at).zh}", f" until {_said(at).en}")


def _said(at: dt.datetime) -> Label:
    local = at.astimezone(COMPANY_ZONE)
    return Label(f"{local.month}月{local.day}日 {local:%H:%M}", f"{local:%Y-%m-%d %H:%M}")
