"""A fault in a calendar as written: what is wrong, how to cure it, where (with its line where the text kept lines)."""

from dataclasses import dataclass, replace
from typing import Any

from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a calendar: the way of keys, and the line from 1 where the form carries positions."""

    path: str = ""
    line: int | None = None

    def at(self, raw: Any, key: object = None) -> "Spot":
        """The place of `raw[key]` (of `raw` itself without a key)."""
        path = self.path
        if key is not None:
            path = f"{path}[{key + 1}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
        marks, line = getattr(raw, "lc", None), self.line
        if marks is not None and key is None and marks.line is not None:
            line = marks.line + 1
        elif marks is not None and marks.data and key in marks.data:
            line = marks.data[key][0] + 1
        return replace(self, path=path, line=line)


class CalendarFault(Exception):
    """A calendar on which no term could run."""

    def __init__(self, message: Label, cure: Label, spot: Spot | None = None) -> None:
        super().__init__(f"{message.en} ({cure.en})")
        self.message = message
        self.cure = cure
        self.spot = spot or Spot()

    @property
    def line(self) -> int | None:
        """The line in the file, from 1; None where the form carries no positions."""
        return self.spot.line


def fault(zh: str, en: str, cure_zh: str, cure_en: str, spot: Spot) -> CalendarFault:
    """A fault with its cure."""
    return CalendarFault(Label(zh, en), Label(cure_zh, cure_en), spot)
