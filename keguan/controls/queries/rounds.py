"""Earlier rounds of a record: what stood in it when each ended, folded from the journal. What was erased stays away."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.live.grants import Grants
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import current

EVENTS = """
    select e.verb, e.happened_at, e.rulebook, e.envelope, p.body as payload
    from kernel_event_object o join kernel_event e on e.id = o.event left join kernel_payload p on p.event = e.id
    where o.object = %s and o.touched order by o.n
"""


@dataclass(frozen=True, slots=True)
class RoundTold:
    """A round that is over: its number, when it began and ended, under which rulebook, and the facts at its end."""

    number: int
    began_at: dt.datetime
    ended_at: dt.datetime
    rulebook: int
    facts: tuple[tuple[Fact, Any], ...]


def earlier_rounds(viewer: UUID, record_type: str, record: UUID, known: Grants | None = None) -> list[RoundTold]:
    """The rounds before the present one, oldest first; facts masked for the viewer are left out. One statement."""
    kind = vocabulary.types[record_type]
    workflows = [
        control
        for control in current(clock.now()).of_engine("workflow")
        if isinstance(control, WorkflowControl) and control.type.name == record_type and control.round is not None
    ]
    again = {verb.name for workflow in workflows if workflow.round for verb in workflow.round.verbs}
    if not again:
        return []
    masked = scopes.masked(viewer, record_type, known)
    found: list[RoundTold] = []
    values: dict[str, Any] = {}
    began: tuple[dt.datetime, int] | None = None
    for row in Rows().select(EVENTS, [record]):
        if row["verb"] in again and began is not None:
            facts = tuple(
                (fact, fact.kind.from_json(values[fact.name]))
                for fact in kind.facts
                if values.get(fact.name) is not None and fact.name not in {*masked, kind.declared} and not fact.derived
            )
            found.append(RoundTold(len(found) + 1, began[0], row["happened_at"], began[1], facts))
            began = (row["happened_at"], row["rulebook"])
        began = began or (row["happened_at"], row["rulebook"])
        values.update(_changed(row, record))
    return found


def _changed(row: Mapping[str, Any], record: UUID) -> dict[str, Any]:
    parts = [json.loads(row["envelope"]), json.loads(row["payload"]) if row["payload"] else {}]
    return {name: now for part in parts for name, (_, now) in part.get("changes", {}).get(str(record), {}).items()}
