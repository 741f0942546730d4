"""Acts under `done` and `not_done`: from the YAML to leaves. Owns what may be said of an act that was done.

`verb`, or `{verb, when, by, since, in, times}`: `when` tests the act's own arguments and day (`happened_on`) before
what stands outside, `by` who did it (a role that he held then, a person's fact, `actor`), `since` the last act of a
verb, a day, or a fact that holds one; `in` is a window, `times` how often.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any as Anything

from keguan.controls.conditions import nodes
from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean, nearest
from keguan.controls.conditions.leaves import fault, read_fact_test, read_window, unknown_fault, written
from keguan.controls.conditions.names import ACT, InsideAct, Name, Names, UnknownName
from keguan.controls.conditions.standings import read_fact
from keguan.kernel.records.kinds import Date, Integer, Moment, Reference
from keguan.kernel.records.labels import Label

KEYS = ("verb", "when", "by", "since", "in", "times")
HERSELF = ("actor", "requester")
NUMBER = Name((ACT, "times"), Integer(), Label("次数", "times"))
ReadCondition = Callable[[Anything, Names, Where], nodes.Node]


def read_done(raw: Anything, names: Names, where: Where, negated: bool, inner: ReadCondition) -> nodes.Node:
    """What `done` says: any one of several acts (`not_done`: none of them)."""
    if isinstance(raw, str | Mapping):
        found = [_act(raw, names, where.at(raw), inner)]
    elif isinstance(raw, Sequence) and raw and all(isinstance(one, str) for one in raw):
        found = [nodes.Done(_verbs(raw, names, where))]
    elif isinstance(raw, Sequence) and raw:
        found = [_act(one, names, where.at(raw, place), inner) for place, one in enumerate(raw)]
    else:
        raise _no_act(raw, where)
    tree: nodes.Node = found[0] if len(found) == 1 else nodes.Any(tuple(found))
    return nodes.negate(tree) if negated else tree


def _no_act(raw: Anything, where: Where) -> ConditionFault:
    return fault(
        f"这里写动作，读到的是“{raw}”", f"an act is expected here, not “{raw}”",
        "例如 done: case.find 或 {verb: case.find, by: 角色}", "such as done: case.find or {verb: case.find, by: role}",
        where,
    )  # fmt: skip


def _act(raw: Anything, names: Names, where: Where, inner: ReadCondition) -> nodes.Done:
    if isinstance(raw, str):
        return nodes.Done(_verbs([raw], names, where))
    if not isinstance(raw, Mapping) or "verb" not in raw:
        raise _no_act(raw, where)
    for key in raw:
        if key not in KEYS:
            cure = did_you_mean(nearest(str(key), KEYS), Label(f"可写：{'、'.join(KEYS)}", f"keys: {', '.join(KEYS)}"))
            raise ConditionFault(Label(f"动作里没有“{key}”这一项", f"an act has no “{key}”"), cure, where.at(raw, key))
    named = raw["verb"]
    verbs = _verbs([named] if isinstance(named, str) else named, names, where.at(raw, "verb"))
    inside = InsideAct(names, _own(verbs, names))
    parts: list[nodes.Node] = []
    if "by" in raw:
        parts.append(_by(raw["by"], inside, where.at(raw, "by")))
    if "when" in raw:
        parts.append(inner(raw["when"], inside, where.at(raw, "when")))
    tests = None if not parts else parts[0] if len(parts) == 1 else nodes.All(tuple(parts))
    if tests is not None:
        _check_open(tests, where.at(raw, "when"))
    return nodes.Done(
        verbs, tests=tests,
        since=_since(raw["since"], names, where.at(raw, "since")) if "since" in raw else None,
        window=_window(raw["in"], where.at(raw, "in")) if "in" in raw else None,
        times=_times(raw["times"], names, where.at(raw, "times")) if "times" in raw else None,
    )  # fmt: skip


def _verbs(acts: Anything, names: Names, where: Where) -> tuple[nodes.Verb, ...]:
    if not isinstance(acts, Sequence) or not acts or not all(isinstance(act, str) for act in acts):
        raise _no_act(acts, where)
    try:
        return tuple(nodes.Verb(act.strip(), names.verb(act.strip())) for act in acts)
    except UnknownName as unknown:
        raise (_judged(unknown.name, where) or unknown_fault(unknown, where)) from None


def _judged(text: str, where: Where) -> ConditionFault | None:
    """The fault of a judgement or a hit under `done`: it is waited for, not asked afterwards."""
    kind, colon, name = text.partition(":")
    if not colon or kind.strip() not in ("breach", "kept", "hit", "reached", "changed"):
        return None
    return fault(
        f"done 只问动作，“{text}”不是动作", f"done asks about acts: “{text}” is none",
        f"用 after: {kind}:{name} 的期限或反应来接，或测试它改变的事实",
        f"let a deadline or reaction wait for it (after: {kind}:{name}), or test the fact that it changes", where,
    )  # fmt: skip


def _own(verbs: Sequence[nodes.Verb], names: Names) -> dict[str, Name]:
    """The arguments that all the verbs have, of one kind."""
    first, *others = [names.act(verb.name) for verb in verbs]
    return {
        key: name for key, name in first.items()
        if all(key in other and type(other[key].kind) is type(name.kind) for other in others)
    }  # fmt: skip


def _by(raw: Anything, names: InsideAct, where: Where) -> nodes.Node:
    """Who did it, as a test on that person: roles, facts that hold a person, whoever acts now."""
    one = [_who(part, names) for part in raw] if isinstance(raw, list | tuple) else _who(raw, names)
    return read_fact(names.doer, one, names, where)


def _who(raw: Anything, names: InsideAct) -> Anything:
    """A bare word that is no role but a fact holding a person means the fact, as in people expressions."""
    if not isinstance(raw, str):
        return raw
    word = raw.strip()
    if word in HERSELF:
        return "$actor.id"
    try:
        kind = names.outer.resolve(word).kind
    except UnknownName:
        return raw
    return f"${word}" if isinstance(kind, Reference) and kind.to == "person" else raw


def _since(raw: Anything, names: Names, where: Where) -> nodes.Verb | Name | dt.date:
    text = str(raw).strip()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return nodes.Verb(text, names.verb(text))
    except UnknownName as unknown:
        try:
            found = names.resolve(text.removeprefix("$"))
        except UnknownName:
            raise unknown_fault(unknown, where) from None
    if not isinstance(found.kind, Date | Moment):
        raise fault(f"“{found.label.zh}”不是日期", f"“{found.label.en}” is no date", "写动作、日期或日期事实",
                    "write a verb, a date, or a fact that holds one", where)  # fmt: skip
    return found


def _window(raw: Anything, where: Where) -> nodes.Window:
    test = written(raw, where) if isinstance(raw, str) else None
    if test is None or test.form != "window" or test.negated:
        raise fault(f"“{raw}”不是时段", f"“{raw}” is no window", "写成 this month、last 6 months",
                    "write such as this month or last 6 months", where)  # fmt: skip
    return read_window(test.words, where)


def _times(raw: Anything, names: Names, where: Where) -> nodes.Comparison:
    test = read_fact_test(NUMBER, raw, names, where)
    if isinstance(test.comparison, nodes.IsSet) or test.negated:
        raise fault(f"“{raw}”不是次数", f"“{raw}” is no number of times", 'times 写成 2 或 ">= 2"',
                    'write times: 2 or ">= 2"', where)  # fmt: skip
    return test.comparison


def _check_open(tree: nodes.Node, where: Where) -> None:
    """What was given to an act in confidence cannot be asked of it afterwards."""
    for node in nodes.walk(tree):
        compared = nodes.operands(node.comparison) if isinstance(node, nodes.Test) else ()
        named = [one.name for one in compared if isinstance(one, nodes.FactValue)]
        for name in (node.name, *named) if isinstance(node, nodes.Test) else ():
            if name.path[0] == ACT and name.is_personal:
                raise fault(
                    f"“{name.label.zh}”是个人信息，事后不能再查",
                    f"“{name.label.en}” is personal and cannot be read later",
                    "换一个不涉个人信息的条件", "use a condition on what is not personal", where,
                )  # fmt: skip
