"""What people are told of what they owe: reminders, breaches, escalations, and lists of these. Words only."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.controls.scene import Scene
from keguan.controls.terms import left
from keguan.kernel.records.labels import Label
from keguan.org.notices import Message

if TYPE_CHECKING:
    from keguan.controls.live.overdue import Passed

MOST_NAMED = 10


def messages(step: "Passed", who: Sequence[tuple[UUID, ...]], now: dt.datetime) -> list[Message]:
    """What each person is told of one moment."""
    one, control = step.of, step.control
    if one.is_trial:
        return []
    thing = one.object_label or control.type.label.zh
    owed = control.owed
    if step.what == "remind":
        rest = left(one.due_at, now)
        text = Label(f"{thing}：“{owed.zh}”{rest.zh}", f"{thing}: “{owed.en}”, {rest.en}")
    elif step.what == "due":
        text = Label(f"{thing}：“{owed.zh}”已逾期", f"{thing}: “{owed.en}” is overdue")
    else:
        text = _escalated(step, thing)
    people = dict.fromkeys(person for some in who for person in some)
    return [Message(person, text, one.control, one.object_type, one.object) for person in people]


def _escalated(step: "Passed", thing: str) -> Label:
    control, owed = step.control, step.control.owed
    if control.escalate[step.n].hand_to is not None:
        return Label(
            f"{thing}：“{owed.zh}”逾期未办，依{control.clause}转由您办理",
            f"{thing}: “{owed.en}” is overdue; under {control.clause} it passes to you",
        )
    return Label(
        f"{thing}：“{owed.zh}”逾期未办，依{control.clause}告知您",
        f"{thing}: “{owed.en}” is overdue; you are told under {control.clause}",
    )


def listed(several: Sequence[tuple["Passed", Scene, tuple[UUID, ...]]]) -> list[Message]:
    """One list for each person, control and value of the fact that parts the lists."""
    groups: dict[tuple[UUID, str, int, str], list[Passed]] = {}
    for step, scene, who in several:
        part = step.control.escalate[step.n].one_list_per
        value = _shown(part.kind, scene.get(part.path)) if part is not None else ""
        for person in who:
            groups.setdefault((person, step.of.control, step.n, value), []).append(step)
    found = []
    for (person, key, _, value), steps in groups.items():
        if steps[0].of.is_trial:
            continue
        control, owed = steps[0].control, steps[0].control.owed
        names = [step.of.object_label or control.type.label.zh for step in steps]
        named = "、".join(names[:MOST_NAMED]) + ("……" if len(names) > MOST_NAMED else "")
        head = f"{value}：" if value else ""
        found.append(Message(
            person,
            Label(f"{head}“{owed.zh}”逾期未办 {len(steps)} 件：{named}（依{control.clause}）",
                  f"{head}“{owed.en}” is overdue on {len(steps)}: {named} (under {control.clause})"),
            key, steps[0].of.object_type, steps[0].of.object if len(steps) == 1 else None,
        ))  # fmt: skip
    return found


def _shown(kind: Any, value: Any) -> str:
    return "" if value is None else str(kind.show(value, "zh-hans") or "")
