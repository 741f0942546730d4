"""Words in the languages of the product. Every declared thing carries its name as a `Label`.

Code and packs say everything twice, in Simplified Chinese and in English. Traditional Chinese is read out of the
Simplified text (`scripts.traditional`), except for what people typed: `format` and `typed` keep that as it was written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from keguan.kernel.records.scripts import traditional

SIMPLIFIED, TRADITIONAL, ENGLISH = LANGUAGES = ("zh-hans", "zh-hant", "en")


@dataclass(frozen=True, slots=True)
class Label:
    """One text in Simplified Chinese and in English; `hant` only where Traditional cannot be read out of `zh`."""

    zh: str
    en: str
    hant: str = ""

    @classmethod
    def typed(cls, text: str) -> "Label":
        """What a person typed (a name, a title, a note): the same in every language, character for character."""
        return cls(text, text, "" if text.isascii() else text)

    @classmethod
    def written(cls, text: str) -> "Label":
        """What stands in a policy: there is no English for it, and it reads in both scripts."""
        return cls(text, text)

    def text(self, language: str = SIMPLIFIED) -> str:
        """The text in `language` (one of `LANGUAGES`); anything else reads Simplified Chinese."""
        if language == TRADITIONAL:
            return self.hant or traditional(self.zh)
        return self.en if language.startswith("en") else self.zh

    def format(self, **values: object) -> "Label":
        """A label with `{name}` places `filled`: labels in their own language, anything else as it was typed."""
        return Label(
            filled(self.zh, {k: v.zh if isinstance(v, Label) else v for k, v in values.items()}),
            filled(self.en, {k: v.en if isinstance(v, Label) else v for k, v in values.items()}),
            self._hant_of(values) if self.hant or any(map(_is_typed, values.values())) else "",
        )

    def _hant_of(self, values: dict[str, object]) -> str:
        words = {k: v.text(TRADITIONAL) if isinstance(v, Label) else v for k, v in values.items()}
        return filled(self.text(TRADITIONAL), words)

    def as_json(self) -> dict[str, str]:
        """The label as it stands in the journal."""
        return {"zh": self.zh, "en": self.en} | ({"hant": self.hant} if self.hant else {})

    @classmethod
    def from_json(cls, body: dict[str, str]) -> "Label":
        """The inverse of `as_json`."""
        return cls(body["zh"], body["en"], body.get("hant", ""))


class _Places(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, is_counting, several = format_spec.partition("|")
        return (one if str(value) == "1" else several) if is_counting else format(value, format_spec)


_places = _Places()


def filled(words: str, values: Mapping[str, object]) -> str:
    """Words with their `{name}` places filled; `{n:case|cases}` is the word that fits the number `n`."""
    return _places.vformat(words, (), values) if "|" in words else words.format_map(values)


def _is_typed(value: object) -> bool:
    return bool(value.hant) if isinstance(value, Label) else isinstance(value, str) and not value.isascii()


def about(what: Label, said: Label) -> Label:
    """What is wrong with a field: the field, then what is said of it."""
    return Label("“{what}”：{said}", "“{what}”: {said}").format(what=what, said=said)


def in_each(say: Callable[[str], str]) -> Label:
    """What a function says in each language, as one label."""
    zh, hant, en = (say(language) for language in LANGUAGES)
    return Label(zh, en, "" if hant == zh and hant.isascii() else hant)


def typed(texts: Iterable[str]) -> Label:
    """Several names that people typed, with the separators of each language."""
    return join([Label.typed(text) for text in texts], "、", ", ")


def join(labels: list[Label], zh: str = "、", en: str = ", ") -> Label:
    """Several labels as one, set with the separators of each language."""
    hant = traditional(zh).join(label.text(TRADITIONAL) for label in labels) if any(map(_is_typed, labels)) else ""
    return Label(zh.join(label.zh for label in labels), en.join(label.en for label in labels), hant)
