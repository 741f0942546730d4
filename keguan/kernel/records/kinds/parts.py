"""Kinds made of others: another record, several values, the fields that a pack declares."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keguan.kernel.records.kinds.base import BadValue, Kind
from keguan.kernel.records.kinds.words import Text


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """A record of another type, by id (`person`, `unit`, `customer`, …)."""

    to: str = ""
    name = "reference"
    sql = "uuid"

    def parse(self, raw: object) -> uuid.UUID:
        try:
            return raw if isinstance(raw, uuid.UUID) else uuid.UUID(str(raw))
        except ValueError:
            raise BadValue("“{raw}”不是有效的记录编号", "“{raw}” is not a record id", raw=str(raw)) from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Listing(Kind):
    """Several values of one kind, in order, without repeats."""

    of: Kind = field(default_factory=Text)
    most: int = 200
    name = "list"

    @property
    def sql(self) -> str:  # type: ignore[override]
        return f"{self.of.sql}[]"

    def parse(self, raw: object) -> list[Any]:
        if isinstance(raw, str):
            raw = [part for part in re.split(r"[,，、;；\n]", raw) if part.strip()]
        if not isinstance(raw, Sequence):
            raise BadValue("这里要填一个列表", "a list is expected here")
        if len(raw) > self.most:
            raise BadValue("最多 {n} 项", "at most {n} {n:entry|entries}", n=self.most)
        return list(dict.fromkeys(self.of.parse(part) for part in raw))

    def to_columns(self, value: Any) -> tuple[Any, ...]:
        return (value,)

    def to_json(self, value: Any) -> Any:
        return None if value is None else [self.of.to_json(part) for part in value]

    def show(self, value: Any, language: str = "zh-hans") -> str:
        return ("、" if not language.startswith("en") else ", ").join(self.of.show(v, language) for v in value or ())


@dataclass(frozen=True, slots=True)
class Fields(Kind):
    """Values of fields that a pack declares, stored together; each is checked by its own kind."""

    name = "fields"
    sql = "jsonb"

    def parse(self, raw: object) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            raise BadValue("这里要填字段与值", "fields with values are expected here")
        return {str(key): value for key, value in raw.items()}
