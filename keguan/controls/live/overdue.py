"""What the clock does: breaches, escalations and reminders of records whose moments have passed.

Called with a command on the records and by the sweep; both give the same judgements, whenever they come. People are
those of the moment that passed, not of the sweep; what a breach starts is judged in the same go.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.reading import Who
from keguan.controls.live import (
    dates,
    evidence,
    obligations,
    opening,
    recalculating,
    taking_over,
    telling,
    terming,
    watching,
)
from keguan.controls.live.breaches import told as told_of
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.scenes import scenes_of
from keguan.controls.live.starting import Fresh, resolve_at, start_each
from keguan.controls.people.resolve import Persons, Question
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Entry
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.org.directory import profiles
from keguan.org.notices import Message, send
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import number_at, rulebook

ROUNDS = 12


@dataclass(frozen=True)
class Passed:
    """One moment of one obligation that has passed."""

    of: Running
    control: DeadlineControl
    what: str
    at: dt.datetime
    n: int


@dataclass
class _Sweep:
    """What one go has come to so far."""

    rows: Rows
    now: dt.datetime
    number: int
    judging: Judging
    entries: list[Entry] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    lists: list[tuple[Passed, Scene, Persons]] = field(default_factory=list)
    breaches: list[tuple[Passed, UUID]] = field(default_factory=list)
    opened: list[Running] = field(default_factory=list)
    changed: dict[UUID, Running] = field(default_factory=dict)


def overdue(rows: Rows, now: dt.datetime, objects: Collection[UUID], number: int) -> list[Entry]:
    """Open what dates opened on these records, let versions and calendars take over what runs, and judge what is past
    due, each in its time; gives the events of that in order.

    Judgements and notices are written. `number` is the rulebook in force. One statement where nothing is due; else a
    number that depends on the record types, rulebooks and days concerned.
    """
    if not objects:
        return []
    opened = Judging(now, "obligation.open")
    dates.catch_up(rows, now, number, objects, opened)
    evidence.keep(rows, opened.shown, now)
    entries: list[Entry] = []
    for version in taking_over.waiting(rows, number):
        entries += recalculating.catch_up(rows, now, version.number, objects)
        entries += _judge(rows, now, number, version.at, objects)
        entries += taking_over.take(rows, now, version, objects)
    entries += recalculating.catch_up(rows, now, number, objects)
    return entries + _judge(rows, now, number, now, objects)


def _judge(
    rows: Rows, now: dt.datetime, number: int, until: dt.datetime, objects: Collection[UUID]
) -> list[Entry]:  # fmt: skip
    """Judge what had become due by a moment; `number` is the rulebook in force now."""
    waiting = obligations.due_ones(rows, objects, until)
    if not waiting:
        return []
    sweep = _Sweep(rows, now, number, Judging(now, "obligation.break", breaks=True))
    known: dict[UUID, Scene] = {}
    for _ in range(ROUNDS):
        steps = sorted(
            (step for one in waiting for step in _passed(one, until)), key=lambda step: (step.at, step.of.id)
        )
        if not steps:
            break
        known |= scenes_of(rows, now, [step.of for step in steps if step.of.id not in known])
        waiting = _round(sweep, steps, known)
    _finish(sweep, known)
    return sweep.entries


def _round(sweep: _Sweep, steps: Sequence[Passed], scenes: Mapping[UUID, Scene]) -> list[Running]:
    """Take the moments that have passed in their order; gives the clocks that they opened, to be looked at next."""
    people = _resolved(sweep, steps, scenes)
    _place(sweep, steps, people)
    fresh: list[Fresh] = []
    for step, who in zip(steps, people, strict=True):
        one, scene = step.of, scenes.get(step.of.id)
        sweep.changed[one.id] = one
        if step.what == "due":
            # what fell due before a clock was adopted is no breach of anybody's, and sets nothing off
            key = _broken_by(sweep, step)
            if key is not None:
                one.people = list(who[0]) if one.handed_to is None else one.people
                sweep.breaches.append((step, key))
                fresh += _chained(step, scene, key, sweep.now)
                sweep.messages += telling.messages(step, who, sweep.now)
            continue
        if step.what == "escalate" and not one.is_trial:
            _escalate(sweep, step, who, scene)
        elif step.what == terming.WAKE:
            sweep.judging.wake(one)
        elif step.what == "again":
            fresh += _again(step, scene, sweep.now)
        elif step.what == "remind":
            sweep.messages += telling.messages(step, who, sweep.now)
        one.advance()
    started = start_each(sweep.rows, fresh, sweep.judging)
    sweep.opened += started
    return started


def _passed(one: Running, now: dt.datetime) -> list[Passed]:
    control = one.version
    if control is None or one.next_at is None:
        return []
    return [Passed(one, control, what, at, n) for what, at, n in one.steps[one.told :] if at <= now]


def _broken_by(sweep: _Sweep, step: Passed) -> UUID | None:
    """The breach, judged and entered, by its event; a clock that is met or stands still by now shows none."""
    one, key = step.of, uuid7(sweep.now)
    one.told += 1
    found = sweep.judging.apply(one, rulebook(number_at(sweep.number, step.at)), key)
    steps = one.steps
    one.next_at = steps[one.told][1] if one.told < len(steps) else None
    one.is_changed = True
    if found.state != "broken" or not any(body.get("event") == str(key) for body in one.marks):
        return None
    args = {"obligation": one.id, "due_at": one.due_at, "people": list(one.people)}
    sweep.entries.append(
        Entry(
            "obligation.break",
            objects_of(one),
            found.broken_at or one.due_at,
            args,
            ((one.control, "broken"),),
            key,
        )
    )
    return key


def _escalate(sweep: _Sweep, step: Passed, who: Sequence[Persons], scene: Scene | None) -> None:
    one, part = step.of, step.control.escalate[step.n]
    told = list(dict.fromkeys(person for some in who for person in some))
    args = {"obligation": one.id, "due_at": one.due_at, "people": told}
    if part.hand_to is not None and who and who[0]:
        one.people = list(who[0])
        one.note(kind="handed", at=step.at.isoformat(), n=step.n)
    at = one.due_at if part.after is None and step.at <= one.due_at + terming.INSTANT else step.at
    sweep.entries.append(
        Entry("obligation.escalate", objects_of(one), at, args, ((one.control, "escalated"),), uuid7(sweep.now))
    )
    if part.one_list_per is not None and scene is not None:
        sweep.lists += [(step, scene, some) for some in who]
    else:
        sweep.messages += telling.messages(step, who, sweep.now)


def _chained(step: Passed, scene: Scene | None, event: UUID, now: dt.datetime) -> list[Fresh]:
    """The clocks that this breach starts, as of the moment it happened."""
    if scene is None:
        return []
    one, at = step.of, step.of.due_at
    found = []
    for control in chained(rulebook(one.rulebook), one.control, "broken"):
        seen = replace(scene, at=at)
        for key in opening.keys_of(control, seen) if control.keys is not None else [one.key]:
            place = opening.Place(control.type, one.object, one.object_label, key, one.unit)
            new = opening.waiting(control, place, at, event, now, one.rulebook)
            found.append(Fresh(new, control, opening.with_key(control, seen, key)))
    return found


def _again(step: Passed, scene: Scene | None, now: dt.datetime) -> list[Fresh]:
    """The next period of a record's own, if its facts still ask for it."""
    one, control = step.of, step.control
    if scene is None:
        return []
    seen = replace(scene, at=step.at)
    answer, key = watching.wanted(control, seen)
    place = opening.Place(control.type, one.object, one.object_label, key, one.unit)
    new = opening.waiting(control, place, step.at, None, now, one.rulebook)
    return [Fresh(new, control, seen)] if answer else []


def _resolved(sweep: _Sweep, steps: Sequence[Passed], scenes: Mapping[UUID, Scene]) -> list[list[Persons]]:
    """For each step the people of each of its expressions, as of its moment; as stored where the record is gone."""
    places: list[int] = []
    questions: list[tuple[Question, dt.datetime]] = []
    found: list[list[Persons]] = [[] for _ in steps]
    for place, step in enumerate(steps):
        scene = scenes.get(step.of.id)
        if scene is None:
            found[place].append(tuple(step.of.people))
            continue
        for who in _people(step):
            places.append(place)
            questions.append((opening.question(step.control, who, replace(scene, at=step.at)), step.at))
    for place, persons in zip(places, resolve_at(sweep.rows, questions), strict=True):
        found[place].append(persons)
    return found


def _people(step: Passed) -> tuple[Who, ...]:
    if step.what == "escalate":
        return step.control.escalate[step.n].told
    handed = step.of.handed_to
    owing = step.control.by if handed is None else step.control.escalate[handed].hand_to or step.control.by
    if step.what == "remind" and (other := step.control.remind[step.n].to):
        return (owing, other)
    return (owing,)


def _place(sweep: _Sweep, steps: Sequence[Passed], people: Sequence[Sequence[Persons]]) -> None:
    """What had no unit when it opened counts where the person who owes it now works."""
    owing = [(step.of, who[0][0]) for step, who in zip(steps, people, strict=True)
             if step.what == "due" and step.of.unit is None and who and who[0]]  # fmt: skip
    if owing:
        known = profiles(sweep.rows, [person for _, person in owing], sweep.now)
        for one, person in owing:
            one.unit = known[person].unit if person in known else None


def objects_of(one: Running) -> tuple[tuple[str, str, UUID], ...]:
    """The record in whose stream its judgements stand."""
    return ((one.object_type, one.object_type, one.object),)


def _finish(sweep: _Sweep, scenes: Mapping[UUID, Scene]) -> None:
    """Write obligations, evidence and notices; let reactions to breaches tell."""
    breaches = [
        (step.of, scene, event) for step, event in sweep.breaches if (scene := scenes.get(step.of.id)) is not None
    ]
    reacted = told_of(sweep.rows, sweep.now, breaches, lambda questions: resolve_at(
        sweep.rows, [(question, question.scene.at) for question in questions]))  # fmt: skip
    fresh = {one.id for one in sweep.opened}
    obligations.insert(sweep.rows, sweep.opened)
    obligations.update(sweep.rows, [one for key, one in sweep.changed.items() if key not in fresh])
    evidence.keep(sweep.rows, [*sweep.judging.shown, *reacted.shown], sweep.now)
    send(sweep.rows, [*sweep.messages, *telling.listed(sweep.lists), *reacted.messages], sweep.now)


def chained(book: Rulebook, control: str, outcome: str) -> tuple[DeadlineControl, ...]:
    """The deadlines that a judgement of a deadline starts."""
    found: tuple[DeadlineControl, ...] | None = book.cache.get(("chained", control, outcome))
    if found is None:
        found = book.cache["chained", control, outcome] = tuple(
            one for one in book.controls
            if isinstance(one, DeadlineControl) and one.is_configured
            and any(judged.control == control and judged.outcome == outcome for judged in one.judged)
        )  # fmt: skip
    return found
