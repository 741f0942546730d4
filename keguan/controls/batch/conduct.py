"""The batch reading of a duty of conduct: what was observed under it, and how each observation was found."""

from typing import Any

import ibis

from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import BROKEN, KEPT, REFUSED
from keguan.controls.engines.access import EVERYONE
from keguan.controls.engines.conduct import ConductControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted

OBSERVE = "observation.observe"
CONTROL, SOURCE, PERSON = "control", "source", "person"
STRANGERS = '"kind": ?"(access|input)"'


def wanted(_control: ConductControl, _record_type: RecordType) -> Wanted:
    """What it reads: which duty, seen how and of whom, and what was found."""
    return Wanted(facts=frozenset((CONTROL, "state", "is_offence")), arguments=frozenset((CONTROL, SOURCE, PERSON)))


def reached(acts: Any) -> Any:
    """The acts at which duties came to speak: done, or refused for something else than access or unreadable input."""
    return (acts.turn == 0) | (acts.reasons.notnull() & ~acts.reasons.re_search(STRANGERS))


def outcome(control: ConductControl, acts: Acts) -> Any:
    """Observed, kept or broken once confirmed, dismissed; refused where the duty is not observed so, or not his."""
    table, after = acts.table, acts.after()
    mine, state, is_offence = after.fact(CONTROL), after.fact("state"), after.fact("is_offence")
    done: Any = ibis.null("string")
    if mine is not None and state is not None:
        found = ibis.cases((state == "confirmed", _found(is_offence)), else_=state)
        done = ibis.cases((mine == control.key, found))
    named = acts.given_or_fact(CONTROL)
    refused = ibis.null("string") if named is None else ibis.cases(
        ((table.verb == OBSERVE) & (named == control.key) & _is_wrong(control, acts), REFUSED)
    )  # fmt: skip
    return ibis.cases((table.turn == 0, ibis.coalesce(refused, done)), else_=refused)


def _found(is_offence: Any) -> Any:
    return ibis.literal(KEPT) if is_offence is None else ibis.cases((is_offence.fill_null(False), BROKEN), else_=KEPT)


def _is_wrong(control: ConductControl, acts: Acts) -> Any:
    """Whether the clause does not let it be observed: in this way, or of somebody of this post."""
    wrong: Any = ibis.literal(False)
    source = acts.given_or_fact(SOURCE)
    if control.seen_in and source is not None:
        wrong |= ~source.isin(list(control.seen_in)).fill_null(False)
    if f"{PERSON}_own" not in acts.table.columns:
        return wrong
    concerns: Any = ibis.literal(EVERYONE in control.roles)
    for role in sorted(control.roles - {EVERYONE}):
        concerns |= acts.table[f"{PERSON}_own"].contains(role).fill_null(False)
    return wrong | ~concerns
