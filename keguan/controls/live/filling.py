"""Filling a measure from the journal: entries for what happened before anything read it.

Done once for each definition, under a lock, by the first command (or the sweep) that meets it. A definition that was
out of force for a while is filled up again with the events that have no entry yet.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import UUID

from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.measure_sources import Part
from keguan.controls.live.made import amount_for
from keguan.controls.scene import Scene
from keguan.kernel import balances
from keguan.kernel.balances import BalanceEntry
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

CHUNK = 5000
PAST = """
    select o.object, o.n, e.id, e.verb, e.happened_at, e.envelope, p.body as payload
    from kernel_event_object o join kernel_event e on e.id = o.event left join kernel_payload p on p.event = e.id
    where o.type = %s and o.touched order by o.object, o.n
"""


def ensure(step: Step, book: Rulebook, measures: Sequence[MeasureControl]) -> None:
    """Fill what was not kept under the rulebooks before. One statement where nothing is missing."""
    if measures and not step.is_preview and not step.memo.get("filled"):
        fill(step.rows, book, step.now, measures)
        step.memo["filled"] = True


def fill(rows: Rows, book: Rulebook, now: dt.datetime, measures: Sequence[MeasureControl]) -> int:
    """Fill those of the measures that need it; gives how many there were."""
    missing = _missing(rows, book, measures)
    if not missing:
        return 0
    rows.execute("select pg_advisory_xact_lock(hashtext('keguan.measures'))")
    missing = _missing(rows, book, measures)
    for measure in missing:
        _fill(rows, book, now, measure)
        _mark(rows, measure.content, book.number, now)
    return len(missing)


def _mark(rows: Rows, content: str, number: int, now: dt.datetime) -> None:
    if found := rows.select("select id from controls_measure where content = %s", [content]):
        rows.update("controls_measure", "id", {"rulebook": "integer", "filled_at": "timestamptz"},
                    [(found[0]["id"], number, now)])  # fmt: skip
    else:
        rows.insert(
            "controls_measure", ("id", "content", "rulebook", "filled_at"), [(uuid7(now), content, number, now)]
        )


def _missing(rows: Rows, book: Rulebook, measures: Sequence[MeasureControl]) -> list[MeasureControl]:
    contents = [one.content for one in measures]
    filled = rows.select("select content, rulebook from controls_measure where content = any(%s)", [contents])
    known = {row["content"]: row["rulebook"] for row in filled}
    return [one for one in measures if one.content not in known or _lapsed(one, known[one.content], book)]


def _lapsed(measure: MeasureControl, number: int, book: Rulebook) -> bool:
    """Whether a rulebook between then and now did not keep the measure."""
    if number >= book.number:
        return False
    found = book.cache.get(("lapsed", measure.content, number))
    if found is None:
        from keguan.controls.live.measures import kept

        found = any(
            measure.content not in {one.content for one in kept(rulebook(between))}
            for between in range(number + 1, book.number)
        )
        book.cache["lapsed", measure.content, number] = found
    return bool(found)


def _fill(rows: Rows, book: Rulebook, now: dt.datetime, measure: MeasureControl) -> None:
    names = [measure.balance(part) for part in measure.parts]
    entered = rows.select("select event, measure from kernel_balance_entry where measure = any(%s)", [names])
    known = {(row["event"], row["measure"]) for row in entered}
    made: list[tuple[UUID, BalanceEntry]] = []
    for event, part in past(rows, book, measure):
        made += [
            (event, BalanceEntry(measure.balance(name), str(part.key), amount, part.day))
            for name in measure.parts
            if (event, measure.balance(name)) not in known and (amount := amount_for(name, part.amount, part.is_part))
        ]
        if len(made) >= CHUNK:
            _write(rows, now, made)
            made = []
    _write(rows, now, made)


def _write(rows: Rows, now: dt.datetime, made: list[tuple[UUID, BalanceEntry]]) -> None:
    balances.lock(rows, {entry.balance for _, entry in made})
    balances.write(rows, now, made)


def past(rows: Rows, book: Rulebook, measure: MeasureControl) -> Iterator[tuple[UUID, Part]]:
    """What each recorded event adds to the measure, from the journal alone."""
    source = measure.source
    if source is None:
        return
    for key, events in groupby(rows.select(PAST, [source.type.name]), lambda row: row["object"]):
        record: dict[str, Any] | None = None
        for row in events:
            public, private = json.loads(row["envelope"]), json.loads(row["payload"] or "{}")
            after = _after(source.type, record or {}, str(key), (public, private))
            verb = vocabulary.verbs.get(row["verb"])
            if verb is not None:
                args = {**public.get("args", {}), **private.get("args", {})}
                typed, _ = parse(verb, {name: value for name, value in args.items() if value is not None})
                scene = Scene(source.type, key, row["happened_at"], verb, typed, after, declared=book.declared,
                              parameters=book.parameters)  # fmt: skip
                if verb.on != source.type.name:
                    scene = replace(scene, verb=None, args={})
                parts, _ = source.moves(verb, record, scene)
                for part in parts:
                    yield row["id"], part
            record = after


def _after(kind: RecordType, before: dict[str, Any], key: str, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The record's facts after an event, folded from its changes."""
    found = dict(before)
    for part in parts:
        for name, (_, now) in part.get("changes", {}).get(key, {}).items():
            fact = kind.by_name.get(name)
            if fact is not None:
                found[name] = fact.kind.from_json(now)
            elif kind.declared and name.startswith(f"{kind.declared}."):
                inner = dict(found.get(kind.declared) or {})
                inner[name.removeprefix(f"{kind.declared}.")] = now
                found[kind.declared] = inner
    return found
