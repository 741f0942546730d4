"""Turns what never reaches the API's own handlers (unknown addresses, wrong methods, large bodies) into problems."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from keguan.api.bodies import LARGEST, length_of
from keguan.api.problems import MEDIA_TYPE, explain, problem
from keguan.kernel.files import LARGEST as LARGEST_FILE

PREFIX = "/api/"
FRAME = 64 * 1024
"""Bytes that a multipart form may need around its file."""


class Problems:
    """Stands outermost, and minds nothing but addresses under `/api/`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, as a problem where it would be a page about an error."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        is_form = (request.content_type or "").startswith("multipart/")
        if length_of(request) > (LARGEST_FILE + FRAME if is_form else LARGEST):
            return problem(request, 413)
        if "Transfer-Encoding" in request.headers:
            # WSGI gives a body without a length as an empty one: arguments would be lost without a word
            return problem(request, 411)
        response = self.get_response(request)
        is_told = response.get("Content-Type", "").startswith(MEDIA_TYPE)
        if response.status_code < 400 or is_told:
            return response
        kept = {name: response[name] for name in ("Allow", "Retry-After", "WWW-Authenticate") if name in response}
        return problem(request, response.status_code, headers=kept)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view outside the handlers raised."""
        return explain(request, error) if request.path_info.startswith(PREFIX) else None
