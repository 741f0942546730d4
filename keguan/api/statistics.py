"""The figures of the statistics page by REST: the same question, the same answer, as far as the caller may see."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keguan.api import openapi
from keguan.api.bodies import bad
from keguan.api.language import language_of
from keguan.api.problems import json_response
from keguan.api.requests import query
from keguan.api.sign_in import caller
from keguan.insights.asking import GROUPS, PERIODS, asked
from keguan.insights.statistics import Share, Statistics, statistics
from keguan.kernel import clock

ABOUT = openapi.label("统计", "Statistics")
TEXT = {"type": "string"}
PARAMETERS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("period", {**TEXT, "enum": list(PERIODS)}, openapi.label("期间", "the period by its name")),
    ("from", {**TEXT, "format": "date"}, openapi.label("首日，未写期间时", "the first day, where no period is named")),
    ("until", {**TEXT, "format": "date"}, openapi.label("末日", "the last day")),
    ("department", {**TEXT, "format": "uuid"}, openapi.label("只看这个部门", "of one department only")),
    ("by", {**TEXT, "enum": list(GROUPS)}, openapi.label("投诉按什么计数", "what complaints are counted by")),
)


def add(router: Router) -> None:
    """`GET /statistics`."""
    extra = {
        "parameters": [
            {"$ref": "#/components/parameters/Language"},
            *(
                {"name": name, "in": "query", "schema": schema, "description": said}
                for name, schema, said in PARAMETERS
            ),
        ],
        "responses": {200: openapi.said(ABOUT, {"type": "object"}), **openapi.problems(401, 422, 503)},
    }
    router.get("/statistics", operation_id="statistics", summary=ABOUT, tags=[ABOUT], openapi_extra=extra)(answer)


def answer(request: HttpRequest) -> HttpResponse:
    """Age of open cases, shares in time, causes of complaints, and what came and went by month."""
    given = query(request, tuple(name for name, _, _ in PARAMETERS))
    for name, known in (("period", tuple(PERIODS)), ("by", tuple(GROUPS))):
        if name in given and given[name] not in known:
            choices = "、".join(known)
            raise bad(
                f"{name} 应为 {choices} 之一", f"{name} should be one of {', '.join(known)}", status=422, field=name
            )
    for name, read in (("from", dt.date.fromisoformat), ("until", dt.date.fromisoformat), ("department", UUID)):
        try:
            if name in given:
                read(given[name])
        except ValueError:
            raise bad(f"{name} 写得不对", f"{name} cannot be read", status=422, field=name) from None
    found = statistics(asked(caller(request).person, given, clock.now()))
    return json_response(as_json(found), language=language_of(request))


def as_json(found: Statistics) -> dict[str, Any]:
    """The figures; keys are ids and codes, names of departments stand apart."""
    one = found.asked
    return {
        "from": one.first.isoformat(),
        "until": one.last.isoformat(),
        "department": str(one.department) if one.department else None,
        "by": one.group,
        "ages": [
            {"least": band.least, "most": band.most, "kinds": dict(band.kinds), "total": band.total, "late": band.late}
            for band in found.ages
        ],
        "departments": [{"department": _text(each.key), **_share(each)} for each in found.departments],
        "controls": [
            {"control": each.key, "clause": found.rules.by_key[str(each.key)].clause, **_share(each)}
            for each in found.controls
        ],
        "months": [
            {
                "month": f"{month.first:%Y-%m}",
                "opened": dict(month.opened),
                "total": month.total,
                "closed": month.closed,
                **_share(share),
            }
            for month, share in zip(found.months, found.in_months, strict=True)
        ],
        "causes": [
            {
                "facts": {} if cause.is_rest else dict(zip(GROUPS[one.group], map(_text, cause.values), strict=True)),
                "is_rest": cause.is_rest,
                "count": cause.count,
                "cumulative": round(cause.cumulative, 4),
            }
            for cause in found.causes
        ],
        "units": {str(key): name for key, name in sorted(found.units.items())},
    }


def _share(one: Share) -> dict[str, Any]:
    share = None if one.share is None else round(one.share, 4)
    return {"in_time": one.kept, "overdue": one.broken, "done_late": one.late, "share": share}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
