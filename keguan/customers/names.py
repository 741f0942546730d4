"""Search and sort keys of names: part of a name, pinyin initials, pinyin order.

Pure functions of the text. Characters without a known reading stay as they are, so every name can be found by
its own characters. The tables of readings take half a second to load, so they are imported where they are first needed:
most processes never ask.
"""

import functools
import unicodedata
from typing import NamedTuple

from keguan.kernel.records.scripts import folded, simplified

SURNAMES = {
    "万俟": "mo qi", "长孙": "zhang sun", "尉迟": "yu chi", "澹台": "tan tai", "单于": "chan yu", "令狐": "ling hu",
    "曾": "zeng", "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "覃": "qin", "翟": "zhai",
    "朴": "piao", "乐": "yue", "缪": "miao", "盖": "ge", "召": "shao", "繁": "po", "种": "chong", "折": "she",
    "秘": "bi", "黑": "he", "祭": "zhai", "员": "yun", "句": "gou", "佴": "nai", "乜": "nie", "宓": "fu",
    "薄": "bo", "柏": "bai", "卜": "bu", "任": "ren", "华": "hua", "洗": "xian", "尉": "wei", "重": "chong",
    "逄": "pang", "呙": "guo", "牟": "mu", "谌": "chen", "隗": "wei", "郇": "xun", "那": "na", "褚": "chu",
    "莘": "shen", "晁": "chao", "俞": "yu", "车": "che", "燕": "yan", "应": "ying", "能": "nai", "宿": "su",
}  # fmt: skip
"""Surnames whose reading as a name differs from their reading as a common word."""


LONGEST = 500
"""What a key keeps of a very long name: an index entry has room for no more."""


class NameKeys(NamedTuple):
    """What is stored beside a name: folded text for `like`, grams, initials (readings parted by blanks), sort key."""

    folded: str
    grams: list[str]
    initials: str
    sort_key: str


def grams(name: str) -> list[str]:
    """All single characters and neighbouring pairs of the folded name, each once, sorted."""
    text = folded(name)
    return sorted({*text, *(text[at : at + 2] for at in range(len(text) - 1))})


def wanted_grams(part: str) -> list[str]:
    """The grams a name must have to hold `part`: exact for up to two characters, a sieve for more."""
    text = folded(part)
    if len(text) <= 2:
        return [text] if text else []
    return sorted({text[at : at + 2] for at in range(len(text) - 1)})


@functools.cache
def _bare(syllable: str) -> str:
    """A syllable without its tone: there are some 1,500 with, and a million look-ups while the tables are made."""
    from pypinyin.contrib.tone_convert import to_normal

    return str(to_normal(syllable))


@functools.cache
def _letters() -> dict[str, str]:
    """Each character's commonest reading without tone."""
    from pypinyin.constants import PINYIN_DICT

    return {chr(code): _bare(readings.split(",", 1)[0]) for code, readings in PINYIN_DICT.items()}


@functools.cache
def _openings() -> frozenset[str]:
    """The first two characters of every phrase that is read otherwise than its characters one by one."""
    from pypinyin.constants import PHRASES_DICT

    table = _letters()
    return frozenset(
        phrase[:2]
        for phrase, readings in PHRASES_DICT.items()
        if [_bare(part[0]) for part in readings] != [table.get(character) for character in phrase]
    )


def syllables(name: str) -> list[str]:
    """The reading of each character, lower-cased; runs of other characters are cut into single ones.

    A table by character answers at once; the phrase book, twenty times slower, is asked only for names that hold
    the opening of a phrase it reads differently.
    """
    text = unicodedata.normalize("NFKC", name).lower()
    openings = _openings()
    if any(text[at : at + 2] in openings for at in range(len(text) - 1)):
        from pypinyin import Style, lazy_pinyin

        return lazy_pinyin(text, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    table = _letters()
    return [table.get(character, character) for character in text]


def _as_surname(name: str, plain: list[str]) -> list[str]:
    """The syllables with the surname read as one; the same list where the table has nothing to say."""
    for length in (2, 1):
        if len(name) > length and (reading := SURNAMES.get(name[:length])):
            return [*reading.split(" "), *plain[length:]]
    return plain


def keys(name: str, is_person: bool) -> NameKeys:
    """All keys of a name. Both readings of a surname are searchable; a person sorts by the surname's."""
    text = unicodedata.normalize("NFKC", name).strip().lower()
    plain = syllables(text)
    named = _as_surname(simplified(text), plain)
    readings = dict.fromkeys(_initials(reading) for reading in (plain, named))
    order = " ".join("".join(_spaced(named if is_person else plain)).split())
    return NameKeys(folded(name)[:LONGEST], grams(name), " ".join(readings)[:LONGEST], order[:LONGEST])


def _initials(reading: list[str]) -> str:
    return "".join(syllable[:1] for syllable in reading if not syllable.isspace())


def _spaced(reading: list[str]) -> list[str]:
    """Syllables with blanks between them; single letters and digits of other scripts stay together."""
    return [f" {part} " if len(part) > 1 else part for part in reading]
