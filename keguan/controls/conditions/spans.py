"""Intervals of an ordered fact, between cuts. A cut stands just before a value (side 0) or just after it (side 1).

With whole numbers and days, just after one value is just before the next, so `<= 3` and `< 4` are the same.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from keguan.controls.conditions.sentences import glue, show
from keguan.kernel.records.kinds import Date, Integer, Kind, Moment, Money
from keguan.kernel.records.labels import Label

Cut: TypeAlias = tuple[Any, int]
# None: without end on that side.
Span: TypeAlias = tuple[Cut | None, Cut | None]

WORDS = {
    "number": {
        "below": ("小于", "below"), "to": ("不超过", "at most"), "from": ("不低于", "at least"),
        "above": ("大于", "above"),
    },
    "time": {
        "below": ("早于", "before"), "to": ("不晚于", "up to"), "from": ("不早于", "from"), "above": ("晚于", "after"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high` (None: without end), each end within it or not."""

    low: Any
    high: Any
    has_low: bool = False
    has_high: bool = False

    def __contains__(self, value: Any) -> bool:
        above = self.low is None or self.low < value or (self.has_low and value == self.low)
        return bool(above and (self.high is None or value < self.high or (self.has_high and value == self.high)))


def cut(kind: Kind, value: Any, side: int) -> Cut:
    """The cut before or after a value of the kind."""
    if side == 1 and isinstance(kind, Integer):
        return value + 1, 0
    if side == 1 and isinstance(kind, Date) and value < dt.date.max:
        return value + dt.timedelta(days=1), 0
    return value, side


def last_before(kind: Kind, end: Cut) -> Any:
    """The last value before a cut, where the kind's values can be counted; else None."""
    value, side = end
    if side == 1:
        return value
    if isinstance(kind, Integer):
        return value - 1
    return value - dt.timedelta(days=1) if isinstance(kind, Date) and value > dt.date.min else None


def above(low: Cut | None, other: Cut | None) -> bool:
    """Whether the lower end `low` lies at or above `other`."""
    return other is None or (low is not None and low >= other)


def below(high: Cut | None, other: Cut | None) -> bool:
    """Whether the upper end `high` lies at or below `other`."""
    return other is None or (high is not None and high <= other)


def within(span: Span, outer: Span) -> bool:
    """Whether the span lies in another."""
    return above(span[0], outer[0]) and below(span[1], outer[1])


def between(cuts: Sequence[Cut], low: Cut | None, high: Cut | None) -> list[Span]:
    """The spans that cuts make of the line from `low` to `high`."""
    inner = [one for one in sorted(set(cuts)) if (low is None or one > low) and (high is None or one < high)]
    ends = [low, *inner, high]
    return list(itertools.pairwise(ends))


def joined(spans: Sequence[Span]) -> list[Span]:
    """Neighbouring spans put together; they come in order."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1][1] == span[0] and span[0] is not None:
            found[-1] = (found[-1][0], span[1])
        else:
            found.append(span)
    return found


def interval(kind: Kind, span: Span, currency: str | None = None) -> Interval:
    """The span as values: 3 to 5, both within it."""

    def typed(value: Any) -> Any:
        return Money(value, currency) if currency is not None else value

    low, high = span
    last = None if high is None else last_before(kind, high)
    return Interval(
        None if low is None else typed(low[0]),
        None if high is None else typed(high[0] if last is None else last),
        low is not None and low[1] == 0,
        last is not None,
    )


def said(kind: Kind, span: Span, currency: str | None = None) -> Label:
    """The span in words: 小于 500 元; 在 3 与 4 之间."""
    found = interval(kind, span, currency)
    words = WORDS["time" if isinstance(kind, Date | Moment) else "number"]
    low, high = (None if value is None else show(kind, value) for value in (found.low, found.high))
    if low is not None and high is not None:
        if found.low == found.high:
            return Label(glue("正好", low.zh), f"exactly {low.en}")
        if found.has_low == found.has_high and (found.has_low or not isinstance(kind, Integer | Date)):
            ends = ("（含）", ", both included") if found.has_low else ("", "")
            return Label(
                glue("在", low.zh, "与", high.zh, f"之间{ends[0]}"), f"between {low.en} and {high.en}{ends[1]}"
            )
    parts = []
    if low is not None:
        zh, en = words["from" if found.has_low else "above"]
        parts.append(Label(glue(zh, low.zh), f"{en} {low.en}"))
    if high is not None:
        zh, en = words["to" if found.has_high else "below"]
        # “below 5” reads better than “at most 4”
        if low is None and span[1] is not None and span[1][1] == 0:
            (zh, en), high = words["below"], show(kind, interval(Kind(), span, currency).high)
        parts.append(Label(glue(zh, high.zh), f"{en} {high.en}"))
    return Label("且".join(one.zh for one in parts) or "任意", " and ".join(one.en for one in parts) or "anything")
