"""Static checks of conditions and tables: gaps, overlaps, rows never reached, conditions that can only have one answer.

They look at regions (`regions`), exactly for tests against literals. Columns of other facts or parameters, and lines,
cannot be told apart: such a table says so instead of guessing, and is told only what holds in any case.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from keguan.controls.conditions import nodes
from keguan.controls.conditions.condition import Condition
from keguan.controls.conditions.regions import MOST, Box, Region, Space, TooMany
from keguan.controls.conditions.tables import Row, Table
from keguan.kernel.records.labels import Label

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at. `rows` count from 1; `kind` lets an engine decide what stops publication."""

    kind: Literal["gap", "overlap", "unreachable", "unchecked", "never", "always"]
    label: Label
    rows: tuple[int, ...] = ()
    line: int | None = None


def findings(table: Table, *, first_match: bool = True) -> list[Finding]:
    """What is wrong with the table; empty when each combination finds exactly one row.

    The else row fills every gap and overlaps nothing. `first_match=False` reports no row as unreachable.
    """
    rows = [(index, row) for index, row in enumerate(table.rows) if not row.when.is_always]
    space = Space([row.when.tree for _, row in rows])
    found = [Finding("unchecked", _why(space.opaque))] if space.opaque else []
    try:
        true = {index: space.true(row.when.tree) for index, row in rows}
        false = {index: space.false(row.when.tree) for index, row in rows}
        if not space.opaque:
            if len(rows) == len(table.rows):
                found += _gaps(space, [false[index] for index, _ in rows])
            found += _overlaps(space, table, true)
        return [*found, *_idle(space, rows, true, false, first_match)]
    except TooMany:
        many = Label(
            f"组合太多（超过 {MOST:,} 种），未逐一检查", f"more than {MOST:,} combinations are too many to try"
        )
        return [Finding("unchecked", many)]


def condition_findings(condition: Condition, line: int | None = None) -> list[Finding]:
    """Whether the condition can never be true, or never be false; empty where it can be both, or nobody can tell."""
    if condition.is_always:
        return []
    space = Space([condition.tree])
    try:
        if not space.true(condition.tree):
            never = Label("这个条件永远不会成立", "this condition can never be true")
            return [Finding("never", never, line=line)]
        if not space.false(condition.tree):
            always = Label("只要事实齐全，这个条件总成立", "this condition is true whatever the facts")
            return [Finding("always", always, line=line)]
    except TooMany:
        pass
    return []


def exclude(one: Condition, other: Condition) -> bool:
    """Whether the two can certainly not both be true."""
    space = Space([one.tree, other.tree])
    try:
        return not space.both(space.true(one.tree), space.true(other.tree))
    except TooMany:
        return False


def _why(opaque: Sequence[nodes.Node]) -> Label:
    compares = (nodes.Equals, nodes.Order, nodes.Interval)
    if all(isinstance(leaf, nodes.Test) and isinstance(leaf.comparison, compares) for leaf in opaque):
        return Label(
            "表里与其他事实或参数比较，未检查空档与重叠",
            "the table compares with other facts or parameters: not checked",
        )
    return Label(
        "表里有不能逐一试的条件，未检查空档与重叠", "the table holds conditions that cannot be tried one by one"
    )


def _gaps(space: Space, false: Sequence[Region]) -> Iterator[Finding]:
    # Where a row is unknown the table stops and says so: that is no gap.
    gaps: list[Box] = [space.full]
    for region in false:
        gaps = space.both(gaps, region)
    for box in gaps[:SHOWN]:
        said = space.say(box)
        yield Finding("gap", Label(f"没有一行适用：{said.zh}", f"no row applies when {said.en}"))
    if len(gaps) > SHOWN:
        rest = len(gaps) - SHOWN
        yield Finding(
            "gap", Label("还有 {n} 种情况没有一行适用", "no row applies in {n} more {n:case|cases}").format(n=rest)
        )


def _overlaps(space: Space, table: Table, true: dict[int, Region]) -> Iterator[Finding]:
    for one, two in itertools.combinations(true, 2):
        shared = space.both(true[one], true[two])
        if not shared:
            continue
        said = space.say(shared[0])
        more = (
            Label(f" 等 {len(shared)} 种情况", f" (and {len(shared) - 1} more)") if len(shared) > 1 else Label("", "")
        )
        yield Finding(
            "overlap",
            Label(f"第 {one + 1} 行与第 {two + 1} 行都适用：{said.zh}{more.zh}",
                  f"rows {one + 1} and {two + 1} both apply when {said.en}{more.en}"),
            (one + 1, two + 1),
            table.rows[two].where.line,
        )  # fmt: skip


def _idle(
    space: Space, rows: Sequence[tuple[int, Row]], true: dict[int, Region], false: dict[int, Region], first_match: bool
) -> Iterator[Finding]:
    """Rows whose condition can never be true, and rows before which another always decides."""
    left: Region = [space.full]
    for index, row in rows:
        number, line = index + 1, row.where.line
        if not true[index]:
            words = Label(f"第 {number} 行的条件永远不会成立", f"the condition of row {number} can never be true")
            yield Finding("never", words, (number,), line)
        elif first_match and not space.both(left, true[index]):
            words = Label(f"第 {number} 行永远轮不到", f"row {number} is never reached")
            yield Finding("unreachable", words, (number,), line)
        left = space.both(left, false[index])
