"""我不在时: who stands in for me while I am away, and whom I stand in for; begun and ended here, through the gate."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.controls import scopes
from keguan.controls.live.grants import granting
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.org.delegations import DelegationRow, delegable_roles, delegations
from keguan.web import pages, verb_forms
from keguan.web.components import Field, Fieldset, Option, Reason, State
from keguan.web.doors import new_key, page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.rules import book
from keguan.web.shapes import citation
from keguan.web.views.shell import render_page

BEGIN, END = "delegation.begin", "delegation.end"
ASKED = ("delegate", "starts_at", "ends_at", "roles", "reason")
STATES = {
    "running": State(Label("代理中", "under way"), "kept"),
    "ahead": State(Label("尚未开始", "not yet begun"), "wait"),
    "over": State(Label("已结束", "over")),
    "taken_back": State(Label("已撤回", "taken back")),
}
HINTS = {
    "starts_at": Label("不填即从现在起", "left empty: from now"),
    "ends_at": Label("不填即直到您来结束", "left empty: until you end it"),
    "roles": Label("不选即全部岗位，连同您本人名下的事项", "none chosen: all posts, and whatever is your own"),
    "reason": Label("代理人看得到", "whoever stands in can read it"),
}


@page
def delegation_list(request: HttpRequest) -> HttpResponse:
    """The viewer's delegations and the form; POST begins one."""
    if request.method != "POST":
        return _show(request, {})
    arguments = [argument for argument in vocabulary.verbs[BEGIN].arguments if argument.name in ASKED]
    args = verb_forms.given(verb_forms.read(arguments, request.POST))
    outcome = give(request, BEGIN, None, args)
    if isinstance(outcome, Stopped):
        return _show(request, args, outcome.reasons, status=outcome.status)
    say(request, Label("已委托，代理人会收到通知。", "Delegated; whoever stands in for you is told."))
    return redirect("web:delegation_list")


@page
@require_POST
def delegation_end(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """End one of the viewer's delegations now; one that has not begun is taken back."""
    key = key_of(id)
    if key is None:
        raise Http404
    outcome = give(request, END, key, {})
    if isinstance(outcome, Stopped):
        return _show(request, {}, outcome.reasons, key, outcome.status)
    say(request, Label("代理已结束，代理人会收到通知。", "Ended; whoever stood in for you is told."))
    return redirect("web:delegation_list")


def _show(
    request: HttpRequest, values: Mapping[str, Any], told: tuple[Reason, ...] = (), at: UUID | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    who = viewer(request)
    grants = scopes.grants(who)
    may_begin = grants is not None and grants.uses(BEGIN)
    clauses = granting(book(), BEGIN)
    rows = delegations(who)
    lines = {row.id: _line(row, told if row.id == at else ()) for row in rows}
    here = told if at is None or at not in lines else ()
    shown = pages.Delegations(
        mine=tuple(lines[row.id] for row in rows if row.is_mine),
        lent=tuple(lines[row.id] for row in rows if not row.is_mine),
        fieldsets=_fieldsets(who, values, here) if may_begin else (),
        citation=citation(clauses[0].citation) if clauses else None,
        may_begin=may_begin,
        reasons=here,
        key=new_key(),
    )
    return render_page(request, "web/delegations.html", shown, status)


def _fieldsets(who: UUID, values: Mapping[str, Any], told: tuple[Reason, ...]) -> tuple[Fieldset, ...]:
    """Who and what, then when and why."""
    found = _fields(who, values, told)
    first = tuple(field for field in found if field.name in ("delegate", "roles"))
    return Fieldset(first), Fieldset(tuple(field for field in found if field not in first))


def _fields(who: UUID, values: Mapping[str, Any], told: tuple[Reason, ...]) -> tuple[Field, ...]:
    arguments = {argument.name: argument for argument in vocabulary.verbs[BEGIN].arguments}
    asked = verb_forms.Asked(values, told, viewer=who)
    found: list[Field] = []
    for name in ASKED:
        field = replace(verb_forms.field(arguments[name], asked), hint=HINTS.get(name, ""))
        if name == "delegate":
            # what was given to somebody who cannot sign in would lie there unseen
            left_out = {str(key) for key in org.without_sign_in()} | {str(who)}
            others = tuple(option for option in field.options if option.value not in left_out)
            field = replace(field, options=others)
        elif name == "roles":
            roles = delegable_roles(who)
            if len(roles) < 2:
                continue
            field = replace(field, kind="choice", options=tuple(Option(str(key), label) for key, label in roles))
        found.append(field)
    return tuple(found)


def _line(row: DelegationRow, told: tuple[Reason, ...]) -> pages.DelegationLine:
    return pages.DelegationLine(
        id=str(row.id),
        other=row.other,
        scope=row.scope,
        starts_at=row.starts_at,
        ends_at=row.ends_at if row.state != "taken_back" else None,
        state=STATES[row.state],
        reason=row.reason,
        entered_by=row.entered_by,
        end_url=reverse("web:delegation_end", args=[row.id]) if row.is_mine and row.is_open else "",
        is_ahead=row.state == "ahead",
        reasons=told,
        key=new_key(),
    )


urlpatterns = [
    path("delegations/", delegation_list, name="delegation_list"),
    path("delegations/<str:id>/end/", delegation_end, name="delegation_end"),
]
