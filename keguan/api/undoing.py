"""Undoing an event: one operation for all verbs that declare an inverse."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi
from keguan.api.answers import answer
from keguan.api.bodies import read_json
from keguan.api.problems import not_found
from keguan.api.requests import is_used, query, take_context, unknown
from keguan.controls import gate


def add(router: Router) -> None:
    """`POST /events/{event}/undo`."""
    summary = openapi.label("撤销一次办理", "Undo an act")
    extra = {
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in ("IdempotencyKey", "Language")],
        "responses": {
            200: openapi.said(summary, {"$ref": "#/components/schemas/Done"}),
            **openapi.problems(400, 401, 403, 404, 409, 422, 503),
        },
    }
    router.post(
        "/events/{event}/undo", operation_id="event.undo", summary=summary, description=undo.__doc__ or "",
        tags=[openapi.label("概况", "Overview")], openapi_extra=extra,
    )(undo)  # fmt: skip


def undo(request: HttpRequest, event: str) -> HttpResponse:
    """Take an act back by its inverse: a command of its own, refused where something changed since."""
    query(request, ())
    body = read_json(request)
    ctx = take_context(request, body)
    for name in body:
        raise unknown("字段", "field", name, ())
    try:
        key = UUID(event)
    except ValueError:
        raise not_found() from None
    is_replayed = is_used(ctx)
    return answer(request, gate.undo(ctx, key), creates=False, is_replayed=is_replayed)
