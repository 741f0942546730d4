"""Where a record stands among the stages of its type: its badge, the stepper, which act leads on, which makes sense."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.journal.read import Passage
from keguan.kernel.records.types import RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web.components import State, Step

VOID = ("void", "voided")
ENDED = frozenset(("closed", *VOID, "finished", "dismissed"))


def stage_state(record_type: RecordType, stage: str) -> State:
    """The badge of a stage: the last of the course is done, what is void is broken."""
    label = record_type.stage_label(stage)
    if stage in VOID:
        return State(label, "broken")
    names = [each.name for each in record_type.stages if each.name not in VOID]
    is_done = stage in ENDED or (len(names) > 1 and stage == names[-1])
    return State(label, "kept" if is_done else "")


def following(record_type: RecordType, stage: str | None) -> str:
    """The stage that comes after this one; nothing after the last."""
    names = [each.name for each in record_type.stages]
    place = names.index(stage) if stage in names else -1
    return names[place + 1] if place + 1 < len(names) else ""


def leads_on(record_type: RecordType, verb: Verb, values: Mapping[str, Any]) -> bool:
    """Whether an act is the one that comes next."""
    stage = values.get(record_type.stage or "")
    after = following(record_type, str(stage)) if stage else ""
    return (bool(verb.enters) and verb.enters == after and after not in VOID) or verb.reinstates


def fits(record_type: RecordType, verb: Verb, values: Mapping[str, Any], rules: Rulebook) -> bool:
    """Whether an act makes sense here at all: nothing is done on what is void, no stage is entered again.

    Where a workflow governs the type, it is the workflow that says so, with its clause.
    """
    stage = str(values.get(record_type.stage or "") or "")
    if stage in VOID or verb.reinstates:
        return verb.reinstates and stage in VOID
    names = [each.name for each in record_type.stages]
    if verb.enters not in names or stage not in names or verb.enters in VOID:
        return True
    is_governed = any(
        isinstance(one, WorkflowControl) and one.type.name == record_type.name for one in rules.of_engine("workflow")
    )
    return is_governed or names.index(verb.enters) > names.index(stage)


def steps(record_type: RecordType, values: Mapping[str, Any], passages: Sequence[Passage]) -> tuple[Step, ...]:
    """The stages in their order, with when each was entered; none where verbs do not lead through them.

    What lies behind and was never entered was left out, where the course is known from its beginning.
    """
    entered = {verb.enters for verb in vocabulary.verbs_on(record_type.name) if verb.enters}
    stages = [stage for stage in record_type.stages if stage.name not in VOID]
    if len(stages) < 2 or not entered.issuperset(stage.name for stage in stages):
        return ()
    now = values.get(record_type.stage or "")
    place = next((at for at, stage in enumerate(stages) if stage.name == now), -1)
    moments = {
        verb.enters or "": passage.happened_at
        for passage in reversed(passages)
        if not passage.is_attempt and (verb := vocabulary.verbs.get(passage.verb)) and verb.enters
    }
    return course_of(stages, place, moments, is_whole=stages[0].name in moments)


def course_of(
    stages: Sequence[Stage], place: int, moments: Mapping[str, dt.datetime | None], *, is_whole: bool
) -> tuple[Step, ...]:
    """The stepper of a record that stands in the stage at a place (-1: in none), with the moments of those entered."""
    found = []
    for at, stage in enumerate(stages):
        moment = moments.get(stage.name) if at <= place else None
        if at < place and moment is None and is_whole:
            found.append(Step(stage.label, "skipped"))
        elif at <= place:
            found.append(Step(stage.label, "done", moment))
        else:
            found.append(Step(stage.label, "now" if at == place + 1 and place >= 0 else "todo"))
    return tuple(found)
