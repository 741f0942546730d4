"""What a reaction does: the verb, on which records, with which arguments, by rows and for each of a population."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import ALWAYS, Condition, Name, UnknownName
from keguan.controls.conditions.names import OUTSIDE
from keguan.controls.conditions.scope import Scope
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Reader, Who
from keguan.controls.names import ObjectNames, link_of
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Integer, MoneyKind, Number
from keguan.kernel.records.labels import Label, in_each, join
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    pass

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
