"""One cell as text, the way a person sees it.

Repairs only what loses nothing and says so; where the program that wrote the file dropped digits, it says that
and leaves the text alone.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.table import Finding

EXACT = 10**15
"""Spreadsheets keep fifteen digits; a whole number from here on may have lost its end."""

SCIENTIFIC = re.compile(r"([+-]?\d)(?:\.(\d+)[Ee]\+?|[Ee]\+)(\d{1,2})")
POINT_ZERO = re.compile(r"\d{7,15}\.0")
NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")

LOST = Label(
    "“{text}”是电子表格写成的科学计数，末尾的数字已经丢失",
    "“{text}” was written in scientific notation and its last digits are lost",
)
LOST_CURE = Label(
    "请在原表中把这一列设为“文本”格式，补全数字后重新导入",
    "set the column to Text in the original, complete the number, import again",
)
LONG = Label(
    "这个数字超过 15 位，电子表格已把后面的数字变成 0",
    "this number has more than 15 digits; the spreadsheet turned the rest into zeros",
)
REPAIRED = Label("科学计数（如 {text}）已还原为整数", "scientific notation such as {text} was turned back into digits")
TRIMMED = Label("数字末尾的“.0”（如 {text}）已去掉", "a “.0” at the end, as in {text}, was removed")
CHECK = Label("请核对这一列", "please check this column")


@dataclass(slots=True)
class Reader:
    """Turns cells into text and gathers findings; notes are folded by column, refusals are kept for every cell."""

    refusals: list[Finding] = field(default_factory=list)
    notes: dict[tuple[Label, int], Finding] = field(default_factory=dict)

    def text(self, value: object, row: int, column: int) -> str | None:
        """The cell's text, None when blank. `row` counts from 1, `column` from 0."""
        if isinstance(value, str):
            return self._string(value, row, column)
        if value is None or isinstance(value, bool):
            return None if value is None else str(value).upper()
        if isinstance(value, int | float):
            return self._number(value, row, column)
        return _time(value) if isinstance(value, dt.datetime | dt.time) else str(value)

    def findings(self) -> list[Finding]:
        """All findings: refusals by row, then the notes."""
        return [*self.refusals, *self.notes.values()]

    def note(self, kind: Label, text: str, row: int, column: int) -> None:
        """Remember a harmless repair, once for each column."""
        seen = self.notes.get((kind, column))
        message = seen.message if seen else kind.format(text=text)
        first, count = (seen.row, seen.count + 1) if seen else (row, 1)
        self.notes[kind, column] = Finding(message, CHECK, first, column, count=count)

    def refuse(self, message: Label, cure: Label, row: int, column: int) -> None:
        """Remember a cell that must not be taken as it stands."""
        self.refusals.append(Finding(message, cure, row, column, is_refusal=True))

    def _string(self, value: str, row: int, column: int) -> str | None:
        text = value[1:] if value[:1] == "'" and NEUTRALISED.match(value) else value.strip()
        if not text:
            return None
        if "." in text or "+" in text:
            if found := SCIENTIFIC.fullmatch(text):
                return self._scientific(text, found[2] or "", int(found[3]), row, column)
            if POINT_ZERO.fullmatch(text):
                self.note(TRIMMED, text, row, column)
                return text[:-2]
        return text

    def _scientific(self, text: str, decimals: str, exponent: int, row: int, column: int) -> str:
        if len(decimals) < exponent:
            self.refuse(LOST.format(text=text), LOST_CURE, row, column)
            return text
        self.note(REPAIRED, text, row, column)
        return format(Decimal(text), "f")

    def _number(self, value: float, row: int, column: int) -> str:
        if not math.isfinite(value):
            return str(value)
        if value == int(value):
            if abs(value) >= EXACT:
                self.refuse(LONG, LOST_CURE, row, column)
            return str(int(value))
        return format(Decimal(format(value, ".15g")), "f")


def _time(value: dt.datetime | dt.time) -> str:
    """A time of day or a moment; a moment at midnight is a date."""
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    value = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
