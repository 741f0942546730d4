"""Scenes of records that a command is not itself about: those of waiting requests and of signatures. Reads only.

A number of statements that depends on the record types concerned only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.live.session import Session
from keguan.controls.scene import Scene
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.store import load
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook


@dataclass(frozen=True)
class About:
    """An act on a record (nothing where it would create one) as somebody asked for it, under a rulebook."""

    verb: Verb
    object: UUID | None
    args: Mapping[str, Any]
    requester: UUID
    book: Rulebook


def records_of(step: Step, wanted: Sequence[tuple[str, UUID]]) -> dict[UUID, Record]:
    """Records by id. One statement per record type."""
    by_type: dict[str, set[UUID]] = {}
    for kind, key in wanted:
        by_type.setdefault(kind, set()).add(key)
    found: dict[UUID, Record] = {}
    for kind, keys in by_type.items():
        found |= load(step.rows, vocabulary.types[kind], keys)
    return found


def scenes(step: Step, notes: Session, several: Sequence[About]) -> list[Scene | None]:
    """The acts as controls see them, in order; nothing where the record is gone."""
    objects = records_of(step, [(one.verb.on, one.object) for one in several if one.object is not None])
    linked = records_of(
        step,
        [
            (kind, record.values[name])
            for record in objects.values()
            for name, kind in record.type.links.items()
            if kind in vocabulary.types and record.values.get(name) is not None
        ],
    )
    notes.meet(one.requester for one in several)
    return [_scene(step, notes, one, objects, linked) for one in several]


def _scene(
    step: Step, notes: Session, one: About, objects: Mapping[UUID, Record], linked: Mapping[UUID, Record]
) -> Scene | None:
    record = objects.get(one.object) if one.object is not None else None
    if record is None and one.object is not None:
        return None
    args, _ = parse(one.verb, one.args)
    links: dict[str, Any] = {}
    for name in one.verb.type.links if record is not None else ():
        found = linked.get(record.values.get(name))  # type: ignore[union-attr,arg-type]
        if found is not None:
            links[name] = found.values
    return Scene(
        one.verb.type, one.object or uuid7(step.now), step.now, verb=one.verb, args=args,
        record=record.values if record else {}, links=links, actor=one.requester,
        profile=notes.profile(one.requester), requester=one.requester, parameters=one.book.parameters,
        declared=one.book.declared, profiles=notes.profiles,
    )  # fmt: skip
