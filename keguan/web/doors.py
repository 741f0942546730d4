"""From a request to a command's circumstances: who asks, and with which key. Decides nothing and reads no record."""

import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from keguan.kernel.commands.context import Context
from keguan.web.half_filled import to_sign_in

View = Callable[..., HttpResponse]
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


def viewer(request: HttpRequest) -> UUID:
    """The person who is signed in."""
    person: UUID = request.user.person_id  # type: ignore[union-attr]
    return person


def page(view: View) -> View:
    """A page for people who are signed in; never kept by a cache. What is sent without a session is not lost."""
    guarded: View = login_required(never_cache(view))

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            return to_sign_in(request)
        return guarded(request, *args, **kwargs)

    return opened


def new_key() -> str:
    """The idempotency key that a fresh form carries: posting it twice does nothing twice."""
    return str(uuid.uuid4())


def posted_key(request: HttpRequest) -> str:
    """The key that the posted form carries; a new one where it carries none that can be used."""
    key = str(request.POST.get("idempotency_key", ""))
    return key if KEY.fullmatch(key) else new_key()


def context(request: HttpRequest, key: str | None = None) -> Context:
    """The circumstances of a command from a page; `key` makes it safe against double clicks and resending."""
    return Context(viewer(request), "page", idempotency_key=key, override=cited_override(request))


def cited_override(request: HttpRequest) -> UUID | None:
    """The override that the form or the address cites."""
    try:
        return UUID(str(request.POST.get("override") or request.GET.get("override") or ""))
    except ValueError:
        return None
