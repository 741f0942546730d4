"""Problem details (RFC 9457): every answer that is no success, with reasons and clauses, in the caller's language."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError

from keguan.api.language import NAMES, language_of
from keguan.kernel.commands.outcomes import NOT_FOUND, Citation, Fault, Reason, ReasonKind
from keguan.kernel.commands.pipeline import away
from keguan.kernel.records.labels import Label, join

MEDIA_TYPE = "application/problem+json"
LONGEST = 400
"""Characters of one sentence: values that callers send are quoted in it."""

TITLES = {
    400: Label("请求的格式有误", "The request is malformed"),
    401: Label("需要登录", "Sign-in needed"),
    403: Label("没有权限", "Not allowed"),
    404: Label("没有找到", "Not found"),
    405: Label("此地址不接受这种方法", "This address does not take the method"),
    406: Label("无法按要求的格式回答", "The wanted format is not available"),
    409: Label("与另一请求冲突", "In conflict with another request"),
    411: Label("需要说明正文长度", "The length of the body is needed"),
    413: Label("请求太大", "The request is too large"),
    415: Label("不支持的内容类型", "The content type is not supported"),
    422: Label("未执行", "Refused"),
    429: Label("请求太频繁", "Too many requests"),
    500: Label("系统内部出错", "An error inside the system"),
    503: Label("暂时无法服务", "Not available just now"),
}
DETAILS = {
    401: Label("请用 Authorization: Bearer kg_… 附上有效的令牌", "send a valid token as Authorization: Bearer kg_…"),
    404: Label("没有这个地址", "there is no such address"),
    500: Label("已记入日志，请联系管理员", "it was written to the log; please tell the administrator"),
}

log = logging.getLogger(__name__)


def problem(
    request: HttpRequest, status: int, reasons: Iterable[Reason] = (), headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A problem as an HTTP response."""
    language = language_of(request)
    found = list(reasons)
    title = TITLES.get(status, TITLES[400] if status < 500 else TITLES[500])
    if not found:
        kind: ReasonKind = "access" if status in (401, 403) else "input" if status < 500 else "busy"
        found = [Reason(DETAILS.get(status, title), kind=kind)]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title.text(language),
        "status": status,
        "detail": short(join([reason.message for reason in found], "；", "; ").text(language)),
        "reasons": [reason_json(reason, language) for reason in found],
    }
    return json_response(body, status, language, {**(headers or {}), "Content-Type": MEDIA_TYPE})


def json_response(
    body: Any, status: int = 200, language: str = "zh-hans", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON response that no cache keeps."""
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, allow_nan=False, default=str), "application/json", status
    )
    response["Content-Language"] = NAMES[language]
    response["Vary"] = "Accept-Language, Authorization, Cookie"
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def reason_json(reason: Reason, language: str) -> dict[str, Any]:
    """A reason as the API shows it."""
    return {
        "message": short(reason.message.text(language)),
        "cure": short(reason.cure.text(language)) if reason.cure else None,
        "clause": clause_json(reason.citation, language),
        "field": reason.field[:100] if reason.field else None,
        "kind": reason.kind,
    }


def clause_json(citation: Citation | None, language: str) -> dict[str, str] | None:
    """A clause as the API cites it: codes as they are, the words of the policy in the script of the answer."""
    if citation is None:
        return None
    words = {"policy_title": citation.policy_title, "clause": citation.clause}
    return citation.as_json() | {name: Label.written(text).text(language) for name, text in words.items()}


def short(text: str) -> str:
    """A text, cut at a readable length."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def refusal_status(reasons: Iterable[Reason], *, is_hidden: bool = False) -> int:
    """404 for what may not be known to exist, 403 where only access is wanting, else 422."""
    if is_hidden:
        return 404
    return 403 if all(reason.kind == "access" for reason in reasons) else 422


def not_found() -> Fault:
    """The fault of a record that is not there or may not be seen: nobody can tell which."""
    return Fault([NOT_FOUND], 404)


def explain(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: PLR0911 – one line for each kind
    """Any exception of the API as a problem."""
    match error:
        case Fault():
            return problem(request, error.status, error.reasons, {**_retry(error.status), **challenge(error.status)})
        case OperationalError() | InterfaceError():
            log.warning("the database does not answer: %s", error)
            return problem(request, 503, away().reasons, _retry(503))
        case ValidationError():
            return problem(request, 422, [_of_parameter(one) for one in error.errors])
        case HttpError():
            return problem(request, error.status_code, headers=challenge(error.status_code))
        case Http404():
            return problem(request, 404)
        case RequestDataTooBig():
            return problem(request, 413)
        case MultiPartParserError():
            return problem(request, 400)
        case PermissionDenied():
            return problem(request, 403)
        case SuspiciousOperation() | BadRequest():
            return problem(request, 400)
        case _:
            log.error("%s %s failed", request.method, request.path, exc_info=error)
            return problem(request, 500)


def challenge(status: int) -> dict[str, str]:
    """What a 401 has to say of how to sign in."""
    return {"WWW-Authenticate": 'Bearer realm="keguan"'} if status == 401 else {}


def _retry(status: int) -> dict[str, str]:
    return {"Retry-After": "5"} if status == 503 else {}


def _of_parameter(error: Mapping[str, Any]) -> Reason:
    place = ".".join(str(part) for part in error["loc"][1:])
    return Reason(Label(f"“{place}”的值有误", f"“{place}”: {error['msg']}"), field=place, kind="input")
