"""Taking a case: find or add the customer and say what happened, on one page that works without scripts."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from keguan.cases import commands
from keguan.cases.alike import Matter, alike
from keguan.cases.page import codes
from keguan.controls import gate
from keguan.customers import queries as customers
from keguan.customers.commands import add as add_customer
from keguan.customers.facts import KINDS
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Refused
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import Choice, Text
from keguan.kernel.records.labels import Label
from keguan.policies.rulebooks import current
from keguan.web import pages, verb_forms
from keguan.web.components import Fieldset, Option, Reason
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.flashes import tell
from keguan.web.half_filled import LONGEST_FORM
from keguan.web.listed import TITLE, told, told_customers
from keguan.web.shapes import reasons
from keguan.web.views.case_beside import alike_panel
from keguan.web.views.find import detail
from keguan.web.views.shell import render_page
from keguan.web.views.uploads import stored

GROUPS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (Label("", ""), ("kind", "severity", "channel", "title", "description", "demand", "reason")),
    (
        Label("涉及的产品", "The product"),
        ("order_no", "batch_no", "product_spec", "quantity", "defective_quantity", "shipped_on"),
    ),
    (Label("联系方式", "Contact"), ("contact_name", "contact_phone")),
)
NEW = "new_"
NEW_CUSTOMER = (
    Argument("name", Text(200), Label("客户名称", "Name")),
    Argument("kind", Choice(KINDS), Label("客户类型", "Kind")),
    Argument("contact_name", Text(60), Label("联系人", "Contact")),
    Argument("phone", Text(40), Label("电话", "Phone")),
)
DEFAULTS = {"kind": "complaint", "channel": "phone", "severity": "ordinary"}
FOUND = 8
NOBODY = "none"
UNCHOSEN = Reason(
    Label("查过客户，但没有选定是哪一位", "A customer was looked for, and none was chosen"),
    cure=Label("请选一位、新建，或选“不记客户”。", "Choose one, add a new one, or choose “No customer”."),
    field="customer",
)


@page
def case_take(request: HttpRequest) -> HttpResponse:
    """GET searches customers and shows the form; POST registers the case, with a new customer where one is typed."""
    verdict = gate.refusals(context(request), ["case.open"], None)["case.open"]
    denied = [reason for reason in verdict.reasons if reason.kind == "access"]
    if denied:
        return render(request, "403.html", {"page": pages.Trouble(reasons=reasons(denied))}, status=403)
    if request.method != "POST" or "find_customer" in request.POST:
        return _form(request)
    return _register(request)


@page
def customer_options(request: HttpRequest) -> HttpResponse:
    """Customers found for a reference input, as choices."""
    name, query = _asked_for(request)
    found = _found(viewer(request), query) if query else ()
    options = tuple(Option(str(row.id), row.name, detail(row.contact, row.phone, row.city, row.code)) for row in found)
    matches = {"name": name, "options": options, "value": "", "is_sought": bool(query)}
    return render(request, "web/parts/options.html", matches)


def _found(who: UUID, query: str) -> tuple[customers.CustomerRow, ...]:
    filters = customers.Filters(text=query)
    rows = customers.customers(who, filters, limit=FOUND).rows
    told_customers(who, rows, filters)
    return rows


def _asked_for(request: HttpRequest) -> tuple[str, str]:
    """The input that asks and what was typed into it."""
    for name, value in request.GET.items():
        if name.endswith("_query"):
            return name.removesuffix("_query"), str(value)[:100]
    return "customer", request.GET.get("q", "")[:100]


def _form(
    request: HttpRequest, found: tuple[Reason, ...] = (), status: int = 200, key: str | None = None
) -> HttpResponse:
    """The form with everything that was typed."""
    posted = request.POST if request.method == "POST" else request.GET
    query = posted.get("customer_query", "")[:100]
    who = viewer(request)
    rows = _found(who, query) if query.strip() else ()
    chosen = posted.get("customer", "")
    split_from, split_code = _split(who, posted)
    row = pages.CaseTake(
        fieldsets=_focused(_fieldsets(request, found), "title" if chosen and chosen != "new" else ""),
        new_customer=_focused((_new_customer(request, found),), "new_name" if chosen == "new" else ""),
        customer_query=query,
        matches=tuple(_choice(each) for each in _with_chosen(who, list(rows), chosen)),
        chosen=chosen,
        has_searched=bool(query.strip()),
        reasons=found,
        call=str(_uuid(posted.get("call", "")) or ""),
        split_from=split_from,
        split_code=split_code,
        alike=_alike(request, posted, split_from),
        draft=request.get_full_path()[:LONGEST_FORM] if request.GET else "",
        key=key or (posted_key(request) if request.method == "POST" else new_key()),
    )
    return render_page(request, "web/case_take.html", row, status=status, partial="customers")


def _split(who: UUID, posted: QueryDict) -> tuple[str, str]:
    """The case of which a part is taken as a case of its own: its id and number, if the viewer sees it."""
    key = _uuid(posted.get("split_from", ""))
    found = codes(who, [key]) if key else {}
    return (str(key), found[key]) if key in found else ("", "")


def _alike(request: HttpRequest, posted: QueryDict, but: str = "") -> pages.AlikePanel:
    """Cases of the last days that may be about what is typed; a case that is split is not meant."""
    who = viewer(request)
    phones = (posted.get("contact_phone") or posted.get("new_phone") or "")[:40]
    matter = Matter(_uuid(posted.get("customer", "")), phones, posted.get("title", "")[:120], _uuid(but))
    rows = alike(who, matter)
    told(who, "case", [one.id for one in rows], TITLE, {"list": "alike"})
    return alike_panel(rows)


@page
def case_alike(request: HttpRequest) -> HttpResponse:
    """Hints at cases that may be what is being taken, while it is typed."""
    panel = _alike(request, request.GET, request.GET.get("split_from", ""))
    return render(request, "web/parts/case/alike.html", {"panel": panel})


def _focused(sets: tuple[Fieldset, ...], name: str) -> tuple[Fieldset, ...]:
    """The same inputs; the one of this name has the focus, so that whoever types goes on there."""
    return tuple(
        replace(one, fields=tuple(replace(each, is_autofocus=each.name == name) for each in one.fields)) for one in sets
    )


def _with_chosen(who: UUID, rows: list[customers.CustomerRow], chosen: str) -> list[customers.CustomerRow]:
    """The matches and, first, the customer chosen already."""
    key = _uuid(chosen)
    if key is None or any(row.id == key for row in rows):
        return rows
    return [*customers.rows(who, [key]).values(), *rows]


def _choice(row: customers.CustomerRow) -> pages.CustomerChoice:
    return pages.CustomerChoice(str(row.id), row.name, detail(row.contact, row.phone, row.city, row.code))


def _fieldsets(request: HttpRequest, found: tuple[Reason, ...]) -> tuple[Fieldset, ...]:
    arguments = {argument.name: argument for argument in commands.open_.arguments}
    values: dict[str, Any] = DEFAULTS
    if request.method == "POST":
        values = verb_forms.read(arguments.values(), request.POST)
    else:
        values = {**DEFAULTS, **{name: value for name, value in request.GET.items() if name in arguments}}
    asked = verb_forms.Asked(values, found, required=frozenset(("kind", "title")))
    sets = tuple(
        Fieldset(verb_forms.fields((arguments[name] for name in names), asked), title, may_fold=bool(title.zh))
        for title, names in GROUPS
    )
    declared = current(clock.now()).declared.get("case", {})
    if not declared:
        return sets
    typed = verb_forms.read(declared.values(), request.POST, "extra_")
    more = verb_forms.fields(declared.values(), verb_forms.Asked(typed, found), "extra_")
    return (*sets, Fieldset(more, Label("制度要求登记的", "What the policy asks for"), may_fold=True))


def _new_customer(request: HttpRequest, found: tuple[Reason, ...]) -> Fieldset:
    posted = request.POST if request.method == "POST" else request.GET
    values = {"kind": "organisation", **verb_forms.read(NEW_CUSTOMER, posted, NEW)}
    typed = posted.get("customer_query", "").strip()
    into = "phone" if customers.NUMBER_LIKE.fullmatch(typed) else "name"
    values[into] = values.get(into) or typed[: 40 if into == "phone" else 200]
    return Fieldset(verb_forms.fields(NEW_CUSTOMER, verb_forms.Asked(values, found), NEW))


def _register(request: HttpRequest) -> HttpResponse:
    """Ask first what the case would get; only then add a new customer and open the case, together or not at all."""
    key = posted_key(request)
    if request.POST.get("customer_query", "").strip() and not request.POST.get("customer"):
        return _form(request, (UNCHOSEN,), 422, key)
    declared = current(clock.now()).declared.get("case", {})
    told = [argument for argument in commands.open_.arguments if argument.name != "customer"]
    args = verb_forms.given(verb_forms.read(told, request.POST))
    if extra := verb_forms.given(verb_forms.read(declared.values(), request.POST, "extra_")):
        args["extra"] = extra
    blobs, wrong = stored(request.FILES.getlist("files"))
    if wrong:
        return _form(request, tuple(wrong), 422, key)
    try:
        with transaction.atomic():
            outcome = _open(request, key, args)
            if isinstance(outcome, Refused):
                # a new customer without his case would be a surprise; a refusal about a known one is kept
                transaction.set_rollback(request.POST.get("customer") == "new")
    except Fault as fault:
        return _form(request, reasons(fault.reasons), fault.status, new_key())
    if isinstance(outcome, Refused):
        return _form(request, reasons(outcome.reasons), 422, new_key())
    for number, blob in enumerate(blobs):
        gate.run_one(context(request, f"{key}:file:{number}"), "case.attach", outcome.object, blob)
    if (call := _uuid(request.POST.get("call", ""))) and isinstance(outcome, Done):
        became = {"case": outcome.object, **({"customer": args["customer"]} if "customer" in args else {})}
        gate.run_one(context(request, f"{key}:call"), "call.file", call, became)
    tell(request, commands.open_.label, outcome)
    return redirect("web:case_page", outcome.code)


def _open(request: HttpRequest, key: str, args: dict[str, Any]) -> Outcome:
    """The outcome of opening the case; `args` tell afterwards for which customer."""
    chosen = request.POST.get("customer", "")
    if chosen == "new":
        if verdict := gate.preview(context(request), "case.open", None, args).reasons:
            return Refused(None, tuple(verdict))
        added = gate.run_one(context(request, f"{key}:customer"), add_customer.name, None, _customer_args(request))
        if isinstance(added, Refused):
            return Refused(None, added.reasons)
        chosen = str(added.object)
    if chosen and chosen != NOBODY:
        args["customer"] = chosen
    return gate.run_one(context(request, f"{key}:case"), "case.open", None, args)


def _customer_args(request: HttpRequest) -> dict[str, Any]:
    values = verb_forms.given(verb_forms.read(NEW_CUSTOMER, request.POST, NEW))
    phone = values.pop("phone", None)
    if phone:
        values["contact_phones" if values.get("contact_name") else "phones"] = [phone]
    return values


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
