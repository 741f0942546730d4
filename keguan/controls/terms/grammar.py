"""The grammar of a term's text, and the faults of what is none."""

import datetime as dt
import re
from dataclasses import replace

from keguan.controls.conditions.faults import TermFault, Where, nearest
from keguan.controls.terms.term import LONGEST_YEARS, PERIODS, UNITS, Counting, Form, Term
from keguan.kernel.records.labels import Label

_NAMES = "|".join(name.replace("_", "[ _]") for name in sorted(UNITS, key=len, reverse=True))
_SPAN = re.compile(rf"(\d+)\s+({_NAMES})s?(?:\s+before\s+\$?([A-Za-z_][\w.]*))?", re.ASCII)
CHINESE = {
    "个工作日": "working days",
    "工作日": "working days",
    "个工作小时": "working hours",
    "工作小时": "working hours",
    "个工作分钟": "working minutes",
    "工作分钟": "working minutes",
    "天": "days",
    "日": "days",
    "小时": "hours",
    "个小时": "hours",
    "分钟": "minutes",
    "个月": "months",
    "月": "months",
    "周": "weeks",
    "星期": "weeks",
    "个星期": "weeks",
    "年": "years",
}
"""Units of terms in Chinese, and how a policy writes them."""
_FORMS = Label(
    "可以写：6 days、2 working days、24 hours、2 working hours、30 minutes、same day、by 18:00、by day 10、"
    "before 2026-06-01、1 month、end of month、3 rings、$事实、@参数=3 working days",
    "write 6 days, 2 working days, 24 hours, 2 working hours, 30 minutes, same day, by 18:00, by day 10, "
    "before 2026-06-01, 1 month, end of month, 3 rings, $fact or @parameter=3 working days",
)


def _fault(zh: str, en: str, cure: Label, where: Where) -> TermFault:
    return TermFault(Label(zh, en), cure, where)


def parse_term(text: object, where: Where | None = None) -> Term:
    """The term written in `text`; `TermFault` where it is none, with its cure."""
    where = where or Where()
    if not isinstance(text, str) or not text.strip():
        cure = (
            Label("写上单位：{n} {n:day|days}", "add the unit: {n} {n:day|days}").format(n=text)
            if isinstance(text, int)
            else _FORMS
        )
        raise _fault(f"“{text}”不是期限", f"“{text}” is not a term", cure, where)
    words = " ".join(text.split())
    if found := re.fullmatch(r"@([A-Za-z_][A-Za-z0-9_-]*)(?:=(.+))?", words):
        if not found[2]:
            raise _fault(
                f"参数 {found[1]} 没有建议值",
                f"parameter {found[1]} has no suggestion",
                Label(f"写成 @{found[1]}=3 working days", f"write @{found[1]}=3 working days"),
                where,
            )
        return replace(parse_term(found[2], where), parameter=found[1], is_configured=False)
    if words.endswith(" to the minute"):
        term = parse_term(words.removesuffix(" to the minute"), where)
        if term.form is not Form.SPAN or term.unit not in ("day", "working_day", "week", "month", "year"):
            raise _fault(
                "to the minute 只跟在日、周、月、年的期限后",
                "to the minute follows a term in days, weeks, months or years",
                Label("去掉 to the minute", "leave out to the minute"),
                where,
            )
        return replace(term, to_the_minute=True)
    return _plain(words, where)


def _plain(words: str, where: Where) -> Term:  # noqa: PLR0911 – one case for each form
    if words == "same day":
        return Term(Form.SAME_DAY)
    if found := re.fullmatch(r"\$([A-Za-z_][\w.]*)", words, re.ASCII):
        return Term(Form.FACT, fact=found[1])
    if found := re.fullmatch(r"by (\d{1,2}):(\d{2})", words, re.ASCII):
        return _by_time(int(found[1]), int(found[2]), where)
    if found := re.fullmatch(r"by day (\d{1,2})( of (?:the|that) month)?", words, re.ASCII):
        day = int(found[1])
        if not 1 <= day <= 31:
            raise _fault(f"没有 {day} 日", f"there is no day {day}", Label("写 1 至 31", "write 1 to 31"), where)
        return Term(Form.BY_DAY, day=day, of_month=bool(found[2]))
    if found := re.fullmatch(r"end of (?:the )?(.+)", words, re.ASCII):
        return _period_end(found[1].replace(" ", "_"), where)
    if found := re.fullmatch(r"until (\S+)", words, re.ASCII):
        return _until(found[1], where)
    if found := re.fullmatch(r"before (\d{4}-\d{1,2}-\d{1,2})", words, re.ASCII):
        try:
            year, month, day = (int(part) for part in found[1].split("-"))
            return Term(Form.BEFORE_DATE, on=dt.date(year, month, day))
        except ValueError:
            raise _fault(f"没有 {found[1]} 这一天", f"there is no day {found[1]}",
                         Label("写成 before 2026-06-01", "write before 2026-06-01"), where) from None  # fmt: skip
    if found := _SPAN.fullmatch(words):
        return _span(int(found[1]), found[2].replace(" ", "_"), found[3], where)
    raise _unread(words, where)


def _by_time(hour: int, minute: int, where: Where) -> Term:
    if hour > 23 or minute > 59:
        raise _fault(
            f"没有 {hour}:{minute:02} 这个时刻",
            f"there is no time {hour}:{minute:02}",
            Label("一天到 23:59；当日结束写 same day", "a day goes to 23:59; for its end write same day"),
            where,
        )
    return Term(Form.BY_TIME, clock=dt.time(hour, minute))


def _period_end(period: str, where: Where) -> Term:
    if period not in PERIODS:
        names = ", ".join(name.replace("_", " ") for name in PERIODS)
        raise _fault(
            f"没有“{period}”这样的周期",
            f"there is no period “{period}”",
            Label(f"写 end of 后接 {names}", f"write end of {names}"),
            where,
        )
    return Term(Form.PERIOD_END, unit=period)


def _until(text: str, where: Where) -> Term:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        cure = Label("写成 until 2026-10-09T18:00+08:00", "write until 2026-10-09T18:00+08:00")
        raise _fault(f"“{text}”不是带时区的时刻", f"“{text}” is not a moment with its offset", cure, where)
    return Term(Form.UNTIL, at=at.astimezone(dt.UTC))


def _span(count: int, unit: str, fact: str | None, where: Where) -> Term:
    if not 1 <= count <= UNITS[unit].most:
        raise _fault(
            f"期限 {count} 太短或太长",
            f"a term of {count} is too short or too long",
            Label(f"至少 1，最多 {LONGEST_YEARS} 年", f"at least 1, at most {LONGEST_YEARS} years"),
            where,
        )
    if fact is None:
        return Term(Form.SPAN, count, unit)
    if UNITS[unit].counting in (Counting.CLOCK, Counting.WORKING_TIME):
        raise _fault(
            "某日之前的期限按日、工作日、周、月、年写",
            "a term before a date is in days, working days, weeks, months or years",
            Label("例如 3 days before …", "such as 3 days before …"),
            where,
        )
    return Term(Form.BEFORE_FACT, count, unit, fact=fact)


def _unread(words: str, where: Where) -> TermFault:
    if found := re.fullmatch(r"(\d+)\s*(\D+)", words):
        unit = found[2].strip()
        english = CHINESE.get(unit)
        close = nearest(unit, [name.replace("_", " ") + "s" for name in UNITS], 1)
        if english or close:
            better = f"{int(found[1])} {english or close[0]}"
            return _fault(f"看不懂期限“{words}”", f"the term “{words}” cannot be read",
                          Label(f"是否想写 {better}？", f"did you mean {better}?"), where)  # fmt: skip
    if re.match(r"\d+[.,]\d+ ", words):
        return _fault(
            "期限的数要是整数",
            "the number of a term is whole",
            Label("例如把 1.5 hours 写成 90 minutes", "for example, write 1.5 hours as 90 minutes"),
            where,
        )
    return _fault(f"看不懂期限“{words}”", f"the term “{words}” cannot be read", _FORMS, where)
