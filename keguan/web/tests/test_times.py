"""How times are said: truth tables at the edges."""

import datetime as dt

import pytest

from keguan.web import times
from keguan.web.gallery.cast import NOW, at


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到 1 分钟", "less than 1 min"),
        (59, "不到 1 分钟", "less than 1 min"),
        (60, "1 分钟", "1 min"),
        (3599, "59 分钟", "59 min"),
        (3600, "1 小时", "1 h"),
        (4800, "1 小时 20 分", "1 h 20 min"),
        (86400, "1 天", "1 day"),
        (86400 + 3600, "1 天 1 小时", "1 day 1 h"),
        (2 * 86400 + 60, "2 天", "2 days"),
        (8 * 86400 + 7200, "8 天", "8 days"),
    ],
)
def test_stretches(seconds: int, zh: str, en: str) -> None:
    said = times.stretch(dt.timedelta(seconds=seconds))
    assert (said.zh, said.en) == (zh, en)
    assert times.stretch(dt.timedelta(seconds=-seconds)) == said


@pytest.mark.parametrize(
    ("moment", "is_due", "zh", "en"),
    [
        ("10-09 12:30", True, "今天 12:30", "today 12:30"),
        ("10-10 00:00", True, "今天 24:00", "today 24:00"),
        ("10-10 00:00", False, "明天 00:00", "tomorrow 00:00"),
        ("10-15 00:00", True, "10-14 24:00", "14 Oct 24:00"),
        ("10-08 16:05", False, "昨天 16:05", "yesterday 16:05"),
        ("2026-01-01 00:00", True, "2025-12-31 24:00", "31 Dec 2025, 24:00"),
        ("2025-12-30 09:00", False, "2025-12-30 09:00", "30 Dec 2025, 09:00"),
    ],
)
def test_moments(moment: str, is_due: bool, zh: str, en: str) -> None:
    said = times.short(at(moment), NOW, is_due=is_due)
    assert (said.zh, said.en) == (zh, en)
    assert times.short(at(moment).astimezone(dt.UTC), NOW, is_due=is_due) == said


def test_a_moment_in_full_breaks_between_its_parts() -> None:
    said = times.full(at("10-10 00:00"), is_due=True)
    assert (said.zh, said.en) == ("2026-10-09 星期五 24:00", "Fri 9 Oct 2026, 24:00")


def test_left_and_overdue() -> None:
    assert times.left(at("10-09 12:30"), NOW).zh == "还有 1 小时 20 分"
    assert times.left(at("10-09 09:00"), NOW).en == "2 h 10 min overdue"
    assert times.left(NOW, NOW).zh == "刚刚到期"
    assert times.relative(at("10-09 14:10"), NOW).zh == "3 小时后"
    assert times.relative(at("10-09 14:10"), NOW).en == "in 3 h"
