"""Sheets that people take home: csv or xlsx, every text neutralised. Who may, and the log, are the doors' part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from keguan.kernel.sheets import Value, write_delimited, write_sheet

MOST = 50_000
"""Records in one sheet; who needs more narrows the list and takes it in parts."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of sheet."""

    ending: str
    media_type: str


XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
CSV = Format("csv", "text/csv; charset=utf-8")
FORMATS = {one.ending: one for one in (XLSX, CSV)}


def write(target: BinaryIO, kind: Format, heads: Sequence[str], rows: Iterable[Sequence[Value]], name: str) -> None:
    """Write the sheet."""
    if kind == CSV:
        write_delimited(target, heads, rows)
    else:
        write_sheet(target, heads, rows, name)
