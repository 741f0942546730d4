"""Which clause gives a parameter its value for each record, and which of its values: the nearest unit's, within the
floor of those above, as `engines.setting_values.in_force` says it of one record. Loads ibis.

The answer is a text, `<clause>:<value>`, by their places: values have kinds, clauses of one parameter have many.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from keguan.controls.conditions import Condition, Table
from keguan.controls.conditions.batch import is_unknown
from keguan.controls.engines.setting import SettingControl
from keguan.controls.engines.setting_values import may, rank

if TYPE_CHECKING:
    from keguan.controls.batch.branches import Branch
    from keguan.controls.batch.made import Records

HIDDEN = "?"
"""The mirror does not hold what decides between them."""


def tag(clause: int, value: int) -> str:
    """What stands for a value of a clause."""
    return f"{clause}:{value}"


def values(control: SettingControl) -> list[Any]:
    """All values that it may give, in the order of their places."""
    return [value for value in control.values() if value is not None or control.table is not None]


def conditions(control: SettingControl) -> list[Condition]:
    """Everything that it asks of a record."""
    return [control.gate, *(row.when for row in (control.table.rows if control.table else ()))]


def giving(several: Sequence[SettingControl], seen: "Records") -> Any:
    """What gives the value for each record; nothing where no clause does. `seen` has what is given among its facts."""
    if all(one.unit is None for one in several):
        return _nearest(several, list(range(len(several))), seen)
    column = seen.branch()
    if column is None:
        return ibis.literal(HIDDEN)
    orders: dict[tuple[int, ...], list[int]] = {}
    for number, branch in enumerate(seen.branches()):
        orders.setdefault(along(several, branch), []).append(number)
    cases = [(column.isin(numbers), _nearest(several, order, seen)) for order, numbers in orders.items()]
    return ibis.cases(*cases, else_=ibis.null("string"))


def along(several: Sequence[SettingControl], branch: "Branch") -> tuple[int, ...]:
    """The places of the clauses that concern a branch: the company's first, the nearest unit's last."""
    found = [place for place, one in enumerate(several) if one.unit is None]
    for unit in branch:
        found += [place for place, one in enumerate(several) if one.unit == unit]
    return tuple(found)


def concerns(control: SettingControl, seen: "Records") -> Any:
    """Whether the clause speaks of the record's unit."""
    column = seen.branch()
    if control.unit is None or column is None:
        return ibis.literal(True)
    return column.isin([number for number, branch in enumerate(seen.branches()) if control.unit in branch])


def _nearest(several: Sequence[SettingControl], order: Sequence[int], seen: "Records") -> Any:
    """What gives the value where these clauses, from the top down, concern the record."""
    taken: dict[int, Any] = {}
    for place in order:
        own = chosen(several[place], place, seen)
        floors = {one: taken[one] for one in taken if several[one].lower_units != "free"}
        fits, hidden = ibis.literal(True), ibis.literal(False)
        for one, above in floors.items():
            pairs = list(_allowed(several, one, place))
            fits &= above.isnull() | (above.concat(">", own).isin(pairs) if pairs else ibis.literal(False))
            hidden |= (above == HIDDEN).fill_null(False)
        hidden |= (own == HIDDEN) & bool(floors)
        taken[place] = ibis.cases((own.isnull(), own), (hidden, HIDDEN), (fits, own)) if floors else own
    return ibis.coalesce(*reversed(taken.values())) if taken else ibis.null("string")


def _allowed(several: Sequence[SettingControl], one: int, place: int) -> Iterator[str]:
    """The pairs of a value of the clause above and one below that the former allows."""
    above, below = several[one], several[place]
    for i, value in enumerate(values(above)):
        for j, other in enumerate(values(below)):
            if may(above.lower_units, below.kind, other, value, above.order):
                yield f"{tag(one, i)}>{tag(place, j)}"


def chosen(control: SettingControl, place: int, seen: "Records") -> Any:
    """Which of its values the clause would give by itself; an unknown fact falls to its last row."""
    gate = control.gate.ibis(seen)
    hidden = ibis.literal(not seen.knows(control.gate)) & is_unknown(gate)
    return ibis.cases((gate, _value(control, place, seen)), (hidden, HIDDEN), else_=ibis.null("string"))


def _value(control: SettingControl, place: int, seen: "Records") -> Any:
    if control.by:
        return _looked_up(control, place, seen)
    if control.table is None:
        return ibis.literal(tag(place, 0))
    tags = {i: tag(place, i) for i in range(len(control.table.rows))}
    found = _several if control.choose != "first" else _first
    answer, last = found(control, control.table, tags, seen), control.table.rows[-1]
    return ibis.coalesce(answer, tags[len(tags) - 1]) if last.when.is_always else answer


def _first(_control: SettingControl, table: Table, tags: Mapping[int, str], seen: "Records") -> Any:
    """The value of the first row that fits; nothing where one before it is unknown."""
    found = table.ibis(seen)
    cases = [(found.code == i, tags[i]) for i in tags]
    cases += [(found.code == -1 - i, HIDDEN) for i, row in enumerate(table.rows) if not seen.knows(row.when)]
    return ibis.cases(*cases, else_=ibis.null("string"))


def _several(control: SettingControl, table: Table, tags: Mapping[int, str], seen: "Records") -> Any:
    """The lowest or highest value of the rows that fit."""
    rows = sorted(enumerate(table.rows), key=lambda pair: rank(control.kind, pair[1].outputs["is"], control.order),
                  reverse=control.choose == "highest")  # fmt: skip
    cases = [(is_unknown(row.when.ibis(seen)), HIDDEN) for _, row in rows if not seen.knows(row.when)]
    cases += [(row.when.ibis(seen), tags[i]) for i, row in rows]
    return ibis.cases(*cases, else_=ibis.null("string"))


def _looked_up(control: SettingControl, place: int, seen: "Records") -> Any:
    """The value that a map has under the fact."""
    column = seen.get((control.by,))
    if column is None:
        return ibis.literal(HIDDEN)
    kind = column.type()
    if kind.is_boolean():
        column = ibis.cases((column, "True"), (~column, "False"))
    elif not (kind.is_string() or kind.is_integer() or kind.is_date()):
        return ibis.literal(HIDDEN)
    names = ibis.coalesce(column.cast("string"), "None")
    keys = [key for key, value in control.value.items() if value is not None]
    cases = [(names == key, tag(place, i)) for i, key in enumerate(keys)]
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")
