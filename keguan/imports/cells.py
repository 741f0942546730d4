"""What a cell says, in the form in which the parser of its kind takes it: as people write it in sheets.

Pure. Nothing is guessed: what stays unclear is left as it is, for the parser to say what is wrong with it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from keguan.kernel.records.kinds import Boolean, Date, Integer, Kind, Listing, Moment, MoneyKind, Number

TICKS = {"√": "是", "✓": "是", "✔": "是", "☑": "是", "●": "是", "×": "否", "✗": "否", "✘": "否", "☐": "否"}
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
CURRENCY = re.compile(
    r"^(?P<before>[A-Za-z]{3})?\s*[¥￥$]?\s*(?P<amount>[+-]?[\d,]+(?:\.\d+)?)\s*(?P<after>[A-Za-z]{3}|元|圆|块)?$"
)
CLOCK = re.compile(r"(\d{1,2})[时点](\d{1,2})?分?")
MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00)?$")


def raw(kind: Kind, cell: str) -> Any:
    """The cell as the kind's parser reads it."""
    reader = READERS.get(type(kind.of if isinstance(kind, Listing) else kind))
    return cell if reader is None else reader(kind, cell)


def folds(kind: Kind) -> bool:
    """Whether cells of this kind are read otherwise than as they stand."""
    return type(kind) in READERS


def _number(_kind: Kind, cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).strip()
    return text.replace(",", "") if GROUPED.fullmatch(text) else cell


def _money(kind: Kind, cell: str) -> Any:
    found = CURRENCY.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if found is None or (found["before"] and found["after"]):
        return cell
    amount = _number(kind, found["amount"])
    code = found["before"] or (found["after"] if (found["after"] or "").isascii() else None)
    return {"amount": amount, "currency": code} if code else amount


def _date(_kind: Kind, cell: str) -> str:
    text = MIDNIGHT.sub("", cell.strip())
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"\d{8}", text) else text


def _moment(kind: Kind, cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).strip()
    text = CLOCK.sub(lambda found: f"{int(found[1]):02}:{int(found[2] or 0):02}", text)
    day, _, time = re.sub(r"[年月/.]", "-", text.replace("日", " ")).strip().partition(" ")
    try:
        parts = [int(part) for part in _date(kind, day).split("-")]
    except ValueError:
        return cell
    if len(parts) != 3:
        return cell
    hour = time.strip()
    return "{}-{:02}-{:02}".format(*parts) + (f" {hour:0>5}" if hour else "")


def _boolean(_kind: Kind, cell: str) -> str:
    return TICKS.get(cell.strip(), cell)


READERS: Mapping[type[Kind], Callable[[Kind, str], Any]] = {
    Integer: _number,
    Number: _number,
    MoneyKind: _money,
    Date: _date,
    Moment: _moment,
    Boolean: _boolean,
}


def parts(cell: str) -> list[str]:
    """Several values in one cell."""
    for mark in "、;；，\n":
        cell = cell.replace(mark, ",")
    return [part.strip() for part in cell.split(",") if part.strip()]
