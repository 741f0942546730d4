"""Kinds of values in words: text, yes or no, one of a list."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from keguan.kernel.records.kinds.base import BadValue, Kind, plain
from keguan.kernel.records.labels import TRADITIONAL, Label, join


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """One line of text of at most `longest` characters; lines of more with `lines=True`."""

    longest: int = 200
    lines: bool = False
    name = "text"

    def parse(self, raw: object) -> str:
        if not isinstance(raw, str | int | float | Decimal):
            raise BadValue("这里要填文字", "text is expected here")
        text = "".join(c for c in str(raw) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
        text = text.strip("\u200b\u200c\u200d\ufeff")
        if not self.lines:
            text = " ".join(text.split())
        if len(text) > self.longest:
            raise BadValue(
                "最多 {n} 个字，现在有 {got} 个",
                "at most {n} {n:character|characters}, got {got}",
                n=self.longest,
                got=len(text),
            )
        return text


YES = frozenset(("true", "yes", "1", "是", "y", "on", "真", "有"))
NO = frozenset(("false", "no", "0", "否", "n", "off", "假", "无"))


@dataclass(frozen=True, slots=True)
class Boolean(Kind):
    """Yes or no."""

    name = "boolean"
    sql = "boolean"

    def parse(self, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        text = plain(raw).lower()
        if text in YES or text in NO:
            return text in YES
        raise BadValue("“{raw}”应为“是”或“否”", "“{raw}” should be yes or no", raw=str(raw))

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return "" if value is None else Label("是" if value else "否", "yes" if value else "no").text(language)


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a declared list; the code is stored, the label is shown and accepted."""

    options: Mapping[str, Label] = field(default_factory=dict, hash=False)
    name = "choice"

    def parse(self, raw: object) -> str:
        text = plain(raw)
        for code, label in self.options.items():
            if text in (code, label.zh) or text.lower() == label.en.lower():
                return code
        if not text.isascii():
            for code, label in self.options.items():
                if text == label.text(TRADITIONAL):
                    return code
        known = [Label(label.zh, code, label.hant) for code, label in self.options.items()]
        raise BadValue(
            "“{raw}”不在可选项里：{known}", "“{raw}” is not one of: {known}", raw=str(raw), known=join(known)
        )

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return self.options[value].text(language) if value in self.options else ("" if value is None else str(value))
