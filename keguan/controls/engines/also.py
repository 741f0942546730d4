"""What follows by itself when a guard objected: a verb that opens a record, with what its arguments get."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions.names import Name, Names, UnknownName
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import BadValue, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.engines.reading import Reader

ARGUMENT = Label("参数", "argument")
FACT = Label("事实", "fact")


@dataclass(frozen=True, slots=True)
class Value:
    """A value written in the policy."""

    value: Any


@dataclass(frozen=True)
class Also:
    """A verb that runs by itself after a refused or let-through act, with what its arguments get."""

    verb: Verb
    args: Mapping[str, Name | Value]

    def given(self, scene: Scene) -> dict[str, Any]:
        """The arguments for one item."""
        found = {name: scene.get(one.path) if isinstance(one, Name) else one.value for name, one in self.args.items()}
        return {name: value for name, value in found.items() if value is not None}


def read_also(read: "Reader", raw: Any, record_type: RecordType, names: Names, *path: str | int) -> Also | None:
    """A verb that follows by itself, written `breach.report` or `{verb, with: {argument: value or $fact}}`."""
    if raw is None:
        return None
    written = raw if isinstance(raw, Mapping) else {"verb": raw}
    verb = read.book.verb(str(written.get("verb")), read.place, *path)
    if verb is None:
        return None
    if not verb.creates:
        read.fault(
            f"{verb.name} 不是新建记录的动作", f"{verb.name} creates no record", "换成新建记录的动作",
            "name a verb that creates a record", *path,
        )  # fmt: skip
    args: dict[str, Name | Value] = {
        argument.name: Name((record_type.name, "id"), argument.kind, argument.label)
        for argument in verb.arguments
        if isinstance(argument.kind, Reference) and argument.kind.to in (record_type.name, "")
    }
    for name, value in (written.get("with") or {}).items():
        argument = verb.argument(str(name))
        if argument is None:
            known = [one.name for one in verb.arguments]
            read.book.report(read.place.unknown(ARGUMENT, str(name), known, *path, "with", name))
            continue
        try:
            is_fact = isinstance(value, str) and value.startswith("$")
            args[argument.name] = names.resolve(value[1:]) if is_fact else Value(argument.kind.parse(value))
        except UnknownName as unknown:
            read.book.report(read.place.unknown(FACT, unknown.name, unknown.suggestions, *path, "with", name))
        except BadValue as bad:
            read.book.report(read.place.fault(bad.label, Label("换一个值", "give another value"), *path))
    for argument in verb.arguments:
        if argument.required and argument.name not in args:
            read.fault(
                f"{verb.name} 还须写明“{argument.label.zh}”", f"{verb.name} needs {argument.name}",
                f"写成 {{verb: {verb.name}, with: {{{argument.name}: …}}}}",
                f"write {{verb: {verb.name}, with: {{{argument.name}: …}}}}", *path,
            )  # fmt: skip
    return Also(verb, args)
