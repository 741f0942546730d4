"""Saving and removing a view of a list, from the list's own menu."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.kernel.commands.outcomes import Fault, Reason, Refused
from keguan.kernel.records.labels import Label, join
from keguan.lists import views
from keguan.web.doors import context, page
from keguan.web.flashes import say
from keguan.web.listing import canonical
from keguan.web.views import case_list, customer_list

LISTINGS = {one.type.name: one.listing for one in (case_list.CASES, customer_list.CUSTOMERS)}
UNNAMED = Label("请给视图起一个名称", "give the view a name")


@page
@require_POST
def view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the list as it stands under a name; one of the same name becomes this."""
    listing = LISTINGS.get(name)
    if listing is None:
        raise Http404
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
                say(request, Label(f"视图“{called}”已保存", f"the view “{called}” is saved"), messages.SUCCESS)
    except Fault as fault:
        _say_reasons(request, fault.reasons)
    return redirect(f"{reverse(f'web:{name}_list')}?{query}")


@page
@require_POST
def view_remove(request: HttpRequest, name: str, key: UUID) -> HttpResponse:
    """Remove one of the viewer's own views."""
    if name not in LISTINGS or views.remove(context(request), key) is None:
        raise Http404
    say(request, Label("视图已删除", "the view is removed"), messages.SUCCESS)
    return redirect(reverse(f"web:{name}_list"))


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
