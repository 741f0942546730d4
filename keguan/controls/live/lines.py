"""Lines of records as controls look at them: lists loaded on demand, and what their references point to. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.guard import Needs
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.records.kinds import Reference
from keguan.kernel.records.types import Fact, Record, RecordType
from keguan.kernel.records.vocabulary import vocabulary

Lines = Sequence[Mapping[str, Any]]
Declared = Mapping[str, Mapping[str, Fact]]


def load_lists(step: Step, names: Iterable[str]) -> None:
    """Load lists of lines (`items`, or `slip.items` of a linked record) that are not loaded yet: a statement each."""
    for name in sorted(names):
        head, _, line = name.rpartition(".")
        owners = [item.links.get(head) if head else item.record for item in step.items]
        missing = [record for record in owners if record is not None and line not in record.lines]
        if missing:
            load_lines(step.rows, missing[0].type.line(line), missing)


def follow(rows: Rows, scenes: Collection[Scene], needs: Needs, declared: Declared) -> None:
    """Put beside the references of lines what they point to, as `<reference>__<fact>`: a statement for each type."""
    if not needs.followed:
        return
    wanted = sorted(needs.followed)
    targets = {(name, link): _target(scenes, name, link) for name, link, _ in wanted}
    asked: dict[str, set[UUID]] = {}
    for (name, link), kind in targets.items():
        if kind is not None:
            ids = {line[link] for scene in scenes for line in _lines(scene, name) if line.get(link) is not None}
            asked.setdefault(kind.name, set()).update(ids)
    found = {name: load(rows, vocabulary.types[name], ids) for name, ids in asked.items()}
    for scene in scenes:
        for name in {name for name, _, _ in wanted}:
            facts = [(link, fact, targets[name, link]) for one, link, fact in wanted if one == name]
            _put(scene, name, [_followed(line, facts, found, declared) for line in _lines(scene, name)])


def _lines(scene: Scene, name: str) -> Lines:
    head, _, line = name.rpartition(".")
    lists = scene.link_lists.get(head, {}) if head else scene.lists
    return lists.get(line) or ()


def _put(scene: Scene, name: str, lines: Lines) -> None:
    head, _, line = name.rpartition(".")
    if head and line in scene.link_lists.get(head, {}):
        scene.link_lists = {**scene.link_lists, head: {**scene.link_lists[head], line: lines}}
    elif not head and line in scene.lists:
        scene.lists = {**scene.lists, line: lines}


def _target(scenes: Iterable[Scene], name: str, link: str) -> RecordType | None:
    """The type of the records that a line's reference points to."""
    head, _, line = name.rpartition(".")
    owner = next((scene.linked_type(head) if head else scene.type for scene in scenes), None)
    fact = owner.line(line).by_name.get(link) if owner is not None else None
    return vocabulary.types.get(fact.kind.to) if fact is not None and isinstance(fact.kind, Reference) else None


def _followed(
    line: Mapping[str, Any], facts: Iterable[tuple[str, str, RecordType | None]],
    found: Mapping[str, Mapping[UUID, Record]], declared: Declared,
) -> dict[str, Any]:  # fmt: skip
    made = dict(line)
    for link, fact, kind in facts:
        record = found.get(kind.name, {}).get(line[link]) if kind is not None and line.get(link) is not None else None
        made[f"{link}__{fact}"] = None if record is None else _fact(record, fact, declared)
    return made


def _fact(record: Record, name: str, declared: Declared) -> Any:
    kind = record.type
    if name in kind.by_name:
        return record.values.get(name)
    known = declared.get(kind.name, {}).get(name)
    given = (record.values.get(kind.declared) or {}) if kind.declared else {}
    return None if known is None else known.kind.from_json(given.get(name))
