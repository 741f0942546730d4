"""What the clock does: breaches, escalations and reminders of records whose moments have passed.

Called with a command on the records and by the sweep; both give the same judgements, whenever they come.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.clocks import Opening, judge
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.reading import Who
from keguan.controls.live import evidence, obligations
from keguan.controls.live.obligations import Running
from keguan.controls.people.resolve import Persons, Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.terms import left
from keguan.kernel.commands.law import Entry
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import profiles
from keguan.org.notices import Message, send
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

DUE = obligations.OPEN.replace("state in ('running', 'broken')", "next_at <= %s")


@dataclass(frozen=True)
class _Step:
    """One moment of one obligation that has passed."""

    of: Running
    control: DeadlineControl
    what: str
    at: dt.datetime
    n: int


def overdue(rows: Rows, now: dt.datetime, objects: Collection[UUID]) -> list[Entry]:
    """Judge what is past due on these records; write the judgements and notices, give their events in order.

    One statement where nothing is due; else a number that depends on the record types and rulebooks concerned only.
    """
    if not objects:
        return []
    found = [Running(**row) for row in rows.select(DUE, [list(objects), now])]
    steps = [step for one in found for step in _passed(one, now)]
    if not steps:
        return []
    steps.sort(key=lambda step: (step.at, step.of.id))
    scenes = scenes_of(rows, now, [step.of for step in steps])
    known = {step.of.id: scenes.get(step.of.object) for step in steps}
    people = _resolved(rows, now, steps, known)
    _place(rows, now, steps, people)
    entries: list[Entry] = []
    shown: list[evidence.Shown] = []
    messages: list[Message] = []
    breaches: list[tuple[_Step, UUID]] = []
    for step, who in zip(steps, people, strict=True):
        if step.what == "due":
            key = uuid7(now)
            entries.append(_breach(step, key))
            shown.append(_evidence(step, key))
            breaches.append((step, key))
            step.of.state, step.of.people = "broken", list(who[0])
        elif step.what == "escalate" and not step.of.is_trial:
            entries.append(_escalation(step, who[0], uuid7(now)))
        messages += _messages(step, who, now)
        step.of.advance()
    reacted, told = _told(rows, now, breaches, known)
    shown += reacted
    messages += told
    obligations.update(rows, {step.of.id: step.of for step in steps}.values())
    evidence.keep(rows, shown, now)
    send(rows, messages, now)
    return entries


def _resolved(
    rows: Rows, now: dt.datetime, steps: Sequence[_Step], scenes: Mapping[UUID, Scene | None]
) -> list[list[Persons]]:
    """For each step the people of each of its expressions, resolved today; as stored where the record is gone."""
    places: list[int] = []
    questions: list[Question] = []
    found: list[list[Persons]] = [[] for _ in steps]
    for place, step in enumerate(steps):
        scene = scenes[step.of.id]
        if scene is None:
            found[place].append(tuple(step.of.people))
            continue
        for who in _people(step):
            places.append(place)
            questions.append(Question(who.people, scene, verb=step.control.do[0].verb.name))
    for place, persons in zip(places, resolve(rows, now, questions), strict=True):
        found[place].append(persons)
    return found


def _place(rows: Rows, now: dt.datetime, steps: Sequence[_Step], people: Sequence[Sequence[Persons]]) -> None:
    """What had no unit when it opened counts where the person who owes it now works."""
    owing = [(step.of, who[0][0]) for step, who in zip(steps, people, strict=True)
             if step.what == "due" and step.of.unit is None and who and who[0]]  # fmt: skip
    if owing:
        known = profiles(rows, [person for _, person in owing], now)
        for one, person in owing:
            one.unit = known[person].unit if person in known else None


def scenes_of(rows: Rows, now: dt.datetime, several: Sequence[Running]) -> dict[UUID, Scene]:
    """By record, its facts and those linked to it, as the people of deadlines read them. One statement per type."""
    wanted: dict[str, set[UUID]] = {}
    links: dict[str, set[str]] = {}
    for one in several:
        wanted.setdefault(one.object_type, set()).add(one.object)
        control = control_of(one)
        links.setdefault(one.object_type, set()).update(control.needs.links if control else ())
    records = {name: load(rows, vocabulary.types[name], keys) for name, keys in wanted.items()}
    linked: dict[str, set[UUID]] = {}
    for name, found in records.items():
        for link in links[name]:
            target = vocabulary.types[name].links.get(link)
            if target in vocabulary.types:
                linked.setdefault(target, set()).update(r[link] for r in found.values() if r.get(link))
    targets = {name: load(rows, vocabulary.types[name], keys) for name, keys in linked.items()}
    book = rulebook(several[0].rulebook) if several else Rulebook(0, "")
    return {
        key: _scene(record, links[name], targets, now, book)
        for name, found in records.items()
        for key, record in found.items()
    }


def control_of(one: Running) -> DeadlineControl | None:
    """The control as it was when the obligation opened."""
    found = rulebook(one.rulebook).by_key.get(one.control)
    return found if isinstance(found, DeadlineControl) else None


def _scene(
    record: Record, links: set[str], targets: Mapping[str, Mapping[UUID, Record]], now: dt.datetime, book: Rulebook
) -> Scene:
    linked = {}
    for link in links:
        target = record.type.links.get(link)
        found = targets.get(target or "", {}).get(record.values.get(link))  # type: ignore[arg-type]
        if found:
            linked[link] = found.values
    return Scene(
        record.type, record.id, now, record=record.values, links=linked, parameters=book.parameters,
        declared=book.declared,
    )  # fmt: skip


def _passed(one: Running, now: dt.datetime) -> list[_Step]:
    control = control_of(one)
    if control is None:
        return []
    [judged] = judge([Opening(one.opened_at, one.due_at)], now)
    return [
        _Step(one, control, what, at, n)
        for what, at, n in one.steps[one.told :]
        if at <= now and (what != "due" or judged.state == "broken")
    ]


def _people(step: _Step) -> tuple[Who, ...]:
    if step.what == "escalate":
        return (step.control.escalate[step.n].to,)
    if step.what == "remind" and (other := step.control.remind[step.n].to):
        return (step.control.by, other)
    return (step.control.by,)


def _objects(one: Running) -> tuple[tuple[str, str, UUID], ...]:
    return ((one.object_type, one.object_type, one.object),)


def _breach(step: _Step, key: UUID) -> Entry:
    one = step.of
    args = {"obligation": one.id, "due_at": one.due_at, "people": list(one.people)}
    return Entry("obligation.break", _objects(one), one.due_at, args, ((one.control, "broken"),), key)


def _escalation(step: _Step, who: Sequence[UUID], key: UUID) -> Entry:
    one = step.of
    args = {"obligation": one.id, "due_at": one.due_at, "people": list(who)}
    at = one.due_at if step.control.escalate[step.n].after is None else step.at
    return Entry("obligation.escalate", _objects(one), at, args, ((one.control, "escalated"),), key)


def _evidence(step: _Step, event: UUID) -> evidence.Shown:
    one = step.of
    return evidence.Shown(
        one.control, "broken", "obligation.break", one.object_type, one.object, one.due_at, one.rulebook, event=event,
        obligation=one.id, unit=one.unit,
    )  # fmt: skip


def _messages(step: _Step, who: Sequence[tuple[UUID, ...]], now: dt.datetime) -> list[Message]:
    one, control = step.of, step.control
    if one.is_trial:
        return []
    thing = one.object_label or control.type.label.zh
    owed = control.owed
    if step.what == "remind":
        rest = left(one.due_at, now)
        text = Label(f"{thing}：“{owed.zh}”{rest.zh}", f"{thing}: “{owed.en}”, {rest.en}")
    elif step.what == "due":
        text = Label(f"{thing}：“{owed.zh}”已逾期", f"{thing}: “{owed.en}” is overdue")
    else:
        text = Label(
            f"{thing}：“{owed.zh}”逾期未办，依{control.clause}告知您",
            f"{thing}: “{owed.en}” is overdue; you are told under {control.clause}",
        )
    people = dict.fromkeys(person for some in who for person in some)
    return [Message(person, text, one.control, one.object_type, one.object) for person in people]


def _told(
    rows: Rows, now: dt.datetime, breaches: Sequence[tuple[_Step, UUID]], scenes: Mapping[UUID, Scene | None]
) -> tuple[list[evidence.Shown], list[Message]]:
    """What reactions after a breach show and tell."""
    waiting = [
        (step.of, control, scene, event)
        for step, event in breaches
        if (scene := scenes[step.of.id]) is not None
        for control in listeners(rulebook(step.of.rulebook), step.of.control, "broken")
        if control.gate.test(scene)
    ]
    answers = resolve(rows, now, [Question(control.notify.people, scene) for _, control, scene, _ in waiting])
    shown: list[evidence.Shown] = []
    messages: list[Message] = []
    for (one, control, scene, event), who in zip(waiting, answers, strict=True):
        shown.append(evidence.Shown(
            control.key, "done" if who else "undetermined", "obligation.break", one.object_type, one.object, one.due_at,
            one.rulebook, event=event, obligation=one.id, unit=one.unit,
        ))  # fmt: skip
        text = control.template.fill(scene)
        messages.extend(Message(person, text, control.key, one.object_type, one.object) for person in who)
    return shown, messages


def listeners(book: Rulebook, control: str, outcome: str) -> tuple[ReactionControl, ...]:
    """The reactions that wait for a judgement of a deadline."""
    found = book.cache.get(("judged", control, outcome))
    if found is None:
        found = book.cache["judged", control, outcome] = tuple(
            one
            for one in book.controls
            if isinstance(one, ReactionControl)
            and one.is_configured
            and not one.trial
            and any(judged.control == control and judged.outcome == outcome for judged in one.judged)
        )
    return found
