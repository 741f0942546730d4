"""Which language an answer is in: the one that `Accept-Language` prefers; Simplified Chinese by default."""

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from keguan.kernel.records.labels import ENGLISH, SIMPLIFIED, TRADITIONAL

REGIONS = ("tw", "hk", "mo")
"""Where Chinese without a named script is written in Traditional characters."""

NAMES = {SIMPLIFIED: "zh-Hans", TRADITIONAL: "zh-Hant", ENGLISH: "en"}
"""Languages as the headers of an answer name them."""


def language_of(request: HttpRequest) -> str:
    """`zh-hans`, `zh-hant` or `en`."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        parts = code.lower().split("-")
        if parts[0] == "zh":
            return TRADITIONAL if _is_traditional(parts[1:]) else SIMPLIFIED
        if parts[0] == "en":
            return ENGLISH
    return SIMPLIFIED


def _is_traditional(parts: list[str]) -> bool:
    """Whether what follows `zh` (`hant`, `hk`, `hans-hk`) means Traditional: a script outweighs a region."""
    return "hant" in parts or ("hans" not in parts and any(part in REGIONS for part in parts))
