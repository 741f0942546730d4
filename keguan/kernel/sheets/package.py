"""The zip package of an xlsx file: is it one, is it safe to unpack, what stands in its sheets.

Runs before the reader proper, which trusts sizes and holds a whole rectangle in memory. It reads no values.
"""

import copy
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from keguan.kernel.records.labels import Label
from keguan.kernel.sheets.table import Limits, SheetFault

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = Label(
    "请在表格软件里“另存为”Excel 工作簿（.xlsx）后再导入", "save it as an Excel workbook (.xlsx) and import that"
)
DAMAGED = Label("文件已损坏，无法打开", "the file is damaged and cannot be opened")
TOO_BIG = Label("请把内容分成几个文件导入", "please split the contents into several files")
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(slots=True)
class Contents:
    """What a sheet holds: the used rectangle, merged areas (first and last row and column), faulty cells.

    Rows count from 1, columns from 0.
    """

    last_row: int = 0
    last_column: int = -1
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    longest: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A worksheet of the workbook: its name, whether people see it, and its entry in the zip."""

    name: str
    is_visible: bool
    entry: str


def refuse_foreign(data: bytes) -> None:
    """Refuse what is no zip package, each in its own words."""
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SheetFault(
                Label("文件设有打开密码", "the file is protected by a password"),
                Label("请在表格软件里取消密码，保存后再导入", "remove the password, save, and import again"),
            )
        raise SheetFault(Label("这是旧版 Excel 文件（.xls）", "this is an old Excel file (.xls)"), SAVE_AS)
    start = data[:512].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"\xef\xbb\xbf<")):
        raise SheetFault(
            Label("这是网页，不是 Excel 文件，只是用了表格的名字", "this is a web page under a spreadsheet's name"),
            SAVE_AS,
        )
    if not data.startswith(b"PK"):
        raise SheetFault(
            Label("这不是 Excel 文件：内容像是普通文本", "this is no Excel file: it looks like plain text"),
            Label(
                "如果是逗号分隔的文本，请把文件名改为 .csv；否则请另存为 .xlsx",
                "if it is comma-separated text, rename it to .csv; otherwise save it as .xlsx",
            ),
        )


def open_package(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The package, after its sizes were checked against what the entries say and against what they hold."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise SheetFault(DAMAGED, SAVE_AS) from None
    entries = package.infolist()
    if len(entries) > 10_000 or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise too_large(limits)
    if any(entry.flag_bits & 1 for entry in entries):
        raise SheetFault(
            Label("文件设有打开密码", "the file is protected by a password"),
            Label("请取消密码后再导入", "remove the password and import again"),
        )
    if "xl/workbook.xml" not in package.namelist():
        raise SheetFault(Label("这不是 Excel 工作簿", "this is not an Excel workbook"), SAVE_AS)
    left = limits.unpacked
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels", ".bin")):
            size = sum(len(chunk) for chunk in chunks(package, entry, left))
            if size != entry.file_size:
                raise SheetFault(DAMAGED, SAVE_AS)
            left -= size
    return package


def too_large(limits: Limits) -> SheetFault:
    """The fault of a file that unpacks to more than is allowed."""
    size = limits.unpacked // 2**20
    return SheetFault(Label(f"文件解压后超过 {size} MB", f"the file unpacks to more than {size} MB"), TOO_BIG)


def chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """An entry's true contents. The size an entry states can be a lie, so the end of its data decides, up to `most`."""
    honest = copy.copy(entry)
    honest.file_size = 2**62
    total = 0
    try:
        with package.open(honest) as stream:
            while chunk := stream.read(2**18):
                total += len(chunk)
                if total > most:
                    raise SheetFault(Label("文件解压后过大", "the file unpacks to too much"), TOO_BIG)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise SheetFault(DAMAGED, SAVE_AS) from None


def _parse(package: zipfile.ZipFile, name: str, parser: expat.XMLParserType, limits: Limits) -> None:
    def forbidden(*_: object) -> None:
        raise SheetFault(DAMAGED, SAVE_AS)

    parser.StartDoctypeDeclHandler = forbidden
    try:
        for chunk in chunks(package, package.getinfo(name), limits.unpacked):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, KeyError):
        raise SheetFault(DAMAGED, SAVE_AS) from None


def _tags(package: zipfile.ZipFile, name: str, limits: Limits) -> list[tuple[str, dict[str, str]]]:
    tags: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda tag, attributes: tags.append((tag.rpartition(" ")[2], attributes))
    _parse(package, name, parser, limits)
    return tags


def parts(package: zipfile.ZipFile, limits: Limits) -> list[Part]:
    """The worksheets in the workbook's order; chart sheets are left out."""
    targets = {
        tag["Id"]: posixpath.normpath(posixpath.join("/xl", tag["Target"])).lstrip("/")
        for name, tag in _tags(package, "xl/_rels/workbook.xml.rels", limits)
        if name == "Relationship" and tag.get("Type", "").endswith("/worksheet")
    }
    found = []
    for name, tag in _tags(package, "xl/workbook.xml", limits):
        link = next((value for key, value in tag.items() if key.endswith(" id")), "")
        if name == "sheet" and link in targets:
            found.append(Part(tag.get("name", ""), tag.get("state", "visible") == "visible", targets[link]))
    return found


def longest_shared(package: zipfile.ZipFile, limits: Limits) -> int:
    """The length of the longest shared text: many cells may point to one, and each becomes a copy."""
    if "xl/sharedStrings.xml" not in package.namelist():
        return 0
    longest = current = 0

    def start(tag: str, _: dict[str, str]) -> None:
        nonlocal current
        if tag.rpartition(":")[2] == "si":
            current = 0

    def data(text: str) -> None:
        nonlocal current, longest
        current += len(text)
        longest = max(longest, current)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = data
    parser.buffer_text = True
    _parse(package, "xl/sharedStrings.xml", parser, limits)
    return longest


def column_number(name: str) -> int:
    """The place of a column by its letters: A is 0."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


VALUES = frozenset(("v", "is"))


class _Scan:
    """The handlers that watch one worksheet go by."""

    def __init__(self) -> None:
        self.contents = Contents()
        self.row = 0
        self.column = -1
        self.kind = ""
        self.has_formula = self.has_value = self.in_value = False
        self.value = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag if ":" not in tag else tag.rpartition(":")[2]
        if name == "c":
            self.column += 1
            if found := CELL.fullmatch(attributes.get("r", "")):
                self.column, self.row = column_number(found[1]), int(found[2])
            self.kind = attributes.get("t", "")
            self.has_formula = self.has_value = False
            self.value = ""
        elif name in VALUES:
            self.has_value = self.in_value = True
        elif name == "f":
            self.has_formula = True
        elif name == "row":
            self.row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self.row + 1
            self.column = -1
        elif name == "mergeCell":
            ends = [CELL.fullmatch(end) for end in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                (left, top), (right, bottom) = ends[0].groups(), ends[1].groups()
                self.contents.merged.append((int(top), column_number(left), int(bottom), column_number(right)))

    def data(self, text: str) -> None:
        if self.in_value:
            self.value += text

    def end(self, tag: str) -> None:
        name = tag if ":" not in tag else tag.rpartition(":")[2]
        if name in VALUES:
            self.in_value = False
        elif name == "c" and (self.has_value or self.has_formula):
            found = self.contents
            found.last_row = max(found.last_row, self.row)
            found.last_column = max(found.last_column, self.column)
            if self.has_formula and not self.value and not (self.has_value and self.kind == "str"):
                found.uncalculated.append((self.row, self.column))
            elif self.kind == "e":
                found.errors.append((self.row, self.column, self.value))
            elif self.kind == "s":
                found.shared += 1


def contents(package: zipfile.ZipFile, part: Part, limits: Limits) -> Contents:
    """What a worksheet holds, found by one pass over its XML."""
    scan = _Scan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.data
    parser.buffer_text = True
    _parse(package, part.entry, parser, limits)
    return scan.contents
