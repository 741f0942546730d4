"""Static checks of settings: tests on values and their sum, one owner for each unit, floors, tiers in order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import (
    ConditionFault,
    Name,
    PlainScope,
    Vocabulary,
    compile_condition,
    findings,
    nodes,
)
from keguan.controls.engines.reading import Reader
from keguan.controls.engines.setting_values import may, rank, seconds
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import Setting as Product
from keguan.policies.faults import Fault

if TYPE_CHECKING:
    from keguan.controls.engines.setting import SettingControl

BOUND = re.compile(r"\s*(<=|<|>=|>)\s*(.+)")
CURE = Label("改值，或改测试", "change the value or the test")
SIGNS = {"<=": lambda a, b: a <= b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, ">": lambda a, b: a > b}


def check_value(product: Product, value: Any, check: Any, read: Reader) -> None:
    """Whether a value passes its test."""
    name = Name(("value",), product.kind, product.label)
    try:
        condition = compile_condition({"value": check}, Vocabulary({"value": name}), read.where("check"))
    except ConditionFault as fault:
        read.grammar(fault, "check")
        return
    if not condition.test(PlainScope({("value",): value})):
        read.fault(
            f"值 {product.kind.show(value)} 不满足 {check}",
            f"the value {product.kind.show(value, 'en')} fails {check}",
            CURE.zh, CURE.en, "check",
        )  # fmt: skip


def check_sum(values: Sequence[Any], check: Mapping[Any, Any], read: Reader) -> None:
    """Whether the values of one family (the entries of a map) stay together within a bound."""
    bound = BOUND.fullmatch(str(check.get("sum", "")))
    if bound is None or set(check) - {"sum"}:
        read.fault("check 写成 {sum: \"<= 6 days\"}", "check is written {sum: \"<= 6 days\"}", "改写这一项",
                   "write it so", "check")  # fmt: skip
        return
    total = total_of([one for one in values if one is not None], bound[2])
    if total is None:
        read.fault(
            "这些期限不能相加：工作日与自然日、或不是时长",
            "these terms do not add up: working and calendar time, or no spans",
            "都用同一种单位", "use one sort of unit", "check",
        )  # fmt: skip
    elif not SIGNS[bound[1]](*total):
        read.fault(
            f"合计不满足 {bound[0].strip()}", f"together they fail {bound[0].strip()}", CURE.zh, CURE.en, "check"
        )


def total_of(values: Sequence[Any], bound: str) -> tuple[Any, Any] | None:
    """The sum of terms or numbers, and the bound it is compared with; nothing where they do not add up."""
    spans = [seconds(value) for value in (*values, bound)]
    found = [span for span in spans if span is not None]
    if len(found) == len(spans):
        if len({is_working for _, is_working in found}) > 1:
            return None
        return sum(length for length, _ in found[:-1]), found[-1][0]
    try:
        return sum(float(getattr(value, "amount", value)) for value in values), float(bound)
    except (TypeError, ValueError):
        return None


def faults(settings: Sequence["SettingControl"]) -> Iterable[Fault]:
    """Faults that show over all settings of a rulebook."""
    seen: dict[tuple[str, str | None], SettingControl] = {}
    for control in settings:
        first = seen.setdefault((control.setting, control.unit), control)
        if first is not control:
            yield control.place.fault(
                Label(
                    f"“{control.setting}”已由 {first.clause}（{first.key}）设定",
                    f"{control.setting} is already set by {first.clause} ({first.key})",
                ),
                Label("只留一处", "leave only one"),
                "of",
            )
        yield from _tables(control)
        yield from _tiers(control)
    for (name, unit), control in seen.items():
        above = seen.get((name, None))
        if unit is not None and above is not None:
            yield from _floor(control, above)


def _tables(control: "SettingControl") -> Iterable[Fault]:
    if control.table is None or control.choose != "first":
        return
    for finding in findings(control.table):
        if finding.kind in ("overlap", "unreachable"):
            cure = Label("改动界限，使每种情况只有一行", "move the bounds so that one row fits each case")
            line = finding.line or control.place.line_of("table")
            yield Fault(control.place.file, line, control.clause, finding.label, cure)


def _floor(control: "SettingControl", above: "SettingControl") -> Iterable[Fault]:
    """Outright values of a unit against the company's; tables are held when they are read."""
    if control.table or above.table or control.by or above.by or not (control.is_configured and above.is_configured):
        return
    if not may(above.lower_units, control.kind, control.value, above.value, above.order):
        words = above.lower_units
        yield control.place.fault(
            Label(f"“{control.unit}”的值超出上级所定（{above.clause}：{above.kind.show(above.value)}）",
                  f"the value for {control.unit} goes past what {above.clause} allows ({words})"),
            Label("改到上级所定的范围内", "stay within what is set above"),
            "is",
        )  # fmt: skip


def _tiers(control: "SettingControl") -> Iterable[Fault]:
    """With `order` over what the table asks for, a higher tier must not be worse off than a lower one."""
    if control.table is None or not control.order or control.lower_units == "free":
        return
    placed: list[tuple[int, Any]] = []
    for row in control.table.rows:
        tree = row.when.tree
        if isinstance(tree, nodes.Test) and isinstance(tree.comparison, nodes.Equals) and not tree.negated:
            values = [one.value for one in tree.comparison.operands if isinstance(one, nodes.Literal)]
            value = rank(control.kind, row.outputs["is"], ())
            placed += [(control.order.index(one), value) for one in values if one in control.order]
    placed.sort(key=lambda pair: pair[0])
    for (_, better), (at, worse) in pairwise(placed):
        if better is None or worse is None:
            continue
        if better > worse if control.lower_units == "may only shorten" else better < worse:
            tier = control.order[at]
            yield control.place.fault(
                Label(f"“{tier}”反比更高一级的好", f"{tier} is better off than the tier above it"),
                Label("改值，使级别越高标准不低", "let a higher tier be served no worse"),
                "table",
            )
