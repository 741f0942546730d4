"""Statistics: charts whose marks are links, the table behind each, and the list of judgements behind a share."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import scopes
from keguan.controls.queries.evidence import FEW, newest
from keguan.controls.queries.in_time import OUTCOMES
from keguan.insights import asking
from keguan.insights.asking import Asked
from keguan.insights.statistics import span, statistics
from keguan.kernel import clock
from keguan.kernel.records.labels import Label, join
from keguan.org import queries as org
from keguan.web import pages
from keguan.web.components import Filter, Link, Option, Paging
from keguan.web.doors import page, viewer
from keguan.web.language import language_of
from keguan.web.places import key_of
from keguan.web.rules import book, cited
from keguan.web.statistics_cards import Cards
from keguan.web.subjects import subjects
from keguan.web.views.evidence import row_of
from keguan.web.views.shell import render_page

NONE = "-"
"""In an address: judgements of which no department is known."""


@page
def statistics_page(request: HttpRequest) -> HttpResponse:
    """All figures of one period, of one department where it is named."""
    asked, said = _asked(request), {name: str(value) for name, value in request.GET.items() if value}
    found = statistics(asked)
    row = pages.Statistics(
        period=period_words(asked),
        filters=_filters(asked),
        cards=Cards(found, language_of({"request": request})).all(),
        is_filtered=bool(said),
    )
    return render_page(request, "web/statistics.html", row, partial="list", said=said)


@page
def judgements(request: HttpRequest) -> HttpResponse:
    """The judgements of deadlines behind a share: `control`, `unit`, `outcome` narrow them, `before` goes on."""
    asked, rules, given = _asked(request), book(), request.GET
    grants = scopes.grants(asked.viewer)
    if grants is None or not grants.sees_some("pack"):
        raise Http404
    control, unit = str(given.get("control", "")), str(given.get("unit", ""))
    wanted = replace(span(asked, rules, [control] if control else ()), unit=key_of(unit) or asked.department)
    found = wanted.rows(scopes.among(asked.viewer, grants))
    found = found.filter(unit=None) if unit == NONE else found
    outcome = str(given.get("outcome", ""))
    found = found.filter(outcome__in=[outcome] if outcome in OUTCOMES else ["kept", "broken"])
    before = key_of(str(given.get("before", "")))
    rows = newest(found, before, FEW + 1)
    more, rows = len(rows) > FEW, rows[:FEW]
    known = subjects(asked.viewer, [(one.object_type, one.object) for one in rows], grants, "judgements")
    units = org.unit_names({one.unit for one in rows if one.unit} | ({wanted.unit} if wanted.unit else set()))
    people = org.people_by_id({one.actor for one in rows if one.actor})
    kept = {name: str(value) for name, value in given.items() if name != "before"}
    row = pages.Judgements(
        title=_title(cited(rules, control).clause if control else "", units.get(wanted.unit) if wanted.unit else ""),
        period=period_words(asked),
        back=Link(Label("统计", "Statistics"), f"{reverse('web:statistics')}?{urlencode(address_of(asked))}"),
        rows=tuple(replace(row_of(one, known, units, people), citation=cited(rules, one.control)) for one in rows),
        paging=Paging(
            len(rows),
            first_url="" if before is None else f"?{urlencode(kept)}",
            next_url=f"?{urlencode({**kept, 'before': str(rows[-1].id)})}" if more else "",
        ),
    )
    return render_page(request, "web/judgements.html", row, partial="list")


def _asked(request: HttpRequest) -> Asked:
    return asking.asked(viewer(request), {name: str(value) for name, value in request.GET.items()}, clock.now())


def _title(clause: str, unit: str | None) -> Label:
    parts = [Label.written(clause)] * bool(clause) + [Label.typed(unit or "")] * bool(unit)
    if not parts:
        return Label("期限的判定", "Judgements of deadlines")
    words = Label("期限的判定：{about}", "Judgements of deadlines: {about}")
    return words.format(about=join(parts, " · ", " · "))


def period_words(asked: Asked) -> Label:
    """The days that are counted."""
    days = f"{asked.first.isoformat()} — {asked.last.isoformat()}"
    if asked.period:
        name = asking.PERIODS[asked.period]
        return Label(f"{name.zh}（{days}）", f"{name.en} ({days})")
    return Label(days, days)


def address_of(asked: Asked) -> dict[str, str]:
    """The question as an address says it."""
    found = {"period": asked.period} if asked.period else _days(asked.first, asked.last)
    if asked.department:
        found["department"] = str(asked.department)
    return found | ({"by": asked.group} if asked.group != "cause" else {})


def _days(first: dt.date, last: dt.date) -> dict[str, str]:
    return {"from": first.isoformat(), "until": last.isoformat()}


def _filters(asked: Asked) -> tuple[Filter, ...]:
    units = tuple(Option(str(key), name) for key, name in org.unit_options())
    days: Mapping[str, str] = {} if asked.period else _days(asked.first, asked.last)
    return (
        Filter("period", Label("期间", "Period"), _options(asking.PERIODS), asked.period),
        Filter("department", Label("部门", "Department"), units, _text(asked.department)),
        Filter("by", Label("投诉按", "Complaints by"), _options(asking.GROUP_LABELS), asked.group),
        *(Filter(name, "", value=value, kind="hidden") for name, value in days.items()),
    )


def _options(words: Mapping[str, Label]) -> tuple[Option, ...]:
    return tuple(Option(name, label) for name, label in words.items())


def _text(key: UUID | None) -> str:
    return str(key) if key else ""


urlpatterns = [
    path("statistics/", statistics_page, name="statistics"),
    path("statistics/judgements/", judgements, name="judgements"),
]
