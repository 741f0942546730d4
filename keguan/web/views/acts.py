"""One verb on one record: its form, and the command. The same for every record type, each behind its `Door`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from keguan.controls import gate
from keguan.kernel.commands.outcomes import Done, Fault, Refused
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label, join
from keguan.lists import naming
from keguan.web import verb_forms
from keguan.web.asking_again import returned
from keguan.web.calendar_effect import effect_part, is_asked
from keguan.web.components import Link
from keguan.web.doors import context, page, posted_key, viewer
from keguan.web.flashes import say, tell
from keguan.web.giving import Stopped, give, give_unseen
from keguan.web.records.door import Door, Subject
from keguan.web.shapes import reasons
from keguan.web.views.act_forms import form_page, settle, typed

UNDO = Label("撤销", "Undo")
NOBODY = UUID(int=0)


def act_view(door: Door) -> Callable[..., HttpResponse]:
    """The view of one verb on one record: GET shows its form, POST runs it and shows what came of it."""

    @page
    def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
        found = door.verb(verb)
        if found.name in door.apart or found.reveals:
            raise Http404
        return _one(request, door, code, found)

    return act


def new_view(door: Door, act: Verb) -> Callable[..., HttpResponse]:
    """The view of a verb that creates a record: GET shows its form with what the address knows, POST runs it."""

    @page
    def new(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            verdict = gate.refusals(context(request), [act.name], None)[act.name]
            known: dict[str, Any] = returned(request, act.name)
            known |= {one.name: str(request.GET[one.name]) for one in act.arguments if request.GET.get(one.name)}
            closed = [reason for reason in verdict.reasons if reason.kind == "access"]
            return form_page(request, door, act, (), known, reasons(closed))
        args = verb_forms.given(typed(request, door, act))
        if is_asked(request, act):
            return _foreseen(request, door, act, args)
        outcome = give(request, act.name, None, args)
        if isinstance(outcome, Stopped):
            return form_page(request, door, act, (), args, outcome.reasons, outcome.status)
        tell(request, act.label, outcome)
        if isinstance(outcome, Done):
            return go_on(request, door.page_url(naming.key_of(outcome.code, outcome.object)))
        return go_on(request, door.list_url())

    return new


def undo_view(door: Door) -> Callable[..., HttpResponse]:
    """The view that takes back an act of a record."""

    @page
    def undo(request: HttpRequest, code: str, event: UUID) -> HttpResponse:
        found = door.find(viewer(request), code)
        if found is None or request.method != "POST":
            raise Http404
        try:
            outcome = gate.undo(context(request, posted_key(request)), event)
        except Fault as fault:
            outcome = Refused(found.id, tuple(fault.reasons))
        if isinstance(outcome, Refused):
            say(request, join([reason.message for reason in outcome.reasons], "；", "; "), messages.ERROR)
        else:
            tell(request, UNDO, outcome)
        return go_on(request, door.page_url(found.code))

    return undo


def _one(request: HttpRequest, door: Door, code: str, act: Verb) -> HttpResponse:
    found = door.find(viewer(request), code)
    if found is None:
        if request.method == "POST":
            give_unseen(request, act, code, verb_forms.given(typed(request, door, act, Subject(NOBODY, "", "", {}))))
        raise Http404
    link = (Link(found.words, found.code),)
    if request.method != "POST":
        verdict = gate.refusals(context(request), [act.name], found.id)[act.name]
        told = reasons(verdict.reasons)
        known = {**door.forms.begin(act, found.record), **returned(request, act.name)}
        return form_page(request, door, act, link, known, told, of=found, guards=verdict.reasons)
    args = typed(request, door, act, found)
    if is_asked(request, act):
        return _foreseen(request, door, act, args, found)
    args, changed = settle(request, door, act, found, args)
    if changed:
        return form_page(request, door, act, link, args, changed, 422, of=found)
    outcome = give(request, act.name, found.id, args)
    if isinstance(outcome, Stopped):
        return form_page(
            request, door, act, link, args, outcome.reasons, outcome.status, of=found, guards=outcome.guards
        )
    tell(request, act.label, outcome)
    return go_on(request, door.page_url(found.code))


def _foreseen(
    request: HttpRequest, door: Door, act: Verb, args: dict[str, Any], of: Subject | None = None
) -> HttpResponse:
    """The form as it was typed, with what the act would do; nothing is done."""
    link = (Link(of.words, of.code),) if of else ()
    record = of.id if of else None
    try:
        told = reasons(gate.preview(context(request), act.name, record, args).reasons)
    except Fault as fault:
        told = reasons(fault.reasons)
    part = None if told else effect_part(request, act, record, args)
    return form_page(request, door, act, link, args, told, 422 if told else 200, of=of, effect=part)


def go_on(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to a page, by htmx or without."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)
