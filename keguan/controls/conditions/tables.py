"""Decision tables: rows of `when` and outputs, of which the first that is true decides.

A row that is unknown before any true row makes the answer unknown: a table never guesses past a missing fact.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions.columns import Columns
from keguan.controls.conditions.condition import Condition, compile_condition
from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean, nearest
from keguan.controls.conditions.names import Name, Names
from keguan.controls.conditions.scope import Scope
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.controls.conditions.batch_tables import Deciding


@dataclass(frozen=True)
class Row:
    """One row: its condition (`when` left out: always) and its outputs as written, or as `parse` returned them."""

    when: Condition
    outputs: Mapping[str, Any]
    where: Where


@dataclass(frozen=True)
class Match:
    """The row that decided; `index` counts from 0."""

    index: int
    row: Row


@dataclass(frozen=True)
class Unknown:
    """No row can be chosen: the facts that are missing, and the row at which that was seen."""

    missing: tuple[Name, ...]
    index: int


@dataclass(frozen=True)
class Table:
    """A compiled decision table."""

    rows: tuple[Row, ...]

    def lookup(self, scope: Scope) -> Match | Unknown | None:
        """The first row that is true; `Unknown` when a row before it is; None when no row is true."""
        for index, row in enumerate(self.rows):
            answer = row.when.test(scope)
            if answer:
                return Match(index, row)
            if answer is None:
                return Unknown(tuple(row.when.missing(scope)), index)
        return None

    def matches(self, scope: Scope) -> tuple[list[Match], list[Unknown]]:
        """Every row that is true, and every row that is unknown (`choose: lowest`, reactions with several rows)."""
        answers = [(index, row, row.when.test(scope)) for index, row in enumerate(self.rows)]
        return (
            [Match(index, row) for index, row, answer in answers if answer],
            [Unknown(tuple(row.when.missing(scope)), index) for index, row, answer in answers if answer is None],
        )

    def ibis(self, columns: Columns) -> "Deciding":
        """The table over a table of items: the deciding row's index, and whether a row is unknown before any is true.

        `answers` of what is returned are the rows' own answers (`matches`).
        """
        from keguan.controls.conditions.batch_tables import Deciding  # ibis takes a second to load

        return Deciding([row.when.ibis(columns) for row in self.rows])

    def names(self) -> tuple[Name, ...]:
        """Every fact it may read, in order, without repeats."""
        return tuple({name.path: name for row in self.rows for name in row.when.names()}.values())

    def facts(self) -> frozenset[tuple[str, ...]]:
        """The paths it may read."""
        return frozenset(path for row in self.rows for path in row.when.facts())

    def reads(self, scope: Scope) -> dict[str, Any]:
        """The facts it reads by key."""
        values: dict[str, Any] = {}
        for row in self.rows:
            values.update(row.when.reads(scope))
        return values


def compile_table(
    rows: Any,
    names: Names,
    where: Where | None = None,
    *,
    outputs: Collection[str] | None = None,
    required: Collection[str] = (),
    parse: Callable[[str, Any, Where], Any] | None = None,
    first_match: bool = True,
) -> Table:
    """The table written in `rows`: `{when: …, <output keys>}`; a row without `when` is the else row and stands last.

    `outputs` are the keys a row may have, `required` those it must have; `parse(key, value, where)` turns each output
    into what the engine holds. `first_match=False` allows several rows without `when`. `ConditionFault` else.
    """
    here = (where or Where()).at(rows)
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        raise ConditionFault(
            Label("表要是有行的列表", "a table is a list of rows"),
            Label("写成 table: [{when: {…}, …}, …]", "write table: [{when: {…}, …}, …]"),
            here,
        )
    compiled = [_row(raw, names, here.at(rows, index), outputs, required, parse) for index, raw in enumerate(rows)]
    if first_match:
        for index, row in enumerate(compiled[:-1]):
            if row.when.is_always:
                raise ConditionFault(
                    Label(f"第 {index + 1} 行没有 when，后面的行永远轮不到",
                          f"row {index + 1} has no when, so the rows after it are never reached"),
                    Label("把它移到最后，或给它写 when", "move it to the end, or give it a when"),
                    row.where,
                )  # fmt: skip
    return Table(tuple(compiled))


def _row(
    raw: Any, names: Names, where: Where, outputs: Collection[str] | None, required: Collection[str],
    parse: Callable[[str, Any, Where], Any] | None,
) -> Row:  # fmt: skip
    if not isinstance(raw, Mapping):
        raise ConditionFault(
            Label("表的一行要写成 {when: …, …}", "a row of a table is {when: …, …}"),
            Label('例如 {when: {amount: "< 1000"}, by: 角色}', 'such as {when: {amount: "< 1000"}, by: role}'),
            where,
        )
    for key in raw:
        if outputs is not None and key != "when" and key not in outputs:
            raise ConditionFault(
                Label(f"表的行里没有“{key}”这一项", f"a row of this table has no “{key}”"),
                did_you_mean(
                    nearest(str(key), ["when", *outputs]),
                    Label(f"可写：when、{'、'.join(outputs)}", f"it takes: when, {', '.join(outputs)}"),
                ),
                where.at(raw, key),
            )
    for key in required:
        if key not in raw:
            raise ConditionFault(
                Label(f"这一行缺少 {key}", f"this row lacks {key}"), Label(f"写上 {key}: …", f"add {key}: …"), where
            )
    when = compile_condition(raw.get("when"), names, where.at(raw, "when") if "when" in raw else where)
    given = {
        str(key): parse(str(key), value, where.at(raw, key)) if parse else value
        for key, value in raw.items()
        if key != "when"
    }
    return Row(when, given, where)
