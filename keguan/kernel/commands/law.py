"""What the kernel asks of the rulebook: the protocol that the controls fulfil. The kernel knows no engine."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from keguan.kernel.balances import BalanceEntry, Balances, Key
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Citation, Outcome, Reason
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows


@dataclass(frozen=True, slots=True)
class Substitute:
    """A command that runs in place of the one given: its verb, arguments, and the outcome's words and clause.

    Substitutes of one list that share `joins` (if any) run as one command: that of the first, whose argument `lines`
    gathers what stands under `lines` in each.
    """

    verb: str
    args: Mapping[str, Any]
    by: Label
    citation: Citation | None
    joins: str = ""


@dataclass
class Verdict:
    """What the law says of one item.

    `reasons`: refused, if any. `warnings`: let through, shown. `instead`: what runs in its place when nothing
    refuses. `controls`: (control key, outcome) pairs that stand in the event; `read`: facts that decided, as
    journal JSON. `is_hidden`: the actor may not learn that the record exists. `override`: the exception it used.
    `on_behalf_of`: in whose place the actor acts, where the right is not his own.
    """

    reasons: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    instead: Substitute | None = None
    controls: list[tuple[str, str]] = field(default_factory=list)
    read: dict[str, Any] = field(default_factory=dict)
    is_hidden: bool = False
    override: UUID | None = None
    on_behalf_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions make of one item: facts of its record by name, and what stands in the event's controls.

    `entries` move balances that measures keep; each must be among those that `Law.balances` named.
    """

    facts: Mapping[str, Any]
    controls: tuple[tuple[str, str], ...] = ()
    entries: tuple[BalanceEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the machinery (a breach, an escalation) in the streams of the objects it touches.

    `changes`: what it made of recorded facts, by record and fact, as [before, after] in journal JSON, and `lines` of
    lines, as [how, id, facts]; whoever gives the entry has written them. `follow_ups` run after the commit.
    """

    verb: str
    objects: tuple[tuple[str, str, UUID], ...]
    happened_at: dt.datetime
    args: Mapping[str, Any]
    controls: tuple[tuple[str, str], ...] = ()
    key: UUID | None = None
    changes: Mapping[UUID, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    lines: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass
class Step:
    """One sub-list of a command inside its transaction. `rows` reads and writes tables by COPY and UNNEST.

    `verdicts` stand beside `items`; `outcomes` and `events` are filled when the body has been written. `after`
    holds, by position, the record's facts once the body is done. `is_preview`: nothing will be written and the
    arguments are not typed in yet, so what hangs on a missing argument is not refused, only announced.
    `memo` is the law's own, shared by all steps of a transaction: what one of its methods has read for the next.
    `follow_ups`: what `react` wants to run after the commit, by position. `balances`: those that are locked.
    """

    ctx: Context
    verb: Verb
    now: dt.datetime
    rulebook: int
    rows: "Rows"
    items: list[Item]
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    events: dict[int, UUID] = field(default_factory=dict)
    after: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    is_preview: bool = False
    memo: dict[str, Any] = field(default_factory=dict)
    follow_ups: dict[int, list[FollowUp]] = field(default_factory=dict)
    balances: Balances = field(default_factory=Balances)


class Law(Protocol):
    """The rulebook as the pipeline asks it. Every method costs a number of statements independent of the items."""

    def links(self, verb: Verb, rulebook: int) -> frozenset[str]:
        """Reference facts and arguments of the verb whose records must be loaded for its controls."""
        ...

    def touches(self, verb: Verb, rulebook: int) -> frozenset[str]:
        """Reference facts and arguments of the verb whose records it moves because clocks of theirs wait for it."""
        ...

    def declared(self, record_type: str, rulebook: int) -> Mapping[str, Fact]:
        """The fields that packs add to a record type, by name."""
        ...

    def access(self, step: Step) -> dict[int, Verdict]:
        """By position: may the actor use the verb on the item? Only refusals and hidden items need to be told."""
        ...

    def visible(self, step: Step, record_type: str, records: frozenset[UUID]) -> frozenset[UUID]:
        """Which of these records of a type the actor may see, and so point to in an argument."""
        ...

    def overdue(self, step: Step) -> Sequence[Entry]:
        """Judge what is past due on the items' records; write the judgements, return their events."""
        ...

    def guards(self, step: Step) -> dict[int, Verdict]:
        """By position: refusals, warnings, substitutes, evidence and facts read, for every item."""
        ...

    def setting(self, step: Step, name: str, item: Item) -> Any:
        """The value of a product setting for this item."""
        ...

    def keeps(self, verb: Verb, rulebook: int) -> bool:
        """Whether the verb reads or moves balances: only then is `balances` asked."""
        ...

    def balances(self, step: Step) -> dict[int, frozenset[Key]]:
        """By position, the balances that guards read or measures move; they are locked before the guards."""
        ...

    def contested(self, verb: Verb, rulebook: int) -> Collection[str]:
        """The names of balances that something reads while a list is dealt with: there one item waits for another."""
        ...

    def cites(self, step: Step, item: Item) -> Citation | None:
        """The clause under which the item's record stands, for an invariant that refuses it; reads nothing."""
        ...

    def decide(self, step: Step) -> dict[int, Decided]:
        """By position, the facts that decisions set once the body is done: `step.after` holds the facts so far.

        They are written with the item and stand in its event.
        """
        ...

    def react(self, step: Step) -> None:
        """After the events are written: open and close obligations, keep evidence, notify. Writes through `rows`."""
        ...


def under_clause(law: Law, step: Step, item: Item, reason: Reason) -> Reason:
    """An invariant's reason with the clause under which the item's record stands."""
    if reason.citation is not None or reason.kind != "invariant":
        return reason
    return replace(reason, citation=law.cites(step, item))
