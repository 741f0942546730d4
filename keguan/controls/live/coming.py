"""Dates of records that come: who is told of which day, and what the reactions to it see.

The clock brings a day for records whose date it was when the day began. A date that an act sets to a day that has begun
comes at once. So each date comes once, whoever looks and whenever; what its reactions read are the facts, the people
and the version of that moment.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.controls.engines.reaching import is_reached, reach_name
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.recurrence import local_day, midnight
from keguan.controls.live.made import Made
from keguan.controls.live.past import BEGINNING, Past, past
from keguan.controls.live.reacting import Resolve
from keguan.controls.live.session import session
from keguan.controls.live.starting import resolve_at
from keguan.controls.people.resolve import Persons, Question
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.ids import uuid7_floor
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook, timeline_of

AT_ONCE = "follow_up"
MOVED = """
    select distinct o.object from kernel_event_object o join kernel_event e on e.id = o.event
    left join kernel_payload p on p.event = e.id
    where o.type = %s and o.touched and o.event >= %s and e.id >= %s
    and (strpos(e.envelope, %s) > 0 or strpos(p.body, %s) > 0)
"""


def awaited(book: Rulebook, record_type: str) -> tuple[str, ...]:
    """The dates of a record type that reactions of a rulebook wait for."""
    found: Mapping[str, tuple[str, ...]] | None = book.cache.get("awaited")
    if found is None:
        names: dict[str, dict[str, None]] = {}
        for control in book.controls:
            if isinstance(control, ReactionControl) and control.is_configured:
                for one in control.reached:
                    names.setdefault(control.type.name, {})[one.fact.name] = None
        found = book.cache["awaited"] = {kind: tuple(some) for kind, some in names.items()}
    return found.get(record_type, ())


def day_of(value: Any) -> dt.date | None:
    """The company's day of a date or a moment."""
    if isinstance(value, dt.datetime):
        return local_day(value)
    return value if isinstance(value, dt.date) else None


def at_once(step: Step, book: Rulebook, items: Sequence[Item], scenes: Mapping[int, Scene]) -> None:
    """Dates that these items set to a day that has begun: they come now, and are entered as of that day."""
    for name in awaited(book, step.verb.on):
        for item in items:
            scene = scenes[item.position].without_arguments()
            before = None if item.record is None else replace(scene, record=item.record.values).fact(name)
            day = day_of(scene.fact(name))
            if day is not None and day != day_of(before) and midnight(day) <= step.now:
                args = {"fact": name, "on": day}
                come = FollowUp(reach_name(step.verb.type), item.id, args, None, happened_at=midnight(day))
                step.follow_ups.setdefault(item.position, []).append(come)


def days(rows: Rows, kind: RecordType, fact: str, first: dt.date, last: dt.date, keys: Sequence[UUID],
         number: int) -> Iterator[tuple[UUID, dt.date]]:  # fmt: skip
    """The records whose date was a day in (first, last] when that day began, with the day.

    `keys` are those whose date lies there today; those whose date was moved since are looked at too.
    """
    since = midnight(first)
    quoted = f'"{fact}"'
    moved = rows.select(MOVED, [kind.name, *[uuid7_floor(since)] * 2, quoted, quoted])
    some = sorted({*keys, *(row["object"] for row in moved)})
    line = timeline_of(number)
    known = past(rows, kind, some, since)
    for key in some:
        if key not in known.records:
            continue
        found: dict[dt.date, None] = {}
        for begins_at, ends_at, facts in known.spans(key):
            day = day_of(_fact(kind, key, facts, fact, number))
            if day is not None and first < day <= last and begins_at < midnight(day) <= ends_at:
                found[day] = None
        yield from ((key, day) for day in found if fact in awaited(rulebook(_number(line, midnight(day))), kind.name))


def seen(step: Step, items: Sequence[Item]) -> Iterator[tuple[ReactionControl, Item, Scene, int]]:
    """The reactions to dates that came, each with its record as of then and the rulebook that judges it."""
    kind, at_once_of = step.verb.type, step.ctx.caused_by if step.ctx.channel == AT_ONCE else None
    since = min(item.happened_at for item in items)
    known = past(step.rows, kind, [item.id for item in items], since)
    line = timeline_of(step.rulebook)
    made: list[tuple[Item, int, dict[str, Any]]] = []
    for item in items:
        number = step.rulebook if at_once_of else _number(line, item.happened_at)
        facts = known.after(item.id, at_once_of) if at_once_of else known.before(item.id, item.happened_at)
        made.append((item, number, facts))
    linked = _linked(step.rows, kind, made, since)
    makers: dict[int, Made] = {}
    notes = session(step)
    for item, number, facts in made:
        book = rulebook(number)
        maker = makers.setdefault(number, Made(step.rows, book))
        lists = item.record.lines if item.record else {}
        links = {
            link: (of.records[facts[link]].values if at_once_of else of.before(facts[link], item.happened_at))
            for link, of in linked.items() if facts.get(link) in of.records
        }  # fmt: skip
        scene = maker.watch(Scene(kind, item.id, item.happened_at, record=facts, links=links, lists=lists, acts={},
                                  parameters=book.parameters, declared=book.declared, profiles=notes.profiles,
                                  of_person=notes.facts_of, made=maker))  # fmt: skip
        for control in _waiting(book, step.verb.name):
            if any(is_reached(step.verb, item, one.fact.name) for one in control.reached):
                yield control, item, scene, number


def people(step: Step) -> Resolve | None:
    """Whom expressions mean: where the clock brings a day, those of that day; where an act does, those of now."""
    if step.ctx.channel == AT_ONCE:
        return None

    def ask(questions: Sequence[Question]) -> Sequence[Persons]:
        return resolve_at(step.rows, [(one, one.scene.at) for one in questions])

    return ask


def _linked(
    rows: Rows, kind: RecordType, made: Sequence[tuple[Item, int, dict[str, Any]]], since: dt.datetime
) -> dict[str, Past]:
    """By reference, the records that reactions read through it. Two statements each."""
    verb = reach_name(kind)
    names = {link for _, number, _ in made for one in _waiting(rulebook(number), verb) for link in one.needs.links}
    found: dict[str, Past] = {}
    for link in sorted(names):
        target = vocabulary.types.get(kind.links.get(link) or "")
        if target is not None:
            found[link] = past(rows, target, {facts[link] for _, _, facts in made if facts.get(link)}, since)
    return found


def _waiting(book: Rulebook, verb: str) -> tuple[ReactionControl, ...]:
    return tuple(one for one in book.by_verb(verb, "reaction")
                 if isinstance(one, ReactionControl) and one.is_configured)  # fmt: skip


def _fact(kind: RecordType, key: UUID, facts: Mapping[str, Any], name: str, number: int) -> Any:
    return Scene(kind, key, BEGINNING, record=facts, declared=rulebook(number).declared, acts={}).fact(name)


def _number(line: Sequence[tuple[dt.datetime, int]], at: dt.datetime) -> int:
    return next((number for begins_at, number in reversed(line) if begins_at <= at), 0)
