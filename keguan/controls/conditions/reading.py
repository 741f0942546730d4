"""From the YAML of a condition to its syntax tree. Owns the structure (all, any, at least, every, sums, acts)."""

import datetime as dt
from collections.abc import Mapping, Sequence
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
from keguan.controls.conditions.names import InsideLine, LineList, Name, Names, UnknownName
from keguan.controls.conditions.values import (
    ORDERED,
    check_alike,
    check_ordered,
    element,
    is_day,
    literal,
)
from keguan.kernel.records.kinds import Date, Integer, Kind, Listing, Moment
from keguan.kernel.records.labels import Label

# Each structural key with the key it needs beside it.
STRUCTURE = {
    "all": None, "any": None, "none": None, "at_least": "of", "every": "have", "sum": "is", "count": "is",
    "done": None, "not_done": None, "covered_by": None,
}  # fmt: skip
DEEPEST = 6


def read_condition(raw: Anything, names: Names, where: Where, *, lists: str = "any", depth: int = 0) -> nodes.Node:
    """The tree of a condition. A map is *all*, a list *any* (or *all*, with `lists="all"`, for `that:`)."""
    if depth > DEEPEST:
        raise ConditionFault(
            Label("条件嵌套太深", "the condition is nested too deeply"),
            Label("拆成几个控制点", "split it into several controls"),
            where,
        )
    if isinstance(raw, Mapping):
        return _map(raw, names, where, depth)
    if isinstance(raw, Sequence) and not isinstance(raw, str | bytes):
        if not raw:
            raise _fault(
                "空的列表", "an empty list", "写出条件，或删去这一项", "write conditions, or leave it out", where
            )
        parts = tuple(read_condition(part, names, where.at(raw, i), depth=depth + 1) for i, part in enumerate(raw))
        return _joined(nodes.All if lists == "all" else nodes.Any, parts)
    raise _fault(
        f"这里应是条件，读到的是“{raw}”", f"a condition is expected here, not “{raw}”",
        "写成 {事实: 测试}", "write {fact: test}", where,
    )  # fmt: skip


def _fault(zh: str, en: str, cure_zh: str, cure_en: str, where: Where) -> ConditionFault:
    return ConditionFault(Label(zh, en), Label(cure_zh, cure_en), where)


def _joined(join: type[nodes.All] | type[nodes.Any], parts: tuple[nodes.Node, ...]) -> nodes.Node:
    flat: list[nodes.Node] = []
    for part in parts:
        flat.extend(part.of) if isinstance(part, join) else flat.append(part)
    return flat[0] if len(flat) == 1 else join(tuple(flat))


def _map(raw: Mapping[Anything, Anything], names: Names, where: Where, depth: int) -> nodes.Node:
    partners = {STRUCTURE[key] for key in raw if key in STRUCTURE} - {None}
    parts: list[nodes.Node] = []
    for key, value in raw.items():
        here = where.at(raw, key)
        if key in partners and not _is_fact(key, names):
            continue
        if key in STRUCTURE and not _is_fact(key, names):
            if (partner := STRUCTURE[key]) and partner not in raw:
                raise _fault(f"{key} 缺少 {partner}", f"{key} lacks {partner}",
                             f"写成 {{{key}: …, {partner}: …}}", f"write {{{key}: …, {partner}: …}}", here)  # fmt: skip
            parts.append(_structure(str(key), value, raw, names, here, depth))
        else:
            parts.append(read_fact_test(_resolve(key, names, here), value, names, here))
    return _joined(nodes.All, tuple(parts))


def _is_fact(key: object, names: Names) -> bool:
    # A declared fact may be called `count` or `sum`; only then does it win over the structure's word.
    try:
        names.resolve(str(key))
    except UnknownName:
        return False
    return True


def _structure(
    key: str, value: Anything, raw: Mapping[Anything, Anything], names: Names, where: Where, depth: int
) -> nodes.Node:
    match key:
        case "all" | "any" | "none":
            if isinstance(value, Mapping):
                if key != "all" and len(value) > 1:
                    raise _fault(f"{key} 下要写列表", f"{key} takes a list", f"写成 {key}: [{{…}}, {{…}}]",
                                 f"write {key}: [{{…}}, {{…}}]", where)  # fmt: skip
                value = [value]
            tree = read_condition(value, names, where, lists="all" if key == "all" else "any", depth=depth + 1)
            return nodes.negate(tree) if key == "none" else tree
        case "at_least":
            return _at_least(value, raw["of"], names, where, depth)
        case "every":
            lines = _lines(value, names, where)
            return nodes.Every(
                lines, read_condition(raw["have"], InsideLine(names, lines), where.at(raw, "have"), depth=depth + 1)
            )
        case "sum" | "count":
            return _aggregate(key, value, raw["is"], names, where, where.at(raw, "is"))
        case "covered_by":
            if not isinstance(value, str) or not value.strip():
                raise _fault("covered_by 后写审批的 id", "covered_by takes the id of an approval",
                             "例如 covered_by: settle", "such as covered_by: settle", where)  # fmt: skip
            return nodes.CoveredBy(value.strip())
    return nodes.Done(_verbs(value, names, where), negated=key == "not_done")


def _at_least(count: Anything, of: Anything, names: Names, where: Where, depth: int) -> nodes.Node:
    if not isinstance(of, Sequence) or isinstance(of, str) or not of:
        raise _fault("at_least 的 of 要是列表", "the of beside at_least must be a list",
                     "写成 {at_least: 2, of: [{…}, {…}]}", "write {at_least: 2, of: [{…}, {…}]}", where)  # fmt: skip
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= len(of):
        raise _fault(f"at_least 应在 1 与 {len(of)} 之间", f"at_least must lie between 1 and {len(of)}",
                     f"of 里有 {len(of)} 个条件", f"conditions under of: {len(of)}", where)  # fmt: skip
    parts = tuple(read_condition(part, names, where.at(of, i), depth=depth + 1) for i, part in enumerate(of))
    return nodes.AtLeast(count, parts)


def _resolve(key: Anything, names: Names, where: Where) -> Name:
    if not isinstance(key, str):
        raise _fault(f"“{key}”不是事实的名字", f"“{key}” is not the name of a fact",
                     "名字若被读成真假或数，请加引号", "quote a name that is read as yes, no or a number", where)  # fmt: skip
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


def _lines(value: Anything, names: Names, where: Where) -> LineList:
    try:
        return names.lines(str(value).strip())
    except UnknownName as unknown:
        raise unknown_fault(unknown, where) from None


def _verbs(value: Anything, names: Names, where: Where) -> tuple[nodes.Verb, ...]:
    acts = [value] if isinstance(value, str) else value
    if not isinstance(acts, Sequence) or not acts or not all(isinstance(act, str) for act in acts):
        raise _fault("这里写动作的名字", "the name of an act is expected here", "例如 done: case.find，或一个列表",
                     "such as done: case.find, or a list of names", where)  # fmt: skip
    try:
        return tuple(nodes.Verb(act, names.verb(act)) for act in acts)
    except UnknownName as unknown:
        raise unknown_fault(unknown, where) from None


def _aggregate(how: str, of: Anything, test: Anything, names: Names, where: Where, is_where: Where) -> nodes.Aggregate:
    text = str(of).strip()
    if how == "count":
        subject: LineList | Name
        try:
            subject = names.lines(text)
        except UnknownName:
            subject = _resolve(text, names, where)
            if not isinstance(subject.kind, Listing):
                raise _fault(f"“{text}”不是列表", f"“{text}” is not a list", "数一数只用于明细或列表",
                             "only lines and lists are counted", where) from None  # fmt: skip
        field = None
        measured = Name(subject.path, Integer(), Label(f"{subject.label.zh}的个数", f"number of {subject.label.en}"))
    else:
        subject = _lines(text.rpartition(".")[0] or text, names, where)
        inner = text.rpartition(".")[2]
        if inner not in subject.fields:
            raise unknown_fault(UnknownName(inner, nearest(inner, subject.fields)), where)
        field = subject.fields[inner]
        if not isinstance(field.kind, ORDERED) or isinstance(field.kind, Date | Moment):
            raise _fault(f"“{field.label.zh}”不能求和", f"“{field.label.en}” cannot be summed",
                         "只有数与金额可以求和", "only numbers and amounts are summed", where)  # fmt: skip
        measured = Name(field.path, field.kind, Label(f"{field.label.zh}合计", f"total {field.label.en}"))
    leaf = read_fact_test(measured, test, names, is_where)
    if isinstance(leaf.comparison, nodes.IsSet):
        raise _fault(
            "合计与个数总有值", "a total or a count always has a value", "写一个比较", "write a comparison", is_where
        )
    return nodes.Aggregate("sum" if how == "sum" else "count", subject, field, leaf.comparison, leaf.negated)


def read_fact_test(name: Name, raw: Anything, names: Names, where: Where) -> nodes.Test:
    """One test on one fact, typed by the fact's kind."""
    written = _written(raw, where)
    if written.form == "set":
        return nodes.Test(name, nodes.IsSet(), written.negated)
    kind = name.kind
    if written.form == "window":
        if isinstance(kind, Date | Moment):
            return nodes.Test(name, _window(written.words, where), written.negated, isinstance(kind, Moment))
        written = WrittenTest("equal", written.operands, (), written.negated)
    if written.form == "same_day":
        if not isinstance(kind, Date | Moment):
            raise _fault("same_day_of_year 只用于日期", "same_day_of_year is for dates", "换一个测试",
                         "write another test", where)  # fmt: skip
        return nodes.Test(name, nodes.SameDayOfYear(), written.negated, isinstance(kind, Moment))
    if written.form in ("order", "interval"):
        check_ordered(name, where)
    by_day = isinstance(kind, Moment) and _speaks_of_days(written.operands, names)
    operands = tuple(_operand(name, one, names, where, by_day) for one in written.operands)
    comparison: nodes.Comparison
    if written.form == "equal":
        comparison = nodes.Equals(operands)
    else:
        comparison = _ordered(written, operands, where)
    return nodes.Test(name, comparison, written.negated, by_day or _compares_days(name, operands))


def _written(raw: Anything, where: Where) -> WrittenTest:
    if isinstance(raw, str):
        return read_test(raw, where)
    if raw is None:
        return read_test("", where)
    if isinstance(raw, bool | int | float | Decimal | dt.date):
        return WrittenTest("equal", (Written(raw),))
    if isinstance(raw, Sequence) and raw:
        return WrittenTest("equal", tuple(_listed(one, where.at(raw, i)) for i, one in enumerate(raw)))
    raise _fault(f"“{raw}”不是测试", f"“{raw}” is not a test", "写一个值、[a, b] 或 \"< 1000\" 之类",
                 "write a value, [a, b] or such as \"< 1000\"", where)  # fmt: skip


def _listed(one: Anything, where: Where) -> WrittenOperand:
    if isinstance(one, str):
        return read_operand(one, where)
    if isinstance(one, bool | int | float | Decimal | dt.date):
        return Written(one)
    raise _fault(f"列表里的“{one}”不是值", f"“{one}” in the list is not a value", "列表里只写值", "a list holds values only",
                 where)  # fmt: skip


def _speaks_of_days(written: tuple[WrittenOperand, ...], names: Names) -> bool:
    # “<= 2026-01-31” on a moment means the whole 31st, so the moment is compared by its day.
    for one in written:
        if isinstance(one, Written) and is_day(one.text):
            return True
        if isinstance(one, WrittenParameter) and is_day(one.suggestion):
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


def _operand(name: Name, written: WrittenOperand, names: Names, where: Where, by_day: bool) -> nodes.Operand:
    kind: Kind = Date() if by_day else element(name.kind)
    match written:
        case WrittenFact(name=other_name):
            other = _resolve(other_name, names, where)
            check_alike(name, other, where)
            return nodes.FactValue(other)
        case WrittenParameter(name=parameter, suggestion=suggestion):
            return nodes.Parameter(parameter, kind, literal(kind, Written(suggestion), where))
        case Written() if by_day and not is_day(written.text):
            raise _fault("日期与带时刻的时间混用", "a day and a moment are mixed", "两端都写日期，或都写时刻",
                         "write days at both ends, or moments at both", where)  # fmt: skip
        case Written():
            return nodes.Literal(literal(kind, written, where))


def _ordered(written: WrittenTest, operands: tuple[nodes.Operand, ...], where: Where) -> nodes.Comparison:
    if written.form == "order":
        return nodes.Order(written.words[0], operands[0])
    low, high = operands
    has_low, has_high = written.words[0] == "[", written.words[1] == "]"
    if isinstance(low, nodes.Literal) and isinstance(high, nodes.Literal):
        if isinstance(low.value, tuple) and low.value[1] != high.value[1]:
            raise _fault("区间两端的币种不同", "the ends of the interval have different currencies",
                         "两端用同一币种", "use one currency", where)  # fmt: skip
        if low.value > high.value or (low.value == high.value and not (has_low and has_high)):
            raise _fault("区间里没有任何值", "the interval holds no value", "小的一端写在前面", "put the smaller end first",
                         where)  # fmt: skip
    return nodes.Interval(low, high, has_low, has_high)


def _window(words: tuple[str, ...], where: Where) -> nodes.Window:
    if len(words) == 2:
        return nodes.Window(words[0], words[1])
    count = int(words[1])
    if count < 1:
        raise _fault(
            "至少一天或一个月", "at least one day or month", "写成 last 6 months", "write last 6 months", where
        )
    return nodes.Window("last_several", words[2].removesuffix("s"), count)
