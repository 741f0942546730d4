"""What a reaction does: the verb, on which records, with which arguments, by rows and for each of a population."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import ALWAYS, Condition, Name, UnknownName
from keguan.controls.conditions.names import OUTSIDE, Names
from keguan.controls.conditions.scope import Scope
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Reader, Who
from keguan.controls.names import ObjectNames, link_of
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import BadValue, Integer, Kind, Listing, MoneyKind, Number, Reference
from keguan.kernel.records.labels import Label, in_each, join
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.engines.reaction import ReactionForm
    from keguan.controls.engines.reaction_triggers import Triggers

HOLE = re.compile(r"\{([^{}]*)\}")
NUMERIC = (Integer, Number, MoneyKind)


@dataclass(frozen=True)
class Template:
    """The words of a notice with places for facts."""

    words: Label
    names: tuple[tuple[str, Name], ...]

    @classmethod
    def read(cls, words: Label, names: ObjectNames, read: Reader) -> "Template":
        """The words with their places looked up."""
        found: dict[str, Name] = {}
        for hole in HOLE.findall(words.zh) + HOLE.findall(words.en):
            try:
                found[hole] = names.resolve(hole.strip())
            except UnknownName as unknown:
                known = unknown.suggestions or names.suggest(hole)
                read.book.report(read.place.unknown(Label("事实", "fact"), hole, known, "text"))
        return cls(words, tuple(found.items()))

    def needs(self, record_type: RecordType) -> Needs:
        """The linked records that its places read."""
        return Needs(frozenset(link for _, name in self.names if (link := link_of(name, record_type.name))))

    def fill(self, scene: Scene) -> Label:
        """The words for one record; a fact that is missing reads as a dash."""

        def filled(language: str) -> str:
            text = self.words.text(language)
            for hole, name in self.names:
                text = text.replace("{" + hole + "}", name.kind.show(scene.get(name.path), language) or "—")
            return text

        return in_each(filled)


@dataclass(frozen=True)
class Given:
    """One argument: a value outright, the value of a fact, or choices that a person may make."""

    argument: Argument
    value: Any = None
    name: Name | None = None
    choices: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None

    def of(self, scope: Scope) -> Any:
        """The value for one record."""
        return scope.get(self.name.path) if self.name is not None else self.value

    @property
    def range(self) -> dict[str, Any] | None:
        """What a person may change it to, as journal JSON; nothing where it is fixed."""
        shown = self.argument.kind.to_json
        if self.choices:
            return {"choices": [shown(one) for one in self.choices]}
        if self.low is not None:
            return {"from": shown(self.low), "to": shown(self.high)}
        return None


@dataclass(frozen=True)
class Row:
    """One row: when it applies, whom it concerns, its arguments."""

    when: Condition = ALWAYS
    by: Who | None = None
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Each:
    """For each record of a population, or for each value of a list of the record."""

    type: RecordType | None
    condition: Condition = ALWAYS
    key: str = ""
    listing: Name | None = None


@dataclass(frozen=True)
class Target:
    """On which record the verb runs: none (it creates), the trigger's, a linked one, or each of the population."""

    how: str
    link: str = ""


@dataclass(frozen=True)
class Effect:
    """The verb with everything it takes. `concerns`: the argument that the person of a row fills."""

    verb: Verb
    target: Target
    rows: tuple[Row, ...]
    given: tuple[Given, ...]
    each: Each | None
    concerns: str

    def needs(self, record_type: RecordType) -> Needs:
        """What is read of the trigger's record and those linked to it."""
        found = Needs()
        for row in self.rows:
            found |= needs_of(row.when, record_type.name)
        names = [given.name for row in self.rows for given in row.given] + [given.name for given in self.given]
        names += list(self.each.condition.names()) if self.each else []
        paths = [_trigger_path(name.path, self.each is not None) for name in names if name is not None]
        links = {path[0] for path in paths if path and len(path) == 2 and path[0] != record_type.name}
        return found | Needs(frozenset(links), facts=frozenset(path for path in paths if path))

    def outside(self) -> list[Name]:
        """The facts of the trigger that a population and its arguments read."""
        names = [given.name for row in self.rows for given in row.given] + [given.name for given in self.given]
        found = [name for name in names if name is not None and name.path[0] == OUTSIDE]
        if self.each is not None:
            found += [name for name in self.each.condition.names() if name.path[0] == OUTSIDE]
        return list({name.path: name for name in found}.values())

    def label(self, how: str, by: Who | None) -> Label:
        """In words."""
        verb = self.verb.label
        what = Label(f"“{verb.zh}”", f"“{verb.en}”")
        if self.each is not None and self.each.type is not None:
            words = self.each.type.label
            what = Label(f"对每一{words.zh}{what.zh}", f"{what.en} for each {words.en.lower()}")
        if len(self.rows) > 1 or self.rows[0].given:
            parts = [_row_label(row) for row in self.rows]
            said = join([one for one in parts if one.zh], "；", "; ")
            what = Label(f"{what.zh}（{said.zh}）", f"{what.en} ({said.en})") if said.zh else what
        if how == "do":
            return Label(f"办理{what.zh}", f"{what.en} is done")
        who = by.label() if by else Label("", "")
        word = ("起草", "drafted") if how == "draft" else ("提议", "proposed")
        return Label(f"{word[0]}{what.zh}，由{who.zh}决定", f"{what.en} is {word[1]} to {who.en}")


def _trigger_path(path: tuple[str, ...], is_nested: bool) -> tuple[str, ...]:
    if path[0] == OUTSIDE:
        return path[1:]
    return () if is_nested else path


def _row_label(row: Row) -> Label:
    said = []
    for given in row.given:
        words, span = given.argument.label, given.range
        if span and "from" in span:
            zh = f"{given.argument.kind.show(given.low)} 至 {given.argument.kind.show(given.high)}"
        elif span:
            zh = "或".join(given.argument.kind.show(one) for one in given.choices)
        else:
            zh = given.name.label.zh if given.name else given.argument.kind.show(given.value)
        said.append(Label(f"{words.zh} {zh}", f"{words.en} {zh}"))
    whole = join(said)
    when = row.when.label()
    if not row.when.is_always and when.zh:
        whole = Label(f"{when.zh}的{whole.zh}", f"{whole.en} where {when.en}")
    if row.by is not None:
        whole = Label(f"{row.by.label().zh}：{whole.zh}", f"{row.by.label().en}: {whole.en}")
    return whole


def read_effect(
    form: "ReactionForm", record_type: RecordType, triggers: "Triggers", names: ObjectNames, read: Reader
) -> Effect | None:
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
    del triggers
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
