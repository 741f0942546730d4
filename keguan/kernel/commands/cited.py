"""Events that commands are about: corrected or undone ones, with the time at which they count as happened."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows

EVENTS = """
    select o.object, e.id, e.verb, e.actor, e.happened_at, e.recorded_at, e.envelope, p.body as payload
    from unnest(%s::uuid[], %s::uuid[]) w(object, event)
    join kernel_event_object o on o.object = w.object and o.event = w.event and o.touched
    join kernel_event e on e.id = w.event left join kernel_payload p on p.event = e.id
"""
CORRECTIONS = """
    select o.object, e.envelope from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%s) and o.touched and o.verb = any(%s) order by o.object, o.n
"""


@dataclass(frozen=True, slots=True)
class Cited:
    """An event of the item's record. `happened_at` is as last corrected; `changes` are the record's own, as JSON."""

    id: UUID
    verb: str
    actor: UUID | None
    happened_at: dt.datetime
    recorded_at: dt.datetime
    changes: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, Any] = field(default_factory=dict)


def cited(rows: Rows, wanted: Sequence[tuple[UUID, UUID]], correcting: Sequence[str]) -> dict[tuple[UUID, UUID], Cited]:
    """By (record, event), the events that touch these records; others are left out. Two statements, none for none.

    `correcting` are the verbs by which times of events are corrected.
    """
    if not wanted:
        return {}
    found = rows.select(EVENTS, [[key for key, _ in wanted], [event for _, event in wanted]])
    moved: dict[tuple[UUID, UUID], dt.datetime] = {}
    for row in rows.select(CORRECTIONS, [list({key for key, _ in wanted}), list(correcting)]):
        if corrects := json.loads(row["envelope"]).get("corrects"):
            moved[row["object"], UUID(corrects["event"])] = dt.datetime.fromisoformat(corrects["happened_at"][1])
    return {(row["object"], row["id"]): _cited(row, moved) for row in found}


def _cited(row: Mapping[str, Any], moved: Mapping[tuple[UUID, UUID], dt.datetime]) -> Cited:
    public, private = json.loads(row["envelope"]), json.loads(row["payload"] or "{}")
    mine = str(row["object"])
    changes = {**public.get("changes", {}).get(mine, {}), **private.get("changes", {}).get(mine, {})}
    lines = {**public.get("lines", {}), **private.get("lines", {})}
    at = moved.get((row["object"], row["id"]), row["happened_at"])
    return Cited(row["id"], row["verb"], row["actor"], at, row["recorded_at"], changes, lines)
