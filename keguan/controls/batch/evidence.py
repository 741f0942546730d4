"""Evidence made again from the mirror: what each control showed, so far as nothing took its place.

Guards, decisions and reactions as the acts are judged; clocks are told in `evidence_clocks`. What somebody said himself
(an approval, an override, a grant that was lacking) stands in the journal with its event, and is taken from there.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.courses import BREAK
from keguan.controls.batch.decision import NOT_RATED
from keguan.controls.batch.judging import Judged
from keguan.controls.batch.occasions import hears
from keguan.controls.batch.outcomes import KEPT, UNDETERMINED, UNRECORDED, WAITING
from keguan.controls.batch.shown import Journal, Shown
from keguan.controls.batch.versions import Version
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.conduct import ConductControl
from keguan.controls.engines.guard import RulingGuard
from keguan.controls.engines.reaction import ReactionControl
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Control

if TYPE_CHECKING:
    from keguan.mirror import Mirror

OVERRIDDEN = "overridden"
REQUEST, TIMED = "approval.request", ("approval.time_out", "approval.lapse")
GRANTS = "access"


Decided = Mapping[tuple[str, str], str]


def unread(several: Iterable[Version]) -> frozenset[str]:
    """The controls whose evidence is not read: what people observe of each other, and reactions to dates and judgements
    but those that tell of every breach."""
    return frozenset(
        one.key for one in several
        if isinstance(one.control, ConductControl) or (hears(one) and not _at_breach(one.control))
    )  # fmt: skip


def readable(several: Iterable[Version]) -> frozenset[str]:
    """The controls that have no reading over acts, but whose evidence is told by that of others."""
    return frozenset(one.key for one in several if _at_breach(one.control))


def _at_breach(control: Control) -> bool:
    if not isinstance(control, ReactionControl) or control.after:
        return False
    is_plain = control.gate.is_always and control.effect is None and not control.trial
    others = control.hits or control.changed or control.reached
    return bool(control.judged) and is_plain and not others and all(one.outcome == "broken" for one in control.judged)


def of_acts(
    mirror: "Mirror", several: Sequence[Version], of_types: Sequence[Judged], known: Journal, decided: Decided,
    denied: Mapping[str, frozenset[str]], followed: Mapping[str, frozenset[str]],
) -> Iterator[Shown]:  # fmt: skip
    """What guards, grants, decisions and reactions showed. `followed`: the records whose clocks courses tell whole."""
    for judged in of_types:
        yield from _of_type(judged, decided, followed.get(judged.type.name, frozenset()))
    yield from _of_approvals(mirror)
    yield from _of_grants(mirror, {judged.type.name for judged in of_types}, denied)
    yield from _of_breaches(mirror, several, known)


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


def _of_breaches(mirror: "Mirror", several: Sequence[Version], known: Journal) -> Iterator[Shown]:
    """Reactions to breaches: once for each that the clock entered, by the rulebook in force at the breach."""
    waiting: dict[str, list[Version]] = {}
    for one in several:
        if isinstance(one.control, ReactionControl) and _at_breach(one.control):
            for judged in one.control.judged:
                waiting.setdefault(judged.control, []).append(one)
    line = _line(mirror)
    for breach in known.breaches:
        for version in waiting.get(breach.control, ()):
            if version.numbers is None or line(breach.at) in version.numbers:
                yield Shown(version.key, "done", BREAK, breach.type, breach.object, "", breach.at, breach.event)


def _line(mirror: "Mirror") -> Callable[[dt.datetime], int]:
    from bisect import bisect_right

    from keguan.controls.batch.ticks import timeline

    line = timeline(mirror)
    starts = [at for at, _ in line]
    return lambda at: line[bisect_right(starts, at) - 1][1] if bisect_right(starts, at) else 0
