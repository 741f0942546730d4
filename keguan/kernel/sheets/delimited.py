"""Reading delimited text (csv): its encoding, its separator, its records."""

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.cells import Reader
from keguan.kernel.sheets.layout import Grid, layout
from keguan.kernel.sheets.package import TOO_BIG
from keguan.kernel.sheets.table import Finding, Limits, Sheet, SheetFault

if TYPE_CHECKING:
    import _csv  # where the reader's type has its name

SEPARATORS = (",", "\t", ";")
LONGEST = 131_072
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_delimited(data: bytes, limits: Limits) -> Sheet:
    """The table in a text file: UTF-8, GB18030 or UTF-16, separated by comma, TAB or semicolon."""
    text, told = decode(data)
    reader = Reader()
    grid: Grid = {}
    for number, cells in _records(text, limits):
        texts = [reader.text(cell, number, at) for at, cell in enumerate(cells)]
        if any(texts):
            grid[number] = texts
    return layout(grid, reader.findings(), ragged=True).sheet(told)


def decode(data: bytes) -> tuple[str, list[Finding]]:
    """The text and what to tell about its encoding. Raises `SheetFault` with the line that cannot be read."""
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), None)
    if encoding is None and len(data) % 2 == 0 and (data[1:200:2].count(0) > 20 or data[0:200:2].count(0) > 20):
        encoding = "utf-16-le" if data[1:200:2].count(0) > data[0:200:2].count(0) else "utf-16-be"
    for name in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
        else:
            if "\0" in text:
                raise SheetFault(
                    Label("这不是文本文件", "this is not a text file"),
                    Label("请另存为 .xlsx 或 UTF-8 编码的 .csv", "save it as .xlsx or as .csv in UTF-8"),
                )
            return text, [_told()] if name == "gb18030" else []
    raise SheetFault(
        Label(f"第 {line} 行有无法识别的字符", f"line {line} holds characters that cannot be read"),
        Label("请另存为 .xlsx 或 UTF-8 编码的 .csv", "save it as .xlsx or as .csv in UTF-8"),
        row=line,
    )


def _told() -> Finding:
    return Finding(
        Label("文件按 GB18030（国标）编码读取", "the file was read as GB18030"),
        Label("如果文字是乱码，请另存为 UTF-8 或 .xlsx 再导入", "if the text looks garbled, save it as UTF-8 or .xlsx"),
    )


def _parse(text: str, separator: str) -> "_csv.Reader":
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def separator_of(text: str) -> str:
    """The separator that cuts the first records into the most cells of an even number."""
    best, score = ",", 0
    head = text[:LONGEST]
    for separator in SEPARATORS:
        widths: list[int] = []
        try:
            for cells in _parse(head, separator):
                widths += [len(cells)] if any(cells) else []
                if len(widths) == 20:
                    break
        except csv.Error:
            pass
        usual = sorted(widths)[len(widths) // 2] if widths else 0
        even = usual * widths.count(usual)
        if usual > 1 and even > score:
            best, score = separator, even
    return best


def _records(text: str, limits: Limits) -> list[tuple[int, list[str]]]:
    stated = re.match(r"sep=(.)\r?\n", text)
    separator = stated[1] if stated else separator_of(text)
    offset = 2 if stated else 1
    reader = _parse(text[stated.end() :] if stated else text, separator)
    records: list[tuple[int, list[str]]] = []
    while True:
        line = reader.line_num + offset
        try:
            cells = next(reader)
        except StopIteration:
            return records
        except csv.Error as error:
            raise _unreadable(line, error) from None
        if len(cells) > limits.columns:
            raise SheetFault(
                Label(
                    f"第 {line} 行有 {len(cells)} 列，最多 {limits.columns} 列",
                    f"line {line} has {len(cells)} columns, at most {limits.columns}",
                ),
                Label("请删去不用的列", "delete the columns that are not needed"),
                row=line,
            )
        if len(records) > limits.rows + 100:
            raise SheetFault(Label(f"超过 {limits.rows} 行", f"more than {limits.rows} rows"), TOO_BIG, row=line)
        records.append((len(records) + offset, cells))


def _unreadable(line: int, error: csv.Error) -> SheetFault:
    if "field larger" in str(error):
        message = Label(
            f"第 {line} 行有一格超过 {LONGEST} 个字", f"line {line} has a cell of more than {LONGEST} characters"
        )
    else:
        message = Label(f"第 {line} 行的双引号没有成对", f"line {line} has a double quote without its partner")
    return SheetFault(
        message,
        Label(
            "请检查这一行的英文双引号；内容里的双引号要写两次",
            "check its double quotes; one inside contents is written twice",
        ),
        row=line,
    )
