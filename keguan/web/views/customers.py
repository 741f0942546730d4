"""Customers: the list by pinyin, one customer with its cases, adding one, and the acts on it."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse

from keguan.cases import queries as cases
from keguan.controls import gate, readings, scopes
from keguan.controls.queries import page as side
from keguan.customers import page as customer_view
from keguan.customers import queries
from keguan.customers.commands import add
from keguan.customers.facts import CUSTOMER
from keguan.kernel import clock
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import current
from keguan.web import course, pages, verb_forms
from keguan.web.components import Action, Fact, Fieldset, Link, Reason
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.giving import Stopped, give
from keguan.web.listed import told_cases
from keguan.web.records import showing
from keguan.web.rules import book
from keguan.web.setting_right import is_rare
from keguan.web.shapes import citation, reasons
from keguan.web.views.acts import Door, Subject, act_view, undo_view
from keguan.web.views.bulk import act_many_view
from keguan.web.views.case_list import case_heads, case_row
from keguan.web.views.customer_list import CUSTOMERS, filters_of
from keguan.web.views.shell import render_page

COUNTED = 1000
CASES = 8
SHOWN_OF_CASES = ("stage", "due", "owner")
APART = frozenset(("customer.reveal",))
SHOWN_ACTS = (
    *("customer.update", "customer.assign", "contact.add", "phone.add"),
    *("customer.correct", "customer.void", "customer.reinstate", "customer.erase"),
)
ADDED = ("name", "kind", "phones", "contact_name", "contact_title", "contact_phones", "city", "address", "email",
         "source", "owner", "unit", "remark")  # fmt: skip


@page
def customer_page(request: HttpRequest, code: str) -> HttpResponse:
    """One customer; POST reveals a masked fact, which stays in the customer's course."""
    who, rules = viewer(request), book()
    found = customer_view.customer(who, code)
    if found is None:
        raise Http404
    told = request.POST.get("reveal", "")
    if request.method == "POST" and told in found.masked:
        outcome = gate.run_one(context(request), "customer.reveal", found.id, {"facts": [told]})
        if isinstance(outcome, Done):
            found = customer_view.customer(who, code, [told]) or found
    readings.tell(who, "page", CUSTOMER, [found.id], found.masked)
    mine = cases.Filters(customer=found.id)
    listed = cases.cases(who, mine, limit=CASES)
    told_cases(who, listed.rows, mine)
    total = cases.count(who, mine, COUNTED)
    may_open = gate.refusals(context(request), ["case.open"], None)["case.open"]
    row = pages.CustomerPage(
        code=found.code,
        name=found.name,
        summary=found.kind,
        state=None,
        facts=_facts((*found.facts, *found.declared), found.phones),
        contacts=tuple(_contact(each) for each in found.contacts),
        cases=tuple(case_row(each, rules, SHOWN_OF_CASES) for each in listed.rows),
        heads=case_heads(SHOWN_OF_CASES),
        entries=course.entries(
            found.course, found.names, rules, lambda key: reverse("web:customer_undo", args=[found.code, key])
        ),
        actions=_actions(who, found),
        cases_total=total,
        cases_url=f"{reverse('web:case_list')}?{urlencode({'tab': 'all', 'q': found.name})}" if listed.after else "",
        take_url=f"{reverse('web:case_take')}?{urlencode({'customer': str(found.id)})}"
        if not any(reason.kind == "access" for reason in may_open.reasons)
        else "",
    )
    return render_page(request, "web/customer_page.html", row)


def _facts(shown: Iterable[customer_view.Shown], phones: Iterable[customer_view.PhoneRow]) -> tuple[Fact, ...]:
    facts = [
        Fact(fact.label, "•••" if fact.is_masked else fact.words or "")
        for fact in shown
        if fact.is_masked or fact.words is not None
    ]
    return (*facts, *(_phone(phone) for phone in phones))


def _phone(phone: customer_view.PhoneRow) -> Fact:
    return Fact(phone.kind, phone.words, f"tel:{phone.dial}" if phone.dial else "")


def _contact(found: customer_view.ContactRow) -> pages.Contact:
    return pages.Contact(found.name, found.title, tuple(_phone(phone) for phone in found.phones), found.is_primary)


def _actions(who: UUID, found: customer_view.CustomerView) -> tuple[Action, ...]:
    is_voided = found.record["voided_at"] is not None
    return tuple(
        Action(
            act.verb,
            act.label,
            DOOR.act_url(found.code, act.verb),
            {"free": "ready", "needs": "asks"}.get(act.state, "blocked"),  # type: ignore[arg-type]
            "",
            citation(act.citation),
            reasons(act.reasons),
            is_rare=is_rare(vocabulary.verbs[act.verb]),
        )
        for act in sorted(side.actions(who, "customer", found.id), key=_place_of)
        if act.state != "denied" and act.verb in SHOWN_ACTS and vocabulary.verbs[act.verb].reinstates is is_voided
    )


def _place_of(act: side.Action) -> int:
    return SHOWN_ACTS.index(act.verb) if act.verb in SHOWN_ACTS else len(SHOWN_ACTS)


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
