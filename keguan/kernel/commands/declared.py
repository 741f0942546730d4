"""Fields declared by packs: given together in one argument, each read by its own kind, kept beside the others."""

from collections.abc import Mapping, Sequence
from typing import Any

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.kinds import BadValue, empty
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import suggestions


def read(verb: Verb, declared: Mapping[str, Fact], items: Sequence[Item]) -> dict[int, list[Reason]]:
    """Put typed values of declared fields into the items' arguments, joined with those the records have already.

    Gives what is wrong, by position: unknown fields, values that their kinds cannot read, required ones that a
    creating verb was not given.
    """
    name = verb.type.declared
    if name is None or verb.argument(name) is None:
        return {}
    wrong: dict[int, list[Reason]] = {}
    for item in items:
        before = (item.record.get(name) if item.record else None) or {}
        values, reasons = _typed(declared, item.args.get(name) or {})
        if verb.creates:
            reasons += [_needed(fact) for fact in declared.values() if fact.required and empty(values.get(fact.name))]
        if reasons:
            wrong[item.position] = reasons
        if name in item.args:
            item.args = {**item.args, name: {**before, **values}}
    return wrong


def _typed(declared: Mapping[str, Fact], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
    values: dict[str, Any] = {}
    reasons: list[Reason] = []
    for name, raw in given.items():
        fact = declared.get(name)
        if fact is None:
            near = suggestions(name, declared)
            cure = Label(f"是不是要写 {near[0]}？", f"did you mean {near[0]}?") if near else None
            message = Label("没有名为 {name} 的字段", "there is no field {name}").format(name=name)
            reasons.append(Reason(message, cure, field=name, kind="input"))
            continue
        try:
            values[name] = None if empty(raw) else fact.kind.to_json(fact.kind.parse(raw))
        except BadValue as fault:
            message = about(fact.label, fault.label)
            reasons.append(Reason(message, field=name, kind="input"))
    return values, reasons


def _needed(fact: Fact) -> Reason:
    message = Label(f"请填写“{fact.label.zh}”", f"“{fact.label.en}” is needed")
    return Reason(message, field=fact.name, kind="input")


def changes(
    declared: Mapping[str, Fact], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """What changed among declared fields as (public, private) pairs of before and after; unknown ones are private."""
    was, now = before or {}, after or {}
    parts: tuple[dict[str, list[Any]], dict[str, list[Any]]] = ({}, {})
    for name in {**was, **now}:
        if was.get(name) != now.get(name):
            hidden = name not in declared or is_private(declared[name])
            parts[hidden][name] = [was.get(name), now.get(name)]
    return parts
