"""Decisions: facts that clauses set once the body is done, who may overrule them, and how long that holds.

Reads only; the kernel writes the facts with the item. How a record stands under each decision is kept beside it
(`controls_decision`), written by `keep` with the event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from keguan.controls.engines.decision import NOT_RATED, DecisionControl, Result
from keguan.controls.engines.decision_verbs import overrule_name, reassess_name
from keguan.controls.engines.guard import Needs
from keguan.controls.live import deeds, evidence, lines, measures
from keguan.controls.live.session import scene_of, session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Decided, Step, Verdict
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import BadValue, empty
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

STANDING = "select object, control, is_overridden from controls_decision where object = any(%s) and control = any(%s)"


@dataclass
class _Found:
    """What one decision says of one item before people are resolved."""

    item: Item
    control: DecisionControl
    scene: Scene
    outcome: str
    value: Any = None
    result: Result | None = None


def of(book: Rulebook, verb: str) -> tuple[DecisionControl, ...]:
    """The decisions that a verb may have redone, on its own record."""
    found = book.cache.get(("decisions", verb))
    if found is None:
        on = vocabulary.verbs[verb].on
        found = book.cache["decisions", verb] = tuple(
            control
            for control in book.by_verb(verb, "decision")
            if isinstance(control, DecisionControl) and control.is_configured and control.type.name == on
        )
    return found


def needs(book: Rulebook, verb: str) -> Needs:
    """What decisions of the verb need loaded."""
    found = Needs()
    for control in of(book, verb):
        found |= control.needs
    return found


def guard(step: Step, verdicts: dict[int, Verdict]) -> dict[int, Verdict]:
    """The verdicts with what decisions say: a decided fact is set by hand only by those who may overrule it."""
    notes = session(step)
    asked = [(control, item, given) for control in of(notes.book, step.verb.name) for item in step.items
             if (given := _by_hand(step, control, item))]  # fmt: skip
    if step.verb.name == overrule_name(step.verb.type):
        known = {control.fact.name for control in of(notes.book, step.verb.name)}
        for item in step.items:
            if item["fact"] not in known:
                message = Label(f"“{item['fact']}”不是由条款评定的", f"{item['fact']} is decided by no clause")
                names = ", ".join(sorted(known)) or "—"
                cure = Label(f"可改定：{names}", f"decided facts: {names}")
                verdicts.setdefault(item.position, Verdict()).reasons.append(
                    Reason(message, cure, field="fact", kind="input"))  # fmt: skip
    if step.ctx.is_system or not asked:
        return verdicts
    questions = [Question(control.override_by.people, _scene(step, item))
                 for control, item, _ in asked if control.override_by]  # fmt: skip
    answers = iter(resolve(step.rows, step.now, questions))
    for control, item, reason in asked:
        people = next(answers) if control.override_by else ()
        if step.ctx.actor not in people:
            who = control.override_by.label() if control.override_by else Label("无人", "nobody")
            message = Label(f"“{control.fact.label.zh}”由条款评定，只有{who.zh}可以改定",
                            f"a clause decides “{control.fact.label.en}”; {who.en} may override it")  # fmt: skip
            cure = Label("去掉这一项，让条款来定", "leave it out and let the clause decide")
            found = Reason(message, cure, control.citation, reason or control.fact.name, "guard")
            verdict = verdicts.setdefault(item.position, Verdict())
            if control.trial:
                verdict.controls.append((control.key, "recorded"))
            else:
                verdict.reasons.append(found)
                verdict.controls.append((control.key, "refused"))
    return verdicts


def decide(step: Step) -> dict[int, Decided]:
    """By position, what the rulebook's decisions make of the items, and the balances that its measures move."""
    found = _decisions(step)
    for position, one in measures.entries(step).items():
        other = found.get(position, Decided({}))
        found[position] = Decided(other.facts, other.controls + one.controls, one.entries)
    return found


def _decisions(step: Step) -> dict[int, Decided]:
    notes = session(step)
    asked = [control for control in of(notes.book, step.verb.name) if not control.trial]
    step.memo["decided"] = []
    if not asked or (step.ctx.imported and step.verb.on in ("approval", "batch")):
        return {}
    held = _overridden(step, asked)
    scenes = {
        item.position: scene_of(
            notes, step.verb, item, item.happened_at, step.ctx.actor, record=step.after[item.position]
        )
        for item in step.items
    }
    deeds.put(step.rows, scenes.values(), needs(notes.book, step.verb.name))
    lines.follow(step.rows, scenes.values(), needs(notes.book, step.verb.name), notes.book.declared)
    found: list[_Found] = []
    for item in step.items:
        for control in asked:
            one = _found(step, control, item, scenes[item.position], (item.id, control.key) in held)
            if one is not None:
                found.append(one)
    waiting = [one for one in found if one.result is not None and one.result.who is not None]
    answers = resolve(step.rows, step.now, [Question(one.result.who.people, one.scene)  # type: ignore[union-attr]
                                            for one in waiting])  # fmt: skip
    for one, people in zip(waiting, answers, strict=True):
        one.value = people[0] if people else None
        if not people:
            one.outcome = f"decided:{NOT_RATED.row}"
    step.memo["decided"] = found
    decided: dict[int, Decided] = {}
    for one in found:
        before = decided.get(one.item.position, Decided({}))
        facts = _with(step, one, before.facts)
        decided[one.item.position] = Decided(facts, (*before.controls, (one.control.key, one.outcome)))
        step.after[one.item.position] = {**step.after[one.item.position], **facts}
    return decided


def _found(  # noqa: PLR0911 – one answer for each way it may go
    step: Step, control: DecisionControl, item: Item, scene: Scene, is_held: bool
) -> _Found | None:
    before = item.record.values if item.record is not None else None
    if step.verb.name == overrule_name(step.verb.type):
        if item["fact"] != control.fact.name:
            return None
        try:
            return _Found(item, control, scene, "overridden", control.fact.kind.parse(item["value"]))
        except BadValue:
            return None
    if _by_hand(step, control, item):
        return _Found(item, control, scene, "overridden", scene.without_arguments().fact(control.fact.name))
    lifts = step.verb.name == reassess_name(step.verb.type) and item["lift"] is True
    if not control.is_due(step.verb, before, scene) and not is_held:
        return None
    seen = scene.without_arguments()
    if is_held and not lifts and (control.until.is_always or control.until.test(seen) is not True):
        return None
    applies = control.gate.test(seen)
    if applies is False:
        return None
    ruled = control.rule(seen) if applies else NOT_RATED
    if ruled is None:
        return None
    outcome = f"decided:{ruled.row}"
    if ruled.result is None:
        return _Found(item, control, scene, outcome)
    value = seen.get(ruled.result.name.path) if ruled.result.name else ruled.result.value
    return _Found(item, control, seen, outcome, value, ruled.result)


def _by_hand(step: Step, control: DecisionControl, item: Item) -> str:
    """The argument by which somebody sets the decided fact himself; empty where nobody does."""
    if step.verb.name == overrule_name(step.verb.type):
        return "value" if item["fact"] == control.fact.name else ""
    before = item.record.values if item.record is not None else {}
    name = control.fact.name
    if name in item.args and step.verb.argument(name) is not None:
        return name if item.args[name] != before.get(name) and not empty(item.args[name]) else ""
    declared = step.verb.type.declared
    given = (item.args.get(declared) or {}) if declared else {}
    if declared and name in given and step.verb.argument(declared) is not None:
        return name if given[name] != (before.get(declared) or {}).get(name) and not empty(given[name]) else ""
    return ""


def _with(step: Step, one: _Found, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the item with the decided one; a declared field stands in the fact that holds them."""
    name, kind = one.control.fact.name, step.verb.type
    if name in kind.by_name or kind.declared is None:
        return {**facts, name: one.value}
    held = {**(step.after[one.item.position].get(kind.declared) or {}), **facts.get(kind.declared, {})}
    value = None if one.value is None else one.control.fact.kind.to_json(one.value)
    return {**facts, kind.declared: {**held, name: value}}


def _overridden(step: Step, asked: Sequence[DecisionControl]) -> set[tuple[UUID, str]]:
    """The decisions that were overruled on these records. One statement; none where nobody may overrule."""
    keys = [control.key for control in asked if control.override_by is not None]
    objects = [item.id for item in step.items if item.record is not None]
    if not keys or not objects:
        return set()
    rows = step.rows.select(STANDING, [objects, keys])
    return {(row["object"], row["control"]) for row in rows if row["is_overridden"]}


def _scene(step: Step, item: Item) -> Scene:
    return scene_of(session(step), step.verb, item, item.happened_at, step.ctx.actor)


def keep(step: Step, done: Mapping[int, UUID]) -> list[evidence.Shown]:
    """After the events: how records stand under their decisions, and the evidence. Two statements; none for none."""
    notes = session(step)
    found: list[_Found] = [one for one in step.memo.pop("decided", ()) if one.item.position in done]
    _standing(step.rows, step, found, done)
    shown = []
    for one in found:
        unit = one.scene.fact(step.verb.type.unit) if step.verb.type.unit else None
        outcome = "undetermined" if one.outcome.endswith(NOT_RATED.row) else one.outcome.partition(":")[0]
        shown.append(evidence.Shown(
            one.control.key, outcome, step.verb.name, step.verb.on, one.item.id, one.item.happened_at, step.rulebook,
            event=done[one.item.position], actor=step.ctx.actor, unit=notes.unit_for(unit, step.ctx.actor),
        ))  # fmt: skip
    return shown


def _standing(rows: Rows, step: Step, found: Sequence[_Found], done: Mapping[int, UUID]) -> None:
    if not found:
        return
    pairs = [(one.item.id, one.control.key) for one in found]
    known = {
        (row["object"], row["control"]): row["id"]
        for row in rows.select(
            "select id, object, control from controls_decision where object = any(%s) and control = any(%s)",
            [[key for key, _ in pairs], [control for _, control in pairs]],
        )
    }
    fresh, changed = [], []
    for one in found:
        key = (one.item.id, one.control.key)
        values = (one.outcome, one.outcome == "overridden", done[one.item.position], step.now)
        if key in known:
            changed.append((known[key], *values))
        else:
            fresh.append((uuid7(step.now), *key, *values))
    rows.insert(
        "controls_decision", ("id", "object", "control", "outcome", "is_overridden", "event", "decided_at"), fresh
    )
    rows.update("controls_decision", "id", {"outcome": "text", "is_overridden": "boolean", "event": "uuid",
                                            "decided_at": "timestamptz"}, changed)  # fmt: skip


def elsewhere(step: Step, done: Sequence[Item]) -> None:
    """Acts on other records that have linked ones decided anew: by a command of its own for each."""
    notes = session(step)
    for control in notes.book.by_verb(step.verb.name, "decision"):
        if not isinstance(control, DecisionControl) or not control.is_configured or control.trial:
            continue
        for verb, link in control.elsewhere:
            if verb != step.verb.name:
                continue
            for item in done:
                scene = replace(_scene(step, item), record=step.after.get(item.position, {}))
                key = scene.get((link,))
                if isinstance(key, UUID) and _is_meant(control, scene):
                    follow = FollowUp(reassess_name(control.type), key, {}, None)
                    step.follow_ups.setdefault(item.position, []).append(follow)


def _is_meant(control: DecisionControl, scene: Scene) -> bool:
    return any(scene.verb and act.verb.name == scene.verb.name and act.when.test(scene) for act in control.after)
