"""Faults of a policy's text and the place where they stand. Owns `Where`, `Fault` and the words for "did you mean"."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from keguan.kernel.records.labels import Label, join


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a policy file: `line` and `column` count from 1; `path` is the way of keys, for humans.

    `currency` is the policy's: an amount written without one is meant in it.
    """

    file: str = ""
    clause: str = ""
    path: str = ""
    line: int | None = None
    column: int | None = None
    currency: str = "CNY"

    def at(self, raw: Any, key: object = None) -> "Where":
        """The place of `raw[key]` (of `raw` itself without a key), more exact where ruamel kept positions."""
        path = self.path
        if key is not None:
            path = f"{path}[{key + 1}]" if isinstance(key, int) else f"{path}.{key}".lstrip(".")
        line, column = self.line, self.column
        marks = getattr(raw, "lc", None)
        try:
            if marks is not None and key is None and marks.line is not None:
                line, column = marks.line + 1, marks.col + 1
            elif marks is not None and marks.data and key in marks.data:
                # a map notes its keys and values, a list its items
                spot = marks.data[key]
                line, column = spot[0] + 1, spot[1] + 1
        except (AttributeError, TypeError, IndexError):
            pass
        return replace(self, path=path, line=line, column=column)


class Fault(Exception):
    """Something in a policy that cannot run: what is wrong, how to cure it, and where."""

    def __init__(self, message: Label, cure: Label, where: Where | None = None) -> None:
        super().__init__(f"{message.en} ({cure.en})")
        self.message = message
        self.cure = cure
        self.where = where or Where()

    @property
    def line(self) -> int | None:
        """The line in the file, from 1; None where the form carries no positions."""
        return self.where.line


class ConditionFault(Fault):
    """A condition or a table that cannot run."""


class TermFault(Fault):
    """A term or a calendar that cannot run."""


class PeopleFault(Fault):
    """A people expression that cannot run."""


def nearest(word: str, options: Iterable[str], most: int = 3) -> list[str]:
    """Up to `most` of the options that look like `word`, best first."""
    known = list(dict.fromkeys(options))
    close = difflib.get_close_matches(word, known, n=most, cutoff=0.55)
    tail = [one for one in known if one.rpartition(".")[2] == word.rpartition(".")[2] and one not in close]
    return [*close, *tail][:most]


def did_you_mean(suggestions: Iterable[str], otherwise: Label) -> Label:
    """“Did you mean …?” over the suggestions, or `otherwise` where there are none."""
    words = [Label(one, one) for one in suggestions]
    if not words:
        return otherwise
    choices = join(words, "、", ", ")
    return Label(f"是否想写 {choices.zh}？", f"did you mean {choices.en}?")
