"""Kinds of numbers: whole ones, decimals, amounts of money."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from keguan.kernel.records.kinds.base import BadValue, Kind, plain


class Money(NamedTuple):
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Integer(Kind):
    """A whole number between `least` and `most`."""

    least: int = -(2**31)
    most: int = 2**31 - 1
    name = "integer"
    sql = "integer"

    def parse(self, raw: object) -> int:
        if isinstance(raw, bool):
            raise BadValue("这里要填整数", "a whole number is expected here")
        text = plain(raw)
        if not re.fullmatch(r"[+-]?\d{1,20}(\.0+)?", text):
            raise BadValue("“{raw}”不是整数", "“{raw}” is not a whole number", raw=str(raw))
        value = int(Decimal(text))
        if not self.least <= value <= self.most:
            raise BadValue(f"应在 {self.least} 与 {self.most} 之间", f"should lie between {self.least} and {self.most}")
        return value


def decimal(raw: object, digits: int, places: int) -> Decimal:
    """A Decimal of at most `digits` digits with at most `places` after the point."""
    text = plain(raw).replace("￥", "").replace("¥", "")
    if isinstance(raw, bool) or not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise BadValue(
            "“{raw}”不是数（不要写千分位或单位）", "“{raw}” is not a number (no separators, no unit)", raw=str(raw)
        )
    value = Decimal(text)
    if -int(value.normalize().as_tuple().exponent) > places or abs(value) >= Decimal(10) ** (digits - places):
        raise BadValue(
            "最多 {whole} 位整数、{places} 位小数",
            "at most {whole} {whole:digit|digits} and {places} {places:decimal|decimals}",
            whole=digits - places,
            places=places,
        )
    return value.quantize(Decimal(1).scaleb(-places))


def at_least(value: Decimal, least: int | None) -> Decimal:
    """The value itself, unless it is below `least`."""
    if least is not None and value < least:
        raise BadValue(f"不能小于 {least}", f"cannot be below {least}")
    return value


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A decimal number, not below `least` where that is said."""

    digits: int = 18
    places: int = 4
    least: int | None = None
    name = "number"
    sql = "numeric"

    def parse(self, raw: object) -> Decimal:
        return at_least(decimal(raw, self.digits, self.places), self.least)

    def to_json(self, value: Any) -> Any:
        return None if value is None else str(value)

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – alike in both
        """Without zeros that say nothing."""
        return "" if value is None else f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class MoneyKind(Kind):
    """An amount with a currency, in two columns: the fact's own and `<fact>_currency`."""

    digits: int = 18
    places: int = 2
    currency: str = "CNY"
    least: int | None = None
    name = "money"

    def parse(self, raw: object) -> Money:
        if isinstance(raw, Money):
            return raw
        if isinstance(raw, Mapping):
            if "amount" not in raw:
                raise BadValue("金额缺少 amount", "the amount is missing")
            code = str(raw.get("currency") or self.currency).upper()
            if not re.fullmatch("[A-Z]{3}", code):
                raise BadValue(
                    "“{code}”不是币种代码（如 CNY）", "“{code}” is not a currency code such as CNY", code=str(code)
                )
            return Money(at_least(decimal(raw["amount"], self.digits, self.places), self.least), code)
        return Money(at_least(decimal(raw, self.digits, self.places), self.least), self.currency)

    def columns(self, fact: str) -> tuple[tuple[str, str], ...]:
        return ((fact, "numeric"), (f"{fact}_currency", "text"))

    def to_columns(self, value: Any) -> tuple[Any, ...]:
        return (None, self.currency) if value is None else (value.amount, value.currency)

    def from_columns(self, values: Sequence[Any]) -> Any:
        return None if values[0] is None else Money(values[0], values[1])

    def to_json(self, value: Any) -> Any:
        return None if value is None else {"amount": str(value.amount), "currency": value.currency}

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – alike in both
        if value is None:
            return ""
        sign = "¥" if value.currency == "CNY" else f"{value.currency} "
        text = f"{value.amount:,.2f}"
        return sign + text.removesuffix(".00")
