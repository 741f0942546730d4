"""A record on paper, for whoever sees its page: the PDF in all its copies, or in those that the address asks for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header

from keguan.controls import scopes
from keguan.kernel.commands.outcomes import Fault
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import reading
from keguan.lists.naming import key_of
from keguan.prints import printing
from keguan.web import addresses
from keguan.web.doors import page, viewer
from keguan.web.language import language_of


@page
def print_view(request: HttpRequest, type: str, key: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """The PDF of a record; `?copies=1,3` prints these copies. A record out of sight is not there."""
    kind, who = vocabulary.types.get(type), viewer(request)
    if kind is None or not reading.has_model(kind):
        raise Http404
    found = reading.seen(who, kind, key, scopes.grants(who))
    if found is None:
        raise Http404
    name = key_of(found.sight.part(found.record.values, kind.code), found.record.id)
    url = request.build_absolute_uri(addresses.page_url(type, name))
    language = language_of({"request": request})
    try:
        made = printing.print_(who, "page", found, printing.wanted(request.GET.get("copies", "")), url, language)
    except Fault:
        raise Http404 from None
    response = HttpResponse(made.body, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{made.name}.pdf") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [path("print/<slug:type>/<str:key>/", print_view, name="record_print")]
