"""One axis of a decision: the values of one fact, cut into the cells within which no condition changes its answer.

A set of cells is a number, one bit each; the highest bit is "missing".
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import nodes
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.sentences import glue, low
from keguan.controls.conditions.spans import Interval
from keguan.controls.conditions.values import day_of
from keguan.kernel.records.kinds import Money, empty
from keguan.kernel.records.labels import Label, join

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


def alternatives(words: Sequence[Label]) -> list[str]:
    """The Chinese words of several, any one of which is meant, part by part."""
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
            words = [Label(glue(zh, *alternatives(parts)), f"{en} is {either}")] if parts else []
        if mask & self.missing:
            words.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(words, "，或", " or ")
