"""Reading JSON bodies strictly: what is ambiguous, unbounded or cannot be stored is refused at the door, kindly.

The body is counted before it is read. Whether the values suit a verb is not asked here.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.records.labels import Label

LARGEST = 8 * 1024 * 1024
"""Bytes of one JSON body: room for a list of 10,000."""
DEEPEST = 24


def bad(
    zh: str, en: str, cure: Label | None = None, *, status: int = 400, field: str | None = None, **typed: str
) -> Fault:
    """A fault of the request's form; `{name}` places take what was sent."""
    message = Label(zh, en).format(**typed) if typed else Label(zh, en)
    return Fault([Reason(message, cure, field=field, kind="input")], status)


def length_of(request: HttpRequest) -> int:
    """The announced length of the body in bytes; a length that is no number counts as none."""
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty one where there is no body. A `Fault` with 400, 413 or 415 otherwise."""
    length = length_of(request)
    if length > LARGEST:
        raise bad(
            f"请求正文超过 {LARGEST >> 20} MB",
            f"the body is larger than {LARGEST >> 20} MB",
            Label("请分几次发送", "send it in several parts"),
            status=413,
        )
    if not length:
        return {}
    kind = (request.content_type or "").lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise bad(
            "请求正文必须是 JSON",
            "the body has to be JSON",
            Label("请加上 Content-Type: application/json", "add Content-Type: application/json"),
            status=415,
        )
    body = parse(request.read(LARGEST + 1))
    if not isinstance(body, dict):
        raise bad(
            "请求正文应是一个 JSON 对象",
            "the body should be a JSON object",
            Label('如 {"amount": "3200"}', 'such as {"amount": "3200"}'),
        )
    return body


def parse(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8: no repeated names, no NaN or infinity, no bottomless nesting."""
    try:
        body = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise bad(
            f"请求正文不是 UTF-8（第 {error.start + 1} 个字节）", f"the body is not UTF-8 (byte {error.start + 1})"
        ) from None
    except json.JSONDecodeError as error:
        raise bad(
            f"请求正文不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列",
            f"the body is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}",
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise bad("请求正文里有过长的数", "the body holds a number that is far too long") from None
    _check(body)
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise bad("“{name}”写了两次", "“{name}” is given twice", field=twice[:60], name=twice[:60])
    return found


def _no_number(word: str) -> Any:
    raise bad(f"{word} 不是数", f"{word} is not a number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise bad("请求正文里有过大的数", "the body holds a number that is far too large")
    return value


def _too_deep() -> Fault:
    return bad(f"请求正文嵌套超过 {DEEPEST} 层", f"the body is nested more than {DEEPEST} levels deep")


def _check(body: Any) -> None:
    """Refuse what is nested too deep, and characters that no database stores."""
    level = [body]
    for _ in range(DEEPEST):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise _too_deep()


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str) and (not value.isascii() or "\0" in value):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad("文字里有不成对的代理码位", "a text holds half of a surrogate pair") from None
        if "\0" in value:
            raise bad("文字里有空字符（U+0000）", "a text holds the character U+0000")
