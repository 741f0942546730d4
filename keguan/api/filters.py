"""Filters of a list as they stand in the query: `stage=accepted&opened_at__gte=2026-10-01`, each read by its kind."""

from django.db.models import Q

from keguan.api.requests import unknown
from keguan.api.schemas import Schema, both
from keguan.kernel.commands.outcomes import Fault
from keguan.kernel.records.types import RecordType
from keguan.lists import narrowing
from keguan.lists.narrowing import names
from keguan.lists.reading import Sight


def parameters(record_type: RecordType) -> list[Schema]:
    """The filters as OpenAPI has them."""
    return [
        {
            "in": "query",
            "name": name,
            "required": False,
            "schema": {"type": "boolean"} if operator == "empty" else {"type": "string"},
            "description": both(fact.label),
        }
        for name, (fact, operator) in names(record_type).items()
    ]


def condition(sight: Sight, given: dict[str, str]) -> Q:
    """The filters joined; a `Fault` that tells of all of them what is wrong. Masked facts cannot be asked about."""
    known = names(sight.type)
    for name in given:
        if name not in known:
            raise unknown("筛选条件", "filter", name, known)
    found, wrong = narrowing.condition(sight.type, sight.masked, given)
    if wrong:
        raise Fault(wrong, 403 if all(reason.kind == "access" for reason in wrong) else 422)
    return found
