"""Duties of conduct, live: which may be observed on whom, the offence code of each, and the evidence. Reads only."""

from collections.abc import Mapping
from uuid import UUID

from keguan.controls.engines.conduct import ConductControl
from keguan.controls.live import evidence
from keguan.controls.live.session import session
from keguan.controls.observations import OBSERVATION
from keguan.kernel.commands.law import Decided, Step, Verdict
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions
from keguan.org.directory import Profile
from keguan.policies.engines import Rulebook

OBSERVE = "observation.observe"


def guard(step: Step, verdicts: dict[int, Verdict]) -> dict[int, Verdict]:
    """The verdicts with what is wrong about an observation: no such duty, another way of observing, not his duty."""
    if step.verb.name != OBSERVE:
        return verdicts
    notes = session(step)
    notes.meet(item["person"] for item in step.items if item["person"])
    for item in step.items:
        reason = _wrong(notes.book, item, notes.profile(item["person"]) if item["person"] else None)
        if reason is not None:
            verdicts.setdefault(item.position, Verdict()).reasons.append(reason)
    return verdicts


def _wrong(book: Rulebook, item: Item, profile: Profile | None) -> Reason | None:
    control = book.by_key.get(item["control"] or "")
    if not isinstance(control, ConductControl):
        known = [one.key for one in book.of_engine("conduct")]
        near = suggestions(item["control"] or "", known)
        cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else None
        message = Label("没有这一条行为规范", "there is no such duty of conduct")
        return Reason(message, cure, field="control", kind="input")
    if control.seen_in and item["source"] not in control.seen_in:
        listed = "、".join(control.seen_in)
        message = Label(f"这一条只从这些途径观察：{listed}", f"this duty is observed in: {listed}")
        return Reason(message, None, control.citation, "source", "guard")
    if profile is None or not control.concerns(profile.roles):
        message = Label("这一条不是对他的岗位说的", "this duty does not concern his post")
        return Reason(message, None, control.citation, "person", "guard")
    return None


def decide(step: Step, found: dict[int, Decided]) -> dict[int, Decided]:
    """What was decided, with the offence code and tier of observations as the clause gives them."""
    if step.verb.name != OBSERVE:
        return found
    book = session(step).book
    for item in step.items:
        control = book.by_key.get(item["control"] or "")
        if isinstance(control, ConductControl):
            facts = {"code": control.code, "tier": control.tier}
            one = found.get(item.position, Decided({}))
            controls = (*one.controls, (control.key, "observed"))
            found[item.position] = Decided({**one.facts, **facts}, controls, one.entries)
    return found


def shown(step: Step, done: Mapping[int, UUID]) -> list[evidence.Shown]:
    """Evidence of the duty: observed, kept or broken once confirmed, dismissed."""
    if step.verb.on != OBSERVATION.name:
        return []
    found = []
    for item in step.items:
        after = step.after.get(item.position)
        if item.position not in done or after is None:
            continue
        outcome = {"confirmed": "broken" if after["is_offence"] else "kept"}.get(after["state"], after["state"])
        found.append(evidence.Shown(
            after["control"], outcome, step.verb.name, step.verb.on, item.id, item.happened_at, step.rulebook,
            event=done[item.position], actor=step.ctx.actor,
            unit=session(step).unit_for(after["unit"], after["person"]),
        ))  # fmt: skip
    return found
