"""After the events: obligations open, close, move with their owners; reactions tell; evidence is kept."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.live import approval_notices, asked_notices, decisions, evidence, following, waiving
from keguan.controls.live.obligations import Running
from keguan.controls.live.overdue import listeners
from keguan.controls.live.owing import owe
from keguan.controls.live.plans import plan
from keguan.controls.live.session import Session, scene_of, session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.org.notices import Message, send


def react(step: Step) -> None:
    """Everything that follows from these items, in a number of statements independent of how many they are."""
    notes = session(step)
    # what is imported happened before the policy was adopted: it shows nothing and nobody is told
    shown = [] if step.ctx.imported else _evidence(step, notes)
    messages: list[Message] = []
    done = [item for item in step.items if isinstance(step.outcomes.get(item.position), Done)]
    if step.verb.on in ("approval", "batch"):
        messages += approval_notices.messages(step, notes)
    elif step.verb.on == "obligation":
        shown += waiving.react(step, notes, done)
    elif done:
        shown += decisions.keep(step, {item.position: step.events[item.position] for item in done})
        decisions.elsewhere(step, done)
        scenes = {item.position: _after(step, notes, item) for item in done}
        found, ended = owe(step, notes, done, scenes)
        shown += found
        found, told = _told(step, notes, ended)
        shown += found
        messages += told
        if not step.ctx.imported:
            found, told = _reactions(step, notes, done, scenes)
            shown += found
            messages += told
        _lapse(step, done)
    if step.ctx.approval is not None:
        messages += approval_notices.refused(step)
    messages += asked_notices.messages(step, notes)
    following.follow(step)
    evidence.keep(step.rows, shown, step.now)
    send(step.rows, messages, step.now)


def _evidence(step: Step, notes: Session) -> list[evidence.Shown]:
    shown = []
    for item in step.items:
        outcome = step.outcomes.get(item.position)
        verdict = step.verdicts.get(item.position)
        if outcome is None or verdict is None:
            continue
        keys: list[UUID | None]
        if step.verb.name == "approval.request":
            lines = (item["lines"] or {}).get("lines", [])
            verb, kind = item["verb"], item["object_type"]
            keys = [UUID(line["object"]) for line in lines] or [item["object"]]
        else:
            verb, kind = step.verb.name, step.verb.on
            keys = [item.id if item.record or isinstance(outcome, Done) else None]
        entry = step.events.get(item.position)
        is_attempt = isinstance(outcome, Refused)
        unit = notes.unit_for(_unit(step, item), step.ctx.actor)
        shown += [
            evidence.Shown(
                control, found, verb, kind, key, item.happened_at, step.rulebook,
                event=None if is_attempt else entry, attempt=entry if is_attempt else None, actor=step.ctx.actor,
                unit=unit,
            )
            for key in keys
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
        notes, step.verb, item, item.happened_at, step.ctx.actor, record=step.after.get(item.position, {}), acts={}
    )


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
            (control, scene, one.closed_event)
            for one, scene in ended
            if one.state == "kept" and one.closed_event is not None
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
        control.key, outcome, step.verb.name, scene.type.name, scene.id, scene.at, step.rulebook, event=event,
        actor=step.ctx.actor, unit=session(step).unit_for(unit, step.ctx.actor),
    )  # fmt: skip


def _lapse(step: Step, items: Sequence[Item]) -> None:
    """Requests for what was now done without them are closed, each by a command of its own."""
    for item in items:
        for request, record in step.memo.get("overtaken", {}).pop(item.position, ()):
            lapse = FollowUp("approval.lapse", request, {"cause": "overtaken", "record": record}, None)
            step.follow_ups.setdefault(item.position, []).append(lapse)
