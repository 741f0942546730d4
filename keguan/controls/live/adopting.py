"""Clocks of records that run already when a version comes into force: from their true start, or from its first day.

What happened or fell due before counts as no evidence; what falls due after it counts, marked adopted. Done twice it
opens nothing twice.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.clocks import judge
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.guard import Needs
from keguan.controls.live import deeds, histories, obligations, opening, terming
from keguan.controls.live.histories import Moment
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.plans import plan
from keguan.controls.live.starting import resolve_at
from keguan.controls.marks import Cancel, Closing, Mark, Opening, Pause, Resume
from keguan.controls.scene import Deed, Scene
from keguan.controls.terms import calendar_for
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

Seen = TypeVar("Seen")
NOTHING: Mapping[str, Sequence[Deed]] = {}
Acts = tuple[tuple[type[Mark], Sequence[Any]], ...]


@dataclass
class Adopting:
    """One version coming into force: which controls, since when, and how what runs is dealt with, by control."""

    book: Rulebook
    number: int
    at: dt.datetime
    now: dt.datetime
    how: Mapping[str, str]
    judging: Judging
    opened: list[Running] = field(default_factory=list)
    changed: list[Running] = field(default_factory=list)


@dataclass(frozen=True)
class Clock:
    """A clock as the journal tells it: its key, its marks so far, and the record as its opening left it."""

    key: str
    marks: tuple[Mark, ...]
    scene: Scene

    @property
    def opening(self) -> Opening:
        """What started it."""
        return self.marks[0]  # type: ignore[return-value]


def adopt(
    rows: Rows, work: Adopting, controls: Sequence[DeadlineControl], records: Collection[UUID], event: UUID
) -> None:
    """Bring these controls over records of one type. A fixed number of statements."""
    if not controls or not records:
        return
    kind = controls[0].type
    via = {verb: link for control in controls for verb, link in control.via.items()}
    told = histories.with_linked(rows, histories.histories(rows, kind, records), via)
    needs = Needs()
    for control in controls:
        needs |= control.needs
    looked_at = deeds.deeds(rows, records, needs.deeds, with_roles=needs.doers)
    known: dict[tuple[str, UUID], list[Running]] = {}
    for one in obligations.all_of(rows, records):
        known.setdefault((one.control, one.object), []).append(one)
    fresh: list[tuple[Running, DeadlineControl, Clock]] = []
    for key in sorted(told):
        # what was recorded under the version has opened its clocks itself
        before = [moment for moment in told[key] if moment.recorded_at < work.at]
        for control in controls:
            mine = known.get((control.key, key), [])
            for clock in clocks(work.book, control, before, work.now, looked_at.get(key, {})):
                fresh += _adopt(work, control, key, clock, mine, event)
    _start(rows, work, fresh, event)
    obligations.insert(rows, work.opened)
    obligations.update(rows, work.changed)


def how_of(before: Rulebook, book: Rulebook) -> dict[str, str]:
    """By control that is new or reads otherwise now: how what runs is dealt with, where it is at all."""
    found: dict[str, str] = {}
    for control in book.controls:
        if not isinstance(control, DeadlineControl) or not control.is_configured or not control.after:
            continue
        old = before.by_key.get(control.key)
        how = book.running_of(control.policy, control.type.name)
        is_new = (
            old is None
            or old.form != control.form
            or before.versions.get(control.policy) != book.versions.get(control.policy)
        )
        if is_new and how != "keep":
            found[control.key] = how
    return found


def clocks(
    book: Rulebook, control: DeadlineControl, moments: Iterable[Moment], now: dt.datetime,
    looked_at: Mapping[str, Sequence[Deed]] = NOTHING,
) -> list[Clock]:  # fmt: skip
    """The clocks that the journal tells under a control, those that ran last of each key.

    `looked_at` are acts on the record that conditions look at one by one, by verb.
    """
    kinds: Acts = (
        (Closing, control.do), (Cancel, control.cancel), (Pause, control.pause), (Resume, control.resume),
    )  # fmt: skip
    found: dict[str, list[tuple[Mark, Scene]]] = {}
    done: dict[str, UUID | None] = {}
    voided: UUID | None = None
    for moment in moments:
        kind = vocabulary.types[moment.verb.on] if moment.own else control.type
        scene = Scene(
            kind, moment.object, moment.happened_at, verb=moment.verb, args=moment.args, record=moment.facts,
            actor=moment.actor, acts=dict(done), parameters=book.parameters, declared=book.declared,
            deeds=_before(looked_at, moment) if kind is control.type else None,
        )  # fmt: skip
        if moment.own and kind is control.type:
            done[moment.verb.name] = moment.actor
        name = moment.verb.name
        if any(act.verb.name == name and act.when.test(scene) for act in control.after):
            for key in opening.keys_of(control, scene):
                mark = Opening(moment.happened_at, moment.happened_at, moment.event)
                found.setdefault(key, []).append((mark, scene))
        for made, acts in kinds:
            if any(
                act.verb.name == name and (act.when.is_always or (moment.own and act.when.test(scene))) for act in acts
            ):
                meant = control.key_of(moment.args)
                for key in [meant] if meant is not None else list(found):
                    found.setdefault(key, []).append((_mark(made, moment), scene))
        if moment.own and (moment.verb.voids or plan(book, name).ends_with(control)):
            for pairs in found.values():
                pairs.append((_mark(Cancel, moment), scene))
            voided = moment.event if moment.verb.voids else voided
        if moment.own and moment.verb.reinstates:
            found = {key: without(pairs, voided) for key, pairs in found.items()}
    return [clock for key, pairs in found.items() for clock in _last(control, key, pairs, now)]


def _before(looked_at: Mapping[str, Sequence[Deed]], moment: Moment) -> dict[str, list[Deed]]:
    return {verb: [deed for deed in several if deed.event < moment.event] for verb, several in looked_at.items()}


def without(pairs: Iterable[tuple[Mark, Seen]], event: UUID | None) -> list[tuple[Mark, Seen]]:
    """The marks without what an act cancelled that was taken back."""
    return [one for one in pairs if not (isinstance(one[0], Cancel) and one[0].event == event)]


def _mark(made: type[Mark], moment: Moment) -> Mark:
    return made(moment.happened_at, event=moment.event)  # type: ignore[call-arg]


def _last(control: DeadlineControl, key: str, pairs: Sequence[tuple[Mark, Scene]], now: dt.datetime) -> list[Clock]:
    """The runs of a key, each with the record as its opening left it."""
    return [Clock(key, marks, scene) for marks, scene in runs(control, pairs, now)]


def runs(
    control: DeadlineControl, pairs: Sequence[tuple[Mark, Seen]], now: dt.datetime
) -> Iterator[tuple[tuple[Mark, ...], Seen]]:
    """The runs of a key, each with the marks that fell to it (`judge` says which) and what was seen at its opening."""
    marks = [mark for mark, _ in pairs]
    for judged in judge(marks, now, control.again, control.at_least):
        first = marks.index(judged.opening)
        last = marks.index(judged.end) if judged.end is not None else len(marks) - 1
        mine = [mark for mark in marks[first : last + 1] if mark is judged.opening or not isinstance(mark, Opening)]
        yield tuple(mine), pairs[first][1]


def _adopt(
    work: Adopting, control: DeadlineControl, record: UUID, clock: Clock, mine: Sequence[Running], event: UUID
) -> list[tuple[Running, DeadlineControl, Clock]]:
    how = work.how[control.key]
    ended = next((mark for mark in clock.marks[1:] if isinstance(mark, Closing | Cancel)), None)
    if ended is not None and ended.at <= work.at:
        return []  # it was over before the version came into force
    # the newest: what was counted anew from an earlier version's first day has the same opening
    there = next(
        (one for one in reversed(mine) if one.key == clock.key and one.opened_event == clock.opening.event), None
    )
    if there is not None and (there.rulebook >= work.number or there.state != "running" or clock.opening.at > work.at):
        return []
    started_at = clock.opening.at if how == "switch" else max(clock.opening.at, work.at)
    if there is not None and how == "switch":
        _retime(work, there, control, clock, event)
        return []
    if there is not None:
        there.mark(Cancel(work.at, event))
        work.judging.apply(there, work.book, event)
        work.changed.append(there)
    place = opening.place_of(control.type, record, clock.scene.record, clock.key)
    new = opening.waiting(control, place, started_at, clock.opening.event, work.now, work.number)
    return [(new, control, clock)]


def _retime(work: Adopting, one: Running, control: DeadlineControl, clock: Clock, event: UUID) -> None:
    """A clock that runs goes on by the new version, from where it began."""
    scene = opening.with_key(control, clock.scene, clock.key)
    calendar = calendar_for(work.book, one.unit, one.people)
    timing = terming.timing(control, scene, one.opened_at, calendar, work.book.versions.get(control.policy))
    if timing is None:
        return
    first = next(place for place, body in enumerate(one.marks) if body["kind"] == "open")
    one.marks = [
        marking.written(Opening(one.opened_at, timing.due_at, one.opened_event)) if place == first else body
        for place, body in enumerate(one.marks)
    ]
    one.note(kind="adopted", at=work.at.isoformat(), event=str(event))
    one.rulebook, one.is_adopted, one.term = work.number, True, timing.body
    one.reckoned = work.number
    one.plan, one.told = {"steps": []}, 0
    work.judging.apply(one, work.book, event)
    fresh = terming.plan_of(control, one.due_at, calendar)
    later = [step for step in fresh["steps"] if dt.datetime.fromisoformat(step["at"]) > work.at]
    one.plan, one.next_at = {"steps": later}, (dt.datetime.fromisoformat(later[0]["at"]) if later else None)
    work.changed.append(one)


def _start(rows: Rows, work: Adopting, fresh: Sequence[tuple[Running, DeadlineControl, Clock]], event: UUID) -> None:
    scenes = [
        opening.with_key(control, replace(clock.scene, at=new.opened_at), clock.key) for new, control, clock in fresh
    ]
    questions = [(opening.question(control, control.by, scene), work.at)
                 for (_, control, _), scene in zip(fresh, scenes, strict=True)]  # fmt: skip
    known: dict[Any, Any] = {}
    for (new, control, clock), scene, who in zip(fresh, scenes, resolve_at(rows, questions), strict=True):
        new.people = list(who)
        adopted_at = work.at if work.how[control.key] == "switch" and new.opened_at < work.at else None
        if not opening.start(new, control, scene, work.book, known, adopted_at):
            continue
        if adopted_at is None:
            work.judging.enter(new, "opened", new.opened_at, event)
        if len(clock.marks) > 1:
            for mark in clock.marks[1:]:
                if mark.at >= new.opened_at:
                    new.mark(mark)
            work.judging.apply(new, work.book, event)
        work.opened.append(new)
