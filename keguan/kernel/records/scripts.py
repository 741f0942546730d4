"""Chinese in its two scripts: the product's Simplified words in Traditional characters, and names folded for searching.

`traditional` is for words of the product and of a company's policies, never for what people typed: a person is called
what she wrote. Characters and phrases follow OpenCC's `s2tw`, without exchanging words (软件 stays 軟件); `TERMS` and
`FORMS` say where this product writes otherwise. The dictionaries take a tenth of a second to load, so they are opened
where they are first needed.
"""

import functools
import re
import unicodedata
from collections.abc import Callable

TERMS = {
    "标签": "標籤", "书签": "書籤", "签": "簽", "核准": "核准", "批准": "批准", "准许": "准許", "不准": "不准",
    "采用": "採用", "天后": "天後", "周后": "週後", "月后": "月後", "年后": "年後", "日后": "日後",
    "后台": "後台", "柜台": "櫃台", "前台": "前台", "平台": "平台", "复算": "複算", "回复": "回覆", "了解": "了解",
    "当周": "當週", "本周": "本週", "上周": "上週", "下周": "下週", "几周": "幾週",
    "数里": "數裡", "式里": "式裡", "里加": "裡加", "借款": "借款", "余款": "餘款", "尽量": "盡量",
}  # fmt: skip
"""Terms of the trade that the dictionaries cut or choose wrongly, longest first where one holds another."""

FORMS = str.maketrans({"臺": "台", "賬": "帳", "佈": "布", "汙": "污", "“": "「", "”": "」", "‘": "『", "’": "』"})
"""Of several forms of one character the one that readers of every region know; quotation marks as they set them."""

_TERM = re.compile("|".join(sorted(map(re.escape, TERMS), key=len, reverse=True)))


@functools.cache
def _convert() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2tw").convert
    return convert


@functools.lru_cache(maxsize=16_384)
def traditional(text: str) -> str:
    """Simplified words in Traditional characters; text that already is Traditional, or no Chinese, stays as it is."""
    if text.isascii():
        return text
    convert = _convert()
    parts: list[str] = []
    at = 0
    for found in _TERM.finditer(text):
        parts += (convert(text[at : found.start()]), TERMS[found[0]])
        at = found.end()
    made = "".join((*parts, convert(text[at:]))).translate(FORMS)
    return text if _apart(text, simplified(text)) > _apart(text, made) else made


def _apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False))


def simplified(text: str) -> str:
    """Each Traditional character as its Simplified one: for comparing names, not for reading."""
    return text if text.isascii() else text.translate(_simple_forms())


def written_as(text: str) -> dict[str, str]:
    """Every Traditional character that `simplified` turns into one of `text`, with that one."""
    ways = _ways()
    return {way: form for form in set(text) for way in ways.get(form, ())}


@functools.cache
def _ways() -> dict[str, list[str]]:
    """By Simplified character, the others that are written for it."""
    found: dict[str, list[str]] = {}
    for code, form in _simple_forms().items():
        found.setdefault(form, []).append(chr(code))
    return found


@functools.cache
def _simple_forms() -> dict[int, str]:
    """The Simplified form of each character that has one; found once, with all characters there are."""
    import opencc

    every = [chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2FA20))]
    convert = opencc.OpenCC("t2s").convert
    forms = dict(zip(every, convert(convert("\n".join(every))).split("\n"), strict=True))
    return {ord(one): form for one, form in forms.items() if one != form}


def folded(name: str) -> str:
    """A name as searches compare it: NFKC, lower case, without blanks, in Simplified characters."""
    # Folded twice: dropping a blank can bring a letter next to a combining mark.
    return simplified(unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", name).lower().split())))
