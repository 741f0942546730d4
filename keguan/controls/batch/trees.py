"""The tree of units as it stood at any moment: from the units' own events; today's where a unit has none."""

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
    """Which units lie below which, by the time of recording."""

    def __init__(self, mirror: "Mirror") -> None:
        self._today = {row["id"]: row["parent"] for row in _rows(mirror, PICTURE, "id", "parent")}
        moved = [row for row in _rows(mirror, STREAM, "object", "n", "recorded_at", "f_parent") if row["f_parent"]]
        self._moves = sorted(
            (row["recorded_at"], row["n"], row["object"], json.loads(row["f_parent"])) for row in moved
        )
        known = {unit for _, _, unit, _ in self._moves}
        self._still = {unit: parent for unit, parent in self._today.items() if unit not in known}
        self._below: dict[int, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def moments(self) -> list[datetime]:
        """When the tree changed."""
        return sorted({at for at, *_ in self._moves})

    def below(self, at: datetime) -> Mapping[str, frozenset[str]]:
        """By unit, the units of its tree downwards, itself among them, as they stood from that moment on."""
        place = bisect_right(self.moments, at)
        if place not in self._below:
            parents = dict(self._still)
            parents.update((unit, parent) for moved_at, _, unit, parent in self._moves if moved_at <= at)
            self._below[place] = _below(parents)
        return self._below[place]


def _rows(mirror: "Mirror", name: str, *columns: str) -> list[dict[str, Any]]:
    if not mirror.has(name) or not set(columns) <= set(mirror.table(name).columns):
        return []
    found: list[dict[str, Any]] = mirror.table(name).select(*columns).to_pyarrow().to_pylist()
    return found


def _below(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {unit: {unit} for unit in parents}
    for unit in parents:
        above, seen = parents.get(unit), {unit}
        while above is not None and above not in seen:
            found.setdefault(above, {above}).add(unit)
            seen.add(above)
            above = parents.get(above)
    return {unit: frozenset(some) for unit, some in found.items()}
