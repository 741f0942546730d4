"""Parameters of the policies in force: what the company decided, by clause, and deciding otherwise from a day on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from keguan.controls import gate, scopes
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Fault
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.setup import acts, adjusting
from keguan.setup.acts import NotDone
from keguan.setup.offers import in_force, values_on
from keguan.web import pages
from keguan.web.components import Field, Reason
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.setup_parameters import parameters_of
from keguan.web.shapes import reasons
from keguan.web.views.shell import render_page

SETTING = "parameter.set"
DAY = Label("自哪天起", "From")
TODAY = Label("不填则从今日起", "today, where left empty")
SET = Label("已设定 {n} 项参数", "{n} {n:parameter is|parameters are} set")
NOTHING = Label("没有改动", "nothing was changed")


@page
def parameters(request: HttpRequest) -> HttpResponse:
    """All parameters of packs in force; POST sets those that were changed."""
    grants = scopes.grants(viewer(request))
    if grants is None or not grants.uses(SETTING):
        raise Http404
    if request.method != "POST":
        return _show(request)
    typed = {name: str(value) for name, value in request.POST.items()}
    try:
        day = acts.day(typed.get("effective_on", ""))
        ctx = context(request, posted_key(request))
        changed = adjusting.adjust(gate.run, ctx, typed, _today(), day)
    except (NotDone, Fault) as refused:
        return _show(request, reasons(refused.reasons), request.POST)
    say(request, SET.format(n=changed) if changed else NOTHING)
    return redirect("web:parameters")


def _today() -> Any:
    return clock.now().astimezone(COMPANY_ZONE).date()


def _show(request: HttpRequest, told: tuple[Reason, ...] = (), posted: Any = None) -> HttpResponse:
    known = posted.dict() if posted is not None else values_on(_today())
    asked: list[pages.SetupParameter] = []
    stated: list[pages.SetupParameter] = []
    for found in in_force():
        open_ones, others = parameters_of(found, known, told)
        asked += open_ones
        stated += others
    day = Field("effective_on", DAY, "date", str(known.get("effective_on", "")), hint=TODAY,
                errors=tuple(one for one in told if one.field == "effective_on"))  # fmt: skip
    row = pages.Parameters(tuple(asked), tuple(stated), (day,), told, new_key())
    return render_page(request, "web/parameters.html", row, status=422 if told else 200)


urlpatterns = [path("policies/parameters/", parameters, name="parameters")]
