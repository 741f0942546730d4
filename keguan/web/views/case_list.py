"""The list of cases: tabs, filters and search in the URL, keyset paging, and verbs for the selected ones."""

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from keguan.cases import queries
from keguan.cases.facts import CASE, KINDS
from keguan.controls import scopes
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import token
from keguan.kernel.sheets import Value
from keguan.lists.table import local
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import pages
from keguan.web.components import Citation, Filter, Option, Paging, State, Tab, Tone
from keguan.web.doors import page, viewer
from keguan.web.language import language_of
from keguan.web.listed import narrowed, told_cases
from keguan.web.listing import Listing, more, tools
from keguan.web.records.standing import cited_by, due_tone
from keguan.web.rules import book
from keguan.web.views.bulk import bulk_verbs
from keguan.web.views.exporting import Exported
from keguan.web.views.shell import render_page

TABS = {
    "open": Label("在办", "Open"),
    "mine": Label("我经办的", "Mine"),
    "late": Label("逾期", "Overdue"),
    "closed": Label("已结案", "Closed"),
    "all": Label("全部", "All"),
}
BULK = ("case.assign", "case.classify", "case.accept", "case.note", "case.close")
COUNTED = 1000


LISTING = Listing(
    CASE,
    head=("code", "title", "kind", "opened_at"),
    own={
        "customer": CASE.by_name["customer"].label,
        "stage": Label("状态", "State"),
        "due": Label("到期", "Due"),
        "owner": CASE.by_name["owner"].label,
    },
    usual=("customer", "stage", "due", "owner"),
    orders=queries.ORDERS,
    filters=("q", "kind", "stage", "unit"),
)


@page
def case_list(request: HttpRequest) -> HttpResponse:
    """The viewer's cases; `?tab=`, `?q=` and the filters narrow them, `?after=` goes on."""
    who, rules, given = viewer(request), book(), request.GET
    grants = scopes.grants(who)
    tab = _tab(given)
    filters, order, columns = filters_of(given, who), LISTING.order(given), LISTING.columns(given)
    found = queries.cases(who, filters, order.place(str(given.get("after", ""))), order=order)
    facts = LISTING.facts(columns)
    told_cases(who, found.rows, filters, [fact.name for fact in facts])
    on_page = queries.visible_to(who, grants).filter(id__in=[each.id for each in found.rows])
    chosen = more(LISTING, columns, who, on_page, language_of({"request": request}), grants)
    total = queries.count(who, filters, COUNTED)
    kept = LISTING.kept(given)
    row = pages.CaseList(
        rows=tuple(case_row(each, rules, chosen.get(each.id, ())) for each in found.rows),
        paging=Paging(
            len(found.rows),
            min(total, COUNTED),
            total > COUNTED,
            first_url=_url(kept, tab=tab) if given.get("after") else "",
            next_url=_url(kept, tab=tab, after=token(found.after)) if found.after else "",
        ),
        query=str(given.get("q", "")),
        filters=_filter_row(request, tab),
        tabs=tuple(Tab(label, _url(kept, tab=name), is_current=name == tab) for name, label in TABS.items()),
        bulk=bulk_verbs(grants, BULK, given),
        is_filtered=LISTING.is_filtered(given),
        tools=tools(LISTING, given, who, grants, reverse("web:case_export")),
        shown=columns,
        heads=tuple(fact.label for fact in facts),
    )
    return render_page(request, "web/case_list.html", row, partial="list")


def _due(who: UUID, keys: Sequence[UUID], names: Sequence[str], language: str) -> Mapping[str, Mapping[UUID, Value]]:  # noqa: ARG001 – every list's own columns are asked alike
    if "due" not in names:
        return {}
    found = queries.dues(keys)
    return {"due": {key: local(due.due_at) for key, due in found.items()}}


EXPORTED = Exported(
    LISTING,
    found=lambda who, given: queries.found(who, filters_of(given, who), LISTING.order(given)),
    narrowed=lambda who, given: narrowed(filters_of(given, who)),
    own=_due,
    shows={},
)


def case_row(found: queries.CaseRow, rules: Rulebook, chosen: tuple[str, ...] = ()) -> pages.CaseRow:
    """A case as a list shows it, with its nearest deadline and the clause that set it, and chosen facts."""
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
        chosen,
    )


def stage_state(stage: str) -> State:
    """The badge of a stage."""
    return State(CASE.stage_label(stage), "kept" if stage == "closed" else "")


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
        *(Filter(name, "", value=value, kind="hidden") for name, value in LISTING.shape(request.GET).items()),
        Filter("kind", CASE.by_name["kind"].label, kinds, request.GET.get("kind", "")),
        Filter("stage", CASE.by_name["stage"].label, stages, request.GET.get("stage", "")),
        Filter("unit", CASE.by_name["unit"].label, units, request.GET.get("unit", "")),
    )


def _url(kept: dict[str, str], **changes: str) -> str:
    return "?" + urlencode({**kept, **changes})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
