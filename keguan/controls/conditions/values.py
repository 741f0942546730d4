"""Values written in a policy, typed by the kind of the fact they are compared with. Owns what may be compared."""

import datetime as dt
import re
from typing import Any

from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean, nearest
from keguan.controls.conditions.grammar import Written
from keguan.controls.conditions.names import Name
from keguan.kernel.records.kinds import (
    COMPANY_ZONE,
    BadValue,
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    Money,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label

ORDERED = (Integer, Number, MoneyKind, Date, Moment)
NUMERIC = (Integer, Number, MoneyKind)
# A float keeps this many digits; one more and the policy's figure would not be the one that runs.
EXACT_DIGITS = 15


def element(kind: Kind) -> Kind:
    """The kind a test's values have: that of the members for a list."""
    return kind.of if isinstance(kind, Listing) else kind


def is_day(text: object) -> bool:
    """Whether a written value is a day without a time."""
    if isinstance(text, dt.date):
        return not isinstance(text, dt.datetime)
    return bool(re.fullmatch(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", str(text).strip()))


def day_of(value: dt.date) -> dt.date:
    """The company's day of a moment; a day stays."""
    return value.astimezone(COMPANY_ZONE).date() if isinstance(value, dt.datetime) else value


def midnight(day: dt.date, later: int = 0) -> dt.datetime:
    """When the company's day begins (so many days later), in UTC; the first or last moment where there is none."""
    try:
        local = dt.datetime.combine(day + dt.timedelta(days=later), dt.time(0), COMPANY_ZONE)
        return local.astimezone(dt.UTC)
    except OverflowError:
        return dt.datetime(9999, 12, 31, tzinfo=dt.UTC) if day.year > 1 else dt.datetime(1, 1, 1, tzinfo=dt.UTC)


def literal(kind: Kind, written: Written, where: Where, *, by_day: bool = False) -> Any:
    """The written value as the kind holds it (by day: a date); `ConditionFault` where it cannot be one."""
    kind = element(kind)
    raw = written.text
    if isinstance(kind, Reference):
        raise ConditionFault(
            Label(f"“{raw}”是一条记录，条件里不能直接写出", f"“{raw}” would be a record, which cannot be written here"),
            Label("与另一事实比较：$事实；或写 set、empty", "compare with another fact ($fact), or write set or empty"),
            where,
        )
    if isinstance(kind, NUMERIC) and isinstance(raw, str):
        raw = _figure(kind, raw, where)
    if isinstance(raw, float):
        raw = str(float(raw))
        if len(raw.replace(".", "").strip("-0")) >= EXACT_DIGITS or "e" in raw:
            raise ConditionFault(
                Label(f"数 {raw} 太长，读入时可能已不精确", f"the number {raw} is too long to have been read exactly"),
                Label("用引号写成文字", "write it in quotes"),
                where,
            )
    if isinstance(raw, bool) and not isinstance(kind, Boolean):
        raise ConditionFault(
            Label(f"这里读到的是“{'是' if raw else '否'}”", "this was read as yes or no"),
            Label('文字请加引号，例如 "no"、"on"', 'put text in quotes, such as "no" or "on"'),
            where,
        )
    try:
        if by_day:
            return Date().parse(raw)
        value = kind.parse(raw)
    except BadValue as bad:
        raise ConditionFault(bad.label, _cure(kind, raw), where) from None
    if isinstance(kind, MoneyKind) and not isinstance(written.text, Money) and not isinstance(raw, dict):
        value = Money(value.amount, where.currency)
    return value


def _figure(kind: Kind, text: str, where: Where) -> Any:
    if re.search(r"\d[,，]\d", text):
        raise ConditionFault(
            Label(f"数里有逗号：“{text}”", f"a comma inside the number “{text}”"),
            Label(f"不写千分位：{re.sub('[,，]', '', text)}", f"no separators: {re.sub('[,，]', '', text)}"),
            where,
        )
    if any("０" <= sign <= "９" for sign in text):
        raise ConditionFault(
            Label(f"用了全角数字“{text}”", f"full-width digits “{text}”"),
            Label("用半角数字写", "write ASCII digits"),
            where,
        )
    if re.fullmatch(r"[+-]?[\d.]+[eE][+-]?\d+", text):
        # 1e999999999 would be worked out digit by digit
        raise ConditionFault(
            Label(f"数不写指数：“{text}”", f"no exponents in a number: “{text}”"),
            Label("写出全部数字", "write all its digits"),
            where,
        )
    if isinstance(kind, MoneyKind) and (found := re.fullmatch(r"([A-Z]{3})\s*(\S+)|(\S+)\s*([A-Z]{3})", text)):
        return {"currency": found[1] or found[4], "amount": found[2] or found[3]}
    return text


def _cure(kind: Kind, raw: object) -> Label:  # noqa: PLR0911  # one per kind
    match kind:
        case Choice(options=options):
            words = {**{code: code for code in options}, **{label.zh: code for code, label in options.items()}}
            words.update({label.en.lower(): code for code, label in options.items()})
            codes = dict.fromkeys(words[one] for one in nearest(str(raw).lower(), words))
            otherwise = Label(f"可选：{'、'.join(options)}", f"choose from: {', '.join(options)}")
            return did_you_mean(codes, otherwise)
        case Boolean():
            return Label("写 true 或 false", "write true or false")
        case MoneyKind():
            return Label("只写数，例如 1000；别的币种写 USD 1000", "write the number alone, such as 1000, or USD 1000")
        case Integer() | Number():
            return Label("只写数，例如 1000", "write the number alone, such as 1000")
        case Date():
            return Label("写成 2026-01-31", "write it as 2026-01-31")
        case Moment():
            return Label("写成 2026-01-31 或 2026-01-31 18:00", "write it as 2026-01-31 or 2026-01-31 18:00")
    return Label("改成这种事实的值", "write a value of this fact's kind")


def check_ordered(name: Name, where: Where) -> None:
    """`ConditionFault` where the fact has no order (text, choices, yes or no, records, lists)."""
    if not isinstance(name.kind, ORDERED):
        raise ConditionFault(
            Label(f"“{name.label.zh}”不能比较大小", f"“{name.label.en}” has no order"),
            Label("写出值：a 或 [a, b] 或 != a", "write the values: a, or [a, b], or != a"),
            where,
        )


def check_alike(name: Name, other: Name, where: Where) -> None:
    """`ConditionFault` where two facts cannot be compared with each other."""
    one, two = element(name.kind), element(other.kind)
    groups = ((Integer, Number), (MoneyKind,), (Date, Moment), (Text, Choice), (Boolean,))
    alike = any(isinstance(one, group) and isinstance(two, group) for group in groups)
    if isinstance(one, Reference) and isinstance(two, Reference):
        alike = one.to == two.to or not one.to or not two.to
    if isinstance(other.kind, Listing) or not alike:
        raise ConditionFault(
            Label(
                f"“{name.label.zh}”与“{other.label.zh}”不是同类的值，不能相比",
                f"“{name.label.en}” and “{other.label.en}” hold values of different kinds",
            ),
            Label("与同类的事实比较", "compare with a fact of the same kind"),
            where,
        )
