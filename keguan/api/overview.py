"""What concerns the caller: who he is, what waits for him today, and the policies in force with what they show."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi
from keguan.api.language import language_of
from keguan.api.problems import clause_json, json_response
from keguan.api.requests import query
from keguan.api.sign_in import caller
from keguan.cases.task_queries import my_tasks
from keguan.controls import queries as controls
from keguan.controls import scopes
from keguan.controls.queries.naming import Subject
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.policies.engines import Control
from keguan.policies.rulebooks import current

MOST = 100


def add(router: Router) -> None:
    """`GET /me`, `/today`, `/unowned`, `/policies`, `/vocabulary`."""
    about = openapi.label("概况", "Overview")
    for path, run, summary in (
        ("/me", me, openapi.label("我是谁", "Who I am")),
        ("/today", today, openapi.label("今天要做的", "What is to be done today")),
        ("/unowned", unowned, openapi.label("没有责任人的事", "What is nobody's")),
        ("/policies", policies, openapi.label("现行制度与证据", "Policies in force, with evidence")),
        ("/vocabulary", words, openapi.label("动作与记录类型", "Verbs and record types")),
    ):
        extra = {
            "parameters": [{"$ref": "#/components/parameters/Language"}],
            "responses": {200: openapi.said(summary, {"type": "object"}), **openapi.problems(401, 422, 503)},
        }
        router.get(path, operation_id=path[1:], summary=summary, tags=[about], openapi_extra=extra)(run)


def me(request: HttpRequest) -> HttpResponse:
    """The person for whom the token or session speaks, with his posts of today."""
    query(request, ())
    who, language = caller(request), language_of(request)
    row = org.people_by_id([who.person])[who.person]
    posts = [
        {
            "unit": str(post.unit),
            "unit_name": post.unit_name,
            "title": post.title.text(language),
            "is_head": post.is_head,
        }
        for post in row.posts
    ]
    body = {
        "id": str(who.person),
        "name": row.name,
        "code": row.code or None,
        "posts": posts,
        "token": str(who.token) if who.token else None,
        "unread_notices": org.unread_notices(who.person),
    }
    return json_response(body, language=language)


def today(request: HttpRequest) -> HttpResponse:
    """What the caller owes, tasks, requests that wait for him, his own that wait or came back, unread notices."""
    query(request, ())
    person, language = caller(request).person, language_of(request)
    body = {
        "obligations": [owed_json(row, language) for row in controls.owed_by(person, MOST)],
        "tasks": [
            {
                "id": str(task.id),
                "code": task.code or None,
                "title": task.title or None,
                "due_on": task.due_on.isoformat() if task.due_on else None,
                "case": task.case_code or None,
            }
            for task in my_tasks(person, MOST)
        ],
        "sent_back_to_me": [
            {**_approval(row, language), "comment": row.comment}
            for row in controls.told(person, controls.returned(person, MOST))
        ],
        "waiting_for_me": [
            _approval(row, language) for row in controls.told(person, controls.waiting(person, limit=MOST))
        ],
        "asked_by_me": [
            _approval(row, language) for row in controls.told(person, controls.asked(person, limit=MOST, is_open=True))
        ],
        "notices": [
            {
                "id": str(notice.id),
                "text": notice.text.text(language),
                "control": notice.control,
                "object_type": notice.object_type,
                "object": str(notice.object_id) if notice.object_id else None,
                "created_at": notice.created_at.isoformat(),
            }
            for notice in org.notices(person)
            if notice.read_at is None
        ],
    }
    return json_response(body, language=language)


def unowned(request: HttpRequest) -> HttpResponse:
    """Obligations that nobody owes and requests that nobody can decide, for administrators and heads of units.

    Empty for everybody else; `total` counts all of them, of which the first hundred of each are listed.
    """
    query(request, ())
    person, language = caller(request).person, language_of(request)
    found = controls.faults(person, limit=MOST) or controls.Faults()
    return json_response(unowned_json(found, language), language=language)


def unowned_json(found: controls.Faults, language: str) -> dict[str, Any]:
    """The fault list; what is asked by requests stays with those who may see the records."""
    return {
        "obligations": [owed_json(row, language) for row in found.owed],
        "requests": [
            {
                "id": str(row.approval.id),
                "verb": row.approval.verb,
                "label": vocabulary.verbs[row.approval.verb].label.text(language),
                "control": row.approval.control,
                "object_type": row.approval.object_type,
                "object": str(row.object) if row.object else None,
                "requested_at": row.approval.requested_at.isoformat(),
            }
            for row in found.waiting
        ],
        "total": found.total,
    }


def owed_json(row: controls.Owed, language: str) -> dict[str, Any]:
    """An obligation."""
    return {
        "id": str(row.id),
        **_subject(row.subject),
        "verb": row.verb,
        "label": row.act.text(language),
        "control": row.control,
        "clause": clause_json(row.citation, language),
        "state": "broken" if row.is_broken else row.state,
        "opened_at": row.opened_at.isoformat(),
        "due_at": row.due_at.isoformat(),
        "left": row.left.text(language),
    }


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        "object_type": subject.type,
        "object": str(subject.id),
        "code": subject.code or None,
        "title": subject.title or None,
    }


def _approval(row: controls.ApprovalTold, language: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        **_subject(row.subject),
        "verb": row.verb,
        "label": row.act.text(language),
        "asked": [
            {"label": label.text(language), "shown": kind.show(value, language)} for label, kind, value in row.asked
        ],
        "requester": str(row.requester),
        "requester_name": row.requester_name,
        "requested_at": row.requested_at.isoformat(),
        "by": row.by.text(language),
        "control": row.control,
        "clause": clause_json(row.citation, language),
    }


def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force now, their controls as sentences, and what each came to this quarter on what one sees.

    Nothing for who may not see policies.
    """
    query(request, ())
    language, person = language_of(request), caller(request).person
    book, grants = current(clock.now()), scopes.grants(person)
    if grants is None or not grants.sees_some("pack"):
        return json_response({"rulebook": book.number, "policies": []}, language=language)
    figures = controls.figures(book.controls, scopes.among(person, grants))
    by_policy: dict[str, list[Control]] = defaultdict(list)
    for control in book.controls:
        by_policy[control.policy].append(control)
    found = [
        {
            "code": code,
            "title": Label.written(title).text(language),
            "since": figures.since.isoformat(),
            "share": figures.share_of(by_policy[code]),
            "controls": [_control(control, figures, language) for control in by_policy[code]],
        }
        for code, title in book.policies.items()
    ]
    return json_response({"rulebook": book.number, "policies": found}, language=language)


def _control(control: Control, figures: controls.Figures, language: str) -> dict[str, Any]:
    return {
        "control": control.key,
        "clause": Label.written(control.clause).text(language),
        "engine": control.engine,
        "says": control.sentence(language),
        "rules": list(control.rules),
        "is_trial": control.trial,
        "is_configured": control.is_configured,
        "share": figures.share(control),
        "figures": {outcome: figures.of(control.key, outcome) for outcome in controls.OUTCOMES}
        | {"running": figures.running.get(control.key, 0)},
    }


def words(request: HttpRequest) -> HttpResponse:
    """Every record type with its facts, stages and verbs, in the caller's language."""
    query(request, ())
    language = language_of(request)
    found = [_type(record_type, language) for record_type in vocabulary.types.values()]
    return json_response({"types": found}, language=language)


def _type(record_type: RecordType, language: str) -> dict[str, Any]:
    return {
        "name": record_type.name,
        "label": record_type.label.text(language),
        "facts": [
            {
                "name": fact.name,
                "label": fact.label.text(language),
                "kind": fact.kind.name,
                "is_personal": fact.personal,
            }
            for fact in record_type.facts
            if not fact.derived
        ],
        "stages": [{"name": stage.name, "label": stage.label.text(language)} for stage in record_type.stages],
        "verbs": [
            {"name": verb.name, "label": verb.label.text(language), "help": verb.help}
            for verb in vocabulary.verbs_on(record_type.name)
        ],
    }
