"""The batch reading of a decision: which row sets the fact after an act, where the act has it decided anew."""

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.asked import people_key
from keguan.controls.batch.outcomes import UNRECORDED
from keguan.controls.engines.decision import DecisionControl, Result
from keguan.controls.engines.decision_score import FAIL, PASS, Criterion, Score
from keguan.controls.engines.decision_verbs import overrule_name, reassess_name
from keguan.controls.people import People
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted

NOT_RATED = "decided:not-rated"
OVERRIDDEN = "overridden"


def wanted(control: DecisionControl, record_type: RecordType) -> Wanted:
    """What gate, knock-outs, table and the acts that have it redone read."""
    conditions = [control.gate, *control.knock_out, *(row.when for row in control.table.rows)]
    conditions += [act.when for act in control.after]
    hand = frozenset((control.fact.name, "fact"))
    scored = wants.of_names(control.score.names, record_type) if control.score else Wanted()
    return (
        scored
        | wants.all_of(wants.of_condition(one, record_type) for one in conditions)
        | Wanted(facts=control.changed | {control.fact.name}, arguments=hand)
    )


def outcome(control: DecisionControl, acts: Acts) -> Any:
    """The row that decided, as the event's controls write it; nothing where the act has nothing decided."""
    if control.trial:
        return ibis.null("string")
    seen = acts.after().unentered().without_arguments()
    gate = control.gate.ibis(seen)
    if control.score is not None:
        seen = seen.having(score=points(control.score, seen))
    knows = seen.knows(control.gate) and all(seen.knows(row.when) for row in control.table.rows)
    knows &= control.score is None or all(seen.get(name.path) is not None for name in control.score.names)
    not_rated = NOT_RATED if knows and all(seen.knows(one) for one in control.knock_out) else UNRECORDED
    ruled = ibis.cases((gate, _ruled(control, seen, not_rated)), (~gate, ibis.null("string")), else_=not_rated)
    decided = ibis.cases((_by_hand(control, acts), OVERRIDDEN), (_due(control, acts), ruled))
    return ibis.cases((acts.table.turn == 0, decided))


def _ruled(control: DecisionControl, seen: Acts, not_rated: str) -> Any:
    out = [one.ibis(seen) for one in control.knock_out]
    last = control.table.rows[-1].outputs["is"]
    cases = [(answer, _result(last, f"knock-out-{place + 1}", seen)) for place, answer in enumerate(out)]
    cases += [(answer.isnull(), not_rated) for answer in out]
    found = control.table.ibis(seen)
    cases += [(found.code == place, _result(row.outputs["is"], str(place + 1), seen))
              for place, row in enumerate(control.table.rows)]  # fmt: skip
    return ibis.cases(*cases, (found.is_unknown, not_rated), else_=ibis.null("string"))


def _result(result: Result, row: str, seen: Acts) -> Any:
    """The row that decided; not rated where it means a person and nobody is found."""
    decided = ibis.literal(f"decided:{row}")
    if result.who is None:
        return decided
    column = seen.people.get(people_key(result.who.people, is_after=True))
    if column is None:
        return ibis.literal(UNRECORDED)
    return ibis.cases((seen.table[column].length() > 0, decided), else_=NOT_RATED)


def people(control: DecisionControl) -> Iterator[People]:
    """Everybody whom its rows mean."""
    yield from (row.outputs["is"].who.people for row in control.table.rows if row.outputs["is"].who is not None)


def points(score: Score, seen: Acts) -> Any:
    """The score of each record; nothing where a fact is missing, or neither a share nor a verdict."""
    columns = [seen.get(one.name.path) for one in score.criteria]
    places = max((column.type().scale or 0 for column in columns if column is not None and column.type().is_decimal()),
                 default=0)  # fmt: skip
    places = max(places, *(-int(one.weight.as_tuple().exponent) for one in score.criteria))
    found = [_points(one, column, places) for one, column in zip(score.criteria, columns, strict=True)]
    return reduce(lambda one, two: one + two, found)


def _points(one: Criterion, column: Any, places: int) -> Any:
    """What the fact brings, as `Criterion.points` counts it: a product has twice the places of its factors."""
    factor, total = f"decimal(18, {places})", f"decimal(38, {2 * places})"
    whole, nought = (ibis.literal(value, type=factor) for value in (one.weight, Decimal(0)))
    if column is None:
        return ibis.null(total)
    if column.type().is_boolean():
        found = ibis.cases((column, whole), (~column, nought))
    elif column.type().is_string():
        found = ibis.cases((column == PASS, whole), (column == FAIL, nought))
    elif column.type().is_integer():
        found = ibis.cases((column >= one.weight, whole), else_=column.try_cast(factor))
    else:
        found = ibis.cases((column.between(0, 1), column.try_cast(factor))) * whole
    return found.cast(total)


def _due(control: DecisionControl, acts: Acts) -> Any:
    """Whether the act has it decided anew: it creates the record, asks for it, or changed what it hangs on."""
    verb, after = acts.table.verb, acts.after().unentered()
    creating = [one.name for one in vocabulary.verbs.values() if one.on == acts.type.name and one.creates]
    cases = [verb.isin([*creating, reassess_name(acts.type)])]
    cases += [(verb == act.verb.name) & act.when.ibis(after) for act in control.after]
    for name in sorted(control.changed):
        was, now = acts.fact(name), after.fact(name)
        if was is not None and now is not None:
            cases.append(~was.identical_to(now))
    return reduce(lambda one, two: one | two, cases)


def _by_hand(control: DecisionControl, acts: Acts) -> Any:
    """Whether somebody set the fact himself."""
    table, name = acts.table, control.fact.name
    fact = table["a_fact"] if "a_fact" in table.columns else None
    found = ibis.literal(False) if fact is None else (table.verb == overrule_name(acts.type)) & (fact == name)
    given, before = f"a_{name}", acts.fact(name)
    if given in table.columns and before is not None:
        found |= table[given].notnull() & ~table[given].identical_to(before)
    return found
