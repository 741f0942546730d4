"""A repeated request with the same key does nothing twice: it gets the first one's outcomes again."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Citation, Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.kernel.commands.pipeline import Given

NOBODY = UUID(int=0)


def request_digest(verb: str, items: "Sequence[Given]", happened_at: dt.datetime | None = None) -> bytes:
    """SHA-256 of the request as it was given, with the claimed times where there were any."""
    claimed = [happened_at] if happened_at is not None else []
    return hashlib.sha256(canonical([verb, [list(item) for item in items], *claimed]).encode()).digest()


def claim(rows: Rows, ctx: Context, digest: bytes) -> list[Outcome] | None:
    """Take the key for this transaction; gives the outcomes when it was used before, a `Fault` for another body."""
    actor = ctx.actor or NOBODY
    mine = rows.execute(
        "insert into kernel_idempotency (actor, key, request_digest) values (%s, %s, %s) on conflict do nothing",
        [actor, ctx.idempotency_key, digest],
    )
    if mine:
        return None
    [row] = rows.select(
        "select request_digest, result from kernel_idempotency where actor = %s and key = %s",
        [actor, ctx.idempotency_key],
    )
    if bytes(row["request_digest"]) != digest:
        message = Label("这个幂等键已用于另一个请求", "this idempotency key was used for another request")
        cure = Label("换一个新的键再发", "send it again with a new key")
        raise Fault([Reason(message, cure, field="idempotency_key", kind="input")], status=409)
    return [read(body) for body in json.loads(row["result"] or "[]")]


def release(rows: Rows, ctx: Context) -> None:
    """Give the key back: what came under it was no request that could be taken."""
    if ctx.idempotency_key is not None:
        rows.execute(
            "delete from kernel_idempotency where actor = %s and key = %s", [ctx.actor or NOBODY, ctx.idempotency_key]
        )


def keep(rows: Rows, ctx: Context, outcomes: Sequence[Outcome]) -> None:
    """Store the outcomes under the key."""
    rows.execute(
        "update kernel_idempotency set result = %s where actor = %s and key = %s",
        [canonical([write(outcome) for outcome in outcomes]), ctx.actor or NOBODY, ctx.idempotency_key],
    )


def write(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON; the API shows the same."""
    match outcome:
        case Done():
            return {
                "state": "done",
                "object": outcome.object,
                "event": outcome.event,
                "code": outcome.code,
                "warnings": [reason.as_json() for reason in outcome.warnings],
            }
        case Waiting():
            return {
                "state": "waiting",
                "object": outcome.object,
                "event": outcome.event,
                "code": outcome.code,
                "approval": outcome.approval,
                "by": outcome.by.as_json(),
                "clause": outcome.citation.as_json() if outcome.citation else None,
            }
        case Refused():
            return {
                "state": "refused",
                "object": outcome.object,
                "reasons": [reason.as_json() for reason in outcome.reasons],
                "is_hidden": outcome.is_hidden,
                "attempt": outcome.attempt,
            }


def brief(outcome: Outcome) -> dict[str, Any]:
    """An outcome without words and without anything personal: what became of which record, where it is written."""
    body = write(outcome)
    return {name: body[name] for name in ("state", "object", "event", "attempt", "approval") if name in body}


def read(body: dict[str, Any]) -> Outcome:
    """The inverse of `write`, from parsed JSON."""
    if body["state"] == "done":
        warnings = tuple(read_reason(reason) for reason in body["warnings"])
        return Done(UUID(body["object"]), UUID(body["event"]), body["code"], warnings)
    if body["state"] == "waiting":
        citation = Citation(**body["clause"]) if body["clause"] else None
        return Waiting(
            UUID(body["object"]),
            UUID(body["event"]),
            UUID(body["approval"]),
            Label.from_json(body["by"]),
            citation,
            body["code"],
        )
    return Refused(
        UUID(body["object"]) if body["object"] else None,
        tuple(read_reason(reason) for reason in body["reasons"]),
        body["is_hidden"],
        UUID(body["attempt"]) if body["attempt"] else None,
    )


def read_reason(body: dict[str, Any]) -> Reason:
    """A reason from its JSON."""
    return Reason(
        Label.from_json(body["message"]),
        Label.from_json(body["cure"]) if body["cure"] else None,
        Citation(**body["clause"]) if body["clause"] else None,
        body["field"],
        body["kind"],
    )
