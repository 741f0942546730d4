"""Middleware: what is only looked at is one look, so that a page reads its rulebook and grants once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from keguan.kernel.glance import one_look


class OneLook:
    """Whatever changes something reads everything when it is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_look():
            return self.get_response(request)
