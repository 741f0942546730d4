"""What comes round by itself: dates that are reached and decisions that are redone regularly.

Each is a set command over a frozen population, so that a clock that is late, doubled or killed gives the same history.
Where it stands is one row of `controls_tick` per thing that comes round. Dates are looked at as of
their day (`coming`).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.decision_verbs import reassess_name
from keguan.controls.engines.reaching import reach_name
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.recurrence import local_day, midnight
from keguan.controls.engines.rhythm import RHYTHMS, Rhythm
from keguan.controls.gate import pipeline
from keguan.controls.live import coming, filling, measures
from keguan.controls.live.past import BEGINNING
from keguan.controls.live.spreading import population
from keguan.kernel.commands import batches
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import RecordType
from keguan.policies.rulebooks import current_number, rulebook, timeline_of

CLOCK = Context(actor=None, channel="clock")
LOCK = "select * from controls_tick where name = %s for update skip locked"


@dataclass(frozen=True)
class Round:
    """Something that comes round: which verb runs on which records, how often, since when."""

    name: str
    type: RecordType
    verb: str
    rhythm: Rhythm
    since: dt.datetime
    condition: Condition = ALWAYS
    fact: str = ""


def rounds(number: int, now: dt.datetime, since: dt.datetime) -> list[Round]:
    """Everything that comes round under a rulebook, and the dates that those before it waited for since a moment."""
    found: dict[str, Round] = {}
    line = timeline_of(number)
    for place, (begins_at, one) in enumerate(line):
        if place + 1 < len(line) and line[place + 1][0] <= since:
            continue
        for control in rulebook(one).controls:
            if isinstance(control, ReactionControl) and control.is_configured:
                for reached in control.reached:
                    name = f"reach:{control.type.name}.{reached.fact.name}"
                    verb, fact = reach_name(control.type), reached.fact.name
                    found.setdefault(name, Round(name, control.type, verb, RHYTHMS["day"], begins_at, fact=fact))
    for control in rulebook(number).controls:
        if isinstance(control, DecisionControl) and control.is_configured and control.rhythm and not control.trial:
            name = f"every:{control.key}"
            found[name] = Round(name, control.type, reassess_name(control.type), control.rhythm, now, control.gate)
    return list(found.values())


def tick_all(now: dt.datetime) -> int:
    """Let everything that is due come round; gives how many records were concerned."""
    number = current_number(now)
    book = rulebook(number)
    with transaction.atomic():
        filling.fill(Rows(), book, now, measures.kept(book))
    [row] = Rows().select("select min(done_at) as at from controls_tick")
    return sum(_tick(one, number, now) for one in rounds(number, now, row["at"] or BEGINNING))


def _tick(one: Round, number: int, now: dt.datetime) -> int:
    """Freeze the population in one transaction, run the set command, note that it is done in another."""
    with transaction.atomic():
        row = _row(Rows(), one, now)
        if row is None:
            return 0
        moment = one.rhythm.start(now)
        pending: dict[str, Any] = row["pending"] or {}
        if not pending:
            if moment <= row["done_at"]:
                return 0
            pending = {"moment": moment.isoformat(), "items": list(_items(one, number, row["done_at"], now))}
            Rows().update("controls_tick", "id", {"pending": "jsonb"}, [(row["id"], pending)])
    items: list[list[Any]] = pending["items"]
    if items:
        ctx = CLOCK.but(idempotency_key=f"tick:{one.name}:{pending['moment']}")
        given = [(UUID(key), args, dt.datetime.fromisoformat(at)) for key, args, at in items]
        batches.run_set(pipeline, ctx, one.verb, given)
    with transaction.atomic():
        done_at = dt.datetime.fromisoformat(pending["moment"])
        Rows().update(
            "controls_tick", "id", {"pending": "jsonb", "done_at": "timestamptz"}, [(row["id"], None, done_at)]
        )
    return len(items)


def _row(rows: Rows, one: Round, now: dt.datetime) -> dict[str, Any] | None:
    """Where it stands; nothing where somebody else is at it. What came before it was first seen does not count."""
    found = rows.select(LOCK, [one.name])
    if found:
        return found[0]
    if rows.select("select 1 from controls_tick where name = %s", [one.name]):
        return None
    started = {"id": uuid7(now), "name": one.name, "done_at": one.rhythm.start(one.since), "pending": None}
    rows.insert("controls_tick", ("id", "name", "done_at", "pending"), [tuple(started.values())])
    return started


def _items(one: Round, number: int, since: dt.datetime, now: dt.datetime) -> Iterator[list[Any]]:
    rows, book = Rows(), rulebook(number)
    if not one.fact:
        at = one.rhythm.start(now).isoformat()
        yield from ([str(scene.id), {}, at] for scene in population(rows, book, one.type, one.condition, now))
        return
    first, last = local_day(since), local_day(now)
    here = [scene.id for scene in population(rows, book, one.type, _between(one, first, last), now)]
    come = coming.days(rows, one.type, one.fact, first, last, here, number)
    for key, day in sorted(come, key=lambda pair: (pair[1], pair[0])):
        yield [str(key), {"fact": one.fact, "on": day.isoformat()}, midnight(day).isoformat()]


def _between(one: Round, first: dt.date, last: dt.date) -> Condition:
    """Records whose date lies after the last day that was looked at, up to today."""
    from keguan.controls.conditions import Name, Vocabulary, compile_condition

    fact = one.type.by_name.get(one.fact)
    if fact is None:
        return ALWAYS
    name = Name((one.type.name, fact.name), fact.kind, fact.label)
    return compile_condition({"day": f"({first}..{last}]"}, Vocabulary({"day": name}))
