"""The batch reading: a tree as one ibis expression over `Columns`. True, false, or NULL for unknown.

It says what `live` says, row by row (a law of the tests); SQL's AND, OR and NOT are Kleene's. Only forms that DuckDB
and Spark share are used. Imported by `Condition.ibis` and `Table.ibis` only, for ibis takes a second to load.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

import ibis

from keguan.controls.conditions import nodes
from keguan.controls.conditions.batch_acts import done
from keguan.controls.conditions.batch_days import instant, is_anniversary, local_day, within
from keguan.controls.conditions.columns import Columns, LineColumns
from keguan.controls.conditions.live import parameter_value
from keguan.controls.conditions.names import LineList
from keguan.controls.conditions.signs import SIGNS
from keguan.controls.conditions.values import element
from keguan.kernel.records.kinds import Kind, Listing, Money


class Found(NamedTuple):
    """A value to compare: its expression, beside money its currency, and whether it is a total over no lines."""

    value: Any
    currency: Any = None
    is_nought: Any = None


def unknown() -> Any:
    """The answer NULL."""
    return ibis.null("boolean")


def is_unknown(found: Any) -> Any:
    """Whether an answer is NULL; `isnull` would render `a IS NULL IS NULL`, which DuckDB reads otherwise."""
    return found.fill_null(True) & ~found.fill_null(False)


def answer(node: nodes.Node, columns: Columns) -> Any:  # noqa: PLR0911  # one per node
    """The tree as a nullable boolean."""
    match node:
        case nodes.Test():
            return _test(node, columns)
        case nodes.All(of=parts):
            return all_of([answer(part, columns) for part in parts])
        case nodes.Any(of=parts):
            return any_of([answer(part, columns) for part in parts])
        case nodes.AtLeast(count=count, of=parts):
            return _at_least(count, [answer(part, columns) for part in parts])
        case nodes.Every():
            return _every(node, columns)
        case nodes.Aggregate():
            return _aggregate(node, columns)
        case nodes.Done(names=names, negated=negated):
            return _turned(columns.done(names) if node.is_plain else done(node, columns), negated)
        case nodes.CoveredBy(control=control, negated=negated):
            return _turned(columns.covered(control), negated)


def all_of(answers: Sequence[Any]) -> Any:
    """Whether every answer is true."""
    return reduce(lambda one, two: one & two, answers) if answers else ibis.literal(True)


def any_of(answers: Sequence[Any]) -> Any:
    """Whether one answer is true."""
    return reduce(lambda one, two: one | two, answers) if answers else ibis.literal(False)


def _at_least(count: int, answers: Sequence[Any]) -> Any:
    sure = sum((ibis.cases((one, 1), else_=0) for one in answers), ibis.literal(0))
    possible = sum((ibis.cases((~one, 0), else_=1) for one in answers), ibis.literal(0))
    return ibis.cases((sure >= count, True), (possible < count, False), else_=unknown())


def _turned(found: Any, negated: bool) -> Any:
    if found is None:
        return unknown()
    return ~found if negated else found


def _test(node: nodes.Test, columns: Columns) -> Any:
    column = columns.get(node.name.path)
    if column is None:
        return unknown()
    if isinstance(node.comparison, nodes.IsSet):
        return _is_empty(column) if node.negated else ~_is_empty(column)
    currency = columns.currency(node.name.path) if node.name.kind.name == "money" else None
    found = Found(present(column), currency)
    return _turned(compared(found, node.name.kind, node.comparison, node.by_day, columns), node.negated)


def _is_empty(column: Any) -> Any:
    if column.type().is_string():
        return column.isnull() | (column == "")
    if column.type().is_array():
        return column.isnull() | (column.length() == 0).fill_null(True)
    return column.isnull()


def present(column: Any) -> Any:
    """A column with NULL where its value counts as absent."""
    if column.type().is_string():
        return column.nullif("")
    if column.type().is_array():
        return ibis.cases((column.length() > 0, column))
    return column


def _every(node: nodes.Every, columns: Columns) -> Any:
    lines = columns.lines(node.of.path)
    if lines is None:
        return unknown()
    answers = lines.map(lambda line: answer(node.have, LineColumns(columns, node.of.path, line)))
    decides = bool(node.some)
    return ibis.cases(
        (lines.isnull(), unknown()),
        (answers.filter(lambda one: one == decides).length() > 0, decides),
        (answers.filter(is_unknown).length() > 0, unknown()),
        else_=not decides,
    )


def _aggregate(node: nodes.Aggregate, columns: Columns) -> Any:
    found = _counted(node, columns) if node.how == "count" else _summed(node, columns)
    if found is None:
        return unknown()
    kind = node.field.kind if node.field else Kind()
    return _turned(compared(found, kind, node.comparison, False, columns), node.negated)


def _counted(node: nodes.Aggregate, columns: Columns) -> Found | None:
    many = columns.lines(node.of.path) if isinstance(node.of, LineList) else columns.get(node.of.path)
    return None if many is None else Found(ibis.cases((many.isnull(), ibis.null("int64")), else_=many.length()))


def _summed(node: nodes.Aggregate, columns: Columns) -> Found | None:
    lines = columns.lines(node.of.path)
    if lines is None or node.field is None or node.field.path[-1] not in lines.type().value_type.names:
        return None
    field = node.field.path[-1]
    values = lines.map(lambda line: line[field])
    total = values.sums()
    lacks = values.filter(lambda one: one.isnull()).length() > 0
    nought = ibis.literal(0).cast(total.type())
    if node.field.kind.name != "money":
        return Found(ibis.cases((lacks, ibis.null(total.type())), (values.length() == 0, nought), else_=total))
    currencies = lines.map(lambda line: line[f"{field}_currency"])
    mixed = currencies.unique().length() > 1
    value = ibis.cases((lacks | mixed, ibis.null(total.type())), (values.length() == 0, nought), else_=total)
    return Found(value, ibis.cases((values.length() > 0, currencies[0])), values.length() == 0)


def compared(found: Found, kind: Kind, comparison: nodes.Comparison, by_day: bool, columns: Columns) -> Any:
    """How a present value (NULL: absent) stands to the comparison."""
    match comparison:
        case nodes.Equals(operands=operands):
            return any_of([_bound("=", found, kind, one, by_day, columns) for one in operands])
        case nodes.Order(sign=sign, operand=operand):
            return _bound(sign, found, kind, operand, by_day, columns)
        case nodes.Interval(low=low, high=high, has_low=has_low, has_high=has_high):
            above = _bound(">=" if has_low else ">", found, kind, low, by_day, columns)
            return above & _bound("<=" if has_high else "<", found, kind, high, by_day, columns)
        case nodes.SameDayOfYear():
            return is_anniversary(local_day(found.value), columns.today())
        case nodes.Window():
            return within(local_day(found.value), comparison, columns.today())
        case nodes.IsSet():
            return found.value.notnull()


def _bound(sign: str, found: Found, kind: Kind, operand: nodes.Operand, by_day: bool, columns: Columns) -> Any:
    other = _operand(operand, found, kind, columns)
    if other is None:
        return unknown()
    if isinstance(kind, Listing):
        return ibis.cases((found.value.notnull() & other.value.notnull(), found.value.contains(other.value)))
    if found.currency is not None:
        if other.currency is None:
            return unknown()
        alike = found.currency == other.currency
        if found.is_nought is not None:
            alike = found.is_nought | alike
        # Two currencies cannot be compared: unknown, not false.
        return ibis.cases((alike, SIGNS[sign](found.value, other.value)))
    one, two = (local_day(found.value), local_day(other.value)) if by_day else (found.value, other.value)
    return SIGNS[sign](one, two)


def _operand(operand: nodes.Operand, found: Found, kind: Kind, columns: Columns) -> Found | None:
    match operand:
        case nodes.Literal(value=value):
            return literal(value, found.value, kind)
        case nodes.FactValue(name=name):
            column = columns.get(name.path)
            currency = columns.currency(name.path) if name.kind.name == "money" else None
            return None if column is None else Found(present(column), currency)
        case nodes.Parameter(name=name, kind=own):
            value = parameter_value(columns, name, own)
            return None if value is None else literal(value, found.value, own)


def literal(value: Any, like: Any, kind: Kind) -> Found:
    """A Python value as a literal that compares with the column (or with a member of its array)."""
    if like.type().is_array():
        member = like.type().value_type
        return Found(ibis.literal(_written(value, kind) if member.is_string() else value, type=member))
    if isinstance(value, Money):
        return Found(_decimal(value.amount), ibis.literal(value.currency))
    if isinstance(value, Decimal):
        return Found(_decimal(value))
    if like.type().is_timestamp() and hasattr(value, "tzinfo"):
        return Found(instant(value, like))
    return Found(ibis.literal(str(value) if like.type().is_string() else value))


def _decimal(value: Decimal) -> Any:
    places = max(-int(value.as_tuple().exponent), 0)
    whole = len(str(abs(int(value))))
    return ibis.literal(value, type=f"decimal({whole + places}, {places})")


def _written(value: Any, kind: Kind) -> str:
    found = element(kind).to_json(value)
    return found if isinstance(found, str) else json.dumps(found, sort_keys=True, default=str)
