"""The live reading: a tree as a Python closure over a scope. True, false, or None for unknown (Kleene's logic)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from keguan.controls.conditions import nodes
from keguan.controls.conditions.columns import Columns
from keguan.controls.conditions.lookup import Lookup
from keguan.controls.conditions.names import LineList, Name
from keguan.controls.conditions.quick import quick
from keguan.controls.conditions.scope import ActScope, LineScope, Scope
from keguan.controls.conditions.signs import SIGNS
from keguan.controls.conditions.values import day_of, midnight
from keguan.kernel.records.kinds import BadValue, Kind, Money, empty

Reading: TypeAlias = Callable[[Scope], bool | None]
Comparer: TypeAlias = Callable[[Any, Scope], bool | None]


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """False beats unknown, unknown beats true."""
    known: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            known = None
    return known


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """True beats unknown, unknown beats false."""
    known: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            known = None
    return known


def at_least(count: int, answers: Iterable[bool | None]) -> bool | None:
    """True when enough are true, false when enough can no longer become true."""
    listed = list(answers)
    sure = sum(answer is True for answer in listed)
    if sure >= count:
        return True
    return None if sure + sum(answer is None for answer in listed) >= count else False


def reading(node: nodes.Node) -> Reading:  # noqa: PLR0911  # one per node
    """The closure that answers the tree over a scope."""
    match node:
        case nodes.Test():
            return _test(node)
        case nodes.All(of=parts):
            readings = tuple(reading(part) for part in parts)
            return lambda scope: all_of(read(scope) for read in readings)
        case nodes.Any(of=parts):
            readings = tuple(reading(part) for part in parts)
            return lambda scope: any_of(read(scope) for read in readings)
        case nodes.AtLeast(count=count, of=parts):
            readings = tuple(reading(part) for part in parts)
            return lambda scope: at_least(count, (read(scope) for read in readings))
        case nodes.Every():
            return _every(node)
        case nodes.Aggregate():
            return _aggregate(node)
        case nodes.Done(names=names, negated=negated):
            if node.is_plain:
                return lambda scope: _turned(scope.done(names), negated)
            return _done(node)
        case nodes.CoveredBy(control=control, negated=negated):
            return lambda scope: _turned(scope.covered(control), negated)


def _turned(answer: bool | None, negated: bool) -> bool | None:
    return None if answer is None else answer is not negated


def _test(node: nodes.Test) -> Reading:
    path, negated = node.name.path, node.negated
    if isinstance(node.comparison, nodes.IsSet):
        return lambda scope: empty(scope.get(path)) is negated
    if fast := quick(node):
        return fast
    compare = comparer(node.comparison, by_day=node.by_day)

    def read(scope: Scope) -> bool | None:
        value = scope.get(path)
        if empty(value):
            return None
        answer = compare(value, scope)
        return None if answer is None else answer is not negated

    return read


def _every(node: nodes.Every) -> Reading:
    path, have, join = node.of.path, reading(node.have), any_of if node.some else all_of

    def read(scope: Scope) -> bool | None:
        lines = scope.lines(path)
        return None if lines is None else join(have(LineScope(scope, path, line)) for line in lines)

    return read


def _done(node: nodes.Done) -> Reading:
    counts = reading(node.tests) if node.tests is not None else None
    enough = comparer(node.times) if node.times is not None else None
    # what does not lie on one side of a bound may hold of few and of many, and not between
    is_bound = node.times is None or isinstance(node.times, nodes.Order)

    def read(scope: Scope) -> bool | None:
        acts = scope.past_acts(node.wanted)
        edge = _edge(node.since, acts or (), scope)
        if acts is None or (edge is None and isinstance(node.since, Name)):
            return None
        answers = [
            True if counts is None else counts(ActScope(scope, act))
            for place, act in enumerate(acts)
            if act["verb"] in node.names and _is_within(node.window, act, scope) and _is_since(edge, place, act)
        ]
        sure = sum(answer is True for answer in answers)
        possible = sure + sum(answer is None for answer in answers)
        few, many = (sure > 0, possible > 0) if enough is None else (enough(sure, scope), enough(possible, scope))
        return _turned(few, node.negated) if sure == possible or (is_bound and few is many) else None

    return read


def _edge(since: Any, acts: Sequence[Mapping[str, Any]], scope: Scope) -> int | dt.datetime | None:
    """From where on acts count: a place among them, or a moment."""
    match since:
        case nodes.Verb(name=name):
            return max((place for place, act in enumerate(acts) if act["verb"] == name), default=None)
        case Name(path=path):
            value = scope.get(path)
            since = None if empty(value) else value
    if isinstance(since, dt.datetime) or since is None:
        return since
    return midnight(since)


def _is_since(edge: int | dt.datetime | None, place: int, act: Mapping[str, Any]) -> bool:
    return edge is None or (place >= edge if isinstance(edge, int) else bool(act["at"] >= edge))


def _is_within(window: nodes.Window | None, act: Mapping[str, Any], scope: Scope) -> bool:
    if window is None:
        return True
    first, after = bounds(window, scope.today())
    return first <= day_of(act["at"]) < after


def _aggregate(node: nodes.Aggregate) -> Reading:
    compare, negated = comparer(node.comparison), node.negated

    def read(scope: Scope) -> bool | None:
        value = aggregated(node, scope)
        return None if value is None else _turned(compare(value, scope), negated)

    return read


def aggregated(node: nodes.Aggregate, scope: Scope) -> Any:
    """The count or sum; None where the lines, or a field in one of them, are not known."""
    if node.how == "count":
        many = scope.lines(node.of.path) if isinstance(node.of, LineList) else scope.get(node.of.path)
        return None if many is None else len(many)
    lines = scope.lines(node.of.path)
    if lines is None or node.field is None:
        return None
    field = node.field.path[-1]
    values: list[Any] = [line.get(field) for line in lines]
    if any(value is None for value in values):
        return None
    if not values:
        return Money(Decimal(0), "") if node.field.kind.name == "money" else Decimal(0)
    if isinstance(values[0], Money):
        currencies = {value.currency for value in values}
        return None if len(currencies) > 1 else Money(sum((v.amount for v in values), Decimal(0)), values[0].currency)
    return sum(values)


def comparer(comparison: nodes.Comparison, *, by_day: bool = False) -> Comparer:  # noqa: PLR0911  # one per form
    """How a present value stands to the comparison."""
    match comparison:
        case nodes.Equals(operands=operands):
            single = [_bound("=", operand, by_day) for operand in operands]
            if len(single) == 1:
                return single[0]
            return lambda value, scope: any_of(one(value, scope) for one in single)
        case nodes.Order(sign=sign, operand=operand):
            return _bound(sign, operand, by_day)
        case nodes.Interval(low=low, high=high, has_low=has_low, has_high=has_high):
            above = _bound(">=" if has_low else ">", low, by_day)
            below = _bound("<=" if has_high else "<", high, by_day)
            return lambda value, scope: all_of((above(value, scope), below(value, scope)))
        case nodes.SameDayOfYear():
            return lambda value, scope: is_anniversary(day_of(value), scope.today())
        case nodes.Window():
            return lambda value, scope: (
                bounds(comparison, scope.today())[0] <= day_of(value) < bounds(comparison, scope.today())[1]
            )
        case nodes.IsSet():
            return lambda value, _scope: not empty(value)


def _bound(sign: str, operand: nodes.Operand, by_day: bool) -> Comparer:
    stands = SIGNS[sign]

    def against(value: Any, other: Any) -> bool | None:
        if other is None:
            return None
        if isinstance(value, list | tuple) and not isinstance(value, Money):
            return other in value
        if by_day:
            value, other = day_of(value), day_of(other)
        if isinstance(value, Money) and isinstance(other, Money):
            # Nought without lines has no currency; otherwise two currencies cannot be compared.
            if value.currency != other.currency and value.currency:
                return None
            value, other = value.amount, other.amount
        return bool(stands(value, other))

    match operand:
        case nodes.Literal(value=fixed):
            return lambda value, _scope: against(value, fixed)
        case nodes.FactValue(name=name):
            return lambda value, scope: against(value, present(scope.get(name.path)))
        case nodes.Parameter(name=parameter, kind=kind):
            return lambda value, scope: against(value, parameter_value(scope, parameter, kind))


def present(value: Any) -> Any:
    """The value, or None where it counts as absent."""
    return None if empty(value) else value


def parameter_value(scope: Scope | Columns | Lookup, name: str, kind: Kind) -> Any:
    """The adopted value as the kind holds it; None where it was not set or cannot be read."""
    value = scope.parameter(name)
    if empty(value):
        return None
    try:
        return kind.parse(value)
    except BadValue:
        return None


def is_anniversary(day: dt.date, today: dt.date) -> bool:
    """Whether `today` has the month and day of `day`; 29 February is kept on the 28th in short years."""
    if (day.month, day.day) == (2, 29) and (today + dt.timedelta(days=1)).month == 3:
        return (today.month, today.day) in ((2, 28), (2, 29))
    return (day.month, day.day) == (today.month, today.day)


def _month(day: dt.date, shift: int) -> dt.date:
    total = day.year * 12 + day.month - 1 + shift
    return dt.date(total // 12, total % 12 + 1, 1)


def bounds(window: nodes.Window, today: dt.date) -> tuple[dt.date, dt.date]:
    """First day of the window and the day after its last, as of `today`."""
    if window.which == "last_several":
        if window.unit == "day":
            return today - dt.timedelta(days=window.count), today
        return _same_day(today, -window.count), today + dt.timedelta(days=1)
    back = 1 if window.which == "last" else 0
    if window.unit == "day":
        first = today - dt.timedelta(days=back)
        return first, first + dt.timedelta(days=1)
    if window.unit == "week":
        first = today - dt.timedelta(days=today.weekday() + 7 * back)
        return first, first + dt.timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[window.unit]
    first = _month(today, -((today.month - 1) % months) - months * back)
    return first, _month(first, months)


def _same_day(today: dt.date, months: int) -> dt.date:
    first = _month(today, months)
    last = (_month(first, 1) - dt.timedelta(days=1)).day
    return first.replace(day=min(today.day, last))
