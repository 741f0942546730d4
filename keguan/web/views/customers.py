"""Customers: the list by pinyin, one customer with its cases, adding one, and the acts on it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse

from keguan.controls import scopes
from keguan.customers import page as customer_view
from keguan.customers import queries
from keguan.customers.commands import add
from keguan.kernel import clock
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.records.labels import Label
from keguan.policies.rulebooks import current
from keguan.web import pages, verb_forms
from keguan.web.components import Fieldset, Link, Reason
from keguan.web.doors import new_key, page, posted_key, viewer
from keguan.web.giving import Stopped, give
from keguan.web.records import showing
from keguan.web.records.door import Door, Subject
from keguan.web.views.acts import act_view, undo_view
from keguan.web.views.bulk import act_many_view
from keguan.web.views.customer_list import CUSTOMERS, filters_of
from keguan.web.views.customer_page import APART, customer_page
from keguan.web.views.shell import render_page

ADDED = ("name", "kind", "phones", "contact_name", "contact_title", "contact_phones", "city", "address", "email",
         "source", "owner", "unit", "remark")  # fmt: skip


@page
def customer_add(request: HttpRequest) -> HttpResponse:
    """A new customer; those that look the same are shown first, and a tick says that it is another one."""
    if request.method != "POST":
        return _form(request, {"kind": "organisation"}, new_key())
    declared = current(clock.now()).declared.get("customer", {})
    key = posted_key(request)
    args = verb_forms.given(verb_forms.read(_arguments(), request.POST))
    if extra := verb_forms.given(verb_forms.read(declared.values(), request.POST, "extra_")):
        args["extra"] = extra
    typed, wrong = parse(add, args)
    alike = [] if wrong else queries.alike(viewer(request), typed)
    if alike and not request.POST.get("is_new"):
        links = tuple(
            Link(f"{each.row.name} · {each.row.code}", reverse("web:customer_page", args=[each.row.code]))
            for each in alike
            if each.row is not None
        )
        if links:
            return _form(request, args, key, duplicates=links, status=422)
    outcome = give(request, add.name, None, args, key)
    if isinstance(outcome, Done):
        return redirect("web:customer_page", outcome.code)
    told = outcome.reasons if isinstance(outcome, Stopped) else ()
    return _form(request, args, new_key(), told, status=422)


def _arguments() -> list[Any]:
    by_name = {argument.name: argument for argument in add.arguments}
    return [by_name[name] for name in ADDED]


def _form(
    request: HttpRequest,
    values: dict[str, Any],
    key: str,
    told: tuple[Reason, ...] = (),
    duplicates: tuple[Link, ...] = (),
    status: int = 200,
) -> HttpResponse:
    sets = [Fieldset(verb_forms.fields(_arguments(), verb_forms.Asked(values, told)))]
    if declared := current(clock.now()).declared.get("customer", {}):
        typed = verb_forms.Asked(values.get("extra") or {}, told)
        sets.append(
            Fieldset(
                verb_forms.fields(declared.values(), typed, "extra_"),
                Label("制度要求登记的", "What the policy asks for"),
            )
        )
    row = pages.CustomerForm(
        title=add.label,
        fieldsets=tuple(sets),
        back_url=reverse("web:customer_list"),
        reasons=told,
        duplicates=duplicates,
        key=key,
    )
    return render_page(request, "web/customer_form.html", row, status=status, partial="form")


def _customer(who: UUID, code: str) -> Subject | None:
    found = customer_view.customer(who, code)
    return Subject(found.id, found.code, found.name, found.record) if found else None


def _named(who: UUID, keys: Collection[UUID]) -> list[Subject]:
    is_untold = "name" in scopes.masked(who, "customer")
    found = queries.visible_to(who).filter(id__in=keys).only("id", "code", "name")
    return [Subject(one.id, one.code, "" if is_untold else one.name, {}) for one in found]


def _coded(who: UUID, codes: Collection[str]) -> list[UUID]:
    found = dict(queries.visible_to(who).filter(code__in=codes).values_list("code", "id"))
    return [found[code] for code in codes if code in found]


def _listed(who: UUID, given: QueryDict, most: int) -> list[UUID]:
    return list(queries.found(who, filters_of(given, who)).values_list("id", flat=True)[:most])


DOOR = Door("customer", _customer, _named, _coded, _listed, APART)

urlpatterns = [
    path("customers/", page(lambda request: showing.show(request, CUSTOMERS)), name="customer_list"),
    path("customers/export/", page(lambda request: showing.sheet(request, CUSTOMERS)), name="customer_export"),
    path("customers/add/", customer_add, name="customer_add"),
    path("customers/act/<str:verb>/", act_many_view(DOOR), name="customer_act_many"),
    path("customers/<str:code>/", customer_page, name="customer_page"),
    path("customers/<str:code>/undo/<uuid:event>/", undo_view(DOOR), name="customer_undo"),
    path("customers/<str:code>/act/<str:verb>/", act_view(DOOR), name="customer_act"),
]
