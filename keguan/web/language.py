"""Which language a page speaks, and how declared words become text. Reads nothing but the request and the context."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.utils import translation

from keguan.kernel.records.labels import ENGLISH, LANGUAGES, SIMPLIFIED, TRADITIONAL, Label

Words = Label | str
"""Text on a page: a `Label`, or what is the same in both languages (a name, a number, what a person typed)."""

HTML_LANG = {SIMPLIFIED: "zh-Hans", TRADITIONAL: "zh-Hant", ENGLISH: "en"}


class ChosenLanguage:
    """Middleware: the language that somebody chose, kept in a cookie; Simplified Chinese until then.

    What a browser would like is not asked: an English browser on a Chinese desk says nothing about its owner.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(context: Mapping[str, Any] | Context) -> str:
    """One of `LANGUAGES`: the request's language, else the active one (error pages have no request)."""
    request = context.get("request")
    code = str(getattr(request, "LANGUAGE_CODE", None) or translation.get_language() or SIMPLIFIED).lower()
    return code if code in LANGUAGES else ENGLISH if code.startswith(ENGLISH) else SIMPLIFIED


def text_of(words: object, language: str) -> str:
    """Words in `language`; nothing reads as empty text."""
    if isinstance(words, Label):
        return words.text(language)
    return "" if words is None else str(words)
