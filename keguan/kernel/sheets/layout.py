"""Where the table stands in a grid of texts: its header row, its columns, its rows.

Shared by all formats. A header must be unambiguous, so a missing or doubled title refuses the sheet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.table import Column, Finding, Row, Sheet, SheetFault, letters, place

Grid = dict[int, list[str | None]]
"""Row number (from 1) → its texts, blank rows left out."""

FIGURE = re.compile(r"[-+]?[\d.,/:% -]+")
LOOK_AT = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """A table found in a grid."""

    name: str
    header_row: int
    columns: list[Column]
    rows: list[Row]
    findings: list[Finding]

    def sheet(self, told: Sequence[Finding] = ()) -> Sheet:
        """The finished sheet, with findings about the whole file first."""
        return Sheet(self.name, self.columns, self.rows, [*told, *self.findings])


def layout(
    grid: Mapping[int, Sequence[str | None]], findings: Sequence[Finding], name: str = "", ragged: bool = False
) -> Layout:
    """The table in `grid`. `findings` name grid columns and come back naming table columns.

    With `ragged` (text files) a row longer than the header is that row's fault, else it is the sheet's.
    Raises `SheetFault`.
    """
    if not grid:
        raise SheetFault(
            Label("表里没有内容", "the sheet holds nothing"),
            Label("请检查是否选错了文件", "check that it is the right file"),
        )
    header_row = _header_row(grid)
    titles = [" ".join((text or "").split()) for text in grid[header_row]]
    while not titles[-1]:
        titles.pop()
    body = {number: cells for number, cells in sorted(grid.items()) if number > header_row}
    if not body:
        raise SheetFault(
            Label(
                f"第 {header_row} 行是表头，下面没有数据", f"row {header_row} is the header; there are no rows below it"
            ),
            Label("请在表头下面填写数据", "fill in rows below the header"),
            row=header_row,
        )
    used = _used(body, len(titles), ragged)
    _refuse_titles(titles, used, header_row, body)
    columns = [Column(index, title) for index, title in enumerate(titles) if title]
    own = [] if header_row == min(grid) else [_skipped(header_row)]
    rows = []
    for number, cells in body.items():
        texts = [cells[column.index] if column.index < len(cells) else None for column in columns]
        if any(cells[len(titles) :]):
            own.append(_overlong(number, len(cells), len(titles)))
        elif not any(texts):
            continue
        rows.append(Row(number, texts))
    at = {column.index: position for position, column in enumerate(columns)}
    kept = [
        Finding(f.message, f.cure, f.row, at[f.column], f.is_refusal, f.count)
        for f in findings
        if f.column in at and f.row is not None and f.row > header_row
    ]
    return Layout(name, header_row, columns, rows, [*own, *kept])


def _used(body: Mapping[int, Sequence[str | None]], width: int, ragged: bool) -> set[int]:
    """The places that hold something below the header."""
    used: set[int] = set()
    for cells in body.values():
        used.update(at for at, text in enumerate(cells) if text)
    return {at for at in used if at < width} if ragged else used


def _header_row(grid: Mapping[int, Sequence[str | None]]) -> int:
    """The first row with two different words that fills at least half of the table's width."""
    first = list(islice(sorted(grid.items()), LOOK_AT))
    width = max(sum(1 for text in cells if text) for _, cells in first)
    for number, cells in first:
        words = {text for text in cells if text and not FIGURE.fullmatch(text)}
        if len(words) >= min(2, width) and 2 * sum(1 for text in cells if text) >= width:
            return number
    raise SheetFault(
        Label(
            "找不到表头：前 30 行里没有一行像列名",
            "no header found: none of the first 30 rows looks like column titles",
        ),
        Label(
            "请在数据上方加一行列名，如“客户名称、电话”",
            "add a row of column titles above the data, such as Name, Phone",
        ),
    )


def _refuse_titles(
    titles: Sequence[str], used: set[int], header_row: int, body: Mapping[int, Sequence[str | None]]
) -> None:
    for at in sorted(used):
        if at >= len(titles) or not titles[at]:
            row = next(number for number, cells in body.items() if at < len(cells) and cells[at])
            raise SheetFault(
                Label(
                    f"{letters(at)} 列没有列名，但下面有内容（如 {place(row, at)}）",
                    f"column {letters(at)} has no title but holds something ({place(row, at)})",
                ),
                Label(
                    f"请在 {place(header_row, at)} 填写列名，或清空这一列",
                    f"type a title into {place(header_row, at)} or clear the column",
                ),
                header_row,
                at,
            )
    seen: dict[str, int] = {}
    for at, title in enumerate(titles):
        if title and (first := seen.setdefault(title.lower(), at)) != at:
            raise SheetFault(
                Label(
                    "列名“{title}”出现了两次（{first} 列和 {second} 列）",
                    "the title “{title}” stands twice (columns {first} and {second})",
                ).format(title=title, first=letters(first), second=letters(at)),
                Label("请改成不同的列名，或删去其中一列", "rename or delete one of them"),
                header_row,
                at,
            )


def _skipped(header_row: int) -> Finding:
    return Finding(
        Label(
            f"以第 {header_row} 行为表头，上面的行没有读取",
            f"row {header_row} is taken as the header; the rows above it were left out",
        ),
        Label("如果不对，请删去表头上面的行", "if that is wrong, delete the rows above the header"),
        row=header_row,
    )


def _overlong(row: int, cells: int, width: int) -> Finding:
    return Finding(
        Label(f"这一行有 {cells} 格，表头只有 {width} 格", f"this row has {cells} cells, the header only {width}"),
        Label(
            "内容里如有逗号或分隔符，请用英文双引号括起来", "put double quotes around contents that hold the separator"
        ),
        row=row,
        is_refusal=True,
    )
