"""Guards: everything the rulebook says against a command's items, all reasons at once, and who must consent.

Order: requirements, prohibitions and workflows of every item first; approvals are asked only where nothing else
refuses. Reads only; what was decided goes to the events and to the evidence through the verdicts.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl, Ask
from keguan.controls.engines.guard import Guard, Needs, Ruling
from keguan.controls.live import approvals
from keguan.controls.live.session import Session, load_lists, scene_of, session
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step, Verdict
from keguan.kernel.commands.verbs import Item
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

MACHINERY = frozenset(("approval", "obligation"))


@dataclass(frozen=True)
class Plan:
    """What a rulebook asks of a verb: its guards, its approvals, what to load; compiled once per rulebook."""

    guards: tuple[Guard, ...]
    approvals: tuple[ApprovalControl, ...]
    covering: tuple[ApprovalControl, ...]
    needs: Needs


def plan(book: Rulebook, verb: str) -> Plan:
    """The plan for a verb."""
    found = book.cache.get(("guards", verb))
    if found is None:
        asked = [control for control in book.by_verb(verb) if isinstance(control, Guard) and control.is_configured]
        approvals_of_verb = tuple(control for control in asked if isinstance(control, ApprovalControl))
        guards_of_verb = tuple(control for control in asked if not isinstance(control, ApprovalControl))
        covering = tuple(
            control
            for control in book.controls
            if isinstance(control, ApprovalControl) and any(control.id in one.covers for one in asked)
        )
        needs = Needs()
        for control in (*asked, *covering):
            needs |= control.needs
        needs |= Needs(acts=frozenset(name for control in covering for name in control.verbs))
        found = book.cache["guards", verb] = Plan(guards_of_verb, approvals_of_verb, covering, needs)
    return found


def guards(step: Step) -> dict[int, Verdict]:
    """By position, the verdict on every item."""
    if step.verb.on in MACHINERY or not step.items:
        return {}
    notes = session(step)
    asked = plan(notes.book, step.verb.name)
    resumed = approvals.granted(step)
    pinned = plan(rulebook(resumed["rulebook"]), step.verb.name) if resumed else asked
    if not asked.guards and not pinned.approvals:
        return {}
    scenes = scenes_of(step, notes, asked.needs | pinned.needs)
    if asked.covering:
        approvals.cover(step, notes, asked.covering, scenes)
    verdicts: dict[int, Verdict] = {}
    asks: dict[int, list[Ask]] = {}
    for item in step.items:
        verdict = verdicts[item.position] = Verdict()
        scene = scenes[item.position]
        for control in asked.guards:
            if (ruling := control.rule(scene)) is not None:
                _enter(verdict, control, ruling, scene)
        if not step.ctx.is_system:
            for control in pinned.approvals:
                answer = control.ask(scene)
                if isinstance(answer, Ask):
                    asks.setdefault(item.position, []).append(answer)
                    verdict.read.update(control.reads(scene))
                elif answer is not None:
                    _enter(verdict, control, answer, scene)
    open_asks = {position: found for position, found in asks.items() if not verdicts[position].reasons}
    if open_asks:
        approvals.decide(step, notes, scenes, open_asks, verdicts, resumed)
    return verdicts


def scenes_of(step: Step, notes: Session, needs: Needs) -> dict[int, Scene]:
    """By position, the items with everything their controls need: acts in one statement, each list of lines in one."""
    records = [item.record for item in step.items if item.record is not None]
    load_lists(step, needs.lists)
    existing = [record.id for record in records]
    acts = notes.acts(existing, needs.acts)
    return {item.position: _scene(step, notes, item, acts) for item in step.items}


def _scene(step: Step, notes: Session, item: Item, acts: dict[UUID, dict[str, Any]]) -> Scene:
    return scene_of(
        notes, step.verb, item, item.happened_at, step.ctx.actor, acts=acts.get(item.id, {}), is_preview=step.is_preview
    )


def _enter(verdict: Verdict, control: Guard, ruling: Ruling, scene: Scene) -> None:
    verdict.controls.append((control.key, ruling.outcome))
    verdict.reasons.extend(ruling.reasons)
    verdict.warnings.extend(ruling.warnings)
    verdict.read.update(control.reads(scene))
