"""Who may still decide on a request: those who were asked and whom the clause means today. Reads only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.live.approvals import question
from keguan.controls.live.session import Session
from keguan.controls.people.resolve import resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.store import load
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import rulebook


def replaced(step: Step, notes: Session, person: UUID, items: Sequence[Item]) -> set[int]:
    """Positions of requests that asked the person whom the clause no longer means: a post was lost, an owner changed.

    A number of statements that depends on the record types concerned only; none for no items.
    """
    wanted = [(item, one) for item in items for one in _asks(item.before, person)]
    if not wanted:
        return set()
    scenes = _scenes(step, notes, [item.before for item, _ in wanted])
    known = [(item, one, scene) for item, one in wanted if (scene := scenes.get(item.id)) is not None]
    meant = resolve(step.rows, step.now, [question(one, scene) for _, one, scene in known])
    asked = {item.position for item, _, _ in known}
    return asked - {item.position for (item, _, _), people in zip(known, meant, strict=True) if person in people}


def _asks(request: Record, person: UUID) -> list[StepOf]:
    """The consents of the current step for which the person was asked, as the clause of then puts them."""
    controls = rulebook(request["rulebook"]).by_key
    rows = (request["read"] or {}).get("rows", {})
    found: list[StepOf] = []
    for line in request.lines["steps"]:
        control = controls.get(line["control"])
        is_his = line["pos"] == request["step"] and line["decided_at"] is None and person in line["people"]
        if is_his and isinstance(control, ApprovalControl) and control.key in rows:
            by: Sequence[StepOf] = control.table.rows[rows[control.key]].outputs["by"]
            found += [one for one in by if one.pos == line["pos"] and one.by.label().zh == line["by_zh"]]
    return found


def _scenes(step: Step, notes: Session, requests: Sequence[Record]) -> dict[UUID, Scene]:
    """By request, its record as the people of its clause read it. One statement per record type."""
    objects: dict[str, set[UUID]] = {}
    for request in requests:
        objects.setdefault(request["object_type"], set()).add(request["object"])
    records = {name: load(step.rows, vocabulary.types[name], keys) for name, keys in objects.items()}
    linked: dict[str, set[UUID]] = {}
    for name, found in records.items():
        for link, target in vocabulary.types[name].links.items():
            if target in vocabulary.types:
                linked.setdefault(target, set()).update(one.values[link] for one in found.values() if one.get(link))
    targets = {name: load(step.rows, vocabulary.types[name], keys) for name, keys in linked.items() if keys}
    scenes = {}
    for request in requests:
        record = records[request["object_type"]].get(request["object"])
        if record is not None:
            scenes[request.id] = _scene(step, notes, request, record, targets)
    return scenes


def _scene(
    step: Step, notes: Session, request: Record, record: Record, targets: dict[str, dict[UUID, Record]]
) -> Scene:
    verb = vocabulary.verbs[request["verb"]]
    args, _ = parse(verb, request["args"] or {})
    links: dict[str, Any] = {}
    for name, target in record.type.links.items():
        found = targets.get(target, {}).get(record.values.get(name))  # type: ignore[arg-type]
        if found is not None:
            links[name] = found.values
    book = rulebook(request["rulebook"])
    return Scene(
        record.type, record.id, step.now, verb=verb, args=args, record=record.values, links=links,
        actor=request["requester"], profile=notes.profile(request["requester"]), requester=request["requester"],
        parameters=book.parameters, declared=book.declared,
    )  # fmt: skip
