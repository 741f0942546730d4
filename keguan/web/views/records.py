"""Addresses of the pages that record types share: lists, records, acts, sheets, and the places that lead to them."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from keguan.controls import scopes
from keguan.kernel.records.labels import Label
from keguan.lists.reading import seen
from keguan.web import addresses
from keguan.web.components import Option
from keguan.web.doors import page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.records import places, showing
from keguan.web.records.lists import Asked, Part, RecordList
from keguan.web.records.registry import LISTS, door_of, pages_of
from keguan.web.rules import book
from keguan.web.views.acts import act_view, new_view, undo_view
from keguan.web.views.bulk import act_many_view
from keguan.web.views.shell import render_page

FOUND = 8


def _list(request: HttpRequest, name: str) -> RecordList:
    who = viewer(request)
    return pages_of(name).list_for(who, scopes.grants(who))


@page
def record_places(request: HttpRequest) -> HttpResponse:
    """The registers that the viewer sees."""
    row = places.register_places(scopes.grants(viewer(request)), book())
    return render_page(request, "web/record_places.html", row)


@page
def administration(request: HttpRequest) -> HttpResponse:
    """What the viewer administers; for who administers nothing it is not there."""
    grants = scopes.grants(viewer(request))
    if not places.is_administrator(grants):
        raise Http404
    return render_page(request, "web/record_places.html", places.administration(grants))


@page
def record_list(request: HttpRequest, name: str) -> HttpResponse:
    """The list of a record type."""
    return showing.show(request, _list(request, name))


@page
def record_export(request: HttpRequest, name: str) -> HttpResponse:
    """The list as a sheet."""
    return showing.sheet(request, _list(request, name))


@page
def record_page(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """One record."""
    return pages_of(name).show(request, key)


@page
def record_new(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """The form of a verb that creates a record, and the command."""
    door = door_of(name)
    return new_view(door, door.maker(verb))(request)


@page
def record_act(request: HttpRequest, name: str, key: str, verb: str) -> HttpResponse:
    """One verb on a record."""
    return act_view(door_of(name))(request, key, verb)


@page
def record_act_many(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """One verb on many records."""
    return act_many_view(door_of(name))(request, verb)


@page
def record_undo(request: HttpRequest, name: str, key: str, event: str) -> HttpResponse:
    """An act taken back."""
    return undo_view(door_of(name))(request, key, event)


@page
@require_POST
def record_sign(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Sign for an act on a record, in one's own name."""
    one = pages_of(name)
    found = seen(viewer(request), one.type, key)
    if found is None:
        raise Http404
    args = {"act": str(request.POST.get("act", "")), "object": found.record.id}
    outcome = give(request, "signature.sign", None, args)
    if isinstance(outcome, Stopped):
        return one.show(request, key, outcome.reasons)
    say(request, Label("已签字。", "Signed."))
    return redirect(addresses.page_url(name, key))


@page
def record_options(request: HttpRequest, name: str) -> HttpResponse:
    """Records found for a reference input, as choices."""
    field, text = next(
        (
            (key.removesuffix("_query"), str(value)[:100])
            for key, value in request.GET.items()
            if key.endswith("_query")
        ),
        (name, ""),
    )
    who = viewer(request)
    grants = scopes.grants(who)
    one = LISTS[name] if name in LISTS else pages_of(name).list_for(who, grants)
    given = QueryDict(mutable=True)
    given.update({"q": text, "tab": "all"})
    asked = Asked(who, given, "zh-hans", grants, book())
    found = one.part(asked, ()) if text.strip() else Part((), ())
    options = tuple(
        Option(str(key), row.title, row.code if row.code != row.title else "")
        for key, row in zip(found.keys[:FOUND], found.rows, strict=False)
    )
    matches = {"name": field, "options": options, "value": "", "is_sought": bool(text.strip())}
    return render(request, "web/parts/options.html", matches)


urlpatterns = [
    path("records/", record_places, name="record_places"),
    path("administration/", administration, name="administration"),
    path("records/<slug:name>/", record_list, name="record_list"),
    path("records/<slug:name>/export/", record_export, name="record_export"),
    path("records/<slug:name>/options/", record_options, name="record_options"),
    path("records/<slug:name>/new/<str:verb>/", record_new, name="record_new"),
    path("records/<slug:name>/act/<str:verb>/", record_act_many, name="record_act_many"),
    path("records/<slug:name>/of/<str:key>/", record_page, name="record_page"),
    path("records/<slug:name>/of/<str:key>/undo/<uuid:event>/", record_undo, name="record_undo"),
    path("records/<slug:name>/of/<str:key>/signature/", record_sign, name="record_sign"),
    path("records/<slug:name>/of/<str:key>/act/<str:verb>/", record_act, name="record_act"),
]
