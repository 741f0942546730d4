"""The `Q` reading: a condition as a filter of a query. Only rows for which it is true pass; NULL passes nothing.

Every part gives two filters, for true and for false, each never NULL itself; negation swaps them, and what is neither
is unknown. Django's own negation of look-ups is not used: it lets NULL through.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    DecimalField,
    Func,
    IntegerField,
    JSONField,
    Q,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, ExtractDay, ExtractMonth, TruncDate
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from keguan.controls.conditions import nodes
from keguan.controls.conditions.live import bounds, is_anniversary, parameter_value
from keguan.controls.conditions.lookup import Column, Lookup
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.values import midnight
from keguan.kernel.records.kinds import COMPANY_ZONE, Money

SIGNS: dict[str, Any] = {
    "=": Exact, "<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual,
}  # fmt: skip
TRUE = Q(Value(True, BooleanField()))
FALSE = Q(Value(False, BooleanField()))


class Answer(NamedTuple):
    """The rows for which a condition is true, and those for which it is false."""

    true: Q
    false: Q

    @property
    def unknown(self) -> Q:
        """The rows for which it is neither."""
        return ~self.true & ~self.false

    def turned(self, negated: bool) -> "Answer":
        """The opposite where negated."""
        return Answer(self.false, self.true) if negated else self


ONCE = nodes.Order(">=", nodes.Literal(1))
NEITHER = Answer(FALSE, FALSE)


def answer(node: nodes.Node, lookup: Lookup) -> Answer:
    """The tree as filters; LookupError for what `check_filter` refuses."""
    match node:
        case nodes.Test():
            return _test(node, lookup).turned(node.negated)
        case nodes.All(of=parts):
            return _all([answer(part, lookup) for part in parts])
        case nodes.Any(of=parts):
            return _any([answer(part, lookup) for part in parts])
        case nodes.AtLeast(count=count, of=parts):
            answers = [answer(part, lookup) for part in parts]
            enough = _many([one.true for one in answers], count)
            return Answer(enough, _many([one.false for one in answers], len(parts) - count + 1))
        case nodes.Done() if node.tests is None and not isinstance(node.since, nodes.Verb | Name):
            return _done(node, lookup).turned(node.negated)
    raise LookupError(f"{type(node).__name__} cannot filter a list")


def _done(node: nodes.Done, lookup: Lookup) -> Answer:
    """Whether enough of the acts were done, of those in the window and since the day; never unknown."""
    days = bounds(node.window, lookup.today()) if node.window is not None else None
    since = node.since if isinstance(node.since, dt.date) else None
    first = max((day for day in (since, days[0] if days else None) if day is not None), default=None)
    column = lookup.acts(
        node.names, None if first is None else midnight(first), midnight(days[1]) if days else None
    )  # fmt: skip
    if column is None:
        raise LookupError(", ".join(node.names))
    return _compared(column, node.times or ONCE, False, lookup)


def _all(answers: Sequence[Answer]) -> Answer:
    return Answer(
        reduce(lambda one, two: one & two, (one.true for one in answers)) if answers else TRUE,
        reduce(lambda one, two: one | two, (one.false for one in answers)) if answers else FALSE,
    )


def _any(answers: Sequence[Answer]) -> Answer:
    return _all([one.turned(True) for one in answers]).turned(True)


def _many(filters: Sequence[Q], count: int) -> Q:
    ones: list[Any] = [Case(When(one, then=1), default=0, output_field=IntegerField()) for one in filters]
    return Q(GreaterThanOrEqual(reduce(lambda one, two: one + two, ones), Value(count, IntegerField())))


def _test(node: nodes.Test, lookup: Lookup) -> Answer:
    column = _column(lookup, node.name.path)
    here = _present(column)
    if isinstance(node.comparison, nodes.IsSet):
        return Answer(here, ~here)
    found = _compared(column, node.comparison, node.by_day, lookup)
    return Answer(here & found.true, here & found.false)


def _column(lookup: Lookup, path: tuple[str, ...]) -> Column:
    column = lookup.column(path)
    if column is None:
        raise LookupError(".".join(path))
    return column


def _present(column: Column) -> Q:
    """Whether the fact has a value; never NULL."""
    here = Q(IsNull(column.value, False))
    if column.stored == "array":
        return here & Q(GreaterThan(_sized(column), Value(0, IntegerField())))
    if column.stored == "json":
        return here & Q(IsNull(_first(column), False))
    return here & ~Q(Exact(column.value, Value("", TextField()))) if column.is_text else here


def _sized(column: Column) -> Any:
    return Func(column.value, function="cardinality", output_field=IntegerField())


def _first(column: Column) -> Any:
    # NULL for an empty list and for the null of JSON alike
    return Func(column.value, Value(0, IntegerField()), template="(%(expressions)s)", arg_joiner=" ->> ",
                output_field=TextField())  # fmt: skip


def _compared(column: Column, comparison: nodes.Comparison, by_day: bool, lookup: Lookup) -> Answer:
    """How a present value stands to the comparison."""
    match comparison:
        case nodes.Equals(operands=operands):
            return _any([_bound("=", column, one, by_day, lookup) for one in operands])
        case nodes.Order(sign=sign, operand=operand):
            return _bound(sign, column, operand, by_day, lookup)
        case nodes.Interval(low=low, high=high, has_low=has_low, has_high=has_high):
            above = _bound(">=" if has_low else ">", column, low, by_day, lookup)
            return _all([above, _bound("<=" if has_high else "<", column, high, by_day, lookup)])
        case nodes.SameDayOfYear():
            return _anniversary(column, lookup.today())
        case nodes.Window():
            first, after = bounds(comparison, lookup.today())
            return _all([_days(">=", column, first), _days("<", column, after)])
        case nodes.IsSet():
            return Answer(TRUE, FALSE)


def _bound(sign: str, column: Column, operand: nodes.Operand, by_day: bool, lookup: Lookup) -> Answer:
    match operand:
        case nodes.FactValue(name=name):
            other = _column(lookup, name.path)
            known = _present(other)
            found = _against_column(sign, column, other, by_day)
            return Answer(known & found.true, known & found.false)
        case nodes.Parameter(name=name, kind=kind):
            value = parameter_value(lookup, name, kind)
        case nodes.Literal(value=value):
            pass
    if value is None:
        return NEITHER
    if by_day:
        return _days(sign, column, value)
    if isinstance(value, Money):
        other = Column(_value(value.amount), currency=_value(value.currency))
        return _against_column(sign, column, other, by_day=False)
    other = Column(_value(value), is_plain_json=isinstance(value, int))
    return _against_column(sign, column, other, by_day=False)


def _against_column(sign: str, column: Column, other: Column, by_day: bool) -> Answer:
    if column.stored == "array":
        return _holds(column, Func(other.value, template="array[%(expressions)s]", output_field=TextField()))
    if column.stored == "json":
        plain = other.value if other.is_plain_json else Cast(other.value, TextField())
        return _holds(column, Func(plain, function="to_jsonb", output_field=JSONField()))
    one, two = (_day(column), _day(other)) if by_day else (column.value, other.value)
    found = _two(SIGNS[sign](one, two))
    if column.currency is None or other.currency is None:
        return found
    # Two currencies cannot be compared: neither true nor false.
    alike = Q(IsNull(column.currency, False)) & Q(IsNull(other.currency, False))
    alike &= Q(Exact(column.currency, other.currency))
    return Answer(alike & found.true, alike & found.false)


def _holds(column: Column, members: Any) -> Answer:
    holds = Func(
        column.value, members, template="(%(expressions)s)", arg_joiner=" @> ", output_field=BooleanField()
    )  # fmt: skip
    return _two(holds)


def _two(comparison: Any) -> Answer:
    return Answer(Q(comparison), ~Q(comparison))


def _value(value: Any) -> Value:
    field: Any = TextField()
    if isinstance(value, bool):
        field = BooleanField()
    elif isinstance(value, int):
        field = IntegerField()
    elif isinstance(value, Decimal):
        field = DecimalField(max_digits=38, decimal_places=max(-int(value.as_tuple().exponent), 0))
    elif isinstance(value, dt.datetime):
        field = DateTimeField()
    elif isinstance(value, dt.date):
        field = DateField()
    elif isinstance(value, UUID):
        field = UUIDField()
    return Value(value, field)


def constant(value: Any) -> Column:
    """A fact that is the same for every row (of the person who asks, of the day): a value, or a list of them."""
    if isinstance(value, list):
        members: Any = UUIDField() if value and isinstance(value[0], UUID) else TextField()
        return Column(Value(value, ArrayField(members)), stored="array")
    if isinstance(value, Money):
        return Column(_value(value.amount), currency=_value(value.currency))
    return Column(_value(value), is_text=value is None or isinstance(value, str),
                  is_moment=isinstance(value, dt.datetime), is_plain_json=isinstance(value, int))  # fmt: skip


def _day(column: Column) -> Any:
    return TruncDate(column.value, tzinfo=COMPANY_ZONE) if column.is_moment else column.value


def _days(sign: str, column: Column, day: dt.date) -> Answer:
    """The fact's day against a day; a moment against the company's midnights, so that an index on it serves."""
    if not column.is_moment:
        return _two(SIGNS[sign](column.value, _value(day)))
    first, after = midnight(day), midnight(day, 1)
    match sign:
        case "<" | ">=":
            return _two(SIGNS[sign](column.value, _value(first)))
        case "<=" | ">":
            return _two(SIGNS["<" if sign == "<=" else ">="](column.value, _value(after)))
    return _all([_two(SIGNS[">="](column.value, _value(first))), _two(SIGNS["<"](column.value, _value(after)))])


def _anniversary(column: Column, today: dt.date) -> Answer:
    day = _day(column)
    days = {(today.month, today.day)}
    if is_anniversary(dt.date(2000, 2, 29), today):
        days.add((2, 29))
    return _any([
        _all([_two(Exact(ExtractMonth(day), Value(month, IntegerField()))),
              _two(Exact(ExtractDay(day), Value(number, IntegerField())))])
        for month, number in sorted(days)
    ])  # fmt: skip
