"""Acts on obligations themselves: waived by somebody, met from afar, looked at again."""

from collections.abc import Sequence

from keguan.controls.live import evidence, obligations
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.session import Session
from keguan.controls.marks import Closing, Mark, Waiver
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item

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


def _waiver(step: Step, item: Item) -> Mark:
    return Waiver(item.happened_at, step.events[item.position], item["until"])


def _closing(_step: Step, item: Item) -> Mark:
    return Closing(item["act_at"], item["act"])
