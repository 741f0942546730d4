"""Obligations as their people and terms read them later: their records as they stand, with what these point to."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from keguan.controls.live.obligations import Running
from keguan.controls.live.opening import with_key
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.records.types import Record, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook


def scenes_of(rows: Rows, at: dt.datetime, several: Sequence[Running]) -> dict[UUID, Scene]:
    """By obligation, the record that its control speaks of. One statement for each record type and for links of one."""
    wanted: dict[str, set[UUID]] = {}
    links: dict[str, set[str]] = {}
    for one in several:
        kind, key = source_of(one)
        wanted.setdefault(kind, set()).add(key)
        control = one.version
        links.setdefault(kind, set()).update(control.needs.links if control else ())
    records = {name: load(rows, vocabulary.types[name], keys) for name, keys in wanted.items()}
    linked: dict[str, set[UUID]] = {}
    for name, found in records.items():
        for link in links[name]:
            target = vocabulary.types[name].links.get(link)
            if target in vocabulary.types:
                linked.setdefault(target, set()).update(r.values[link] for r in found.values() if r.get(link))
    targets = {name: load(rows, vocabulary.types[name], keys) for name, keys in linked.items()}
    made: dict[UUID, Scene] = {}
    for one in several:
        kind, key = source_of(one)
        record = records[kind].get(key)
        if record is not None:
            made[one.id] = _keyed(one, scene_of(record, links[kind], targets, at, rulebook(one.rulebook)))
    return made


def source_of(one: Running) -> tuple[str, UUID]:
    """The record whose facts its control reads: the clock's own, or that of the act which opened it."""
    control = one.version
    if control is not None and control.is_apart and one.key:
        return control.source.name, UUID(one.key)
    return one.object_type, one.object


def scene_of(
    record: Record, links: set[str], targets: Mapping[str, Mapping[UUID, Record]], at: dt.datetime, book: Rulebook
) -> Scene:
    """A record as conditions and people read it, with those it points to."""
    kind: RecordType = record.type
    linked = {}
    for link in links:
        found = targets.get(kind.links.get(link) or "", {}).get(record.values.get(link))  # type: ignore[arg-type]
        if found:
            linked[link] = found.values
    return Scene(
        kind, record.id, at, record=record.values, links=linked, lists=record.lines, parameters=book.parameters,
        declared=book.declared, acts={},
    )  # fmt: skip


def _keyed(one: Running, scene: Scene) -> Scene:
    control = one.version
    return scene if control is None else with_key(control, scene, one.key)
