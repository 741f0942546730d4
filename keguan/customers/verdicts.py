"""What becomes of a row before it is tried: taken as it is, matched with a customer we know, or left out with reasons.

Preview and run ask here, so that they agree. Reads only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from keguan.customers.candidates import Candidate, likeness
from keguan.customers.duplicates import Key, Known, Own, known_customers
from keguan.customers.queries import seen
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label

State = Literal["add", "update", "skipped", "refused"]
DUPLICATE_CURE = Label(
    "如果确实是另一个客户，请在导入设置里选“仍作为新客户导入”",
    "if it is another customer, choose “Add all the same” in the import's settings",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row and what becomes of it; `known` is the customer it would update."""

    candidate: Candidate
    state: State
    reasons: tuple[Reason, ...] = ()
    known: UUID | None = None


def judge(
    found: Sequence[Candidate],
    first: Mapping[Key, int],
    on_duplicate: str,
    viewer: UUID | None,
    own: Own | None = None,
) -> list[Verdict]:
    """A verdict for each candidate. `first` says in which row of the sheet each key came first.

    `viewer` is whoever imports (nothing for the system): of customers out of sight only the likeness is told. Four
    statements at most.
    """
    if on_duplicate == "add":
        return [_verdict(candidate, "refused" if candidate.reasons else "add") for candidate in found]
    keys = {key for candidate in found for key in candidate.keys}
    known = known_customers(keys, own)
    visible = _visible(viewer, {customer.id for customers in known.values() for customer in customers})
    left_out: State = "refused" if on_duplicate == "refuse" else "skipped"
    verdicts = []
    for candidate in found:
        if candidate.reasons:
            verdicts.append(_verdict(candidate, "refused"))
            continue
        earlier = min(((first[key], key) for key in candidate.keys if first[key] < candidate.row), default=None)
        matches = [(customer, key) for key in sorted(candidate.keys) for customer in known.get(key, ())]
        if earlier is not None:
            verdicts.append(Verdict(candidate, left_out, (_twin(*earlier),)))
        elif not matches:
            verdicts.append(Verdict(candidate, "add"))
        elif on_duplicate == "update":
            verdicts.append(_update(candidate, matches, visible))
        else:
            verdicts.append(Verdict(candidate, left_out, (_match(*matches[0], visible),)))
    return verdicts


def _verdict(candidate: Candidate, state: State) -> Verdict:
    return Verdict(candidate, state, candidate.reasons)


def _visible(viewer: UUID | None, ids: Collection[UUID]) -> Collection[UUID]:
    if viewer is None or not ids:
        return ids
    return seen(viewer, ids)


def _update(candidate: Candidate, matches: Sequence[tuple[Known, Key]], visible: Collection[UUID]) -> Verdict:
    customers = {customer.id for customer, _ in matches}
    if len(customers) == 1 and customers <= set(visible):
        return Verdict(candidate, "update", known=matches[0][0].id)
    if customers <= set(visible):
        codes = "、".join(sorted({customer.code for customer, _ in matches}))
        message = Label(f"与不止一个已有客户相同：{codes}", f"several customers look like this one: {codes}")
        return Verdict(candidate, "refused", (Reason(message, DUPLICATE_CURE, kind="invariant"),))
    return Verdict(candidate, "refused", (_match(*matches[0], visible),))


def _twin(row: int, key: Key) -> Reason:
    like = likeness(key)
    message = Label(f"与本表第 {row} 行重复（{like.zh}）", f"a duplicate of row {row} of this sheet ({like.en})")
    return Reason(message, DUPLICATE_CURE, kind="invariant")


def _match(customer: Known, key: Key, visible: Collection[UUID]) -> Reason:
    like = likeness(key)
    if customer.id in visible:
        message = Label(
            f"已有这个客户：{customer.code}（{like.zh}）", f"this customer is known: {customer.code} ({like.en})"
        )
    else:
        message = Label(f"公司已有这个客户（{like.zh}）", f"the company has this customer already ({like.en})")
    return Reason(message, DUPLICATE_CURE, kind="invariant")
