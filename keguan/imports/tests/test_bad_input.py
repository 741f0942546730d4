"""What people really have in their sheets: odd names, absurd figures, other encodings, files that are none."""

import io
import zipfile

import pytest

from keguan.controls import gate
from keguan.imports import queries
from keguan.imports.models import Import
from keguan.imports.running import run_import
from keguan.imports.sheets import pasted
from keguan.imports.tests.conftest import House
from keguan.imports.tests.test_any_type import problems
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.sheets import SheetFault
from keguan.org.models import Person, Unit

TEXT = "姓名,工号,入职日期\n𠮷田,A01,2026-01-05\n李\u200b,A02,\n"


def test_names_of_every_sort_come_in_as_they_were_written(house: House) -> None:
    long = "长" * 80
    found = house.sheet(
        house.admin, "unit", ("部门名称",),
        ("𠮷",), ("客服😀组",), (long,), ("长" * 81,),
        ("\u200b零宽\u200b",), ("=1+1",), ("'; drop table org_unit; --",),
    )  # fmt: skip
    assert (found.counts["added"], found.counts["refused"]) == (6, 1)
    assert "最多 80 个字" in problems(found)[5]
    names = set(Unit.objects.values_list("name", flat=True))
    assert names >= {"𠮷", "客服😀组", long, "零宽", "=1+1", "'; drop table org_unit; --"}


def test_absurd_figures_and_days_are_refused_row_by_row(house: House) -> None:
    found = house.sheet(
        house.agent, "case", ("事由", "数量", "出货日期", "类别"),
        ("甲", "9" * 30, None, "投诉"), ("乙", "-0", "9999-99-99", "投诉"), ("丙", "1e400", None, "投诉"),
        ("丁", "12", "2026-02-30", "投诉"), ("戊", "12.5", "2026-02-28", "没有这类"),
        ("己", "12.5", "2026/2/28", "投诉"),
        mapping={"channel": "phone", "owner": str(house.agent)},
    )  # fmt: skip
    assert (found.counts["added"], found.counts["refused"]) == (1, 5), problems(found)
    assert set(problems(found)) == {2, 3, 4, 5, 6}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_spreadsheets_write_is_read(house: House, encoding: str) -> None:
    outcome = queries.upload(gate.run, Context(house.admin, "page"), "person", TEXT.encode(encoding), "人员.csv")
    assert isinstance(outcome, Done)
    house.act(house.admin, "import.start", outcome.object)
    assert run_import(gate.run, outcome.object, house.admin).counts["added"] == 2
    assert set(Person.objects.filter(code__in=("A01", "A02")).values_list("name", flat=True)) == {"𠮷田", "李"}


def test_cells_pasted_from_a_spreadsheet_keep_their_columns(house: House) -> None:
    body = pasted("\r\n姓名\t工号\t备注\r\n𠮷田\tA01\t\r\n\t\t\r\n李四\tA02\t有, 逗号\r\n")
    outcome = queries.upload(gate.run, Context(house.admin, "page"), "person", body, "粘贴的表格.txt")
    assert isinstance(outcome, Done)
    found = queries.find(house.admin, outcome.object)
    assert found is not None and found.total == 2
    assert [row.cells for row in queries.sheet_of(found).rows][1] == ["李四", "A02", "有, 逗号"]


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    return target.getvalue()


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04rubbish", b"\x00" * 2000, "只有一行标题".encode(), None],
    ids=["empty", "broken", "binary", "no rows", "bomb"],
)  # fmt: skip
def test_files_that_are_no_sheets_leave_nothing(house: House, body: bytes | None) -> None:
    # made here: a run that tests something else need not wait for it
    body = bomb() if body is None else body
    name = "x.xlsx" if body[:2] == b"PK" else "x.csv"
    with pytest.raises(SheetFault):
        queries.upload(gate.run, Context(house.admin, "page"), "person", body, name)
    assert not Import.objects.exists()
