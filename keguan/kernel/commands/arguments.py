"""Arguments as people, sheets and REST give them, turned into typed values; everything wrong is told at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import BadValue, Listing, Reference, empty
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.vocabulary import suggestions


def parse(verb: Verb, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
    """Typed arguments and what is wrong with the given ones. An empty value stands as nothing under its name."""
    declared = {argument.name: argument for argument in verb.arguments}
    args: dict[str, Any] = {}
    reasons = [_unknown(name, declared) for name in raw if name not in declared]
    for name, argument in declared.items():
        if name in raw and not empty(raw[name]):
            try:
                args[name] = argument.kind.parse(raw[name])
            except BadValue as fault:
                reasons.append(Reason(about(argument.label, fault.label), field=name, kind="input"))
        elif name in raw:
            args[name] = None
        if argument.required and empty(args.get(name)) and not any(reason.field == name for reason in reasons):
            message = Label(f"请填写“{argument.label.zh}”", f"“{argument.label.en}” is needed")
            reasons.append(Reason(message, field=name, kind="input"))
    return args, reasons


def _unknown(name: str, declared: Mapping[str, Argument]) -> Reason:
    near = suggestions(name, declared)
    cure = Label(f"是不是要写 {near[0]}？", f"did you mean {near[0]}?") if near else None
    return Reason(
        Label("没有名为 {name} 的参数", "there is no argument {name}").format(name=name), cure, field=name, kind="input"
    )


def references(kind: Any, value: Any) -> tuple[str, list[UUID]]:
    """The record type that a value points to and the ids it holds; an empty name where it points nowhere."""
    if isinstance(kind, Reference):
        return kind.to, [value] if value else []
    if isinstance(kind, Listing) and isinstance(kind.of, Reference):
        return kind.of.to, list(value or ())
    return "", []


def as_json(verb: Verb, args: Mapping[str, Any]) -> dict[str, Any]:
    """Typed arguments as journal JSON."""
    declared = {argument.name: argument.kind for argument in verb.arguments}
    return {name: declared[name].to_json(value) if value is not None else None for name, value in args.items()}
