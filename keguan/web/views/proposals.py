"""Proposals on Today: accepted, changed within their range if need be, or dismissed with a reason."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from keguan.controls import queries
from keguan.kernel.records.labels import Label
from keguan.web.doors import page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.views.today import show_today

SAID = {
    "accept": Label("已采纳，并照此办理。", "Accepted and carried out."),
    "dismiss": Label("已否决。", "Dismissed."),
}
PREFIX = "arg-"


@page
@require_POST
def proposal_decide(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Accept one proposal, or dismiss it with a reason."""
    decision, key = str(request.POST.get("decision", "")), key_of(id)
    found = queries.proposal(viewer(request), key) if key is not None else None
    if decision not in SAID or found is None:
        raise Http404
    comment = str(request.POST.get("comment", "")).strip()
    args: dict[str, Any] = {"comment": comment} if comment else {}
    if decision == "accept" and (changed := _changed(request, found.args or {})):
        args["args"] = changed
    outcome = give(request, f"proposal.{decision}", found.id, args)
    if isinstance(outcome, Stopped):
        return show_today(request, {found.id: outcome.reasons}, outcome.status)
    say(request, SAID[decision])
    return redirect("web:today")


def _changed(request: HttpRequest, before: Mapping[str, Any]) -> dict[str, str]:
    """What the form gives anew; what was left as it stood is not sent."""
    found = {}
    for name, raw in before.items():
        given = request.POST.get(PREFIX + name)
        was = str(raw.get("amount") if isinstance(raw, Mapping) else raw)
        if given is not None and str(given).strip() != was:
            found[name] = str(given).strip()
    return found


urlpatterns = [path("proposals/<str:id>/decision", proposal_decide, name="proposal_decide")]
