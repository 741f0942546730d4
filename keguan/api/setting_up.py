"""First run and further packs by REST: how far the setup is, and every step of it; the same acts as the pages'."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi
from keguan.api.bodies import bad, read_json
from keguan.api.language import language_of
from keguan.api.problems import json_response, not_found
from keguan.api.requests import query, take_context, unknown
from keguan.api.sign_in import caller
from keguan.controls import gate, scopes
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault
from keguan.policies.rulebooks import current
from keguan.setup import acts, founding
from keguan.setup.acts import Bound, NotDone
from keguan.setup.facts import MAY_PASS
from keguan.setup.offers import offers
from keguan.setup.steps import Progress, progress

OBJECT: dict[str, Any] = {"type": "object"}
FOUNDING = ("key", "company", "name", "username", "password", "zone", "currency")
POST = ("role", "unit", "new_unit", "title", "person", "is_head")


def add(router: Router) -> None:
    """`GET /setup` and a `POST` for each step."""
    tag = openapi.label("启用", "Setup")
    said = openapi.said(tag, OBJECT)
    router.get(
        "/setup",
        operation_id="setup",
        summary=openapi.label("启用到哪一步", "How far the setup is"),
        tags=[tag],
        openapi_extra={"responses": {200: said, **openapi.problems(401, 404, 503)}},
    )(status)
    router.post(
        "/setup/company",
        operation_id="setup.company",
        summary=openapi.label("建立公司与第一位管理员", "Found the company with its first administrator"),
        description="While nobody can sign in, with the key that the server prints (`keguan setup`).",
        tags=[tag],
        auth=None,
        response={201: None},
        openapi_extra=_extra(said, 201),
    )(company)
    for name, run, zh, en in (
        ("pack", pack, "选制度包", "Choose a pack"),
        ("posts", posts, "岗位对应", "Bind roles to posts"),
        ("parameters", parameters, "设定参数", "Set parameters"),
        ("records", records, "办理中的事项", "Say what happens to open records"),
        ("adopt", adopt, "施行", "Put the pack in force"),
        ("pass", pass_over, "略过一步", "Leave a step out"),
        ("finish", finish, "完成启用", "Finish the setup"),
    ):
        router.post(
            f"/setup/{name}",
            operation_id=f"setup.step.{name}",
            summary=openapi.label(zh, en),
            description=run.__doc__ or "",
            tags=[tag],
            openapi_extra=_extra(said, 200),
        )(_answering(run))


def _extra(said: dict[str, Any], status_code: int) -> dict[str, Any]:
    return {
        "requestBody": {"content": {"application/json": {"schema": OBJECT}}},
        "responses": {status_code: said, **openapi.problems(400, 401, 403, 404, 415, 422, 503)},
    }


def _answering(run: Callable[[Context, dict[str, Any]], None]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        query(request, ())
        _allowed(request)
        body = read_json(request)
        ctx = take_context(request, body)
        try:
            run(ctx, body)
        except NotDone as refused:
            raise Fault(refused.reasons, 422) from None
        return _told(request)

    return answer


def _allowed(request: HttpRequest) -> None:
    grants = scopes.grants(caller(request).person)
    if grants is None or not grants.uses("setup.begin"):
        raise not_found()


def status(request: HttpRequest) -> HttpResponse:
    """The steps with what is missing, the packs to choose from, roles and parameters of the one that is chosen."""
    query(request, ())
    _allowed(request)
    return _told(request)


def _told(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    found = progress(acts.current(), current(clock.now()))
    return json_response(_body(found, language), language=language)


def _body(found: Progress, language: str) -> dict[str, Any]:
    setup = found.setup
    return {
        "setup": str(setup.id) if setup else None,
        "stage": setup.stage if setup else None,
        "pack": setup.pack if setup else None,
        "running": setup.running if setup else None,
        "effective_on": setup.effective_on.isoformat() if setup and setup.effective_on else None,
        "next": found.next() or None,
        "steps": [
            {
                "step": one.name,
                "label": one.label.text(language),
                "state": one.state,
                "missing": [words.text(language) for words in one.missing],
            }
            for one in found.steps
        ],
        "packs": [
            {
                "pack": one.code,
                "title": one.title.text(language),
                "about": one.about.text(language),
                "clauses": one.clauses,
                "controls": one.controls,
                "roles": len(one.roles),
                "parameters": len(one.asked),
                "is_adopted": one.code in found.adopted,
            }
            for one in offers()
        ],
        "roles": [
            {
                "role": role.code,
                "label": role.label.text(language),
                "is_missing": role.is_missing,
                "posts": [
                    {"id": str(post.id), "unit": post.unit, "title": post.title or None, "holders": list(post.holders)}
                    for post in role.posts
                ],
            }
            for role in found.roles
        ],
        "parameters": [
            {
                "parameter": one.name,
                "label": one.label.text(language),
                "kind": one.kind_name,
                "value": found.values.get(one.name) or one.stated or None,
                "suggestion": one.suggestion or None,
                "clauses": [{"policy": at.policy, "clause": at.clause} for at in one.places],
            }
            for one in (found.offer.asked if found.offer else ())
        ],
        "balances": [
            {"title": one.title.text(language), "clause": one.clause, "type": one.record_type, "imported": one.count}
            for one in found.balances
        ],
    }


def company(request: HttpRequest) -> HttpResponse:
    """The company and its first administrator; 404 without the key, and once somebody can sign in."""
    query(request, ())
    given = _texts(read_json(request), FOUNDING)
    if not founding.is_empty() or not founding.opens(given.pop("key", "")):
        raise not_found()
    named = {name: given.get(name, "") for name in FOUNDING if name != "key"}
    try:
        user = founding.found(gate.run, Context(None, "rest"), founding.Founding(**named))
    except founding.NotFounded as refused:
        raise Fault(refused.reasons, 422) from None
    return json_response({"person": str(user.person_id), "username": user.username}, 201, language_of(request))


def pack(ctx: Context, body: dict[str, Any]) -> None:
    """`pack`: the id of a pack on the shelf; null for none. Its roles are declared; nothing takes effect yet."""
    acts.choose(gate.run, ctx, _texts(body, ("pack",)).get("pack", ""))


def posts(ctx: Context, body: dict[str, Any]) -> None:
    """`posts`: a list of {role, unit (id) or new_unit (name), title, person (id), is_head}; all of it or nothing."""
    _known(body, ("posts",))
    given = body.get("posts")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise bad("posts 应为非空的数组", "posts should be an array that is not empty", status=422, field="posts")
    bound = []
    for one in given:
        _known(one, POST)
        texts = {name: _id(one, name) if name in ("unit", "person") else _text(one, name) for name in POST[:-1]}
        if not texts["unit"] and not texts["new_unit"]:
            raise bad("还要说是哪个部门", "say in which unit", status=422, field="unit")
        bound.append(Bound(**texts, is_head=one.get("is_head") is True))
    acts.bind(gate.run, ctx, bound)


def parameters(ctx: Context, body: dict[str, Any]) -> None:
    """`values`: text by parameter; `take_suggestions`: true gives those left out what the pack suggests."""
    _known(body, ("values", "take_suggestions"))
    values = body.get("values") or {}
    if not isinstance(values, Mapping):
        raise bad("values 应为对象", "values should be an object", status=422, field="values")
    typed = {str(name): str(value) for name, value in values.items() if value is not None}
    acts.set_values(gate.run, ctx, typed, take_suggestions=body.get("take_suggestions") is True)


def records(ctx: Context, body: dict[str, Any]) -> None:
    """`running`: keep, switch or from today; `effective_on`: a day, or null for what the policies say."""
    given = _texts(body, ("running", "effective_on"))
    day: dt.date | None = acts.day(given.get("effective_on", ""))
    acts.plan(gate.run, ctx, running=given.get("running") or None, effective_on=day)


def adopt(ctx: Context, body: dict[str, Any]) -> None:
    """Put the chosen pack in force as it was planned; all of it or nothing."""
    _known(body, ())
    acts.put_in_force(gate.run, ctx)


def pass_over(ctx: Context, body: dict[str, Any]) -> None:
    """`step`: a step to be left out for now."""
    step = _texts(body, ("step",)).get("step", "")
    if step not in MAY_PASS:
        raise unknown("步骤", "step", step, MAY_PASS, "step")
    acts.pass_over(gate.run, ctx, step)


def finish(ctx: Context, body: dict[str, Any]) -> None:
    """End the setup."""
    _known(body, ())
    acts.finish(gate.run, ctx)


def _known(body: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in body:
        if name not in names:
            raise unknown("字段", "field", name, names)


def _texts(body: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    _known(body, names)
    return {name: _text(body, name) for name in names if body.get(name) is not None}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise bad(f"{name} 应为文字", f"{name} should be text", status=422, field=name)
    if value and "\0" in value:
        raise bad(f"{name} 里有空字符", f"{name} holds the character U+0000", status=422, field=name)
    return (value or "").strip()


def _id(body: Mapping[str, Any], name: str) -> str:
    text = _text(body, name)
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise bad(f"{name} 应为 id", f"{name} should be an id", status=422, field=name) from None
