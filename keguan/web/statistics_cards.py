"""The cards of the statistics page: each figure is a mark of a chart and stands in the table, with the list behind."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from keguan.cases.facts import CASE, KINDS
from keguan.cases.statistics import Band, Month, opened_between
from keguan.controls.engines.deadline import DeadlineControl
from keguan.insights.asking import GROUP_LABELS, GROUPS
from keguan.insights.statistics import Cause, Share, Statistics
from keguan.kernel.records.kinds import Choice
from keguan.kernel.records.labels import Label, join
from keguan.web import charts
from keguan.web.addresses import list_url
from keguan.web.pages.statistics import ChartCard, Datum

MOST_BARS = 14
LONGEST = 14
UNSAID = Label("尚未判明", "Not said yet")
NOBODY = Label("未归部门", "No department")
REST = Label("其余", "The rest")
TOTAL = Label("合计", "All")
IN_TIME, BROKEN = Label("按时", "In time"), Label("逾期", "Overdue")
NOTHING = Label("这段时间里还没有。", "Nothing in this period yet.")


@dataclass(frozen=True)
class Cards:
    """Turns one answer into cards, in one language."""

    found: Statistics
    language: str

    def all(self) -> tuple[ChartCard, ...]:
        """In the order of the page."""
        return (self.ages(), self.trend(), self.departments(), self.clauses(), self.in_months(), self.causes())

    def ages(self) -> ChartCard:
        """How old open cases are."""
        bands = self.found.ages
        marks = [
            {"at": self.say(_age(band)), "part": self.say(part), "turn": turn, "n": n, "url": url}
            for band in bands
            for turn, (part, n, url) in enumerate((
                (BROKEN, band.late, self._old(band, is_late=True)),
                (Label("未逾期", "Not overdue"), band.total - band.late, self._old(band)),
            ))
        ]  # fmt: skip
        parts = [(self.say(BROKEN), charts.BROKEN), (self.say(Label("未逾期", "Not overdue")), charts.PLAIN)]
        rows = [
            (
                Datum(_age(band), is_number=False),
                *(Datum(str(band.kinds.get(kind, 0)), self._old(band, kind)) for kind in KINDS),
                Datum(str(band.total), self._old(band)),
                Datum(str(band.late), self._old(band, is_late=True), tone="broken" if band.late else ""),
            )
            for band in bands
        ]
        return ChartCard(
            "ages",
            Label("在办工单的账龄", "Age of open cases"),
            Label(
                "自登记之日起的天数，截至此刻；逾期指有期限已过而未办",
                "days since they were opened, as of now; overdue: something owed is past due",
            ),
            charts.stacked(marks, parts) if any(band.total for band in bands) else "",
            (Label("天数", "Days"), *KINDS.values(), TOTAL, BROKEN),
            tuple(rows),
            Label("没有在办的工单。", "No case is open."),
        )

    def trend(self) -> ChartCard:
        """What came in and what was closed."""
        months, opened, closed = self.found.months, Label("登记", "Opened"), Label("结案", "Closed")
        marks = [
            {"at": _month(one.first), "opened": one.total, "closed": one.closed, "url": self._of_month(one),
             "closed_url": self._closed(one)}
            for one in months
        ]  # fmt: skip
        rows = [
            (
                Datum(_month(one.first), is_number=False),
                *(Datum(str(one.opened.get(kind, 0)), self._of_month(one, kind)) for kind in KINDS),
                Datum(str(one.total), self._of_month(one)),
                Datum(str(one.closed), self._closed(one)),
            )
            for one in months
        ]
        return ChartCard(
            "trend",
            Label("逐月登记与结案", "Opened and closed by month"),
            Label("柱为登记，线为结案", "bars: opened; line: closed"),
            charts.course(marks, self.say(opened), self.say(closed))
            if any(one.total or one.closed for one in months)
            else "",
            (Label("月份", "Month"), *KINDS.values(), TOTAL, closed),
            tuple(rows),
            NOTHING,
        )

    def departments(self) -> ChartCard:
        """In-time share by department."""
        named = [
            (self._unit(one.key), one, {"unit": str(one.key) if one.key else "-"}) for one in self.found.departments
        ]
        return self._shares(
            "departments", Label("各部门按时率", "In time, by department"), Label("部门", "Department"), named
        )

    def clauses(self) -> ChartCard:
        """In-time share by clause."""
        named = [(self._clause(str(one.key)), one, {"control": str(one.key)}) for one in self.found.controls]
        return self._shares("clauses", Label("各条款按时率", "In time, by clause"), Label("条款", "Clause"), named)

    def _shares(
        self, name: str, title: Label, head: Label, named: Sequence[tuple[Label, Share, dict[str, str]]]
    ) -> ChartCard:
        marks = [
            {"at": _short(self.say(words)), "part": self.say(part), "turn": turn, "n": n,
             "url": self._judged(**about, outcome=outcome)}
            for words, one, about in named[:MOST_BARS]
            for turn, (part, n, outcome) in enumerate(((IN_TIME, one.kept, "kept"), (BROKEN, one.broken, "broken")))
        ]  # fmt: skip
        parts = [(self.say(IN_TIME), charts.KEPT_TONE), (self.say(BROKEN), charts.BROKEN)]
        rows = [
            (Datum(words, self._judged(**about), is_number=False), *self._told(one, about))
            for words, one, about in named
        ]
        return ChartCard(
            name,
            title,
            Label(
                "按时率 = 按时 ÷（按时 + 逾期），逾期后补办的仍算逾期；低的在前",
                "in time ÷ (in time + overdue); what was done late stays overdue; lowest first",
            ),
            charts.lying(marks, parts) if marks else "",
            (head, IN_TIME, BROKEN, Label("其中迟办", "Done late"), Label("按时率", "Share")),
            tuple(rows),
            NOTHING,
        )

    def in_months(self) -> ChartCard:
        """In-time share over the months."""
        found = self.found.in_months
        about = [self._within(one.key) for one in found]
        marks = [
            {"at": _month(one.key), "share": one.share, "url": self._judged(**days)}
            for one, days in zip(found, about, strict=True)
        ]
        rows = [
            (Datum(_month(one.key), self._judged(**days), is_number=False), *self._told(one, days))
            for one, days in zip(found, about, strict=True)
        ]
        return ChartCard(
            "months",
            Label("逐月按时率", "In time, by month"),
            Label("按判定的月份", "by the month of the judgement"),
            charts.shares(marks) if any(one.judged for one in found) else "",
            (Label("月份", "Month"), IN_TIME, BROKEN, Label("其中迟办", "Done late"), Label("按时率", "Share")),
            tuple(rows),
            NOTHING,
        )

    def causes(self) -> ChartCard:
        """What complaints came from, most first."""
        found = self.found.causes
        total = sum(one.count for one in found)
        marks = [
            {"at": self.say(self._cause(one)), "n": one.count, "share": one.cumulative, "url": self._complaints(one)}
            for one in found
        ]
        rows = [
            (
                Datum(self._cause(one), self._complaints(one), is_number=False),
                Datum(str(one.count), self._complaints(one)),
                Datum(f"{one.count / total:.0%}"),
                Datum(f"{one.cumulative:.0%}"),
            )
            for one in found
        ]
        group = GROUP_LABELS[self.found.asked.group]
        return ChartCard(
            "causes",
            Label(f"投诉的帕累托图：{group.zh}", f"Pareto of complaints: {group.en}"),
            Label(
                "这段时间登记的投诉；线为累计占比",
                "complaints opened in the period; the line is what they make up together",
            ),
            charts.pareto(marks) if marks else "",
            (group, Label("件数", "Complaints"), Label("占比", "Share"), Label("累计", "Together")),
            tuple(rows),
            NOTHING,
        )

    def say(self, words: Label) -> str:
        """Words in the page's language."""
        return words.text(self.language)

    def _told(self, one: Share, about: dict[str, str]) -> tuple[Datum, ...]:
        share = "—" if one.share is None else f"{one.share:.0%}"
        return (
            Datum(str(one.kept), self._judged(**about, outcome="kept")),
            Datum(str(one.broken), self._judged(**about, outcome="broken"), tone="broken" if one.broken else ""),
            Datum(str(one.late), self._judged(**about, outcome="kept_late")),
            Datum(share),
        )

    def _unit(self, key: object) -> Label:
        name = self.found.units.get(key) if isinstance(key, UUID) else None
        return Label.typed(name) if name else NOBODY

    def _clause(self, key: str) -> Label:
        control = self.found.rules.by_key.get(key)
        if not isinstance(control, DeadlineControl):
            return Label.typed(key)
        return Label("{clause} {act}", "{clause} {act}").format(clause=Label.written(control.clause), act=control.owed)

    def _cause(self, one: Cause) -> Label:
        if one.is_rest:
            return REST
        said = []
        for name, value in zip(GROUPS[self.found.asked.group], one.values, strict=True):
            kind = CASE.by_name[name].kind
            if isinstance(value, UUID):
                said.append(self._unit(value))
            elif isinstance(kind, Choice) and value in kind.options:
                said.append(kind.options[str(value)])
            else:
                said.append(UNSAID)
        said = list(dict.fromkeys(said))
        return join(said, " · ", " · ")

    @cached_property
    def _days(self) -> dict[str, str]:
        asked = self.found.asked
        return {"from": asked.first.isoformat(), "until": asked.last.isoformat()}

    @cached_property
    def _department(self) -> dict[str, str]:
        department = self.found.asked.department
        return {"department": str(department)} if department else {}

    def _judged(self, **given: str) -> str:
        """The list of judgements behind a share."""
        return f"{reverse('web:judgements')}?{urlencode({**self._days, **self._department, **given})}"

    def _within(self, first: object) -> dict[str, str]:
        """The days of a month that are counted."""
        return _span(first, self.found.asked.first, self.found.asked.last)

    def _cases(self, **given: str) -> str:
        department = self.found.asked.department
        concerns = {"concerns": str(department)} if department else {}
        return list_url("case", **{"tab": "all", "valid": "true", **concerns, **given})

    def _old(self, band: Band, kind: str = "", *, is_late: bool = False) -> str:
        first, last = opened_between(self.found.asked.today, band.least, band.most)
        given = {"tab": "open", "opened_at__to": last.isoformat(), **({"late": "true"} if is_late else {})}
        given |= {"opened_at__from": first.isoformat()} if first else {}
        return self._cases(**given, **({"kind": kind} if kind else {}))

    def _of_month(self, one: Month, kind: str = "") -> str:
        days = self._within(one.first)
        given = {"opened_at__from": days["from"], "opened_at__to": days["until"]}
        return self._cases(**given, **({"kind": kind} if kind else {}))

    def _closed(self, one: Month) -> str:
        days = self._within(one.first)
        return self._cases(tab="all", closed_at__from=days["from"], closed_at__to=days["until"])

    def _complaints(self, one: Cause) -> str:
        days = {"opened_at__from": self._days["from"], "opened_at__to": self._days["until"]}
        given: dict[str, Any] = {"kind": "complaint", **days}
        if not one.is_rest:
            named = list(zip(GROUPS[self.found.asked.group], one.values, strict=True))
            given |= {name: str(value) for name, value in named if value is not None}
            given |= {"without": ",".join(name for name, value in named if value is None)}
        return self._cases(**{name: value for name, value in given.items() if value})


def _age(band: Band) -> Label:
    if band.most is None:
        return Label(f"{band.least} 以上", f"{band.least} or more")
    return Label(f"{band.least}–{band.most}", f"{band.least}–{band.most}")


def _short(words: str) -> str:
    """What has room beside a bar; the table has the rest."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def _month(first: object) -> str:
    return f"{first:%Y-%m}" if isinstance(first, dt.date) else ""


def _span(first: object, least: dt.date, most: dt.date) -> dict[str, str]:
    if not isinstance(first, dt.date):
        return {}
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return {
        "from": max(first, least).isoformat(),
        "until": min(following - dt.timedelta(days=1), most).isoformat(),
    }
