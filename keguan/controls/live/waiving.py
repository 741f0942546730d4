"""Acts on obligations themselves: waived by somebody, met from afar, looked at again."""

from collections.abc import Mapping, Sequence

from keguan.controls.live import acting, evidence, obligations
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.plans import Plan
from keguan.controls.live.session import Session
from keguan.controls.marks import Closing, Mark, Waiver
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp

OF_CONTROLS = obligations.SELECT + f"control = any(%s) and {obligations.IS_OPEN} order by id"
BY_ID = obligations.SELECT + "id = any(%s) order by id"


def react(step: Step, notes: Session, items: Sequence[Item]) -> list[evidence.Shown]:
    """What the acts make of their obligations. One statement, and one for what changed."""
    acts = {"obligation.waive": _waiver, "obligation.meet": _closing}
    made = acts.get(step.verb.name)
    if made is None or not items:
        return []
    found = {row["id"]: Running(**row) for row in step.rows.select(BY_ID, [[item.id for item in items]])}
    judging = Judging(step.now, step.verb.name, step.ctx.actor)
    for item in items:
        one = found[item.id]
        if one.is_open:
            one.mark(made(step, item))
            judging.apply(one, notes.book, step.events[item.position])
    obligations.update(step.rows, found.values())
    return judging.shown


def follow(step: Step, asked: Plan, items: Sequence[Item], scenes: Mapping[int, Scene]) -> None:
    """What the company owes is met by commands that follow, on the company's own stream. One statement, or none."""
    if not asked.company:
        return
    keys = [control.key for control in asked.company]
    going = [Running(**row) for row in step.rows.select(OF_CONTROLS, [keys])]
    for item in items:
        scene = scenes[item.position]
        met = [control.key for control in asked.company if any(
            act.verb.name == step.verb.name and act.when.test(scene) for act in control.do)]  # fmt: skip
        for key in met:
            mine = acting.in_turn([one for one in going if one.control == key], scene.at)
            if mine:
                args = {"act": step.events[item.position], "act_at": scene.at}
                found = FollowUp("obligation.meet", mine[0].id, args, None)
                step.follow_ups.setdefault(item.position, []).append(found)


def _waiver(step: Step, item: Item) -> Mark:
    return Waiver(item.happened_at, step.events[item.position], item["until"])


def _closing(_step: Step, item: Item) -> Mark:
    return Closing(item["act_at"], item["act"])
