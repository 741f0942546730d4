"""From the YAML of a people expression to its tree. Owns the grammar of who; finds nobody."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions.faults import PeopleFault, Where, did_you_mean, nearest
from keguan.controls.conditions.names import Name, Names, UnknownName
from keguan.controls.people.nodes import (
    Actor,
    AllOf,
    AnyOf,
    Each,
    Head,
    People,
    PersonFact,
    Recusal,
    Requester,
    Role,
    Some,
    Superior,
    WhoDid,
)
from keguan.kernel.records.kinds import Listing, Reference
from keguan.kernel.records.labels import Label

DEEPEST = 5
_KEYS = ("is", "but", "else", "all", "some", "of")
_FORMS = Label(
    "可以写：角色、角色 @ 单位、head @ 部门、superior of …、who did 动作、each of 列表、人员事实、requester、actor、"
    "[a, b]、{all: […]}、{some: 2, of: […]}、{is: …, but: …, else: …}",
    "write a role, role @ unit, head @ department, superior of …, who did verb, each of list, a person's fact, "
    "requester, actor, [a, b], {all: […]}, {some: 2, of: […]} or {is: …, but: …, else: …}",
)


@dataclass(frozen=True, slots=True)
class _Words:
    names: Names
    roles: Collection[str]


def parse_people(raw: Any, names: Names, roles: Collection[str], where: Where | None = None) -> People:
    """The people written in `raw`; `roles` are the roles there are. `PeopleFault` with line and cure else.

    A role wins over a fact of the same name unless the fact is a person: then the word is ambiguous, a fault.
    """
    return _read(raw, _Words(names, roles), (where or Where()).at(raw), 0)


def _fault(zh: str, en: str, cure: Label, where: Where) -> PeopleFault:
    return PeopleFault(Label(zh, en), cure, where)


def _read(raw: Any, words: _Words, where: Where, depth: int) -> People:
    if depth > DEEPEST:
        raise _fault("写得太深", "this is nested too deeply", Label("拆开写", "split it"), where)
    if isinstance(raw, str) and raw.strip():
        return _text(" ".join(raw.split()), words, where, depth)
    if isinstance(raw, Mapping):
        return _map(raw, words, where, depth)
    if isinstance(raw, Sequence) and not isinstance(raw, str) and raw:
        several = _several(raw, words, where, depth)
        return several[0] if len(several) == 1 else AnyOf(several)
    raise _fault(f"“{raw}”没有写明是谁", f"“{raw}” names nobody", _FORMS, where)


def _several(raw: Any, words: _Words, where: Where, depth: int) -> tuple[People, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise _fault("这里要写列表", "a list is expected here", Label("写成 [a, b]", "write [a, b]"), where)
    return tuple(_read(one, words, where.at(raw, index), depth + 1) for index, one in enumerate(raw))


def _map(raw: Mapping[Any, Any], words: _Words, where: Where, depth: int) -> People:
    for key in raw:
        if key not in _KEYS:
            cure = did_you_mean(nearest(str(key), _KEYS), _FORMS)
            raise _fault(f"这里没有“{key}”这一项", f"there is no “{key}” here", cure, where.at(raw, key))
    keys = set(raw)
    if keys == {"all"}:
        several = _several(raw["all"], words, where.at(raw, "all"), depth)
        return several[0] if len(several) == 1 else AllOf(several)
    if keys == {"some", "of"}:
        return _some(raw, words, where, depth)
    if "is" in keys and "but" in keys and keys <= {"is", "but", "else"}:
        otherwise = _read(raw["else"], words, where.at(raw, "else"), depth + 1) if "else" in raw else None
        who = _read(raw["is"], words, where.at(raw, "is"), depth + 1)
        return Recusal(who, _read(raw["but"], words, where.at(raw, "but"), depth + 1), otherwise)
    raise _fault(
        f"{'、'.join(map(str, raw))} 不能这样合用", f"{', '.join(map(str, raw))} do not go together", _FORMS, where
    )


def _some(raw: Mapping[Any, Any], words: _Words, where: Where, depth: int) -> People:
    of, count, here = raw["of"], raw["some"], where.at(raw, "of")
    several = _several([of], words, here, depth) if isinstance(of, str) else _several(of, words, here, depth)
    # `each of` may stand for any number of persons, so the list's length bounds nothing.
    open_ended = any(isinstance(one, Each | Role) for one in several)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1 or (count > len(several) and not open_ended):
        raise _fault(
            f"some 应在 1 与 {len(several)} 之间",
            f"some must lie between 1 and {len(several)}",
            Label("例如 {some: 2, of: [a, b, c]}", "such as {some: 2, of: [a, b, c]}"),
            where.at(raw, "some"),
        )
    return Some(count, several)


def _text(text: str, words: _Words, where: Where, depth: int) -> People:  # noqa: PLR0911  # one per form
    if text == "requester":
        return Requester()
    if text == "actor":
        return Actor()
    if text.startswith("superior of "):
        if depth >= DEEPEST:
            raise _fault(
                "superior of 叠得太多", "too many superiors of superiors", Label("直接写角色", "name the role"), where
            )
        return Superior(_text(text.removeprefix("superior of "), words, where, depth + 1))
    if found := re.fullmatch(r"who did (\S+)", text):
        try:
            return WhoDid(found[1], words.names.verb(found[1]))
        except UnknownName as unknown:
            raise _unknown(unknown, where) from None
    if found := re.fullmatch(r"each of \$?(\S+)", text):
        return _each(found[1], words, where)
    if found := re.fullmatch(r"(\S+) ?@ ?\$?(\S+)", text):
        unit = _unit(found[2], words, where)
        return Head(unit) if found[1] == "head" else Role(_role(found[1], words, where), unit)
    if text == "head" or (" " in text and re.match(r"(superior|who did|each of|head)\b", text)):
        raise _fault(f"“{text}”没有写完", f"“{text}” is not complete", _FORMS, where)
    return _word(text, words, where)


def _word(text: str, words: _Words, where: Where) -> People:
    fact: Name | None = None
    try:
        fact = words.names.resolve(text.removeprefix("$"))
    except UnknownName as unknown:
        if unknown.is_ambiguous:
            raise _unknown(unknown, where) from None
    is_person = fact is not None and isinstance(fact.kind, Reference) and fact.kind.to == "person"
    if text in words.roles:
        if is_person:
            raise _fault(
                f"“{text}”既是角色又是人员事实",
                f"“{text}” is a role and a person's fact",
                Label(f"事实写成 ${text}，角色换个编号", f"write the fact as ${text}; rename the role"),
                where,
            )
        return Role(text)
    if fact is None:
        close = [*nearest(text, words.roles), *words.names.suggest(text)]
        raise _fault(f"没有“{text}”这个角色或事实", f"there is no role or fact called “{text}”",
                     did_you_mean(dict.fromkeys(close[:3]), _FORMS), where)  # fmt: skip
    if is_person:
        return PersonFact(fact)
    if isinstance(fact.kind, Listing):
        cure = Label(f"写成 each of {text}", f"write each of {text}")
    elif isinstance(fact.kind, Reference):
        cure = Label(f"写成 head @ {text} 或 角色 @ {text}", f"write head @ {text} or role @ {text}")
    else:
        cure = _FORMS
    raise _fault(f"“{fact.label.zh}”不是人", f"“{fact.label.en}” is not a person", cure, where)


def _role(role: str, words: _Words, where: Where) -> str:
    if role in words.roles:
        return role
    close = nearest(role, [*words.roles, "head"])
    raise _fault(
        f"没有“{role}”这个角色",
        f"there is no role called “{role}”",
        did_you_mean(close, Label("先在制度里声明这个角色", "declare the role in the pack first")),
        where,
    )


def _resolve(text: str, words: _Words, where: Where) -> Name:
    try:
        return words.names.resolve(text)
    except UnknownName as unknown:
        raise _unknown(unknown, where) from None


def _unknown(unknown: UnknownName, where: Where) -> PeopleFault:
    if unknown.is_ambiguous:
        return _fault(f"“{unknown.name}”可以指几个事实", f"“{unknown.name}” may mean several facts",
                      did_you_mean(unknown.suggestions, Label("写出全名", "write its full name")), where)  # fmt: skip
    return _fault(
        f"没有“{unknown.name}”这个名字",
        f"there is nothing called “{unknown.name}”",
        did_you_mean(unknown.suggestions, Label("参看事实与动作一览", "see the list of facts and verbs")),
        where,
    )


def _unit(text: str, words: _Words, where: Where) -> Name:
    fact = _resolve(text, words, where)
    if not isinstance(fact.kind, Reference) or fact.kind.to == "person":
        raise _fault(
            f"“{fact.label.zh}”不是单位",
            f"“{fact.label.en}” is not a unit",
            Label("@ 后面写部门、公司之类的事实", "after @ stands a fact that holds a unit"),
            where,
        )
    return fact


def _each(text: str, words: _Words, where: Where) -> People:
    fact = _resolve(text, words, where)
    if not isinstance(fact.kind, Listing) or not isinstance(fact.kind.of, Reference):
        raise _fault(
            f"“{fact.label.zh}”不是人或单位的列表",
            f"“{fact.label.en}” is not a list of people or units",
            Label("each of 后面写列表事实", "after “each of” stands a fact that holds a list"),
            where,
        )
    return Each(fact, heads=fact.kind.of.to != "person")
