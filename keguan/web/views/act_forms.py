"""The form of a verb: what it asks for, on which records, what will follow, and what was typed into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from keguan.controls import scopes
from keguan.controls.queries.calendar_effect import CHANGING
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Reason as Said
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.policies.rulebooks import current
from keguan.web import addresses, meanwhile, pages, setting_right, verb_forms
from keguan.web.components import Citation, Fieldset, Link, Reason
from keguan.web.doors import cited_override, new_key, posted_key, viewer
from keguan.web.half_filled import LONGEST_FORM
from keguan.web.records.door import Door, Subject
from keguan.web.records.forms import chosen
from keguan.web.shapes import citation
from keguan.web.views.overrides import ask_url
from keguan.web.views.shell import render_page

FINAL = ("case.close",)


@dataclass(frozen=True, slots=True)
class Selected:
    """Records chosen from a list: their ids as a form carries them, how many, and the list they came from."""

    packed: str
    count: int
    back_url: str


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
    asked = verb_forms.Asked(
        values, found, _clauses(act), frozenset(), chosen(viewer(request), arguments, values), viewer(request)
    )
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
        draft=_draft(request, act),
        began=_began(request, door, act, fieldsets, found, of),
    )
    partial = None if selected and status == 200 else "form" if request.method == "POST" else "dialog"
    return render_page(request, "web/case_act.html", row, status=status, partial=partial)


def settle(
    request: HttpRequest, door: Door, act: Verb, of: Subject, args: dict[str, Any]
) -> tuple[dict[str, Any], tuple[Reason, ...]]:
    """What was posted, with what others changed on the record meanwhile; and what both changed.

    What is masked for the viewer stands in no form of his: whatever a form claims to have shown, nothing is told of it.
    """
    masked = scopes.masked(viewer(request), act.on)
    shown = {name: value for name, value in door.forms.begin(act, of.record).items() if name not in masked}
    return meanwhile.settled(act, _declared(request, act), shown, request.POST, args)


def _began(
    request: HttpRequest, door: Door, act: Verb, fieldsets: Sequence[Fieldset], found: Sequence[Reason],
    of: Subject | None,
) -> str:  # fmt: skip
    if request.method == "POST":
        return meanwhile.carried(request.POST, found)
    if of is None or act.corrects:
        return ""
    fields = [field for fieldset in fieldsets for field in fieldset.fields]
    return meanwhile.began(fields, door.forms.begin(act, of.record))


def _draft(request: HttpRequest, act: Verb) -> str:
    """What is kept of a form that opens something for a record is kept for that record only."""
    asked = request.get_full_path() if act.creates and request.GET else ""
    return str(request.POST.get("draft", asked))[:LONGEST_FORM]


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
