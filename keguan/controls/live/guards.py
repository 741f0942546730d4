"""Guards: everything the rulebook says against a command's items, all reasons at once, and who must consent.

Order: requirements, prohibitions and workflows of every item first; approvals are asked only where nothing else
refuses. Reads only; what was decided goes to the events and to the evidence through the verdicts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl, Ask
from keguan.controls.engines.guard import Guard, Needs, Ruling, RulingGuard
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.live import approvals, deeds, lifting, lines, overriding, rounds, signing
from keguan.controls.live.overriding import Cited
from keguan.controls.live.session import Session, scene_of, session
from keguan.controls.names import LIFTS_BREACH
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step, Verdict
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

MACHINERY = frozenset(("approval", "obligation"))
OBJECTED = frozenset(("refused", "warned", "recorded"))


@dataclass(frozen=True)
class Plan:
    """What a rulebook asks of a verb: its guards, its approvals, what to load; compiled once per rulebook."""

    guards: tuple[RulingGuard, ...]
    workflows: tuple[WorkflowControl, ...]
    approvals: tuple[ApprovalControl, ...]
    covering: tuple[ApprovalControl, ...]
    needs: Needs


def plan(book: Rulebook, verb: str) -> Plan:
    """The plan for a verb."""
    found = book.cache.get(("guards", verb))
    if found is None:
        asked = [control for control in book.by_verb(verb) if isinstance(control, Guard) and control.is_configured]
        approvals_of_verb = tuple(control for control in asked if isinstance(control, ApprovalControl))
        guards_of_verb = tuple(control for control in asked if isinstance(control, RulingGuard))
        enters = vocabulary.verbs[verb].enters is not None
        workflows = tuple(
            control
            for control in book.of_engine("workflow")
            if isinstance(control, WorkflowControl)
            and (verb in control.verbs or (enters and control.type.name == vocabulary.verbs[verb].on))
        )
        covering = tuple(
            control
            for control in book.controls
            if isinstance(control, ApprovalControl) and any(control.id in one.covers for one in asked)
        )
        needs = Needs()
        for control in (*asked, *covering):
            needs |= control.needs
        needs |= Needs(acts=frozenset(name for control in covering for name in control.verbs))
        found = book.cache["guards", verb] = Plan(guards_of_verb, workflows, approvals_of_verb, covering, needs)
    return found


def guards(step: Step) -> dict[int, Verdict]:
    """By position, the verdict on every item."""
    is_machinery = step.verb.on in MACHINERY and (step.verb.internal or step.verb.on == "approval")
    if is_machinery or not step.items:
        return {}
    notes = session(step)
    asked = plan(notes.book, step.verb.name)
    resumed = approvals.granted(step)
    pinned = plan(rulebook(resumed["rulebook"]), step.verb.name) if resumed else asked
    if not asked.guards and not asked.workflows and not pinned.approvals:
        return {}
    scenes = scenes_of(step, notes, asked.needs | pinned.needs)
    if asked.covering:
        approvals.cover(step, notes, asked.covering, scenes)
    _meet(step, asked, scenes)
    judged = _judges(step, asked, scenes)
    override = overriding.cited(step, approvals.override_of(resumed))
    verdicts: dict[int, Verdict] = {}
    asks: dict[int, list[Ask]] = {}
    for item in step.items:
        verdict = verdicts[item.position] = Verdict()
        scene = scenes[item.position]
        for control in judged(item):
            if (ruling := control.rule(scene)) is not None:
                _enter(step, item, control, ruling, scene, verdict, override)
        if not step.ctx.is_system:
            asks[item.position] = _asks(step, item, pinned.approvals, scene, verdict, override)
    if override is not None:
        overriding.enter(step, override, verdicts)
    open_asks = {position: found for position, found in asks.items() if found and not verdicts[position].reasons}
    if open_asks:
        approvals.decide(step, notes, scenes, open_asks, verdicts, resumed)
    return verdicts


def _asks(
    step: Step, item: Item, asked: Sequence[ApprovalControl], scene: Scene, verdict: Verdict, override: Cited | None
) -> list[Ask]:
    """What approvals ask for the item; what they refuse goes to the verdict."""
    found: list[Ask] = []
    for approval in asked:
        answer = approval.ask(scene)
        if isinstance(answer, Ask):
            verdict.read.update(approval.reads(scene))
            if override is not None and override.lifts(approval.key, item):
                _lift(verdict, approval, override)
            else:
                found.append(answer)
        elif answer is not None:
            _enter(step, item, approval, answer, scene, verdict, override)
    return found


def scenes_of(step: Step, notes: Session, needs: Needs) -> dict[int, Scene]:
    """By position, the items with everything their controls need: acts in one statement, each list of lines in one."""
    records = [item.record for item in step.items if item.record is not None]
    lines.load_lists(step, needs.lists)
    is_lifting = step.verb.corrects and not step.is_preview and (LIFTS_BREACH,) in needs.facts
    lifted = lifting.lifts(step, notes) if is_lifting else {}
    signed = signing.signed(step.rows, step.verb.name, records) if needs.signatures else None
    found = {}
    for item in step.items:
        scene = scene_of(
            notes,
            step.verb,
            item,
            item.happened_at,
            step.ctx.actor,
            is_preview=step.is_preview,
        )
        scene.signatures = None if signed is None else signed.get(item.id, [])
        scene.lifts_breach = lifted.get(item.position)
        found[item.position] = scene
    deeds.put(step.rows, found.values(), needs)
    lines.follow(step.rows, found.values(), needs, notes.book.declared)
    notes.meet(person for scene in found.values() for path in needs.persons if (person := scene.get(path)))
    return found


def _meet(step: Step, asked: Plan, scenes: Mapping[int, Scene]) -> None:
    """Find everybody whom guards ask about, all together: who must have signed, who must have acted before."""
    places: list[tuple[Scene, str]] = []
    questions: list[Question] = []
    for scene in scenes.values():
        for control in asked.guards:
            for one in control.questions(scene):
                places.append((scene, control.key))
                questions.append(Question(one.people, one.scene))
    answers: dict[int, dict[str, list[tuple[UUID, ...]]]] = {}
    for (scene, key), people in zip(places, resolve(step.rows, step.now, questions), strict=True):
        answers.setdefault(id(scene), {}).setdefault(key, []).append(people)
    for scene in scenes.values():
        scene.people = answers.get(id(scene), {})


def _judges(step: Step, asked: Plan, scenes: Mapping[int, Scene]) -> Callable[[Item], Sequence[RulingGuard]]:
    """Which guards judge an item: those in force, but a workflow as it was when the record's round began."""
    if not asked.workflows or step.verb.creates:
        return lambda _item: asked.guards
    others = [control for control in asked.guards if control not in asked.workflows]
    begun = rounds.begun(step, asked.workflows)
    return lambda item: (*others, *rounds.pinned(step, asked.workflows, begun.get(item.id), scenes[item.position]))


def _enter(
    step: Step, item: Item, control: Guard, ruling: Ruling, scene: Scene, verdict: Verdict, override: Cited | None
) -> None:
    verdict.read.update(control.reads(scene))
    if ruling.reasons and override is not None and override.lifts(control.key, item):
        _lift(verdict, control, override)
        return
    verdict.controls.append((control.key, ruling.outcome))
    verdict.reasons.extend(ruling.reasons)
    verdict.warnings.extend(ruling.warnings)
    if control.also is not None and ruling.outcome in OBJECTED and not control.trial:
        args = control.also.given(scene)
        if scene.verb is not None and scene.verb.creates:
            args = {name: value for name, value in args.items() if value != scene.id}
        following = step.memo.setdefault("also", {}).setdefault(item.position, [])
        following.append(FollowUp(control.also.verb.name, None, args, None))


def _lift(verdict: Verdict, control: Guard, override: Cited) -> None:
    verdict.controls.append((control.key, "overridden"))
    verdict.override = override.id
