"""When terms end: truth tables around make-up days, month ends, 29 February, midnight and an unannounced year."""

import datetime as dt
import json
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from keguan.controls.terms import (
    STANDARD,
    Deadline,
    NoWorkingTime,
    TermUnknown,
    due,
    due_words,
    left,
    parse_term,
    progress,
    read_calendar,
    under,
)
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label
from keguan.org.calendars import Calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACCEPTED = Label("受理", "acceptance")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ends(term: str, start: str, **options: Any) -> str:
    deadline = due(parse_term(term), at(start), STANDARD, **options)
    assert deadline.due_at.tzinfo is dt.UTC
    assert Deadline.from_json(json.loads(json.dumps(deadline.as_json()))) == deadline
    for one, two in zip(deadline.stretches, deadline.stretches[1:], strict=False):
        assert one.end == two.start
    if deadline.stretches:
        assert (deadline.stretches[0].start, deadline.stretches[-1].end) == (at(start), deadline.due_at)
    return f"{deadline.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        # days of nature: the first does not count, the last ends at 24:00, holidays move nothing
        ("6 days", "2026-10-08 10:12", "2026-10-15 00:00"),
        ("6 days", "2026-10-08 00:00", "2026-10-15 00:00"),
        ("6 days", "2026-10-08 23:59", "2026-10-15 00:00"),
        ("1 day", "2026-09-30 09:00", "2026-10-02 00:00"),
        ("1 day", "2026-12-31 09:00", "2027-01-02 00:00"),
        ("2 days to the minute", "2026-10-08 10:12", "2026-10-10 10:12"),
        # working days: golden week, make-up Saturday and Sunday, end of the last window
        ("1 working day", "2026-09-30 17:59", "2026-10-08 18:00"),
        ("2 working days", "2026-10-08 10:12", "2026-10-10 18:00"),
        ("3 working days", "2026-10-08 10:12", "2026-10-12 18:00"),
        ("3 working days", "2026-09-18 10:12", "2026-09-22 18:00"),
        ("1 working day", "2026-10-10 10:12", "2026-10-12 18:00"),
        ("1 working day", "2026-10-01 10:12", "2026-10-08 18:00"),
        ("2 working days", "2026-02-13 10:12", "2026-02-24 18:00"),
        ("1 working day to the minute", "2026-10-08 10:12", "2026-10-09 10:12"),
        ("1 working day to the minute", "2026-10-08 22:00", "2026-10-09 18:00"),
        ("1 working day to the minute", "2026-10-08 02:00", "2026-10-09 09:00"),
        # hours and minutes of the clock
        ("24 hours", "2026-10-09 10:12", "2026-10-10 10:12"),
        ("30 minutes", "2026-10-09 23:45", "2026-10-10 00:15"),
        # working hours count working time only
        ("2 working hours", "2026-10-09 10:00", "2026-10-09 12:00"),
        ("2 working hours", "2026-10-09 11:00", "2026-10-09 14:30"),
        ("2 working hours", "2026-10-09 17:00", "2026-10-10 10:00"),
        ("2 working hours", "2026-10-10 17:00", "2026-10-12 10:00"),
        ("8 working hours", "2026-02-14 17:30", "2026-02-24 18:00"),
        ("2 working hours", "2026-10-03 03:00", "2026-10-08 11:00"),
        ("90 working minutes", "2026-10-09 12:30", "2026-10-09 15:00"),
        # the day itself, times of day, days of the month
        ("same day", "2026-10-08 00:00", "2026-10-09 00:00"),
        ("same day", "2026-10-08 23:59", "2026-10-09 00:00"),
        ("by 18:00", "2026-10-08 17:59", "2026-10-08 18:00"),
        ("by 18:00", "2026-10-08 18:00", "2026-10-09 18:00"),
        ("by day 10", "2026-10-01 00:00", "2026-10-11 00:00"),
        ("by day 10", "2026-10-10 23:59", "2026-10-11 00:00"),
        ("by day 10", "2026-10-11 00:00", "2026-11-11 00:00"),
        ("by day 31", "2026-02-01 00:00", "2026-03-01 00:00"),
        ("by day 31", "2028-02-01 00:00", "2028-03-01 00:00"),
        ("by day 10", "2026-12-20 00:00", "2027-01-11 00:00"),
        ("before 2026-11-01", "2026-10-08 10:00", "2026-11-01 00:00"),
        ("before 2009-06-01", "2026-10-08 10:00", "2009-06-01 00:00"),
        ("by day 10 of the month", "2026-10-01 00:00", "2026-10-11 00:00"),
        ("by day 10 of the month", "2026-10-20 00:00", "2026-10-11 00:00"),
        ("by day 31 of the month", "2026-02-28 23:59", "2026-03-01 00:00"),
        # the end of the period
        ("end of day", "2026-10-08 10:00", "2026-10-09 00:00"),
        ("end of working day", "2026-10-08 10:00", "2026-10-08 18:00"),
        ("end of working day", "2026-10-05 10:00", "2026-10-06 00:00"),
        ("end of week", "2026-10-08 10:00", "2026-10-12 00:00"),
        ("end of week", "2026-10-11 23:59", "2026-10-12 00:00"),
        ("end of month", "2028-02-01 00:00", "2028-03-01 00:00"),
        ("end of month", "2026-12-31 23:59", "2027-01-01 00:00"),
        ("end of quarter", "2026-08-31 10:00", "2026-10-01 00:00"),
        ("end of quarter", "2026-10-01 00:00", "2027-01-01 00:00"),
        ("end of year", "2026-01-01 00:00", "2027-01-01 00:00"),
        ("until 2026-10-09T18:00+08:00", "2026-10-08 10:00", "2026-10-09 18:00"),
        # weeks, months and years
        ("2 weeks", "2026-10-08 10:00", "2026-10-23 00:00"),
        ("1 month", "2026-01-15 10:00", "2026-02-16 00:00"),
        ("1 month", "2026-01-31 10:00", "2026-03-01 00:00"),
        ("1 month", "2028-01-31 10:00", "2028-03-01 00:00"),
        ("13 months", "2026-12-31 10:00", "2028-02-01 00:00"),
        ("1 year", "2028-02-29 10:00", "2029-03-01 00:00"),
        ("4 years", "2024-02-29 10:00", "2028-03-01 00:00"),
        ("1 month to the minute", "2026-01-31 10:00", "2026-02-28 10:00"),
    ],
)
def test_ends(term: str, start: str, end: str) -> None:
    assert ends(term, start) == end


@pytest.mark.parametrize(
    ("term", "value", "end"),
    [
        ("1 month before customer.checkup_due", dt.date(2026, 12, 31), "2026-12-01 00:00"),
        ("1 months before $customer.checkup_due", dt.date(2026, 3, 31), "2026-03-01 00:00"),
        ("3 days before customer.checkup_due", dt.datetime(2026, 12, 30, 17, 0, tzinfo=dt.UTC), "2026-12-29 00:00"),
        ("2 working days before customer.checkup_due", dt.date(2026, 10, 8), "2026-09-29 18:00"),
        ("$customer.checkup_due", "2 working days", "2026-01-07 18:00"),
        ("$customer.checkup_due", parse_term("same day"), "2026-01-06 00:00"),
    ],
)
def test_terms_from_facts(term: str, value: object, end: str) -> None:
    assert ends(term, "2026-01-05 10:00", facts={"customer.checkup_due": value}) == end


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        # clocks put forward on 8 March 2026 at 02:00, back on 1 November at 02:00
        ("24 hours", "2026-03-07 12:00", "2026-03-08 13:00"),
        ("1 day", "2026-03-07 12:00", "2026-03-09 00:00"),
        ("1 day to the minute", "2026-03-07 12:00", "2026-03-08 12:00"),
        ("1 day to the minute", "2026-03-07 02:30", "2026-03-08 03:30"),
        ("by 02:30", "2026-03-08 01:00", "2026-03-08 03:30"),
        ("same day", "2026-11-01 00:30", "2026-11-02 00:00"),
        ("24 hours", "2026-10-31 12:00", "2026-11-01 11:00"),
        ("1 day to the minute", "2026-10-31 01:30", "2026-11-01 01:30"),
        ("2 working hours", "2026-03-08 01:00", "2026-03-08 11:00"),
        ("24 working hours", "2026-10-31 09:00", "2026-11-02 13:00"),
    ],
)
def test_where_clocks_change(term: str, start: str, end: str) -> None:
    york = read_calendar({"week": {"MON-SUN": ["09:00-19:00"]}, "zone": "America/New_York", "holidays": "none"})
    zone = ZoneInfo("America/New_York")
    found = due(parse_term(term), dt.datetime.fromisoformat(start).replace(tzinfo=zone), york)
    assert f"{found.due_at.astimezone(zone):%Y-%m-%d %H:%M}" == end


def test_the_second_half_past_one() -> None:
    york = read_calendar({"zone": "America/New_York"})
    second = dt.datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=ZoneInfo("America/New_York"))
    assert due(parse_term("by 01:45"), second, york).due_at == dt.datetime(2026, 11, 2, 6, 45, tzinfo=dt.UTC)
    assert due(parse_term("30 minutes"), second, york).due_at == dt.datetime(2026, 11, 1, 7, tzinfo=dt.UTC)


def test_night_shifts_end_a_working_day_in_the_morning() -> None:
    night = read_calendar({"week": {"MON-FRI": ["22:00-06:00"]}, "holidays": "none"})
    found = due(parse_term("1 working day"), at("2026-10-08 23:00"), night)
    assert found.due_at == at("2026-10-10 06:00")
    assert found.explanation[0].zh.endswith("止于末日（10-09）30:00")
    assert (found.stretches[0].start, found.stretches[-1].end) == (at("2026-10-08 23:00"), found.due_at)
    worked = due(parse_term("10 working hours"), at("2026-10-08 23:00"), night)
    assert worked.due_at == at("2026-10-10 01:00")
    counted = sum((one.end - one.start for one in worked.stretches if one.kind == "counted"), dt.timedelta())
    assert counted == dt.timedelta(hours=10)


def test_rings_have_the_length_that_was_declared() -> None:
    rings = parse_term("3 rings")
    with pytest.raises(TermUnknown) as caught:
        due(rings, at("2026-10-08 10:00"), STANDARD)
    assert caught.value.name == "seconds_per_ring"
    found = due(rings.measured(5), at("2026-10-08 10:00"), STANDARD, since=ACCEPTED)
    assert found.due_at == at("2026-10-08 10:00") + dt.timedelta(seconds=15)
    assert found.explanation[0].zh == "自受理时起三声铃响，每声 5 秒"


def test_a_fact_in_the_past_and_one_without_time() -> None:
    facts = {"checkup": dt.date(2026, 1, 31), "begun": dt.datetime(2026, 3, 1, 16, tzinfo=dt.UTC)}
    late = due(parse_term("1 month before checkup"), at("2026-10-08 10:00"), STANDARD, facts=facts)
    assert late.due_at == at("2026-01-01 00:00") < late.started_at
    assert late.stretches == ()
    assert late.explanation[-1].zh == "起算时已过期限"
    # 16:00 in UTC is the next day in Shanghai
    assert due(parse_term("1 day before begun"), at("2026-02-01 10:00"), STANDARD, facts=facts).due_at == at(
        "2026-03-02 00:00"
    )


def test_whose_calendar_is_said() -> None:
    shift = Calendars({"units": {str(UUID(int=1)): {"name": "夜班日历", "spec": {"week": {"SUN": ["20:00-24:00"]}}}},
                       "tree": {str(UUID(int=1)): None}}).of(unit=UUID(int=1))  # fmt: skip
    assert "按“夜班日历”计" in [
        line.zh for line in due(parse_term("2 working days"), at("2026-10-08 10:00"), shift).lines
    ]
    assert len(due(parse_term("2 days"), at("2026-10-08 10:00"), shift).lines) == 1
    clause = under(Citation("p", "投诉制度", "第二十六条", "close"), 2, parse_term("6 days"))
    assert clause == Label(
        "依《投诉制度》第 2 版第二十六条：6 日内", "under 第二十六条 of “投诉制度”, version 2: within 6 days"
    )
    found = due(parse_term("6 days"), at("2026-10-08 10:00"), STANDARD, under=clause)
    assert found.lines[0] == clause
    assert Deadline.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_what_is_not_known() -> None:
    for term in ("$customer.term", "1 month before customer.term", "@customer.term".replace(".", "_") + "=3 days"):
        with pytest.raises(TermUnknown) as caught:
            due(parse_term(term), at("2026-01-05 10:00"), STANDARD, facts={})
        assert caught.value.name in ("customer.term", "customer_term")
    known = parse_term("@sanction=5 working days").configured("3 days")
    assert due(known, at("2026-01-05 10:00"), STANDARD).due_at == at("2026-01-09 00:00")
    assert (known.parameter, known.is_configured) == ("sanction", True)


def test_a_calendar_without_working_time() -> None:
    never = read_calendar({"week": {"MON": []}, "makeup": [], "holidays": "none"})
    for term in ("1 working day", "1 working hour"):
        with pytest.raises(NoWorkingTime):
            due(parse_term(term), at("2026-01-05 10:00"), never)


@pytest.mark.parametrize(
    ("term", "start", "lines"),
    [
        ("6 days", "2026-10-08 10:12", ["自受理次日起算六日，按自然日计，止于末日 24 时；不因假日顺延"]),
        (
            "2 working days",
            "2026-10-08 10:12",
            ["自受理次日起算两个工作日，止于末日（10-10）18:00", "10-10（周六）补班，照计"],
        ),
        ("3 working days", "2026-09-29 10:12", ["自受理次日起算三个工作日，止于末日（10-09）18:00", "跳过国庆节 7 天"]),
        (
            "8 working hours",
            "2026-10-08 10:12",
            ["自受理时起算八个工作小时，只计工作时间", "跳过午休 1 小时 30 分、下班 15 小时"],
        ),
        ("24 hours", "2026-10-08 10:12", ["自受理时起算二十四小时，按钟点连续计算，不扣休息时间"]),
        ("same day", "2026-10-08 10:12", ["止于受理当日 24 时"]),
        ("by 18:00", "2026-10-08 19:00", ["止于受理次日 18:00"]),
        ("before 2009-06-01", "2026-10-08 19:00", ["应在 2009-06-01 之前，即止于前一日 24 时", "起算时已过期限"]),
        (
            "1 month",
            "2026-01-31 10:00",
            ["自受理次日起算一个月，按月历计，止于月末日（02-28，当月无对应日）24 时；不因假日顺延"],
        ),
        (
            "5 working days",
            "2026-12-29 10:00",
            [
                "自受理次日起算五个工作日，止于末日（01-06）18:00",
                "跳过元旦 1 天、周末 2 天",
                "2027 年放假安排尚未公布，暂按法定节假日计，公布后可能变动",
            ],
        ),
    ],
)
def test_it_explains_itself(term: str, start: str, lines: list[str]) -> None:
    deadline = due(parse_term(term), at(start), STANDARD, since=ACCEPTED)
    assert [line.zh for line in deadline.explanation] == lines
    assert all(line.en for line in deadline.explanation)


def test_an_unannounced_year_is_provisional() -> None:
    assert due(parse_term("5 working days"), at("2026-12-29 10:00"), STANDARD).is_provisional
    assert due(parse_term("80 working hours"), at("2026-12-29 10:00"), STANDARD).is_provisional
    assert not due(parse_term("5 days"), at("2026-12-29 10:00"), STANDARD).is_provisional
    assert not due(parse_term("1 working day"), at("2026-12-29 10:00"), STANDARD).is_provisional


def test_the_bar() -> None:
    deadline = due(parse_term("8 working hours"), at("2026-10-08 10:12"), STANDARD)
    seen = progress(deadline, at("2026-10-09 09:22"))
    assert [(piece.kind, piece.percent) for piece in seen.pieces] == [
        ("counted", 7), ("skipped", 6), ("counted", 18), ("skipped", 61), ("counted", 2), ("rest", 6),
    ]  # fmt: skip
    assert [line.zh for line in seen.lines] == ["计 6 小时 40 分；跳过午休 1 小时 30 分、下班 15 小时"]
    assert not seen.is_over
    before = progress(deadline, at("2026-10-08 10:00"))
    assert [(piece.kind, piece.percent) for piece in before.pieces] == [("rest", 100)]
    late = progress(deadline, at("2026-10-12 10:00"))
    assert late.is_over
    assert "rest" not in {piece.kind for piece in late.pieces}
    already = progress(due(parse_term("before 2009-06-01"), at("2026-10-08 10:00"), STANDARD), at("2026-10-08 10:00"))
    assert already.is_over
    assert sum(piece.percent for piece in already.pieces) == 100


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        ("2026-10-09 11:10", "还有 5 天 12 小时", "5 days 12 h left"),
        ("2026-10-14 22:40", "还有 1 小时 20 分", "1 h 20 min left"),
        ("2026-10-14 23:59", "还有 1 分", "1 min left"),
        ("2026-10-15 00:00", "还有不到 1 分", "less than a minute left"),
        ("2026-10-15 02:00", "逾期 2 小时", "2 h overdue"),
        ("2026-10-16 02:00", "逾期 1 天 2 小时", "1 day 2 h overdue"),
    ],
)
def test_time_left(now: str, zh: str, en: str) -> None:
    said = left(at("2026-10-15 00:00"), at(now))
    assert (said.zh, said.en) == (zh, en)


def test_short_time_left() -> None:
    assert left(at("2026-10-09 12:30"), at("2026-10-09 11:10"), short=True).zh == "1 小时 20 分"


@pytest.mark.parametrize(
    ("due_at", "zh", "en"),
    [
        ("2026-10-09 12:30", "今天 12:30", "today 12:30"),
        ("2026-10-10 00:00", "今天 24:00", "today 24:00"),
        ("2026-10-10 18:00", "明天 18:00", "tomorrow 18:00"),
        ("2026-10-08 09:00", "昨天 09:00", "yesterday 09:00"),
        ("2026-10-12 18:00", "周一 10-12 18:00", "Mon 10-12 18:00"),
        ("2026-10-20 00:00", "10-19 24:00", "10-19 24:00"),
        ("2027-01-08 00:00", "2027-01-07 24:00", "2027-01-07 24:00"),
    ],
)
def test_due_words(due_at: str, zh: str, en: str) -> None:
    said = due_words(at(due_at), at("2026-10-09 11:10"))
    assert (said.zh, said.en) == (zh, en)
