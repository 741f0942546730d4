"""Writing xlsx and csv: exports and error sheets. Text stays text: no cell can run as a formula or a link."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.cells import EXACT
from keguan.kernel.sheets.table import SheetFault

LONGEST = 32_767
MOST_ROWS = 1_048_575
DANGEROUS = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
UNWRITABLE = re.compile(r"[\ud800-\udfff]")
CUT = "…（已截断）"

Value = str | int | float | Decimal | bool | dt.date | dt.time | None


@dataclass(frozen=True, slots=True)
class Written:
    """How many data rows were written, and how many texts were too long for a cell and cut."""

    rows: int
    cut: int


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula, even after it was saved as csv; reading takes the mark off."""
    return f"'{text}" if DANGEROUS.match(text) else text


def write_sheet(
    target: str | Path | BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Value]], name: str = "Sheet1"
) -> Written:
    """Write one table, holding one row in memory at a time.

    Text is written as text; numbers of up to fifteen digits as numbers; dates and times as ISO text. Raises
    `SheetFault` past the rows a sheet can hold.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = cut = 0
    import xlsxwriter  # a tenth of a second that hardly any command needs

    with xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options) as book:
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet1")
        bold = book.add_format({"bold": True, "bottom": 1})
        page.freeze_panes(1, 0)
        for at, title in enumerate(columns):
            page.set_column(at, at, min(40, max(10, 2 * len(title) + 2)))
            page.write_string(0, at, neutral(title), bold)
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise SheetFault(
                    Label(f"一张表最多 {MOST_ROWS} 行", f"a sheet holds at most {MOST_ROWS} rows"),
                    Label("请缩小范围，分几次导出", "narrow the list and export it in parts"),
                )
            for at, value in enumerate(row):
                if value is None or value == "":
                    continue
                if _is_number(value):
                    page.write_number(count, at, value)
                    continue
                text = neutral(UNWRITABLE.sub("\ufffd", shown(value)))
                if len(text) > LONGEST:
                    text = text[: LONGEST - len(CUT)] + CUT
                    cut += 1
                page.write_string(count, at, text)
    return Written(count, cut)


def write_delimited(target: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Written:
    """Write one table as csv that every spreadsheet opens: UTF-8 with its mark; text is neutralised."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    to = csv.writer(text)
    to.writerow([neutral(title) for title in columns])
    count = 0
    for row in rows:
        to.writerow([_delimited(value) for value in row])
        count += 1
    text.detach()
    return Written(count, 0)


def _delimited(value: Value) -> Value:
    if value is None or _is_number(value):
        return value
    return neutral(UNWRITABLE.sub("\ufffd", shown(value)))


def _is_number(value: Value) -> bool:
    """Whether a cell can hold it as a number without losing a digit."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return -EXACT < value < EXACT


def shown(value: Value) -> str:
    """A value as the text of a cell."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
