"""One customer: facts and phones, contacts, cases, what is owed and applies, what belongs to it, its course."""

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from keguan.cases import queries as cases
from keguan.controls import gate, queries, readings, scopes
from keguan.controls.live.grants import Grants
from keguan.controls.queries import page as side
from keguan.customers import page as customer_view
from keguan.customers.facts import CUSTOMER
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web import addresses, course, pages
from keguan.web.components import Action, Empty, Fact, Link, State
from keguan.web.doors import context, new_key, page, viewer
from keguan.web.listed import told_cases
from keguan.web.records import standing
from keguan.web.records.actions import actions
from keguan.web.records.related import related
from keguan.web.records.revealing import Revealing, revealed
from keguan.web.rules import book
from keguan.web.views.case_list import case_heads, case_row
from keguan.web.views.shell import render_page

COUNTED = 1000
CASES = 8
SHOWN_OF_CASES = ("stage", "due", "owner")
APART: frozenset[str] = frozenset()
SHOWN_ACTS = (
    *("customer.update", "customer.assign", "contact.add", "phone.add"),
    *("customer.correct", "customer.void", "customer.reinstate", "customer.erase"),
)
TAKE = Label("为此客户受理", "Take a case")
VOIDED = State(Label("已作废", "Voided"), "broken")
WAITING = State(Label("等核准", "Waiting"), "wait")


@page
def customer_page(request: HttpRequest, code: str) -> HttpResponse:
    """One customer; POST reveals a masked fact, which stays in the customer's course."""
    who, rules = viewer(request), book()
    found = customer_view.customer(who, code)
    if found is None:
        raise Http404
    revealing = revealed(request, CUSTOMER, found.id, found.masked, addresses.page_url("customer", found.code or code))
    if revealing.facts:
        found = customer_view.customer(who, code, revealing.facts) or found
    readings.tell(who, "page", CUSTOMER, [found.id], found.masked, is_export=bool(revealing.facts))
    known = scopes.grants(who)
    unsettled = queries.unsettled_of(who, found.id)
    waiting = [one for one in unsettled if one.state == "waiting"]
    take = _take(request, found)
    row = pages.RecordPage(
        code=found.code,
        title=found.name,
        summary=found.kind,
        state=VOIDED if _is_voided(found) else WAITING if waiting else None,
        actions=_actions(who, found, rules, {one.verb: one for one in waiting}, take),
        facts=_facts((*found.facts, *found.declared), found.phones, revealing),
        entries=course.entries(
            found.course, found.names, rules, lambda event: addresses.undo_url("customer", found.code, event)
        ),
        entries_total=len(found.course),
        applies=standing.applies(who, "customer", found.id),
        terms=standing.terms(who, "customer", found.id),
        signings=standing.signing_rows(who, "customer", found.id),
        rounds=standing.round_rows(who, "customer", found.id, found.names),
        pending=standing.pending(unsettled, found.code or code),
        panels=_panels(who, found, known, rules, take),
        beside=(pages.ContactsPanel(tuple(_contact(each, revealing) for each in found.contacts)),),
        back=Link(Label("客户", "Customers"), addresses.list_url("customer")),
        sign_url=addresses.sign_url("customer", found.code),
        prints=standing.prints(CUSTOMER, found.code, found.id),
        key=new_key(),
        reasons=revealing.reasons,
    )
    return render_page(request, "web/record_page.html", row, status=422 if revealing.reasons else 200)


def _is_voided(found: customer_view.CustomerView) -> bool:
    return found.record.get("voided_at") is not None


def _take(request: HttpRequest, found: customer_view.CustomerView) -> Action | None:
    """Taking a case for the customer, for who may take any."""
    verdict = gate.refusals(context(request), ["case.open"], None)["case.open"]
    if any(reason.kind == "access" for reason in verdict.reasons):
        return None
    url = f"{reverse('web:case_take')}?{urlencode({'customer': str(found.id)})}"
    return Action("case.open", TAKE, url, is_main=True, is_page=True, key="F2")


def _panels(
    who: UUID, found: customer_view.CustomerView, known: Grants | None, rules: Rulebook, take: Action | None
) -> tuple[pages.Panel, ...]:
    """The customer's cases, and the forms kept for it."""
    mine = cases.Filters(customer=found.id)
    listed = cases.cases(who, mine, limit=CASES)
    told_cases(who, listed.rows, mine)
    links = (Link(TAKE, take.url),) if take else ()
    shown = pages.RowsPanel(
        Label("工单", "Cases"),
        Label("工单", "Case"),
        tuple(case_row(each, rules, SHOWN_OF_CASES) for each in listed.rows),
        case_heads(SHOWN_OF_CASES),
        cases.count(who, mine, COUNTED),
        addresses.list_url("case", tab="all", q=found.name) if listed.after else "",
        Empty(Label("这位客户还没有工单", "No cases for this customer yet"), links=links),
    )
    return (shown, *related(who, "customer", found.id, found.code, known, rules))


def _facts(
    shown: Iterable[customer_view.Shown], phones: Iterable[customer_view.PhoneRow], revealing: Revealing
) -> tuple[Fact, ...]:
    facts = [
        revealing.masked(fact.name, fact.label) if fact.is_masked else Fact(fact.label, fact.words or "")
        for fact in shown
        if fact.is_masked or fact.words is not None
    ]
    return (*facts, *(_phone(phone, revealing) for phone in phones))


def _phone(phone: customer_view.PhoneRow, revealing: Revealing) -> Fact:
    if phone.masked_as:
        return revealing.masked(phone.masked_as, phone.kind, phone.words)
    return Fact(phone.kind, phone.words, f"tel:{phone.dial}" if phone.dial else "")


def _contact(found: customer_view.ContactRow, revealing: Revealing) -> pages.Contact:
    phones = tuple(_phone(phone, revealing) for phone in found.phones)
    return pages.Contact(found.name, found.title, phones, found.is_primary)


def _actions(
    who: UUID, found: customer_view.CustomerView, rules: Rulebook, waiting: dict[str, queries.ApprovalTold],
    take: Action | None,
) -> tuple[Action, ...]:  # fmt: skip
    """Taking a case first, then what the viewer may do on the customer, in the usual order."""
    is_voided = _is_voided(found)
    acts = [
        act
        for act in sorted(side.actions(who, "customer", found.id), key=_place_of)
        if act.verb in SHOWN_ACTS and vocabulary.verbs[act.verb].reinstates is is_voided
    ]
    made = actions(
        acts,
        rules,
        waiting,
        lambda verb: addresses.act_url("customer", found.code, verb),
        lambda verb: verb.reinstates,
        APART,
    )
    return (take, *made) if take and not is_voided else made


def _place_of(act: side.Action) -> int:
    return SHOWN_ACTS.index(act.verb) if act.verb in SHOWN_ACTS else len(SHOWN_ACTS)
