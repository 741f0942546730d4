"""What people typed must not be lost: a form that was sent after the session had ended, or with a token that had
become stale, waits until whoever typed it is there again. It is given to nobody else who signs in at the same browser.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from keguan.kernel import clock, drafts

COOKIE, SALT = "typed_by", "keguan.typed_by"
THIRTY_DAYS = 30 * 24 * 3600
KEY = "typed"
NEVER = frozenset(("csrfmiddlewaretoken", "password", "login", "draft", "idempotency_key"))
LONGEST_FORM = 400
FAILED = 500
Typed = dict[str, list[str]]


class HalfFilled:
    """Middleware: remembers who types in this browser, and forgets the draft of a form that was sent well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        response = self.get_response(request)
        # asks nothing of the database where nobody is signed in, or where it just failed
        is_signed = settings.SESSION_COOKIE_NAME in request.COOKIES and response.status_code < FAILED
        if not is_signed or request.path_info.startswith("/api/") or not request.user.is_authenticated:
            return response
        person = str(request.user.person_id)
        if request.get_signed_cookie(COOKIE, "", salt=SALT) != person:
            response.set_signed_cookie(
                COOKIE,
                person,
                salt=SALT,
                max_age=THIRTY_DAYS,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        form = request.POST.get("draft") if request.method == "POST" else None
        if form and (response.status_code in (302, 303) or "HX-Redirect" in response):
            drafts.drop(UUID(person), str(form)[:LONGEST_FORM])
        return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Where a form was sent without a session: keep it for whoever typed it, and go to sign in."""
    person = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=THIRTY_DAYS)
    # a script that keeps a draft comes after the form itself: it must not take its place
    is_form = request.path_info != reverse("web:draft")
    typed = fields_of(request.POST)
    if is_form and person and typed and _size(typed) <= drafts.LARGEST:
        request.session[KEY] = waiting(request, person, typed)
    return redirect(f"{resolve_url('account_login')}?next={reverse('web:typed')}")


def waiting(request: HttpRequest, person: str, typed: Typed) -> dict[str, Any]:
    """What the session keeps of a form until whoever typed it looks: whose it is, its address, the key of its draft."""
    path = request.get_full_path()[:LONGEST_FORM]
    form = str(request.POST.get("draft") or urlsplit(path).path)[:LONGEST_FORM]
    return {"person": person, "path": path, "form": form, "fields": typed}


def take(request: HttpRequest, person: UUID) -> dict[str, Any] | None:
    """What waits for this person (see `waiting`); what waits for somebody else is forgotten."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None:
        return None
    if kept["person"] != str(person):
        del request.session[KEY]
        return None
    return kept


def done(request: HttpRequest, person: UUID) -> None:
    """It is on the person's own page now: kept as a draft of its form, no longer in the session."""
    kept = request.session.pop(KEY, None)
    if kept is not None:
        fields = {name: values for name, values in kept["fields"].items() if not name.startswith("_")}
        drafts.keep(person, kept["form"], fields, "", clock.now())


def fields_of(posted: QueryDict) -> Typed:
    """What a form carried that a person may have typed or chosen."""
    return {name: [str(one) for one in values] for name, values in posted.lists() if name not in NEVER}


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent this."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(said) and urlsplit(said).netloc == request.get_host()


def _size(typed: Typed) -> int:
    return sum(len(name) + sum(map(len, values)) for name, values in typed.items())
