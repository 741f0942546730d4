"""Words in the languages of the product. Every declared thing carries its name as a `Label`."""

from dataclasses import dataclass

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Label:
    """One text in Simplified Chinese and in English."""

    zh: str
    en: str

    def text(self, language: str = "zh-hans") -> str:
        """The text in `language` (`zh-hans` or `en`); anything else reads Chinese."""
        return self.en if language.startswith("en") else self.zh

    def format(self, **values: object) -> "Label":
        """A label with `{name}` places filled; values that are labels are filled in their own language."""
        return Label(
            self.zh.format(**{k: v.zh if isinstance(v, Label) else v for k, v in values.items()}),
            self.en.format(**{k: v.en if isinstance(v, Label) else v for k, v in values.items()}),
        )

    def as_json(self) -> dict[str, str]:
        """The label as it stands in the journal."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, body: dict[str, str]) -> "Label":
        """The inverse of `as_json`."""
        return cls(body["zh"], body["en"])


def join(labels: list[Label], zh: str = "、", en: str = ", ") -> Label:
    """Several labels as one, set with the separators of each language."""
    return Label(zh.join(label.zh for label in labels), en.join(label.en for label in labels))
