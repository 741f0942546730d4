"""A head's team over REST: what the page My team shows. Records are given away by their own verbs, in lists."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi
from keguan.api.language import language_of
from keguan.api.overview import MOST, owed_json, unowned_json
from keguan.api.problems import json_response, not_found
from keguan.api.requests import query
from keguan.api.sign_in import caller
from keguan.cases import task_queries
from keguan.controls import queries, scopes
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org import teams


def add(router: Router) -> None:
    """`GET /team`."""
    summary = openapi.label("我的团队", "My team")
    extra = {
        "parameters": [{"$ref": "#/components/parameters/Language"}],
        "responses": {200: openapi.said(summary, {"type": "object"}), **openapi.problems(401, 404, 422, 503)},
    }
    about = openapi.label("概况", "Overview")
    router.get("/team", operation_id="team", summary=summary, tags=[about], openapi_extra=extra)(team)


def team(request: HttpRequest) -> HttpResponse:
    """Who owes what in the units that the caller heads, overdue first; the load of each; what is nobody's; who is away;
    which posts are vacant. Not found for those who head no unit.

    `obligations` are the first hundred of `owed`. To give several records away: `POST /cases/assign` with a list.
    """
    query(request, ())
    person, language = caller(request).person, language_of(request)
    grants, now = scopes.grants(person), clock.now()
    if grants is None or not grants.profile.heads:
        raise not_found()
    day = now.astimezone(COMPANY_ZONE).date()
    ends_at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
    units = teams.units_below(grants.profile.heads)
    people = teams.members(units)
    ids = [row.id for row in people]
    loads, tasks = queries.loads(ids, now, ends_at), task_queries.count_open(ids)
    body: dict[str, Any] = {
        "owed": queries.load_together(ids, now, ends_at).owed,
        "members": [
            {
                "id": str(row.id),
                "name": row.name,
                "owed": loads[row.id].owed,
                "late": loads[row.id].late,
                "due_today": loads[row.id].due,
                "approvals": loads[row.id].approvals,
                "tasks": tasks.get(row.id, 0),
            }
            for row in people
        ],
        "obligations": [
            {**owed_json(row, language), "people": list(row.people)}
            for row in queries.owed_rows(person, queries.owed_by_team(ids, MOST))
        ],
        "unowned": unowned_json(queries.faults(person, grants, MOST) or queries.Faults(), language),
        "away": [
            {
                "person": str(one.person),
                "name": one.name,
                "delegate": one.delegate,
                "until": one.until.isoformat() if one.until else None,
            }
            for one in teams.away(ids, now)
        ],
        "vacancies": [
            {
                "unit": one.unit,
                "title": one.title.text(language),
                "since": one.since.isoformat() if one.since else None,
                "last_held_by": one.last or None,
            }
            for one in teams.vacancies(units)
        ],
    }
    return json_response(body, language=language)
