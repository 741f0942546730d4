"""Access tokens: by which programs act as whom; issued and revoked here, through the gate. A secret is shown once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from keguan.controls import scopes
from keguan.controls.live.grants import granting
from keguan.kernel import clock
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.org.token_secrets import new_secret
from keguan.web import pages, verb_forms
from keguan.web.components import Field, Fieldset, Reason, State
from keguan.web.doors import new_key, page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.rules import book
from keguan.web.shapes import citation
from keguan.web.views.shell import render_page

TYPE, ISSUE, REVOKE = "token", "token.issue", "token.revoke"
ASKED = ("person", "name", "expires_at")
HINTS = {
    "person": Label("程序能看、能办的，与此人相同", "the program sees and does what this person may"),
    "name": Label("哪个程序用，如“ERP 对接”", "which program uses it"),
    "expires_at": Label("不填即一年", "left empty: a year from now"),
}
WORKS, REVOKED = State(Label("有效", "works"), "kept"), State(Label("已吊销", "revoked"))
EXPIRED = State(Label("已到期", "expired"))
OVER = 50
"""So many of those that are over are shown, the latest first."""


@page
@never_cache
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens that the viewer may see, and the form; POST issues one and shows its secret, this once."""
    if request.method != "POST":
        return _show(request, {})
    args = verb_forms.given(verb_forms.read(_arguments(), request.POST))
    made = new_secret()
    outcome = give(request, ISSUE, None, {**args, "digest": made.digest, "hint": made.hint})
    if isinstance(outcome, Stopped):
        return _show(request, args, outcome.reasons, status=outcome.status)
    return _show(request, {}, secret=made.text)


@page
@require_POST
def token_revoke(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """End a token at once."""
    key = key_of(id)
    if key is None:
        raise Http404
    outcome = give(request, REVOKE, key, {})
    if isinstance(outcome, Stopped):
        return _show(request, {}, outcome.reasons, key, outcome.status)
    say(request, Label("已吊销，用它的程序再也进不来。", "Revoked; no program gets in by it any more."))
    return redirect("web:token_list")


def _arguments() -> list[Argument]:
    return [one for one in vocabulary.verbs[ISSUE].arguments if one.name in ASKED]


def _fields(who: UUID, values: Mapping[str, Any], told: tuple[Reason, ...]) -> tuple[Field, ...]:
    """What is asked for a new one; a program can act only as somebody who can sign in."""
    asked = verb_forms.Asked(values, told, viewer=who)
    left_out = {str(key) for key in org.without_sign_in()}
    found = (replace(verb_forms.field(one, asked), hint=HINTS[one.name]) for one in _arguments())
    return tuple(
        replace(one, options=tuple(option for option in one.options if option.value not in left_out)) for one in found
    )


def _show(
    request: HttpRequest, values: Mapping[str, Any], told: tuple[Reason, ...] = (), at: UUID | None = None,
    status: int = 200, secret: str = "",
) -> HttpResponse:  # fmt: skip
    who = viewer(request)
    grants = scopes.grants(who)
    if grants is None or not (grants.sees_some(TYPE) or grants.uses(ISSUE)):
        raise Http404
    now = clock.now()
    seen = scopes.records(who, vocabulary.types[TYPE], grants).order_by("-issued_at", "-id")
    works = list(seen.filter(revoked_at=None, expires_at__gt=now))
    over = list(seen.exclude(revoked_at=None, expires_at__gt=now)[:OVER])
    people = org.people_by_id({key for one in (*works, *over) for key in (one.person_id, one.issued_by_id) if key})
    names = {key: row.name for key, row in people.items()}
    may_revoke = grants.uses(REVOKE)
    lines = {
        one.id: pages.TokenLine(
            id=str(one.id),
            name=one.name,
            person=names.get(one.person_id, ""),
            hint=one.hint,
            state=REVOKED if one.revoked_at else WORKS if one.expires_at > now else EXPIRED,
            issued_at=one.issued_at,
            expires_at=one.expires_at,
            issued_by=names.get(one.issued_by_id, ""),
            last_used_on=one.last_used_on,
            revoked_at=one.revoked_at,
            revoke_url=reverse("web:token_revoke", args=[one.id]) if may_revoke and not one.revoked_at else "",
            reasons=told if one.id == at else (),
            key=new_key(),
        )
        for one in (*works, *over)
    }
    here = told if at not in lines else ()
    clauses, may_issue = granting(book(), ISSUE), grants.uses(ISSUE)
    shown = pages.Tokens(
        working=tuple(lines[one.id] for one in works),
        over=tuple(lines[one.id] for one in over),
        fieldsets=(Fieldset(_fields(who, values, here)),) if may_issue else (),
        citation=citation(clauses[0].citation) if clauses else None,
        may_issue=may_issue,
        reasons=here,
        key=new_key(),
        secret=secret,
    )
    return render_page(request, "web/tokens.html", shown, status)


urlpatterns = [
    path("administration/tokens/", token_list, name="token_list"),
    path("administration/tokens/<str:id>/revoke/", token_revoke, name="token_revoke"),
]
