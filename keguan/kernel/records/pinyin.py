"""How Chinese names are read, and what somebody types who spells one in pinyin.

Pure functions of the text. Characters without a known reading stand for themselves. The tables of readings take half a
second to load, so they are imported where they are first needed: most processes never ask.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from keguan.kernel.records.scripts import simplified

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
MOST = 12
"""So many spellings of one text are looked at."""
LONGEST = 6
OPEN = r"a(?:i|o|ng?)?|e(?:i|r|ng?)?"
FINAL = rf"(?:{OPEN}|i(?:a(?:o|ng?)?|e|ng?|ong|u)?|o(?:u|ng)?|u(?:a(?:i|ng?)?|e|i|n|o)?|v(?:e|n|an)?)"
INITIAL = r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])"
SYLLABLE = re.compile(rf"{INITIAL}{FINAL}|{OPEN}|ou?")
BEGUN = re.compile(INITIAL)
PLAIN = re.compile(r"[a-z]{2,40}")


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


def readings(name: str) -> tuple[list[str], list[str]]:
    """The syllables of a name as common words, and with the surname read as one; often the same."""
    text = unicodedata.normalize("NFKC", name).strip().lower()
    plain = syllables(text)
    return plain, _as_surname(simplified(text), plain)


def _as_surname(name: str, plain: list[str]) -> list[str]:
    for length in (2, 1):
        if len(name) > length and (reading := SURNAMES.get(name[:length])):
            return [*reading.split(" "), *plain[length:]]
    return plain


def is_begun_by(reading: Sequence[str], typed: str) -> bool:
    """Whether `typed` begins each of the first syllables in turn: “zhangwei”, “zhangw” and “zw” all begin 张伟."""
    if not typed:
        return True
    if not reading:
        return False
    first, *others = reading
    lengths = range(min(len(first), len(typed)), 0, -1)
    return any(first[:length] == typed[:length] and is_begun_by(others, typed[length:]) for length in lengths)


def spellings(typed: str) -> list[tuple[str, ...]]:
    """The ways in which letters may spell two characters or more, or one whole one; the last may only be begun.

    “xian” is `xian` and `xi an`, “zhangw” is `zhang w`; letters that spell nothing, or only initials, have none.
    """
    return list(itertools.islice(_spelled(typed), MOST)) if PLAIN.fullmatch(typed) else []


def _spelled(typed: str) -> Iterator[tuple[str, ...]]:
    for length in range(min(LONGEST, len(typed)), 0, -1):
        if SYLLABLE.fullmatch(typed, 0, length):
            if length == len(typed):
                yield (typed,)
            elif BEGUN.fullmatch(typed, length):
                yield typed[:length], typed[length:]
            else:
                yield from ((typed[:length], *others) for others in _spelled(typed[length:]))
