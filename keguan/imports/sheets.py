"""Uploaded sheets as they are kept: the file itself, and what was read from it, so that it is read only once."""

import gzip
import io
import json
from dataclasses import asdict
from typing import Any

from keguan.kernel import files
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Column, Finding, Limits, Row, Sheet, SheetFault, read_sheet

LIMITS = Limits(packed=files.LARGEST)


def keep(body: bytes, filename: str) -> tuple[Sheet, str, str]:
    """Read a sheet and keep it: the sheet, the file's digest, the digest of what was read. `SheetFault`."""
    sheet = read_sheet(body, filename, LIMITS)
    try:
        original = files.store(io.BytesIO(body), filename)
        table = files.store(io.BytesIO(_pack(sheet)), f"{filename}.json.gz")
    except BadValue as fault:
        raise SheetFault(fault.label, Label("请分成几个文件导入", "split it into several files")) from None
    return sheet, original.digest, table.digest


def kept(digest: str) -> Sheet:
    """The sheet that was kept under the digest of what was read."""
    body = json.loads(gzip.decompress(files.read(digest)))
    return Sheet(
        body["name"],
        [Column(**column) for column in body["columns"]],
        [Row(number, cells) for number, cells in body["rows"]],
        [_finding(finding) for finding in body["findings"]],
    )


def _pack(sheet: Sheet) -> bytes:
    body = {
        "name": sheet.name,
        "columns": [asdict(column) for column in sheet.columns],
        "rows": [(row.number, row.cells) for row in sheet.rows],
        "findings": [asdict(finding) for finding in sheet.findings],
    }
    return gzip.compress(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), 3, mtime=0)


def _finding(body: dict[str, Any]) -> Finding:
    return Finding(**{**body, "message": Label(**body["message"]), "cure": Label(**body["cure"])})


def pasted(text: str) -> bytes:
    """Cells that were copied out of a spreadsheet, as a file: rows by line, cells by TAB."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").encode("utf-8", "replace")
