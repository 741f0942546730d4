"""The batch reading of a formula: its tree as one ibis expression, with the currency beside an amount."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis

from keguan.controls.conditions.batch import Found, literal, present
from keguan.controls.conditions.columns import Columns
from keguan.controls.conditions.formulas import Fact, Figure, Formula, Node, Operation, Parameter
from keguan.controls.conditions.live import parameter_value
from keguan.kernel.records.kinds import Number

QUOTIENT = "decimal(38, 12)"
NONE = Figure(Decimal(0))


def value(formula: Formula, columns: Columns) -> Found | None:
    """The value of each item; NULL where an operand is missing, currencies differ or a divisor is nought. None where
    there is no column for an operand."""
    return _value(formula.tree, columns)


def _value(node: Node, columns: Columns) -> Found | None:
    match node:
        case Figure(value=figure):
            return literal(figure, ibis.literal(figure), Number())
        case Fact(name=name):
            column = columns.get(name.path)
            if column is None:
                return None
            return Found(present(column), columns.currency(name.path) if name.kind.name == "money" else None)
        case Parameter(name=name, kind=kind):
            given = parameter_value(columns, name, kind)
            return Found(ibis.null("int64")) if given is None else literal(given, ibis.literal(0), kind)
        case Operation(sign=sign, of=of):
            found = [_value(one, columns) for one in of]
            several = [one for one in found if one is not None]
            return _applied(sign, several, of) if len(several) == len(found) else None


def _applied(sign: str, several: Sequence[Found], of: Sequence[Node]) -> Found:
    values = [one.value for one in several]
    currencies = [one.currency for one in several if one.currency is not None]
    found = _rounded_down(values[0], *of[1:]) if sign == "round_down" else _worked_out(sign, values)
    lacks = [one.isnull() for one in values]
    lacks += [(currencies[0] != one).fill_null(False) for one in currencies[1:]]
    found = ibis.cases((reduce(lambda one, two: one | two, lacks), ibis.null(found.type())), else_=found)
    if not currencies or (sign == "/" and len(currencies) > 1):
        return Found(found)
    return Found(found, ibis.coalesce(*currencies))


def _worked_out(sign: str, values: Sequence[Any]) -> Any:
    if sign not in ("*", "/"):
        values = _alike(values)
    match sign:
        case "min":
            return ibis.least(*values)
        case "max":
            return ibis.greatest(*values)
    one, two = values
    match sign:
        case "+":
            return one + two
        case "-":
            return one - two
        case "*":
            return one * two
        case _:
            return (one / two.nullif(0)).cast(QUOTIENT)


def _alike(values: Sequence[Any]) -> list[Any]:
    """Decimals with as many places: ibis adds no others where their digits together are more than a column holds."""
    places = [one.type().scale or 0 for one in values if one.type().is_decimal()]
    shape = f"decimal(38, {max(places, default=0)})"
    return [one.cast(shape) if one.type().is_decimal() else one for one in values]


def _rounded_down(value: Any, places: Node = NONE) -> Any:
    """Downwards to so many places."""
    if not isinstance(places, Figure):
        return ibis.null(value.type())
    scale = 10 ** int(places.value)
    found = (value * scale).floor()
    return (found / scale).cast(QUOTIENT) if scale > 1 else found
