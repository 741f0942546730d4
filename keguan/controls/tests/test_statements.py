"""What commands cost in statements: the same for one and for many, and no more than twenty for each verb of a case."""

from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.tests.conftest import Firm
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.rows import Rows

ACTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "case.open": ("季安", "", {"kind": "complaint", "title": "破损"}),
    "case.accept": ("季安", "open", {}),
    "case.classify": ("何川", "accepted", {"severity": "serious"}),
    "case.find": ("苏敏", "accepted", {"findings": "承运方", "is_founded": True}),
    "case.settle": ("何川", "found", {"amount": "3200", "handling": "discount"}),
    "case.reply": ("苏敏", "consultation", {"reply_channel": "phone", "reply": "好"}),
    "case.close": ("苏敏", "answered", {}),
    "case.note": ("季安", "open", {"text": "记"}),
    "case.complete": ("苏敏", "accepted", {"order_no": "A-1"}),
    "case.assign": ("苏敏", "accepted", {"owner": "唐果"}),
}
MOST = 20


def ready(firm: Firm, how: str, many: int) -> list[UUID | None]:
    """Cases that are where the act finds them."""
    if not how:
        return [None] * many
    kind = "complaint" if how in ("open", "accepted", "found") else "consultation"
    agent, manager = Context(firm.people["季安"], "page"), Context(firm.people["苏敏"], "page")
    given = {
        "kind": kind,
        "severity": "ordinary",
        "title": "破损",
        "unit": firm.units["热线组"],
        "owner": firm.people["季安"],
    }
    keys: list[UUID | None] = [one.object for one in gate.run(agent, "case.open", [(None, given)] * many)]
    if how != "open":
        gate.run(agent, "case.accept", [(key, {}) for key in keys])
    if how == "found":
        gate.run(manager, "case.find", [(key, {"findings": "x", "is_founded": True}) for key in keys])
    if how == "answered":
        gate.run(manager, "case.reply", [(key, {"reply_channel": "phone", "reply": "好"}) for key in keys])
    return keys


@pytest.mark.parametrize("verb", ACTS)
def test_a_verb_costs_the_same_statements_for_one_and_for_many(firm: Firm, verb: str) -> None:
    who, how, given = ACTS[verb]
    args = {name: firm.people[value] if name == "owner" else value for name, value in given.items()}
    counts = []
    for many in (1, 2, 1000 if verb in ("case.open", "case.accept") else 100):
        keys = ready(firm, how, many)
        before = Rows.total
        outcomes = gate.run(Context(firm.people[who], "page"), verb, [(key, args) for key in keys])
        assert all(isinstance(outcome, Done | Waiting) for outcome in outcomes), outcomes[0]
        counts.append(Rows.total - before)
    assert len(set(counts)) == 1, counts
    # a request is a second record with steps and notices of its own
    assert counts[0] <= (MOST if isinstance(outcomes[0], Done) else MOST + 2), counts
