"""All calendars of a company at one time, and which of them counts for whom: person, else unit, else company.

A *body* of calendars is plain JSON: `company` (its settings), `units` and `people` (by id: the differences, their
name, for a person the unit they are counted from), `tree` (parents of the units below one with a calendar).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.records.labels import Label
from keguan.org.calendars.calendar import STANDARD, Calendar
from keguan.org.calendars.form import read_layer
from keguan.org.calendars.layers import Layer

Body = Mapping[str, Any]
COMPANY = "company"
MOST_KEPT = 4096

# Equal calendars are one object, in whichever rulebook: their years are counted once.
_layers: dict[tuple[bool, str], Layer] = {}
_calendars: dict[tuple[tuple[Layer, ...], Label | None], Calendar] = {}


@dataclass(frozen=True)
class Calendars:
    """The calendars of one rulebook. Read late: a company may have hundreds, a command needs one."""

    body: Body = field(default_factory=dict)
    _made: dict[str, Calendar] = field(default_factory=dict, init=False, compare=False, repr=False)

    def of(self, unit: UUID | None = None, person: UUID | None = None) -> Calendar:
        """The person's calendar if he has one of his own, else the nearest above the unit, else the company's."""
        return self.named(self.key_of(unit, person))

    def key_of(self, unit: UUID | None = None, person: UUID | None = None) -> str:
        """The key of the calendar that counts: `company`, `unit:…` or `person:…`, as the batch joins it."""
        if person is not None and str(person) in self._people:
            return f"person:{person}"
        place = None if unit is None else str(unit)
        while place is not None:
            if place in self._units:
                return f"unit:{place}"
            place = self._tree.get(place)
        return COMPANY

    def named(self, key: str) -> Calendar:
        """The calendar of a key; KeyError where there is none."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(key)
        return found

    def by_key(self) -> dict[str, Calendar]:
        """Every calendar that differs from those above it, by key; the company's first."""
        keys = [COMPANY, *(f"unit:{unit}" for unit in self._units), *(f"person:{person}" for person in self._people)]
        return {key: self.named(key) for key in keys}

    def unit_keys(self) -> dict[str, str]:
        """The key for each unit that does not go by the company's calendar."""
        return {unit: self.key_of(UUID(unit)) for unit in {**self._tree, **self._units}}

    def person_keys(self) -> dict[str, str]:
        """The key for each person with a calendar of his own."""
        return {person: f"person:{person}" for person in self._people}

    def has_own(self, person: UUID) -> bool:
        """Whether the person has a calendar of his own."""
        return str(person) in self._people

    @property
    def _people(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("people", {})
        return found

    @property
    def _tree(self) -> Mapping[str, str | None]:
        found: Mapping[str, str | None] = self.body.get("tree", {})
        return found

    @property
    def _units(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("units", {})
        return found

    def _make(self, key: str) -> Calendar:
        kind, _, whose = key.partition(":")
        layers: list[Layer] = []
        name, unit = None, whose if kind == "unit" else None
        if kind == "person":
            own = self._people[whose]
            layers.append(_layer(own["spec"]))
            name, unit = _name(own.get("name"), Label("个人日历", "a calendar of his own")), own.get("unit")
        while unit is not None:
            if unit in self._units:
                layers.append(_layer(self._units[unit]["spec"]))
                name = name or _name(self._units[unit].get("name"), Label("部门日历", "the unit's calendar"))
            unit = self._tree.get(unit)
        company = self.body.get("company")
        layers.append(_layer(company, is_whole=True) if company else STANDARD.layers[0])
        if len(_calendars) >= MOST_KEPT:
            _calendars.clear()
        made = (tuple(layers), name)
        return _calendars.setdefault(made, Calendar(*made))


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
