"""One operation per verb, and one for a list of it. Nothing is decided here: the pipeline answers."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi, paths
from keguan.api.answers import REPLAYED, answer, outcome_json, verdict_json
from keguan.api.bodies import bad, read_json
from keguan.api.effects import effect_json
from keguan.api.language import language_of
from keguan.api.problems import json_response, not_found
from keguan.api.requests import HAPPENED_AT, OVERRIDE, claimed, flag, is_used, query, take_context, unknown
from keguan.api.revealing import revealed
from keguan.api.schemas import misfits
from keguan.api.sign_in import caller
from keguan.controls import gate
from keguan.controls.queries.calendar_effect import effect
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.pipeline import Given
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import codes

MOST = 10_000
"""Items in one list."""
PARTS = ("object", "args", HAPPENED_AT)
NAMES_NONE = Reason(
    Label("这个操作新建记录，不要写 object", "this creates a record: leave object out"), field="object", kind="input"
)
NAMES_ONE = Reason(
    Label("object 应为记录的 id 或编号", "object should be the id or code of a record"), field="object", kind="input"
)


def add_verbs(router: Router, record_type: RecordType) -> None:
    """The operations of all verbs of a record type. A type's first creating verb answers at the collection itself."""
    has_creator = False
    segment = paths.plural(record_type.name)
    for verb in vocabulary.verbs_on(record_type.name):
        if verb.argument(HAPPENED_AT) is not None:
            raise RuntimeError(f"{verb.name}: happened_at cannot be an argument")
        if not verb.creates:
            _add(
                router, f"/{segment}/{{key}}/{paths.act(verb.name, verb.on)}", verb, _single(verb), openapi.single(verb)
            )
        elif not has_creator:
            has_creator = True
            _add(router, f"/{segment}", verb, _creating(verb), openapi.single(verb))
        _add(
            router,
            f"/{segment}/{paths.act(verb.name, verb.on)}",
            verb,
            _listed(verb),
            openapi.listed(verb),
            suffix=".list",
        )


def _add(
    router: Router, path: str, verb: Verb, run: Callable[..., HttpResponse], extra: dict[str, Any], suffix: str = ""
) -> None:
    title = openapi.title(verb)
    router.post(
        path,
        operation_id=verb.name + suffix,
        summary=f"{title} []" if suffix else title,
        description=verb.help,
        tags=[openapi.tag(verb.type)],
        response={201 if verb.creates and not suffix else 200: None},
        openapi_extra=extra,
        url_name=f"{verb.name}{suffix}",
    )(run)


def _single(verb: Verb) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest, key: str) -> HttpResponse:
        return _one(request, verb, key)

    return run


def _creating(verb: Verb) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest) -> HttpResponse:
        return _one(request, verb, None)

    return run


def _listed(verb: Verb) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest) -> HttpResponse:
        return _many(request, verb)

    return run


def _one(request: HttpRequest, verb: Verb, asked: str | None) -> HttpResponse:
    is_preview = flag(query(request, ("preview", OVERRIDE)).get("preview"), "preview")
    body = read_json(request)
    is_bare = not body
    ctx = take_context(request, body)
    if wrong := misfits(verb, body):
        raise Fault(wrong)
    key = codes.ids(verb.type, [asked])[asked] if asked is not None else None
    [args] = codes.resolve(verb, [body])
    if is_preview:
        verdict = gate.refusals(ctx, [verb.name], key, None if is_bare else args)[verb.name]
        if verdict.is_hidden:
            raise not_found()
        body = verdict_json(verdict, language_of(request))
        if not verdict.reasons and (moved := effect(caller(request).person, verb.name, key, args)) is not None:
            body["effect"] = effect_json(moved, language_of(request))
        return json_response(body, language=language_of(request))
    is_replayed = is_used(ctx)
    outcome = gate.run_one(ctx, verb.name, key, args)
    more = {}
    if verb.reveals and isinstance(outcome, Done) and ctx.actor is not None:
        more = revealed(ctx.actor, verb, outcome.object, args)
    return answer(request, outcome, creates=verb.creates, is_replayed=is_replayed, more=more)


def _many(request: HttpRequest, verb: Verb) -> HttpResponse:
    query(request, (OVERRIDE,))
    body = read_json(request)
    ctx = take_context(request, body)
    entries = _entries(verb, body)
    outcomes: dict[int, Outcome] = {}
    for position, (asked, args, at) in enumerate(entries):
        if wrong := [*_wrong(verb, asked, args), *([at] if isinstance(at, Reason) else [])]:
            outcomes[position] = Refused(None, tuple(wrong))
    going = [position for position in range(len(entries)) if position not in outcomes]
    batch = None
    is_replayed = is_used(ctx, is_set=True)
    if going:
        keys = codes.ids(verb.type, {asked for asked, _, _ in entries if isinstance(asked, str)})
        typed = codes.resolve(verb, [entries[position][1] for position in going])
        given: list[Given] = [
            (keys.get(entries[position][0]) if not verb.creates else None, one, entries[position][2])
            for position, one in zip(going, typed, strict=True)
        ]
        batch, found = gate.run_set(ctx, verb.name, given)
        outcomes.update(zip(going, found, strict=True))
    language = language_of(request)
    ordered = [outcomes[position] for position in range(len(entries))]
    counts = {
        name: sum(isinstance(outcome, kind) for outcome in ordered)
        for name, kind in (("done", Done), ("waiting", Waiting), ("refused", Refused))
    }
    shown = [outcome_json(one, language, asked) for one, (asked, _, _) in zip(ordered, entries, strict=True)]
    answered = {"batch": str(batch.id) if batch else None, "counts": counts, "outcomes": shown}
    return json_response(answered, language=language, headers=REPLAYED if is_replayed else None)


def _entries(verb: Verb, body: dict[str, Any]) -> list[tuple[Any, dict[str, Any], Any]]:
    """The list's items as (object, arguments, time claimed); a fault where the list has not that form."""
    for name in body:
        if name != "items":
            raise unknown("字段", "field", name, ("items", HAPPENED_AT))
    items = body.get("items")
    form = '{"items": [{"args": {…}}]}' if verb.creates else '{"items": [{"object": "…", "args": {…}}]}'
    cure = Label(f"写成 {form}", f"write {form}")
    if not isinstance(items, list) or not items:
        raise bad("items 应为非空的数组", "items should be an array that is not empty", cure, status=422, field="items")
    if len(items) > MOST:
        raise bad(
            f"一次最多 {MOST} 件",
            f"at most {MOST} items at once",
            Label("请分几次发送", "send several lists"),
            status=413,
            field="items",
        )
    entries = []
    for position, item in enumerate(items):
        place = f"items[{position}]"
        if not isinstance(item, dict):
            raise bad(f"{place} 应为对象", f"{place} should be an object", cure, status=422, field=place)
        for name in item:
            if name not in PARTS:
                raise unknown("字段", "field", name, PARTS, f"{place}.{name[:60]}")
        args = item.get("args")
        if not isinstance(args, dict | None):
            raise bad(
                f"{place}.args 应为对象", f"{place}.args should be an object", cure, status=422, field=f"{place}.args"
            )
        entries.append((item.get("object"), args or {}, claimed(item.get(HAPPENED_AT))))
    return entries


def _wrong(verb: Verb, asked: object, args: dict[str, Any]) -> list[Reason]:
    wrong = misfits(verb, args)
    if verb.creates:
        return [NAMES_NONE, *wrong] if asked is not None else wrong
    return wrong if isinstance(asked, str) and asked else [NAMES_ONE, *wrong]
