"""What an act means for clocks: whose they are, whether it meets, pauses, extends or ends them. Writes nothing."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.acts import Act
from keguan.controls.engines.deadline import DeadlineControl, Extending
from keguan.controls.engines.recurrence import midnight
from keguan.controls.live import watching
from keguan.controls.live.obligations import Running
from keguan.controls.live.plans import Plan
from keguan.controls.marks import Cancel, Closing, Extension, Mark, Pause, Resume
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary

ASKED = "select requested_at from controls_approval where id = %s"


def touched(step: Step, asked: Plan, item: Item) -> set[UUID]:
    """The records whose clocks the act may move: its own, and those that it names and moves."""
    found = {item.id}
    for name in {*step.verb.touches, *asked.via}:
        value = named(item, name)
        found |= set(value) if isinstance(value, list) else {value} if value is not None else set()
    return found


def named(item: Item, name: str) -> Any:
    """What a reference of the act points to: its argument, else the fact as it was before."""
    value = item.args.get(name)
    return item.record.values.get(name) if value is None and item.record is not None else value


def target(step: Step, control: DeadlineControl, item: Item) -> tuple[RecordType, UUID, Mapping[str, Any]] | None:
    """The record whose clock an opening act starts, with its facts; nothing where the reference is empty."""
    if step.verb.on == control.type.name:
        return step.verb.type, item.id, step.after.get(item.position, {})
    link = control.via.get(step.verb.name)
    key = named(item, link) if link else None
    if key is None or link is None:
        return None
    record = item.links.get(link)
    return vocabulary.types[control.type.name], key, record.values if record is not None else {}


def requested_at(step: Step) -> dt.datetime | None:
    """When the command that an approval resumes was asked for. One statement."""
    if "requested_at" not in step.memo:
        rows = step.rows.select(ASKED, [step.ctx.approval])
        step.memo["requested_at"] = rows[0]["requested_at"] if rows else None
    found: dt.datetime | None = step.memo["requested_at"]
    return found


def is_moved(item: Item, scene: Scene) -> bool:
    """Whether the act changed any fact of its record."""
    return item.record is not None and any(
        value != item.record.values.get(name) for name, value in scene.record.items()
    )


def marks(
    step: Step, item: Item, scene: Scene, mine: Sequence[Running], asked_at: Any
) -> Iterator[tuple[Running, Mark]]:
    """What the act does to each clock that is open, each under the control as it was when the clock opened."""
    if step.verb.corrects or step.verb.voids:
        if step.verb.voids:
            event = step.events[item.position]
            yield from ((one, Cancel(scene.at, event)) for one in mine if one.is_open and one.object == item.id)
        return
    met: set[tuple[str, UUID, str]] = set()
    for one in in_turn(mine, scene.at):
        control = one.version
        if control is None or not _is_meant(step, control, item, one):
            continue
        event = step.events[item.position]
        place = (one.control, one.object, one.key)
        if place not in met and (_matches(control.do, step.verb, scene) or _holds(step, control, scene)):
            met.add(place)
            is_asked = control.counts_request and asked_at is not None
            yield one, Closing(asked_at if is_asked else scene.at, event)
        elif _matches(control.cancel, step.verb, scene) or (
            step.verb.on == control.type.name and watching.is_over(control, one, scene)
        ):
            yield one, Cancel(scene.at, event)
        elif _matches(control.pause, step.verb, scene):
            yield one, Pause(scene.at, event)
        elif _matches(control.resume, step.verb, scene):
            yield one, Resume(scene.at, None, event)
        else:
            for part in control.extending.get(step.verb.name, ()):
                given = sum(body["kind"] == "extend" for body in one.marks)
                if part.act.when.test(scene) and (part.most is None or given < part.most):
                    yield one, _extension(part, scene, event)


def in_turn(mine: Sequence[Running], at: dt.datetime) -> list[Running]:
    """The clocks in the order in which an act meets them: that of the period it falls in, then the oldest."""

    def order(one: Running) -> tuple[bool, dt.datetime, UUID]:
        control = one.version
        ends_at = control.ends_at(one.opened_at) if control is not None and control.every is not None else None
        is_now = ends_at is not None and one.opened_at <= at < ends_at
        return (not is_now, one.opened_at, one.id)

    return sorted((one for one in mine if one.is_open), key=order)


def _is_meant(step: Step, control: DeadlineControl, item: Item, one: Running) -> bool:
    """Whether the act is about the clock: it reaches the clock's record, and names its key or none."""
    if step.verb.on == control.type.name:
        is_there = one.object == item.id
    else:
        link = control.via.get(step.verb.name)
        is_there = bool(link) and named(item, link or "") == one.object
    if not is_there:
        return False
    key = control.key_of(item.args)
    if control.is_apart:
        given = item.args.get(control.source.name)
        key = str(item.id) if step.verb.on == control.source.name else None if given is None else str(given)
    return key is None or key == one.key


def _matches(acts: Sequence[Act], verb: Verb, scene: Scene) -> bool:
    return any(act.verb.name == verb.name and act.when.test(scene) for act in acts)


def _holds(step: Step, control: DeadlineControl, scene: Scene) -> bool:
    """Whether the state that must hold holds now."""
    return control.hold is not None and step.verb.on == control.type.name and bool(control.hold.test(scene))


def _extension(part: Extending, scene: Scene, event: UUID) -> Extension:
    if part.argument is not None:
        value = scene.get((part.argument,))
        if isinstance(value, dt.datetime):
            return Extension(scene.at, None, event, None, value)
        if isinstance(value, dt.date):
            return Extension(scene.at, None, event, None, midnight(value + dt.timedelta(days=1)))
        return Extension(scene.at, None, event, str(value) if value else None)
    return Extension(scene.at, None, event, part.term.text if part.term is not None else None)
