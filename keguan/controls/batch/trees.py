"""The tree of units and their names as they stood at any moment: from the units' own events; today's where a unit has
none.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keguan.mirror import Mirror

STREAM, PICTURE = "stream_unit", "units"


class Trees:
    """Which units lie below which, and what they are called, by the time of recording."""

    def __init__(self, mirror: "Mirror") -> None:
        today = _rows(mirror, PICTURE, "id", "parent", "name")
        self._parents = _Told(mirror, "parent", today)
        self._names = _Told(mirror, "name", today)
        self._below: dict[int, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def moments(self) -> list[datetime]:
        """When the tree or a name changed."""
        return sorted({at for at, *_ in (*self._parents.changes, *self._names.changes)})

    def below(self, at: datetime) -> Mapping[str, frozenset[str]]:
        """By unit, the units of its tree downwards, itself among them, as they stood from that moment on."""
        place = bisect_right(self.moments, at)
        if place not in self._below:
            self._below[place] = _below(self._parents.at(at))
        return self._below[place]

    def lines(self, at: datetime) -> dict[str, tuple[str, ...]]:
        """By unit, the names from the top of the tree down to its own, as they stood from that moment on."""
        parents, names = self._parents.at(at), self._names.at(at)
        return {unit: tuple(names.get(one) or "" for one in reversed(_above(unit, parents))) for unit in parents}


class _Told:
    """One fact of all units over time."""

    def __init__(self, mirror: "Mirror", fact: str, today: list[dict[str, Any]]) -> None:
        column = f"f_{fact}"
        told = [row for row in _rows(mirror, STREAM, "object", "n", "recorded_at", column) if row[column]]
        self.changes = sorted((row["recorded_at"], row["n"], row["object"], json.loads(row[column])) for row in told)
        known = {unit for _, _, unit, _ in self.changes}
        self._still = {row["id"]: row[fact] for row in today if row["id"] not in known}

    def at(self, at: datetime) -> dict[str, str | None]:
        """By unit, its value from that moment on."""
        found = dict(self._still)
        found.update((unit, value) for changed_at, _, unit, value in self.changes if changed_at <= at)
        return found


def _rows(mirror: "Mirror", name: str, *columns: str) -> list[dict[str, Any]]:
    if not mirror.has(name) or not set(columns) <= set(mirror.table(name).columns):
        return []
    found: list[dict[str, Any]] = mirror.table(name).select(*columns).to_pyarrow().to_pylist()
    return found


def _above(unit: str, parents: Mapping[str, str | None]) -> list[str]:
    """The unit and those above it, the nearest first."""
    found: list[str] = []
    here: str | None = unit
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return found


def _below(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {unit: {unit} for unit in parents}
    for unit in parents:
        for above in _above(unit, parents):
            found.setdefault(above, {above}).add(unit)
    return {unit: frozenset(some) for unit, some in found.items()}
