"""One verb on one record, or on several: the form of its arguments, what will happen, and the command.

The same for every record type: a `Door` says how a record is found by its code and where its pages are.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from keguan.controls import gate, scopes
from keguan.controls.queries.calendar_effect import CHANGING
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Fault, Refused
from keguan.kernel.commands.outcomes import Reason as Said
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.policies.rulebooks import current
from keguan.web import addresses, pages, setting_right, verb_forms
from keguan.web.asking_again import returned
from keguan.web.calendar_effect import effect_part, is_asked
from keguan.web.components import Citation, Fieldset, Link, Reason
from keguan.web.doors import cited_override, context, new_key, page, posted_key, viewer
from keguan.web.flashes import say, tell
from keguan.web.giving import Stopped, give, give_unseen
from keguan.web.places import key_of
from keguan.web.records.forms import AS_DECLARED, Forms, chosen
from keguan.web.shapes import citation, reasons
from keguan.web.views.overrides import ask_url
from keguan.web.views.shell import render_page

FINAL = ("case.close",)
UNDO = Label("撤销", "Undo")
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Subject:
    """A record as its acts need it: what people call it, and its facts that the viewer may know."""

    id: UUID
    code: str
    title: str
    record: Mapping[str, Any]

    @property
    def words(self) -> str:
        """What a form says it is about: a key that stands for a number tells people nothing."""
        return self.title if self.title and key_of(self.code) else f"{self.code} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Door:
    """How the acts of a record type are reached, and how many of its records are chosen at once.

    `named` gives records as acts need them, `coded` the ids of these codes, `listed` the ids of what a list with these
    parameters holds (up to so many), all as far as the viewer sees them. `apart` are verbs that have places of their
    own on the record's page.
    """

    type: str
    find: Callable[[UUID, str], Subject | None]
    named: Callable[[UUID, Collection[UUID]], list[Subject]]
    coded: Callable[[UUID, Collection[str]], list[UUID]]
    listed: Callable[[UUID, QueryDict, int], list[UUID]]
    apart: frozenset[str] = frozenset()
    forms: Forms = AS_DECLARED

    def page_url(self, code: str) -> str:
        """The record's page."""
        return addresses.page_url(self.type, code)

    def list_url(self) -> str:
        """The list of the type."""
        return addresses.list_url(self.type)

    def act_url(self, code: str, verb: str) -> str:
        """The form of a verb on a record."""
        return addresses.act_url(self.type, code, verb)

    def many_url(self, verb: str) -> str:
        """The form of a verb on several records."""
        return addresses.many_url(self.type, verb)

    def maker(self, short: str) -> Verb:
        """The verb behind the address of a form that creates; 404 where there is none."""
        found = vocabulary.verbs.get(f"{self.type}.{short}") or vocabulary.verbs.get(short)
        if found is None or found.on != self.type or found.internal or not found.creates:
            raise Http404
        return found

    def verb(self, short: str) -> Verb:
        """The verb behind an address; 404 where there is none."""
        found = vocabulary.verbs.get(f"{self.type}.{short}") or vocabulary.verbs.get(short)
        if found is None or found.on != self.type or found.internal or found.creates:
            raise Http404
        return found


@dataclass(frozen=True, slots=True)
class Selected:
    """Records chosen from a list: their ids as a form carries them, how many, and the list they came from."""

    packed: str
    count: int
    back_url: str


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


def _override_url(request: HttpRequest, act: Verb, code: str, told: Sequence[Said]) -> str:
    """Where an exception from the clause that refused is asked for; nothing for who may not ask."""
    refusing = next((one.citation for one in told if one.citation is not None and one.kind == "guard"), None)
    grants = scopes.grants(viewer(request)) if refusing is not None else None
    if refusing is None or grants is None or not grants.uses("policy.override"):
        return ""
    return ask_url(f"{refusing.policy}#{refusing.control}", act.name, code)


def _arguments(request: HttpRequest, door: Door, act: Verb) -> list[Argument]:
    """The verb's arguments that stand in its form: those masked for the viewer are left alone."""
    masked = scopes.masked(viewer(request), act.on)
    return [one for one in door.forms.arguments(act) if act.creates or one.name not in masked]


def _declared(request: HttpRequest, act: Verb) -> dict[str, Fact]:
    """The packs' fields that stand in the verb's form; those masked for the viewer are left alone."""
    masked = scopes.masked(viewer(request), act.on)
    return {name: fact for name, fact in current(clock.now()).declared.get(act.on, {}).items() if name not in masked}


def typed(request: HttpRequest, door: Door, act: Verb, of: Subject | None = None) -> dict[str, Any]:
    """What was posted; empty inputs of arguments that were not required stay as they are unless they were filled."""
    if act.corrects and of is not None:
        return setting_right.read(viewer(request), act, of.record, request.POST)
    args = verb_forms.read(_arguments(request, door, act), request.POST)
    args |= door.forms.read(act, request.POST, of.record if of else {})
    if act.argument("extra"):
        declared = _declared(request, act)
        if extra := verb_forms.read(declared.values(), request.POST, "extra_"):
            args["extra"] = extra
    return args


def form_page(
    request: HttpRequest,
    door: Door,
    act: Verb,
    subjects: tuple[Link, ...],
    values: dict[str, Any],
    found: tuple[Reason, ...] = (),
    status: int = 200,
    *,
    of: Subject | None = None,
    selected: Selected | None = None,
    guards: Sequence[Said] = (),
    effect: pages.EffectPart | None = None,
) -> HttpResponse:
    """The form of a verb: on one record (`of`), or on those that were `selected`."""
    arguments = _arguments(request, door, act)
    asked = verb_forms.Asked(values, found, _clauses(act), frozenset(), chosen(viewer(request), arguments, values))
    inputs = tuple(door.forms.dress(act, field) for field in verb_forms.fields(arguments, asked))
    fieldsets = [Fieldset(inputs), *door.forms.more(act, values, found)]
    if act.corrects and of is not None:
        fieldsets = [*setting_right.fieldsets(viewer(request), act, of.id, {**of.record, **values}, found)]
    declared = _declared(request, act)
    if declared and act.argument("extra") and not act.corrects:
        typed = values.get("extra") or {}
        more = verb_forms.fields(declared.values(), verb_forms.Asked(typed, found), "extra_")
        fieldsets.append(Fieldset(more, Label("制度要求登记的", "What the policy asks for")))
    row = pages.CaseAct(
        verb=act.name,
        title=act.label,
        url=_url(door, act, subjects, selected),
        back_url=selected.back_url if selected else door.list_url() if act.creates else door.page_url(subjects[0].url),
        subjects=subjects,
        selection=selected.packed if selected else "",
        back=selected.back_url if selected else "",
        total=selected.count if selected else len(subjects),
        fieldsets=tuple(fieldsets),
        consequences=_consequences(act),
        reasons=found,
        is_blocked=request.method != "POST" and bool(found),
        is_final=act.name in FINAL,
        key=new_key() if status != 200 or request.method != "POST" else posted_key(request),
        override=str(cited_override(request) or ""),
        override_url=_override_url(request, act, subjects[0].url, guards) if of is not None else "",
        has_preview=act.name in CHANGING and selected is None,
        effect=effect,
    )
    partial = None if selected and status == 200 else "form" if request.method == "POST" else "dialog"
    return render_page(request, "web/case_act.html", row, status=status, partial=partial)


def _url(door: Door, act: Verb, subjects: tuple[Link, ...], selected: Selected | None) -> str:
    if act.creates:
        return addresses.new_url(door.type, act.name)
    return door.many_url(act.name) if selected else door.act_url(subjects[0].url, act.name)


def _clauses(act: Verb) -> dict[str, Citation]:
    """By argument, the clause that asks for it."""
    found: dict[str, Citation] = {}
    for control in current(clock.now()).by_verb(act.name, "requirement"):
        for name in getattr(control.form, "fields", ()):
            cited = citation(control.citation)
            if cited is not None:
                found.setdefault(str(name).rpartition(".")[2], cited)
    return found


def _consequences(act: Verb) -> tuple[Reason, ...]:
    """What the policies in force say will follow: who decides, by clause."""
    found = []
    for control in current(clock.now()).by_verb(act.name, "approval"):
        cited = citation(control.citation)
        found.append(Reason(control.says, (cited,) if cited else ()))
    return tuple(found)


def go_on(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to a page, by htmx or without."""
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)
