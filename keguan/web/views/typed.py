"""Typed and not lost: what was sent without a session comes back after signing in; drafts as scripts keep them."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from keguan.kernel import clock, drafts
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import COMPANY_ZONE, Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import half_filled, pages, verb_forms
from keguan.web.components import Field
from keguan.web.doors import new_key, page, viewer
from keguan.web.half_filled import LONGEST_FORM, Typed
from keguan.web.places import key_of
from keguan.web.posted_forms import inputs_of
from keguan.web.records.forms import chosen
from keguan.web.views.shell import render_page

MACHINE = ("selection", "back", "override", "next", "began")
LONG = 60


@page
def typed(request: HttpRequest) -> HttpResponse:
    """What the viewer had sent when his session was over: to be looked at and sent now."""
    kept = half_filled.take(request, viewer(request))
    if kept is None:
        return redirect("web:today")
    half_filled.done(request, viewer(request))
    return _show(request, kept)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 – told by the framework
    """A form with a token of an earlier session: shown to whoever typed it, with a fresh token; sent by nobody else."""
    fields = half_filled.fields_of(request.POST)
    if not request.user.is_authenticated and fields and half_filled.is_from_here(request):
        return half_filled.to_sign_in(request)
    if request.user.is_authenticated and fields and half_filled.is_from_here(request):
        if request.headers.get("HX-Request") == "true":
            request.session[half_filled.KEY] = half_filled.waiting(request, str(viewer(request)), fields)
            answer = HttpResponse(status=204)
            answer["HX-Redirect"] = "/typed/"
            return answer
        return _show(request, half_filled.waiting(request, str(viewer(request)), fields), 403)
    return render(request, "403_csrf.html", {}, status=403)


def _show(request: HttpRequest, kept: Mapping[str, Any], status: int = 200) -> HttpResponse:
    who, inputs, typed = viewer(request), inputs_of(kept["path"]), kept["fields"]
    known: dict[str, Field] = {}
    for prefix in dict.fromkeys(prefix for prefix, _ in inputs.values()):
        arguments = [one for name, (at, one) in inputs.items() if at == prefix and _is_shown(one.kind, typed.get(name))]
        posted = QueryDict(mutable=True)
        for name, values in typed.items():
            posted.setlist(name, values)
        values = verb_forms.read(arguments, posted, prefix)
        asked = verb_forms.Asked(values, chosen=chosen(who, arguments, values), viewer=who)
        known |= {one.name: one for one in verb_forms.fields(arguments, asked, prefix)}
    money = {f"{name}_currency" for name, one in known.items() if one.kind == "money"}
    shown, hidden = list(known.values()), []
    for name, values in typed.items():
        if name not in inputs and len(values) == 1 and _is_words(name, values[0]):
            long = len(values[0]) > LONG or "\n" in values[0]
            label = known_as.label if (known_as := _argument(name)) else Label.typed(name)
            shown.append(Field(name, label, "lines" if long else "text", values[0], is_wide=True))
        elif name not in known and name not in money and not name.endswith("_query"):
            hidden += [(name, value) for value in values]
    row = pages.TypedPage(kept["path"], tuple(shown), tuple(hidden), new_key(), kept["form"])
    return render_page(request, "web/typed.html", row, status)


def _is_shown(kind: Kind, values: list[str] | None) -> bool:
    """Whether something was typed or chosen that its input can show again; whom a word stands for (“new”) it cannot."""
    if not values or not any(value.strip() for value in values):
        return False
    to = getattr(getattr(kind, "of", kind), "to", None)
    return to is None or all(key_of(value) is not None for value in values)


def _is_words(name: str, value: str) -> bool:
    """Whether a value of a form with no verb behind it is something a person typed, and no choice or key."""
    if not value or name in MACHINE or key_of(value) is not None:
        return False
    known = _argument(name)
    return known is None or known.kind.name in ("text", "integer", "number", "money", "date", "moment")


def _argument(name: str) -> Argument | None:
    return next((one for verb in vocabulary.verbs.values() for one in verb.arguments if one.name == name), None)


@page
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """The draft of a form: GET gives it, POST keeps it (`fields`) or forgets it (`drop`). For scripts."""
    form = str(request.GET.get("form") or request.POST.get("form") or "")
    if not form.startswith("/") or len(form) > LONGEST_FORM:
        return HttpResponseBadRequest()
    who = viewer(request)
    if request.method == "GET":
        return JsonResponse(_json(drafts.find(who, form, clock.now())))
    return _keep(request, who, form)


def _keep(request: HttpRequest, who: UUID, form: str) -> HttpResponse:
    if "drop" in request.POST:
        drafts.drop(who, form)
        return JsonResponse(_json(None))
    fields, base = _fields(request.POST), str(request.POST.get("base", ""))
    window = str(request.POST.get("window", ""))[:40]
    known = drafts.find(who, form, clock.now())
    if known and known.source != window and known.kept_at.isoformat() != base:
        # another window wrote meanwhile: nothing is overwritten before somebody says which text counts
        return JsonResponse({**_json(known), "is_newer": True})
    if fields is None or not drafts.keep(who, form, fields, window, clock.now()):
        return HttpResponseBadRequest()
    return JsonResponse(_json(drafts.find(who, form, clock.now())))


def _fields(posted: QueryDict) -> Typed | None:
    try:
        found = json.loads(str(posted.get("fields", "")))
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {
        str(name): [str(one) for one in values]
        for name, values in found.items()
        if isinstance(values, list) and name not in half_filled.NEVER
    }


def _json(found: drafts.Draft | None) -> dict[str, Any]:
    if found is None:
        return {"fields": None}
    at = found.kept_at.astimezone(COMPANY_ZONE)
    return {
        "fields": found.fields,
        "window": found.source,
        "kept_at": found.kept_at.isoformat(),
        "at": f"{at:%m-%d %H:%M}",
    }


urlpatterns = [path("typed/", typed, name="typed"), path("drafts/", draft, name="draft")]
