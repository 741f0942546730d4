"""Reading xlsx: the checks a package must pass, then its values."""

import io
import zipfile

from python_calamine import CalamineError, CalamineWorkbook

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.cells import Reader
from keguan.kernel.sheets.layout import Grid, layout
from keguan.kernel.sheets.package import (
    DAMAGED,
    SAVE_AS,
    TOO_BIG,
    Contents,
    Part,
    contents,
    longest_shared,
    open_package,
    parts,
    refuse_foreign,
    too_large,
)
from keguan.kernel.sheets.table import Finding, Limits, Sheet, SheetFault, letters, listed, place

ERRORS = {
    "#N/A": "找不到值",
    "#REF!": "引用已失效",
    "#DIV/0!": "除数为零",
    "#VALUE!": "值的类型不对",
    "#NAME?": "函数名不对",
}
EMPTY = SheetFault(
    Label("工作簿里没有内容", "the workbook holds nothing"),
    Label("请检查是否选错了文件，或是否已保存", "check that it is the right file and that it was saved"),
)


def read_workbook(data: bytes, limits: Limits) -> Sheet:
    """The first filled, visible sheet of a workbook. Raises `SheetFault`."""
    refuse_foreign(data)
    with open_package(data, limits) as package:
        chosen, found, others = _choose(package, limits)
        _refuse_shape(found, limits)
        if found.shared and found.shared * longest_shared(package, limits) > 4 * limits.unpacked:
            raise too_large(limits)
    try:
        values = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(chosen.name)
        rows = values.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise SheetFault(DAMAGED, SAVE_AS) from None
    reader = Reader()
    grid: Grid = {}
    for number, cells in enumerate(rows, 1):
        texts = [None if cell == "" else reader.text(cell, number, at) for at, cell in enumerate(cells)]
        if any(texts):
            grid[number] = texts
    for row, column, code in found.errors:
        texts = grid.setdefault(row, [])
        texts.extend([None] * (column + 1 - len(texts)))
        texts[column] = code
        reader.refuse(
            Label(f"公式出错：{code} {ERRORS.get(code, '')}".rstrip(), f"the formula failed: {code}"),
            Label("请在表格里改正公式或填入数值", "correct the formula or type the value"),
            row,
            column,
        )
    header = layout(grid, reader.findings(), name=chosen.name)
    _refuse_inside(found, header.columns[0].index, header.columns[-1].index, header.header_row)
    return header.sheet(_told(chosen, others))


def _choose(package: zipfile.ZipFile, limits: Limits) -> tuple[Part, Contents, list[str]]:
    """The sheet to read, what it holds, and the names of the other filled visible sheets."""
    filled = []
    for part in parts(package, limits):
        found = contents(package, part, limits)
        if found.last_row:
            filled.append((part, found))
    visible = [(part, found) for part, found in filled if part.is_visible] or filled
    if not visible:
        raise SheetFault(EMPTY.message, EMPTY.cure)
    chosen, found = visible[0]
    return chosen, found, [part.name for part, _ in visible[1:]]


def _told(chosen: Part, others: list[str]) -> list[Finding]:
    if not others:
        return []
    rest = listed(others)
    return [
        Finding(
            Label("只读取了工作表“{name}”，没有读取：{rest}", "only “{name}” was read, not: {rest}").format(
                name=chosen.name, rest=rest
            ),
            Label(
                "如需导入其他工作表，请把它移到最前面或另存为单独的文件",
                "to import another sheet, move it to the front or save it on its own",
            ),
        )
    ]


def _refuse_shape(found: Contents, limits: Limits) -> None:
    columns = found.last_column + 1
    if found.last_row > limits.rows + 100:
        raise SheetFault(
            Label(
                f"内容到第 {found.last_row} 行，最多导入 {limits.rows} 行",
                f"contents reach row {found.last_row}; at most {limits.rows} rows can be read",
            ),
            TOO_BIG,
            row=found.last_row,
        )
    if columns > limits.columns or found.last_row * columns > limits.cells:
        raise SheetFault(
            Label(
                f"内容到 {letters(found.last_column)} 列（共 {columns} 列），超出可导入的范围",
                f"contents reach column {letters(found.last_column)} ({columns} columns), more than can be read",
            ),
            Label(
                f"最多 {limits.columns} 列；请删去不用的列和远处的内容",
                f"at most {limits.columns} columns; delete what is not needed",
            ),
            column=found.last_column,
        )
    if found.uncalculated:
        places = listed([place(row, column) for row, column in found.uncalculated])
        row, column = found.uncalculated[0]
        raise SheetFault(
            Label(f"公式还没有算出结果：{places.zh}", f"formulas without a calculated value: {places.en}"),
            Label(
                "请在表格软件里打开并保存一次，或选中后“复制 → 选择性粘贴 → 数值”",
                "open and save it once in a spreadsheet program, or paste the cells as values",
            ),
            row,
            column,
        )


def _refuse_inside(found: Contents, first: int, last: int, header_row: int) -> None:
    """Refuse merged areas from the header row on; above it they are titles and harmless."""
    inside = [area for area in found.merged if area[2] >= header_row and area[1] <= last and area[3] >= first]
    if inside:
        places = listed([f"{place(top, left)}:{place(bottom, right)}" for top, left, bottom, right in inside])
        raise SheetFault(
            Label(f"表头或数据里有合并单元格：{places.zh}", f"merged cells in the header or the data: {places.en}"),
            Label(
                "请选中它们，点“合并后居中”取消合并，并在每一行填上内容",
                "select them, choose “Unmerge cells”, and fill in every row",
            ),
            inside[0][0],
            inside[0][1],
        )
