"""Lists and records of every type: scope, filters, pages by key; one record with its lines, acts, clocks and course."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from ninja import Router

from keguan.api import exporting, files, filters, openapi, paths, printing
from keguan.api.answers import verdict_json
from keguan.api.bodies import bad
from keguan.api.course import passage_json
from keguan.api.finding import seen
from keguan.api.language import language_of
from keguan.api.problems import json_response
from keguan.api.requests import query
from keguan.api.schemas import Schema
from keguan.api.searching import searches
from keguan.api.sign_in import caller
from keguan.controls import gate, readings
from keguan.controls.live.recalculating import said
from keguan.controls.models import Obligation
from keguan.controls.terms import calendar_for
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.journal.read import timeline
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import codes, narrowing
from keguan.lists.reading import Seen, Sight, attributes, has_model, lines_of, masked_lines, sight, values
from keguan.policies.rulebooks import current

PAGE, MOST = 50, 200
LONGEST_SEARCH = 100
PAGING = ("after", "limit")


def add(router: Router, record_type: RecordType) -> None:
    """The operations that read a record type."""
    if not has_model(record_type):
        return
    segment, tag = paths.plural(record_type.name), openapi.tag(record_type)
    record = openapi.record_schema(record_type)
    name = record_type.label
    router.get(
        f"/{segment}",
        operation_id=f"{record_type.name}.list",
        summary=openapi.label(f"{name.zh}列表", f"List: {name.en}"),
        tags=[tag],
        openapi_extra={
            "parameters": [
                *PARAMETERS,
                *(SEARCH if record_type.name in searches else ()),
                *filters.parameters(record_type),
            ],
            "responses": {
                200: openapi.said("一页，新的在前 · one page, newest first", _page(record)),
                **openapi.problems(401, 403, 422, 503),
            },
        },
    )(_lister(record_type))
    exporting.add(router, record_type)
    printing.add(router, record_type)
    router.get(
        f"/{segment}/{{key}}",
        operation_id=f"{record_type.name}.get",
        summary=openapi.label(f"一条{name.zh}", f"One {name.en}"),
        tags=[tag],
        openapi_extra={
            "responses": {200: openapi.said("记录 · the record", record), **openapi.problems(401, 404, 503)}
        },
    )(_getter(record_type))
    router.get(
        f"/{segment}/{{key}}/timeline",
        operation_id=f"{record_type.name}.timeline",
        summary=openapi.label("经过", "Its course"),
        tags=[tag],
        openapi_extra={
            "parameters": PARAMETERS,
            "responses": {
                200: openapi.said("一页，新的在前 · one page, newest first", _page({"type": "object"})),
                **openapi.problems(401, 404, 422, 503),
            },
        },
    )(_course(record_type))
    for line_type in record_type.lines:
        if files.holds_files(line_type):
            files.add_content(router, record_type, line_type)


PARAMETERS: list[Schema] = [
    {
        "in": "query",
        "name": "limit",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE},
    },
    {"in": "query", "name": "after", "required": False, "schema": {"type": "string", "format": "uuid"}},
]
SEARCH: list[Schema] = [
    {
        "in": "query",
        "name": "q",
        "required": False,
        "schema": {"type": "string", "maxLength": LONGEST_SEARCH},
        "description": "搜索：编号、名称的一部分、拼音或首字母、电话尾号 · search, as on the pages",
    }
]


def _page(item: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}},
        "required": ["items", "next"],
    }


def _lister(record_type: RecordType) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest) -> HttpResponse:
        search = searches.get(record_type.name)
        given = query(request, {*PAGING, *narrowing.names(record_type), *(("q",) if search else ())})
        limit, after = paging(given)
        person = caller(request).person
        view = sight(person, record_type)
        text = given.pop("q", "")
        conditions = {name: raw for name, raw in given.items() if name not in PAGING}
        found = view.records.filter(filters.condition(view, conditions))
        if search and text.strip():
            found = found.filter(id__in=search(person, text[:LONGEST_SEARCH]))
        if after is not None:
            found = found.filter(id__lt=after)
        columns = [
            column for fact in record_type.facts if not fact.derived for column, _ in fact.kind.columns(fact.name)
        ]
        names = [attributes(record_type)[column] for column in columns]
        rows = list(found.order_by("-id").values("id", *names)[: limit + 1])
        items = [_brief(view, row["id"], values(record_type, row)) for row in rows[:limit]]
        # a list by REST gives whole records away, as an export does
        keys = [row["id"] for row in rows[:limit]]
        readings.tell(person, "rest", record_type, keys, {*view.masked, *_lists(record_type)}, is_export=True)
        return page(request, items, len(rows) > limit)

    return run


def _lists(record_type: RecordType) -> list[str]:
    return [line.name for line in record_type.lines]


def paging(given: dict[str, str]) -> tuple[int, UUID | None]:
    """How many a page holds, and after which one it begins."""
    raw, after = given.get("limit", str(PAGE)), given.get("after")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and 1 <= int(raw) <= MOST):
        raise bad(f"limit 应在 1 与 {MOST} 之间", f"limit should lie between 1 and {MOST}", status=422, field="limit")
    key = codes.as_id(after) if after is not None else None
    if after is not None and key is None:
        raise bad(
            "after 应为上一页最后一条的 id", "after should be the last id of the page before", status=422, field="after"
        )
    return int(raw), key


def page(request: HttpRequest, items: list[dict[str, Any]], has_more: bool) -> HttpResponse:
    """A page of items with the address of the next."""
    following = None
    if has_more:
        asked = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
        asked["after"] = items[-1]["id"]
        following = f"{request.path}?{asked.urlencode()}"
    return json_response({"items": items, "next": following}, language=language_of(request))


def _brief(view: Sight, key: UUID, facts: dict[str, Any]) -> dict[str, Any]:
    kind = view.type
    return {
        "type": kind.name,
        "id": str(key),
        "code": view.part(facts, kind.code),
        "title": view.part(facts, kind.title) if kind.title in facts else None,
        "facts": view.shown(facts),
        "masked": sorted(view.masked),
    }


def _getter(record_type: RecordType) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest, key: str) -> HttpResponse:
        query(request, ())
        person, language = caller(request).person, language_of(request)
        found = seen(person, record_type, key)
        record = found.record
        readings.tell(person, "rest", record_type, [record.id], found.sight.masked)
        verbs = [verb for verb in vocabulary.verbs_on(record_type.name) if not verb.creates]
        verdicts = gate.refusals(Context(person, "rest"), [verb.name for verb in verbs], record.id)
        actions = [
            {"verb": verb.name, "label": verb.label.text(language), **verdict_json(verdicts[verb.name], language)}
            for verb in verbs
        ]
        body = _brief(found.sight, record.id, record.values)
        body |= {
            "number": record.number,
            "lines": {line.name: _lines(found, line.name) for line in record_type.lines},
            "obligations": _obligations(record.id),
            "actions": actions,
        }
        return json_response(body, language=language)

    return run


def _lines(found: Seen, name: str) -> list[dict[str, Any]]:
    line_type, masked = found.sight.type.line(name), masked_lines(found.sight, name)
    return [
        {
            "id": str(line["id"]),
            **{
                fact.name: None if fact.name in masked else fact.kind.to_json(line[fact.name])
                for fact in line_type.facts
                if not fact.derived
            },
        }
        for line in lines_of(found, line_type)
    ]


def _obligations(record: UUID) -> list[dict[str, Any]]:
    """What is or was owed on the record, oldest first; trials are left out. One statement."""
    rows = Obligation.objects.filter(object=record, is_trial=False).order_by("opened_at", "id")
    book = current(clock.now())
    return [
        {
            "id": str(row.id),
            "control": row.control,
            "state": row.state,
            "opened_at": row.opened_at.isoformat(),
            "due_at": row.due_at.isoformat(),
            "met_at": row.met_at.isoformat() if row.met_at else None,
            "people": [str(person) for person in row.people],
            "term": said(row.term, row.marks, row.due_at, calendar_for(book, row.unit, row.people)).as_json(),
            "key": row.key,
            "is_paused": row.is_paused,
            "is_adopted": row.is_adopted,
            "judgements": [
                {name: mark.get(name) for name in ("id", "outcome", "at", "event", "replaces")}
                for mark in row.marks
                if mark["kind"] == "judged"
            ],
        }
        for row in rows
    ]


def _course(record_type: RecordType) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest, key: str) -> HttpResponse:
        limit, after = paging(query(request, PAGING))
        person = caller(request).person
        found = seen(person, record_type, key)
        readings.tell(person, "rest", record_type, [found.record.id], found.sight.masked)
        passages = timeline(found.record.id, most=limit + 1, before=after, is_own=True)
        items = [passage_json(found.sight, one, language_of(request)) for one in passages[:limit]]
        return page(request, items, len(passages) > limit)

    return run
