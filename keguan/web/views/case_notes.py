"""Notes, files and signatures that are added to a case from its own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from keguan.cases import page as cases
from keguan.kernel.records.labels import Label, typed
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.org.searching import search_people
from keguan.web.components import Option, Reason
from keguan.web.doors import page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give, give_unseen
from keguan.web.views.case_page import answer
from keguan.web.views.uploads import stored

PEOPLE = 8


@page
def case_note(request: HttpRequest, code: str) -> HttpResponse:
    """Add a note, files, or both."""
    if request.method != "POST":
        return redirect("web:case_page", code)
    found = cases.case(viewer(request), code)
    text, key = request.POST.get("text", ""), posted_key(request)
    if found is None:
        give_unseen(request, vocabulary.verbs["case.note"], code, {"text": text})
    blobs, wrong = stored(request.FILES.getlist("files"))
    told: list[Reason] = [*wrong]
    acts: list[tuple[str, dict[str, Any]]] = [("case.attach", blob) for blob in blobs]
    if text.strip() or not acts:
        acts.insert(0, ("case.note", {"text": text, "mentions": [str(key) for key in org.mentioned(text)]}))
    if not wrong:
        for number, (verb, args) in enumerate(acts):
            outcome = give(request, verb, found.id, args, f"{key}:{number}")
            if isinstance(outcome, Stopped):
                told += outcome.reasons
                break
    if told:
        return answer(request, code, tuple(told), text)
    return redirect(reverse("web:case_page", args=[code]) + "#timeline")


@page
def people_named(request: HttpRequest) -> HttpResponse:
    """People whose names hold what was typed after an @, as choices."""
    rows = search_people(request.GET.get("q", "")[:20], PEOPLE)
    options = [Option(str(row.id), row.name, typed(post.unit_name for post in row.posts)) for row in rows]
    return render(request, "web/parts/mentions.html", {"options": options})


@page
@require_POST
def case_sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign for an act on the case, in one's own name."""
    found = cases.case(viewer(request), code)
    if found is None:
        raise Http404
    args = {"act": str(request.POST.get("act", "")), "object": found.id}
    outcome = give(request, "signature.sign", None, args)
    if isinstance(outcome, Stopped):
        return answer(request, code, outcome.reasons)
    say(request, Label("已签字。", "Signed."))
    return redirect("web:case_page", code)
