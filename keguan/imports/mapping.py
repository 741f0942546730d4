"""What the columns of a sheet mean: the fields they can go to, and a guess from their titles.

Pure. A guess is a proposal; a person confirms it. In a mapping, a key of digits is a column and its value a field; any
other key is a field whose value is the same for all rows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import simplified
from keguan.kernel.sheets import Sheet

EXTRA = "extra."
"""How fields declared by packs are told from the product's own."""
TOGETHER = re.compile(r"[（(\[【].*?[)）\]】]|[\s*:：_\-./、★＊]")


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a column can go to. With `many`, several columns may."""

    name: str
    label: Label
    titles: tuple[str, ...] = ()
    many: bool = False
    required: bool = False

    @property
    def words(self) -> frozenset[str]:
        """Its titles as they are compared."""
        return frozenset(plain_title(word) for word in (*self.titles, self.label.zh, self.label.en, self.name))


def plain_title(title: str) -> str:
    """A title as it is compared: folded, Simplified, without brackets and what they hold, without blanks and marks."""
    text = simplified(unicodedata.normalize("NFKC", title).lower())
    return TOGETHER.sub("", text) or text


def columns(mapping: Mapping[str, str]) -> dict[str, str]:
    """The part of a mapping that is about columns."""
    return {index: field for index, field in mapping.items() if index.isdigit()}


def constants(mapping: Mapping[str, str]) -> dict[str, str]:
    """The part of a mapping that holds for all rows."""
    return {field: value for field, value in mapping.items() if not field.isdigit() and value}


def propose(sheet: Sheet, known: Sequence[Target], remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """Column index (as text) → field: as it was chosen before for such a title, else from the title itself.

    Columns that mean nothing to us are left out.
    """
    titles = {column.index: plain_title(column.title) for column in sheet.columns}
    names = {target.name for target in known}
    found: dict[int, str] = {}

    def enter(index: int, target: Target) -> None:
        if index not in found and (target.many or target.name not in found.values()):
            found[index] = target.name

    by_name = {target.name: target for target in known}
    for index, title in titles.items():
        before = (remembered or {}).get(title)
        if before in names:
            enter(index, by_name[str(before)])
    for is_alike in (_same, _holds, _spelt):
        for target in known:
            words = target.words
            for index, title in titles.items():
                if is_alike(title, words):
                    enter(index, target)
    return {str(index): found[index] for index in sorted(found)}


def _same(title: str, words: Iterable[str]) -> bool:
    return title in words


def _holds(title: str, words: Iterable[str]) -> bool:
    """Whether a word stands within the title; short Latin ones would stand in too many."""
    return any(len(word) >= (4 if word.isascii() else 2) and word in title for word in words)


def _spelt(title: str, words: Iterable[str]) -> bool:
    """Whether the title is a Chinese word in pinyin, in full or by its initials."""
    if len(title) < 2 or not title.isascii() or not title.isalpha():
        return False
    from pypinyin import lazy_pinyin

    for word in words:
        if not word.isascii():
            syllables = lazy_pinyin(word)
            if title == "".join(syllables) or (len(syllables) > 1 and title == "".join(part[0] for part in syllables)):
                return True
    return False


def check_mapping(mapping: Mapping[str, str], sheet: Sheet, known: Sequence[Target]) -> list[Label]:
    """What is wrong with a mapping: a needed field without a column, an unknown field, one field for two columns."""
    by_name = {target.name: target for target in known}
    chosen = list(columns(mapping).values())
    faults = missing(mapping, known)
    for name in dict.fromkeys((*chosen, *constants(mapping))):
        if name not in by_name:
            faults.append(Label("没有“{name}”这个字段", "there is no field {name}").format(name=name))
        elif chosen.count(name) > 1 and not by_name[name].many:
            label = by_name[name].label
            faults.append(Label("“{label}”只能对应一列", "“{label}” can take one column only").format(label=label))
    indexes = {str(column.index) for column in sheet.columns}
    if any(index not in indexes for index in columns(mapping)):
        faults.append(Label("表里没有这一列", "the sheet has no such column"))
    return faults


def missing(mapping: Mapping[str, str], known: Sequence[Target]) -> list[Label]:
    """The needed fields that no column goes to and that have no value for all rows."""
    given = {*columns(mapping).values(), *constants(mapping)}
    words = Label("请指定哪一列是{label}", "say which column is “{label}”")
    return [words.format(label=target.label) for target in known if target.required and target.name not in given]
