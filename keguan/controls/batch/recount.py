"""The law of recount: from the mirror alone, row for row, what the live tables say; and where they differ.

The rulebooks that were in force judge again: obligations with their dates and states, refusals with the clauses that
refused. A refusal that hung on a personal fact is judged by the outcome that the journal keeps of it: the mirror holds
no payload.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import histories, measure
from keguan.controls.batch.decision import OVERRIDDEN
from keguan.controls.batch.judging import Judged, is_read, judge
from keguan.controls.batch.obligations import obligations
from keguan.controls.batch.outcomes import REFUSED, UNDETERMINED, UNRECORDED, refuses
from keguan.controls.batch.versions import Version, books, versions
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.guard import RulingGuard
from keguan.kernel.commands.rows import Rows

if TYPE_CHECKING:
    from keguan.mirror import Mirror

OBLIGATION = ("control", "object", "key", "opened_at", "due_at", "state", "met_at", "opened_event", "closed_event")
LIVE = """
    select control, object::text as object, key, opened_at, due_at, state, met_at, opened_event::text as opened_event,
        closed_event::text as closed_event, is_paused
    from controls_obligation order by opened_at, control, object
"""
SWEPT = "select next_at from controls_due where kind = 'tick'"
WAIVED = "waived"
"""What the company forwent is a person's word on one obligation: it is not recounted."""
Key = tuple[str, ...]


@dataclass
class Recounted:
    """What the journal gives: obligations by (control, record, key, opening event, opening), and the refusing controls
    by attempt.

    `unread`: controls that have no batch reading, deadlines that read what the mirror does not hold among them; nothing
    is said of them.
    """

    obligations: dict[Key, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, frozenset[str]] = field(default_factory=dict)
    decisions: dict[tuple[str, str], str] = field(default_factory=dict)
    measures: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that the live tables have otherwise: `what` it is, which one, and both sides (empty: not there)."""

    what: str
    id: str
    recounted: Mapping[str, Any]
    live: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"what": self.what, "id": self.id, "recounted": dict(self.recounted), "live": dict(self.live)}


def recount(mirror: "Mirror", now: dt.datetime) -> Recounted:
    """Judge the whole mirror by the rulebooks that were in force, as it stands at `now`."""
    in_force = books(mirror)
    several = versions(in_force)
    followed = histories.obligations(mirror, several, in_force, now, "recount_followed")
    others = (one.key for one in several if not isinstance(one.control, DeadlineControl) and not is_read(one.control))
    found = Recounted(unread=frozenset((*others, *followed.unread)))
    for row in (row for row in followed.rows if row["control"] not in found.unread):
        found.obligations[key_of(row)] = {name: row[name] for name in OBLIGATION}
    for judged in judge(mirror, several, name="recount"):
        table = obligations(mirror, judged, now, "recount_obligations")
        if table is not None:
            corrected = followed.corrected.get(judged.type.name, frozenset())
            for row in table.filter(table.due_at.notnull()).to_pyarrow().to_pylist():
                if row["object"] not in corrected and row["control"] not in found.unread:
                    found.obligations[key_of(row)] = {name: row[name] for name in OBLIGATION}
        found.attempts.update(_attempts(judged))
        found.decisions.update(_decisions(judged))
    found.measures = measure.recounted(mirror, several)
    return found


def key_of(row: Mapping[str, Any]) -> Key:
    """What tells an obligation from every other: what opened it and when. Dates and periods open without an event."""
    opened_at = row["opened_at"].astimezone(dt.UTC).isoformat()
    return (row["control"], row["object"], row["key"], row["opened_event"] or "", opened_at)


def _decisions(judged: Judged) -> dict[tuple[str, str], str]:
    """By event and decision, the row that decided; a record that was overruled is left out from then on."""
    found: dict[tuple[str, str], str] = {}
    for place in judged.outcomes:
        control = judged.versions[place].control
        if not isinstance(control, DecisionControl):
            continue
        column = judged.outcomes[place]
        rows = judged.table.filter(judged.table.turn == 0).select("event", "object", "n", "controls", outcome=column)
        held: set[str] = set()
        for row in rows.order_by("object", "n").to_pyarrow().to_pylist():
            said = dict(json.loads(row["controls"] or "[]")).get(control.key)
            if OVERRIDDEN in (said, row["outcome"]):
                held.add(row["object"])
            outcome = said if row["object"] in held or row["outcome"] == UNRECORDED else row["outcome"]
            if outcome is not None:
                found[row["event"], control.key] = outcome
    return found


def recorded_decisions(mirror: "Mirror", keys: Collection[str]) -> dict[tuple[str, str], str]:
    """By event and decision, what the events say of themselves."""
    found: dict[tuple[str, str], str] = {}
    for name in mirror.manifest.tables():
        if name.startswith("stream_"):
            table = mirror.table(name)
            rows = table.filter(table.controls.contains("decided:") | table.controls.contains(OVERRIDDEN))
            for row in rows.select("event", "controls").to_pyarrow().to_pylist():
                pairs = json.loads(row["controls"])
                found.update({(row["event"], key): outcome for key, outcome in pairs if key in keys})
    return found


def _attempts(judged: Judged) -> dict[str, frozenset[str]]:
    """By attempt, the guards that refused it and, where no grant allowed it, `access`."""
    table = judged.table.filter(judged.table.turn == 1)
    columns = list(dict.fromkeys([*judged.outcomes.values(), *(column for _, column in judged.denied)]))
    rows = table.select("event", "actor", "rulebook", "controls", "reasons", *columns).to_pyarrow().to_pylist()
    guards = {
        place: version for place in judged.outcomes
        if isinstance((version := judged.versions[place]).control, RulingGuard)
        and refuses(getattr(version.control, "effect", "refuse"), version.control.trial)
    }  # fmt: skip
    return {row["event"]: _refusing(row, guards, judged) for row in rows}


def _refusing(row: Mapping[str, Any], guards: Mapping[int, Version], judged: Judged) -> frozenset[str]:
    kept = dict(json.loads(row["controls"] or "[]"))
    found = set()
    for place, version in guards.items():
        outcome = row[judged.outcomes[place]]
        if outcome == UNRECORDED:
            outcome = kept.get(version.key)
        if outcome in (REFUSED, UNDETERMINED):
            found.add(version.key)
    if any(row["rulebook"] in numbers and row[column] for numbers, column in judged.denied) and not kept:
        found.add("access")
    return frozenset(found)


def live_attempts(mirror: "Mirror") -> dict[str, frozenset[str]]:
    """By attempt, the guards whose clauses its reasons cite and, where a grant was lacking, `access`."""
    found: dict[str, frozenset[str]] = {}
    for name in mirror.manifest.tables():
        if name.startswith("attempt_"):
            for row in mirror.table(name).select("event", "reasons").to_pyarrow().to_pylist():
                found[row["event"]] = frozenset(_cited(json.loads(row["reasons"] or "[]")))
    return found


def _cited(reasons: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for reason in reasons:
        clause = reason.get("clause")
        if reason["kind"] == "access":
            yield "access"
        elif clause is not None and reason["kind"] != "invariant":
            yield f"{clause['policy']}#{clause['control']}"


def live_obligations(now: dt.datetime) -> dict[Key, dict[str, Any]]:
    """What the live table says, a breach read as a function of time: whether the sweep has come by does not count."""
    found: dict[Key, dict[str, Any]] = {}
    for row in Rows().select(LIVE):
        if row["state"] == "running" and row["due_at"] < now and not row.pop("is_paused"):
            row["state"] = "broken"
        row.pop("is_paused", None)
        found[key_of(row)] = row
    return found


def differences(mirror: "Mirror", now: dt.datetime) -> tuple[Recounted, list[Difference]]:
    """Recount, and name everything in which the live tables and the recorded refusals say otherwise."""
    counted = recount(mirror, now)
    sealed = mirror_events(mirror)
    lived = {
        key: row for key, row in live_obligations(now).items()
        if (key[3] in sealed or not key[3]) and key[0] not in counted.unread and row["state"] != WAIVED
    }  # fmt: skip
    waived = {key for key, row in live_obligations(now).items() if row["state"] == WAIVED}
    lived = {key: row for key, row in lived.items() if key not in waived}
    waived |= _to_be_opened(counted, lived, now)
    found = [
        Difference("obligation", " ".join(key), counted.obligations.get(key, {}), lived.get(key, {}))
        for key in sorted({*counted.obligations, *lived} - waived)
        if not _alike(counted.obligations.get(key), lived.get(key))
    ]
    found += _decided_otherwise(mirror, counted)
    found += _measured_otherwise(counted)
    recorded = live_attempts(mirror)
    approvals = {
        one.key for one in versions(books(mirror)) if isinstance(one.control, ApprovalControl | DeadlineControl)
    }
    for event, controls in sorted(counted.attempts.items()):
        said = recorded.get(event, frozenset()) - approvals
        if controls != said:
            found.append(Difference("attempt", event, {"controls": sorted(controls)}, {"controls": sorted(said)}))
    return counted, found


def _to_be_opened(counted: Recounted, lived: Mapping[Key, Any], now: dt.datetime) -> set[Key]:
    """What dates and periods have opened since the sweep last came by: it opens these when it comes."""
    swept = [row["next_at"] or now for row in Rows().select(SWEPT)]
    return {
        key for key, row in counted.obligations.items()
        if not key[3] and key not in lived and (not swept or row["opened_at"] >= max(swept))
    }  # fmt: skip


def _decided_otherwise(mirror: "Mirror", counted: Recounted) -> list[Difference]:
    asked = versions(books(mirror))
    keys = {one.key for one in asked if isinstance(one.control, DecisionControl) and is_read(one.control)}
    said = recorded_decisions(mirror, keys)
    return [
        Difference("decision", " ".join(key), {"row": counted.decisions.get(key)}, {"row": said.get(key)})
        for key in sorted({*counted.decisions, *said})
        if counted.decisions.get(key) != said.get(key)
    ]


def _measured_otherwise(counted: Recounted) -> list[Difference]:
    said = measure.stored({balance for balance, _ in counted.measures})
    return [
        Difference("measure", " ".join(key), {"total": str(counted.measures.get(key))}, {"total": str(said.get(key))})
        for key in sorted({*counted.measures, *said})
        if (counted.measures.get(key) or 0) != (said.get(key) or 0)
    ]


def mirror_events(mirror: "Mirror") -> frozenset[str]:
    """The events that the mirror has seen: what came since is no difference."""
    found: set[str] = set()
    for name in mirror.manifest.tables():
        if name.startswith("stream_"):
            found.update(mirror.table(name).select("event").to_pyarrow()["event"].to_pylist())
    return frozenset(found)


def _alike(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    return one is not None and other is not None and all(one[name] == other[name] for name in OBLIGATION)
