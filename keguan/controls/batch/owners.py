"""Who owes what clocks ask for, as each act and each moment found it: asked where people have calendars of their own.

Then a term runs by the hours of whoever owes it. Loads ibis inside.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import wants
from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.people import references
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted

if TYPE_CHECKING:
    from keguan.mirror import Mirror

WHO, WHO_WAS = "who", "who_was"
"""Those whom the record means after an act, and those whom it meant before."""


@dataclass(frozen=True)
class Owners:
    """The acts with who owes, the columns by place of the version, and the deadlines of which it is not known."""

    table: Any
    columns: Mapping[int, Mapping[str, str]]
    unknown: frozenset[str]

    def of(self, place: int, view: Any) -> dict[str, Any]:
        """The columns of a version, as `marks` names them."""
        return {f"v{place}_{name}": view[column] for name, column in self.columns.get(place, {}).items()}


def is_asked(several: Iterable[Version]) -> bool:
    """Whether anybody has a calendar of his own under any of these."""
    return any(one.book.calendars.person_keys() for one in several)


def is_lost(control: DeadlineControl) -> bool:
    """Whether the mirror cannot tell who owes it: each key has people of its own, or it is handed on as it is late."""
    key = control.keys.name if control.keys is not None else None
    return (
        control.is_apart or any(one.hand_to is not None for one in control.escalate)
        or any((key,) == path for path in references(control.by.people).facts)
    )  # fmt: skip


def wanted(several: Iterable[tuple[DeadlineControl, Version]], record_type: RecordType) -> Wanted:
    """What the people of these deadlines read of the acts on their own records."""
    listed = [(control, version) for control, version in several if control.type.name == record_type.name]
    if not is_asked(version for _, version in listed):
        return Wanted()
    return wants.all_of(wants.of_people(control.by.people, record_type) for control, _ in listed)


def joined(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted,
    several: Mapping[int, tuple[DeadlineControl, Version]], name: str,
) -> Owners:  # fmt: skip
    """The acts on records of a type with who owes under each of these versions, where anybody asks."""
    if not is_asked(version for _, version in several.values()):
        return Owners(table, {}, frozenset())
    from keguan.controls.batch.acts import Acts
    from keguan.controls.batch.asked import everybody, meant_by, with_everybody

    base = mirror.backend.create_table(f"{name}_owing", table, overwrite=True)
    found: dict[str, str] = {}
    kept: dict[str, Any] = {}
    columns: dict[int, dict[str, str]] = {}
    unknown: set[str] = set()
    for place, control, version, what in _asked(several, record_type):
        key = repr((control.by.people, control.owed_verb, what))
        if key not in found:
            acts = Acts(base, record_type, version.book, wanted, is_after=what == WHO)
            meant = meant_by(mirror, acts, base.event.notnull(), control.by.people, None, control.owed_verb)
            if meant is None:
                unknown.add(version.key)
                continue
            found[key] = column = f"w_{len(found)}"
            kept[column] = everybody(mirror, meant, column, name)
        columns.setdefault(place, {})[what] = found[key]
    return Owners(with_everybody(base, kept), columns, frozenset(unknown))


def _asked(
    several: Mapping[int, tuple[DeadlineControl, Version]], record_type: RecordType
) -> Iterator[tuple[int, DeadlineControl, Version, str]]:
    for place, (control, version) in several.items():
        if control.type.name == record_type.name:
            yield from ((place, control, version, what) for what in (WHO_WAS, WHO))
