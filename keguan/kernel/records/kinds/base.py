"""What all kinds have, and what it is to be a bad or an empty value."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keguan.kernel.records.labels import Label, in_each


class BadValue(ValueError):
    """A value that cannot be read; `label` says what is wrong and how to go on. `{name}` places take what was typed."""

    def __init__(self, zh: str, en: str, **typed: object) -> None:
        self.label = Label(zh, en).format(**typed) if typed else Label(zh, en)
        super().__init__(self.label.en)


@dataclass(frozen=True, slots=True)
class Kind:
    """Any value, taken as it comes; the base of all kinds. `name` is what packs and the API call it."""

    name = "any"
    sql = "text"

    def parse(self, raw: object) -> Any:
        """A value from what a person, a sheet, a pack or JSON gives; `BadValue` where it cannot be read."""
        return raw

    def columns(self, fact: str) -> tuple[tuple[str, str], ...]:
        """Column name and SQL type of each column that stores the fact."""
        return ((fact, self.sql),)

    def to_columns(self, value: Any) -> tuple[Any, ...]:
        """The value as its columns take it."""
        return (value,)

    def from_columns(self, values: Sequence[Any]) -> Any:
        """The inverse of `to_columns`."""
        return values[0]

    def to_json(self, value: Any) -> Any:
        """The value as it stands in the journal and the API (decimals and times as text)."""
        return value

    def from_json(self, value: Any) -> Any:
        """The inverse of `to_json`."""
        return None if value is None else self.parse(value)

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – kinds with words need it
        """The value as people read it."""
        return "" if value is None else str(value)

    def label(self, value: Any) -> Label:
        """The value as people read it, in every language."""
        return in_each(lambda language: self.show(value, language))


def plain(raw: object) -> str:
    """Text with full-width letters and digits folded and blanks at the ends removed."""
    return unicodedata.normalize("NFKC", str(raw)).strip()


def empty(value: object) -> bool:
    """Whether a value counts as absent: nothing, empty text, empty list."""
    return value is None or value in ("", [], {})
