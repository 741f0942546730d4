"""The calendars that a rulebook contains: read from the tables, with what an act is about to change put over them.

Only what decides goes into the body: of the tree of units, the branches below a unit with a calendar of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.org.models import Calendar, Unit


@dataclass
class StoredCalendars:
    """The company's settings, those of units and people (with name and base unit), and every unit's parent."""

    company: Mapping[str, Any] = field(default_factory=dict)
    units: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    people: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    parents: dict[UUID, UUID | None] = field(default_factory=dict)

    def put(self, unit: UUID | None, person: UUID | None, name: str | None, spec: Mapping[str, Any]) -> None:
        """Let this calendar count; without settings, a unit's or person's counts no more."""
        if person is not None:
            self.people[person] = {"name": name, "unit": None if unit is None else str(unit), "spec": spec}
            if not spec:
                del self.people[person]
        elif unit is not None:
            self.units[unit] = {"name": name, "spec": spec}
            if not spec:
                del self.units[unit]
        else:
            self.company = spec

    def body(self) -> dict[str, Any]:
        """The calendars as a rulebook holds them; empty where the standard one is all there is."""
        tree = {str(unit): None if parent is None else str(parent)
                for unit, parent in self.parents.items() if self._differs(unit)}  # fmt: skip
        found = {
            "company": dict(self.company),
            "units": {str(unit): one for unit, one in self.units.items()},
            "people": {str(person): one for person, one in self.people.items()},
            "tree": tree,
        }
        return {key: part for key, part in found.items() if part}

    def _differs(self, unit: UUID | None) -> bool:
        seen: set[UUID] = set()
        while unit is not None and unit not in seen:
            if unit in self.units:
                return True
            seen.add(unit)
            unit = self.parents.get(unit)
        return False


def stored_calendars(moved: Mapping[UUID, UUID | None] | None = None) -> StoredCalendars:
    """What the tables say, with units moved under other parents. Two statements."""
    found = StoredCalendars()
    for row in Calendar.objects.order_by("id").values("unit", "person", "name", "spec"):
        if row["spec"]:
            found.put(row["unit"], row["person"], row["name"], row["spec"])
    if found.units or moved is not None:
        found.parents = {**dict(Unit.objects.order_by("id").values_list("id", "parent")), **(moved or {})}
    return found
