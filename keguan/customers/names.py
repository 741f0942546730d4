"""Search and sort keys of names: part of a name, pinyin initials, pinyin order.

Pure functions of the text. Characters without a known reading stay as they are, so every name can be found by
its own characters.
"""

from typing import NamedTuple

from keguan.kernel.records.pinyin import readings
from keguan.kernel.records.scripts import folded

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


def keys(name: str, is_person: bool) -> NameKeys:
    """All keys of a name. Both readings of a surname are searchable; a person sorts by the surname's."""
    plain, named = readings(name)
    initials = dict.fromkeys(_initials(reading) for reading in (plain, named))
    order = " ".join("".join(_spaced(named if is_person else plain)).split())
    return NameKeys(folded(name)[:LONGEST], grams(name), " ".join(initials)[:LONGEST], order[:LONGEST])


def _initials(reading: list[str]) -> str:
    return "".join(syllable[:1] for syllable in reading if not syllable.isspace())


def _spaced(reading: list[str]) -> list[str]:
    """Syllables with blanks between them; single letters and digits of other scripts stay together."""
    return [f" {part} " if len(part) > 1 else part for part in reading]
