"""The batch reading of a reaction to acts: done where an act matches and the gate holds."""

from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import DONE, unknown
from keguan.controls.engines.reaction import ReactionControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(control: ReactionControl, record_type: RecordType) -> Wanted:
    """What acts and gate read."""
    return wants.of_condition(control.gate, record_type) | wants.all_of(
        wants.of_condition(act.when, record_type) for act in control.after
    )


def outcome(control: ReactionControl, acts: Acts) -> Any:
    """What it would have done after each act; a trial does nothing, and neither does what was imported."""
    if control.trial:
        return ibis.null("string")
    after = acts.after()
    matches = [(after.table.verb == act.verb.name) & act.when.ibis(after) for act in control.after]
    both = reduce(lambda one, two: one | two, matches, ibis.literal(False)) & control.gate.ibis(after)
    knows = all(after.knows(act.when) for act in control.after) and after.knows(control.gate)
    found = ibis.cases((both, DONE), (~both, ibis.null("string")), else_=unknown(knows))
    return ibis.cases(((acts.table.turn == 0) & ~acts.table.imported, found))
