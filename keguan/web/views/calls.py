"""Calls: where I sit, what rings for me, what rang lately; and from a call to the page that registers a case."""

import datetime as dt
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.calls import queries, seats
from keguan.calls.facts import CALL
from keguan.controls import gate, scopes
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import pages, verb_forms
from keguan.web.components import Fieldset, Reason, State, Tone
from keguan.web.doors import context, new_key, page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.listed import told_calls
from keguan.web.signing_in import SEATED
from keguan.web.views.shell import render_page

TAKE_SEAT, LEAVE_SEAT, RING, ANSWER = "seat.take", "seat.leave", "call.ring", "call.answer"
TONES: dict[str, Tone] = {"ringing": "soon", "answered": "wait", "ended": "", "missed": "broken"}


@page
def call_list(request: HttpRequest) -> HttpResponse:
    """The last calls, and the viewer's seat; POST takes the seat whose extension is typed."""
    if request.method != "POST":
        return _show(request)
    arguments = vocabulary.verbs[TAKE_SEAT].arguments
    args = verb_forms.given(verb_forms.read(arguments, request.POST))
    outcome = give(request, TAKE_SEAT, None, args)
    if isinstance(outcome, Stopped):
        return _show(request, outcome.reasons, outcome.status)
    request.session[SEATED] = True
    say(request, Label("已签入：这个分机的来电会显示在您的页面上。", "You sit there: its calls appear on your pages."))
    return redirect("web:call_list")


@page
@require_POST
def seat_leave(request: HttpRequest) -> HttpResponse:
    """Leave the viewer's seat."""
    seat = seats.seat_of(viewer(request))
    request.session.pop(SEATED, None)
    if seat is not None:
        outcome = give(request, LEAVE_SEAT, seat.id, {})
        if isinstance(outcome, Stopped):
            return _show(request, outcome.reasons, outcome.status)
        say(request, Label("已签出。", "You left the seat."))
    return redirect("web:call_list")


@page
def ringing(request: HttpRequest) -> HttpResponse:
    """What rings for the viewer at this moment; the pages of those who sit at the phones ask every two seconds."""
    who = viewer(request)
    rows = queries.ringing(who, clock.now())
    told_calls(who, rows)
    return render(request, "web/parts/ringing.html", {"page": pages.Ringing(tuple(_line(row, True) for row in rows))})


@page
def call_take(request: HttpRequest, key: UUID) -> HttpResponse:
    """From a call to the page that registers a case: the number is typed there already, its customer chosen."""
    who = viewer(request)
    call = queries.call(who, key)
    if call is None:
        raise Http404
    if call.stage == "ringing":
        gate.run_one(context(request, f"{key}:answer"), ANSWER, key, {"person": who})
    told_calls(who, [call])
    number = call.dialled.partition("x")[0]
    asked = {"call": str(key), "channel": "phone"}
    if number:
        asked |= {"customer_query": number, "contact_phone": number, "new_phone": number}
    if call.customer is not None:
        asked |= {"customer": str(call.customer.id), "contact_name": call.contact}
    elif number:
        asked["customer"] = "new"
    return redirect(f"{reverse('web:case_take')}?{urlencode(asked)}")


def _show(request: HttpRequest, told: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    who = viewer(request)
    grants = scopes.grants(who)
    if grants is None or not (grants.sees_some(CALL.name) or grants.uses(TAKE_SEAT)):
        raise Http404
    is_missed = request.GET.get("tab") == "missed"
    rows = queries.lately(who, is_missed)
    told_calls(who, rows)
    seat = seats.seat_of(who)
    request.session[SEATED] = seat is not None
    arguments = vocabulary.verbs[TAKE_SEAT].arguments
    typed = verb_forms.read(arguments, request.POST) if request.method == "POST" else {}
    asked = verb_forms.Asked(typed, told, required=frozenset(("extension",)))
    fields = tuple(replace(one, is_autofocus=seat is None) for one in verb_forms.fields(arguments, asked))
    may_take = grants.uses("case.open")
    row = pages.Calls(
        lines=tuple(_line(each, may_take) for each in rows),
        is_missed=is_missed,
        may_sit=grants.uses(TAKE_SEAT),
        extension=seat.extension if seat else "",
        fieldsets=(Fieldset(fields),),
        reasons=told,
        key=new_key(),
    )
    return render_page(request, "web/call_list.html", row, status)


def _line(call: queries.CallRow, may_take: bool) -> pages.CallLine:
    customer = call.customer
    return pages.CallLine(
        number=call.number,
        at=call.opened_at,
        state=State(CALL.stage_label(call.stage), TONES[call.stage]),
        extension=call.extension,
        person=call.person_name,
        customer=" · ".join(part for part in (customer.name, call.contact) if part) if customer else "",
        customer_url=reverse("web:customer_page", args=[customer.code]) if customer and customer.code else "",
        case=f"{call.case_code} {call.case_title}".strip(),
        case_url=reverse("web:case_page", args=[call.case_code]) if call.case_code else "",
        seconds=dt.timedelta(seconds=call.seconds) if call.seconds else None,
        take_url=reverse("web:call_take", args=[call.id]) if may_take and call.case is None else "",
    )


urlpatterns = [
    path("calls/", call_list, name="call_list"),
    path("calls/leave/", seat_leave, name="seat_leave"),
    path("calls/ringing/", ringing, name="ringing"),
    path("calls/<uuid:key>/take/", call_take, name="call_take"),
]
