"""After the events: obligations open, close, move with their owners; reactions tell; evidence is kept."""

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
from keguan.controls.live import approval_notices, evidence, obligations
from keguan.controls.live.obligations import Running
from keguan.controls.live.overdue import control_of, listeners
from keguan.controls.live.session import Session, scene_of, session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.terms import NoWorkingTime, TermUnknown, due
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.ids import uuid7
from keguan.org.notices import Message, send
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


def react(step: Step) -> None:
    """Everything that follows from these items, in a number of statements independent of how many they are."""
    notes = session(step)
    # what is imported happened before the policy was adopted: it shows nothing and nobody is told
    shown = [] if step.ctx.imported else _evidence(step)
    messages: list[Message] = []
    done = [item for item in step.items if isinstance(step.outcomes.get(item.position), Done)]
    if step.verb.on in ("approval", "batch"):
        messages += approval_notices.messages(step, notes)
    elif done:
        scenes = {item.position: _after(step, notes, item) for item in done}
        found, told = _clocks(step, notes, done, scenes)
        shown += found
        messages += told
        if not step.ctx.imported:
            found, told = _reactions(step, notes, done, scenes)
            shown += found
            messages += told
        _lapse(step, done)
    if step.ctx.approval is not None:
        messages += approval_notices.refused(step)
    evidence.keep(step.rows, shown, step.now)
    send(step.rows, messages, step.now)


def _evidence(step: Step) -> list[evidence.Shown]:
    shown = []
    for item in step.items:
        outcome = step.outcomes.get(item.position)
        verdict = step.verdicts.get(item.position)
        if outcome is None or verdict is None:
            continue
        if step.verb.name == "approval.request":
            verb, kind, key = item["verb"], item["object_type"], item["object"]
        else:
            verb, kind, key = (
                step.verb.name,
                step.verb.on,
                item.id if item.record or isinstance(outcome, Done) else None,
            )
        entry = step.events.get(item.position)
        is_attempt = isinstance(outcome, Refused)
        unit = _unit(step, item)
        shown += [
            evidence.Shown(
                control, found, verb, kind, key, step.happened_at, step.rulebook,
                event=None if is_attempt else entry, attempt=entry if is_attempt else None, actor=step.ctx.actor,
                unit=unit,
            )
            for control, found in _pairs(verdict.controls, verdict.reasons, outcome)
        ]  # fmt: skip
    return shown


def _pairs(controls: Sequence[tuple[str, str]], reasons: Sequence[Any], outcome: object) -> list[tuple[str, str]]:
    """Control and outcome, once each; refusals of access stand under the clause that grants to others.

    A guard that let a command pass counts as kept only when the command ran.
    """
    pairs = dict.fromkeys(controls)
    if isinstance(outcome, Refused):
        pairs = {pair: None for pair in pairs if pair[1] not in ("kept", "waiting")}
        for reason in reasons:
            if reason.kind == "access" and reason.citation is not None:
                pairs[f"{reason.citation.policy}#{reason.citation.control}", "refused"] = None
    elif isinstance(outcome, Waiting):
        return [pair for pair in pairs if pair[1] == "waiting"]
    return list(pairs)


def _unit(step: Step, item: Item) -> UUID | None:
    name = step.verb.type.unit
    after = step.after.get(item.position) or (item.record.values if item.record else {})
    return after.get(name) if name else None


def _after(step: Step, notes: Session, item: Item) -> Scene:
    return scene_of(
        notes, step.verb, item, step.happened_at, step.ctx.actor, record=step.after.get(item.position, {}), acts={}
    )


def _clocks(
    step: Step, notes: Session, items: Sequence[Item], scenes: Mapping[int, Scene]
) -> tuple[list[evidence.Shown], list[Message]]:
    """Open, meet, cancel and re-address obligations."""
    asked = plan(notes.book, step.verb.name)
    known = [item.id for item in items if item.record is not None]
    running: dict[UUID, list[Running]] = {}
    for one in obligations.open_ones(step.rows, known):
        running.setdefault(one.object, []).append(one)
    shown: list[evidence.Shown] = []
    questions: list[tuple[Running, Question]] = []
    opened: list[Running] = []
    ended: list[tuple[Running, Scene]] = []
    for item in items:
        scene, event = scenes[item.position], step.events[item.position]
        mine = running.get(item.id, [])
        for one in mine:
            shown += _ending(step, one, scene, event)
            if one.closed_event is not None:
                ended.append((one, scene))
        for control in asked.deadlines:
            new = _opening(step, control, item, scene, mine, shown)
            if new is not None:
                opened.append(new)
                questions.append((new, Question(control.by.people, scene)))
        for workflow in asked.ends:
            shown += _closed(step, mine, workflow, event)
        for one in mine:
            control_then = control_of(one)
            if one.closed_event is None and control_then is not None and _moved(item, scene):
                questions.append((one, Question(control_then.by.people, scene)))
    for (one, _), who in zip(questions, resolve(step.rows, step.now, [q for _, q in questions]), strict=True):
        if list(who) != one.people:
            one.people, one.is_changed = list(who), True
    obligations.insert(step.rows, opened)
    fresh = {id(one) for one in opened}
    obligations.update(step.rows, [one for some in running.values() for one in some if id(one) not in fresh])
    found, messages = _told(step, notes, ended)
    return shown + found, messages


def _ending(step: Step, one: Running, scene: Scene, event: UUID) -> list[evidence.Shown]:
    """What the act means for an obligation under the control as it was when the obligation opened."""
    control = control_of(one)
    if control is None:
        return []
    opening = Opening(one.opened_at, one.due_at, one.opened_event)
    mark: Mark | None = None
    if _matches(control.do, step, scene):
        mark = Closing(step.happened_at, event)
    elif _matches(control.cancel, step, scene) or (control.again == "restart" and _matches(control.after, step, scene)):
        mark = Cancel(step.happened_at, event)
    if mark is None:
        return []
    [judged] = judge([opening, mark], step.now)
    one.end(judged.state, event, judged.met_at)
    return [_shown(step, one, judged.state, event)]


def _opening(
    step: Step, control: DeadlineControl, item: Item, scene: Scene, mine: Sequence[Running],
    shown: list[evidence.Shown],
) -> Running | None:  # fmt: skip
    answers = [act.when.test(scene) for act in control.after if act.verb.name == step.verb.name]
    if any(one.control == control.key and one.closed_event is None for one in mine) or not answers:
        return None
    event = step.events[item.position]
    unit = scene.fact(step.verb.type.unit) if step.verb.type.unit else None
    undetermined = evidence.Shown(
        control.key, "undetermined", step.verb.name, step.verb.on, item.id, step.happened_at, step.rulebook,
        event=event, actor=step.ctx.actor, unit=unit,
    )  # fmt: skip
    if not any(answers):
        if None in answers:
            shown.append(undetermined)
        return None
    clock = _clock(step, control, scene)
    if clock is None:
        shown.append(undetermined)
        return None
    code = step.verb.type.code
    new = Running(
        uuid7(step.now), control.key, step.verb.on, item.id, scene.fact(code) if code else None, "", "running",
        step.happened_at, clock.due_at, clock.plan, [], unit, clock.term, event, step.rulebook, control.trial,
        next_at=clock.next_at,
    )  # fmt: skip
    shown.append(_shown(step, new, "opened", event))
    return new


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


def _clock(step: Step, control: DeadlineControl, scene: Scene) -> _Clock | None:
    """The clock that the act sets; nothing where its term lacks a fact. One for all items where it reads none."""
    known: dict[tuple[str, dt.datetime], _Clock] = step.memo.setdefault("clocks", {})
    key = (control.key, step.happened_at)
    if control.within.fact is None and key in known:
        return known[key]
    if "calendar" not in step.memo:
        step.memo["calendar"] = obligations.company_calendar(step.rows)
    calendar = step.memo["calendar"]
    try:
        deadline = due(
            control.within, step.happened_at, calendar, since=control.since, facts=lambda name: _read(scene, name)
        )
    except (TermUnknown, NoWorkingTime):
        return None
    plan_of_it = obligations.plan_of(control, deadline.due_at, calendar)
    known[key] = _Clock(deadline.due_at, deadline.as_json(), plan_of_it)
    return known[key]


def _closed(step: Step, mine: Sequence[Running], workflow: WorkflowControl, event: UUID) -> list[evidence.Shown]:
    """The workflow has ended: what only its own acts could meet can no longer be done, and is owed no more."""
    found = []
    for one in mine:
        control = control_of(one)
        if one.closed_event is None and control and all(act.verb.name in workflow.verbs for act in control.do):
            [judged] = judge([Opening(one.opened_at, one.due_at), Cancel(step.happened_at, event)], step.now)
            one.end(judged.state, event)
            found.append(_shown(step, one, judged.state, event))
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


def _shown(step: Step, one: Running, outcome: str, event: UUID) -> evidence.Shown:
    return evidence.Shown(
        one.control, outcome, step.verb.name, one.object_type, one.object, step.happened_at, one.rulebook, event=event,
        obligation=one.id, actor=step.ctx.actor, unit=one.unit,
    )  # fmt: skip


def _reactions(
    step: Step, notes: Session, items: Sequence[Item], scenes: Mapping[int, Scene]
) -> tuple[list[evidence.Shown], list[Message]]:
    """What reactions to this verb show and tell, and to whom."""
    waiting: list[tuple[ReactionControl, Scene, UUID]] = []
    shown: list[evidence.Shown] = []
    for control in plan(notes.book, step.verb.name).reactions:
        for item in items:
            scene, event = scenes[item.position], step.events[item.position]
            answers = [act.when.test(scene) for act in control.after if act.verb.name == step.verb.name]
            gate = control.gate.test(scene)
            if any(answers) and gate:
                waiting.append((control, scene, event))
            elif False not in (gate, *answers) or (any(answers) and gate is None):
                shown.append(_reacted(step, control, scene, event, "undetermined"))
    found, messages = _messages(step, waiting)
    return shown + found, messages


def _told(
    step: Step, notes: Session, ended: Sequence[tuple[Running, Scene]]
) -> tuple[list[evidence.Shown], list[Message]]:
    """What reactions to kept terms show and tell."""
    return _messages(
        step,
        [
            (control, scene, one.closed_event or one.opened_event)
            for one, scene in ended
            if one.state == "kept"
            for control in listeners(notes.book, one.control, "kept")
            if control.gate.test(scene)
        ],
    )


def _messages(
    step: Step, waiting: Sequence[tuple[ReactionControl, Scene, UUID]]
) -> tuple[list[evidence.Shown], list[Message]]:
    if not waiting:
        return [], []
    questions = [Question(control.notify.people, scene) for control, scene, _ in waiting]
    shown, messages = [], []
    for (control, scene, event), who in zip(waiting, resolve(step.rows, step.now, questions), strict=True):
        shown.append(_reacted(step, control, scene, event, "done" if who else "undetermined"))
        text = control.template.fill(scene)
        messages += [Message(person, text, control.key, scene.type.name, scene.id) for person in who]
    return shown, messages


def _reacted(step: Step, control: ReactionControl, scene: Scene, event: UUID, outcome: str) -> evidence.Shown:
    unit = scene.fact(scene.type.unit) if scene.type.unit else None
    return evidence.Shown(
        control.key, outcome, step.verb.name, scene.type.name, scene.id, step.happened_at, step.rulebook, event=event,
        actor=step.ctx.actor, unit=unit,
    )  # fmt: skip


def _lapse(step: Step, items: Sequence[Item]) -> None:
    """Requests for what was now done without them are closed, each by a command of its own."""
    for item in items:
        for request in step.memo.get("overtaken", {}).pop(item.position, ()):
            step.follow_ups.setdefault(item.position, []).append(FollowUp("approval.lapse", request, {}, None))
