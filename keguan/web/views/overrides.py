"""Overrides: what waits for my confirmation, what I asked for; asking, confirming, rejecting, taking back."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.cases import queries as cases
from keguan.controls.queries.exceptions import OverrideTold, override, overrides
from keguan.kernel import clock
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.naming import called
from keguan.policies.rulebooks import current
from keguan.web import pages, verb_forms
from keguan.web.components import Fieldset, Reason, State, Tone
from keguan.web.doors import new_key, page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.shapes import citation
from keguan.web.views.shell import render_page

VERBS = {"confirm": "override.confirm", "reject": "override.reject", "withdraw": "override.withdraw"}
SAID = {
    "confirm": Label("已准许，申请人会收到通知。", "Granted; whoever asked is told."),
    "reject": Label("未准许，申请人会收到通知。", "Rejected; whoever asked is told."),
    "withdraw": Label("已撤回。", "Withdrawn."),
}
TONES: dict[str, Tone] = {"asked": "wait", "granted": "kept", "rejected": "broken"}
ASKED = ("reason", "minutes")


@page
def override_list(request: HttpRequest) -> HttpResponse:
    """What waits for the viewer, and what he asked for."""
    return _show(request)


@page
@require_POST
def override_decide(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Confirm, reject or take back one override."""
    key, decision = key_of(id), str(request.POST.get("decision", ""))
    if key is None or decision not in VERBS or override(viewer(request), key) is None:
        raise Http404
    comment = str(request.POST.get("comment", "")).strip()
    args = {"comment": comment} if comment and decision != "withdraw" else {}
    outcome = give(request, VERBS[decision], key, args)
    if isinstance(outcome, Stopped):
        return _show(request, str(key), outcome.reasons, outcome.status)
    say(request, SAID[decision])
    return redirect("web:override_list")


@page
def override_ask(request: HttpRequest) -> HttpResponse:
    """The form that asks for an exception from the clause that refused an act."""
    given = request.POST if request.method == "POST" else request.GET
    control, verb, code = (str(given.get(name, "")) for name in ("control", "verb", "code"))
    act, found = vocabulary.verbs.get(verb), _case(request, code)
    guard = current(clock.now()).by_key.get(control)
    if act is None or act.on != "case" or found is None or guard is None:
        raise Http404
    told: tuple[Reason, ...] = ()
    status = 200
    if request.method == "POST":
        args = verb_forms.read([a for a in _asking().arguments if a.name in ASKED], request.POST)
        args |= {"control": control, "verb": verb, "object": found}
        outcome = give(request, "policy.override", None, args)
        if not isinstance(outcome, Stopped):
            say(request, Label("已提出，等另一人准许。", "Asked; a second person has to confirm it."))
            return redirect("web:override_list")
        told, status = outcome.reasons, outcome.status
    values = {name: request.POST.get(name) for name in ASKED} if request.method == "POST" else {"minutes": 60}
    asked = [argument for argument in _asking().arguments if argument.name in ASKED]
    row = pages.OverrideAsk(
        act=act.label,
        subject=code,
        sentence=guard.says,
        citation=citation(guard.citation),
        back_url=reverse("web:case_page", args=[code]),
        fieldsets=(Fieldset(verb_forms.fields(asked, verb_forms.Asked(values, told))),),
        hidden=(("control", control), ("verb", verb), ("code", code)),
        reasons=told,
        key=new_key(),
    )
    return render_page(request, "web/override_ask.html", row, status)


def ask_url(control: str, verb: str, code: str) -> str:
    """Where an exception from a guard is asked for."""
    return f"{reverse('web:override_ask')}?{urlencode({'control': control, 'verb': verb, 'code': code})}"


def _asking() -> Verb:
    return vocabulary.verbs["policy.override"]


def _case(request: HttpRequest, code: str) -> UUID | None:
    """The case of that number, if the viewer may see it."""
    return cases.visible_to(viewer(request)).filter(code=code).values_list("id", flat=True).first()


def _show(request: HttpRequest, at: str = "", told: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    waiting, mine = overrides(viewer(request))
    row = pages.Overrides(
        waiting=tuple(_line(one, told if str(one.id) == at else (), is_open=True) for one in waiting),
        mine=tuple(_line(one, told if str(one.id) == at else ()) for one in mine),
    )
    return render_page(request, "web/overrides.html", row, status)


def _line(one: OverrideTold, told: tuple[Reason, ...], *, is_open: bool = False) -> pages.OverrideLine:
    code = one.subject.code if one.subject else ""
    url = reverse("web:case_page", args=[code]) if code and one.subject and one.subject.type == "case" else ""
    use = ""
    if one.is_usable and url:
        use = reverse("web:case_act", args=[code, one.verb.removeprefix("case.")]) + f"?override={one.id}"
    return pages.OverrideLine(
        id=str(one.id),
        act=one.act,
        subject=called(vocabulary.types[one.subject.type].label, code, one.subject.title) if one.subject else "",
        url=url,
        citation=citation(one.citation),
        sentence=one.sentence,
        reason=one.reason,
        requester=one.requester,
        asked_at=one.asked_at,
        minutes=one.minutes,
        state=State(one.state_label, TONES.get(one.state, "")),
        decided_by=one.decided_by,
        comment=one.comment,
        expires_at=one.expires_at,
        is_open=is_open,
        use_url=use,
        withdraw_url=reverse("web:override_decide", args=[one.id]) if one.is_mine and one.state == "asked" else "",
        reasons=told,
        key=new_key(),
    )


urlpatterns = [
    path("overrides/", override_list, name="override_list"),
    path("overrides/ask/", override_ask, name="override_ask"),
    path("overrides/<str:id>/", override_decide, name="override_decide"),
]
