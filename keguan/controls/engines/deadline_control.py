"""A compiled deadline: what starts it, whose clock runs, what meets it, and what is done while it runs."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from keguan.controls.clocks import Again
from keguan.controls.conditions import ALWAYS, Condition, Name
from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.guard import Needs
from keguan.controls.engines.reading import Who
from keguan.controls.engines.recurrence import Recurrence, local_day, midnight
from keguan.controls.terms import Term
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import Control

COMPANY = "company"
UNTIL_NEXT = Label("下一期开始前", "before the next period")


@dataclass(frozen=True)
class Escalation:
    """Who is told, and how long after the due moment (nothing: at once); who takes over; how often it is repeated."""

    to: Who | None
    after: Term | None = None
    every: Term | None = None
    most: int = 1
    hand_to: Who | None = None
    one_list_per: Name | None = None

    @property
    def told(self) -> tuple[Who, ...]:
        """Everybody who is told or takes over."""
        return tuple(one for one in (self.hand_to, self.to) if one is not None)


@dataclass(frozen=True)
class Reminder:
    """How long before the due moment, and who besides those who owe it."""

    before: Term
    to: Who | None = None


@dataclass(frozen=True)
class Extending:
    """An act that gives more time: a term, the argument that says until when, or the same term once more."""

    act: Act
    term: Term | None = None
    argument: str | None = None
    most: int | None = None


@dataclass(frozen=True)
class Keys:
    """The keys of its clocks: the members of a list fact. `reference` is the record type they are of, if any."""

    name: str
    fact: Name
    reference: str = ""


@dataclass(frozen=True)
class Population:
    """The records of a type that a date or a period means."""

    when: Condition = ALWAYS


@dataclass(frozen=True, kw_only=True)
class DeadlineControl(Control):
    """A compiled deadline.

    `type` is the record type whose stream its clocks stand in; `source` that of the act which opens it, whose facts
    its people and terms read. `via` says, by verb, over which reference a verb of another type reaches the clock's
    record. Exactly one of `after`/`judged`, `at`, `every`, `period`, `before` and `holding` starts it.
    """

    type: RecordType
    source: RecordType
    after: tuple[Act, ...] = ()
    judged: tuple[Judged, ...] = ()
    at: dt.date | None = None
    every: Recurrence | None = None
    period: Name | None = None
    before: Name | None = None
    holding: Condition | None = None
    population: Population | None = None
    keys: Keys | None = None
    do: tuple[Act, ...] = ()
    at_least: int = 1
    hold: Condition | None = None
    cancel: tuple[Act, ...] = ()
    pause: tuple[Act, ...] = ()
    resume: tuple[Act, ...] = ()
    extend: tuple[Extending, ...] = ()
    via: Mapping[str, str] = field(default_factory=dict)
    within: Term
    by: Who
    escalate: tuple[Escalation, ...] = ()
    remind: tuple[Reminder, ...] = ()
    again: Again = "ignore"
    counts_request: bool = False
    sample: Decimal | None = None
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    needs: Needs = field(default_factory=Needs)

    @property
    def since(self) -> Label:
        """What starts it, in words."""
        if self.every is not None:
            return Label("本期开始", "the period's start")
        if self.at is not None:
            return Label(f"{self.at}", f"{self.at}")
        if self.before is not None:
            return self.before.label
        if self.holding is not None or self.period is not None:
            return Label("适用", "it applies")
        return join([*(act.verb.label for act in self.after), *(one.says for one in self.judged)], "或", " or ")

    @property
    def owed(self) -> Label:
        """What is owed, in words."""
        if self.hold is not None:
            said = self.hold.label()
            return Label(f"做到{said.zh}", f"have {said.en}")
        return join([act.verb.label for act in self.do], "或", " or ")

    @property
    def owed_verb(self) -> str | None:
        """The verb that is owed; the first of several, nothing where a state must hold."""
        return self.do[0].verb.name if self.do else None

    @property
    def is_ticking(self) -> bool:
        """Whether a date or a period opens it."""
        return self.at is not None or self.every is not None

    @property
    def is_watching(self) -> bool:
        """Whether the facts of its record open and end it, so that they are looked at after every change."""
        return any(one is not None for one in (self.period, self.before, self.holding, self.hold))

    @cached_property
    def linked_facts(self) -> Mapping[str, frozenset[str]]:
        """By reference of its record, the facts of the linked one by which it starts and ends."""
        found: dict[str, frozenset[str]] = {}
        population = self.population.when if self.population is not None and self.is_watching else None
        for condition in (self.holding, self.hold, population):
            for path in condition.facts() if condition is not None else ():
                if len(path) == 2 and path[0] in self.type.links and path[0] != self.type.name:
                    found[path[0]] = found.get(path[0], frozenset()) | {path[1]}
        return found

    @property
    def is_apart(self) -> bool:
        """Whether the opening act's record is another than the clock's: then it is the clock's key."""
        return self.source.name != self.type.name

    def everybody(self) -> tuple[Who, ...]:
        """Every people expression it may resolve."""
        reminded = tuple(one.to for one in self.remind if one.to)
        return (self.by, *(who for one in self.escalate for who in one.told), *reminded)

    def counts_on(self, at: dt.datetime) -> bool:
        """Whether it is in effect at a moment, by its own days."""
        day = local_day(at)
        return (self.from_on is None or day >= self.from_on) and (self.until_on is None or day < self.until_on)

    def is_drawn(self, record: object, tick: dt.datetime) -> bool:
        """Whether a record is in the sample of a tick: the same answer whenever it is asked."""
        if self.sample is None:
            return True
        drawn = hashlib.sha256(f"{self.key}|{record}|{tick.isoformat()}".encode()).digest()
        return int.from_bytes(drawn[:8]) < self.sample * 2**64 / 100

    @cached_property
    def extending(self) -> Mapping[str, tuple[Extending, ...]]:
        """Extensions by verb."""
        found: dict[str, tuple[Extending, ...]] = {}
        for one in self.extend:
            found[one.act.verb.name] = (*found.get(one.act.verb.name, ()), one)
        return found

    def ends_at(self, opened_at: dt.datetime) -> dt.datetime | None:
        """The end of the period that begins at a moment."""
        return midnight(self.every.ends_on(local_day(opened_at))) if self.every else None

    def key_of(self, args: Mapping[str, Any]) -> str | None:
        """The key that an act with these arguments means; nothing where it means all of them."""
        value = args.get(self.keys.name) if self.keys else None
        return None if value is None else str(value)
