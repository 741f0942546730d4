"""Terms as values: forms, text and words. The grammar is in `grammar`, the arithmetic in `moments`."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions.faults import Where
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.controls.conditions.condition import Condition

LONGEST_YEARS = 30
RING = "seconds_per_ring"
"""The parameter that says how long a ring of the telephone is."""


class Form(StrEnum):
    """The shapes of terms."""

    SPAN = "span"  # 6 days
    SAME_DAY = "same_day"
    BY_TIME = "by_time"  # by 18:00
    BY_DAY = "by_day"  # by day 10; of the opening's month where `of_month`
    BEFORE_DATE = "before_date"  # before 2009-06-01
    BEFORE_FACT = "before_fact"  # 1 month before customer.checkup_due
    PERIOD_END = "period_end"  # end of month
    UNTIL = "until"  # until 2026-10-09T10:00:00+00:00
    FACT = "fact"  # $case.stage_limit
    TABLE = "table"  # [{when: …, is: 2 hours}, {is: 4 hours}]


class Counting(StrEnum):
    """What a term counts: time of the clock, working time, days, working days, or nothing (its end is fixed)."""

    CLOCK = "clock"
    WORKING_TIME = "working_time"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of terms, its words, how many of it the longest term may have, and what it counts."""

    name: str
    zh: str
    en: str
    most: int
    counting: Counting = Counting.DAYS


UNITS = {
    unit.name: unit
    for unit in (
        Unit("minute", "分钟", "minute", LONGEST_YEARS * 366 * 1440, Counting.CLOCK),
        Unit("hour", "小时", "hour", LONGEST_YEARS * 8784, Counting.CLOCK),
        Unit("ring", "声铃响", "ring", 100, Counting.CLOCK),
        Unit("working_minute", "个工作分钟", "working minute", LONGEST_YEARS * 100_000, Counting.WORKING_TIME),
        Unit("working_hour", "个工作小时", "working hour", LONGEST_YEARS * 2000, Counting.WORKING_TIME),
        Unit("day", "日", "day", LONGEST_YEARS * 366),
        Unit("working_day", "个工作日", "working day", LONGEST_YEARS * 250, Counting.WORKING_DAYS),
        Unit("week", "周", "week", LONGEST_YEARS * 52),
        Unit("month", "个月", "month", LONGEST_YEARS * 12),
        Unit("year", "年", "year", LONGEST_YEARS),
    )
}
PERIODS = {
    "day": Label("当日", "the day"),
    "working_day": Label("当日工作", "the working day"),
    "week": Label("当周", "the week"),
    "month": Label("当月", "the month"),
    "quarter": Label("当季", "the quarter"),
    "year": Label("当年", "the year"),
}


class TermUnknown(Exception):
    """The term needs a fact or a parameter that has no value; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class TermRow:
    """A row of a table of terms: its condition (None: in every other case) and its term."""

    when: "Condition | None"
    term: "Term"


@dataclass(frozen=True)
class Term:
    """A term as written. `text` is its canonical writing; `parse_term(term.text)` gives it back (tables aside).

    With a `parameter`, the figures are only the suggestion until `configured(value)` is called; a term in rings has no
    length until `measured(seconds)` is.
    """

    form: Form
    count: int = 0
    unit: str = ""
    to_the_minute: bool = False
    clock: dt.time | None = None
    day: int | None = None
    of_month: bool = False
    on: dt.date | None = None
    at: dt.datetime | None = None
    fact: str | None = None
    parameter: str | None = None
    is_configured: bool = True
    ring_seconds: int = 0
    rows: tuple[TermRow, ...] = ()

    @property
    def text(self) -> str:
        """The term as a policy writes it."""
        prefix = f"@{self.parameter}=" if self.parameter else ""
        return prefix + self._body() + (" to the minute" if self.to_the_minute else "")

    def _body(self) -> str:  # noqa: PLR0911 – one case for each form
        name = self.unit.replace("_", " ")
        several = name + ("" if self.count == 1 else "s")
        match self.form:
            case Form.SPAN:
                return f"{self.count} {several}"
            case Form.SAME_DAY:
                return "same day"
            case Form.BY_TIME:
                return f"by {self.clock:%H:%M}"
            case Form.BY_DAY:
                return f"by day {self.day}" + (" of the month" if self.of_month else "")
            case Form.BEFORE_DATE:
                return f"before {self.on}"
            case Form.BEFORE_FACT:
                return f"{self.count} {several} before {self.fact}"
            case Form.PERIOD_END:
                return f"end of {name}"
            case Form.UNTIL:
                return f"until {self.at.astimezone(dt.UTC).isoformat()}" if self.at else "until"
            case Form.FACT:
                return f"${self.fact}"
            case Form.TABLE:
                return "; ".join(
                    row.term.text if row.when is None else f"{row.term.text} where {row.when.label().en}"
                    for row in self.rows
                )

    @property
    def counting(self) -> Counting:
        """What it counts; a term whose end is fixed counts nothing."""
        return UNITS[self.unit].counting if self.form is Form.SPAN else Counting.FIXED

    @property
    def can_pause(self) -> bool:
        """Whether a pause means anything to it: a term whose end is fixed by a date or a time of day cannot stop."""
        if self.form is Form.TABLE:
            return all(row.term.can_pause for row in self.rows)
        return self.form is Form.FACT or self.counting is not Counting.FIXED

    def configured(self, value: str, where: Where | None = None) -> "Term":
        """The term with the parameter's adopted value in place of the suggestion."""
        from keguan.controls.terms.grammar import parse_term

        return replace(parse_term(value, where), parameter=self.parameter)

    def measured(self, seconds: int) -> "Term":
        """The term with rings so many seconds apart; others stay."""
        return replace(self, ring_seconds=seconds) if self.unit == "ring" else self

    def every(self) -> Iterator["Term"]:
        """The term itself, of a table those of its rows."""
        for row in self.rows:
            yield from row.term.every()
        if not self.rows:
            yield self

    def conditions(self) -> tuple["Condition", ...]:
        """The conditions of a table's rows."""
        return tuple(row.when for row in self.rows if row.when is not None)

    def resolved(self, lookup: Callable[[str], object], scope: Any = None) -> "Term":
        """The term that counts: of a table its first true row, of `$fact` what the fact holds (a text or a Term).

        `TermUnknown` where a row before it is unknown, no row is true, or the fact is empty.
        """
        if self.form is Form.TABLE:
            return self._chosen(scope).resolved(lookup, scope)
        if self.form is not Form.FACT or self.fact is None:
            return self
        from keguan.controls.terms.grammar import parse_term

        value = lookup(self.fact)
        if value is None or value == "":
            raise TermUnknown(self.fact)
        found = value if isinstance(value, Term) else parse_term(str(value))
        return found.measured(self.ring_seconds) if not found.ring_seconds else found

    def _chosen(self, scope: Any) -> "Term":
        for row in self.rows:
            answer = True if row.when is None else row.when.test(scope)
            if answer:
                return row.term
            if answer is None and row.when is not None:
                missing = row.when.missing(scope)
                raise TermUnknown(missing[0].key if missing else "within")
        raise TermUnknown("within")

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

    def _said(self) -> Label:  # noqa: C901, PLR0911 – one case for each form
        measure = span(self.count, self.unit) if self.unit in UNITS else Label("", "")
        match self.form:
            case Form.SPAN if self.unit == "ring":
                return Label(f"铃响 {self.count} 声内", f"within {measure.en}")
            case Form.SPAN:
                return Label(f"{measure.zh}内", f"within {measure.en}")
            case Form.SAME_DAY:
                return Label("当日内", "the same day")
            case Form.BY_TIME:
                return Label(f"{self.clock:%H:%M} 前", f"by {self.clock:%H:%M}")
            case Form.BY_DAY if self.of_month:
                return Label(f"当月 {self.day} 日前", f"by day {self.day} of that month")
            case Form.BY_DAY:
                return Label(f"每月 {self.day} 日前", f"by day {self.day} of the month")
            case Form.BEFORE_DATE:
                return Label(f"{self.on} 之前", f"before {self.on}")
            case Form.BEFORE_FACT:
                return Label(f"{self.fact} 前 {measure.zh}", f"{measure.en} before {self.fact}")
            case Form.PERIOD_END:
                period = PERIODS[self.unit]
                return Label(f"{period.zh}结束前", f"before the end of {period.en}")
            case Form.UNTIL:
                moment = self.at.isoformat(timespec="minutes") if self.at else ""
                return Label(f"至 {moment}", f"until {moment}")
            case Form.FACT:
                return Label(f"{self.fact} 所定的期限内", f"within the term in {self.fact}")
            case Form.TABLE:
                return _table(self.rows)


def _table(rows: tuple[TermRow, ...]) -> Label:
    zh, en = [], []
    for row in rows:
        said = row.term.label()
        if row.when is None:
            zh.append(f"其余 {said.zh}" if len(rows) > 1 else said.zh)
            en.append(f"otherwise {said.en}" if len(rows) > 1 else said.en)
        else:
            when = row.when.label()
            zh.append(f"{when.zh}的 {said.zh}")
            en.append(f"{said.en} where {when.en}")
    return Label("、".join(zh), "; ".join(en))


def span(count: int, unit: str) -> Label:
    """A number of units in words: 6 日, 6 days."""
    words = UNITS[unit]
    return Label(f"{count} {words.zh}", f"{count} {words.en}{'' if count == 1 else 's'}")
