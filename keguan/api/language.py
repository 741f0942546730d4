"""Which language an answer is in: Chinese or English, whichever `Accept-Language` prefers; Chinese by default."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

CHINESE, ENGLISH = "zh-hans", "en"


def language_of(request: HttpRequest) -> str:
    """`zh-hans` or `en`."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code.startswith("zh"):
            return CHINESE
        if code.startswith("en"):
            return ENGLISH
    return CHINESE
