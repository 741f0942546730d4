"""Kinds of times: days and moments, read in the company's zone."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from keguan.kernel.records.kinds.base import BadValue, Kind, plain

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A day of the company's calendar."""

    name = "date"
    sql = "date"

    def parse(self, raw: object) -> dt.date:
        if isinstance(raw, dt.datetime):
            return raw.astimezone(COMPANY_ZONE).date() if raw.tzinfo else raw.date()
        if isinstance(raw, dt.date):
            return raw
        text = re.sub(r"[年月/.]", "-", plain(raw)).removesuffix("日")
        try:
            year, month, day = (int(part) for part in text.split("-"))
            return dt.date(year, month, day)
        except (ValueError, OverflowError):
            raise BadValue(
                "“{raw}”不是日期（如 2026-10-09）", "“{raw}” is not a date such as 2026-10-09", raw=str(raw)
            ) from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class Moment(Kind):
    """A point in time; without an offset it is read in the company's zone, and it is kept in UTC."""

    name = "moment"
    sql = "timestamptz"

    def parse(self, raw: object) -> dt.datetime:
        try:
            value = raw if isinstance(raw, dt.datetime) else dt.datetime.fromisoformat(plain(raw).replace("/", "-"))
            return (value if value.tzinfo else value.replace(tzinfo=COMPANY_ZONE)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise BadValue(
                f"“{raw}”不是时间（如 2026-10-09 10:12）", f"“{raw}” is not a time such as 2026-10-09 10:12"
            ) from None

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.astimezone(dt.UTC).isoformat()

    def show(self, value: Any, language: str = "zh-hans") -> str:  # noqa: ARG002 – alike in both
        return "" if value is None else value.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M")
