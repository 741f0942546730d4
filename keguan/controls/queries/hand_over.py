"""What became of a hand-over: how many records went over, which wait or were refused and why, what is still his."""

import json
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.models import OPEN_STATES, Approval, ApprovalStep, Obligation
from keguan.kernel.commands.idempotency import read_reason
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label

FOLLOWED = """
    select f.verb, f.object, f.result, a.envelope from kernel_follow_up f
    left join kernel_attempt a on a.id = (f.result::jsonb ->> 'attempt')::uuid
    where f.together = %s order by f.id
"""
BY_POST = Reason(
    Label("凭岗位归他，移交不能改变", "it is his by his post, which a hand-over does not change"),
    Label("请任命他人任此岗位，或委托代理", "assign the post to somebody else, or delegate"),
    kind="invariant",
)


@dataclass(frozen=True, slots=True)
class NotHandedOver:
    """A record, obligation or request that stayed: its verb or type, its id, and why."""

    what: str
    object: UUID
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The outcome of a hand-over; `open` commands have not been run yet."""

    done: int
    waiting: int
    refused: tuple[NotHandedOver, ...]
    kept: tuple[NotHandedOver, ...]
    open: int


def handed_over(event: UUID, person: UUID) -> HandedOver:
    """What became of the hand-over entered by this event, of this person. Four statements."""
    rows = Rows().select(FOLLOWED, [event])
    results = [(row, json.loads(row["result"])) for row in rows if row["result"]]
    refused = tuple(
        NotHandedOver(row["verb"], row["object"], _reasons(row["envelope"]))
        for row, result in results
        if result["state"] == "refused"
    )
    staying = {row["object"] for row in rows} - {row["object"] for row, result in results if result["state"] == "done"}
    states = [result["state"] for _, result in results]
    return HandedOver(
        states.count("done"), states.count("waiting"), refused, _kept(person, staying), len(rows) - len(results)
    )


def _reasons(envelope: str | None) -> tuple[Reason, ...]:
    return tuple(read_reason(one) for one in json.loads(envelope)["reasons"]) if envelope else ()


def _kept(person: UUID, staying: set[UUID]) -> tuple[NotHandedOver, ...]:
    """What he owes or may decide still by a post of his: not because a record stayed with him."""
    owed = Obligation.objects.filter(people__contains=[person], state__in=OPEN_STATES).exclude(object__in=staying)
    steps = ApprovalStep.objects.filter(people__contains=[person], decided_at=None)
    asked = Approval.objects.filter(pk__in=steps.values("parent"), state="waiting").order_by("id")
    found = [NotHandedOver("obligation", key, (BY_POST,)) for key in owed.order_by("id").values_list("id", flat=True)]
    return (*found, *(NotHandedOver("approval", key, (BY_POST,)) for key in asked.values_list("id", flat=True)))
