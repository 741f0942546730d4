"""Kinds of values: what a fact or an argument may hold, how it is read from people, packs, JSON and columns.

A kind never touches the database; it names its columns and turns values into what a column takes and back.
Each `parse` accepts what people type (full-width digits included) and raises `BadValue` with a kind sentence.
"""

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from keguan.kernel.records.labels import Label

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


class BadValue(ValueError):
    """A value that cannot be read; `label` says what is wrong and how to go on."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh, en)


class Money(NamedTuple):
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Kind:
    """The base of all kinds. `name` is what packs and the API call it."""

    name = "any"
    sql = "text"

    def parse(self, raw: object) -> Any:
        """A value from what a person, a sheet, a pack or JSON gives; `BadValue` where it cannot be read."""
        raise NotImplementedError

    def columns(self, fact: str) -> tuple[tuple[str, str], ...]:
        """Column name and SQL type of each column that stores the fact."""
        return ((fact, self.sql),)

    def to_columns(self, value: Any) -> tuple[Any, ...]:
        """The value as its columns take it."""
        return (value,)

    def from_columns(self, values: Sequence[Any]) -> Any:
        """The inverse of `to_columns`."""
        return values[0]

    def to_json(self, value: Any) -> Any:
        """The value as it stands in the journal and the API (decimals and times as text)."""
        return value

    def from_json(self, value: Any) -> Any:
        """The inverse of `to_json`."""
        return None if value is None else self.parse(value)

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – kinds with words need it
        """The value as people read it."""
        return "" if value is None else str(value)


def plain(raw: object) -> str:
    """Text with full-width letters and digits folded and blanks at the ends removed."""
    return unicodedata.normalize("NFKC", str(raw)).strip()


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """One line of text of at most `longest` characters; lines of more with `lines=True`."""

    longest: int = 200
    lines: bool = False
    name = "text"

    def parse(self, raw: object) -> str:
        if not isinstance(raw, str | int | float | Decimal):
            raise BadValue("这里要填文字", "text is expected here")
        text = "".join(c for c in str(raw) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
        text = text.strip("\u200b\u200c\u200d\ufeff")
        if not self.lines:
            text = " ".join(text.split())
        if len(text) > self.longest:
            raise BadValue(
                f"最多 {self.longest} 个字，现在有 {len(text)} 个",
                f"at most {self.longest} characters, got {len(text)}",
            )
        return text


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
            raise BadValue(f"“{raw}”不是整数", f"“{raw}” is not a whole number")
        value = int(Decimal(text))
        if not self.least <= value <= self.most:
            raise BadValue(f"应在 {self.least} 与 {self.most} 之间", f"should lie between {self.least} and {self.most}")
        return value


def decimal(raw: object, digits: int, places: int) -> Decimal:
    """A Decimal of at most `digits` digits with at most `places` after the point."""
    text = plain(raw).replace("￥", "").replace("¥", "")
    if isinstance(raw, bool) or not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise BadValue(f"“{raw}”不是数（不要写千分位或单位）", f"“{raw}” is not a number (no separators, no unit)")
    value = Decimal(text)
    if -int(value.normalize().as_tuple().exponent) > places or abs(value) >= Decimal(10) ** (digits - places):
        raise BadValue(
            f"最多 {digits - places} 位整数、{places} 位小数", f"at most {digits - places} digits and {places} decimals"
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
                raise BadValue(f"“{code}”不是币种代码（如 CNY）", f"“{code}” is not a currency code such as CNY")
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


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A day of the company's calendar."""

    name = "date"
    sql = "date"

    def parse(self, raw: object) -> dt.date:
        if isinstance(raw, dt.datetime):
            return raw.astimezone(COMPANY_ZONE).date() if raw.tzinfo else raw.date()
        if isinstance(raw, dt.date):
            return raw
        text = re.sub(r"[年月/.]", "-", plain(raw)).removesuffix("日")
        try:
            year, month, day = (int(part) for part in text.split("-"))
            return dt.date(year, month, day)
        except (ValueError, OverflowError):
            raise BadValue(f"“{raw}”不是日期（如 2026-10-09）", f"“{raw}” is not a date such as 2026-10-09") from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class Moment(Kind):
    """A point in time; without an offset it is read in the company's zone, and it is kept in UTC."""

    name = "moment"
    sql = "timestamptz"

    def parse(self, raw: object) -> dt.datetime:
        try:
            value = raw if isinstance(raw, dt.datetime) else dt.datetime.fromisoformat(plain(raw).replace("/", "-"))
            return (value if value.tzinfo else value.replace(tzinfo=COMPANY_ZONE)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise BadValue(
                f"“{raw}”不是时间（如 2026-10-09 10:12）", f"“{raw}” is not a time such as 2026-10-09 10:12"
            ) from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.astimezone(dt.UTC).isoformat()

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – alike in both
        return "" if value is None else value.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M")


YES = frozenset(("true", "yes", "1", "是", "y", "on", "真", "有"))
NO = frozenset(("false", "no", "0", "否", "n", "off", "假", "无"))


@dataclass(frozen=True, slots=True)
class Boolean(Kind):
    """Yes or no."""

    name = "boolean"
    sql = "boolean"

    def parse(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        text = plain(raw).lower()
        if text in YES or text in NO:
            return text in YES
        raise BadValue(f"“{raw}”应为“是”或“否”", f"“{raw}” should be yes or no")

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return "" if value is None else Label("是" if value else "否", "yes" if value else "no").text(language)


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a declared list; the code is stored, the label is shown and accepted."""

    options: Mapping[str, Label] = field(default_factory=dict, hash=False)
    name = "choice"

    def parse(self, raw: object) -> str:
        text = plain(raw)
        for code, label in self.options.items():
            if text in (code, label.zh) or text.lower() == label.en.lower():
                return code
        zh = "、".join(label.zh for label in self.options.values())
        raise BadValue(f"“{raw}”不在可选项里：{zh}", f"“{raw}” is not one of: {', '.join(self.options)}")

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return self.options[value].text(language) if value in self.options else ("" if value is None else str(value))


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """A record of another type, by id (`person`, `unit`, `customer`, …)."""

    to: str = ""
    name = "reference"
    sql = "uuid"

    def parse(self, raw: object) -> uuid.UUID:
        try:
            return raw if isinstance(raw, uuid.UUID) else uuid.UUID(str(raw))
        except ValueError:
            raise BadValue(f"“{raw}”不是有效的记录编号", f"“{raw}” is not a record id") from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Listing(Kind):
    """Several values of one kind, in order, without repeats."""

    of: Kind = field(default_factory=Text)
    most: int = 200
    name = "list"

    @property
    def sql(self) -> str:  # type: ignore[override]
        return f"{self.of.sql}[]"

    def parse(self, raw: object) -> list[Any]:
        if isinstance(raw, str):
            raw = [part for part in re.split(r"[,，、;；\n]", raw) if part.strip()]
        if not isinstance(raw, Sequence):
            raise BadValue("这里要填一个列表", "a list is expected here")
        if len(raw) > self.most:
            raise BadValue(f"最多 {self.most} 项", f"at most {self.most} entries")
        return list(dict.fromkeys(self.of.parse(part) for part in raw))

    def to_columns(self, value: Any) -> tuple[Any, ...]:
        return (value,)

    def to_json(self, value: Any) -> Any:
        return None if value is None else [self.of.to_json(part) for part in value]

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return ("、" if not language.startswith("en") else ", ").join(self.of.show(v, language) for v in value or ())


@dataclass(frozen=True, slots=True)
class Fields(Kind):
    """Values of fields that a pack declares, stored together; each is checked by its own kind."""

    name = "fields"
    sql = "jsonb"

    def parse(self, raw: object) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise BadValue("这里要填字段与值", "fields with values are expected here")
        return {str(key): value for key, value in raw.items()}


def empty(value: object) -> bool:
    """Whether a value counts as absent: nothing, empty text, empty list."""
    return value is None or value in ("", [], {})
