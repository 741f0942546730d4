"""Reading what a reaction does from its form: the verb, its arguments and rows, on which records; reports faults."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import Name, UnknownName
from keguan.controls.conditions.names import OUTSIDE, Names
from keguan.controls.engines.reaction_effects import Each, Effect, Given, Row, Target
from keguan.controls.engines.reading import Reader
from keguan.controls.names import ObjectNames
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import BadValue, Integer, Kind, Listing, MoneyKind, Number, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.engines.reaction import ReactionForm

NUMERIC = (Integer, Number, MoneyKind)


def read_effect(form: "ReactionForm", record_type: RecordType, names: ObjectNames, read: Reader) -> Effect | None:
    """What the form says is done; reports what cannot be."""
    verb = read.book.verb(str(form.do), read.place, "do")
    each = _each(form.each, names, read) if form.each is not None else None
    if verb is None:
        return None
    inner: Names = names
    if each is not None and each.type is not None:
        inner = read.names(each.type).inside(names)
    given = tuple(one for key, raw in dict(form.with_ or {}).items()
                  if (one := _given(verb, str(key), raw, inner, read, "with", key)))  # fmt: skip
    rows = [_row(verb, row, names, inner, read, i) for i, row in enumerate(form.table or ())] or [Row()]
    own = ((record_type.name, "id"), record_type.name)
    given += _natural(verb, given, rows, own, each, is_nested=inner is not names)
    target = _target(verb, record_type, each, read)
    filled = {one.argument.name for one in given} | {one.argument.name for row in rows for one in row.given}
    persons = [a.name for a in verb.arguments if isinstance(a.kind, Reference) and a.kind.to == "person"]
    concerns = next((name for name in persons if name not in filled), "")
    for argument in verb.arguments:
        is_row = any(row.by for row in rows) and argument.name == concerns
        if argument.required and argument.name not in filled and not is_row and form.manner == "do":
            read.fault(f"“{verb.label.zh}”缺少参数“{argument.label.zh}”", f"{verb.name} lacks {argument.name}",
                       f"在 with 下写 {argument.name}", f"give {argument.name} under with", "do")  # fmt: skip
    return Effect(verb, target, tuple(rows), given, each, concerns)


def _row(verb: Verb, raw: Any, names: ObjectNames, inner: Names, read: Reader, i: int) -> Row:
    if not isinstance(raw, Mapping) or set(raw) - {"when", "by", "range", "is"}:
        read.fault("表的行写成 {when, by, range, is}", "a row is {when, by, range, is}", "改写这一行", "write it so",
                   "table", i)  # fmt: skip
        return Row()
    when = read.condition(raw.get("when"), names, "table", i, "when")
    by = read.people(raw["by"], names, "table", i, "by") if "by" in raw else None
    given = []
    ranges = raw.get("range")
    for key, value in dict(raw.get("is") or {}).items():
        span = ranges.get(key) if isinstance(ranges, Mapping) else None
        argument = verb.argument(str(key))
        if isinstance(ranges, Sequence) and argument is not None and isinstance(argument.kind, NUMERIC):
            span, ranges = ranges, None
        if found := _given(verb, str(key), value, inner, read, "table", i, "is", key, span=span):
            given.append(found)
    return Row(when, by, tuple(given))


def _given(verb: Verb, name: str, raw: Any, names: Names, read: Reader, *path: Any, span: Any = None) -> Given | None:
    argument = verb.argument(name)
    if argument is None:
        known = [one.name for one in verb.arguments]
        read.book.report(read.place.unknown(Label("参数", "argument"), name, known, *path))
        return None
    if isinstance(raw, str) and raw.startswith("$"):
        try:
            return Given(argument, name=names.resolve(raw[1:]))
        except UnknownName as unknown:
            read.book.report(read.place.unknown(Label("事实", "fact"), raw[1:], unknown.suggestions, *path))
            return None
    if isinstance(raw, str) and raw.startswith("@"):
        parameter = read.book.parameter(raw[1:].partition("=")[0], read.place, *path)
        if parameter is None or parameter.value is None:
            read.missing += [parameter.name] if parameter else []
            return None
        raw = parameter.value
    is_choice = isinstance(raw, list | tuple) and not isinstance(argument.kind, Listing)
    values = [_value(argument.kind, one, read, *path) for one in (raw if is_choice else [raw])]
    low, high = (None, None)
    if isinstance(span, Sequence) and not isinstance(span, str) and len(span) == 2:
        low, high = (_value(argument.kind, one, read, *path) for one in span)
    return Given(argument, values[0], choices=tuple(values) if is_choice else (), low=low, high=high)


def _value(kind: Kind, raw: Any, read: Reader, *path: Any) -> Any:
    try:
        return kind.parse(raw)
    except BadValue as bad:
        read.book.report(read.place.fault(bad.label, Label("写成这个参数的值", "write a value of its kind"), *path))
        return None


def _natural(
    verb: Verb, given: Sequence[Given], rows: Sequence[Row], own: tuple[tuple[str, str], str], each: Each | None, *,
    is_nested: bool,
) -> tuple[Given, ...]:  # fmt: skip
    """References that nobody gave point to the trigger's record, or to the one of the population."""
    filled = {one.argument.name for one in given} | {one.argument.name for row in rows for one in row.given}
    found = []
    for argument in verb.arguments:
        if argument.name in filled or not isinstance(argument.kind, Reference):
            continue
        path, kind = own
        if each is not None and each.type is not None and argument.kind.to == each.type.name:
            found.append(Given(argument, name=Name((each.type.name, "id"), argument.kind, argument.label)))
        elif argument.kind.to == kind:
            outside = (OUTSIDE, *path) if is_nested else path
            found.append(Given(argument, name=Name(outside, argument.kind, argument.label)))
    return tuple(found)


def _target(verb: Verb, record_type: RecordType, each: Each | None, read: Reader) -> Target:
    if verb.creates:
        return Target("create")
    if each is not None and each.type is not None and verb.on == each.type.name:
        return Target("each")
    if verb.on == record_type.name:
        return Target("trigger")
    links = [name for name, to in record_type.links.items() if to == verb.on]
    if verb.on in links or len(links) == 1:
        return Target("link", verb.on if verb.on in links else links[0])
    read.fault(f"不知道“{verb.label.zh}”办在哪条记录上", f"it is not said on which record {verb.name} is done",
               "用 each 写明，或换一个动作", "say it under each, or name another verb", "do")  # fmt: skip
    return Target("trigger")


def _each(raw: Any, names: ObjectNames, read: Reader) -> Each | None:
    if isinstance(raw, str):
        raw = {raw: {}}
    if not isinstance(raw, Mapping) or len(raw) != 1:
        read.fault("each 写成 {类型: 条件}", "each is written {type: condition}", "例如 {customer: {city: $city}}",
                   "such as {customer: {city: $city}}", "each")  # fmt: skip
        return None
    [(key, body)] = raw.items()
    if isinstance(body, str):
        try:
            listing = names.resolve(body.removeprefix("$"))
        except UnknownName as unknown:
            read.book.report(read.place.unknown(Label("列表", "list"), body, unknown.suggestions, "each", key))
            return None
        to = listing.kind.of.to if isinstance(listing.kind, Listing) and isinstance(listing.kind.of, Reference) else ""
        if not to:
            read.fault(f"“{listing.label.zh}”不是记录的列表", f"“{listing.label.en}” is no list of records",
                       "写一个列表事实", "name a list", "each", key)  # fmt: skip
        return Each(read.book.vocabulary.types.get(to), key=str(key), listing=listing)
    kind = read.book.record_type(str(key), read.place, "each")
    if kind is None:
        return None
    condition = read.condition(body, read.names(kind).inside(names), "each", key)
    return Each(kind, condition, str(key))
