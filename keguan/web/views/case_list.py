"""The list of cases: tabs, filters and search in the URL, keyset paging, and verbs for the selected ones."""

import datetime as dt
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict

from keguan.cases import queries
from keguan.cases.facts import CASE, KINDS
from keguan.controls import scopes
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import pages
from keguan.web.components import Citation, Filter, Option, Paging, State, Tab, Tone
from keguan.web.doors import page, viewer
from keguan.web.listed import told_cases
from keguan.web.rules import book
from keguan.web.shapes import citation
from keguan.web.views.bulk import bulk_verbs
from keguan.web.views.shell import render_page

TABS = {
    "open": Label("在办", "Open"),
    "mine": Label("我经办的", "Mine"),
    "late": Label("逾期", "Overdue"),
    "closed": Label("已结案", "Closed"),
    "all": Label("全部", "All"),
}
BULK = ("case.assign", "case.classify", "case.accept", "case.note", "case.close")
SOON = dt.timedelta(hours=24)
COUNTED = 1000


@page
def case_list(request: HttpRequest) -> HttpResponse:
    """The viewer's cases; `?tab=`, `?q=` and the filters narrow them, `?after=` goes on."""
    who, rules = viewer(request), book()
    tab = _tab(request.GET)
    filters = filters_of(request.GET, who)
    found = queries.cases(who, filters, _place(request.GET.get("after", "")))
    told_cases(who, found.rows, filters)
    total = queries.count(who, filters, COUNTED)
    kept = {name: request.GET[name] for name in ("q", "kind", "stage", "unit") if request.GET.get(name)}
    row = pages.CaseList(
        rows=tuple(case_row(each, rules) for each in found.rows),
        paging=Paging(
            len(found.rows),
            min(total, COUNTED),
            total > COUNTED,
            first_url=_url(kept, tab=tab) if request.GET.get("after") else "",
            next_url=_url(kept, tab=tab, after=_token(found.after)) if found.after else "",
        ),
        query=request.GET.get("q", ""),
        filters=_filter_row(request, tab),
        tabs=tuple(Tab(label, _url(kept, tab=name), is_current=name == tab) for name, label in TABS.items()),
        bulk=bulk_verbs(scopes.grants(who), BULK, request.GET),
        is_filtered=bool(kept),
    )
    return render_page(request, "web/case_list.html", row, partial="list")


def case_row(found: queries.CaseRow, rules: Rulebook) -> pages.CaseRow:
    """A case as a list shows it, with its nearest deadline and the clause that set it."""
    due: dt.datetime | None = None
    tone: Tone = ""
    cited: Citation | None = None
    if found.due is not None:
        due = found.due.due_at
        tone = due_tone(due, is_broken=found.due.is_broken)
        cited = cited_by(found.due.control, rules)
    return pages.CaseRow(
        found.code,
        found.title,
        found.customer_name,
        stage_state(found.stage),
        Label(f"{found.kind.zh} · 特别严重", f"{found.kind.en} · serious") if found.is_serious else found.kind,
        found.owner_name,
        due,
        tone,
        cited,
        found.opened_at,
    )


def due_tone(due_at: dt.datetime, *, is_broken: bool) -> Tone:
    """How urgent a deadline is: broken, due within a day, or neither."""
    if is_broken or due_at <= clock.now():
        return "broken"
    return "soon" if due_at - clock.now() <= SOON else ""


def stage_state(stage: str) -> State:
    """The badge of a stage."""
    return State(CASE.stage_label(stage), "kept" if stage == "closed" else "")


def cited_by(control: str, rules: Rulebook) -> Citation | None:
    """The clause of a control that is in force; nothing where it no longer is."""
    found = rules.by_key.get(control)
    return citation(found.citation) if found else None


def _tab(given: QueryDict) -> str:
    tab = given.get("tab", "open")
    return tab if tab in TABS else "open"


def filters_of(given: QueryDict, who: UUID) -> queries.Filters:
    """What the list with these parameters is narrowed to."""
    tab = _tab(given)
    return queries.Filters(
        text=given.get("q", "")[:100],
        kinds=(str(given["kind"]),) if given.get("kind") in KINDS else (),
        stages=(str(given["stage"]),) if given.get("stage") in {stage.name for stage in CASE.stages} else (),
        unit=_uuid(given.get("unit", "")),
        owner=who if tab == "mine" else None,
        is_open={"open": True, "mine": True, "closed": False}.get(tab),
        is_overdue=tab == "late",
    )


def _filter_row(request: HttpRequest, tab: str) -> tuple[Filter, ...]:
    kinds = tuple(Option(code, label) for code, label in KINDS.items())
    stages = tuple(Option(stage.name, stage.label) for stage in CASE.stages)
    units = tuple(Option(str(key), name) for key, name in org.unit_options())
    return (
        Filter("tab", "", value=tab, kind="hidden"),
        Filter("kind", CASE.by_name["kind"].label, kinds, request.GET.get("kind", "")),
        Filter("stage", CASE.by_name["stage"].label, stages, request.GET.get("stage", "")),
        Filter("unit", CASE.by_name["unit"].label, units, request.GET.get("unit", "")),
    )


def _url(kept: dict[str, str], **changes: str) -> str:
    return "?" + urlencode({**kept, **changes})


def _token(place: queries.Place) -> str:
    return f"{place[0].astimezone(dt.UTC).isoformat()}~{place[1]}"


def _place(token: str) -> queries.Place | None:
    at, _, key = token.partition("~")
    try:
        return dt.datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
