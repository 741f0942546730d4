"""The score of a decision: weights times facts between 0 and 1, passed or failed facts, or points up to the weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from keguan.controls.conditions import LineList, Name, Names, UnknownName
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.records.kinds import Boolean, Choice, Integer, Number
from keguan.kernel.records.labels import Label, join

SCORE = Name(("score",), Number(), Label("总分", "score"))
PASS, FAIL = "pass", "fail"


@dataclass(frozen=True)
class Criterion:
    """One fact with its weight."""

    name: Name
    weight: Decimal

    def points(self, value: Any) -> Decimal | None:
        """What a value brings; nothing where it is missing or neither a share nor a verdict."""
        if isinstance(value, bool):
            return self.weight if value else Decimal(0)
        if value in (PASS, FAIL):
            return self.weight if value == PASS else Decimal(0)
        if isinstance(self.name.kind, Integer) and isinstance(value, int):
            return min(Decimal(value), self.weight)
        if isinstance(value, Decimal) and 0 <= value <= 1:
            return value * self.weight
        return None


@dataclass(frozen=True)
class Score:
    """A weighted sum."""

    criteria: tuple[Criterion, ...]

    @property
    def names(self) -> tuple[Name, ...]:
        """The facts it reads."""
        return tuple(one.name for one in self.criteria)

    def of(self, scene: Scene) -> Decimal | None:
        """The score of a record; nothing where a fact is missing."""
        points = [one.points(scene.get(one.name.path)) for one in self.criteria]
        return None if None in points else sum((one for one in points if one is not None), Decimal(0))

    def label(self) -> Label:
        """The score in words."""
        parts = join([Label(f"{one.name.label.zh} {one.weight:f}", f"{one.name.label.en} {one.weight:f}")
                      for one in self.criteria])  # fmt: skip
        return Label(f"按评分（{parts.zh}）", f" by score ({parts.en})")


@dataclass(frozen=True)
class ScoreNames:
    """The names of a table that may speak of the score."""

    inner: Names

    def resolve(self, name: str) -> Name:
        """`score`, else what the record has."""
        return SCORE if name == "score" else self.inner.resolve(name)

    def lines(self, name: str) -> LineList:
        """The record's lines."""
        return self.inner.lines(name)

    def verb(self, name: str) -> Label:
        """The record's verbs."""
        return self.inner.verb(name)

    def act(self, verb: str) -> Mapping[str, Name]:
        """What a verb of the record was given."""
        return self.inner.act(verb)

    def standing(self, of: Name, what: str) -> Name:
        """What the directory knows of whom a fact of the record holds."""
        return self.inner.standing(of, what)

    def suggest(self, name: str) -> list[str]:
        """Names that look like it."""
        return [*self.inner.suggest(name), "score"][:3]


def read_score(raw: Any, names: Names, read: Reader) -> Score | None:
    """The score written in `raw`; reports what cannot be added up."""
    if not isinstance(raw, Mapping) or not raw:
        read.fault("score 写成 {事实: 分值}", "score is written {fact: weight}", "例如 {finance: 20, network: 20}",
                   "such as {finance: 20, network: 20}", "score")  # fmt: skip
        return None
    found = []
    for key, weight in raw.items():
        try:
            name = names.resolve(str(key))
        except UnknownName as unknown:
            read.book.report(read.place.unknown(Label("事实", "fact"), str(key), unknown.suggestions, "score", key))
            continue
        is_verdict = isinstance(name.kind, Choice) and {PASS, FAIL} <= set(name.kind.options)
        if not (isinstance(name.kind, Boolean | Integer | Number) or is_verdict):
            read.fault(f"“{name.label.zh}”不能计分", f"“{name.label.en}” cannot be scored",
                       "用 0 至 1 的数、是否、pass/fail 或整数分",
                       "use a number from 0 to 1, yes or no, pass/fail, or points",
                       "score", key)  # fmt: skip
        try:
            found.append(Criterion(name, Decimal(str(weight))))
        except InvalidOperation:
            read.fault(f"分值“{weight}”不是数", f"the weight {weight} is no number", "写一个数", "write a number",
                       "score", key)  # fmt: skip
    return Score(tuple(found))
