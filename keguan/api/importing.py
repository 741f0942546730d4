"""Sheets in: which columns are understood, upload with a guess, what would become of each row, and what was left out.

Mapping, starting and stopping are the generated verbs of `import`.
"""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from keguan.api import openapi
from keguan.api.bodies import bad
from keguan.api.language import language_of
from keguan.api.problems import json_response, not_found, reason_json
from keguan.api.requests import query, take_context
from keguan.api.sign_in import caller
from keguan.controls import gate, readings, scopes
from keguan.imports import queries
from keguan.imports.facts import IMPORT
from keguan.imports.importer import Importer
from keguan.imports.importers import importer_of
from keguan.imports.running import write_problems
from keguan.kernel import clock, files
from keguan.kernel.commands.outcomes import Fault, Outcome, Reason, Refused
from keguan.kernel.sheets import SheetFault
from keguan.policies.rulebooks import current

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}
ANSWER: dict[str, Any] = {"type": "object"}


def add(router: Router) -> None:
    """`GET` and `POST /sheets/{type}`, `GET /imports/{key}/preview` and `/problems`."""
    tag = openapi.label("导入", "Import")
    said = openapi.said(openapi.label("导入", "Import"), ANSWER)
    router.get(
        "/sheets/{record_type}",
        operation_id="sheet.columns",
        summary=openapi.label("认得的列", "Columns that are understood"),
        description="The fields to which columns of a sheet of such records can go.",
        tags=[tag],
        openapi_extra={"responses": {200: said, **openapi.problems(401, 404, 503)}},
    )(columns)
    router.post(
        "/sheets/{record_type}",
        operation_id="sheet.upload",
        summary=openapi.label("上传表格", "Upload a sheet"),
        description="Keep a .xlsx or .csv file as an import, with a guess of its columns. Then POST /imports/{key}/map "
        "and /start.",
        tags=[tag],
        response={201: None},
        openapi_extra={
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}},
            "responses": {201: said, **openapi.problems(400, 401, 403, 404, 413, 415, 422, 503)},
        },
    )(upload)
    router.get(
        "/imports/{key}/preview",
        operation_id="import.preview",
        summary=openapi.label("预览导入", "Preview an import"),
        description="What would become of the first rows. Nothing is written.",
        tags=[tag],
        openapi_extra={"responses": {200: said, **openapi.problems(401, 404, 422, 503)}},
    )(preview)
    router.get(
        "/imports/{key}/problems",
        operation_id="import.problems",
        summary=openapi.label("未导入的行", "The rows left out"),
        description="The rows that were left out, in their own columns, with a column that says why.",
        tags=[tag],
        openapi_extra={
            "responses": {
                200: {
                    "description": "表格 · the sheet",
                    "content": {SHEET: {"schema": {"type": "string", "format": "binary"}}},
                },
                **openapi.problems(401, 404, 503),
            }
        },
    )(problems)


def columns(request: HttpRequest, record_type: str) -> HttpResponse:
    """The fields to which columns can go, in the caller's language."""
    query(request, ())
    return json_response({"fields": _fields(request, _importer(record_type))}, language=language_of(request))


def upload(request: HttpRequest, record_type: str) -> HttpResponse:
    """Keep the one file of a form as an import of this type."""
    query(request, ())
    importer = _importer(record_type)
    if request.content_type != "multipart/form-data":
        raise bad("请以 multipart/form-data 上传", "send it as multipart/form-data", status=415)
    found = request.FILES.getlist("file")
    if len(found) != 1 or len(request.FILES) != 1:
        raise bad("请上传一个名为 file 的文件", "send one file, named file", status=422, field="file")
    sent: Any = found[0]
    if (sent.size or 0) > files.LARGEST:
        raise bad("文件太大", "the file is too large", status=413, field="file")
    ctx = take_context(request, {})
    try:
        outcome = queries.upload(gate.run, ctx, importer.type.name, sent.read(), sent.name or "sheet")
    except SheetFault as fault:
        raise Fault([Reason(fault.message, fault.cure, field="file", kind="input")], 422) from None
    return _kept(request, outcome)


def _kept(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    from keguan.api.answers import answer

    if isinstance(outcome, Refused) or outcome.object is None:
        return answer(request, outcome, creates=True, is_replayed=False)
    job = _find(request, outcome.object)
    language = language_of(request)
    sheet = queries.sheet_of(job)
    seen = queries.preview(caller(request).person, job)
    body = {
        "object": str(job.id),
        "type": job.type,
        "total": job.total,
        "columns": [{"index": column.index, "title": column.title} for column in sheet.columns],
        "mapping": dict(job.mapping),
        "fields": _fields(request, job.importer),
        "faults": [fault.text(language) for fault in seen.faults],
    }
    return json_response(body, 201, language)


def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What would become of the rows."""
    query(request, ())
    job = _find(request, key)
    language = language_of(request)
    seen = queries.preview(caller(request).person, job)
    rows = [
        {
            "row": verdict.candidate.row,
            "would_be": verdict.state,
            "cells": queries.example(seen.sheet, seen.mapping, verdict.candidate),
            "reasons": [reason_json(reason, language) for reason in verdict.reasons],
        }
        for verdict in seen.rows
    ]
    body: Mapping[str, Any] = {
        "faults": [fault.text(language) for fault in seen.faults],
        "checked": seen.checked,
        "counts": dict(seen.counts),
        "rows": rows,
    }
    return json_response(dict(body), language=language)


def problems(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows that were left out, as a sheet."""
    query(request, ())
    person = caller(request).person
    target = io.BytesIO()
    if write_problems(person, key, target, language_of(request)) is None:
        raise not_found()
    readings.tell(person, "rest", IMPORT, [key], is_export=True)
    response = HttpResponse(target.getvalue(), content_type=SHEET)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="problems.xlsx") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def _importer(record_type: str) -> Importer:
    current(clock.now())  # registers are known once their rulebook is
    found = importer_of(record_type)
    if found is None:
        raise not_found()
    return found


def _find(request: HttpRequest, key: UUID) -> queries.Import:
    person = caller(request).person
    found = queries.find(person, key) if scopes.grants(person) is not None else None
    if found is None:
        raise not_found()
    return found


def _fields(request: HttpRequest, importer: Importer) -> list[dict[str, Any]]:
    language = language_of(request)
    return [
        {"name": one.name, "label": one.label.text(language), "is_required": one.required, "takes_many": one.many}
        for one in importer.targets(importer.declared())
    ]
