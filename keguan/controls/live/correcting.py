"""Clocks after a correction or a voiding: judged anew by what really happened, both judgements kept."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.live import evidence, obligations, terming
from keguan.controls.live.judging import VOID, Judging, opening_of
from keguan.controls.live.obligations import Running
from keguan.controls.live.opening import with_key
from keguan.controls.live.session import Session, scene_of
from keguan.controls.marks import Cancel, Opening
from keguan.controls.scene import Scene
from keguan.controls.terms import calendar_for
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

STANDING = """
    select id, control, object_type, object, happened_at, unit from controls_evidence e
    where object = any(%s) and outcome not in ('lifted', 'void')
    and not exists (select 1 from controls_evidence r where r.replaces = e.id)
"""

VOIDED_BY = """
    select distinct on (object) object, event from kernel_event_object
    where object = any(%s) and verb = any(%s) and touched order by object, n desc
"""
# A clock's own evidence is shown anew as the clock is judged; what reactions to its judgements showed is as it was.
VOIDED = """
    select e.*, v.id as void from controls_evidence v join controls_evidence e on e.id = v.replaces
    left join controls_obligation o on o.id = e.obligation and o.control = e.control
    where v.object = any(%s) and v.outcome = 'void' and o.id is null
    and not exists (select 1 from controls_evidence r where r.replaces = v.id)
"""


def correct(
    step: Step, notes: Session, items: Sequence[Item], judging: Judging, running: Mapping[UUID, Sequence[Running]]
) -> list[Running]:
    """Re-judge the clocks whose marks cite a corrected event, or whose term read a corrected fact. One statement."""
    known = {one.id: one for some in running.values() for one in some}
    rows = obligations.all_of(step.rows, [item.id for item in items])
    found = [known.get(one.id, one) for one in rows]
    changed = []
    for item in items:
        scene = scene_of(notes, step.verb, item, item.happened_at, step.ctx.actor,
                         record=step.after.get(item.position, {}), acts={})  # fmt: skip
        facts = {name for name, value in scene.record.items() if item.record and value != item.record.values.get(name)}
        for one in found:
            if one.object != item.id:
                continue
            is_cited = item.cited is not None and one.cites(item.cited.id)
            if is_cited and item.cited is not None:
                _move(one, item.cited.id, item["actual_at"])
            if is_cited or _reads(one, facts):
                _retime(one, scene, notes)
                judging.apply(one, notes.book, step.events[item.position])
                changed.append(one)
    return [one for one in changed if one.id not in known]


def _clocks(step: Step, events: Mapping[UUID, UUID], running: Mapping[UUID, Sequence[Running]]) -> list[Running]:
    """All clocks of these records, those that run as the command has them in hand already."""
    known = {one.id: one for some in running.values() for one in some}
    return [known.get(one.id, one) for one in obligations.all_of(step.rows, list(events))]


def void(
    step: Step, items: Sequence[Item], judging: Judging, running: Mapping[UUID, Sequence[Running]]
) -> list[Running]:
    """What was shown on a record entered in error counts no more; gives its clocks. Two statements."""
    events = {item.id: step.events[item.position] for item in items}
    rows = _clocks(step, events, running)
    for one in rows:
        judging.void(one, events[one.object])
    gone = {shown.replaces for shown in judging.shown}
    for row in step.rows.select(STANDING, [list(events)]):
        if row["id"] not in gone:
            judging.shown.append(evidence.Shown(
                row["control"], VOID, step.verb.name, row["object_type"], row["object"], row["happened_at"],
                step.rulebook, event=events[row["object"]], actor=step.ctx.actor, unit=row["unit"],
                replaces=row["id"],
            ))  # fmt: skip
    return rows


def reinstate(
    step: Step, notes: Session, items: Sequence[Item], judging: Judging, running: Mapping[UUID, Sequence[Running]]
) -> list[Running]:
    """What was shown on a record counts again, and its clocks go on as if it had never been voided.

    Gives the clocks. Three statements.
    """
    events = {item.id: step.events[item.position] for item in items}
    voiding = [verb.name for verb in vocabulary.verbs.values() if verb.on == step.verb.on and verb.voids]
    ended = {row["object"]: str(row["event"]) for row in step.rows.select(VOIDED_BY, [list(events), voiding])}
    rows = _clocks(step, events, running)
    for one in rows:
        left = [body for body in one.marks if body["kind"] != "cancel" or body.get("event") != ended.get(one.object)]
        one.marks, one.is_changed = left, True
        judging.apply(one, notes.book, events[one.object])
    for row in step.rows.select(VOIDED, [list(events)]):
        judging.shown.append(evidence.Shown(
            row["control"], row["outcome"], row["verb"], row["object_type"], row["object"], row["happened_at"],
            row["rulebook"], event=row["event"], attempt=row["attempt"], obligation=row["obligation"],
            actor=row["actor"], unit=row["unit"], replaces=row["void"],
        ))  # fmt: skip
    return rows


def withdraw(
    judging: Judging, running: Mapping[UUID, Sequence[Running]], at: dt.datetime, event: UUID, book: Rulebook
) -> None:
    """What a breach started is owed no more once the breach is lifted."""
    for one, outcome, fallen in list(judging.rejudged):
        for other in running.get(one.object, ()) if outcome == "broken" and fallen is not None else ():
            if other.opened_event == fallen and other.is_open:
                other.mark(Cancel(at, event))
                judging.apply(other, book, event)


def _move(one: Running, event: UUID, at: dt.datetime) -> None:
    """The marks of an event stand where it really happened."""
    one.marks = [
        {**body, "at": at.isoformat()} if body.get("event") == str(event) and body["kind"] in marking.KINDS else body
        for body in one.marks
    ]
    one.is_changed = True


def _reads(one: Running, facts: set[str]) -> bool:
    """Whether the term of a clock that runs reads one of these facts."""
    control = one.version
    if control is None or not one.is_open or not facts:
        return False
    term = control.within
    names = {(one.fact or "").rpartition(".")[2] for one in term.every()}
    names |= {name.path[-1] for when in term.conditions() for name in when.names()}
    return not names.isdisjoint(facts)


def _retime(one: Running, scene: Scene, notes: Session) -> None:
    """The clock as its term sets it from where it really began."""
    control, opening = one.version, opening_of(one)
    if control is None:
        return
    seen = with_key(control, replace(scene, at=opening.at, type=control.source), one.key)
    timing = terming.timing(
        control,
        seen,
        opening.at,
        calendar_for(notes.book, one.unit, one.people),
        notes.book.versions.get(control.policy),
    )
    if timing is None:
        return
    first = True
    bodies = []
    for body in one.marks:
        is_it = first and body["kind"] == "open"
        bodies.append(marking.written(Opening(opening.at, timing.due_at, opening.event)) if is_it else body)
        first = first and not is_it
    one.marks, one.term, one.opened_at, one.is_changed = bodies, timing.body, opening.at, True
