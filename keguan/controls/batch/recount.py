"""The law of recount: from the mirror alone, row for row, what the live tables say; and where they differ.

The rulebooks that were in force judge again: obligations with their dates and states, refusals with the clauses that
refused, decisions, measures, and the evidence of it all. A refusal that hung on a personal fact is judged by the
outcome that the journal keeps of it: the mirror holds no payload.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import evidence, evidence_clocks, histories, measure, reacted, refused, requests
from keguan.controls.batch.gathering import Irregular
from keguan.controls.batch.judging import Judged, is_read, judge
from keguan.controls.batch.lived import Key, Lived, key_of, lived
from keguan.controls.batch.obligations import obligations
from keguan.controls.batch.outcomes import UNRECORDED
from keguan.controls.batch.requests import Requests
from keguan.controls.batch.shown import Journal, Shown, journal, standing, tally
from keguan.controls.batch.versions import Version, books, versions
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.measure import MeasureControl

if TYPE_CHECKING:
    from keguan.mirror import Mirror

OBLIGATION = (
    "control", "object", "key", "opened_at", "due_at", "state", "met_at", "opened_event", "closed_event", "is_adopted",
)  # fmt: skip


@dataclass
class Recounted:
    """What the journal gives: obligations by (control, record, key, opening event, opening), the refusing controls by
    attempt, the rows that decided, what was entered to the balances of
    measures with the totals, and the evidence that stands.

    `events`: what the mirror has seen; what came since is no difference. `unread`: controls that have no batch reading,
    deadlines that read what the mirror does not hold among them; nothing is said of them. `unshown`: those whose
    evidence alone is not read.
    """

    obligations: dict[Key, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, frozenset[str]] = field(default_factory=dict)
    decisions: dict[tuple[str, str], str] = field(default_factory=dict)
    measures: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    entries: measure.Entries = field(default_factory=dict)
    balances: frozenset[str] = frozenset()
    requests: Requests = field(default_factory=dict)
    evidence: Counter[Shown] = field(default_factory=Counter)
    events: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    unshown: frozenset[str] = frozenset()


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
    found.unshown = reacted.unheard(several, found.unread) | found.unread
    for row in (row for row in followed.rows if row["control"] not in found.unread):
        found.obligations[key_of(row)] = {name: row[name] for name in OBLIGATION}
    by_course = histories.irregular(several)
    several_judged = judge(mirror, [one for one in several if one.key not in by_course], name="recount")
    owed: list[dict[str, Any]] = []
    for judged in several_judged:
        table = obligations(mirror, judged, now, "recount_obligations")
        if table is not None:
            corrected = followed.corrected.get(judged.type.name, frozenset())
            owed += [row for row in table.to_pyarrow().to_pylist() if row["object"] not in corrected]
        found.attempts.update(refused.attempts(judged))
        found.decisions.update(refused.decisions(judged))
    known = journal(mirror)
    for row in owed:
        if row["due_at"] is not None and row["control"] not in found.unread:
            # an act of the past that was imported brings its clock with its true age
            row["is_adopted"] = known.entries[row["opened_event"]].imported
            found.obligations[key_of(row)] = {name: row[name] for name in OBLIGATION}
    found.entries, found.balances = measure.recounted(mirror, several)
    found.measures = measure.totals(found.entries)
    found.unread -= {
        one.key for one in several
        if isinstance(one.control, MeasureControl)
        and found.balances.issuperset(map(one.control.balance, one.control.parts or ("",)))
    }  # fmt: skip
    found.requests = requests.recounted(mirror)
    found.events = frozenset(known.entries)
    found.evidence = _evidence(mirror, known, several, several_judged, followed, owed, found, now)
    return found


def _evidence(
    mirror: "Mirror", known: Journal, several: list[Version], several_judged: list[Judged], followed: Irregular,
    owed: list[dict[str, Any]], found: Recounted, now: dt.datetime,
) -> Counter[Shown]:  # fmt: skip
    met = [*followed.met, *evidence_clocks.met(owed)]
    acts = chain(
        evidence.of_acts(mirror, several_judged, found.decisions, found.attempts, followed.corrected),
        evidence_clocks.of_gaps(followed.undetermined),
        reacted.of_reactions(mirror, several, known, met, "recount_reacted"),
    )
    clocks = evidence_clocks.of_clocks(owed, known, now)
    courses = evidence_clocks.of_courses(followed.rows)
    shown = [*standing(known, acts), *standing(known, clocks, is_owed=True), *courses]
    # what the mirror cannot tell of one act would leave the figures short
    found.unshown |= {one.control for one in shown if one.outcome == UNRECORDED}
    return tally(shown, found.unshown)


def differences(mirror: "Mirror", now: dt.datetime) -> tuple[Recounted, list[Difference]]:
    """Recount, and name everything in which the live tables and the recorded refusals say otherwise."""
    counted = recount(mirror, now)
    return counted, compared(mirror, counted, lived(now))


def compared(mirror: "Mirror", counted: Recounted, live: Lived) -> list[Difference]:
    """What the live tables say otherwise than the recount."""
    owed = {
        key: row for key, row in live.obligations.items()
        if (key[3] in counted.events or not key[3]) and key[0] not in counted.unread
    }  # fmt: skip
    aside = _to_be_opened(counted, live)
    found = [
        Difference("obligation", " ".join(key), counted.obligations.get(key, {}), owed.get(key, {}))
        for key in sorted({*counted.obligations, *owed} - aside)
        if not _alike(counted.obligations.get(key), owed.get(key))
    ]
    found += _decided_otherwise(mirror, counted)
    found += _measured_otherwise(counted, live)
    found += _asked_otherwise(counted, live)
    recorded = refused.recorded_attempts(mirror)
    approvals = {
        one.key for one in versions(books(mirror)) if isinstance(one.control, ApprovalControl | DeadlineControl)
    }
    for event, controls in sorted(counted.attempts.items()):
        said = recorded.get(event, frozenset()) - approvals
        if controls != said:
            found.append(Difference("attempt", event, {"controls": sorted(controls)}, {"controls": sorted(said)}))
    return found + _shown_otherwise(counted, live, aside, counted.events | frozenset(recorded))


def _to_be_opened(counted: Recounted, live: Lived) -> set[Key]:
    """What dates and periods have opened since the sweep last came by: it opens these when it comes."""
    return {
        key for key, row in counted.obligations.items()
        if not key[3] and key not in live.obligations and (live.opened_to is None or row["opened_at"] >= live.opened_to)
    }  # fmt: skip


def _decided_otherwise(mirror: "Mirror", counted: Recounted) -> list[Difference]:
    asked = versions(books(mirror))
    keys = {one.key for one in asked if isinstance(one.control, DecisionControl) and is_read(one.control)}
    said = refused.recorded_decisions(mirror, keys)
    return [
        Difference("decision", " ".join(key), {"row": counted.decisions.get(key)}, {"row": said.get(key)})
        for key in sorted({*counted.decisions, *said})
        if counted.decisions.get(key) != said.get(key)
    ]


def _measured_otherwise(counted: Recounted, live: Lived) -> list[Difference]:
    """Totals, and the dated entries that they are made of."""
    said = {key: total for key, total in live.measures.items() if key[0] in counted.balances}
    found = [
        Difference("measure", " ".join(key), {"total": str(counted.measures.get(key))}, {"total": str(said.get(key))})
        for key in sorted({*counted.measures, *said})
        if (counted.measures.get(key) or 0) != (said.get(key) or 0)
    ]
    entered = {key: n for key, n in live.entries.items() if key[0] in counted.balances and key[2] in counted.events}
    return found + [
        Difference("entry", " ".join(map(str, key)), _amount(counted.entries.get(key)), _amount(entered.get(key)))
        for key in sorted({*counted.entries, *entered})
        if counted.entries.get(key) != entered.get(key)
    ]


def _asked_otherwise(counted: Recounted, live: Lived) -> list[Difference]:
    """Requests with their steps and lines; those that moved since the mirror came by are no difference."""
    found = []
    for key in sorted({*counted.requests, *live.requests}):
        one, other = counted.requests.get(key, {}), live.requests.get(key, {})
        if one != other and other.get("n", 0) <= one.get("n", 0):
            found.append(Difference("request", key, one, other))
    return found


def _amount(found: Decimal | None) -> dict[str, Any]:
    return {} if found is None else {"amount": str(found)}


def _shown_otherwise(counted: Recounted, live: Lived, aside: Iterable[Key], sealed: frozenset[str]) -> list[Difference]:
    """Evidence that is there another number of times; `aside`: obligations that are not compared."""
    left = {(key[0], key[1]) for key in aside}
    said = Counter({
        one: n for one, n in live.evidence.items()
        if one.control not in counted.unshown and (not one.entry or one.entry in sealed)
    })  # fmt: skip
    return [
        Difference("evidence", f"{one.control} {one.outcome} {one.object} {one.entry}",
                   _row(one, counted.evidence[one]), _row(one, said[one]))
        for one in sorted({*counted.evidence, *said})
        if counted.evidence[one] != said[one] and (one.control, one.object) not in left
    ]  # fmt: skip


def _row(one: Shown, times: int) -> dict[str, Any]:
    return {**one._asdict(), "happened_at": one.happened_at.isoformat(), "times": times} if times else {}


def _alike(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    return one is not None and other is not None and all(one[name] == other[name] for name in OBLIGATION)
