"""The batch reading of acts that were done before: they stand as an array of structs, as lines do. Loads ibis."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import ibis

from keguan.controls.conditions import nodes
from keguan.controls.conditions.batch_days import local_day, within
from keguan.controls.conditions.columns import ActColumns, Columns
from keguan.controls.conditions.names import Name
from keguan.kernel.records.kinds import Integer


def done(node: nodes.Done, columns: Columns) -> Any:
    """Whether enough acts count; NULL where that is open, None where the acts are not known at all."""
    from keguan.controls.conditions.batch import Found, answer, compared, is_unknown, unknown

    acts = columns.past_acts()
    if acts is None:
        return None
    counted = acts.filter(lambda act: act.verb.isin(node.names))
    if node.window is not None:
        counted = counted.filter(lambda act: within(local_day(act.at), node.window, columns.today()))
    is_open = ibis.literal(False)
    if node.since is not None:
        edge, stands = _edge(node.since, acts, columns)
        if edge is None:
            return None
        if isinstance(node.since, Name):
            is_open = edge.isnull()
        counted = counted.filter(lambda act: (stands(act) >= edge).fill_null(True))
    if node.tests is None:
        sure = possible = counted.length()
    else:
        tests = node.tests
        answers = counted.map(lambda act: answer(tests, ActColumns(columns, act)))
        sure = answers.filter(lambda one: one.fill_null(False)).length()
        possible = sure + answers.filter(is_unknown).length()
    times = node.times
    if times is None:
        few, many = sure > 0, possible > 0
    else:
        few, many = (compared(Found(one), Integer(), times, False, columns) for one in (sure, possible))
    is_bound = times is None or isinstance(times, nodes.Order)
    settled = (sure == possible) | (few == many).fill_null(False) if is_bound else sure == possible
    return ibis.cases((acts.isnull() | is_open, unknown()), (settled, few), else_=unknown())


def _edge(since: nodes.Verb | Name | dt.date, acts: Any, columns: Columns) -> tuple[Any, Callable[[Any], Any]]:
    """From where on acts count, and what of an act stands against it: its place among them, its moment, or its day."""
    match since:
        case nodes.Verb(name=name):
            last = acts.filter(lambda act: act.verb == name).map(lambda act: act.n).maxs()
            return last, lambda act: act.n
        case Name(path=path):
            edge = columns.get(path)
        case _:
            edge = ibis.literal(since, type="date")
    if edge is not None and edge.type().is_date():
        return edge, lambda act: local_day(act.at)
    return edge, lambda act: act.at
