"""From the YAML of a condition to its syntax tree. Owns the structure (all, any, at least, every, sums, acts)."""

from collections.abc import Mapping, Sequence
from typing import Any as Anything

from keguan.controls.conditions import nodes
from keguan.controls.conditions.acts import read_done
from keguan.controls.conditions.faults import ConditionFault, Where, nearest
from keguan.controls.conditions.leaves import STRUCTURE, fault, read_fact_test, resolve_fact, unknown_fault
from keguan.controls.conditions.names import InsideLine, LineList, Name, Names, UnknownName
from keguan.controls.conditions.standings import read_fact
from keguan.controls.conditions.values import ORDERED
from keguan.kernel.records.kinds import Date, Integer, Listing, Moment
from keguan.kernel.records.labels import Label

DEEPEST = 6


def read_condition(raw: Anything, names: Names, where: Where, *, lists: str = "any", depth: int = 0) -> nodes.Node:
    """The tree of a condition. A map is *all*, a list *any* (or *all*, with `lists="all"`, for `that:`)."""
    if depth > DEEPEST:
        raise ConditionFault(
            Label("条件嵌套太深", "the condition is nested too deeply"),
            Label("拆成几个管控项", "split it into several controls"),
            where,
        )
    if isinstance(raw, Mapping):
        return _map(raw, names, where, depth)
    if isinstance(raw, Sequence) and not isinstance(raw, str | bytes):
        if not raw:
            raise fault(
                "空的列表", "an empty list", "写出条件，或删去这一项", "write conditions, or leave it out", where
            )
        parts = tuple(read_condition(part, names, where.at(raw, i), depth=depth + 1) for i, part in enumerate(raw))
        return _joined(nodes.All if lists == "all" else nodes.Any, parts)
    raise fault(
        f"这里应是条件，读到的是“{raw}”", f"a condition is expected here, not “{raw}”",
        "写成 {事实: 测试}", "write {fact: test}", where,
    )  # fmt: skip


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
                raise fault(f"{key} 缺少 {partner}", f"{key} lacks {partner}",
                             f"写成 {{{key}: …, {partner}: …}}", f"write {{{key}: …, {partner}: …}}", here)  # fmt: skip
            parts.append(_structure(str(key), value, raw, names, here, depth))
        else:
            parts.append(read_fact(resolve_fact(key, names, here), value, names, here))
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
                    raise fault(f"{key} 下要写列表", f"{key} takes a list", f"写成 {key}: [{{…}}, {{…}}]",
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
                raise fault("covered_by 后写审批的 id", "covered_by takes the id of an approval",
                             "例如 covered_by: settle", "such as covered_by: settle", where)  # fmt: skip
            return nodes.CoveredBy(value.strip())

    def inner(tests: Anything, inside: Names, here: Where) -> nodes.Node:
        return read_condition(tests, inside, here, depth=depth + 1)

    return read_done(value, names, where, key == "not_done", inner)


def _at_least(count: Anything, of: Anything, names: Names, where: Where, depth: int) -> nodes.Node:
    if not isinstance(of, Sequence) or isinstance(of, str) or not of:
        raise fault("at_least 的 of 要是列表", "the of beside at_least must be a list",
                     "写成 {at_least: 2, of: [{…}, {…}]}", "write {at_least: 2, of: [{…}, {…}]}", where)  # fmt: skip
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= len(of):
        raise fault(f"at_least 应在 1 与 {len(of)} 之间", f"at_least must lie between 1 and {len(of)}",
                     f"of 里有 {len(of)} 个条件", f"conditions under of: {len(of)}", where)  # fmt: skip
    parts = tuple(read_condition(part, names, where.at(of, i), depth=depth + 1) for i, part in enumerate(of))
    return nodes.AtLeast(count, parts)


def _lines(value: Anything, names: Names, where: Where) -> LineList:
    try:
        return names.lines(str(value).strip())
    except UnknownName as unknown:
        raise unknown_fault(unknown, where) from None


def _summed(text: str, names: Names, where: Where) -> tuple[LineList, str]:
    """The lines and their field in `items.pages` or `items.product.weight`."""
    head, _, inner = text.rpartition(".")
    further = head.rpartition(".")[0]
    if further:
        try:
            return names.lines(further), text.removeprefix(f"{further}.")
        except UnknownName:
            pass
    return _lines(head or text, names, where), inner


def _aggregate(how: str, of: Anything, test: Anything, names: Names, where: Where, is_where: Where) -> nodes.Aggregate:
    text = str(of).strip()
    if how == "count":
        subject: LineList | Name
        try:
            subject = names.lines(text)
        except UnknownName:
            subject = resolve_fact(text, names, where)
            if not isinstance(subject.kind, Listing):
                raise fault(f"“{text}”不是列表", f"“{text}” is not a list", "数一数只用于明细或列表",
                             "only lines and lists are counted", where) from None  # fmt: skip
        field = None
        measured = Name(subject.path, Integer(), Label(f"{subject.label.zh}的个数", f"number of {subject.label.en}"))
    else:
        subject, inner = _summed(text, names, where)
        if inner not in subject.fields:
            raise unknown_fault(UnknownName(inner, lambda: nearest(inner, subject.fields)), where)
        field = subject.fields[inner]
        if not isinstance(field.kind, ORDERED) or isinstance(field.kind, Date | Moment):
            raise fault(f"“{field.label.zh}”不能求和", f"“{field.label.en}” cannot be summed",
                         "只有数与金额可以求和", "only numbers and amounts are summed", where)  # fmt: skip
        measured = Name(field.path, field.kind, Label(f"{field.label.zh}合计", f"total {field.label.en}"))
    leaf = read_fact_test(measured, test, names, is_where)
    if isinstance(leaf.comparison, nodes.IsSet):
        raise fault(
            "合计与个数总有值", "a total or a count always has a value", "写一个比较", "write a comparison", is_where
        )
    return nodes.Aggregate("sum" if how == "sum" else "count", subject, field, leaf.comparison, leaf.negated)
