"""The axis of what has an order: numbers, days, moments, and amounts by currency, cut where a test begins or ends."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from keguan.controls.conditions import nodes
from keguan.controls.conditions.cells import OTHER, FactAxis, Values
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.spans import Cut, Span, between, cut, interval, joined, said, within
from keguan.controls.conditions.values import day_of, midnight
from keguan.kernel.records.kinds import Date, Integer, Kind, Moment, Money, empty
from keguan.kernel.records.labels import Label


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
