"""Reading the journal for people: the course of a record. Whoever calls has asked for access already."""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.idempotency import read_reason
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows


@dataclass(frozen=True, slots=True)
class Passage:
    """One entry in the course of a record: an event, or a refused attempt with its reasons.

    `args` and `changes` join what the envelope and the payload hold; erased parts are missing. `changes` are those
    of the record itself: fact → (before, after) as journal JSON. `corrects` is the event whose time it sets right,
    with the time that stood there and the true one; `undoes` the event that it takes back.
    """

    id: UUID
    verb: str
    actor: UUID | None
    channel: str
    happened_at: dt.datetime
    recorded_at: dt.datetime
    args: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    lines: dict[str, list[Any]] = field(default_factory=dict)
    controls: tuple[tuple[str, str], ...] = ()
    reasons: tuple[Reason, ...] = ()
    objects: tuple[tuple[str, str, str, int | None], ...] = ()
    corrects: tuple[UUID, dt.datetime, dt.datetime] | None = None
    undoes: UUID | None = None
    is_attempt: bool = False
    is_erased: bool = False
    on_behalf_of: UUID | None = None


def timeline(record: UUID, most: int = 100, before: UUID | None = None, *, is_own: bool = False) -> list[Passage]:
    """The newest entries about a record, newest first: events that touch or name it, and refused attempts.

    `is_own` leaves out events that only name it: they belong to records with an access of their own.
    """
    rows = Rows()
    edge = before or UUID(int=2**128 - 1)
    events = rows.select(
        "select e.*, p.body as payload from (select distinct event from kernel_event_object"
        " where object = %s and event < %s and (touched or not %s)) o join kernel_event e on e.id = o.event"
        " left join kernel_payload p on p.event = e.id order by e.id desc limit %s",
        [record, edge, is_own, most],
    )
    attempts = rows.select(
        "select * from kernel_attempt where object = %s and id < %s order by id desc limit %s", [record, edge, most]
    )
    found = [_event(row, record) for row in events] + [_attempt(row) for row in attempts]
    return sorted(found, key=lambda passage: (passage.recorded_at, passage.id), reverse=True)[:most]


def _event(row: dict[str, Any], record: UUID) -> Passage:
    public = json.loads(row["envelope"])
    private = json.loads(row["payload"]) if row["payload"] else {}
    mine = str(record)
    changes = {
        **public.get("changes", {}).get(mine, {}),
        **private.get("changes", {}).get(mine, {}),
    }
    lines: dict[str, list[Any]] = {}
    for part in (public, private):
        for name, entries in part.get("lines", {}).items():
            known = {entry[1]: entry for entry in lines.setdefault(name, [])}
            for how, key, values in entries:
                if key in known:
                    known[key][2].update(values)
                else:
                    lines[name].append([how, key, dict(values)])
    return Passage(
        row["id"],
        row["verb"],
        row["actor"],
        row["channel"],
        row["happened_at"],
        row["recorded_at"],
        {**public.get("args", {}), **private.get("args", {})},
        {name: (was, now) for name, (was, now) in changes.items()},
        lines,
        tuple((key, outcome) for key, outcome in public.get("controls", [])),
        objects=tuple(tuple(entry) for entry in public.get("objects", [])),
        corrects=_corrects(public.get("corrects")),
        undoes=UUID(public["undoes"]) if "undoes" in public else None,
        is_erased=row["payload_digest"] is not None and row["payload"] is None,
        on_behalf_of=row["on_behalf_of"],
    )


def _corrects(said: dict[str, Any] | None) -> tuple[UUID, dt.datetime, dt.datetime] | None:
    if said is None:
        return None
    was, now = (dt.datetime.fromisoformat(text) for text in said["happened_at"])
    return UUID(said["event"]), was, now


def _attempt(row: dict[str, Any]) -> Passage:
    body = json.loads(row["envelope"])
    return Passage(
        row["id"],
        row["verb"],
        row["actor"],
        row["channel"],
        row["happened_at"],
        row["recorded_at"],
        body["args"],
        controls=tuple((key, outcome) for key, outcome in body["controls"]),
        reasons=tuple(read_reason(reason) for reason in body["reasons"]),
        is_attempt=True,
    )
