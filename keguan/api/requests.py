"""What a request says beside its arguments: query, idempotency key, time of happening; turned into a context."""

import datetime as dt
import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from keguan.api.bodies import bad
from keguan.api.schemas import misfit
from keguan.api.sign_in import caller
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.idempotency import NOBODY
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import BadValue, Moment
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.vocabulary import suggestions

HAPPENED_AT = "happened_at"
"""The one name in a body that is no argument."""
OVERRIDE = "override"
"""The query's name for the exception that a command uses up."""
KEY = re.compile(r"[\x21-\x7e]{1,200}")


def query(request: HttpRequest, known: Collection[str]) -> dict[str, str]:
    """The query's parameters, each given once; a `Fault` for any that nobody knows."""
    found: dict[str, str] = {}
    for name, values in request.GET.lists():
        if name not in known:
            raise unknown("参数", "parameter", name, known)
        if len(values) > 1:
            raise bad(
                f"参数 {name} 写了 {len(values)} 次",
                f"the parameter {name} is given {len(values)} times",
                status=422,
                field=name,
            )
        if "\0" in values[0]:
            raise bad(
                f"参数 {name} 里有空字符", f"the parameter {name} holds the character U+0000", status=422, field=name
            )
        found[name] = values[0]
    return found


def flag(value: str | None, name: str) -> bool:
    """Whether a parameter says `true`; absent means no."""
    if value not in (None, "true", "false"):
        raise bad(f"{name} 应为 true 或 false", f"{name} should be true or false", status=422, field=name)
    return value == "true"


def unknown(zh: str, en: str, name: str, known: Collection[str], place: str = "") -> Fault:
    """The fault of a name that nobody knows, with the nearest that somebody does."""
    near = suggestions(name, known)
    cure = Label(f"是不是要写 {near[0]}？", f"did you mean {near[0]}?") if near else None
    return bad(
        f"没有名为 {{name}} 的{zh}",
        f"there is no {en} {{name}}",
        cure,
        status=422,
        field=place or name[:60],
        name=name[:60],
    )


def take_context(request: HttpRequest, body: dict[str, Any]) -> Context:
    """The circumstances of a command; takes `happened_at` out of the body, and the override from the query."""
    return Context(
        caller(request).person,
        "rest",
        happened_at=_happened_at(body),
        idempotency_key=_idempotency_key(request),
        override=_override(request),
    )


def _override(request: HttpRequest) -> UUID | None:
    raw = request.GET.get(OVERRIDE)
    if raw is None:
        return None
    try:
        return UUID(raw)
    except ValueError:
        raise bad(
            "override 应为破例的 id", "override should be the id of an override", status=422, field=OVERRIDE
        ) from None


def _happened_at(body: dict[str, Any]) -> dt.datetime | None:
    raw = body.pop(HAPPENED_AT, None)
    found = claimed(raw)
    if isinstance(found, Reason):
        raise Fault([found])
    return found


def claimed(raw: Any) -> dt.datetime | Reason | None:
    """A claimed time as it was given, or what is wrong with it."""
    if raw is None:
        return None
    fault = misfit(Moment(), raw)
    if fault is None:
        try:
            return Moment().parse(raw)
        except BadValue as error:
            fault = error.label
    return Reason(about(Label("发生时间", "happened at"), fault), field=HAPPENED_AT, kind="input")


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise bad(
            "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符",
            "Idempotency-Key should be 1 to 200 visible ASCII characters",
            field="Idempotency-Key",
        )
    return key


def is_used(ctx: Context, *, is_set: bool = False) -> bool:
    """Whether the context's idempotency key was used before, so that the answer to come repeats an earlier one."""
    if ctx.idempotency_key is None:
        return False
    mine = ctx.actor or NOBODY
    actor, key = (NOBODY, f"{mine}:{ctx.idempotency_key}") if is_set else (mine, ctx.idempotency_key)
    return bool(
        Rows().select(
            "select 1 from kernel_idempotency where actor = %s and key = %s and result is not null", [actor, key]
        )
    )
