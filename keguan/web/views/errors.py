"""What a page says when the database is away, and when something broke. Asks nothing of the database."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from keguan.kernel.commands.outcomes import Fault

RETRY_SECONDS = 5
UNAVAILABLE = 503


def is_away(error: BaseException | None) -> bool:
    """Whether an exception means that the database cannot be reached."""
    if isinstance(error, Fault):
        return error.status == UNAVAILABLE
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


def away(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 – reading anything of the request may ask the database
    """The page that waits for the database and tries again."""
    response = HttpResponse(render_to_string("503.html", {}), status=UNAVAILABLE)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """`handler500`: the database away where that is the cause, else the page that owns up to a fault of ours."""
    if is_away(sys.exc_info()[1]):
        return away(request)
    return HttpResponse(render_to_string("500.html", {}), status=500)


class Trouble:
    """Middleware: a database that is away has a page of its own, and htmx is sent to sign in instead of swapping it.

    An address with a NUL in it names nothing, and PostgreSQL takes none: it is answered before anybody looks it up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; a way to the sign-in page becomes one that htmx follows with the whole page."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(render_to_string("404.html", {}), status=400)
        response = self.get_response(request)
        target = response.get("Location", "")
        is_sign_in = target.partition("?")[0] == resolve_url(settings.LOGIN_URL)
        if is_sign_in and response.status_code == 302 and request.headers.get("HX-Request") == "true":
            answer = HttpResponse(status=204)
            answer.cookies = response.cookies
            # where to go on is a page only where something typed waits; else it may be a part of one
            answer["HX-Redirect"] = target if request.method == "POST" else resolve_url(settings.LOGIN_URL)
            return answer
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that waits for the database."""
        return away(request) if is_away(error) and not request.path_info.startswith("/api/") else None
