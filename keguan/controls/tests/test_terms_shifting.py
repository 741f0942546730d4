"""Pauses and extensions of running terms: truth tables for every form, and what the explanation says of them."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest

from keguan.controls.terms import STANDARD, Deadline, Extension, parse_term, progress, shifted_due
from keguan.kernel.records.labels import Label

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACCEPTED = Label("受理", "acceptance")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def shifted(
    term: str, start: str, pauses: list[tuple[str, str | None]] | None = None, extensions: tuple[Extension, ...] = ()
) -> Deadline:
    stopped = [(at(begin), at(stop) if stop else None) for begin, stop in pauses or []]
    found = shifted_due(parse_term(term), at(start), STANDARD, stopped, extensions, since=ACCEPTED)
    assert Deadline.from_json(json.loads(json.dumps(found.as_json()))) == found
    for one, two in zip(found.stretches, found.stretches[1:], strict=False):
        assert one.end == two.start
    if found.stretches:
        assert (found.stretches[0].start, found.stretches[-1].end) == (at(start), found.due_at)
    return found


def shown(found: Deadline) -> str:
    return f"{found.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("term", "start", "pauses", "end"),
    [
        # time of the clock stops
        ("24 hours", "10-08 10:00", [("10-08 12:00", "10-08 15:30")], "10-09 13:30"),
        ("30 minutes", "10-08 10:00", [("10-08 10:29", "10-12 10:00")], "10-12 10:01"),
        ("24 hours", "10-08 10:00", [("10-08 12:00", "10-08 13:00"), ("10-09 10:30", "10-09 11:00")], "10-09 11:30"),
        ("24 hours", "10-08 10:00", [("10-08 12:00", "10-08 14:00"), ("10-08 13:00", "10-08 15:00")], "10-09 13:00"),
        # one that begins before the start counts from the start; after the end nothing can stop it
        ("24 hours", "10-08 10:00", [("10-07 12:00", "10-08 11:00")], "10-09 11:00"),
        ("24 hours", "10-08 10:00", [("10-07 12:00", "10-08 09:00")], "10-09 10:00"),
        ("24 hours", "10-08 10:00", [("10-09 10:00", "10-10 10:00")], "10-09 10:00"),
        ("24 hours", "10-08 10:00", [("10-08 12:00", "10-08 12:00")], "10-09 10:00"),
        # working time keeps what remains: 6 hours of 8 are left at 13:30
        ("8 working hours", "10-08 10:00", [("10-08 12:00", "10-09 09:00")], "10-09 16:30"),
        ("8 working hours", "10-08 10:00", [("10-08 12:10", "10-08 13:20")], "10-09 10:30"),
        ("8 working hours", "10-08 10:00", [("10-08 18:00", "10-11 12:00")], "10-12 10:30"),
        ("8 working hours", "10-08 10:00", [("10-09 10:00", "10-10 20:00")], "10-12 09:30"),
        # day terms move by the days between; on one day by none
        ("6 days", "10-08 10:00", [("10-09 09:00", "10-12 17:00")], "10-18 00:00"),
        ("6 days", "10-08 10:00", [("10-09 09:00", "10-09 17:00")], "10-15 00:00"),
        ("1 month", "10-08 10:00", [("10-09 09:00", "10-10 09:00")], "11-10 00:00"),
        ("2 days to the minute", "10-08 10:00", [("10-09 09:00", "10-09 10:30")], "10-10 11:30"),
        # working days by working days: 10-10 is a make-up Saturday, 10-11 a Sunday
        ("2 working days", "10-08 10:00", [("10-09 09:00", "10-10 09:00")], "10-12 18:00"),
        ("2 working days", "10-08 10:00", [("10-10 09:00", "10-11 23:00")], "10-10 18:00"),
        ("3 working days", "10-08 10:00", [("10-09 09:00", "10-13 09:00")], "10-15 18:00"),
        # what is fixed cannot be paused
        ("same day", "10-08 10:00", [("10-08 12:00", "10-09 12:00")], "10-09 00:00"),
        ("by 18:00", "10-08 10:00", [("10-08 12:00", "10-09 12:00")], "10-08 18:00"),
        ("by day 10", "10-08 10:00", [("10-08 12:00", "10-09 12:00")], "10-11 00:00"),
        ("before 2026-11-01", "10-08 10:00", [("10-08 12:00", "10-09 12:00")], "11-01 00:00"),
        ("end of month", "10-08 10:00", [("10-08 12:00", "10-09 12:00")], "11-01 00:00"),
    ],
)
def test_pauses(term: str, start: str, pauses: list[tuple[str, str | None]], end: str) -> None:
    assert shown(shifted(term, start, pauses)) == end


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("2 hours", True), ("2 working hours", True), ("2 days", True), ("2 working days", True), ("1 month", True),
        ("3 rings", True), ("$case.limit", True), ("@limit=2 days", True),
        ("same day", False), ("by 18:00", False), ("by day 10", False), ("before 2026-06-01", False),
        ("1 month before case.due", False), ("end of week", False), ("until 2026-10-09T00:00Z", False),
    ],
)  # fmt: skip
def test_what_can_be_paused(text: str, can: bool) -> None:
    assert parse_term(text).can_pause is can


@pytest.mark.parametrize(
    ("term", "to", "end"),
    [
        ("6 days", dt.date(2026, 10, 20), "10-21 00:00"),
        ("6 days", at("10-20 12:00"), "10-20 12:00"),
        ("2 hours", dt.date(2026, 10, 9), "10-10 00:00"),
        ("same day", at("10-09 12:00"), "10-09 12:00"),
        # by a term from the old due moment: midnight belongs to the day that it ends
        ("6 days", parse_term("2 days"), "10-17 00:00"),
        ("6 days", parse_term("2 working days"), "10-16 18:00"),
        ("6 days", parse_term("3 hours"), "10-15 03:00"),
        ("2 working days", parse_term("1 working day"), "10-12 18:00"),
        ("2 working days", parse_term("2 working hours"), "10-12 11:00"),
        ("8 working hours", parse_term("1 day"), "10-11 00:00"),
    ],
)
def test_extensions(term: str, to: object, end: str) -> None:
    assert shown(shifted(term, "10-08 10:00", extensions=(Extension(to),))) == end  # type: ignore[arg-type]


def test_what_happened_first_counts_first() -> None:
    longer = parse_term("2 days")
    before = Extension(longer, at("10-09 08:00"))
    assert shown(shifted("6 days", "10-08 10:00", [("10-16 12:00", "10-17 12:00")], (before,))) == "10-18 00:00"
    after = Extension(longer, at("10-17 08:00"))
    # the term ended on 10-14: a pause after it moves nothing, an extension granted later runs on from it
    assert shown(shifted("6 days", "10-08 10:00", [("10-16 12:00", "10-17 12:00")], (after,))) == "10-17 00:00"
    assert shown(shifted("6 days", "10-08 10:00", [], (before, Extension(dt.date(2026, 10, 30))))) == "10-31 00:00"
    set_anew = Extension(at("10-20 12:00"), at("10-09 08:00"))
    assert shown(shifted("6 days", "10-08 10:00", [("10-12 08:00", "10-12 18:00")], (set_anew,))) == "10-20 12:00"


def test_one_that_is_paused_now() -> None:
    found = shifted("8 working hours", "10-08 10:00", [("10-09 09:30", None)])
    assert found.paused_since == at("10-09 09:30")
    assert shown(found) == "10-09 10:30", "it moves when it goes on"
    assert found.explanation[-1].zh == "10-09 09:30 起暂停，恢复后顺延"
    assert found.stretches[-1].kind == "paused"
    fixed = shifted("same day", "10-08 10:00", [("10-08 11:00", None)])
    assert fixed.paused_since is None


def test_the_explanation_and_the_bar() -> None:
    found = shifted("8 working hours", "10-08 10:00", [("10-08 12:00", "10-09 09:00")])
    assert [line.zh for line in found.explanation] == [
        "自受理时起算八个工作小时，只计工作时间",
        "跳过午休 1 小时 30 分",
        "10-08 12:00 至 10-09 09:00 暂停，顺延工作时间 4 小时 30 分，止于 10-09 16:30",
    ]
    assert [(one.kind, one.end - one.start) for one in found.stretches] == [
        ("counted", dt.timedelta(hours=2)), ("paused", dt.timedelta(hours=21)), ("counted", dt.timedelta(hours=3)),
        ("skipped", dt.timedelta(hours=1, minutes=30)), ("counted", dt.timedelta(hours=3)),
    ]  # fmt: skip
    seen = progress(found, at("10-09 10:00"))
    assert [piece.kind for piece in seen.pieces] == ["counted", "paused", "counted", "rest"]
    assert [line.zh for line in seen.lines] == ["计 3 小时；暂停 21 小时", found.explanation[-1].zh], "notes stay"
    days = shifted("2 working days", "10-08 10:00", [("10-09 09:00", "10-10 09:00")], (Extension(parse_term("1 day")),))
    assert [line.zh for line in days.explanation] == [
        "自受理次日起算两个工作日，止于末日（10-10）18:00",
        "跳过周末 1 天",
        "10-09 09:00 至 10-10 09:00 暂停，顺延 1 个工作日，止于 10-12 18:00",
        "展期（1 日内），止于 10-13 24:00",
    ]
    assert all(line.en for line in (*found.explanation, *days.explanation))


def test_a_pause_into_an_unannounced_year_is_provisional() -> None:
    found = shifted("2 working days", "12-28 10:00", [("12-29 09:00", "12-31 09:00")])
    assert found.is_provisional
    assert not shifted("2 working days", "12-28 10:00").is_provisional
    assert any("尚未公布" in line.zh for line in found.explanation)
    hours = shifted("40 working hours", "12-28 10:00")
    assert "尚未公布" in progress(hours, at("12-30 10:00")).lines[-1].zh, "the warning is always to be seen"
