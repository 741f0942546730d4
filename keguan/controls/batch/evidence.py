"""Evidence made again from the mirror: what each control showed, so far as nothing took its place.

Guards, decisions and reactions as the acts are judged; clocks are told in `evidence_clocks`, reactions to judgements
and dates in `reacted`. What somebody said himself
(an approval, an override, a grant that was lacking) stands in the journal with its event, and is taken from there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.decision import NOT_RATED
from keguan.controls.batch.judging import Judged
from keguan.controls.batch.outcomes import BROKEN, KEPT, UNDETERMINED, UNRECORDED, WAITING
from keguan.controls.batch.shown import Shown
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.guard import RulingGuard
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.observations import OBSERVATION
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.mirror import Mirror

OVERRIDDEN = "overridden"
REQUEST, TIMED = "approval.request", ("approval.time_out", "approval.lapse")
GRANTS = "access"
FOUND = ("control", "is_offence", "state")
"""What is known of an observation."""


Decided = Mapping[tuple[str, str], str]


def of_acts(
    mirror: "Mirror", of_types: Sequence[Judged], decided: Decided, denied: Mapping[str, frozenset[str]],
    followed: Mapping[str, frozenset[str]],
) -> Iterator[Shown]:  # fmt: skip
    """What guards, grants, decisions, observations and reactions to acts showed.

    `followed`: the records whose clocks courses tell whole.
    """
    for judged in of_types:
        yield from _of_type(judged, decided, followed.get(judged.type.name, frozenset()))
    yield from _of_approvals(mirror)
    yield from _of_grants(mirror, {judged.type.name for judged in of_types}, denied)
    yield from _of_observations(mirror)


def _of_type(judged: Judged, decided: Decided, followed: frozenset[str]) -> Iterator[Shown]:
    guards, reactions, clocks = {}, {}, list(judged.deadlines)
    for place in judged.outcomes:
        control = judged.versions[place].control
        if isinstance(control, RulingGuard):
            guards[place] = control.key
        elif isinstance(control, ReactionControl):
            reactions[place] = control.key
    said = {one.key for one in judged.versions if isinstance(one.control, ApprovalControl)}
    columns = [*(judged.outcomes[place] for place in (*guards, *reactions)), *(f"p{place}" for place in clocks)]
    names = ("event", "object", "turn", "verb", "actor", "happened_at", "imported", "controls")
    rows = judged.table.select(*names, *columns).to_pyarrow().to_pylist()
    of_event: dict[str, list[tuple[str, str]]] = {}
    for (event, key), outcome in decided.items():
        word = UNDETERMINED if outcome == NOT_RATED else outcome.partition(":")[0]
        of_event.setdefault(event, []).append((key, word))
    for row in rows:
        pairs: dict[tuple[str, str], None] = {}
        if not row["imported"]:
            pairs |= dict.fromkeys(_guarded(row, judged, guards, said))
            pairs |= dict.fromkeys((key, row[judged.outcomes[place]]) for place, key in reactions.items()
                                   if row[judged.outcomes[place]] is not None)  # fmt: skip
        if row["turn"] == 0:
            pairs |= dict.fromkeys(of_event.get(row["event"], ()))
            pairs |= dict.fromkeys((judged.versions[place].key, UNDETERMINED) for place in clocks
                                   if row[f"p{place}"] is None and row["object"] not in followed)  # fmt: skip
        for key, outcome in pairs:
            yield Shown(key, outcome, row["verb"], vocabulary.verbs[row["verb"]].on, row["object"] or "",
                        row["actor"] or "", row["happened_at"], row["event"])  # fmt: skip


def _guarded(
    row: Mapping[str, Any], judged: Judged, guards: Mapping[int, str], said: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """What guards made of one act: one that let it pass counts as kept only where it ran."""
    kept = json.loads(row["controls"] or "[]")
    own = dict(kept)
    for place, key in guards.items():
        outcome = row[judged.outcomes[place]]
        if outcome is not None and (outcome == UNRECORDED or own.get(key) == OVERRIDDEN):
            outcome = own.get(key)
        if outcome is not None and (row["turn"] == 0 or outcome != KEPT):
            yield key, outcome
    for key, outcome in kept:
        if key in said and (row["turn"] == 0 or outcome not in (KEPT, WAITING)):
            yield key, outcome


def _of_approvals(mirror: "Mirror") -> Iterator[Shown]:
    """What waits, once for each record that is asked about; what ran out of time."""
    if not mirror.has("stream_approval"):
        return
    about = ("verb", "object_type", "object", "requester")
    table = mirror.table("stream_approval")
    rows = table.filter(table.verb.isin([REQUEST, *TIMED])).to_pyarrow().to_pylist()
    lines: dict[str, list[str]] = {}
    if mirror.has("line_approval_lines"):
        listed = mirror.table("line_approval_lines")
        for line in listed.filter(listed.how == "add").order_by("event", "place").to_pyarrow().to_pylist():
            lines.setdefault(line["event"], []).append(json.loads(line["f_object"]))
    asked: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["object"], row["n"])):
        if row["verb"] == REQUEST:
            asked[row["object"]] = {name: json.loads(row[f"f_{name}"] or "null") for name in about}
        request = asked[row["object"]]
        for control, outcome in dict.fromkeys((key, word) for key, word in json.loads(row["controls"] or "[]")):
            is_request = row["verb"] == REQUEST
            if is_request and outcome != WAITING:
                continue
            actor = row["actor"] if is_request else request["requester"]
            keys = lines.get(row["event"]) if is_request else None
            for key in keys or [request["object"]]:
                # what is asked to be made has no record yet
                yield Shown(control, outcome, request["verb"], request["object_type"], key or "", actor or "",
                            row["happened_at"], row["event"])  # fmt: skip


def _of_grants(mirror: "Mirror", judged: Iterable[str], denied: Mapping[str, frozenset[str]]) -> Iterator[Shown]:
    """Refusals for want of a grant stand under the clause that grants to others, which the reason names."""
    for name in mirror.manifest.tables():
        if not name.startswith("attempt_"):
            continue
        kind = name.removeprefix("attempt_")
        columns = ("event", "object", "verb", "actor", "happened_at", "reasons")
        for row in mirror.table(name).select(*columns).to_pyarrow().to_pylist():
            found: dict[str, None] = {}
            for reason in json.loads(row["reasons"] or "[]"):
                clause = reason.get("clause")
                is_said = kind not in judged or GRANTS in denied.get(row["event"], {GRANTS})
                if reason["kind"] == GRANTS and clause is not None and is_said:
                    found[f"{clause['policy']}#{clause['control']}"] = None
            for key in found:
                yield Shown(key, "refused", row["verb"], kind, row["object"] or "", row["actor"] or "",
                            row["happened_at"], row["event"])  # fmt: skip


def _of_observations(mirror: "Mirror") -> Iterator[Shown]:
    """Observations are the evidence of conduct: observed, kept or broken once confirmed, dismissed."""
    name = OBSERVATION.name
    if not mirror.has(f"stream_{name}"):
        return
    rows = mirror.table(f"stream_{name}").order_by("object", "n").to_pyarrow().to_pylist()
    known: dict[str, dict[str, Any]] = {}
    for row in rows:
        facts = known.setdefault(row["object"], {})
        facts |= {fact: json.loads(row[f"f_{fact}"]) for fact in FOUND if row[f"f_{fact}"] is not None}
        if vocabulary.verbs[row["verb"]].on == name:
            state = facts["state"]
            outcome = (BROKEN if facts["is_offence"] else KEPT) if state == "confirmed" else state
            yield Shown(facts["control"], outcome, row["verb"], name, row["object"], row["actor"] or "",
                        row["happened_at"], row["event"])  # fmt: skip
