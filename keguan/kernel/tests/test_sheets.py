"""Reading what people send and writing what they take home: the good sheets, the bad ones, the hostile ones."""

import contextlib
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from keguan.kernel.sheets import USUAL, Limits, Sheet, SheetFault, read_sheet, write_sheet
from keguan.kernel.sheets.writing import Value

HEADER = ("客户名称", "电话")
SHEET = "xl/worksheets/sheet1.xml"


def book(*rows: Sequence[Any], touch: Callable[[Any, Any], None] = lambda *_: None) -> bytes:
    """An xlsx file of these rows; `touch` gets the workbook and its sheet before it is closed."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made:
        page = made.add_worksheet("名单")
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        touch(made, page)
    return target.getvalue()


def patched(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The package with one part rewritten."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body.decode()) if entry.filename == name else body)
    return target.getvalue()


def cells(sheet: Sheet) -> list[list[str | None]]:
    return [row.cells for row in sheet.rows]


def fault(data: bytes, name: str = "a.xlsx", limits: Limits = USUAL) -> SheetFault:
    with pytest.raises(SheetFault) as caught:
        read_sheet(data, name, limits)
    assert caught.value.cure.zh and caught.value.cure.en
    return caught.value


def test_cells_read_as_a_person_sees_them() -> None:
    def touch(made: Any, page: Any) -> None:
        page.write_datetime(
            "G2", dt.datetime.fromisoformat("2026-01-02 09:30"), made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )

    data = book(
        ("名称", "电话", "日期", "金额", "是", "全角", "时间"),
        ("甲", 13800001234, dt.date(2026, 1, 2), 0.1 + 0.2, True, "１３８"),
        touch=touch,
    )
    [row] = read_sheet(data, "a.xlsx").rows
    assert row.number == 2
    assert row.cells == ["甲", "13800001234", "2026-01-02", "0.3", "TRUE", "１３８", "2026-01-02 09:30"]


def test_a_title_above_and_blank_rows_are_passed_over() -> None:
    def touch(made: Any, page: Any) -> None:
        page.merge_range("A1:B1", "二〇二六年客户名单")

    sheet = read_sheet(book((), ("制表：张三",), HEADER, ("甲", "1"), (), ("乙", "2"), touch=touch), "a.xlsx")
    assert [column.title for column in sheet.columns] == list(HEADER)
    assert [row.number for row in sheet.rows] == [4, 6]
    assert "第 3 行为表头" in sheet.findings[0].message.zh


def test_other_sheets_are_named() -> None:
    def touch(made: Any, page: Any) -> None:
        made.add_worksheet("空的")
        made.add_worksheet("第二批").write("A1", "x")

    sheet = read_sheet(book(HEADER, ("甲", "1"), touch=touch), "a.xlsx")
    assert sheet.name == "名单"
    assert "第二批" in sheet.findings[0].message.zh and "空的" not in sheet.findings[0].message.zh


def test_the_first_filled_sheet_is_taken() -> None:
    def touch(made: Any, page: Any) -> None:
        made.add_worksheet("第二").write_column(0, 0, ["名称", "甲"])

    sheet = read_sheet(book(touch=touch), "a.xlsx")
    assert (sheet.name, cells(sheet)) == ("第二", [["甲"]])


@pytest.mark.parametrize(("area", "named"), [("A1:B1", "A1:B1"), ("A3:A4", "A3:A4")])
def test_merged_cells_are_refused_with_their_place(area: str, named: str) -> None:
    def touch(made: Any, page: Any) -> None:
        page.merge_range(area, "客户")
        page.write("C1", "地址")

    found = fault(book(HEADER, ("甲", "1"), ("乙", "2"), ("丙", "3"), touch=touch))
    assert "合并单元格" in found.message.zh and named in found.message.zh and "取消合并" in found.cure.zh
    assert found.row == int(named[1])


def test_formulas_give_their_stored_values() -> None:
    def touch(made: Any, page: Any) -> None:
        page.write_formula("B2", '=A2&"1"', None, "甲1")
        page.write_formula("B3", '=""', None, "x")

    data = patched(book(HEADER, ("甲",), ("乙",), touch=touch), SHEET, lambda xml: xml.replace("<v>x</v>", "<v></v>"))
    assert cells(read_sheet(data, "a.xlsx")) == [["甲", "甲1"], ["乙", None]]


@pytest.mark.parametrize("stored", ["", "<v></v>", "<v/>"])
def test_formulas_without_values_are_refused(stored: str) -> None:
    def touch(made: Any, page: Any) -> None:
        page.write_formula("B2", "=1+1", None, 2)

    data = patched(book(HEADER, ("甲",), touch=touch), SHEET, lambda xml: xml.replace("<v>2</v>", stored))
    found = fault(data)
    assert "B2" in found.message.zh and "数值" in found.cure.zh and (found.row, found.column) == (2, 1)


def test_failed_formulas_refuse_their_row_only() -> None:
    def touch(made: Any, page: Any) -> None:
        page.write_formula("B3", "=VLOOKUP(1,A1,2)", None, "#N/A")

    sheet = read_sheet(book(HEADER, ("甲", "1"), ("乙",), touch=touch), "a.xlsx")
    assert list(sheet.refusals()) == [3]
    assert sheet.rows[1].cells == ["乙", "#N/A"]


def test_scientific_shapes_are_repaired_or_refused() -> None:
    data = "名称,电话\n甲,1.3800001234E10\n乙,1.38E+10\n丙,13800001234.0\n丁,1E5\n".encode()
    sheet = read_sheet(data, "a.csv")
    assert [row[1] for row in cells(sheet)] == ["13800001234", "1.38E+10", "13800001234", "1E5"]
    assert list(sheet.refusals()) == [3]
    assert "丢失" in sheet.refusals()[3][0].message.zh
    assert {finding.row for finding in sheet.findings if not finding.is_refusal} == {2, 4}


def test_numbers_past_fifteen_digits_refuse_their_row() -> None:
    sheet = read_sheet(book(("姓名", "证件"), ("甲", 110101199003078000), ("乙", "110101199003078000")), "a.xlsx")
    assert list(sheet.refusals()) == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_in_every_encoding(encoding: str, separator: str) -> None:
    rows = [["名称", "地址", "备注"], ["甲", "北京, 朝阳", "第一行\n第二行"], ["𠮷野", "", "a;b"]]
    text = "\r\n".join(separator.join(f'"{cell}"' if cell else "" for cell in row) for row in rows)
    sheet = read_sheet((text + "\r\n").encode(encoding), "A.CSV")
    assert cells(sheet) == [["甲", "北京, 朝阳", "第一行\n第二行"], ["𠮷野", None, "a;b"]]


def test_excel_separator_line() -> None:
    sheet = read_sheet("sep=;\n名称;电话\n甲;1,2\n".encode(), "a.csv")
    assert (cells(sheet), sheet.rows[0].number) == ([["甲", "1,2"]], 3)


def test_a_long_row_refuses_only_itself() -> None:
    sheet = read_sheet("名称,地址\n甲,北京,朝阳\n乙,上海\n".encode(), "a.csv")
    assert list(sheet.refusals()) == [2] and len(sheet.rows) == 2


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.xlsx", "空的"),
        (b" \n ", "a.csv", "空的"),
        ("名称,电话\n".encode(), "a.csv", "没有数据"),
        ("名称,,电话\n甲,x,1\n".encode(), "a.csv", "B 列没有列名"),
        ("名称,电话,名称\n甲,1,乙\n".encode(), "a.csv", "出现了两次"),
        (b"1,2\n3,4\n", "a.csv", "找不到表头"),
        ('名称,电话\n甲,"1\n乙,2\n'.encode(), "a.csv", "第 2 行的双引号"),
        (b"\xff\xfe\xff\x00\x01", "a.csv", "无法识别"),
        (b"a\0b\0\0", "a.csv", "不是文本"),
        ("名称,电话\n甲,1\n".encode("gb18030"), "a.xlsx", "不是 Excel 文件"),
        (b"<html><table>", "a.xls", "网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "旧版"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "密码"),
        (b"PK\x03\x04rubbish", "a.xlsx", "损坏"),
        (book(), "a.xlsx", "没有内容"),
    ],
    ids=lambda given: None if isinstance(given, str) else "sheet",
)
def test_bad_files_are_refused_kindly(data: bytes, name: str, says: str) -> None:
    assert says in fault(data, name).message.zh


def test_a_cell_far_away_is_refused_before_it_costs_memory() -> None:
    assert "1048576" in fault(book(HEADER, touch=lambda _, page: page.write("A1048576", "x"))).message.zh
    assert "XFD" in fault(book(HEADER, touch=lambda _, page: page.write("XFD3", "x"))).message.zh


def test_empty_styled_cells_do_not_count() -> None:
    def touch(made: Any, page: Any) -> None:
        page.write_blank("A1048576", None, made.add_format({"bold": True}))

    assert cells(read_sheet(book(HEADER, ("甲", "1"), touch=touch), "a.xlsx")) == [["甲", "1"]]


def test_a_bomb_is_refused_by_its_stated_size() -> None:
    data = patched(book(HEADER, ("甲", "1")), SHEET, lambda xml: xml + " " * 3_000_000)
    assert "2 MB" in fault(data, limits=Limits(unpacked=2 * 2**20)).message.zh


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(patched(book(HEADER, ("甲", "1")), SHEET, lambda xml: xml + " " * 3_000_000))
    size = zipfile.ZipFile(io.BytesIO(data)).getinfo(SHEET).file_size.to_bytes(4, "little")
    lying = bytes(data).replace(size, (100).to_bytes(4, "little"))
    assert "过大" in fault(lying, limits=Limits(unpacked=2 * 2**20)).message.zh
    assert "损坏" in fault(lying).message.zh


def test_one_long_text_shown_in_many_cells_is_refused() -> None:
    def touch(made: Any, page: Any) -> None:
        for row in range(3000):
            page.write_string(row + 1, 0, "长" * 30_000)

    assert "10 MB" in fault(book(HEADER, touch=touch), limits=Limits(unpacked=2**20 * 10)).message.zh


def test_entities_are_refused() -> None:
    def change(xml: str) -> str:
        return xml.replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)

    assert "损坏" in fault(patched(book(HEADER, ("甲", "1")), SHEET, change)).message.zh


def test_written_text_is_never_a_formula() -> None:
    target = io.BytesIO()
    rows: list[list[Value]] = [["=1+1", "+86 138", "-5", "@x", "\tx", "https://x.y", 5]]
    assert write_sheet(target, ["a", "b", "c", "d", "e", "f", "g"], rows).rows == 1
    with zipfile.ZipFile(target) as package:
        assert b"<f>" not in package.read(SHEET) and b"hyperlink" not in package.read(SHEET)
        assert b">'=1+1<" in package.read(SHEET)


def test_texts_too_long_for_a_cell_are_cut_and_counted() -> None:
    target = io.BytesIO()
    assert write_sheet(target, ["名称", "备注"], [["甲", "长" * 40_000], ["乙", "短"]]).cut == 1
    [first, _] = read_sheet(target.getvalue(), "a.xlsx").rows
    assert len(first.cells[1] or "") == 32_767 and (first.cells[1] or "").endswith("（已截断）")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=30)
CELL = st.one_of(TEXT, st.sampled_from(["=1+1", "'=1", "''-5", "+86", "@a", "'a", "_x0041_", "TRUE"]))


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_what_is_written_reads_back(rows: list[tuple[str, str]]) -> None:
    rows = [row for row in rows if not any("." in cell or "E+" in cell for cell in row)]
    target = io.BytesIO()
    write_sheet(target, HEADER, [*rows, ("甲", "1")])
    assert cells(read_sheet(target.getvalue(), "a.xlsx")) == [*map(list, rows), ["甲", "1"]]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        with contextlib.suppress(SheetFault):
            read_sheet(data, name)
