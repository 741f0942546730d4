"""In how many copies a record is printed, and who keeps each: as the register or the setting `<type>.copies` says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keguan.controls.engines.register_types import register_types
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy and its keeper; a form that the policy gives no copies has one without number or keeper."""

    number: int
    keeper: Label | None = None

    @property
    def mark(self) -> Label:
        """What stands on it: which copy it is and who keeps it."""
        if self.keeper is None:
            return Label("", "")
        return Label("第 {n} 联 · {who}存", "Copy {n} · kept by {who}").format(n=self.number, who=self.keeper)


def copies_of(kind: RecordType, given: Mapping[str, Any]) -> list[Copy]:
    """The copies of a record of the type; `given` are the settings that hold for it, by their short names."""
    register = register_types.get(kind.name)
    if register is not None and register.plan.copies:
        keepers = [register.plan.holder(one.keeper) for one in register.plan.copies]
    else:
        keepers = [Label.written(name) for name in given.get("copies") or ()]
    return [Copy(number, keeper) for number, keeper in enumerate(keepers, 1)] or [Copy(1)]
