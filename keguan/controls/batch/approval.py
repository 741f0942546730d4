"""The batch reading of an approval: which row decides, whether the actor may act alone, and so who would be asked."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.asked import step_key
from keguan.controls.batch.outcomes import KEPT, RECORDED, UNRECORDED, WAITING, unknown
from keguan.controls.batch.people import means_actor
from keguan.controls.engines.approval import ApprovalControl
from keguan.kernel.records.labels import join
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(control: ApprovalControl, record_type: RecordType) -> Wanted:
    """What gate, table and people read."""
    found = wants.of_condition(control.gate, record_type) | Wanted(done=frozenset((tuple(sorted(control.verbs)),)))
    for row in control.table.rows:
        found |= wants.of_condition(row.when, record_type)
        for step in row.outputs["by"]:
            found |= wants.of_people(step.by.people, record_type)
            if step.but is not None:
                found |= wants.of_people(step.but.people, record_type)
    return found


def outcome(control: ApprovalControl, acts: Acts) -> Any:
    """Kept where the actor may act alone, waiting where others would be asked; the machinery asks nobody.

    A trial records what it would have asked.
    """
    gate, rows = control.gate.ibis(acts), control.table.ibis(acts)
    knows = all(acts.knows(row.when) for row in control.table.rows)
    cases = [(rows.code == place, _by(control, acts, place)) for place in range(len(control.table.rows))]
    asked = ibis.cases(*cases, (rows.is_unknown, unknown(knows)), else_=unknown(True))
    found = ibis.cases((gate, asked), (~gate, ibis.null("string")), else_=unknown(acts.knows(control.gate)))
    found = ibis.cases((acts.table.actor.notnull(), found))
    return ibis.cases((found == WAITING, RECORDED), else_=found) if control.trial else found


def who(control: ApprovalControl, acts: Acts) -> Any:
    """Who would be asked first, in words."""
    rows = control.table.ibis(acts)
    return ibis.cases(
        *[(rows.code == place, _words(row.outputs["by"])) for place, row in enumerate(control.table.rows)],
        else_=ibis.null("string"),
    )


def covered(control: ApprovalControl, acts: Acts) -> Any:
    """Whether it covers the act: the actor may do it alone, or it was done and the same or a higher row decided."""
    gate, rows = control.gate.ibis(acts), control.table.ibis(acts)
    kept = control.table.ibis(acts.without_arguments())
    was_done = acts.done(tuple(sorted(control.verbs)))
    done = was_done & (kept.code >= rows.code) if was_done is not None else ibis.literal(None, type="boolean")
    alone = [_alone(control, acts, place) for place in range(len(control.table.rows))]
    if any(one is None for one in alone):
        may: Any = ibis.null("boolean")
    else:
        may = ibis.cases(*[(rows.code == place, one) for place, one in enumerate(alone)], else_=ibis.null("boolean"))
    answer = may | done.fill_null(False)
    return ibis.cases((~gate, True), (gate & (rows.code >= 0), answer), else_=ibis.null("boolean"))


def _by(control: ApprovalControl, acts: Acts, place: int) -> Any:
    alone = _alone(control, acts, place)
    if alone is None:
        return ibis.literal(UNRECORDED)
    return ibis.cases((alone, KEPT), else_=WAITING)


def _alone(control: ApprovalControl, acts: Acts, place: int) -> Any:
    """Whether the actor needs nobody else; None where that cannot be told."""
    if control.how == "consent":
        return ibis.literal(False)
    found: Any = ibis.literal(True)
    for step in control.table.rows[place].outputs["by"]:
        column = acts.meant.get(step_key(control, step))
        if column is not None:
            found &= acts.table[column]
            continue
        meant = means_actor(step.by.people, acts)
        if meant is not None and step.but is not None:
            recused = means_actor(step.but.people, acts)
            meant = None if recused is None else meant & ~recused
        if meant is None:
            return None
        found &= meant
    return found


def _words(steps: Any) -> str:
    first = min((step.pos for step in steps), default=0)
    return join(list(dict.fromkeys(step.by.label() for step in steps if step.pos == first))).zh
