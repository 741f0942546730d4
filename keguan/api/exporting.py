"""A list as a sheet: the same scope, masks and filters as the list; for who may export. Logged as one reading."""

import io
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from keguan.api import filters, openapi, paths
from keguan.api.bodies import bad
from keguan.api.language import language_of
from keguan.api.requests import query
from keguan.api.schemas import Schema
from keguan.api.searching import searches
from keguan.api.sign_in import caller
from keguan.controls import readings, scopes
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.lists import export, narrowing, table
from keguan.lists.reading import sight
from keguan.lists.speaking import choosable

OWN = ("format", "q", "facts")
LONGEST_SEARCH = 100
PARAMETERS: list[Schema] = [
    {
        "in": "query",
        "name": "format",
        "required": False,
        "schema": {"type": "string", "enum": sorted(export.FORMATS), "default": "csv"},
    },
    {
        "in": "query",
        "name": "facts",
        "required": False,
        "schema": {"type": "string"},
        "description": "列，以逗号分隔；不写则全部 · the columns, parted by commas; all where left out",
    },
]
SEARCH: Schema = {
    "in": "query",
    "name": "q",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST_SEARCH},
    "description": "搜索，与页面相同 · search, as on the pages",
}


def add(router: Router, record_type: RecordType) -> None:
    """The operation that exports a record type. It stands before that of one record: no code is called `export`."""
    name = record_type.label
    searched = [SEARCH] if record_type.name in searches else []
    sheets = {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in export.FORMATS.values()}
    router.get(
        f"/{paths.plural(record_type.name)}/export",
        operation_id=f"{record_type.name}.export",
        summary=openapi.label(f"导出{name.zh}", f"Export: {name.en}"),
        tags=[openapi.tag(record_type)],
        openapi_extra={
            "parameters": [*PARAMETERS, *searched, *filters.parameters(record_type)],
            "responses": {
                200: {"description": "表格 · the sheet", "content": sheets},
                **openapi.problems(401, 403, 413, 422, 503),
            },
        },
    )(_exporter(record_type))


def _exporter(record_type: RecordType) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest) -> HttpResponse:
        search = searches.get(record_type.name)
        given = query(request, {*OWN, *narrowing.names(record_type)} - (set() if search else {"q"}))
        person, language = caller(request).person, language_of(request)
        known = scopes.grants(person)
        if not scopes.may_export(person, record_type.name, known):
            raise Fault([_denied(record_type)], 403)
        kind = export.FORMATS.get(given.pop("format", "csv"))
        if kind is None:
            raise bad("format 应为 csv 或 xlsx", "format should be csv or xlsx", status=422, field="format")
        facts = _facts(record_type, given.pop("facts", ""))
        text = given.pop("q", "")
        view = sight(person, record_type)
        found = view.records.filter(filters.condition(view, given))
        if search and text.strip():
            found = found.filter(id__in=search(person, text[:LONGEST_SEARCH]))
        rows = found.order_by("-id")[: export.MOST + 1]
        made = table.table(person, record_type, rows, facts, language, known, is_sheet=True)
        if len(made.keys) > export.MOST:
            raise bad(
                f"一张表最多导出 {export.MOST} 条",
                f"a sheet holds at most {export.MOST} records",
                Label("请用筛选缩小范围", "narrow the list with filters"),
                status=413,
            )
        target = io.BytesIO()
        heads = [fact.label.text(language) for fact in facts]
        export.write(target, kind, heads, made.rows, record_type.label.text(language))
        shown = [fact.name for fact in facts]
        said = {"list": record_type.name, "text": text, **given}
        readings.tell_list(person, "rest", record_type, made.keys, shown, said, is_export=True)
        response = HttpResponse(target.getvalue(), content_type=kind.media_type)
        named = content_disposition_header(
            as_attachment=True, filename=f"{paths.plural(record_type.name)}.{kind.ending}"
        )
        response["Content-Disposition"] = named or "attachment"
        response["Cache-Control"] = "no-store"
        return response

    return run


def _denied(record_type: RecordType) -> Reason:
    name = record_type.label
    return Reason(
        Label(f"您无权导出{name.zh}", f"you may not export: {name.en}"),
        Label("请向管理员申请导出的权限", "ask the administrator for the right to export"),
        kind="access",
    )


def _facts(record_type: RecordType, asked: str) -> list[Fact]:
    known = {fact.name: fact for fact in choosable(record_type)}
    names = [name.strip() for name in asked.split(",") if name.strip()] or list(known)
    for name in names:
        if name not in known:
            raise bad(
                "没有名为“{name}”的列",
                "there is no column called “{name}”",
                Label(f"可选：{'、'.join(known)}", f"there are: {', '.join(known)}"),
                status=422,
                field="facts",
                name=name[:60],
            )
    return [known[name] for name in dict.fromkeys(names)]
