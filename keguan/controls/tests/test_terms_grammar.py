"""Terms and calendars as written: round trips, words, faults with their cure."""

import datetime as dt

import pytest

from keguan.controls.conditions import Where
from keguan.controls.terms import (
    STANDARD,
    CalendarFault,
    TermFault,
    as_typed,
    canonical,
    describe_day,
    han,
    parse_term,
    read_calendar,
)
from keguan.controls.tests.vocabulary import yaml


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("6 days", "6 日内", "within 6 days"),
        ("1 working day", "1 个工作日内", "within 1 working day"),
        ("24 hours", "24 小时内", "within 24 hours"),
        ("2 working hours", "2 个工作小时内", "within 2 working hours"),
        ("30 minutes", "30 分钟内", "within 30 minutes"),
        ("2 weeks", "2 周内", "within 2 weeks"),
        ("3 months", "3 个月内", "within 3 months"),
        ("2 days to the minute", "2 日内（精确到分钟）", "within 2 days, to the minute"),
        ("same day", "当日内", "the same day"),
        ("by 18:00", "18:00 前", "by 18:00"),
        ("by day 10", "每月 10 日前", "by day 10 of the month"),
        ("by day 10 of the month", "当月 10 日前", "by day 10 of that month"),
        ("before 2009-06-01", "2009-06-01 之前", "before 2009-06-01"),
        ("3 rings", "铃响 3 声内", "within 3 rings"),
        ("end of month", "当月结束前", "before the end of the month"),
        ("end of working day", "当日工作结束前", "before the end of the working day"),
        ("until 2026-10-09T10:00:00+00:00", "至 2026-10-09T10:00+00:00", "until 2026-10-09T10:00+00:00"),
        (
            "1 month before customer.checkup_due",
            "customer.checkup_due 前 1 个月",
            "1 month before customer.checkup_due",
        ),
        ("$case.stage_limit", "case.stage_limit 所定的期限内", "within the term in case.stage_limit"),
        ("@sanction=5 working days", "5 个工作日内（建议，待定）", "within 5 working days (suggested, to be set)"),
    ],
)
def test_terms_read_back_and_speak(text: str, zh: str, en: str) -> None:
    term = parse_term(text)
    assert term.text == text
    assert parse_term(term.text) == term
    assert (term.sentence(), term.sentence("en")) == (zh, en)


@pytest.mark.parametrize(
    ("text", "says", "cure"),
    [
        (6, "不是期限", "6 days"),
        (None, "不是期限", "可以写"),
        ("", "不是期限", "可以写"),
        ("6", "看不懂", "可以写"),
        ("6天", "看不懂", "6 days"),
        ("2 个工作日", "看不懂", "2 working days"),
        ("2 workdays", "看不懂", "2 working days"),
        ("24 hrs", "看不懂", "24 hours"),
        ("1.5 hours", "要是整数", "90 minutes"),
        ("３ days", "看不懂", "3 days"),
        ("0 days", "太短或太长", "至少 1"),
        ("99999999 days", "太短或太长", "30 年"),
        ("by 25:00", "没有 25:00", "same day"),
        ("by 24:00", "没有 24:00", "same day"),
        ("by day 32", "没有 32 日", "1 至 31"),
        ("before 2026-02-30", "没有 2026-02-30", "before 2026-06-01"),
        ("3 rings before a.b", "某日之前", "3 days before"),
        ("101 rings", "太短或太长", "至少 1"),
        ("end of decade", "没有“decade”", "month"),
        ("until 2026-10-09T18:00", "带时区", "+08:00"),
        ("until noon", "带时区", "+08:00"),
        ("@limit", "没有建议值", "@limit="),
        ("@limit=soon", "看不懂", "可以写"),
        ("6 hours to the minute", "只跟在", "去掉"),
        ("3 hours before a.b", "某日之前", "3 days before"),
        ("soon", "看不懂", "可以写"),
    ],
)
def test_faults(text: object, says: str, cure: str) -> None:
    with pytest.raises(TermFault) as caught:
        parse_term(text, Where(line=12))
    assert says in caught.value.message.zh
    assert cure in caught.value.cure.zh
    assert caught.value.line == 12
    assert caught.value.message.en
    assert caught.value.cure.en


CALENDAR = """
zone: Asia/Shanghai
week:
  MON-FRI: ["09:00-12:00", "13:00-17:30"]
  SAT: ["09:00-12:00"]
own:
  - {on: 2026-10-09, hours: closed, name: 厂庆}
  - {on: 2026-12-30, to: 2026-12-31, hours: ["09:00-12:00"], name: {zh: 盘点, en: Stocktaking}}
"""


def test_a_calendar_is_read() -> None:
    made = read_calendar(yaml(CALENDAR))
    assert [len(hours) for hours in made.week] == [2, 2, 2, 2, 2, 1, 0]
    assert not made.day(dt.date(2026, 10, 9)).is_working
    assert made.day(dt.date(2026, 10, 9)).why_off.zh == "厂庆"
    assert len(made.day(dt.date(2026, 12, 31)).hours) == 1
    # A make-up Saturday has the usual Saturday's windows where Saturdays are worked.
    assert len(made.day(dt.date(2026, 10, 10)).hours) == 1
    assert not made.day(dt.date(2026, 10, 10)).is_makeup
    assert len(made.day(dt.date(2026, 9, 20)).hours) == 2
    assert made.day(dt.date(2026, 9, 20)).is_makeup
    assert read_calendar({}) == STANDARD
    shop = read_calendar({"week": {"MON-SUN": "10:00-24:00"}, "holidays": "none"})
    assert shop.day(dt.date(2026, 10, 1)).is_working
    assert shop.working_time(shop.moment(dt.date(2026, 10, 1)), shop.moment(dt.date(2026, 10, 2))) == dt.timedelta(
        hours=14
    )


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("weeks: {}", "没有“weeks”", 1),
        ("week: []", "日: 时段", 1),
        ("zone: Mars/Base", "没有时区", 1),
        ("holidays: DE", "没有“DE”", 1),
        ("week:\n  MON-FRY: ['09:00-12:00']", "看不懂“MON-FRY”", 2),
        ("week:\n  MON: ['9-12']", "看不懂时段", 2),
        ("week:\n  MON: ['22:00-22:00']", "不成立", 2),
        ("week:\n  MON: ['09:00-12:00', '11:00-13:00']", "重叠", 2),
        ("week:\n  MON-FRI: ['09:00-12:00']\n  TUE: []", "写了两次", 3),
        ("own:\n  - {hours: closed}", "要有 on", 2),
        ("own:\n  - {on: 2026-10-09, to: 2026-10-08}", "终止日", 2),
        ("own: 5", "own 要写成列表", 1),
    ],
)
def test_calendar_faults(text: str, says: str, line: int) -> None:
    with pytest.raises(CalendarFault) as caught:
        read_calendar(yaml(text))
    assert says in caught.value.message.zh
    assert caught.value.cure.zh
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("day", "zh"),
    [
        ("2026-10-09", "国庆后第 2 个工作日，明天（周六）补班"),
        ("2026-10-10", "今天补班，国庆后第 3 个工作日"),
        ("2026-10-03", "国庆假期"),
        ("2026-10-11", "休息日"),
        ("2026-09-28", "中秋后第 1 个工作日，距国庆放假还有 3 天"),
        ("2026-02-14", "今天补班，明天起春节放假"),
        ("2026-03-11", ""),
        ("2027-03-10", "本年放假安排尚未公布"),
        ("2027-10-02", "国庆假期，本年放假安排尚未公布"),
    ],
)
def test_the_day_in_words(day: str, zh: str) -> None:
    said = describe_day(dt.date.fromisoformat(day), STANDARD)
    assert said.zh == zh
    assert bool(said.en) is bool(zh)


def test_figures() -> None:
    assert [han(n) for n in (0, 2, 10, 11, 20, 36, 99, 100)] == [
        "零",
        "二",
        "十",
        "十一",
        "二十",
        "三十六",
        "九十九",
        "100",
    ]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("3 个工作日", "3 working days"),
        ("3個工作日內", "3 working days"),
        ("24小时", "24 hours"),
        ("１ 天", "1 day"),
        ("2 週", "2 weeks"),
        ("当日", "same day"),
        ("6 days", "6 days"),
        ("很快", "很快"),
        ("0 天", "0 天"),
    ],
)
def test_terms_are_typed_in_chinese(typed: str, written: str) -> None:
    assert canonical(typed) == written


@pytest.mark.parametrize("text", ["1 day", "3 working days", "24 hours", "2 working minutes", "same day", "by 18:00"])
def test_what_is_shown_of_a_term_can_be_typed(text: str) -> None:
    for language in ("zh-hans", "zh-hant", "en"):
        assert canonical(as_typed(text).text(language)) == text
