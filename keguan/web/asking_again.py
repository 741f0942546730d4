"""Asking again for what was sent back: its form holds what had been asked for. Reads only."""

from typing import Any

from django.http import HttpRequest

from keguan.controls import queries
from keguan.web.doors import viewer
from keguan.web.places import key_of


def returned(request: HttpRequest, verb: str) -> dict[str, Any]:
    """The arguments of the viewer's own request of this verb that the address names; nothing where there is none."""
    key = key_of(request.GET.get("returned", ""))
    row = queries.approval(viewer(request), key) if key is not None else None
    if row is None or row.approval.verb != verb or row.approval.requester != viewer(request) or len(row.lines) > 1:
        return {}
    return dict(row.approval.args or {})
