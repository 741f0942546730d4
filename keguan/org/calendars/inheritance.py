"""All calendars of a company at one time, and which of them counts for whom: person, else unit, else company.

A *body* of calendars is plain JSON: `company` (its settings), `units` and `people` (by id: the differences, their
name, for a person the unit they are counted from), `tree` (parents of the units below one with a calendar).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.records.labels import Label
from keguan.org.calendars.calendar import STANDARD, Calendar
from keguan.org.calendars.form import read_layer
from keguan.org.calendars.layers import Layer

Body = Mapping[str, Any]
MOST_KEPT = 4096

# Equal calendars are one object, in whichever rulebook: their years are counted once.
_layers: dict[tuple[bool, str], Layer] = {}
_calendars: dict[tuple[tuple[Layer, ...], Label | None], Calendar] = {}


@dataclass(frozen=True)
class Calendars:
    """The calendars of one rulebook. Read late: a company may have hundreds, a command needs one."""

    body: Body = field(default_factory=dict)
    _made: dict[tuple[str | None, str | None], Calendar] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def of(self, unit: UUID | None = None, person: UUID | None = None) -> Calendar:
        """The person's calendar if he has one of his own, else the nearest above the unit, else the company's."""
        who = str(person) if person is not None and str(person) in self._people else None
        where = self._people[who]["unit"] if who else str(unit) if unit is not None else None
        if where is None and who and unit is not None:
            where = str(unit)
        if where is not None and where not in self._tree:
            where = None
        found = self._made.get((where, who))
        if found is None:
            found = self._made[where, who] = self._make(where, who)
        return found

    def has_own(self, person: UUID) -> bool:
        """Whether the person has a calendar of his own."""
        return str(person) in self._people

    def every(self) -> Iterator[tuple[UUID | None, UUID | None, Calendar]]:
        """Each calendar that differs from those above it, with its unit or person; the company's first."""
        yield None, None, self.of()
        for unit in self.body.get("units", {}):
            yield UUID(unit), None, self.of(unit=UUID(unit))
        for person in self._people:
            yield None, UUID(person), self.of(person=UUID(person))

    @property
    def _people(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("people", {})
        return found

    @property
    def _tree(self) -> Mapping[str, str | None]:
        found: Mapping[str, str | None] = self.body.get("tree", {})
        return found

    def _make(self, unit: str | None, person: str | None) -> Calendar:
        layers, name = [], None
        if person is not None:
            layers.append(_layer(self._people[person]["spec"]))
            name = _name(self._people[person].get("name"), Label("个人日历", "a calendar of his own"))
        units = self.body.get("units", {})
        while unit is not None:
            if unit in units:
                layers.append(_layer(units[unit]["spec"]))
                name = name or _name(units[unit].get("name"), Label("部门日历", "the unit's calendar"))
            unit = self._tree.get(unit)
        company = self.body.get("company")
        layers.append(_layer(company, is_whole=True) if company else STANDARD.layers[0])
        if len(_calendars) >= MOST_KEPT:
            _calendars.clear()
        key = (tuple(layers), name)
        return _calendars.setdefault(key, Calendar(*key))


def _layer(spec: Mapping[str, Any], *, is_whole: bool = False) -> Layer:
    key = (is_whole, json.dumps(spec, sort_keys=True, ensure_ascii=False, default=str))
    found = _layers.get(key)
    if found is None:
        if len(_layers) >= MOST_KEPT:
            _layers.clear()
        found = _layers[key] = read_layer(spec, is_whole=is_whole)
    return found


def _name(said: str | None, otherwise: Label) -> Label:
    return Label(said, said) if said else otherwise
