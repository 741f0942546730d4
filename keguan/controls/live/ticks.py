"""What comes round by itself: dates that are reached and decisions that are redone regularly.

Each is a set command over a frozen population, so that a clock that is late, doubled or killed gives the same history.
Where it stands is one row of `controls_tick` per thing that comes round.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.decision_verbs import reassess_name
from keguan.controls.engines.reaching import reach_name
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.rhythm import RHYTHMS, Rhythm
from keguan.controls.gate import pipeline
from keguan.controls.live import filling, measures
from keguan.controls.live.spreading import population
from keguan.kernel.commands import batches
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current

CLOCK = Context(actor=None, channel="clock")
LOCK = "select * from controls_tick where name = %s for update skip locked"


@dataclass(frozen=True)
class Round:
    """Something that comes round: which verb runs on which records, how often."""

    name: str
    type: RecordType
    verb: str
    rhythm: Rhythm
    condition: Condition = ALWAYS
    fact: str = ""
    args: dict[str, Any] = field(default_factory=dict, compare=False)


def rounds(book: Rulebook) -> list[Round]:
    """Everything that comes round under a rulebook."""
    found: dict[str, Round] = {}
    for control in book.controls:
        if not control.is_configured:
            continue
        if isinstance(control, ReactionControl):
            for one in control.reached:
                name = f"reach:{control.type.name}.{one.fact.name}"
                found[name] = Round(name, control.type, reach_name(control.type), RHYTHMS["day"], fact=one.fact.name)
        if isinstance(control, DecisionControl) and control.rhythm is not None and not control.trial:
            name = f"every:{control.key}"
            found[name] = Round(name, control.type, reassess_name(control.type), control.rhythm, control.gate)
    return list(found.values())


def tick_all(now: dt.datetime) -> int:
    """Let everything that is due come round; gives how many records were concerned."""
    book = current(now)
    with transaction.atomic():
        filling.fill(Rows(), book, now, measures.kept(book))
    return sum(_tick(one, book, now) for one in rounds(book))


def _tick(one: Round, book: Rulebook, now: dt.datetime) -> int:
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
            pending = {"moment": moment.isoformat(), "items": list(_items(one, book, row["done_at"], now))}
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
    started = {"id": uuid7(now), "name": one.name, "done_at": one.rhythm.start(now), "pending": None}
    rows.insert("controls_tick", ("id", "name", "done_at", "pending"), [tuple(started.values())])
    return started


def _items(one: Round, book: Rulebook, since: dt.datetime, now: dt.datetime) -> Iterator[list[Any]]:
    if not one.fact:
        at = one.rhythm.start(now).isoformat()
        yield from ([str(scene.id), {}, at] for scene in population(Rows(), book, one.type, one.condition, now))
        return
    first, last = _day(since), _day(now)
    reached: Sequence[Any] = list(population(Rows(), book, one.type, _between(one, first, last), now))
    for scene in reached:
        value = scene.fact(one.fact)
        day = _day(value) if isinstance(value, dt.datetime) else value
        if isinstance(day, dt.date) and first < day <= last:
            at = dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC).isoformat()
            yield [str(scene.id), {"fact": one.fact, "on": day.isoformat()}, at]


def _between(one: Round, first: dt.date, last: dt.date) -> Condition:
    """Records whose date lies after the last day that was looked at, up to today."""
    from keguan.controls.conditions import Name, Vocabulary, compile_condition

    fact = one.type.by_name.get(one.fact)
    if fact is None:
        return ALWAYS
    name = Name((one.type.name, fact.name), fact.kind, fact.label)
    return compile_condition({"day": f"({first}..{last}]"}, Vocabulary({"day": name}))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(COMPANY_ZONE).date()
