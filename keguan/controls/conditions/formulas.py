"""Formulas: `+ - * / min max round_down` over facts and measures, as one tree with a live reading and a sentence.

Operands are those of conditions: facts (`$fact` or bare), parameters (`@name`), numbers. A missing operand, two
currencies, or a division by nought leave the value unknown (None). The batch reading walks the same tree.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, DivisionByZero, InvalidOperation
from typing import Any, Protocol, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean
from keguan.controls.conditions.live import parameter_value
from keguan.controls.conditions.names import Name, Names, UnknownName
from keguan.controls.conditions.scope import Scope
from keguan.kernel.records.kinds import Integer, Kind, Money, MoneyKind, Number, empty
from keguan.kernel.records.labels import Label

GRAMMAR = r"""
?start: sum
?sum: product
    | sum "+" product -> add
    | sum "-" product -> subtract
?product: factor
    | product "*" factor -> multiply
    | product "/" factor -> divide
?factor: NUMBER -> number
    | "-" factor -> minus
    | "(" sum ")"
    | FUNCTION "(" sum ("," sum)* ")" -> call
    | PARAMETER -> parameter
    | FACT -> fact
FUNCTION.2: /(min|max|round_down)(?=\s*\()/
PARAMETER: /@[A-Za-z_][A-Za-z0-9_]*/
FACT: /\$?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/
NUMBER: /\d+(\.\d+)?/
%ignore /\s+/
"""
LONGEST = 500
_LARK = Lark(GRAMMAR, parser="lalr")
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_CALLS = {
    "min": Label("取小", "the least of"), "max": Label("取大", "the greatest of"),
    "round_down": Label("舍去尾数", "rounded down"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a fact or measure."""

    name: Name


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value set at adoption."""

    name: str
    kind: Kind
    label: Label = field(compare=False)


class Declared(Protocol):
    """What a formula has to know of a parameter."""

    @property
    def kind(self) -> Kind:
        """Numbers and amounts can be reckoned with."""
        ...

    @property
    def label(self) -> Label:
        """What people call it."""
        ...


@dataclass(frozen=True, slots=True)
class Operation:
    """`+ - * / min max round_down` over other formulas."""

    sign: str
    of: tuple["Node", ...]


Node: TypeAlias = Figure | Fact | Parameter | Operation


@dataclass(frozen=True)
class Formula:
    """A compiled formula. `is_money`: its value is an amount."""

    tree: Node
    is_money: bool

    @property
    def kind(self) -> Kind:
        """The kind of its value."""
        return MoneyKind() if self.is_money else Number()

    def value(self, scope: Scope) -> Any:
        """The value over a scope: Decimal or Money, None where it is unknown."""
        return _value(self.tree, scope)

    def names(self) -> tuple[Name, ...]:
        """The facts it reads, without repeats."""
        return tuple({node.name.path: node.name for node in walk(self.tree) if isinstance(node, Fact)}.values())

    def label(self) -> Label:
        """The formula in words."""
        return _label(self.tree)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    if isinstance(node, Operation):
        for one in node.of:
            yield from walk(one)


def compile_formula(
    raw: Any, names: Names, where: Where | None = None, parameters: Mapping[str, Declared] | None = None
) -> Formula:
    """The formula written in `raw`; `ConditionFault` where it cannot run. `parameters` are those declared, by name."""
    here = where or Where()
    text = str(raw)
    try:
        if len(text) > LONGEST:
            raise _fault("公式太长", "the formula is too long", "拆成几个度量", "split it into several measures", here)
        tree: Node = _Reader(names, parameters or {}, here).transform(_LARK.parse(text))
    except VisitError as fault:
        if isinstance(fault.orig_exc, ConditionFault):
            raise fault.orig_exc from None
        raise
    except UnexpectedInput:
        raise _fault(
            f"看不懂公式“{text}”", f"the formula “{text}” cannot be read",
            "可用：事实、数、+ - * / min(…) max(…) round_down(…)",
            "write facts, numbers, + - * / min(…) max(…) round_down(…)", here,
        ) from None  # fmt: skip
    return Formula(tree, _is_money(tree, here))


class _Reader(Transformer[Token, Node]):
    def __init__(self, names: Names, parameters: Mapping[str, Declared], where: Where) -> None:
        super().__init__()
        self.names, self.parameters, self.where = names, parameters, where

    def number(self, parts: list[Token]) -> Node:
        return Figure(Decimal(str(parts[0])))

    def minus(self, parts: list[Node]) -> Node:
        return Operation("-", (Figure(Decimal(0)), parts[0]))

    def add(self, parts: list[Node]) -> Node:
        return Operation("+", tuple(parts))

    def subtract(self, parts: list[Node]) -> Node:
        return Operation("-", tuple(parts))

    def multiply(self, parts: list[Node]) -> Node:
        return Operation("*", tuple(parts))

    def divide(self, parts: list[Node]) -> Node:
        return Operation("/", tuple(parts))

    def call(self, parts: list[Any]) -> Node:
        function, *given = parts
        if str(function) == "round_down" and len(given) > 2:
            raise _fault("round_down 只收一两个数", "round_down takes one or two values", "写成 round_down(x, 2)",
                         "write round_down(x, 2)", self.where)  # fmt: skip
        return Operation(str(function), tuple(given))

    def parameter(self, parts: list[Token]) -> Node:
        name = str(parts[0])[1:]
        found = self.parameters.get(name)
        if found is None or not isinstance(found.kind, Integer | Number | MoneyKind):
            raise _fault(f"没有数值参数 {name}", f"there is no parameter {name} with a number", "先在制度包里声明",
                         "declare it in the pack", self.where)  # fmt: skip
        return Parameter(name, found.kind, found.label)

    def fact(self, parts: list[Token]) -> Node:
        text = str(parts[0]).removeprefix("$")
        try:
            name = self.names.resolve(text)
        except UnknownName as unknown:
            cure = did_you_mean(unknown.suggestions, Label("参看事实一览", "see the list of facts"))
            raise ConditionFault(Label(f"没有“{text}”", f"there is no {text}"), cure, self.where) from None
        if not isinstance(name.kind, Integer | Number | MoneyKind):
            raise _fault(f"“{name.label.zh}”不是数", f"“{name.label.en}” is no number", "公式里只用数与金额",
                         "a formula takes numbers and amounts", self.where)  # fmt: skip
        return Fact(name)


def _fault(zh: str, en: str, cure_zh: str, cure_en: str, where: Where) -> ConditionFault:
    return ConditionFault(Label(zh, en), Label(cure_zh, cure_en), where)


def _is_money(node: Node, where: Where) -> bool:
    match node:
        case Figure():
            return False
        case Fact(name=name):
            return isinstance(name.kind, MoneyKind)
        case Parameter(kind=kind):
            return isinstance(kind, MoneyKind)
        case Operation(sign=sign, of=of):
            money = [_is_money(one, where) for one in of]
            is_nought = [isinstance(one, Figure) and not one.value for one in of]
            mixed = any(money) and not all(m or n for m, n in zip(money, is_nought, strict=True))
            if sign in ("+", "-", "min", "max") and mixed:
                raise _fault("金额与数不能相加相比", "amounts and numbers do not add up", "先乘或除，化成同类",
                             "multiply or divide first, so that both are alike", where)  # fmt: skip
            if (sign == "*" and all(money)) or (sign == "/" and money == [False, True]):
                raise _fault("这样算不出金额或数", "this gives neither an amount nor a number", "改写公式",
                             "write the formula anew", where)  # fmt: skip
            return money == [True, False] if sign == "/" else money[0] if sign == "round_down" else any(money)


def _value(node: Node, scope: Scope) -> Any:
    match node:
        case Figure(value=value):
            return value
        case Fact(name=name):
            found = scope.get(name.path)
            return None if empty(found) else Decimal(found) if isinstance(found, int) else found
        case Parameter(name=parameter, kind=kind):
            found = parameter_value(scope, parameter, kind)
            return Decimal(found) if isinstance(found, int) else found
        case Operation(sign=sign, of=of):
            values = [_value(one, scope) for one in of]
            if any(value is None for value in values):
                return None
            return _apply(sign, values)


def _apply(sign: str, values: Sequence[Any]) -> Any:
    currencies = {value.currency for value in values if isinstance(value, Money) and value.currency}
    if len(currencies) > 1:
        return None
    plain = [value.amount if isinstance(value, Money) else value for value in values]
    try:
        found = _OPERATIONS[sign](plain)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return None
    both = sum(isinstance(value, Money) for value in values)
    if not both or (sign == "/" and both == 2):
        return found
    return Money(found, next(iter(currencies), ""))


def _round_down(values: Sequence[Decimal]) -> Decimal:
    places = int(values[1]) if len(values) > 1 else 0
    return values[0].quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


_OPERATIONS: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "+": lambda v: v[0] + v[1],
    "-": lambda v: v[0] - v[1],
    "*": lambda v: v[0] * v[1],
    "/": lambda v: v[0] / v[1],
    "min": min,
    "max": max,
    "round_down": _round_down,
}


def _label(node: Node) -> Label:
    match node:
        case Figure(value=value):
            text = re.sub(r"(\.\d*?)0+$", r"\1", f"{value:f}").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
            return Label(text, text)
        case Fact(name=name):
            return name.label
        case Parameter(label=label):
            return label
        case Operation(sign=sign, of=of):
            parts = [_label(one) for one in of]
            if sign in _CALLS:
                words = _CALLS[sign]
                return Label(f"{words.zh}（{'、'.join(p.zh for p in parts)}）",
                             f"{words.en} ({', '.join(p.en for p in parts)})")  # fmt: skip
            shown = [
                Label(f"（{p.zh}）", f"({p.en})")
                if isinstance(one, Operation) and one.sign in "+-" and sign in "*/"
                else p
                for one, p in zip(of, parts, strict=True)
            ]
            mark = {"*": "×", "/": "÷", "-": "−"}.get(sign, sign)
            return Label(f"{shown[0].zh} {mark} {shown[1].zh}", f"{shown[0].en} {mark} {shown[1].en}")
