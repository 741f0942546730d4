"""The settings of a record that clauses give: the value that holds for it, and which clause says so. Reads only.

The number was drawn when the record was made: its pattern is that of the version and the facts of then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.engines.setting import SettingControl, in_force
from keguan.controls.live.made import Made, settings_of
from keguan.controls.live.past import past
from keguan.controls.scene import Scene
from keguan.kernel import clock
from keguan.kernel.commands.rows import Remembered, Rows
from keguan.kernel.commands.store import load
from keguan.kernel.glance import once
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Setting, vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current, rulebook

BEGUN = """
    select e.id, e.rulebook, e.happened_at, e.recorded_at
    from kernel_event_object o join kernel_event e on e.id = o.event where o.object = %s and o.touched and o.n = 1
"""
UNITS = "select id, name, parent from org_unit"


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting as a clause gives it for a record."""

    setting: Setting
    value: Any
    control: SettingControl


def settings_here(record_type: str, record: UUID) -> list[InForce]:
    """Every setting of the record's type to which a clause gives a value for it; of one look read once."""
    return once(("settings", record_type, record), lambda: _all(record_type, record))


def _all(record_type: str, record: UUID) -> list[InForce]:
    kind, rows = vocabulary.types[record_type], Remembered()
    mine = [setting for name, setting in sorted(vocabulary.settings.items()) if name.partition(".")[0] == record_type]
    return [one for setting in mine if (one := _here(rows, kind, setting, record)) is not None]


def _here(rows: Rows, kind: RecordType, setting: Setting, record: UUID) -> InForce | None:
    for book, scene in _drawn(rows, kind, record) if setting.name == kind.series else _now(rows, kind, record):
        controls = settings_of(book, setting.name)
        if controls:
            value, control = in_force(controls, setting, scene, lambda: _units(rows))
            return None if control is None else InForce(setting, value, control)
    return None


def _now(rows: Rows, kind: RecordType, record: UUID) -> Iterator[tuple[Rulebook, Scene]]:
    at = clock.now()
    book = current(at)
    for found in load(rows, kind, [record]).values():
        yield book, _scene(rows, kind, record, at, found.values, book)


def _drawn(rows: Rows, kind: RecordType, record: UUID) -> Iterator[tuple[Rulebook, Scene]]:
    for begun in rows.select(BEGUN, [record]):
        book = rulebook(begun["rulebook"])
        known = past(rows, kind, [record], begun["recorded_at"])
        if record in known.records:
            facts = known.after(record, begun["id"])
            yield book, _scene(rows, kind, record, begun["happened_at"], facts, book)


def _scene(rows: Rows, kind: RecordType, record: UUID, at: Any, facts: Any, book: Rulebook) -> Scene:
    made = Made(rows, book)
    return made.watch(Scene(kind, record, at, record=facts, parameters=book.parameters, declared=book.declared,
                            made=made))  # fmt: skip


def _units(rows: Rows) -> dict[UUID, tuple[str, UUID | None]]:
    return {row["id"]: (row["name"], row["parent"]) for row in rows.select(UNITS)}
