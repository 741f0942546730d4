"""Phone numbers: from what people write to one form that can be compared, and back to what people read.

One form: a Chinese number is its digits as dialled at home (area code with its 0), a foreign one begins with +.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NamedTuple

from keguan.kernel.records.kinds import BadValue, Kind
from keguan.kernel.records.labels import Label

KINDS = {
    "mobile": Label("手机", "mobile"),
    "landline": Label("座机", "landline"),
    "local": Label("座机（无区号）", "landline without area code"),
    "service": Label("服务热线", "service line"),
    "international": Label("境外号码", "abroad"),
}

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－﹣ー"), "-")
INVISIBLE = re.compile(r"[\s\u00a0\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff()（）.·]+")
LABELLED = re.compile(r"^(?:手机|电话|座机|传真|热线|tel|mobile|phone|fax)[:：]?", re.IGNORECASE)
EXTENSION = re.compile(r"(?:-?[转轉](?:分[机機])?|-?分[机機]|;?ext[.:=]?|x|#)(\d{1,6})$", re.IGNORECASE)
WITH_DASH = re.compile(r"(0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|(?:\+?86-?)?1[3-9]\d{9})-(\d{1,6})")
SHAPES = (
    ("mobile", re.compile(r"1[3-9]\d{9}")),
    ("landline", re.compile(r"0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}")),
    ("service", re.compile(r"[48]00\d{7}|9[56]\d{3,4}")),
    ("local", re.compile(r"[2-8]\d{6,7}")),
)
BETWEEN = re.compile(r"[/、,，;；|\n]|\s或\s|\s{2,}")


class Phone(NamedTuple):
    """A number in its one form, an extension (may be empty) and its kind (see `KINDS`)."""

    digits: str
    extension: str
    kind: str


def read_phone(raw: object) -> Phone:
    """One phone number from what a person wrote; `BadValue` says what is wrong with it."""
    return _read(str(raw))


@functools.lru_cache(8192)
def _read(raw: str) -> Phone:
    # Kept for a while: an import asks for the same number when it looks, when it checks and when it writes.
    if raw.isascii() and raw.isdigit() and (kind := _shape(raw)):
        return Phone(raw, "", kind)
    text = LABELLED.sub("", INVISIBLE.sub("", unicodedata.normalize("NFKC", raw).lstrip("'").translate(DASHES)))
    extension = ""
    if found := EXTENSION.search(text) or WITH_DASH.fullmatch(text):
        extension = found[found.lastindex or 0]
        text = text[: found.start(found.lastindex or 0)]
        text = re.sub(r"(?:-?[转轉](?:分[机機])?|-?分[机機]|;?ext[.:=]?|x|#|-)$", "", text, flags=re.IGNORECASE)
    digits = text.replace("-", "")
    if not re.fullmatch(r"\+?\d+", digits, re.ASCII):
        raise BadValue(
            "“{raw}”不是电话号码（一格只填一个号码，只用数字）",
            "“{raw}” is not a phone number (one number, digits only)",
            raw=raw,
        )
    digits, kind = _known(digits)
    if not kind:
        raise _unknown(raw, digits)
    return Phone(digits, extension, kind)


def _known(digits: str) -> tuple[str, str]:
    """The one form and the kind; an empty kind where the digits fit none."""
    abroad = digits.startswith(("+", "00"))
    bare = digits.removeprefix("+").removeprefix("00") if abroad else digits
    if bare.startswith("86") and len(bare) > 10:
        home = bare[2:]
        for candidate in (home, f"0{home}"):
            if (kind := _shape(candidate)) not in ("", "local"):
                return candidate, kind
    if abroad:
        fits = not bare.startswith("86") and re.fullmatch(r"[1-9]\d{6,14}", bare)
        return f"+{bare}", "international" if fits else ""
    if len(digits) == 12 and digits[:2] == "01" and _shape(digits[1:]) == "mobile":
        return digits[1:], "mobile"
    return digits, _shape(digits)


def _shape(digits: str) -> str:
    return next((kind for kind, shape in SHAPES if shape.fullmatch(digits)), "")


def _unknown(raw: str, digits: str) -> BadValue:
    if digits.startswith("1") and len(digits) != 11:
        return BadValue(
            "“{raw}”不是手机号：应为 11 位，现在有 {count} 位",
            "“{raw}” is not a mobile number: 11 digits are needed, got {count}",
            raw=raw,
            count=len(digits),
        )
    if digits.startswith("0"):
        return BadValue(
            "“{raw}”不是座机号：应为区号加 7 或 8 位号码，如 0755-82345678",
            "“{raw}” is not a landline: area code and 7 or 8 digits, such as 0755-82345678",
            raw=raw,
        )
    return BadValue(
        "“{raw}”不是电话号码（手机 11 位；座机带区号；境外号码以 + 开头）",
        "“{raw}” is not a phone number (mobile: 11 digits; landline: with area code; abroad: begins with +)",
        raw=raw,
    )


def read_phones(raw: str) -> list[Phone]:
    """Several numbers written into one cell, in order, each once; `BadValue` for the first bad one."""
    return list(dict.fromkeys(read_phone(part) for part in BETWEEN.split(raw) if part.strip()))


def mask(digits: str) -> str:
    """The number with its middle hidden: 138****2207, 010****5678."""
    if len(digits) <= 6:
        return digits
    if digits.startswith("+"):
        return f"{digits[:3]}****{digits[-3:]}"
    if digits.startswith("0"):
        head = 3 if digits[1] in "12" else 4
        return f"{digits[:head]}****{digits[-4:]}"
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 8 else f"****{digits[-4:]}"


EXTENDED = Label("转", "ext.")


def shown(digits: str) -> str:
    """The number as people read it: 138 0000 2207, 0755-82345678."""
    text = digits
    if re.fullmatch(r"1\d{10}", digits):
        text = f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    elif re.fullmatch(r"[48]00\d{7}", digits):
        text = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    elif digits.startswith("0"):
        head = 3 if digits[1] in "12" else 4
        text = f"{digits[:head]}-{digits[head:]}"
    return text


def tail_key(part: str) -> str:
    """The digits of a typed number tail, reversed, as the index on reversed numbers is searched."""
    return "".join(c for c in unicodedata.normalize("NFKC", part) if c in "0123456789")[::-1]


@dataclass(frozen=True, slots=True)
class PhoneKind(Kind):
    """A phone number in its one form; an extension follows an x: `01082345678x801`."""

    name = "phone"

    def parse(self, raw: object) -> str:
        """The number as written by a person, in its one form."""
        found = read_phone(raw)
        return f"{found.digits}x{found.extension}" if found.extension else found.digits

    def show(self, value: Any, language: str = "zh-hans") -> str:
        """The number as people read it."""
        if not value:
            return ""
        digits, _, extension = str(value).partition("x")
        return f"{shown(digits)} {EXTENDED.text(language)} {extension}" if extension else shown(digits)
