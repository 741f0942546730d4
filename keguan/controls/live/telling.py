"""What people are told of what they owe: reminders, breaches, escalations, and lists of these. Words only."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.scene import Scene
from keguan.controls.terms import left
from keguan.kernel.records.labels import Label, join
from keguan.org.notices import Message

if TYPE_CHECKING:
    from keguan.controls.live.overdue import Passed

MOST_NAMED = 10


def messages(step: "Passed", who: Sequence[tuple[UUID, ...]], now: dt.datetime) -> list[Message]:
    """What each person is told of one moment."""
    one, control = step.of, step.control
    if one.is_trial:
        return []
    thing = _thing(one.object_label, control)
    owed = control.owed
    if step.what == "remind":
        rest = left(one.due_at, now)
        text = Label("{thing}：“{owed}”{rest}", "{thing}: “{owed}”, {rest}").format(thing=thing, owed=owed, rest=rest)
    elif step.what == "due":
        text = Label("{thing}：“{owed}”已逾期", "{thing}: “{owed}” is overdue").format(thing=thing, owed=owed)
    else:
        text = _escalated(step, thing)
    people = dict.fromkeys(person for some in who for person in some)
    return [Message(person, text, one.control, one.object_type, one.object) for person in people]


def _thing(called: str | None, control: DeadlineControl) -> Label:
    return Label.typed(called) if called else control.type.label


def _escalated(step: "Passed", thing: Label) -> Label:
    control, owed = step.control, step.control.owed
    if control.escalate[step.n].hand_to is not None:
        return Label(
            "{thing}：“{owed}”逾期未办，依{clause}转由您办理",
            "{thing}: “{owed}” is overdue; under {clause} it passes to you",
        ).format(thing=thing, owed=owed, clause=Label.written(control.clause))
    return Label(
        "{thing}：“{owed}”逾期未办，依{clause}告知您", "{thing}: “{owed}” is overdue; you are told under {clause}"
    ).format(thing=thing, owed=owed, clause=Label.written(control.clause))


def listed(several: Sequence[tuple["Passed", Scene, tuple[UUID, ...]]]) -> list[Message]:
    """One list for each person, control and value of the fact that parts the lists."""
    groups: dict[tuple[UUID, str, int, Label], list[Passed]] = {}
    for step, scene, who in several:
        part = step.control.escalate[step.n].one_list_per
        value = part.kind.label(scene.get(part.path)) if part is not None else Label("", "")
        for person in who:
            groups.setdefault((person, step.of.control, step.n, value), []).append(step)
    found = []
    for (person, key, _, value), steps in groups.items():
        if steps[0].of.is_trial:
            continue
        control, owed = steps[0].control, steps[0].control.owed
        named = join([_thing(step.of.object_label, control) for step in steps[:MOST_NAMED]])
        found.append(Message(
            person,
            Label("{part}“{owed}”逾期未办 {count} 件：{named}{more}（依{clause}）",
                  "{part}“{owed}” is overdue on {count}: {named}{more} (under {clause})").format(
                part=Label("{value}：", "{value}: ").format(value=value) if value.zh else "", owed=owed,
                count=len(steps), named=named, more="……" if len(steps) > MOST_NAMED else "",
                clause=Label.written(control.clause),
            ),
            key, steps[0].of.object_type, steps[0].of.object if len(steps) == 1 else None,
        ))  # fmt: skip
    return found
