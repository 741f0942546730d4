"""Who was refused by what, and which rows decided, made again from judged acts; and what the journal says of both."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.decision import OVERRIDDEN
from keguan.controls.batch.judging import Judged
from keguan.controls.batch.outcomes import REFUSED, UNDETERMINED, UNRECORDED, refuses
from keguan.controls.batch.versions import Version
from keguan.controls.engines.conduct import ConductControl
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.guard import RulingGuard
from keguan.policies.engines import Control

if TYPE_CHECKING:
    from keguan.mirror import Mirror


def decisions(judged: Judged) -> dict[tuple[str, str], str]:
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


def attempts(judged: Judged) -> dict[str, frozenset[str]]:
    """By attempt, the controls that refused it and, where no grant allowed it, `access`."""
    table = judged.table.filter(judged.table.turn == 1)
    columns = list(dict.fromkeys([*judged.outcomes.values(), *(column for _, column in judged.denied)]))
    rows = table.select("event", "actor", "rulebook", "controls", "reasons", *columns).to_pyarrow().to_pylist()
    guards = {place: one for place in judged.outcomes if _can_refuse((one := judged.versions[place]).control)}
    return {row["event"]: _refusing(row, guards, judged) for row in rows}


def _can_refuse(control: Control) -> bool:
    """Whether it stops commands: guards by their effect, and duties of conduct, which nobody may observe otherwise."""
    if isinstance(control, RulingGuard):
        return refuses(getattr(control, "effect", "refuse"), control.trial)
    return isinstance(control, ConductControl)


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


def recorded_attempts(mirror: "Mirror") -> dict[str, frozenset[str]]:
    """By attempt, the controls whose clauses its reasons cite and, where a grant was lacking, `access`."""
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
