"""Whether a correction lifts a breach: the clocks of its record judged as they would stand, and nothing written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from keguan.controls.live import correcting
from keguan.controls.live.judging import Judging
from keguan.controls.live.session import Session
from keguan.kernel.commands.corrections import correctable
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import BadValue, empty


def lifts(step: Step, notes: Session) -> dict[int, bool]:
    """By position, whether a judgement "broken" would no longer stand. One statement."""
    probe = replace(
        step,
        after={item.position: _corrected(item) for item in step.items},
        events={item.position: uuid7(step.now) for item in step.items},
    )
    judging = Judging(step.now, step.verb.name, step.ctx.actor)
    correcting.correct(probe, notes, step.items, judging, {})
    fallen = {one.object for one, outcome, _ in judging.rejudged if outcome == "broken"}
    return {item.position: item.id in fallen for item in step.items}


def _corrected(item: Item) -> Mapping[str, Any]:
    """The record's facts as the correction would leave them; what cannot be read is refused by the body."""
    record = item.before
    facts = correctable(record.type)
    after = dict(record.values)
    for name, raw in (item["facts"] or {}).items():
        if name in facts:
            try:
                after[name] = None if empty(raw) else facts[name].kind.parse(raw)
            except BadValue:
                continue
    return after
