"""From a file to a sheet: which format it is, which sheet of it counts, and where its table begins."""

from pathlib import Path

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.delimited import read_delimited
from keguan.kernel.sheets.package import OLE, TOO_BIG
from keguan.kernel.sheets.table import USUAL, Limits, Sheet, SheetFault
from keguan.kernel.sheets.workbook import read_workbook

TEXT_NAMES = (".csv", ".tsv", ".txt")


def read_sheet(source: bytes | str | Path, filename: str, limits: Limits = USUAL) -> Sheet:
    """The first filled sheet of an xlsx or csv file as rows of text.

    `source` is the contents or a path; `filename` is the name people gave the file and only tells text from
    workbook. Raises `SheetFault` where the file cannot be read as one table.
    """
    if isinstance(source, bytes):
        data = source
    else:
        path = Path(source)
        if path.stat().st_size > limits.packed:
            raise _heavy(limits)
        data = path.read_bytes()
    if len(data) > limits.packed:
        raise _heavy(limits)
    if not data.strip():
        raise SheetFault(
            Label("文件是空的", "the file is empty"), Label("请检查是否选错了文件", "check that it is the right file")
        )
    is_text = filename.lower().endswith(TEXT_NAMES)
    if is_text and not data.startswith((b"PK\x03\x04", OLE)):
        return read_delimited(data, limits)
    return read_workbook(data, limits)


def _heavy(limits: Limits) -> SheetFault:
    size = limits.packed // 2**20
    return SheetFault(Label(f"文件超过 {size} MB", f"the file is larger than {size} MB"), TOO_BIG)
