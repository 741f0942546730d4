"""The list of customers: filters and search in the URL, chosen columns and order, and what is taken home of it."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from keguan.controls import scopes
from keguan.customers import queries
from keguan.customers.commands import add
from keguan.customers.facts import CUSTOMER, KINDS
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import token
from keguan.kernel.sheets import Value
from keguan.web import pages
from keguan.web.components import Filter, Option, Paging, Tab
from keguan.web.doors import page, viewer
from keguan.web.language import language_of
from keguan.web.listed import narrowed, told_customers
from keguan.web.listing import Listing, more, tools
from keguan.web.views.bulk import bulk_verbs
from keguan.web.views.exporting import Exported
from keguan.web.views.shell import render_page

COUNTED = 1000
BULK = ("customer.assign",)
LISTING = Listing(
    CUSTOMER,
    head=("code", "name", "kind"),
    own={
        "contact": Label("联系人", "Contact"),
        "phone": Label("电话", "Phone"),
        "owner": CUSTOMER.by_name["owner"].label,
    },
    usual=("contact", "phone", "owner"),
    orders=queries.ORDERS,
    filters=("q", "kind", "import"),
)


@page
def customer_list(request: HttpRequest) -> HttpResponse:
    """The viewer's customers; `?q=` and the filters narrow them, `?after=` goes on."""
    who, given = viewer(request), request.GET
    grants = scopes.grants(who)
    mine = given.get("tab") == "mine"
    filters, order, columns = filters_of(given, who), LISTING.order(given), LISTING.columns(given)
    found = queries.customers(who, filters, order.place(str(given.get("after", ""))), order=order)
    facts = LISTING.facts(columns)
    told_customers(who, found.rows, filters, [fact.name for fact in facts])
    on_page = queries.visible_to(who, grants).filter(id__in=[each.id for each in found.rows])
    chosen = more(LISTING, columns, who, on_page, language_of({"request": request}), grants)
    total = queries.count(who, filters, COUNTED)
    kept = LISTING.kept(given)
    apart = {name: value for name, value in kept.items() if name != "tab"}
    row = pages.CustomerList(
        rows=tuple(_row(each, chosen.get(each.id, ())) for each in found.rows),
        paging=Paging(
            len(found.rows),
            min(total, COUNTED),
            total > COUNTED,
            first_url=f"?{urlencode(kept)}" if given.get("after") else "",
            next_url=f"?{urlencode({**kept, 'after': token(found.after)})}" if found.after else "",
        ),
        query=str(given.get("q", "")),
        filters=_filters(given),
        tabs=(
            Tab(Label("全部", "All"), f"?{urlencode(apart)}", is_current=not mine),
            Tab(Label("我负责的", "Mine"), f"?{urlencode({**apart, 'tab': 'mine'})}", is_current=mine),
        ),
        is_filtered=LISTING.is_filtered(given),
        may_add=grants is not None and grants.uses(add.name),
        may_import=grants is not None and grants.uses("import.upload"),
        bulk=bulk_verbs(grants, BULK, given),
        tools=tools(LISTING, given, who, grants, reverse("web:customer_export")),
        shown=columns,
        heads=tuple(fact.label for fact in facts),
    )
    return render_page(request, "web/customer_list.html", row, partial="list")


def filters_of(given: QueryDict, who: UUID) -> queries.Filters:
    """What the list with these parameters is narrowed to."""
    return queries.Filters(
        text=str(given.get("q", ""))[:100],
        kind=str(given["kind"]) if given.get("kind") in KINDS else None,
        owner=who if given.get("tab") == "mine" else None,
        imported_from=_uuid(str(given.get("import", ""))),
    )


def _filters(given: QueryDict) -> tuple[Filter, ...]:
    carried = {name: str(given[name]) for name in ("tab", "import") if given.get(name)} | LISTING.shape(given)
    hidden = [Filter(name, "", value=value, kind="hidden") for name, value in carried.items()]
    options = tuple(Option(code, label) for code, label in KINDS.items())
    return (*hidden, Filter("kind", CUSTOMER.by_name["kind"].label, options, str(given.get("kind", ""))))


def _row(found: queries.CustomerRow, chosen: tuple[str, ...]) -> pages.CustomerRow:
    return pages.CustomerRow(
        found.code,
        found.name,
        found.kind,
        found.contact,
        found.phone,
        found.owner_name,
        city=found.city,
        more=chosen,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _reach(who: UUID, keys: Sequence[UUID], names: Sequence[str], language: str) -> Mapping[str, Mapping[UUID, Value]]:  # noqa: ARG001 – every list's own columns are asked alike
    if not {"contact", "phone"} & set(names):
        return {}
    found = queries.rows(who, keys)
    return {
        "contact": {key: row.contact for key, row in found.items()},
        "phone": {key: row.phone for key, row in found.items()},
    }


EXPORTED = Exported(
    LISTING,
    found=lambda who, given: queries.found(who, filters_of(given, who), LISTING.order(given)),
    narrowed=lambda who, given: narrowed(filters_of(given, who)),
    own=_reach,
    shows={"contact": ("contacts.name",), "phone": ("phones.digits", "phones.extension")},
)
