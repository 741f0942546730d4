"""What a read sheet is: columns, rows of text, and findings a person should know about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from keguan.kernel.records.labels import Label, join


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold. `packed` and `unpacked` are bytes, `cells` counts the used rectangle."""

    packed: int = 50 * 2**20
    unpacked: int = 200 * 2**20
    rows: int = 100_000
    columns: int = 200
    cells: int = 5_000_000


USUAL = Limits()
"""What a file may hold unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place in the sheet (0 is A) and its title."""

    index: int
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number as the spreadsheet program shows it, and one text (or None) for each column."""

    number: int
    cells: list[str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed while reading: `row` counts from 1, `column` is a place in `Sheet.columns`.

    With `is_refusal` the row must not be taken as it stands. A finding made `count` times in one column is told
    once, with the first row.
    """

    message: Label
    cure: Label
    row: int | None = None
    column: int | None = None
    is_refusal: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as text. `name` is the sheet's own name, empty for csv."""

    name: str
    columns: list[Column]
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)

    def refusals(self) -> dict[int, list[Finding]]:
        """The refusing findings by row number."""
        by_row: dict[int, list[Finding]] = {}
        for finding in self.findings:
            if finding.is_refusal and finding.row is not None:
                by_row.setdefault(finding.row, []).append(finding)
        return by_row


class SheetFault(ValueError):
    """A file that cannot be read as a table: what is wrong, where, and how to go on.

    `row` counts from 1 and `column` from 0, where one place is to blame.
    """

    def __init__(self, message: Label, cure: Label, row: int | None = None, column: int | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.cure = cure
        self.row = row
        self.column = column


def letters(column: int) -> str:
    """A column's name as spreadsheets show it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place(row: int, column: int) -> str:
    """A cell's name: row 3, column 1 is B3."""
    return f"{letters(column)}{row}"


def listed(places: Sequence[str], most: int = 5) -> Label:
    """Some places as words: the first few, then how many more."""
    more = len(places) - most
    first = join([Label.typed(place) for place in places[:most]])
    words = Label("{first} 等 {count} 处", "{first} and {more} more")
    return words.format(first=first, count=len(places), more=more) if more > 0 else first
