"""What a body says is to be true. Bodies do not write: the kernel writes tables and changes from these calls."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from keguan.kernel.balances import BalanceEntry
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import RecordType


class Invariant(Exception):
    """What no policy may lift is violated by this item; the item alone is refused."""

    def __init__(self, item: Item, reason: Reason) -> None:
        super().__init__(reason.message.en)
        self.item, self.reason = item, reason


@dataclass(frozen=True, slots=True)
class Drawn:
    """A value still to be drawn from a number series: `KS-YYYYMM-NNN` gives text, `#` a plain integer.

    An empty pattern stands for the value of the setting that the record type names as its series.
    """

    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to add to, change in or take from a record."""

    list: str
    id: UUID
    values: Mapping[str, Any]
    how: str = "add"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A command to run at once after this one is committed, as a command of its own.

    Those of one event that are marked `together` (same verb, actor and approval) run as one set command. `happened_at`
    says when what it records happened; without it, when it runs.
    """

    verb: str
    object: UUID | None
    args: Mapping[str, Any]
    actor: UUID | None
    approval: UUID | None = None
    together: bool = False
    happened_at: dt.datetime | None = None


@dataclass
class Draft:
    """Everything said about one item."""

    created: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    others: list[tuple[RecordType, UUID, dict[str, Any]]] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    also_named: list[tuple[str, str, UUID]] = field(default_factory=list)
    entries: list[BalanceEntry] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    erased: bool = False
    refused: Reason | None = None


@dataclass
class Work:
    """The body's only tool. `now` is the time of recording; when an item happened stands on the item.

    `stands_in`: by position, in whose place the actor acts.
    """

    ctx: Context
    type: RecordType
    now: dt.datetime
    drafts: dict[int, Draft] = field(default_factory=dict)
    stands_in: Mapping[int, UUID | None] = field(default_factory=dict)

    def draft(self, item: Item) -> Draft:
        """What was said about this item so far."""
        return self.drafts.setdefault(item.position, Draft())

    def create(self, item: Item, /, **values: Any) -> None:
        """The item's record exists with these facts; facts not named are empty."""
        draft = self.draft(item)
        draft.created = True
        self.set(item, **values)

    def set(self, item: Item, /, **values: Any) -> None:
        """These facts of the item's record have these values. KeyError for a fact that the type does not declare."""
        for name in values:
            self.type.by_name[name]
        self.draft(item).values.update(values)

    def number(self, item: Item, fact: str, pattern: str = "") -> None:
        """The fact gets the next number of its series by the pattern (such as `KS-YYYYMM-NNN`), drawn last."""
        self.set(item, **{fact: Drawn(pattern)})

    def add_line(self, item: Item, list_name: str, /, **values: Any) -> UUID:
        """The record has one more line with these facts; gives its id."""
        line_type = self.type.line(list_name)
        for name in values:
            line_type.by_name[name]
        key = uuid7(self.now)
        self.draft(item).lines.append(Line(list_name, key, values))
        return key

    def set_line(self, item: Item, list_name: str, line: UUID, /, **values: Any) -> None:
        """These facts of an existing line have these values."""
        self.draft(item).lines.append(Line(list_name, line, values, "set"))

    def remove_line(self, item: Item, list_name: str, line: UUID) -> None:
        """The record no longer has this line; the journal keeps that it had."""
        self.draft(item).lines.append(Line(list_name, line, {}, "remove"))

    def create_other(self, item: Item, record_type: RecordType, /, **values: Any) -> UUID:
        """Another new record comes into being with this act, touched by the same event; gives its id."""
        key = uuid7(self.now)
        self.draft(item).others.append((record_type, key, values))
        return key

    def follow_up(self, item: Item, follow_up: FollowUp) -> None:
        """Another command is to run after this one; written with it, run after commit, resumed after a crash."""
        self.draft(item).follow_ups.append(follow_up)

    def spend(self, item: Item, measure: str, key: object, amount: Decimal | int, floor: Decimal | int = 0) -> None:
        """So much less of a measure for a key; the item is refused where the balance would go below the floor.

        The verb declares the measure under `spends`, so that its balance is locked before anything is checked.
        """
        self._enter(item, measure, key, -Decimal(amount), Decimal(floor))

    def earn(self, item: Item, measure: str, key: object, amount: Decimal | int) -> None:
        """So much more of a measure for a key."""
        self._enter(item, measure, key, Decimal(amount), None)

    def _enter(self, item: Item, measure: str, key: object, amount: Decimal, floor: Decimal | None) -> None:
        day = item.happened_at.astimezone(COMPANY_ZONE).date()
        self.draft(item).entries.append(BalanceEntry(measure, str(key), amount, day, floor))

    def note(self, item: Item, key: str, value: Any) -> None:
        """Something stands in the event's envelope under a key of its own (`corrects`, `voids`, `erased` …)."""
        self.draft(item).notes[key] = value

    def erase(self, item: Item) -> None:
        """Everything personal about the item's record goes, here and in what is about it. The verb `erases`."""
        self.draft(item).erased = True

    def name(self, item: Item, role: str, record_type: str, record: UUID) -> None:
        """The event also names this record, without touching it."""
        self.draft(item).also_named.append((role, record_type, record))

    def refuse(self, item: Item, reason: Reason) -> None:
        """An invariant forbids this item; nothing else that was said about it counts."""
        self.draft(item).refused = reason
