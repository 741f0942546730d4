"""One axis of a decision: the values of one fact, cut into the cells within which no condition changes its answer.

A set of cells is a number, one bit each; the highest bit is "missing". What literals cannot tell apart (other facts,
parameters, windows, acts, lines) is an axis of its own that is true, false or unknown whatever the facts.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from keguan.controls.conditions import nodes
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.sentences import glue, low, sentence, show
from keguan.controls.conditions.spans import Cut, Interval, Span, between, cut, interval, joined, said, within
from keguan.controls.conditions.values import day_of, midnight
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Kind, Listing, Moment, Money, Number, empty
from keguan.kernel.records.labels import Label, join

# Lists are told apart by which of the mentioned members they hold: two to the power of their number.
MOST_MEMBERS = 6
OTHER = "\x00"


@dataclass(frozen=True, slots=True)
class Values:
    """The values a fact may have: in intervals, or among `members` (or anything but them), or missing.

    Money is among intervals by currency; a list is described by the sets of mentioned members that it may hold.
    """

    intervals: tuple[Interval, ...] = ()
    members: tuple[Any, ...] = ()
    is_all_but: bool = False
    has_missing: bool = False

    def __contains__(self, value: Any) -> bool:
        if empty(value):
            return self.has_missing
        if self.intervals:
            days = any(type(end) is dt.date for one in self.intervals for end in (one.low, one.high))
            value = day_of(value) if days else value
            return any(_comparable(one, value) and value in one for one in self.intervals)
        return (value in self.members) is not self.is_all_but


def _comparable(one: Interval, value: Any) -> bool:
    ends = [end for end in (one.low, one.high) if isinstance(end, Money)]
    return not isinstance(value, Money) or all(end.currency == value.currency for end in ends)


def _either(words: Sequence[Label]) -> list[str]:
    return [part for number, one in enumerate(words) for part in (("或", one.zh) if number else (one.zh,))]


class Axis(ABC):
    """Cells, and beside them that nothing is known."""

    def __init__(self, cells: int) -> None:
        self.size = cells + 1
        self.missing = 1 << cells
        self.present = self.missing - 1

    @abstractmethod
    def place(self, value: Any) -> int:
        """The cell of a value, as a mask."""

    @abstractmethod
    def say(self, mask: int) -> Label:
        """The cells in words."""

    @abstractmethod
    def values(self, mask: int) -> Values:
        """The cells as values."""


class FactAxis(Axis):
    """The cells of one fact."""

    def __init__(self, name: Name, cells: int) -> None:
        super().__init__(cells)
        self.name = name

    def masks(self, test: nodes.Test) -> tuple[int, int]:
        """The cells where the test (not negated) is true, and those where it is false."""
        if isinstance(test.comparison, nodes.IsSet):
            return self.present, self.missing
        return self.compared(test)

    @abstractmethod
    def compared(self, test: nodes.Test) -> tuple[int, int]:
        """The same for a test that compares values."""

    def _said(self, mask: int, parts: Sequence[Label]) -> Label:
        """Parts about the fact, and that it is missing, as one."""
        zh, en = self.name.label.zh, low(self.name.label.en)
        if mask & self.present == self.present:
            words = [Label(f"已填{zh}", f"{en} is given")]
        else:
            either = " or ".join(one.en for one in parts)
            words = [Label(glue(zh, *_either(parts)), f"{en} is {either}")] if parts else []
        if mask & self.missing:
            words.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(words, "，或", " or ")


class Ordered(FactAxis):
    """Numbers, days, moments; amounts by currency. A moment that is only compared by day is cut at days."""

    def __init__(self, name: Name, tests: Sequence[nodes.Test]) -> None:
        kind = name.kind
        self.by_day = isinstance(kind, Moment) and all(
            test.by_day or isinstance(test.comparison, nodes.IsSet) for test in tests
        )
        self.kind: Kind = Date() if self.by_day else kind
        self.is_money = kind.name == "money"
        cuts: dict[str, list[Cut]] = {}
        for test in tests:
            for span, currency in self._spans(test):
                cuts.setdefault(currency, []).extend(one for one in span if one is not None)
        least, most = self._ends(kind)
        self.cells: list[tuple[str, Span]] = [
            (currency, span) for currency in sorted(cuts) for span in between(cuts[currency], least, most)
        ]
        if self.is_money or not self.cells:
            self.cells.append((OTHER, (None, None)))
        super().__init__(name, len(self.cells))

    def compared(self, test: nodes.Test) -> tuple[int, int]:
        """Amounts in a currency with which the test does not compare are neither true nor false of it."""
        true, known = 0, 0
        spans = self._spans(test)
        currencies = {currency for _, currency in spans}
        for place, (currency, cell) in enumerate(self.cells):
            if any(currency == of and within(cell, span) for span, of in spans):
                true |= 1 << place
            # equal to one of several: false only where every operand can be compared
            if {currency} == currencies:
                known |= 1 << place
        return true, known & ~true

    def place(self, value: Any) -> int:
        if empty(value):
            return self.missing
        value, currency = (value.amount, value.currency) if isinstance(value, Money) else (value, "")
        if self.by_day:
            value = day_of(value)
        here = ((value, 0), cut(self.kind, value, 1))
        for place, (of, cell) in enumerate(self.cells):
            if (of == currency and within(here, cell)) or of == OTHER:
                return 1 << place
        return 0

    def say(self, mask: int) -> Label:
        parts = []
        for currency, span in self._runs(mask):
            if currency == OTHER and self.is_money:
                parts.append(Label("其他币种", "in another currency"))
            else:
                parts.append(said(self.kind, span, currency or None))
        return self._said(mask, parts)

    def values(self, mask: int) -> Values:
        found = [interval(self.kind, span, None if of in ("", OTHER) else of) for of, span in self._runs(mask)]
        return Values(tuple(found), has_missing=bool(mask & self.missing))

    def _runs(self, mask: int) -> list[tuple[str, Span]]:
        found: dict[str, list[Span]] = {}
        for place, (currency, cell) in enumerate(self.cells):
            if mask & 1 << place:
                found.setdefault(currency, []).append(cell)
        return [(currency, span) for currency, spans in found.items() for span in joined(spans)]

    def _spans(self, test: nodes.Test) -> list[tuple[Span, str]]:
        match test.comparison:
            case nodes.Equals(operands=operands):
                return [self._span(one, one, True, True, test.by_day) for one in operands]
            case nodes.Order(sign=sign, operand=one):
                bottom, top = (one, None) if ">" in sign else (None, one)
                return [self._span(bottom, top, "=" in sign, "=" in sign, test.by_day)]
            case nodes.Interval(low=bottom, high=top, has_low=has_low, has_high=has_high):
                return [self._span(bottom, top, has_low, has_high, test.by_day)]
        return []

    def _span(
        self, bottom: nodes.Operand | None, top: nodes.Operand | None, has_low: bool, has_high: bool, by_day: bool
    ) -> tuple[Span, str]:
        currency = ""
        ends: list[Cut | None] = []
        for operand, side in ((bottom, 0 if has_low else 1), (top, 1 if has_high else 0)):
            value: Any = operand.value if isinstance(operand, nodes.Literal) else None
            if isinstance(value, Money):
                value, currency = value
            if value is None:
                ends.append(None)
            elif by_day and not self.by_day and isinstance(self.kind, Moment):
                ends.append((midnight(day_of(value), side), 0))
            else:
                ends.append(cut(self.kind, value, side))
        return (ends[0], ends[1]), currency

    def _ends(self, kind: Kind) -> tuple[Cut | None, Cut | None]:
        """Where values of the kind begin and end; the ends of the column's type say nothing."""
        widest = Integer()
        least = getattr(kind, "least", None)
        most = kind.most if isinstance(kind, Integer) else None
        bottom = None if least in (None, widest.least) else least
        top = None if most in (None, widest.most) else most
        if bottom is not None and not isinstance(kind, Integer):
            bottom = Decimal(bottom)
        return (None if bottom is None else (bottom, 0)), (None if top is None else cut(kind, top, 1))


class Among(FactAxis):
    """Choices, yes or no, texts: the values themselves; of texts those that are mentioned, and any other."""

    def __init__(self, name: Name, tests: Sequence[nodes.Test]) -> None:
        found = list(members_of(tests))
        match name.kind:
            case Choice(options=options):
                found = list(dict.fromkeys((*options, *found)))
            case Boolean():
                found = [True, False]
            case _:
                found = [*found, OTHER]
        self.known = found
        super().__init__(name, len(found))

    def compared(self, test: nodes.Test) -> tuple[int, int]:
        wanted = [one.value for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal)]
        true = sum(1 << place for place, value in enumerate(self.known) if value in wanted)
        return true, self.present & ~true

    def place(self, value: Any) -> int:
        if empty(value):
            return self.missing
        if value in self.known:
            return 1 << self.known.index(value)
        return 1 << self.known.index(OTHER) if OTHER in self.known else 0

    def say(self, mask: int) -> Label:
        zh, en = self.name.label.zh, low(self.name.label.en)
        chosen = [value for place, value in enumerate(self.known) if mask & 1 << place]
        words = [Label("其他值", "anything else") if one == OTHER else show(self.name.kind, one) for one in chosen]
        either = " or ".join(one.en for one in words)
        parts = [Label(glue(zh, "为", *_either(words)), f"{en} is {either}")] if words else []
        if mask & self.missing:
            parts.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(parts, "，或", " or ")

    def values(self, mask: int) -> Values:
        chosen = {value for place, value in enumerate(self.known) if mask & 1 << place}
        if OTHER in chosen:
            others = tuple(value for value in self.known if value not in chosen)
            return Values(members=others, is_all_but=True, has_missing=bool(mask & self.missing))
        members = tuple(value for value in self.known if value in chosen)
        return Values(members=members, has_missing=bool(mask & self.missing))


class Held(FactAxis):
    """Lists, by which of the mentioned members they hold: one cell for each set of them."""

    def __init__(self, name: Name, tests: Sequence[nodes.Test]) -> None:
        self.members = members_of(tests)
        super().__init__(name, 1 << len(self.members))

    def compared(self, test: nodes.Test) -> tuple[int, int]:
        wanted = {one.value for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal)}
        true = sum(1 << cell for cell in range(self.size - 1) if wanted & self._held(cell))
        return true, self.present & ~true

    def place(self, value: Any) -> int:
        if empty(value):
            return self.missing
        return 1 << sum(1 << number for number, member in enumerate(self.members) if member in value)

    def say(self, mask: int) -> Label:
        zh, en = self.name.label.zh, low(self.name.label.en)
        parts: list[Label] = []
        for cell in range(self.size - 1):
            if mask & 1 << cell and not parts:
                held = self._held(cell)
                words = join([show(self.name.kind, one) for one in self.members if one in held], "和", " and ")
                parts.append(Label(glue(zh, "包括", words.zh), f"{en} holds {words.en}") if held
                             else Label(f"{zh}只有其他值", f"{en} holds other values only"))  # fmt: skip
        if mask & self.missing:
            parts.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(parts, "，或", " or ")

    def values(self, mask: int) -> Values:
        held = tuple(self._held(cell) for cell in range(self.size - 1) if mask & 1 << cell)
        return Values(members=held, has_missing=bool(mask & self.missing))

    def _held(self, cell: int) -> frozenset[Any]:
        return frozenset(member for number, member in enumerate(self.members) if cell & 1 << number)


class Opaque(Axis):
    """A leaf that literals cannot decide: true, false, or unknown."""

    def __init__(self, leaf: nodes.Node) -> None:
        self.leaf = leaf
        super().__init__(2)

    def say(self, mask: int) -> Label:
        answers = [self.leaf] if mask & 1 else []
        answers += [nodes.negate(self.leaf)] if mask & 2 else []
        words = [sentence(one, {}, {}) for one in answers]
        if mask & self.missing:
            words.append(Label("无法判断", "it cannot be judged"))
        return join(words, "，或", " or ")

    def values(self, mask: int) -> Values:
        members = tuple(answer for bit, answer in ((1, True), (2, False)) if mask & bit)
        return Values(members=members, has_missing=bool(mask & self.missing))

    def place(self, value: Any) -> int:
        return self.missing if value is None else 1 if value else 2


def members_of(tests: Sequence[nodes.Test]) -> tuple[Any, ...]:
    """The literals that tests mention, in order, without repeats."""
    found = (one.value for test in tests for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal))
    return tuple(dict.fromkeys(found))


def axis(name: Name, tests: Sequence[nodes.Test]) -> FactAxis:
    """The axis of a fact over the tests that ask for it."""
    if isinstance(name.kind, Listing):
        return Held(name, tests)
    if isinstance(name.kind, Integer | Number | Date | Moment) or name.kind.name == "money":
        return Ordered(name, tests)
    return Among(name, tests)


def is_plain(test: nodes.Test, members: int) -> bool:
    """Whether literals alone decide the test."""
    if isinstance(test.comparison, nodes.SameDayOfYear | nodes.Window):
        return False
    if isinstance(test.name.kind, Listing) and members > MOST_MEMBERS and not isinstance(test.comparison, nodes.IsSet):
        return False
    return all(isinstance(one, nodes.Literal) for one in nodes.operands(test.comparison))
