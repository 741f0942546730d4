"""The batch reading of a reaction to acts: done where an act matches and the gate holds."""

from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import DONE, RECORDED, unknown
from keguan.controls.engines.reaction import ReactionControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def is_read(control: ReactionControl) -> bool:
    """Whether it waits for acts only: judgements, refusals, changes and dates that start one are not read."""
    return bool(control.after) and not (control.judged or control.hits or control.changed or control.reached)


def wanted(control: ReactionControl, record_type: RecordType) -> Wanted:
    """What acts, gate and rows read."""
    rows = control.effect.rows if control.effect else ()
    conditions = [*(act.when for act in control.after), *(row.when for row in rows)]
    return wants.all_of(wants.of_condition(one, record_type) for one in (control.gate, *conditions))


def outcome(control: ReactionControl, acts: Acts) -> Any:
    """What it would have done after each act: a trial only records, what was imported does nothing.

    With a table it is done where a row fits; a change, a date or a hit sets it off live only.
    """
    after = acts.after()
    matches = [(after.table.verb == act.verb.name) & act.when.ibis(after) for act in control.after]
    both = reduce(lambda one, two: one | two, matches, ibis.literal(False)) & control.gate.ibis(after)
    rows = control.effect.rows if control.effect and not control.trial else ()
    if rows:
        both &= reduce(lambda one, two: one | two, (row.when.ibis(after) for row in rows))
    conditions = [control.gate, *(act.when for act in control.after), *(row.when for row in rows)]
    knows = all(after.knows(one) for one in conditions)
    found = ibis.cases(
        (both, RECORDED if control.trial else DONE), (~both, ibis.null("string")), else_=unknown(knows)
    )  # fmt: skip
    return ibis.cases(((acts.table.turn == 0) & ~acts.table.imported, found))
