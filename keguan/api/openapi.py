"""OpenAPI 3.1 of what is generated: request bodies from arguments, answers, problems, parameters."""

from typing import Any

from keguan.api.requests import HAPPENED_AT
from keguan.api.schemas import Schema, arguments_schema, both, output
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

HAPPENED: Schema = {
    "type": "string",
    "format": "date-time",
    "title": "发生时间 · Happened at",
    "description": "缺省为现在 · now, if not given",
}
UUID_: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
CLAUSE: Schema = {"anyOf": [{"$ref": "#/components/schemas/Clause"}, {"type": "null"}]}


def _object(properties: dict[str, Schema], required: tuple[str, ...] | None = None) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required or properties)}


def _array(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


SCHEMAS: dict[str, Schema] = {
    "Clause": _object({"policy": TEXT, "policy_title": TEXT, "clause": TEXT, "control": TEXT}),
    "Reason": _object(
        {
            "message": TEXT,
            "cure": MAYBE,
            "clause": CLAUSE,
            "field": MAYBE,
            "kind": {"type": "string", "enum": ["access", "guard", "missing", "invariant", "input", "busy"]},
        }
    ),
    "Problem": _object(
        {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "reasons": _array("Reason")}
    ),
    "Done": _object(
        {"state": {"const": "done"}, "object": UUID_, "code": MAYBE, "event": UUID_, "warnings": _array("Reason")}
    ),
    "Revealed": _object(
        {
            "state": {"const": "done"},
            "object": UUID_,
            "code": MAYBE,
            "event": UUID_,
            "warnings": _array("Reason"),
            "facts": {"type": "object"},
            "lines": {"type": "object"},
        }
    ),
    "Waiting": _object(
        {
            "state": {"const": "waiting"},
            "object": UUID_,
            "code": MAYBE,
            "event": UUID_,
            "approval": UUID_,
            "by": TEXT,
            "clause": CLAUSE,
        }
    ),
    "Refused": _object(
        {
            "state": {"const": "refused"},
            "object": MAYBE,
            "status": {"type": "integer", "enum": [403, 404, 422]},
            "reasons": _array("Reason"),
        }
    ),
    "Set": _object(
        {
            "batch": {"anyOf": [UUID_, {"type": "null"}]},
            "counts": _object({name: {"type": "integer"} for name in ("done", "waiting", "refused")}),
            "outcomes": {
                "type": "array",
                "items": {
                    "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Done", "Waiting", "Refused")]
                },
            },
        }
    ),
    "Preview": _object(
        {
            "would_be": {"type": "string", "enum": ["done", "waiting", "refused"]},
            "reasons": _array("Reason"),
            "warnings": _array("Reason"),
            "by": MAYBE,
            "clause": CLAUSE,
            "effect": {"type": "object"},
        },
        ("would_be", "reasons", "warnings", "by", "clause"),
    ),
}
PROBLEMS = {
    400: "正文不是有效的 JSON · the body is not valid JSON",
    401: "没有有效的令牌 · no valid token",
    403: "没有权限 · not allowed",
    404: "没有这条记录，或无权查看 · no such record, or it may not be seen",
    405: "不接受的方法 · method not allowed",
    409: "幂等键已用于另一请求，或记录正被改动 · the idempotency key was used for another request, or records are busy",
    413: "请求太大 · too large",
    415: "正文不是 JSON · the body is not JSON",
    422: "未执行，理由见 reasons · refused, see reasons",
    500: "内部出错 · internal error",
    503: "数据库暂时连不上 · the database is away",
}
RESPONSES: dict[str, Schema] = {
    f"Problem{status}": {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, text in PROBLEMS.items()
}
LANGUAGE: Schema = {
    "in": "header",
    "name": "Accept-Language",
    "schema": {"type": "string", "examples": ["zh", "zh-Hant", "en"]},
    "required": False,
}
PARAMETERS: dict[str, Schema] = {
    "IdempotencyKey": {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
        "description": "同一键只执行一次，重复时给出同样的回答 · with the same key nothing is done twice",
    },
    "Preview": {
        "in": "query",
        "name": "preview",
        "required": False,
        "schema": {"type": "boolean", "default": False},
        "description": "只回答会怎样，不执行 · only say what would become of it",
    },
    "Override": {
        "in": "query",
        "name": "override",
        "required": False,
        "schema": {"type": "string", "format": "uuid"},
        "description": "所用破例的 id，一次有效 · the override that the command uses up, once",
    },
    "Language": LANGUAGE,
}
COMPONENTS: dict[str, dict[str, Schema]] = {"schemas": SCHEMAS, "responses": RESPONSES, "parameters": PARAMETERS}


def title(verb: Verb) -> str:
    """The verb's label in both languages."""
    return both(verb.label)


def tag(record_type: RecordType) -> str:
    """Operations are grouped by record type."""
    return both(record_type.label)


def problems(*statuses: int) -> dict[int, Schema]:
    """References to the problems of these statuses."""
    return {status: {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def content(schema: Schema) -> Schema:
    """A JSON media type with this schema."""
    return {"application/json": {"schema": schema}}


def said(text: str, schema: Schema) -> Schema:
    """A successful response."""
    return {"description": text, "content": content(schema)}


def single(verb: Verb) -> dict[str, Any]:
    """What OpenAPI says of a verb on one record."""
    arguments = arguments_schema(verb)
    arguments["properties"] = {**arguments["properties"], HAPPENED_AT: HAPPENED}
    ended = "Revealed" if verb.reveals else "Done"
    done: Schema = {"oneOf": [{"$ref": f"#/components/schemas/{ended}"}, {"$ref": "#/components/schemas/Preview"}]}
    success = {200: said("预览 · preview", {"$ref": "#/components/schemas/Preview"})} if verb.creates else {}
    return {
        "parameters": [
            {"$ref": f"#/components/parameters/{name}"}
            for name in ("Preview", "Override", "IdempotencyKey", "Language")
        ],
        "requestBody": {"required": "required" in arguments, "content": content(arguments)},
        "responses": {
            **success,
            201 if verb.creates else 200: said(
                "已完成 · done", {"$ref": "#/components/schemas/Done"} if verb.creates else done
            ),
            202: said("等待同意 · waiting for consent", {"$ref": "#/components/schemas/Waiting"}),
            **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
        },
    }


def listed(verb: Verb) -> dict[str, Any]:
    """What OpenAPI says of a list of a verb."""
    args = arguments_schema(verb)
    key: Schema = {"type": "string", "description": f"{both(verb.type.label)}: id / code"}
    properties: dict[str, Schema] = {"args": args} if verb.creates else {"object": key, "args": args}
    properties[HAPPENED_AT] = HAPPENED
    item = {**_object(properties, ("args",) if verb.creates else ("object",)), "additionalProperties": False}
    body = _object({"items": {"type": "array", "items": item, "minItems": 1, "maxItems": 10_000}})
    body["properties"][HAPPENED_AT] = HAPPENED
    body["additionalProperties"] = False
    return {
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in ("IdempotencyKey", "Language")],
        "requestBody": {"required": True, "content": content(body)},
        "responses": {
            200: said("每件各有结果 · an outcome for each item", {"$ref": "#/components/schemas/Set"}),
            **problems(400, 401, 409, 413, 415, 422, 503),
        },
    }


def record_schema(record_type: RecordType) -> Schema:
    """A record in a list."""
    facts = {fact.name: output(fact) for fact in record_type.facts if not fact.derived}
    return _object(
        {
            "type": {"const": record_type.name},
            "id": UUID_,
            "code": MAYBE,
            "title": MAYBE,
            "facts": {"type": "object", "properties": facts},
            "masked": {"type": "array", "items": TEXT},
        }
    )


def label(zh: str, en: str) -> str:
    """Two texts as one."""
    return both(Label(zh, en))
