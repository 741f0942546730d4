"""Records that refer to one which changed look again at the clocks that hang on it: one set for each change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.looking import is_look, look_name
from keguan.controls.live.past import past
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import CAUSE, LOOKED_AT
from keguan.policies.engines import Rulebook

Watched = Mapping[tuple[str, str], frozenset[str]]


def watched(book: Rulebook, record_type: str) -> Watched:
    """By record type and reference, the facts of records of this type on which clocks of others hang."""
    found: dict[str, dict[tuple[str, str], frozenset[str]]] | None = book.cache.get("looking")
    if found is None:
        found = {}
        for control in book.controls:
            if isinstance(control, DeadlineControl) and control.is_configured:
                for link, facts in control.linked_facts.items():
                    mine = found.setdefault(control.type.links[link], {})
                    key = (control.type.name, link)
                    mine[key] = mine.get(key, frozenset()) | facts
        book.cache["looking"] = found
    return found.get(record_type, {})


def follow(step: Step, book: Rulebook, items: Sequence[Item], scenes: Mapping[int, Scene]) -> None:
    """Let whoever refers to a record that these items changed look again. One statement for each reference."""
    for (kind, link), facts in watched(book, step.verb.on).items():
        changed = {item.id: item for item in items if _is_changed(item, scenes[item.position], facts)}
        for key, target in _referring(step, vocabulary.types[kind], link, changed):
            item = changed[target]
            args = {LOOKED_AT: link, CAUSE: step.events[item.position]}
            again = FollowUp(
                look_name(vocabulary.types[kind]), key, args, None, together=True, happened_at=item.happened_at
            )  # fmt: skip
            step.follow_ups.setdefault(item.position, []).append(again)


def before(step: Step, scenes: Mapping[int, Scene]) -> dict[int, Scene]:
    """For a look, the records as they were before the change; the scenes get the linked record as the change left it.

    Two statements for each reference; nothing for other verbs.
    """
    found: dict[int, Scene] = {}
    if not is_look(step.verb):
        return found
    by_link: dict[str, list[Item]] = {}
    for item in step.items:
        if item.position in scenes:
            by_link.setdefault(item[LOOKED_AT], []).append(item)
    for link, several in by_link.items():
        kind = vocabulary.types[step.verb.type.links[link]]
        named = {item.position: scenes[item.position].get((link,)) for item in several}
        since = min(item.happened_at for item in several)
        known = past(step.rows, kind, [key for key in named.values() if key is not None], since)
        for item in several:
            key, scene = named[item.position], scenes[item.position]
            if key in known.records:
                scene.links = {**scene.links, link: known.after(key, item[CAUSE])}
                found[item.position] = replace(scene, links={**scene.links, link: known.until(key, item[CAUSE])})
    return found


def _is_changed(item: Item, scene: Scene, facts: frozenset[str]) -> bool:
    if item.record is None:
        return False
    after = scene.without_arguments()
    then = replace(after, record=item.record.values)
    return any(then.fact(name) != after.fact(name) for name in facts)


def _referring(step: Step, record_type: RecordType, link: str, changed: Mapping[UUID, Any]) -> list[tuple[UUID, UUID]]:
    """The records of a type whose reference holds one of these, with which."""
    if not changed:
        return []
    query = f"select id, {link} as target from {record_type.table} where {link} = any(%s) order by id"  # noqa: S608 – declared names
    return [(row["id"], row["target"]) for row in step.rows.select(query, [list(changed)])]
