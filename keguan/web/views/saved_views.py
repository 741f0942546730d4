"""Saving and removing a view of a list, from the list's own menu."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from keguan.controls import scopes
from keguan.kernel.commands.outcomes import Fault, Reason, Refused
from keguan.kernel.records.labels import Label, join
from keguan.lists import views
from keguan.web import addresses
from keguan.web.doors import context, page, viewer
from keguan.web.flashes import say
from keguan.web.listing import canonical
from keguan.web.records.lists import RecordList
from keguan.web.records.registry import LISTS, pages_of

UNNAMED = Label("请给视图起一个名称", "give the view a name")


@page
@require_POST
def view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the list as it stands under a name; one of the same name becomes this."""
    listing = _list(request, name).listing
    query = canonical(listing, QueryDict(str(request.POST.get("query", ""))))
    called = str(request.POST.get("name", "")).strip()
    try:
        if not called:
            say(request, UNNAMED, messages.WARNING)
        else:
            outcome = views.keep(context(request), name, called, query, _uuid(str(request.POST.get("unit", ""))))
            if isinstance(outcome, Refused):
                _say_reasons(request, outcome.reasons)
            else:
                say(
                    request,
                    Label("视图“{called}”已保存", "the view “{called}” is saved").format(called=called),
                    messages.SUCCESS,
                )
    except Fault as fault:
        _say_reasons(request, fault.reasons)
    return redirect(f"{addresses.list_url(name)}?{query}")


@page
@require_POST
def view_remove(request: HttpRequest, name: str, key: UUID) -> HttpResponse:
    """Remove one of the viewer's own views."""
    _list(request, name)
    if views.remove(context(request), key) is None:
        raise Http404
    say(request, Label("视图已删除", "the view is removed"), messages.SUCCESS)
    return redirect(addresses.list_url(name))


def _list(request: HttpRequest, name: str) -> RecordList:
    """The list of that name; 404 where there is none."""
    who = viewer(request)
    return LISTS[name] if name in LISTS else pages_of(name).list_for(who, scopes.grants(who))


def _say_reasons(request: HttpRequest, found: Sequence[Reason]) -> None:
    say(request, join([reason.message for reason in found], "；", "; "), messages.ERROR)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


urlpatterns = [
    path("views/<slug:name>/", view_save, name="view_save"),
    path("views/<slug:name>/<uuid:key>/remove/", view_remove, name="view_remove"),
]
