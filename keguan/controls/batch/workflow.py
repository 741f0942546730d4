"""The batch reading of a workflow: whether an act may enter its stage from where the record stood."""

from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT, REFUSED, softened, unknown
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted


def wanted(control: WorkflowControl, record_type: RecordType) -> Wanted:
    """What it reads: the stage, and what decides about skipping."""
    skips = (wants.of_condition(station.skip, record_type) for station in control.stations if station.skip)
    return wants.all_of(skips) | Wanted(facts=frozenset((record_type.stage,)) if record_type.stage else frozenset())


def outcome(control: WorkflowControl, acts: Acts) -> Any:
    """What it did to each act."""
    by_verb = [(acts.table.verb == verb, _entering(control, acts, verb)) for verb in sorted(control.verbs)]
    return softened(ibis.cases(*by_verb, else_=ibis.null("string")), "refuse", control.trial)


def _restarting(control: WorkflowControl, acts: Acts) -> Any:
    """Whether a new round may start from where the record stood."""
    stage = acts.fact(acts.type.stage or "")
    if stage is None or control.round is None:
        return ibis.literal(unknown(False))
    least = control.position(control.round.after) or 0
    names = [station.name for station in control.stations[least:]]
    return ibis.cases((stage.isin(names).fill_null(False), KEPT), else_=REFUSED)


def _entering(control: WorkflowControl, acts: Acts, verb: str) -> Any:
    if control.round is not None and any(one.name == verb for one in control.round.verbs):
        return _restarting(control, acts)
    if vocabulary.verbs[verb].creates:
        return ibis.literal(KEPT)
    target = control.target(verb)
    stage = acts.fact(acts.type.stage or "")
    if stage is None:
        return ibis.literal(unknown(False))
    cases = [
        (stage == station.name, _from(control, acts, here, target)) for here, station in enumerate(control.stations)
    ]
    return ibis.cases(*cases, else_=REFUSED)


def _from(control: WorkflowControl, acts: Acts, here: int, target: int) -> Any:
    stations = control.stations
    if stations[target].name in stations[here].back:
        return ibis.literal(KEPT)
    if target <= here:
        return ibis.literal(REFUSED)
    cases: list[tuple[Any, Any]] = []
    for station in stations[here + 1 : target]:
        if station.skip is None:
            return ibis.cases(*cases, else_=REFUSED) if cases else ibis.literal(REFUSED)
        skipped = station.skip.ibis(acts)
        cases += [(~skipped, REFUSED), (skipped.isnull(), unknown(acts.knows(station.skip)))]
    return ibis.cases(*cases, else_=KEPT) if cases else ibis.literal(KEPT)
