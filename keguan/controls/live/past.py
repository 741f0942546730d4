"""Records as they stood at a moment: today's facts, rolled back through the changes recorded since. Reads only.

Lists of lines and amounts in balances are not rolled back.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.ids import uuid7_floor
from keguan.kernel.records.types import Record, RecordType

CHANGES = """
    select o.object, e.id, e.recorded_at, e.envelope, p.body as payload
    from kernel_event_object o join kernel_event e on e.id = o.event left join kernel_payload p on p.event = e.id
    where o.object = any(%s) and o.touched and o.event >= %s and e.id >= %s order by o.object, o.n desc
"""
BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)
END = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Change:
    """What one event made of a record: the facts as they were before it."""

    event: UUID
    recorded_at: dt.datetime
    was: Mapping[str, Any]


@dataclass
class Past:
    """Some records of one type, and how they stood since a moment. Two statements, however many records."""

    records: Mapping[UUID, Record]
    changes: Mapping[UUID, list[Change]] = field(default_factory=dict)

    def before(self, key: UUID, moment: dt.datetime) -> dict[str, Any]:
        """The facts as all that was recorded before a moment left them."""
        facts = dict(self.records[key].values)
        for change in self.changes.get(key, ()):
            if change.recorded_at < moment:
                break
            facts.update(change.was)
        return facts

    def after(self, key: UUID, event: UUID) -> dict[str, Any]:
        """The facts as an event on the record left them; as they stand where it is not among those read."""
        facts, here = dict(self.records[key].values), self.changes.get(key, ())
        if event not in {change.event for change in here}:
            return facts
        for change in here:
            if change.event == event:
                break
            facts.update(change.was)
        return facts

    def until(self, key: UUID, event: UUID) -> dict[str, Any]:
        """The facts as they were before an event on the record; as they stand where it is not among those read."""
        facts = self.after(key, event)
        for change in self.changes.get(key, ()):
            if change.event == event:
                facts.update(change.was)
        return facts

    def spans(self, key: UUID) -> Iterator[tuple[dt.datetime, dt.datetime, dict[str, Any]]]:
        """How it stood from when until when, the latest first; a moment counts to the span that ends with it."""
        facts, until = dict(self.records[key].values), END
        for change in self.changes.get(key, ()):
            yield change.recorded_at, until, facts
            facts, until = {**facts, **change.was}, change.recorded_at
        yield BEGINNING, until, facts


def past(rows: Rows, record_type: RecordType, keys: Collection[UUID], since: dt.datetime) -> Past:
    """These records and what was recorded of them since a moment."""
    records = load(rows, record_type, keys)
    found: dict[UUID, list[Change]] = {}
    floor = uuid7_floor(since)
    for row in rows.select(CHANGES, [list(records), floor, floor]) if records else ():
        was: dict[str, Any] = {}
        for text in (row["envelope"], row["payload"]):
            changed = json.loads(text or "{}").get("changes", {}).get(str(row["object"]), {})
            was |= {name: _typed(record_type, name, pair[0]) for name, pair in changed.items()
                    if name in record_type.by_name}  # fmt: skip
        found.setdefault(row["object"], []).append(Change(row["id"], row["recorded_at"], was))
    return Past(records, found)


def _typed(record_type: RecordType, name: str, raw: Any) -> Any:
    return None if raw is None else record_type.by_name[name].kind.from_json(raw)
