"""Terms: how long somebody has. Owns the grammar of a term's text and its words; the arithmetic is in `due`."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from keguan.controls.conditions.faults import TermFault, Where, nearest
from keguan.kernel.records.labels import Label

LONGEST_YEARS = 30


class Form(StrEnum):
    """The shapes of terms."""

    SPAN = "span"  # 6 days
    SAME_DAY = "same_day"
    BY_TIME = "by_time"  # by 18:00
    BY_DAY = "by_day"  # by day 10
    BEFORE_DATE = "before_date"  # before 2009-06-01
    BEFORE_FACT = "before_fact"  # 1 month before customer.checkup_due
    FACT = "fact"  # $case.stage_limit


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of terms, its words, and how many of it the longest term may have."""

    name: str
    zh: str
    en: str
    most: int


UNITS = {
    unit.name: unit
    for unit in (
        Unit("minute", "分钟", "minute", LONGEST_YEARS * 366 * 1440),
        Unit("hour", "小时", "hour", LONGEST_YEARS * 8784),
        Unit("working_minute", "个工作分钟", "working minute", LONGEST_YEARS * 100_000),
        Unit("working_hour", "个工作小时", "working hour", LONGEST_YEARS * 2000),
        Unit("day", "日", "day", LONGEST_YEARS * 366),
        Unit("working_day", "个工作日", "working day", LONGEST_YEARS * 250),
        Unit("week", "周", "week", LONGEST_YEARS * 52),
        Unit("month", "个月", "month", LONGEST_YEARS * 12),
        Unit("year", "年", "year", LONGEST_YEARS),
    )
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term as written. `text` is its canonical writing; `parse_term(term.text)` gives it back.

    With a `parameter`, the figures are only the suggestion until `configured(value)` is called.
    """

    form: Form
    count: int = 0
    unit: str = ""
    to_the_minute: bool = False
    clock: dt.time | None = None
    day: int | None = None
    on: dt.date | None = None
    fact: str | None = None
    parameter: str | None = None
    is_configured: bool = True

    @property
    def text(self) -> str:
        """The term as a policy writes it."""
        name = self.unit.replace("_", " ") + ("" if self.count == 1 else "s")
        body = {
            Form.SPAN: f"{self.count} {name}",
            Form.SAME_DAY: "same day",
            Form.BY_TIME: f"by {self.clock:%H:%M}" if self.clock else "",
            Form.BY_DAY: f"by day {self.day}",
            Form.BEFORE_DATE: f"before {self.on}",
            Form.BEFORE_FACT: f"{self.count} {name} before {self.fact}",
            Form.FACT: f"${self.fact}",
        }[self.form]
        prefix = f"@{self.parameter}=" if self.parameter else ""
        return prefix + body + (" to the minute" if self.to_the_minute else "")

    def configured(self, value: str, where: Where | None = None) -> "Term":
        """The term with the parameter's adopted value in place of the suggestion."""
        given = parse_term(value, where)
        return replace(given, parameter=self.parameter)

    def resolved(self, lookup: Callable[[str], object]) -> "Term":
        """A `$fact` term as the term the fact holds (a text or a Term); other terms stay."""
        if self.form is not Form.FACT or self.fact is None:
            return self
        value = lookup(self.fact)
        if value is None or value == "":
            raise TermUnknown(self.fact)
        return value if isinstance(value, Term) else parse_term(str(value))

    def sentence(self, language: str = "zh-hans") -> str:
        """The term in words: 6 日内, within 6 days."""
        return self.label().text(language)

    def label(self) -> Label:
        """The term in words, in both languages."""
        said = self._said()
        if self.to_the_minute:
            said = Label(f"{said.zh}（精确到分钟）", f"{said.en}, to the minute")
        if self.parameter and not self.is_configured:
            said = Label(f"{said.zh}（建议，待定）", f"{said.en} (suggested, to be set)")
        return said

    def _said(self) -> Label:
        measure = span(self.count, self.unit) if self.unit else Label("", "")
        return {
            Form.SPAN: Label(f"{measure.zh}内", f"within {measure.en}"),
            Form.SAME_DAY: Label("当日内", "the same day"),
            Form.BY_TIME: Label(f"{self.clock:%H:%M} 前", f"by {self.clock:%H:%M}") if self.clock else measure,
            Form.BY_DAY: Label(f"每月 {self.day} 日前", f"by day {self.day} of the month"),
            Form.BEFORE_DATE: Label(f"{self.on} 之前", f"before {self.on}"),
            Form.BEFORE_FACT: Label(f"{self.fact} 前 {measure.zh}", f"{measure.en} before {self.fact}"),
            Form.FACT: Label(f"{self.fact} 所定的期限内", f"within the term in {self.fact}"),
        }[self.form]


class TermUnknown(Exception):
    """The term needs a fact or a parameter that has no value; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def span(count: int, unit: str) -> Label:
    """A number of units in words: 6 日, 6 days."""
    words = UNITS[unit]
    return Label(f"{count} {words.zh}", f"{count} {words.en}{'' if count == 1 else 's'}")


_NAMES = "|".join(name.replace("_", "[ _]") for name in sorted(UNITS, key=len, reverse=True))
_SPAN = re.compile(rf"(\d+)\s+({_NAMES})s?(?:\s+before\s+\$?([A-Za-z_][\w.]*))?", re.ASCII)
_CHINESE = {
    "个工作日": "working days",
    "工作日": "working days",
    "天": "days",
    "日": "days",
    "小时": "hours",
    "个小时": "hours",
    "分钟": "minutes",
    "个月": "months",
    "月": "months",
    "周": "weeks",
    "年": "years",
}
_FORMS = Label(
    "可以写：6 days、2 working days、24 hours、2 working hours、30 minutes、same day、by 18:00、by day 10、"
    "before 2026-06-01、1 month、$事实、@参数=3 working days",
    "write 6 days, 2 working days, 24 hours, 2 working hours, 30 minutes, same day, by 18:00, by day 10, "
    "before 2026-06-01, 1 month, $fact or @parameter=3 working days",
)


def _fault(zh: str, en: str, cure: Label, where: Where) -> TermFault:
    return TermFault(Label(zh, en), cure, where)


def parse_term(text: object, where: Where | None = None) -> Term:
    """The term written in `text`; `TermFault` where it is none, with its cure."""
    where = where or Where()
    if not isinstance(text, str) or not text.strip():
        cure = Label(f"写上单位：{text} days", f"add the unit: {text} days") if isinstance(text, int) else _FORMS
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


def _plain(words: str, where: Where) -> Term:
    if words == "same day":
        return Term(Form.SAME_DAY)
    if found := re.fullmatch(r"\$([A-Za-z_][\w.]*)", words, re.ASCII):
        return Term(Form.FACT, fact=found[1])
    if found := re.fullmatch(r"by (\d{1,2}):(\d{2})", words, re.ASCII):
        return _by_time(int(found[1]), int(found[2]), where)
    if found := re.fullmatch(r"by day (\d{1,2})", words, re.ASCII):
        day = int(found[1])
        if not 1 <= day <= 31:
            raise _fault(f"没有 {day} 日", f"there is no day {day}", Label("写 1 至 31", "write 1 to 31"), where)
        return Term(Form.BY_DAY, day=day)
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
    if "hour" in unit or "minute" in unit:
        raise _fault(
            "某日之前的期限按日、工作日、周、月、年写",
            "a term before a date is in days, working days, weeks, months or years",
            Label("例如 3 days before …", "such as 3 days before …"),
            where,
        )
    return Term(Form.BEFORE_FACT, count, unit, fact=fact)


def _unread(words: str, where: Where) -> TermFault:
    if re.fullmatch(r"\d+ rings?", words):
        return _fault("以铃声计的期限还不支持", "terms in rings are not supported yet",
                      Label("先写成秒数相当的 minutes，或改用登记项", "write minutes for now"), where)  # fmt: skip
    if found := re.fullmatch(r"(\d+)\s*(\D+)", words):
        unit = found[2].strip()
        english = _CHINESE.get(unit)
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
