"""What the next page says at its head: done, or what to do first."""

from django.contrib import messages
from django.http import HttpRequest

from keguan.web.language import Words, language_of, text_of


def say(request: HttpRequest, words: Words, level: int = messages.SUCCESS) -> None:
    """Have the next page say this, in the reader's language."""
    messages.add_message(request, level, text_of(words, language_of({"request": request})))
