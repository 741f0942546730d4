"""One test on one fact, from what stands in the policy to a typed leaf. Owns typing and the words for unknown names."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any as Anything

from keguan.controls.conditions import nodes
from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean, nearest
from keguan.controls.conditions.grammar import (
    Written,
    WrittenFact,
    WrittenOperand,
    WrittenParameter,
    WrittenTest,
    read_operand,
    read_test,
)
from keguan.controls.conditions.names import InsideAct, InsideLine, Name, Names, Nested, UnknownName
from keguan.controls.conditions.values import check_alike, check_ordered, element, is_day, literal
from keguan.kernel.records.kinds import Date, Kind, Moment
from keguan.kernel.records.labels import Label

# Each structural key with the key it needs beside it.
STRUCTURE = {
    "all": None, "any": None, "none": None, "at_least": "of", "every": "have", "sum": "is", "count": "is",
    "done": None, "not_done": None, "covered_by": None,
}  # fmt: skip


def fault(zh: str, en: str, cure_zh: str, cure_en: str, where: Where) -> ConditionFault:
    """A fault from its four sentences."""
    return ConditionFault(Label(zh, en), Label(cure_zh, cure_en), where)


def resolve_fact(key: Anything, names: Names, where: Where) -> Name:
    """The fact a key or `$name` means; `ConditionFault` with suggestions where there is none."""
    if not isinstance(key, str):
        raise fault(
            f"“{key}”不是事实的名字",
            f"“{key}” is not the name of a fact",
            "名字若被读成真假或数，请加引号",
            "quote a name that is read as yes, no or a number",
            where,
        )
    try:
        return names.resolve(key.strip().removeprefix("$"))
    except UnknownName as unknown:
        raise unknown_fault(unknown, where, structure=True) from None


def unknown_fault(unknown: UnknownName, where: Where, *, structure: bool = False) -> ConditionFault:
    """The fault for a name that was not found."""
    words = nearest(unknown.name, STRUCTURE, 1) if structure and "." not in unknown.name else []
    if unknown.is_ambiguous:
        return ConditionFault(
            Label(f"“{unknown.name}”可以指几个事实", f"“{unknown.name}” may mean several facts"),
            did_you_mean(unknown.suggestions, Label("写出全名", "write its full name")),
            where,
        )
    return ConditionFault(
        Label(f"没有“{unknown.name}”这个名字", f"there is nothing called “{unknown.name}”"),
        did_you_mean(
            [*unknown.suggestions, *words],
            Label("参看事实一览，或先声明这个字段", "see the list of facts, or declare the field first"),
        ),
        where,
    )


def read_fact_test(name: Name, raw: Anything, names: Names, where: Where) -> nodes.Test:
    """One test on one fact, typed by the fact's kind."""
    said = written(raw, where)
    if said.form == "set":
        return nodes.Test(name, nodes.IsSet(), said.negated)
    kind = name.kind
    if said.form == "window":
        if isinstance(kind, Date | Moment):
            return nodes.Test(name, read_window(said.words, where), said.negated, isinstance(kind, Moment))
        said = WrittenTest("equal", said.operands, (), said.negated)
    if said.form == "same_day":
        if not isinstance(kind, Date | Moment):
            raise fault("same_day_of_year 只用于日期", "same_day_of_year is for dates", "换一个测试",
                         "write another test", where)  # fmt: skip
        return nodes.Test(name, nodes.SameDayOfYear(), said.negated, isinstance(kind, Moment))
    if said.form in ("order", "interval"):
        check_ordered(name, where)
    by_day = isinstance(kind, Moment) and _speaks_of_days(said.operands, names)
    operands = tuple(_operand(name, one, names, where, by_day) for one in said.operands)
    comparison = nodes.Equals(operands) if said.form == "equal" else _ordered(said, operands, where)
    return nodes.Test(name, comparison, said.negated, by_day or _compares_days(name, operands))


def written(raw: Anything, where: Where) -> WrittenTest:
    """The test as it stands, untyped."""
    if isinstance(raw, str):
        return read_test(raw, where)
    if raw is None:
        return read_test("", where)
    if isinstance(raw, bool | int | float | Decimal | dt.date):
        return WrittenTest("equal", (Written(raw),))
    if isinstance(raw, Sequence) and raw:
        return WrittenTest("equal", tuple(_listed(one, where.at(raw, i)) for i, one in enumerate(raw)))
    raise fault(f"“{raw}”不是测试", f"“{raw}” is not a test", "写一个值、[a, b] 或 \"< 1000\" 之类",
                 "write a value, [a, b] or such as \"< 1000\"", where)  # fmt: skip


def _listed(one: Anything, where: Where) -> WrittenOperand:
    if isinstance(one, str):
        return read_operand(one, where)
    if isinstance(one, bool | int | float | Decimal | dt.date):
        return Written(one)
    raise fault(
        f"列表里的“{one}”不是值",
        f"“{one}” in the list is not a value",
        "列表里只写值",
        "a list holds values only",
        where,
    )


def _speaks_of_days(written: tuple[WrittenOperand, ...], names: Names) -> bool:
    # “<= 2026-01-31” on a moment means the whole 31st, so the moment is compared by its day.
    for one in written:
        if isinstance(one, Written) and is_day(one.text):
            return True
        if isinstance(one, WrittenParameter) and one.suggestion is not None and is_day(one.suggestion):
            return True
        if isinstance(one, WrittenFact):
            try:
                if isinstance(names.resolve(one.name).kind, Date):
                    return True
            except UnknownName:
                pass
    return False


def _compares_days(name: Name, operands: tuple[nodes.Operand, ...]) -> bool:
    return isinstance(name.kind, Date) and any(
        isinstance(one, nodes.FactValue) and isinstance(one.name.kind, Moment) for one in operands
    )


def read_operand_of(name: Name, one: WrittenOperand, names: Names, where: Where) -> nodes.Operand:
    """What a fact is compared with, typed by the fact's kind."""
    return _operand(name, one, names, where, by_day=False)


def _operand(name: Name, written: WrittenOperand, names: Names, where: Where, by_day: bool) -> nodes.Operand:
    kind: Kind = Date() if by_day else element(name.kind)
    match written:
        case WrittenFact(name=other_name):
            other = _other(name, other_name, names, where)
            check_alike(name, other, where)
            return nodes.FactValue(other)
        case WrittenParameter(name=parameter, suggestion=suggestion):
            suggested = None if suggestion is None else literal(kind, Written(suggestion), where)
            return nodes.Parameter(parameter, kind, suggested)
        case Written() if by_day and not is_day(written.text):
            raise fault("日期与带时刻的时间混用", "a day and a moment are mixed", "两端都写日期，或都写时刻",
                         "write days at both ends, or moments at both", where)  # fmt: skip
        case Written():
            return nodes.Literal(literal(kind, written, where))


def _other(name: Name, other_name: str, names: Names, where: Where) -> Name:
    """The fact that `$name` means: never the very one that is tested, but the one of that name further out."""
    other = resolve_fact(other_name, names, where)
    if other.path != name.path:
        return other
    if isinstance(names, InsideLine | InsideAct | Nested):
        try:
            return names.beyond(other_name)
        except UnknownName:
            pass
    raise fault(
        f"“{name.label.zh}”与自身比较", f"“{name.label.en}” is compared with itself",
        "写另一个事实的名字", "name another fact", where,
    )  # fmt: skip


def _ordered(written: WrittenTest, operands: tuple[nodes.Operand, ...], where: Where) -> nodes.Comparison:
    if written.form == "order":
        return nodes.Order(written.words[0], operands[0])
    low, high = operands
    has_low, has_high = written.words[0] == "[", written.words[1] == "]"
    if isinstance(low, nodes.Literal) and isinstance(high, nodes.Literal):
        if isinstance(low.value, tuple) and low.value[1] != high.value[1]:
            raise fault("区间两端的币种不同", "the ends of the interval have different currencies",
                         "两端用同一币种", "use one currency", where)  # fmt: skip
        if low.value > high.value or (low.value == high.value and not (has_low and has_high)):
            raise fault(
                "区间里没有任何值",
                "the interval holds no value",
                "小的一端写在前面",
                "put the smaller end first",
                where,
            )
    return nodes.Interval(low, high, has_low, has_high)


def read_window(words: tuple[str, ...], where: Where) -> nodes.Window:
    """The window that a test's words name."""
    if len(words) == 2:
        return nodes.Window(words[0], words[1])
    count = int(words[1])
    if count < 1:
        raise fault("至少一天或一个月", "at least one day or month", "写成 last 6 months", "write last 6 months", where)
    return nodes.Window("last_several", words[2].removesuffix("s"), count)
