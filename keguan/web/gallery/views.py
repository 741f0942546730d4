"""The gallery: every part in every state, and every page with sample data. Reads no record, writes nothing."""

from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from keguan.web.components import TONES, Segment
from keguan.web.gallery import parts
from keguan.web.gallery.cast import NOW, SHELL
from keguan.web.gallery.fields import EVERY_KIND, WRONG
from keguan.web.gallery.pages_calls import RINGING
from keguan.web.gallery.pages_lists import CASE_TABS, CASES, HEADS, ROWS
from keguan.web.gallery.pages_rest import SHEET_FIGURES
from keguan.web.gallery.samples import SAMPLES


def gallery(request: HttpRequest) -> HttpResponse:
    """All parts in all states, in the language of the request."""
    context: dict[str, Any] = {
        "shell": SHELL,
        "now": NOW,
        "parts": parts,
        "tones": TONES,
        "fieldsets": (EVERY_KIND, WRONG),
        "figures": SHEET_FIGURES,
        "tabs": CASE_TABS,
        "rows": ROWS,
        "ringing": RINGING,
        "heads": HEADS,
        "noun": CASES.noun,
        "paging": CASES.paging,
        "kinds": [Segment(kind, 1) for kind in ("counted", "skipped", "paused", "rest")],
        "samples": SAMPLES,
    }
    return render(request, "web/gallery.html", context)


def gallery_page(request: HttpRequest, name: str) -> HttpResponse:
    """One page with its sample data."""
    sample = SAMPLES.get(name)
    if sample is None:
        raise Http404
    request.resolver_match = SimpleNamespace(url_name=sample.place)  # type: ignore[assignment]  # the rail marks its place
    return render(request, sample.template, {"page": sample.page, "shell": SHELL, "now": NOW})
