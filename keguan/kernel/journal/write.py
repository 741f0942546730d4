"""Writing events and attempts: canonical envelopes, salted payloads, digests, streams. Nothing is ever rewritten."""

import datetime as dt
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.records.kinds import Text


@dataclass
class Mention:
    """A record in an event: its role, type and id; touched ones have a number in their stream."""

    role: str
    type: str
    id: UUID
    touched: bool
    n: int | None = None


@dataclass
class Event:
    """One entry of the journal before it is written. `private` holds what goes to the payload.

    `on_behalf_of`: in whose place the actor acted, where that is not said for the whole command.
    """

    id: UUID
    verb: str
    happened_at: dt.datetime
    mentions: list[Mention]
    public: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    on_behalf_of: UUID | None = None


@dataclass
class Attempt:
    """A refusal as the journal keeps it."""

    id: UUID
    verb: str
    type: str
    object: UUID | None
    happened_at: dt.datetime
    body: dict[str, Any]


def is_private(thing: Any) -> bool:
    """Whether a fact's or argument's value goes to the payload: declared personal, or free text of several lines."""
    return bool(thing.personal) or (isinstance(thing.kind, Text) and thing.kind.lines)


def split(pairs: Mapping[str, Any], declared: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Pairs by name, parted into (public, private) by their declarations, values as journal JSON."""
    public: dict[str, Any] = {}
    private: dict[str, Any] = {}
    for name, value in pairs.items():
        (private if is_private(declared[name]) else public)[name] = value
    return public, private


def write_events(
    rows: Rows, ctx: Context, recorded_at: dt.datetime, rulebook: int, events: Sequence[Event], heads: dict[UUID, int]
) -> None:
    """Number the events in the streams of what they touch (`heads` holds the last numbers) and write them."""
    if not events:
        return
    event_rows, object_rows, payload_rows, intake_rows = [], [], [], []
    for event in events:
        for mention in event.mentions:
            if mention.touched:
                heads[mention.id] = mention.n = heads.get(mention.id, 0) + 1
            object_rows.append(
                (mention.id, mention.n, event.id, mention.type, mention.role, event.verb, mention.touched)
            )
        objects = [[m.role, m.type, str(m.id), m.n] for m in event.mentions]
        envelope = canonical({**event.public, "objects": objects})
        payload_digest = None
        if event.private:
            salt, body = os.urandom(16), canonical(event.private)
            payload_digest = hashlib.sha256(salt + body.encode()).digest()
            payload_rows.append((event.id, salt, body))
        columns = (
            event.id,
            event.verb,
            ctx.actor,
            event.on_behalf_of or ctx.on_behalf_of,
            event.happened_at,
            recorded_at,
            rulebook,
            ctx.channel,
            ctx.batch,
            ctx.caused_by,
            envelope,
            payload_digest,
        )
        digest = event_digest(columns)
        event_rows.append((*columns, digest))
        intake_rows.append((event.id, digest))
    rows.insert("kernel_event", EVENT_COLUMNS, event_rows)
    rows.insert("kernel_event_object", ("object", "n", "event", "type", "role", "verb", "touched"), object_rows)
    rows.insert("kernel_payload", ("event", "salt", "body"), payload_rows)
    rows.insert("kernel_intake", ("id", "digest"), intake_rows)


EVENT_COLUMNS = (
    "id",
    "verb",
    "actor",
    "on_behalf_of",
    "happened_at",
    "recorded_at",
    "rulebook",
    "channel",
    "batch",
    "caused_by",
    "envelope",
    "payload_digest",
    "digest",
)

ATTEMPT_COLUMNS = (
    "id",
    "verb",
    "object",
    "type",
    "actor",
    "happened_at",
    "recorded_at",
    "rulebook",
    "channel",
    "batch",
    "envelope",
    "digest",
)


def event_digest(columns: Sequence[Any]) -> bytes:
    """SHA-256 over an event's columns (all but the digest) as canonical JSON; times in UTC, bytes as hex."""
    return hashlib.sha256(canonical([_plain(value) for value in columns]).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def write_attempts(rows: Rows, ctx: Context, recorded_at: dt.datetime, rulebook: int, found: list[Attempt]) -> None:
    """Keep refusals: they have no number in a stream, but they are sealed like events."""
    attempt_rows, intake_rows = [], []
    for attempt in found:
        columns = (
            attempt.id,
            attempt.verb,
            attempt.object,
            attempt.type,
            ctx.actor,
            attempt.happened_at,
            recorded_at,
            rulebook,
            ctx.channel,
            ctx.batch,
            canonical(attempt.body),
        )
        digest = event_digest(columns)
        attempt_rows.append((*columns, digest))
        intake_rows.append((attempt.id, digest))
    rows.insert("kernel_attempt", ATTEMPT_COLUMNS, attempt_rows)
    rows.insert("kernel_intake", ("id", "digest"), intake_rows)


def write_heads(
    rows: Rows, recorded_at: dt.datetime, known: set[UUID], types: Mapping[UUID, str], heads: Mapping[UUID, int]
) -> None:
    """Store the last number and time of each stream: known heads are moved on, new ones begin."""
    rows.update(
        "kernel_head",
        "id",
        {"n": "bigint", "recorded_at": "timestamptz"},
        ((key, n, recorded_at) for key, n in heads.items() if key in known),
    )
    rows.insert(
        "kernel_head",
        ("id", "type", "n", "recorded_at"),
        [(key, types[key], n, recorded_at) for key, n in heads.items() if key not in known],
    )
