"""Which cases somebody sees: the list with its filters, page by page from the newest, and what a search finds.

Every answer begins with `visible_to`: a case that the viewer may not see is not there, a fact that is masked for him is
neither shown nor searched, and customers are named only to those who may see them. What a list costs does not depend on
its length.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, Q, QuerySet, TextField, Value

from keguan.cases.facts import CASE, KINDS
from keguan.cases.models import Case
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.controls.queries import Due, nearest
from keguan.customers.models import Customer
from keguan.customers.names import wanted_grams
from keguan.kernel import clock
from keguan.kernel.glance import once
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order, Place
from keguan.kernel.records.scripts import folded, written_as

PAGE = 25
TRIGRAM = 3
HITS, ALL = 2000, 100_000
"""So many hits of a search a page looks at: who finds more types more; what is done with all of them looks at more."""

ORDERS = {
    order.name: order
    for order in (
        Order("newest", Label("登记时间，新的在前", "Newest first"), "opened_at", True, dt.datetime.fromisoformat),
        Order("oldest", Label("登记时间，早的在前", "Oldest first"), "opened_at", read=dt.datetime.fromisoformat),
        Order("due", Label("到期时间，近的在前", "Due soonest first"), "due_at", read=dt.datetime.fromisoformat),
    )
}
NEWEST = ORDERS["newest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; what is empty does not narrow. `is_open` means neither closed nor voided.

    `concerns` is a department that handles a case or in which it arose; `without` names facts that nobody has said yet;
    `is_valid` leaves out what was voided; `is_reviewed` keeps closed cases that were looked at again, or were not.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    severity: str | None = None
    owner: UUID | None = None
    unit: UUID | None = None
    customer: UUID | None = None
    is_open: bool | None = None
    is_overdue: bool = False
    opened_from: dt.datetime | None = None
    opened_before: dt.datetime | None = None
    closed_from: dt.datetime | None = None
    closed_before: dt.datetime | None = None
    cause: str | None = None
    channel: str | None = None
    handling: str | None = None
    originating_unit: UUID | None = None
    concerns: UUID | None = None
    without: tuple[str, ...] = ()
    is_valid: bool = False
    is_reviewed: bool | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as one row of a list; `customer_name` is empty where the viewer may not see the customer."""

    id: UUID
    code: str
    title: str
    kind: Label
    stage: str
    stage_label: Label
    is_serious: bool
    customer: UUID | None
    customer_name: str
    owner: UUID | None
    owner_name: str
    unit_name: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Rows of a list and, where more follow, the place after which they do."""

    rows: tuple[CaseRow, ...]
    after: Place | None = None


def visible_to(viewer: UUID, known: Grants | None = None) -> "QuerySet[Case]":
    """The cases that the viewer may see: what lists, pages, searches and exports share.

    `known` saves reading the viewer's grants again, here and below.
    """
    return Case.objects.filter(scopes.visible_to(viewer, "case", known))


def cases(
    viewer: UUID, filters: Filters = Filters(), after: Place | None = None, limit: int = PAGE, order: Order = NEWEST,
    known: Grants | None = None,
) -> CasePage:  # fmt: skip
    """The viewer's cases that pass the filters, in order; `after` is the place that the last page gave."""
    known = known or scopes.grants(viewer)
    condition = _condition(viewer, filters, known, HITS)
    condition &= Q() if after is None else order.after(after)
    found = _first(scopes.visible_to(viewer, "case", known), condition, limit + 1, order)
    columns = (*COLUMNS, NAMED) if _may_name_all(viewer, known) else COLUMNS
    listed = list(found.order_by(*order.by()).values(*columns)[: limit + 1])
    more, listed = len(listed) > limit, listed[:limit]
    due = nearest([case["id"] for case in listed])
    if NAMED in columns:
        customers = {case["customer"]: case[NAMED] or "" for case in listed}
    else:
        customers = customer_names(viewer, {case["customer"] for case in listed}, known)
    masked = scopes.masked(viewer, "case", known)
    place = (listed[-1][order.field], listed[-1]["id"]) if more else None
    rows = tuple(_row(case, customers.get(case["customer"], ""), masked, due.get(case["id"])) for case in listed)
    return CasePage(rows, place)


def found(
    viewer: UUID, filters: Filters = Filters(), order: Order = NEWEST, known: Grants | None = None
) -> "QuerySet[Case]":
    """All of the viewer's cases that pass the filters, in order: what exports and acts on many begin with."""
    known = known or scopes.grants(viewer)
    return visible_to(viewer, known).filter(_condition(viewer, filters, known, ALL)).order_by(*order.by())


def count(viewer: UUID, filters: Filters = Filters(), most: int = 10_000, known: Grants | None = None) -> int:
    """How many cases pass; counting stops at one more than `most`, which is shown as “10,000+”."""
    known = known or scopes.grants(viewer)
    condition = _condition(viewer, filters, known, HITS if most < HITS else ALL)
    # each part of a scope by its own index: the whole would be looked for among all cases
    parts = [
        Case.objects.filter(part, condition).values("id")[: most + 1]
        for part in _parts(scopes.visible_to(viewer, "case", known))
    ]
    return min(most + 1, parts[0].union(*parts[1:]).count() if len(parts) > 1 else parts[0].count())


def customer_names(
    viewer: UUID, customers: Collection[UUID | None], known: Grants | None = None
) -> dict[UUID | None, str]:
    """The names of those of these customers that the viewer may see. One statement."""
    if "name" in scopes.masked(viewer, "customer", known):
        return {}
    seen = Customer.objects.filter(
        scopes.visible_to(viewer, "customer", known), id__in=[key for key in customers if key]
    )
    return dict(seen.values_list("id", "name"))


COLUMNS = (
    *("id", "code", "title", "kind", "stage", "severity", "opened_at", "closed_at", "due_at", "customer"),
    *("owner", "owner__name", "unit__name"),
)
NAMED = "customer__name"


def _may_name_all(viewer: UUID, known: Grants | None) -> bool:
    """Whether every customer may be named to the viewer: their names are then read along with the rows."""
    is_masked = "name" in scopes.masked(viewer, "customer", known)
    return not is_masked and scopes.visible_to(viewer, "customer", known) == Q()


def _first(scope: Q, condition: Q, limit: int, order: Order) -> "QuerySet[Case]":
    """The first of the cases in scope by this order, at least `limit` of them.

    A scope is an alternative (I own it, I opened it, it is my unit's, …) of which each part has an index in the order
    of the list, but not the whole: so the first of each part are taken, and of these the first.
    """
    parts = _parts(scope)
    if len(parts) < 2:
        return Case.objects.filter(scope, condition)
    first, *others = (Case.objects.filter(part, condition).order_by(*order.by()).values("id")[:limit] for part in parts)
    return Case.objects.filter(id__in=first.union(*others))


def _parts(scope: Q) -> list[Q]:
    """The parts of an alternative; a list of values is one part for each."""
    if scope.connector != Q.OR or scope.negated:
        return [scope]
    parts: list[Q] = []
    for child in scope.children:
        if isinstance(child, Q):
            parts += _parts(child)
        elif isinstance(child, tuple) and child[0].endswith("__in") and isinstance(child[1], set | list | tuple):
            parts += [Q(**{child[0].removesuffix("__in"): value}) for value in child[1]]
        else:
            parts.append(Q(child))
    return parts


def _condition(viewer: UUID, filters: Filters, known: Grants | None, most: int) -> Q:
    masked = scopes.masked(viewer, "case", known)
    given: dict[str, Any] = {
        "kind__in": filters.kinds,
        "stage__in": filters.stages,
        "severity": filters.severity,
        "owner": filters.owner,
        "unit": filters.unit,
        "customer": filters.customer,
        "opened_at__gte": filters.opened_from,
        "opened_at__lt": filters.opened_before,
        "closed_at__gte": filters.closed_from,
        "closed_at__lt": filters.closed_before,
        "cause": filters.cause,
        "channel": filters.channel,
        "handling": filters.handling,
        "originating_unit": filters.originating_unit,
    }
    condition = Q(**{name: value for name, value in given.items() if value and name.partition("__")[0] not in masked})
    condition &= Q(**dict.fromkeys((name for name in filters.without if name not in masked), None))
    if filters.concerns is not None:
        condition &= concerning(filters.concerns, masked)
    if filters.is_valid:
        condition &= Q(voided_at=None)
    if filters.is_reviewed is not None:
        condition &= Q(stage="closed", reviewed_at__isnull=not filters.is_reviewed)
    if filters.is_open is not None:
        condition &= Q(closed_at=None, voided_at=None) if filters.is_open else Q(stage="closed")
    if filters.is_overdue:
        condition &= Q(due_at__lte=clock.now())
    text = folded(filters.text)
    if text:
        passing = visible_to(viewer, known).filter(condition)
        ids = once(("found cases", viewer, filters, most), lambda: _hits(viewer, passing, text, known, most))
        condition &= Q(id__in=ids)
    return condition


def hits(viewer: UUID, typed: str) -> list[UUID]:
    """The viewer's cases that hold the text somewhere, in no order; nothing where it says nothing."""
    text, known = folded(typed), scopes.grants(viewer)
    return _hits(viewer, visible_to(viewer, known), text, known, HITS) if text else []


def concerning(department: UUID, masked: Collection[str]) -> Q:
    """The cases that a department handles or that arose there, as far as either may be known."""
    condition = Q(pk__in=[])
    for name in ("unit", "originating_unit"):
        if name not in masked:
            condition |= Q(**{name: department})
    return condition


def _hits(viewer: UUID, found: "QuerySet[Case]", text: str, known: Grants | None, most: int) -> list[UUID]:
    """The ids of cases whose number, order, subject or customer's name holds the folded text. One statement.

    It is one of its own: hits that are sorted where they are found may make the planner walk all cases from the newest.
    """
    grams, masked = wanted_grams(text), scopes.masked(viewer, "case", known)
    by_title = found.filter(grams__contains=grams)
    if len(text) > 2:
        by_title = by_title.annotate(said=_folded("title", text)).filter(said__contains=text)
    # fewer than three characters of a number have no index: every number would be read
    parts = [found.filter(code__icontains=text)] if len(text) >= TRIGRAM else []
    parts += [by_title] if "title" not in masked else []
    parts += [found.filter(order_no__iexact=text)] if "order_no" not in masked else []
    if not {"name", "customer"} & (scopes.masked(viewer, "customer", known) | masked):
        customers = Customer.objects.filter(scopes.visible_to(viewer, "customer", known), grams__contains=grams)
        parts.append(found.filter(customer__in=customers.filter(folded__contains=text).values("id")[:most]))
    listed = [part.order_by().values_list("id", flat=True)[:most] for part in parts]
    return list(listed[0].union(*listed[1:])) if listed else []


def _folded(fact: str, text: str) -> Func:
    """The fact as `names.folded` folds it, in SQL, as far as `text` can tell: other characters keep their script."""
    template = r"lower(regexp_replace(normalize(%(expressions)s, NFKC), '\s', '', 'g'))"
    said, forms = Func(F(fact), template=template, output_field=TextField()), written_as(text)
    return Func(
        said, Value("".join(forms)), Value("".join(forms.values())), function="translate", output_field=TextField()
    )


def _row(case: Mapping[str, Any], customer_name: str, masked: frozenset[str], due: Due | None) -> CaseRow:
    return CaseRow(
        id=case["id"],
        code=case["code"] or "",
        title=(case["title"] or "") if "title" not in masked else "",
        kind=KINDS[case["kind"]],
        stage=case["stage"],
        stage_label=CASE.stage_label(case["stage"]),
        is_serious=case["severity"] == "serious",
        customer=case["customer"],
        customer_name=customer_name,
        owner=case["owner"],
        owner_name=case["owner__name"] or "",
        unit_name=case["unit__name"] or "",
        opened_at=case["opened_at"],
        closed_at=case["closed_at"],
        due=due,
    )


def is_visible(viewer: UUID, case: UUID) -> bool:
    """Whether the viewer may see this case."""
    return visible_to(viewer).filter(Q(id=case)).exists()
