"""What happened to records, from the journal: each act with its arguments and the facts as it left them. Reads only."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.types import Record, RecordType
from keguan.kernel.records.vocabulary import vocabulary

EVENTS = """
    select o.object, o.n, o.touched, e.id, e.verb, e.actor, e.happened_at, e.recorded_at, e.envelope, p.body as payload
    from kernel_event_object o join kernel_event e on e.id = o.event left join kernel_payload p on p.event = e.id
    where o.object = any(%s) order by o.object, e.id
"""


@dataclass(frozen=True)
class Moment:
    """One act on a record: `happened_at` as last corrected, `facts` as they were afterwards.

    `object` is the record that the act was on, `own` whether `facts` are that one's: they are not where an act on
    another record only names this one.
    """

    event: UUID
    verb: Verb
    actor: UUID | None
    happened_at: dt.datetime
    recorded_at: dt.datetime
    args: Mapping[str, Any]
    facts: Mapping[str, Any]
    own: bool
    object: UUID


def histories(rows: Rows, record_type: RecordType, records: Collection[UUID]) -> dict[UUID, list[Moment]]:
    """By record, its acts in order. Two statements: the records as they stand, and their events to roll back."""
    known = load(rows, record_type, records)
    events: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows.select(EVENTS, [list(records)]):
        events.setdefault(row["object"], []).append(row)
    return {key: _history(record, events.get(key, [])) for key, record in known.items()}


def with_linked(
    rows: Rows, told: Mapping[UUID, Sequence[Moment]], via: Mapping[str, str]
) -> dict[UUID, list[Moment]]:  # fmt: skip
    """The same histories with the acts on records that refer to these: `via` says by verb over which reference.

    Three statements for each reference; acts that only name a record are told in full where it is still referred to.
    """
    found = {key: {moment.event: moment for moment in moments} for key, moments in told.items()}
    links = {(vocabulary.verbs[name].on, link) for name, link in via.items() if name in vocabulary.verbs}
    for kind, link in sorted(links):
        record_type = vocabulary.types[kind]
        if link not in record_type.by_name:
            continue
        query = f"select id from {record_type.table} where {link} = any(%s) order by id"  # noqa: S608 – declared names
        referring = [row["id"] for row in rows.select(query, [list(told)])]
        for moments in (histories(rows, record_type, referring) if referring else {}).values():
            for moment in moments:
                if moment.own and via.get(moment.verb.name) == link:
                    target = moment.args.get(link) or moment.facts.get(link)
                    if target in found:
                        found[target][moment.event] = moment
    return {key: [some[event] for event in sorted(some)] for key, some in found.items()}


def _history(record: Record, events: list[dict[str, Any]]) -> list[Moment]:
    facts, found = dict(record.values), []
    moved: dict[str, dt.datetime] = {}
    for row in reversed(events):
        public, private = json.loads(row["envelope"]), json.loads(row["payload"] or "{}")
        if corrects := public.get("corrects"):
            moved.setdefault(corrects["event"], dt.datetime.fromisoformat(corrects["happened_at"][1]))
        verb = vocabulary.verbs.get(row["verb"])
        if verb is not None:
            args = _typed(verb, {**public.get("args", {}), **private.get("args", {})})
            at = moved.get(str(row["id"]), row["happened_at"])
            found.append(Moment(row["id"], verb, row["actor"], at, row["recorded_at"], args, dict(facts),
                                verb.on == record.type.name, record.id))  # fmt: skip
        for part in (public, private):
            _roll_back(record.type, facts, part.get("changes", {}).get(str(record.id), {}))
    return found[::-1]


def _roll_back(record_type: RecordType, facts: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, (was, _) in changes.items():
        fact = record_type.by_name.get(name)
        if fact is not None:
            facts[name] = None if was is None else fact.kind.from_json(was)


def _typed(verb: Verb, raw: Mapping[str, Any]) -> dict[str, Any]:
    args: dict[str, Any] = {}
    for argument in verb.arguments:
        if raw.get(argument.name) is not None:
            try:
                args[argument.name] = argument.kind.from_json(raw[argument.name])
            except (BadValue, ValueError, TypeError):
                args[argument.name] = None
    return args
