"""The find box: customers, cases, people, clauses, pages that a few characters may mean, as far as the viewer sees."""

from urllib.parse import quote_plus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.text import Truncator

from keguan.cases import queries as cases
from keguan.cases.facts import CASE
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.customers import queries as customers
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.scripts import simplified
from keguan.policies.models import Version
from keguan.policies.queries import today
from keguan.web import finding, pages
from keguan.web.colleagues import colleagues
from keguan.web.components import State
from keguan.web.doors import page, viewer
from keguan.web.language import Words
from keguan.web.listed import told_cases, told_customers
from keguan.web.pages import Found, FoundGroup
from keguan.web.rules import book
from keguan.web.shapes import clause_url
from keguan.web.views.shell import render_page

EACH = 5
LONGEST = 100


@page
def find(request: HttpRequest) -> HttpResponse:
    """What the typed text may mean; the partial is the list under the box."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST]
    return render_page(request, "web/find.html", pages.Find(query, _groups(viewer(request), query)), partial="results")


def _groups(who: UUID, query: str) -> tuple[FoundGroup, ...]:
    grants = scopes.grants(who)
    if not query or grants is None:
        return ()
    rules = book()
    groups = (
        _customers(who, query),
        _cases(who, query),
        colleagues(who, grants, query),
        finding.registered(who, grants, rules, query),
        _clauses(grants, query),
        finding.pages_found(grants, rules, query),
    )
    return tuple(group for group in groups if group.items)


def _customers(who: UUID, query: str) -> FoundGroup:
    filters = customers.Filters(text=query)
    found = customers.customers(who, filters, limit=EACH)
    told_customers(who, found.rows, filters)
    items = tuple(
        Found(
            row.name,
            reverse("web:customer_page", args=[row.code]),
            detail(row.contact, row.phone, row.city),
        )
        for row in found.rows
        if row.code
    )
    return FoundGroup(Label("客户", "Customers"), items, _more("customer_list", query) if found.after else "")


def _cases(who: UUID, query: str) -> FoundGroup:
    filters = cases.Filters(text=query)
    found = cases.cases(who, filters, limit=EACH)
    told_cases(who, found.rows, filters)
    items = tuple(
        Found(
            f"{row.code} {row.title}".strip(),
            reverse("web:case_page", args=[row.code]),
            row.customer_name,
            State(CASE.stage_label(row.stage), "kept" if row.closed_at else ""),
        )
        for row in found.rows
        if row.code
    )
    return FoundGroup(Label("工单", "Cases"), items, _more("case_list", query, "&tab=all") if found.after else "")


def _clauses(grants: Grants, query: str) -> FoundGroup:
    items: list[tuple[bool, Found]] = []
    asked = simplified(query)
    if grants.sees_some("pack"):
        for policy, title, clauses in _texts():
            for clause in clauses:
                said = f"{clause['number']}　{clause['heading'] or ''}".strip()
                is_named = asked in simplified(said)
                if is_named or asked in simplified(clause["text"]):
                    start = Truncator(clause["text"]).chars(36)
                    detail = Label.written(" · ".join(part for part in (title, start) if part))
                    address = clause_url(policy, clause["number"])
                    items.append((not is_named, Found(Label.written(said), address, detail, is_clause=True)))
    named_first = [found for _, found in sorted(items, key=lambda pair: pair[0])]
    return FoundGroup(Label("条款", "Clauses"), tuple(named_first[:EACH]))


def _texts() -> "list[tuple[str, str, list[dict[str, str]]]]":
    """Code, title and clauses of the policies in force; a later pack's stands for an earlier's of the same code."""
    day = today()
    held = Version.objects.filter(effective_on__lte=day).exclude(ends_on__lte=day).order_by("pack__adopted_at", "pack")
    found = {version.policy: version for version in held.only("policy", "title", "body")}
    return [(version.policy, version.title, version.body["clauses"]) for version in found.values()]


def detail(*parts: Words) -> Label:
    """What tells one from another, in a line."""
    words = [part if isinstance(part, Label) else Label.typed(part) for part in parts]
    return join([part for part in words if part.zh], " · ", " · ")


def _more(place: str, query: str, also: str = "") -> str:
    return f"{reverse(f'web:{place}')}?q={quote_plus(query)}{also}"


urlpatterns = [path("find/", find, name="find")]
