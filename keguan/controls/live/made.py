"""Facts that controls make, read live: measures from their balances, formulas, settings. Reads only.

All records of a command are watched before any is asked about, so that one statement answers for a whole list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from keguan.controls.engines.measure import AFTER, MeasureControl
from keguan.controls.engines.setting import SettingControl, in_force
from keguan.controls.scene import Scene
from keguan.kernel.balances import Window, within
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

Deep = 6


@dataclass
class Made:
    """The values of such facts for the records of one transaction."""

    rows: Rows
    book: Rulebook
    units: Callable[[], Mapping[Any, Any]] | None = None
    watched: list[Scene] = field(default_factory=list)
    totals: dict[Window, Decimal] = field(default_factory=dict)
    depth: int = 0

    def watch(self, scene: Scene) -> Scene:
        """This record may be asked about."""
        if measures(self.book):
            self.watched.append(scene)
        return scene

    def forget(self) -> None:
        """Balances were moved: what was read of them no longer holds."""
        self.watched.clear()
        self.totals.clear()

    def __call__(self, scene: Scene, head: str, name: str) -> Any:
        """The value of a fact at `head` (the record's type, or a reference of it); None where it is not known."""
        kind = scene.type if head == scene.type.name else scene.linked_type(head)
        if kind is None:
            return None
        short = name.removesuffix(AFTER)
        measure = measures(self.book).get((kind.name, short)) or measures(self.book).get((kind.name, name))
        if measure is not None:
            return self._measured(measure, scene, head, is_after=name != measure.name)
        if f"{kind.name}.{name}" in vocabulary.settings:
            of = scene if head == scene.type.name else scene.linked(head)
            return self.setting(f"{kind.name}.{name}", of) if of is not None else None
        return None

    def setting(self, name: str, scene: Scene) -> Any:
        """The value of a setting for a record."""
        return in_force(settings_of(self.book, name), vocabulary.settings[name], scene, self.units)[0]

    def _measured(self, measure: MeasureControl, scene: Scene, head: str, *, is_after: bool) -> Any:
        if measure.formula is not None:
            of = scene if head == scene.type.name else scene.linked(head)
            if of is None or self.depth >= Deep:
                return None
            self.depth += 1
            try:
                return measure.formula.value(of)
            finally:
                self.depth -= 1
        if measure.source is None or not measure.is_keepable:
            return None
        key = _key(scene, head)
        if key is None:
            return None
        windows = measure.windows(key, scene)
        if any(window not in self.totals for window in windows):
            self._read(measure, head, windows)
        totals = [self.totals[window] for window in windows]
        if is_after:
            totals = _with(measure, totals, scene, key)
        return measure.value(totals)

    def _read(self, measure: MeasureControl, head: str, windows: list[Window]) -> None:
        wanted = dict.fromkeys(windows)
        for scene in self.watched:
            if (head == scene.type.name or scene.linked_type(head)) and (key := _key(scene, head)) is not None:
                wanted.update(dict.fromkeys(measure.windows(key, scene)))
        missing = [window for window in wanted if window not in self.totals]
        self.totals.update(zip(missing, within(self.rows, missing), strict=True))


def _key(scene: Scene, head: str) -> str | None:
    found = scene.id if head == scene.type.name else scene.get((head,))
    return None if found is None else str(found)


def _with(measure: MeasureControl, totals: list[Decimal], scene: Scene, key: str) -> list[Decimal]:
    """The totals with what the command adds."""
    found = list(totals)
    for part in measure.source.after(scene) if measure.source else ():
        if str(part.key) == key:
            for i, name in enumerate(measure.parts):
                found[i] += amount_for(name, part.amount, part.is_part)
    return found


def amount_for(part: str, amount: Decimal, is_part: bool) -> Decimal:
    """What an act adds to one of a measure's balances."""
    if part == "sum":
        return amount
    one = Decimal(0) if not amount else Decimal(1 if amount > 0 else -1)
    return one if part == "n" or is_part else Decimal(0)


def measures(book: Rulebook) -> Mapping[tuple[str, str], MeasureControl]:
    """The measures of a rulebook by record type and name."""
    found = book.cache.get("measures")
    if found is None:
        found = book.cache["measures"] = {
            (one.of.name, one.name): one
            for one in book.controls
            if isinstance(one, MeasureControl) and one.is_configured
        }
    return found


def settings_of(book: Rulebook, name: str) -> tuple[SettingControl, ...]:
    """The clauses that set a parameter."""
    found = book.cache.get(("settings", name))
    if found is None:
        found = book.cache["settings", name] = tuple(
            one
            for one in book.controls
            if isinstance(one, SettingControl) and one.setting == name and one.is_configured and not one.trial
        )
    return found
