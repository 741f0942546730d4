"""Rounds of a workflow: since when a record's round runs, and which version of the workflow judges it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from keguan.controls.engines.guard import RulingGuard
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.live.session import session
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Decided, Step
from keguan.policies.rulebooks import rulebook

BEGUN = """
    select distinct on (o.object) o.object, e.id as event, e.rulebook
    from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%s) and o.verb = any(%s) and o.touched order by o.object, o.event desc
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """The start of a round: its event, and the rulebook in force then."""

    event: UUID
    rulebook: int


def begun(step: Step, workflows: Sequence[WorkflowControl]) -> dict[UUID, Begun]:
    """By record, when its present round began. One statement; none where no record is there yet."""
    records = [item.id for item in step.items if item.record is not None]
    verbs = sorted({name for workflow in workflows for name in workflow.beginnings})
    if not records:
        return {}
    found: list[dict[str, Any]] = step.rows.select(BEGUN, [records, verbs])
    return {row["object"]: Begun(row["event"], row["rulebook"]) for row in found}


def pinned(step: Step, now: Sequence[WorkflowControl], start: Begun | None, scene: Scene) -> list[RulingGuard]:
    """The workflows as they were when the round began; those in force where it began before there were any.

    A workflow of then that does not know the verb is asked too: it says which stages it has.
    """
    if start is None or start.rulebook == step.rulebook:
        return list(now)
    try:
        then = rulebook(start.rulebook)
    except KeyError:
        return list(now)
    kind = scene.type.name
    found = [one for one in then.of_engine("workflow") if isinstance(one, WorkflowControl) and one.type.name == kind]
    return list(found) if found else list(now)


def decide(step: Step, decided: dict[int, Decided]) -> dict[int, Decided]:
    """What decisions made of the items, with the facts that a new round empties."""
    for control in session(step).book.by_verb(step.verb.name, "workflow"):
        if isinstance(control, WorkflowControl) and control.round and control.round.starts_by(step.verb):
            emptied = dict.fromkeys(control.round.empties)
            if not emptied or control.trial:
                continue
            for item in step.items:
                before = decided.get(item.position, Decided({}))
                given = {name: value for name, value in emptied.items() if item.args.get(name) is None}
                decided[item.position] = replace(before, facts={**given, **before.facts})
    return decided
