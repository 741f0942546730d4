"""Static checks of a table: gaps, overlaps and rows never reached, by trying the places where answers can change.

Each column is tried at every literal, between each two and beyond the ends (choices: every code), over the product of
columns; exact for tests against literals. Columns of other facts or parameters, and lines, cannot be tried: such a
table says so instead of guessing.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from keguan.controls.conditions import nodes
from keguan.controls.conditions.live import reading
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.scope import PlainScope
from keguan.controls.conditions.sentences import glue, low, show
from keguan.controls.conditions.tables import Table
from keguan.kernel.records.kinds import COMPANY_ZONE, Boolean, Choice, Date, Integer, Listing, Moment, Money, Number
from keguan.kernel.records.labels import Label, join

# Beyond this many combinations the check would hold up the editor.
MOST = 20_000
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at. `rows` count from 1; `kind` lets an engine decide what stops publication."""

    kind: Literal["gap", "overlap", "unreachable", "unchecked"]
    label: Label
    rows: tuple[int, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    value: Any
    said: Label


def findings(table: Table, *, first_match: bool = True) -> list[Finding]:
    """What is wrong with the table; empty when each combination finds exactly one row.

    The else row fills every gap and overlaps nothing. `first_match=False` reports no row as unreachable.
    """
    columns = _columns(table)
    if isinstance(columns, Label):
        return [Finding("unchecked", columns)]
    size = 1
    for points in columns.values():
        size *= len(points)
    if size > MOST:
        return [
            Finding(
                "unchecked", Label(f"组合太多（{size:,} 种），未逐一检查", f"{size:,} combinations are too many to try")
            )
        ]
    rows = [(index, reading(row.when.tree)) for index, row in enumerate(table.rows) if not row.when.is_always]
    has_else = len(rows) < len(table.rows)
    gaps: list[Label] = []
    shared: dict[tuple[int, int], list[Label]] = {}
    reached: set[int] = set()
    for spot in itertools.product(*columns.values()):
        scope = PlainScope({name.path: point.value for name, point in zip(columns, spot, strict=True)})
        answers = [(index, read(scope)) for index, read in rows]
        hits = [index for index, answer in answers if answer]
        said = join([point.said for point in spot], "，", " and ")
        # Where a row is unknown the table stops and says so: that is no gap.
        if not has_else and all(answer is False for _, answer in answers):
            gaps.append(said)
        reached.update(hits[:1])
        for pair in itertools.combinations(hits, 2):
            shared.setdefault(pair, []).append(said)
    return [*_gaps(gaps), *_overlaps(table, shared), *(_unreachable(table, rows, reached) if first_match else ())]


def _gaps(gaps: list[Label]) -> Iterator[Finding]:
    for said in gaps[:SHOWN]:
        yield Finding("gap", Label(f"没有一行适用：{said.zh}", f"no row applies when {said.en}"))
    if len(gaps) > SHOWN:
        rest = len(gaps) - SHOWN
        yield Finding("gap", Label(f"还有 {rest} 种情况没有一行适用", f"no row applies in {rest} more cases"))


def _overlaps(table: Table, shared: dict[tuple[int, int], list[Label]]) -> Iterator[Finding]:
    for (one, two), said in shared.items():
        more = Label(f" 等 {len(said)} 种情况", f" (and {len(said) - 1} more)") if len(said) > 1 else Label("", "")
        yield Finding(
            "overlap",
            Label(f"第 {one + 1} 行与第 {two + 1} 行都适用：{said[0].zh}{more.zh}",
                  f"rows {one + 1} and {two + 1} both apply when {said[0].en}{more.en}"),
            (one + 1, two + 1),
            table.rows[two].where.line,
        )  # fmt: skip


def _unreachable(table: Table, rows: Sequence[tuple[int, Any]], reached: set[int]) -> Iterator[Finding]:
    for index, _ in rows:
        if index not in reached:
            yield Finding(
                "unreachable",
                Label(f"第 {index + 1} 行永远轮不到", f"row {index + 1} is never reached"),
                (index + 1,),
                table.rows[index].where.line,
            )


def _columns(table: Table) -> dict[Name, list[_Point]] | Label:
    literals: dict[Name, list[Any]] = {}
    for node in (node for row in table.rows for node in nodes.walk(row.when.tree)):
        if isinstance(node, nodes.All | nodes.Any | nodes.AtLeast):
            continue
        if not isinstance(node, nodes.Test) or isinstance(node.comparison, nodes.SameDayOfYear | nodes.Window):
            return Label(
                "表里有不能逐一试的条件，未检查空档与重叠", "the table holds conditions that cannot be tried one by one"
            )
        values = literals.setdefault(node.name, [])
        for operand in nodes.operands(node.comparison):
            if not isinstance(operand, nodes.Literal):
                return Label(
                    "表里与其他事实或参数比较，未检查空档与重叠",
                    "the table compares with other facts or parameters: not checked",
                )
            values.append(operand.value)
        if isinstance(node.comparison, nodes.IsSet):
            values.append(None)
    return {name: _points(name, values) for name, values in literals.items()}


def _points(name: Name, values: list[Any]) -> list[_Point]:
    """The places of one column; a missing value is tried only where a row asks for it."""
    zh, en = name.label.zh, low(name.label.en)
    missing = [_Point(None, Label(f"未填{zh}", f"{en} is missing"))] if None in values else []
    known = list(dict.fromkeys(value for value in values if value is not None))
    if isinstance(name.kind, Choice | Boolean):
        every: list[Any] = list(name.kind.options) if isinstance(name.kind, Choice) else [True, False]
        return [_Point(value, _is(name, value)) for value in every] + missing
    if isinstance(name.kind, Integer | Number | Date | Moment) or any(isinstance(value, Money) for value in known):
        return _ordered(name, sorted(known)) + missing if len({type(value) for value in known}) == 1 else missing
    other = _Point(
        [object()] if isinstance(name.kind, Listing) else object(), Label(f"{zh}为其他值", f"{en} is anything else")
    )
    seen = [_Point([value] if isinstance(name.kind, Listing) else value, _is(name, value)) for value in known]
    return [*seen, other, *missing]


def _is(name: Name, value: Any) -> Label:
    said = show(name.kind, value)
    return Label(glue(name.label.zh, "为", said.zh), f"{low(name.label.en)} is {said.en}")


def _ordered(name: Name, values: list[Any]) -> list[_Point]:
    zh, en, kind = name.label.zh, low(name.label.en), name.kind
    words = [show(kind if not _is_day(value) else Date(), value) for value in values]
    points = [_Point(_shifted(values[0], -1), Label(glue(zh, "小于", words[0].zh), f"{en} is below {words[0].en}"))]
    for index, value in enumerate(values):
        points.append(_Point(value, Label(glue(zh, "正好", words[index].zh), f"{en} is exactly {words[index].en}")))
        if index + 1 < len(values) and (middle := _between(value, values[index + 1])) is not None:
            said = Label(
                glue(zh, "在", words[index].zh, "与", words[index + 1].zh, "之间"),
                f"{en} is between {words[index].en} and {words[index + 1].en}",
            )
            points.append(_Point(middle, said))
    points.append(
        _Point(_shifted(values[-1], 1), Label(glue(zh, "大于", words[-1].zh), f"{en} is above {words[-1].en}"))
    )
    if isinstance(kind, Moment):
        return [_Point(_noon(point.value), point.said) for point in points]
    return points


def _is_day(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _noon(value: Any) -> Any:
    # A moment column whose literals are days is tried at noon of that day.
    return dt.datetime.combine(value, dt.time(12), COMPANY_ZONE) if _is_day(value) else value


def _shifted(value: Any, by: int) -> Any:
    if isinstance(value, Money):
        return Money(value.amount + by, value.currency)
    return value + dt.timedelta(days=by) if isinstance(value, dt.date) else value + by


def _between(one: Any, two: Any) -> Any:
    if isinstance(one, Money):
        return Money((one.amount + two.amount) / 2, one.currency) if one.currency == two.currency else None
    if isinstance(one, Decimal):
        return (one + two) / 2
    if isinstance(one, dt.datetime):
        return one + (two - one) / 2
    middle = one + (two - one) // 2
    return middle if one < middle < two else None
