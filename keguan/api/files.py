"""Files in and out: stored under their digest, and given out only through a record that the caller may see."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from keguan.api import openapi, paths
from keguan.api.bodies import bad
from keguan.api.finding import seen
from keguan.api.language import language_of
from keguan.api.problems import json_response, not_found
from keguan.api.requests import query
from keguan.api.sign_in import caller
from keguan.controls import readings
from keguan.kernel import files
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.types import LineType, RecordType
from keguan.lists.reading import lines_of

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}
STORED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "digest": {"type": "string", "description": "SHA-256"},
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "size": {"type": "integer"},
    },
}


def add(router: Router) -> None:
    """`POST /files`."""
    router.post(
        "/files",
        operation_id="file.store",
        summary=openapi.label("存入文件", "Store a file"),
        description="Keep a file; its digest is what verbs such as case.attach take. Nobody can read it by its digest.",
        tags=[openapi.label("文件", "Files")],
        response={201: None},
        openapi_extra={
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}},
            "responses": {
                201: openapi.said("已存入 · stored", STORED),
                **openapi.problems(400, 401, 413, 415, 422, 503),
            },
        },
    )(store)


def store(request: HttpRequest) -> HttpResponse:
    """Keep the one file of a form; gives what a verb needs to attach it."""
    query(request, ())
    if request.content_type != "multipart/form-data":
        raise bad("请以 multipart/form-data 上传", "send it as multipart/form-data", status=415)
    found = request.FILES.getlist("file")
    if len(found) != 1 or len(request.FILES) != 1:
        raise bad("请上传一个名为 file 的文件", "send one file, named file", status=422, field="file")
    upload: Any = found[0]
    try:
        blob = files.store(upload, upload.name or "file")
    except BadValue as fault:
        is_large = (upload.size or 0) > files.LARGEST
        raise Fault([Reason(fault.label, field="file", kind="input")], 413 if is_large else 422) from None
    body = {"digest": blob.digest, "name": blob.name, "media_type": blob.media_type, "size": blob.size}
    return json_response(body, 201, language_of(request))


def holds_files(line_type: LineType) -> bool:
    """Whether lines of the type stand for stored files."""
    return {"digest", "name"} <= set(line_type.by_name)


def add_content(router: Router, record_type: RecordType, line_type: LineType) -> None:
    """The operation that gives out a file of a record."""

    def content(request: HttpRequest, key: str, line: str) -> HttpResponse:
        query(request, ())
        person = caller(request).person
        record = seen(person, record_type, key)
        found = [one for one in lines_of(record, line_type) if str(one["id"]) == line]
        if not found or {"digest", "name"} & record.masked_lines(line_type.name):
            raise not_found()
        readings.tell(person, "rest", record_type, [record.record.id], record.sight.masked, is_export=True)
        return serve(found[0])

    router.get(
        f"/{paths.plural(record_type.name)}/{{key}}/{line_type.name}/{{line}}/content",
        operation_id=f"{record_type.name}.{line_type.name}.content",
        summary=openapi.label("取回文件", "Fetch the file"),
        tags=[openapi.tag(record_type)],
        openapi_extra={
            "responses": {
                200: {
                    "description": "文件 · the file",
                    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
                },
                **openapi.problems(401, 404, 503),
            }
        },
    )(content)


def serve(line: dict[str, Any]) -> HttpResponse:
    """A stored file as a download; the browser is never let guess what it is."""
    try:
        body = files.read(line["digest"])
    except KeyError:
        raise not_found() from None
    kind = files.media_type_of(body)
    is_shown = kind in files.SHOWN_IN_PLACE
    response = HttpResponse(body, content_type=kind if is_shown else "application/octet-stream")
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=line["name"] or "file") or ""
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
