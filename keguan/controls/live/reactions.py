"""After the events: obligations open, close, move with their owners; reactions tell; evidence is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.controls import registering
from keguan.controls.engines.guard import Needs
from keguan.controls.engines.reaching import reach_name
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.live import (
    approval_notices,
    asked_notices,
    coming,
    conduct,
    decisions,
    deeds,
    evidence,
    following,
    lines,
    looking,
    proposing,
    waiving,
)
from keguan.controls.live.breaches import lifted, linked, listeners
from keguan.controls.live.guards import MACHINERY
from keguan.controls.live.obligations import Running
from keguan.controls.live.owing import owe
from keguan.controls.live.plans import plan
from keguan.controls.live.reacting import Reacted, Resolve, Trigger, react_to
from keguan.controls.live.session import Session, scene_of, session
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.org.notices import Message, send
from keguan.policies.engines import Rulebook

HITTING = ("refused", "warned", "recorded")


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
        events = {item.position: step.events[item.position] for item in done}
        shown += decisions.keep(step, events) + conduct.shown(step, events)
        decisions.elsewhere(step, done)
        scenes = _after(step, notes, done)
        found, ended = owe(step, notes, done, scenes)
        shown += found
        looking.follow(step, notes.book, done, scenes)
        parts = [_told(step, notes, ended)]
        if not step.ctx.imported:
            parts.append(_reactions(step, notes, done, scenes))
        for part in parts:
            shown += part.shown
            messages += part.messages
        _lapse(step, done)
        if step.verb.on == "pack":
            registering.make_views(registering.new_rulebooks(step.rows, step.rulebook))
        if step.verb.on == "proposal":
            messages += proposing.messages(step)
    fallen = [event for _, outcome, event in step.memo.pop("rejudged", ()) if outcome == "broken" and event]
    lifted(step.rows, step.now, fallen)
    if not step.ctx.imported and step.verb.on not in MACHINERY:
        hit = _hits(step, notes)
        shown += hit.shown
        messages += hit.messages
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


def _after(step: Step, notes: Session, items: Sequence[Item]) -> dict[int, Scene]:
    """By position, the items as their acts left them, with what was done on them before."""
    found = {
        item.position: scene_of(
            notes, step.verb, item, item.happened_at, step.ctx.actor, record=step.after.get(item.position, {})
        )
        for item in items
    }
    asked = plan(notes.book, step.verb.name).needs | needs(notes.book, step.verb.name)
    deeds.put(step.rows, found.values(), asked, step.events.values())
    lines.follow(step.rows, found.values(), asked, notes.book.declared)
    notes.meet(person for scene in found.values() for path in asked.persons if (person := scene.get(path)))
    return found


def _reactions(step: Step, notes: Session, items: Sequence[Item], scenes: Mapping[int, Scene]) -> Reacted:
    """What reactions to this verb come to: those that wait for the act, for a fact that it changed, for its date."""
    triggers: list[Trigger] = []
    shown: list[evidence.Shown] = []
    if step.verb.name == reach_name(step.verb.type):
        return _come(step, notes, items)
    coming.at_once(step, notes.book, items, scenes)
    for control in reactions_of(notes.book, step.verb.name):
        for item in items:
            scene = scenes[item.position]
            answers = [act.when.test(scene) for act in control.after if act.verb.name == step.verb.name]
            answers += [True for _ in control.changed if _is_changed(control, item, scene)]
            if not answers:
                continue
            gate, is_set_off = control.gate.test(scene), True if any(answers) else None if None in answers else False
            trigger = _trigger(step, notes, control, scene, step.events[item.position])
            if is_set_off and gate:
                triggers.append(trigger)
            elif False not in (gate, is_set_off):
                shown.append(_shown(trigger, "undetermined"))
    return _come_to(step, triggers, shown)


def _come(step: Step, notes: Session, items: Sequence[Item]) -> Reacted:
    """What reactions to dates that have come lead to."""
    triggers: list[Trigger] = []
    shown: list[evidence.Shown] = []
    for control, item, scene, number in coming.seen(step, items):
        gate = control.gate.test(scene)
        trigger = replace(_trigger(step, notes, control, scene, step.events[item.position]), rulebook=number)
        if gate:
            triggers.append(trigger)
        elif gate is None:
            shown.append(_shown(trigger, "undetermined"))
    return _come_to(step, triggers, shown, coming.people(step))


def _told(step: Step, notes: Session, ended: Sequence[tuple[Running, Scene]]) -> Reacted:
    """What reactions to kept terms come to."""
    found = linked(step.rows, [
        _trigger(step, notes, control, scene, one.closed_event, one.id)
        for one, scene in ended
        if one.state == "kept" and one.closed_event is not None
        for control in listeners(notes.book, one.control, "kept")
    ])  # fmt: skip
    return _come_to(step, [one for one in found if one.control.gate.test(one.scene)])


def _hits(step: Step, notes: Session) -> Reacted:
    """What reactions to refusals, warnings and records of guards come to."""
    waiting = hit_by(notes.book)
    found: list[tuple[ReactionControl, Scene, UUID]] = []
    for item in step.items if waiting else ():
        verdict, event = step.verdicts.get(item.position), step.events.get(item.position)
        if verdict is None or event is None:
            continue
        hit = [key for key, outcome in dict.fromkeys(verdict.controls) if outcome in HITTING and key in waiting]
        if hit:
            scene = scene_of(notes, step.verb, item, item.happened_at, step.ctx.actor)
            found += [(control, scene, event) for key in hit for control in waiting[key]]
    asked = Needs()
    for control, _, _ in found:
        asked |= control.needs
    deeds.put(step.rows, [scene for _, scene, _ in found], asked, step.events.values())
    return _come_to(step, [_trigger(step, notes, control, scene, event)
                           for control, scene, event in found if control.gate.test(scene)])  # fmt: skip


def _come_to(
    step: Step, triggers: Sequence[Trigger], shown: Sequence[evidence.Shown] = (), ask: Resolve | None = None
) -> Reacted:
    on_trial = [one for one in triggers if one.control.trial]
    found = react_to(step.rows, step.now, [one for one in triggers if not one.control.trial], ask)
    found.shown[:0] = [*shown, *(_shown(one, "recorded") for one in on_trial)]
    position = {event: place for place, event in step.events.items()}
    first = next(iter(step.events), None)
    for trigger, follow in found.follow_ups:
        place = position.get(trigger.event, first)
        if place is not None:
            step.follow_ups.setdefault(place, []).append(follow)
    return found


def _trigger(
    step: Step, notes: Session, control: ReactionControl, scene: Scene, event: UUID, obligation: UUID | None = None
) -> Trigger:
    unit = notes.unit_for(scene.fact(scene.type.unit) if scene.type.unit else None, step.ctx.actor)
    return Trigger(
        control, scene, event, step.rulebook, step.verb.name, scene.at, step.ctx.actor, unit, obligation
    )  # fmt: skip


def _shown(trigger: Trigger, outcome: str) -> evidence.Shown:
    scene = trigger.scene
    return evidence.Shown(
        trigger.control.key, outcome, trigger.verb, scene.type.name, scene.id, trigger.at, trigger.rulebook,
        event=trigger.event, actor=trigger.actor, unit=trigger.unit,
    )  # fmt: skip


def _is_changed(control: ReactionControl, item: Item, scene: Scene) -> bool:
    if item.record is None:
        return False
    before, after = replace(scene, record=item.record.values, args={}), scene.without_arguments()
    return any(before.fact(one.fact.name) != after.fact(one.fact.name) for one in control.changed)


def reactions_of(book: Rulebook, verb: str) -> tuple[ReactionControl, ...]:
    """The reactions that are asked after a verb."""
    found = book.cache.get(("reacting", verb))
    if found is None:
        found = book.cache["reacting", verb] = tuple(
            one for one in book.by_verb(verb, "reaction") if isinstance(one, ReactionControl) and one.is_configured
        )
    return found


def needs(book: Rulebook, verb: str) -> Needs:
    """What reactions to a verb, and to the guards that may stop it, need loaded."""
    found = Needs()
    keys = {control.key for control in book.by_verb(verb)}
    hit = (one for key, some in hit_by(book).items() if key in keys for one in some)
    for control in (*reactions_of(book, verb), *hit):
        found |= control.needs
    return found


def hit_by(book: Rulebook) -> Mapping[str, tuple[ReactionControl, ...]]:
    """The reactions that wait for a guard to stop or warn, by the guard's key."""
    found = book.cache.get("hit")
    if found is None:
        waiting: dict[str, tuple[ReactionControl, ...]] = {}
        for one in book.controls:
            if isinstance(one, ReactionControl) and one.is_configured:
                for hit in one.hits:
                    waiting[hit.control] = (*waiting.get(hit.control, ()), one)
        found = book.cache["hit"] = waiting
    return found


def _lapse(step: Step, items: Sequence[Item]) -> None:
    """Requests for what was now done without them are closed, each by a command of its own."""
    for item in items:
        for request, record in step.memo.get("overtaken", {}).pop(item.position, ()):
            lapse = FollowUp("approval.lapse", request, {"cause": "overtaken", "record": record}, None)
            step.follow_ups.setdefault(item.position, []).append(lapse)
