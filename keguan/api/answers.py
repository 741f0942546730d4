"""What became of a command as JSON with its HTTP status. A hidden record is answered like one that never was."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from keguan.api.language import language_of
from keguan.api.problems import clause_json, json_response, problem, reason_json, refusal_status
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Done, Outcome, Reason, Refused, Waiting

REPLAYED = {"Idempotency-Replayed": "true"}


def answer(
    request: HttpRequest, outcome: Outcome, *, creates: bool, is_replayed: bool, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """One outcome as a response: 200 or 201 done (with `more`), 202 waiting for consent, else a problem."""
    headers = REPLAYED if is_replayed else {}
    language = language_of(request)
    match outcome:
        case Done():
            body = {**outcome_json(outcome, language), **(more or {})}
            return json_response(body, 201 if creates else 200, language, headers)
        case Waiting():
            return json_response(outcome_json(outcome, language), 202, language, headers)
        case Refused():
            reasons = told(outcome.reasons, is_hidden=outcome.is_hidden)
            status = refusal_status(reasons, is_hidden=outcome.is_hidden)
            return problem(request, status, reasons, headers)


def outcome_json(outcome: Outcome, language: str, asked: Any = None) -> dict[str, Any]:
    """One outcome; `asked` is how the caller named the record, which is all a refusal may repeat."""
    match outcome:
        case Done():
            return {
                "state": "done",
                "object": str(outcome.object),
                "code": outcome.code,
                "event": str(outcome.event),
                "warnings": [reason_json(reason, language) for reason in outcome.warnings],
            }
        case Waiting():
            return {
                "state": "waiting",
                "object": str(outcome.object),
                "code": outcome.code,
                "event": str(outcome.event),
                "approval": str(outcome.approval),
                "by": outcome.by.text(language),
                "clause": clause_json(outcome.citation, language),
            }
        case Refused():
            reasons = told(outcome.reasons, is_hidden=outcome.is_hidden)
            return {
                "state": "refused",
                "object": asked if isinstance(asked, str) else None,
                "status": refusal_status(reasons, is_hidden=outcome.is_hidden),
                "reasons": [reason_json(reason, language) for reason in reasons],
            }


def told(reasons: Sequence[Reason], *, is_hidden: bool) -> Sequence[Reason]:
    """The reasons that may be told."""
    return [NOT_FOUND] if is_hidden else reasons


def verdict_json(verdict: Verdict, language: str) -> dict[str, Any]:
    """What a command would get: `done`, `waiting` or `refused`, with reasons, warnings, and who would be asked."""
    instead = None if verdict.reasons else verdict.instead
    return {
        "would_be": "refused" if verdict.reasons else "waiting" if instead else "done",
        "reasons": [reason_json(reason, language) for reason in verdict.reasons],
        "warnings": [reason_json(reason, language) for reason in verdict.warnings],
        "by": instead.by.text(language) if instead else None,
        "clause": clause_json(instead.citation, language) if instead else None,
    }
