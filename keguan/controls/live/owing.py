"""Obligations of a command's records: opened, met, cancelled, and moved with whoever owes them.

Which term and whose version counts is decided when one opens; `clocks.judge` says how it ends.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.clocks import Cancel, Closing, Mark, Opening, judge
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.guard import Needs
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.reading import Act
from keguan.controls.engines.workflow import WorkflowControl
from keguan.controls.live import evidence, obligations
from keguan.controls.live.obligations import Running
from keguan.controls.live.overdue import control_of
from keguan.controls.live.session import Session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.terms import Calendar, NoWorkingTime, TermUnknown, calendar_for, due, under
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.ids import uuid7
from keguan.policies.engines import Rulebook


@dataclass(frozen=True)
class Plan:
    """What a rulebook does after a verb; compiled once per rulebook."""

    deadlines: tuple[DeadlineControl, ...]
    reactions: tuple[ReactionControl, ...]
    ends: tuple[WorkflowControl, ...]
    needs: Needs


def plan(book: Rulebook, verb: str) -> Plan:
    """The plan for a verb."""
    found = book.cache.get(("reactions", verb))
    if found is None:
        asked = [control for control in book.by_verb(verb) if control.is_configured]
        deadlines = tuple(control for control in asked if isinstance(control, DeadlineControl))
        reactions = tuple(control for control in asked if isinstance(control, ReactionControl) and not control.trial)
        ends = tuple(
            control
            for control in asked
            if isinstance(control, WorkflowControl) and control.target(verb) == len(control.stations) - 1
        )
        needs = Needs()
        for needed in (*(one.needs for one in deadlines), *(one.needs for one in reactions)):
            needs |= needed
        found = book.cache["reactions", verb] = Plan(deadlines, reactions, ends, needs)
    return found


def touches(book: Rulebook, verb: str) -> frozenset[str]:
    """Reference facts and arguments of the verb whose records it moves, because their clocks wait for it."""
    found: frozenset[str] = book.cache.setdefault(("touches", verb), frozenset())
    return found


def owe(
    step: Step, notes: Session, items: Sequence[Item], scenes: Mapping[int, Scene]
) -> tuple[list[evidence.Shown], list[tuple[Running, Scene]]]:
    """Open, meet, cancel and re-address obligations; gives the evidence, and the obligations that ended."""
    asked = plan(notes.book, step.verb.name)
    known = [item.id for item in items if item.record is not None]
    running: dict[UUID, list[Running]] = {}
    for one in obligations.open_ones(step.rows, known):
        running.setdefault(one.object, []).append(one)
    shown: list[evidence.Shown] = []
    questions: list[tuple[Running, Question]] = []
    opening: list[_Opening] = []
    ended: list[tuple[Running, Scene]] = []
    for item in items:
        scene, event = scenes[item.position], step.events[item.position]
        mine = running.get(item.id, [])
        for one in mine:
            shown += _ending(step, one, scene, event)
            if one.closed_event is not None:
                ended.append((one, scene))
        for control in asked.deadlines:
            new = _opening(step, notes, control, item, scene, mine, shown)
            if new is not None:
                opening.append(new)
                questions.append((new.of, Question(control.by.people, scene, verb=control.do[0].verb.name)))
        for workflow in asked.ends:
            shown += _closed(step, mine, workflow, scene, event)
        for one in mine:
            control_then = control_of(one)
            if one.closed_event is None and control_then is not None and _moved(item, scene):
                questions.append((one, Question(control_then.by.people, scene, verb=control_then.do[0].verb.name)))
    _place(step, notes, questions)
    opened = []
    for new in opening:
        if _start(step, notes, new):
            opened.append(new.of)
        else:
            shown.append(new.undetermined)
    shown += [_shown(step, one, "opened", one.opened_at, one.opened_event) for one in opened]
    obligations.insert(step.rows, opened)
    fresh = {id(one) for one in opened}
    obligations.update(step.rows, [one for some in running.values() for one in some if id(one) not in fresh])
    return shown, ended


def _place(step: Step, notes: Session, questions: Sequence[tuple[Running, Question]]) -> None:
    """Who owes, and in which unit: the record's, else that of the person who owes."""
    answers = resolve(step.rows, step.now, [question for _, question in questions])
    name = step.verb.type.unit
    places = [(one, who, question.scene.fact(name) if name else None)
              for (one, question), who in zip(questions, answers, strict=True)]  # fmt: skip
    notes.meet(who[0] for _, who, unit in places if unit is None and who)
    for one, who, of_record in places:
        unit = notes.unit_for(of_record, who[0] if who else None)
        if list(who) != one.people or unit != one.unit:
            one.people, one.unit, one.is_changed = list(who), unit, True


def _ending(step: Step, one: Running, scene: Scene, event: UUID) -> list[evidence.Shown]:
    """What the act means for an obligation under the control as it was when the obligation opened."""
    control = control_of(one)
    if control is None:
        return []
    opening = Opening(one.opened_at, one.due_at, one.opened_event)
    mark: Mark | None = None
    if _matches(control.do, step, scene):
        mark = Closing(scene.at, event)
    elif _matches(control.cancel, step, scene) or (control.again == "restart" and _matches(control.after, step, scene)):
        mark = Cancel(scene.at, event)
    if mark is None:
        return []
    [judged] = judge([opening, mark], step.now)
    one.end(judged.state, event, judged.met_at)
    return [_shown(step, one, judged.state, scene.at, event)]


def _opening(
    step: Step, notes: Session, control: DeadlineControl, item: Item, scene: Scene, mine: Sequence[Running],
    shown: list[evidence.Shown],
) -> "_Opening | None":  # fmt: skip
    answers = [act.when.test(scene) for act in control.after if act.verb.name == step.verb.name]
    if any(one.control == control.key and one.closed_event is None for one in mine) or not answers:
        return None
    event = step.events[item.position]
    unit = scene.fact(step.verb.type.unit) if step.verb.type.unit else None
    undetermined = evidence.Shown(
        control.key, "undetermined", step.verb.name, step.verb.on, item.id, item.happened_at, step.rulebook,
        event=event, actor=step.ctx.actor, unit=notes.unit_for(unit, step.ctx.actor),
    )  # fmt: skip
    if not any(answers):
        if None in answers:
            shown.append(undetermined)
        return None
    code = step.verb.type.code
    new = Running(
        uuid7(step.now), control.key, step.verb.on, item.id, scene.fact(code) if code else None, "", "running",
        item.happened_at, item.happened_at, {}, [], unit, {}, event, step.rulebook, control.trial,
    )  # fmt: skip
    return _Opening(new, control, scene, undetermined)


@dataclass(frozen=True)
class _Opening:
    """An obligation that opens once it is known who owes it, and so by whose calendar it runs.

    `undetermined` is what is shown instead where its term lacks a fact.
    """

    of: Running
    control: DeadlineControl
    scene: Scene
    undetermined: evidence.Shown


@dataclass(frozen=True)
class _Clock:
    """A clock as it is set: when it is due, how that is explained, and the moments of its life."""

    due_at: dt.datetime
    term: dict[str, Any]
    plan: dict[str, Any]

    @property
    def next_at(self) -> dt.datetime:
        """The first moment at which something is to be done."""
        return dt.datetime.fromisoformat(self.plan["steps"][0]["at"])


def _start(step: Step, notes: Session, new: _Opening) -> bool:
    """Set the obligation's clock by the calendar of whoever owes it; whether its term could be told."""
    clock = _clock(step, notes, new, calendar_for(notes.book, new.of.unit, new.of.people))
    if clock is None:
        return False
    new.of.due_at, new.of.plan, new.of.term, new.of.next_at = clock.due_at, clock.plan, clock.term, clock.next_at
    return True


def _clock(step: Step, notes: Session, new: _Opening, calendar: Calendar) -> _Clock | None:
    """The clock that the act sets; nothing where its term lacks a fact. One for all items where it reads none."""
    known: dict[tuple[str, dt.datetime, Calendar], _Clock] = step.memo.setdefault("clocks", {})
    control, scene = new.control, new.scene
    key = (control.key, scene.at, calendar)
    if key in known:
        return known[key]
    try:
        deadline = due(
            control.within, scene.at, calendar, since=control.since, facts=lambda name: _read(scene, name), scope=scene,
            under=under(control.citation, notes.book.versions.get(control.policy), control.within),
        )  # fmt: skip
    except (TermUnknown, NoWorkingTime):
        return None
    clock = _Clock(deadline.due_at, deadline.as_json(), obligations.plan_of(control, deadline.due_at, calendar))
    if control.within.fact is None and not control.within.rows:
        known[key] = clock
    return clock


def _closed(
    step: Step, mine: Sequence[Running], workflow: WorkflowControl, scene: Scene, event: UUID
) -> list[evidence.Shown]:
    """The workflow has ended: what only its own acts could meet can no longer be done, and is owed no more."""
    found = []
    for one in mine:
        control = control_of(one)
        if one.closed_event is None and control and all(act.verb.name in workflow.verbs for act in control.do):
            [judged] = judge([Opening(one.opened_at, one.due_at), Cancel(scene.at, event)], step.now)
            one.end(judged.state, event)
            found.append(_shown(step, one, judged.state, scene.at, event))
    return found


def _moved(item: Item, scene: Scene) -> bool:
    return item.record is not None and any(
        value != item.record.values.get(name) for name, value in scene.record.items()
    )


def _matches(acts: Sequence[Act], step: Step, scene: Scene) -> bool:
    return any(act.verb.name == step.verb.name and act.when.test(scene) for act in acts)


def _read(scene: Scene, name: str) -> Any:
    head, dot, tail = name.partition(".")
    return scene.get((head, tail) if dot else (head,))


def _shown(step: Step, one: Running, outcome: str, at: dt.datetime, event: UUID) -> evidence.Shown:
    return evidence.Shown(
        one.control, outcome, step.verb.name, one.object_type, one.object, at, one.rulebook, event=event,
        obligation=one.id, actor=step.ctx.actor, unit=one.unit,
    )  # fmt: skip
