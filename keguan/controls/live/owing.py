"""Obligations of a command's records: opened, met, paused, extended, cancelled, moved with whoever owes them.

Which term and whose version counts is decided when one opens; `clocks.judge` says how it ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live import acting, correcting, evidence, looking, obligations, opening, waiving, watching
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.opening import question
from keguan.controls.live.overdue import chained
from keguan.controls.live.plans import Plan, plan
from keguan.controls.live.session import Session
from keguan.controls.marks import Cancel, Opening
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.policies.rulebooks import rulebook

__all__ = ["owe", "plan"]


@dataclass(frozen=True)
class _Waiting:
    """An obligation that is to open, and what is shown instead where its term lacks a fact."""

    new: Running
    control: DeadlineControl
    scene: Scene
    undetermined: evidence.Shown


@dataclass
class _Owing:
    """One command's obligations while they are worked out."""

    step: Step
    notes: Session
    asked: Plan
    judging: Judging
    running: dict[UUID, list[Running]]
    looked: Mapping[int, Scene]
    opened: list[Running] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    undetermined: list[evidence.Shown] = field(default_factory=list)
    ended: list[tuple[Running, Scene]] = field(default_factory=list)
    questions: list[tuple[Running, Question]] = field(default_factory=list)


def owe(
    step: Step, notes: Session, items: Sequence[Item], scenes: Mapping[int, Scene]
) -> tuple[list[evidence.Shown], list[tuple[Running, Scene]]]:
    """Open, meet, pause, extend, cancel and re-address obligations; gives the evidence, and those that ended."""
    asked = plan(notes.book, step.verb.name)
    targets = {item.position: acting.touched(step, asked, item) for item in items}
    running: dict[UUID, list[Running]] = {}
    for one in obligations.open_ones(step.rows, {key for keys in targets.values() for key in keys}):
        running.setdefault(one.object, []).append(one)
    work = _Owing(
        step, notes, asked, Judging(step.now, step.verb.name, step.ctx.actor), running, looking.before(step, scenes)
    )
    asked_at = acting.requested_at(step) if step.ctx.approval else None
    for item in items:
        scene = scenes[item.position]
        _act(
            work, item, scene, [one for key in sorted(targets[item.position]) for one in running.get(key, ())], asked_at
        )
        _open(work, item, scene)
        _readdress(work, item, scene)
    _place(step, notes, work.questions)
    _set_going(work)
    rejudged = _set_right(work, items, running)
    correcting.withdraw(work.judging, running, step.now, step.events[items[0].position], notes.book)
    obligations.insert(step.rows, work.opened)
    fresh = {id(one) for one in work.opened}
    held = [one for some in running.values() for one in some if id(one) not in fresh]
    obligations.update(step.rows, {one.id: one for one in (*held, *rejudged)}.values())
    _review(work, [*work.opened, *held, *rejudged])
    waiving.follow(step, asked, items, scenes)
    step.memo.setdefault("rejudged", []).extend(work.judging.rejudged)
    return work.judging.shown + work.undetermined, work.ended


def _set_right(work: _Owing, items: Sequence[Item], running: Mapping[UUID, Sequence[Running]]) -> list[Running]:
    """Clocks judged anew because something was recorded wrongly, or the whole record was, or was not after all."""
    step, verb = work.step, work.step.verb
    if verb.corrects:
        return correcting.correct(step, work.notes, items, work.judging, running)
    if verb.voids:
        return correcting.void(step, items, work.judging, running)
    return correcting.reinstate(step, work.notes, items, work.judging, running) if verb.reinstates else []


def _act(work: _Owing, item: Item, scene: Scene, mine: Sequence[Running], asked_at: object) -> None:
    """What the act means for what is owed already: it meets, pauses, extends or ends it."""
    step, event = work.step, work.step.events[item.position]
    for one, mark in acting.marks(step, item, scene, mine, asked_at):
        one.mark(mark)
        _judge(work, one, scene, event)
    for one in mine:
        control = one.version
        if control is not None and one.is_open and work.asked.ends_with(control):
            one.mark(Cancel(scene.at, event))
            _judge(work, one, scene, event)


def _judge(work: _Owing, one: Running, scene: Scene, event: UUID) -> None:
    was_open = one.is_open
    found = work.judging.apply(one, work.notes.book, event)
    if was_open and found.end is not None:
        work.ended.append((one, scene))


def _open(work: _Owing, item: Item, scene: Scene) -> None:
    step = work.step
    event = step.events[item.position]
    if step.verb.corrects or step.verb.voids or step.verb.reinstates:
        return
    for control in work.asked.opening:
        answers = [act.when.test(scene) for act in control.after if act.verb.name == step.verb.name]
        if any(answers) and control.counts_on(scene.at):
            _start(work, control, item, scene, event)
        elif None in answers and not any(answers):
            work.undetermined.append(_unknown(work, control, item, event))
    for control, key, kind in watching.turns(
        work.asked, item, scene, work.running.get(item.id, ()), work.looked.get(item.position)
    ):
        if kind == "open":
            _start(work, control, item, scene, event, [key])
        elif kind == "unknown":
            work.undetermined.append(_unknown(work, control, item, event))
    for one, ending in list(work.ended):
        if one.state == "kept":
            for control in chained(rulebook(one.rulebook), one.control, "kept"):
                if ending is scene and not _is_running(work, control, one.object, scene):
                    _start(work, control, item, scene, event)


def _start(
    work: _Owing, control: DeadlineControl, item: Item, scene: Scene, event: UUID, keys: Sequence[str] | None = None
) -> None:
    """Open the control's clocks that the act starts, one for each key."""
    step = work.step
    where = acting.target(step, control, item)
    if where is None:
        return
    record_type, target, values = where
    for key in opening.keys_of(control, scene) if keys is None else keys:
        mine = [one for one in work.running.get(target, ())
                if one.control == control.key and one.key == key and one.is_open]  # fmt: skip
        if mine and control.again == "ignore":
            continue
        for one in mine if control.again == "restart" else ():
            one.mark(Opening(scene.at, one.due_at, event))
            _judge(work, one, scene, event)
        seen = opening.with_key(control, scene, key)
        place = opening.place_of(record_type, target, values, key)
        new = opening.waiting(control, place, scene.at, event, step.now, step.rulebook)
        work.waiting.append(_Waiting(new, control, seen, _unknown(work, control, item, event)))
        work.running.setdefault(target, []).append(new)
        work.questions.append((new, question(control, control.by, seen)))


def _readdress(work: _Owing, item: Item, scene: Scene) -> None:
    """What is owed on a record whose facts changed is owed by whoever it concerns now, unless it was handed on."""
    if item.record is None or not acting.is_moved(item, scene):
        return
    for one in work.running.get(item.id, ()):
        control = one.version
        if control is None or not one.is_open or control.is_apart or not one.marks:
            continue
        step = one.handed_to
        who = control.by if step is None else control.escalate[step].hand_to or control.by
        work.questions.append((one, question(control, who, opening.with_key(control, scene, one.key))))


def _place(step: Step, notes: Session, questions: Sequence[tuple[Running, Question]]) -> None:
    """Who owes, and in which unit: the record's, else that of the person who owes."""
    answers = resolve(step.rows, step.now, [question for _, question in questions])
    places = [(one, who, question.scene.fact(question.scene.type.unit) if question.scene.type.unit else None)
              for (one, question), who in zip(questions, answers, strict=True)]  # fmt: skip
    notes.meet(who[0] for _, who, unit in places if unit is None and who)
    for one, who, of_record in places:
        unit = notes.unit_for(of_record, who[0] if who else None)
        if list(who) != one.people or unit != one.unit:
            one.people, one.unit, one.is_changed = list(who), unit, True


def _set_going(work: _Owing) -> None:
    """Set the clocks whose owners are known now; one whose term cannot be told opens nothing and is undetermined."""
    step = work.step
    known = step.memo.setdefault("clocks", {})
    adopted_at = step.now if step.ctx.imported else None
    for one in work.waiting:
        if opening.start(one.new, one.control, one.scene, work.notes.book, known, adopted_at):
            work.opened.append(one.new)
            if not one.new.is_adopted:
                work.judging.start(one.new)
        else:
            work.undetermined.append(one.undetermined)
            work.running[one.new.object].remove(one.new)


def _unknown(work: _Owing, control: DeadlineControl, item: Item, event: UUID) -> evidence.Shown:
    """What is shown where a fact is missing: nothing opens, and it is said."""
    step = work.step
    after = step.after.get(item.position, {})
    unit = after.get(step.verb.type.unit) if step.verb.type.unit else None
    return evidence.Shown(
        control.key, "undetermined", step.verb.name, step.verb.on, item.id, item.happened_at, step.rulebook,
        event=event, actor=step.ctx.actor, unit=work.notes.unit_for(unit, step.ctx.actor),
    )  # fmt: skip


def _is_running(work: _Owing, control: DeadlineControl, target: UUID, scene: Scene) -> bool:
    return any(one.control == control.key and one.opened_at == scene.at for one in work.running.get(target, ()))


def _review(work: _Owing, several: Sequence[Running]) -> None:
    """What was over when it was recorded is judged at once, by a command that follows."""
    step = work.step
    late = {one.object: one for one in several if one.next_at is not None and one.next_at <= step.now}
    if late:
        first = step.items[0].position
        step.follow_ups.setdefault(first, []).extend(
            FollowUp("obligation.review", one.id, {}, None, together=True) for one in late.values()
        )
