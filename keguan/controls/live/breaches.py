"""Reactions to breaches, by the version in force at the breach; what becomes of proposals when one is lifted."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.live import evidence
from keguan.controls.live.made import Made
from keguan.controls.live.obligations import Running
from keguan.controls.live.reacting import Reacted, Resolve, Trigger, react_to
from keguan.controls.scene import Scene
from keguan.kernel.commands import follow_ups
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

VERSIONS = "select number, valid_from from kernel_rulebook where valid_from <= %s order by valid_from, number"
HANGING = """
    select id, cause from controls_proposal where cause = any(%s) and state in ('waiting', 'accepted') order by id
"""


def told(
    rows: Rows, now: dt.datetime, breaches: Sequence[tuple[Running, Scene, UUID]], ask: Resolve | None = None
) -> Reacted:
    """What reactions to breaches come to; their follow-ups are written, and run once this is committed. A trial only
    records."""
    if not breaches:
        return Reacted()
    books = _books(rows, now)
    triggers = []
    for one, scene, event in breaches:
        number = books(one.due_at) or one.rulebook
        triggers += [
            Trigger(control, replace(scene, at=one.due_at), event, number, "obligation.break", one.due_at, None,
                    one.unit, one.id)
            for control in listeners(rulebook(number), one.control, "broken")
        ]  # fmt: skip
    meant = [one for one in linked(rows, triggers) if one.control.gate.test(one.scene)]
    found = react_to(rows, now, [one for one in meant if not one.control.trial], ask)
    found.shown += [_recorded(one) for one in meant if one.control.trial]
    rows.pending += follow_ups.write(rows, now, [(follow, trigger.event) for trigger, follow in found.follow_ups])
    return found


def _recorded(trigger: Trigger) -> evidence.Shown:
    scene = trigger.scene
    return evidence.Shown(
        trigger.control.key, "recorded", trigger.verb, scene.type.name, scene.id, trigger.at, trigger.rulebook,
        event=trigger.event, unit=trigger.unit, obligation=trigger.obligation,
    )  # fmt: skip


def lifted(rows: Rows, now: dt.datetime, events: Collection[UUID]) -> None:
    """These breaches stand no longer: proposals made for them are withdrawn, those accepted flagged. One statement
    where there are none."""
    if not events:
        return
    hanging = rows.select(HANGING, [[str(event) for event in events]])
    follows = [(FollowUp("proposal.withdraw", row["id"], {}, None), UUID(row["cause"])) for row in hanging]
    rows.pending += follow_ups.write(rows, now, follows)


def listeners(book: Rulebook, control: str, outcome: str) -> tuple[ReactionControl, ...]:
    """The reactions that wait for a judgement of a deadline."""
    found: tuple[ReactionControl, ...] | None = book.cache.get(("judged", control, outcome))
    if found is None:
        found = book.cache["judged", control, outcome] = tuple(
            one
            for one in book.controls
            if isinstance(one, ReactionControl)
            and one.is_configured
            and any(judged.control == control and judged.outcome == outcome for judged in one.judged)
        )
    return found


def linked(rows: Rows, triggers: Sequence[Trigger]) -> list[Trigger]:
    """The triggers with the linked records that their reactions read. One statement per record type."""
    wanted: dict[str, set[UUID]] = {}
    for one in triggers:
        for head in one.control.needs.links:
            kind, key = one.scene.linked_type(head), one.scene.get((head,))
            if kind is not None and isinstance(key, UUID) and not one.scene.links.get(head):
                wanted.setdefault(kind.name, set()).add(key)
    found = {name: load(rows, vocabulary.types[name], keys) for name, keys in wanted.items()}
    made: dict[int, Made] = {}
    return [replace(one, scene=_with(rows, one, found, made)) for one in triggers]


def _with(rows: Rows, trigger: Trigger, found: Mapping[str, Mapping[UUID, Any]], made: dict[int, Made]) -> Scene:
    scene = trigger.scene
    links = dict(scene.links)
    for head in trigger.control.needs.links:
        kind, key = scene.linked_type(head), scene.get((head,))
        record = found.get(kind.name, {}).get(key) if kind is not None and isinstance(key, UUID) else None
        if record is not None:
            links.setdefault(head, record.values)
    maker = made.setdefault(trigger.rulebook, Made(rows, rulebook(trigger.rulebook)))
    return maker.watch(replace(scene, links=links, made=scene.made or maker))


def _books(rows: Rows, now: dt.datetime) -> Any:
    found = rows.select(VERSIONS, [now])
    starts = [row["valid_from"] for row in found]

    def at(moment: dt.datetime) -> int:
        place = bisect_right(starts, moment)
        return int(found[place - 1]["number"]) if place else 0

    return at
