"""A record on paper: a PDF in the copies that the policy names, for who may see the record. Logged as given away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from ninja import Router

from keguan.api import openapi, paths
from keguan.api.finding import seen
from keguan.api.language import language_of
from keguan.api.requests import query
from keguan.api.schemas import Schema
from keguan.api.sign_in import caller
from keguan.kernel.records.types import RecordType
from keguan.lists.naming import key_of
from keguan.lists.reading import Seen
from keguan.prints import printing

PARAMETERS: list[Schema] = [
    {
        "in": "query",
        "name": "copies",
        "required": False,
        "schema": {"type": "string", "pattern": f"^{printing.NUMBERS.pattern}$"},
        "description": "联次，如 1,3；不写则全部 · copies by number, such as 1,3; all where left out",
    }
]


def add(router: Router, record_type: RecordType) -> None:
    """The operation that prints a record of the type."""
    name = record_type.label
    router.get(
        f"/{paths.plural(record_type.name)}/{{key}}/print",
        operation_id=f"{record_type.name}.print",
        summary=openapi.label(f"打印{name.zh}", f"Print: {name.en}"),
        tags=[openapi.tag(record_type)],
        openapi_extra={
            "parameters": PARAMETERS,
            "responses": {
                200: {
                    "description": "PDF",
                    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
                },
                **openapi.problems(401, 404, 422, 503),
            },
        },
    )(_printer(record_type))


def _printer(record_type: RecordType) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest, key: str) -> HttpResponse:
        copies = printing.wanted(query(request, ("copies",)).get("copies", ""))
        person = caller(request).person
        found = seen(person, record_type, key)
        url = request.build_absolute_uri(_page(found))
        made = printing.print_(person, "rest", found, copies, url, language_of(request))
        response = HttpResponse(made.body, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, f"{made.name}.pdf") or "attachment"
        response["Cache-Control"] = "private, no-store"
        return response

    return run


def _page(found: Seen) -> str:
    """The address of the record's page, to which its code leads."""
    name, record = found.sight.type.name, found.record
    key = key_of(found.sight.part(record.values, found.sight.type.code), record.id)
    try:
        return reverse(f"web:{name}_page", args=[key])
    except NoReverseMatch:
        return reverse("web:record_page", args=[name, key])
