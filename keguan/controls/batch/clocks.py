"""One clock while its course is followed, and what an act means for it. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from keguan.controls.batch.marks import is_watched
from keguan.controls.batch.ticks import Tick
from keguan.controls.clocks import Judgement, Verdict, judge
from keguan.controls.conditions import Fault as GrammarFault
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.recurrence import midnight
from keguan.controls.live import terming
from keguan.controls.live.terming import CalendarAt
from keguan.controls.marks import Extension, Mark
from keguan.controls.terms import Calendar, NoWorkingTime, Term, TermUnknown, parse_term
from keguan.controls.terms.due import due_at

ONE_DAY = dt.timedelta(days=1)
Said = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """One act that concerns a record's clocks: `said` by place, what it means for each version."""

    at: dt.datetime
    recorded_at: dt.datetime
    n: int
    event: str
    object: str
    verb: str
    rulebook: int
    code: str
    is_own: bool
    said: Mapping[int, Said]
    broke: tuple[str, ...] = ()
    corrects: tuple[str, dt.datetime] | None = None
    is_correction: bool = False
    is_void: bool = False
    is_reinstating: bool = False
    asked_at: dt.datetime | None = None
    actor: str = ""
    imported: bool = False
    waives: "Waived | None" = None

    @property
    def by(self) -> "By":
        """Who shows what comes of it."""
        return By(self.verb, self.actor, self.event)


@dataclass(frozen=True)
class Waived:
    """Which clock an act forwent, and until when (nothing: for good)."""

    control: str
    key: str
    event: str
    opened_at: dt.datetime | None
    until: dt.datetime | None

    def means(self, one: "Clock") -> bool:
        """Whether it is this clock."""
        return (one.control.key, one.key, one.event or "", one.opened_at) == (
            self.control, self.key, self.event, self.opened_at,
        )  # fmt: skip


@dataclass(frozen=True)
class By:
    """The act by which something is shown; the clock has no actor, a date and a period no event."""

    verb: str
    actor: str = ""
    event: str = ""


@dataclass(frozen=True)
class Entered:
    """One judgement that stands: what a clock showed, of when, and by what."""

    outcome: str
    at: dt.datetime
    by: By


@dataclass(frozen=True)
class Moment:
    """A tick on the record, with what it was then."""

    tick: Tick
    code: str
    said: Said


@dataclass(eq=False)
class Clock:
    """One obligation while its course is followed."""

    place: int
    control: DeadlineControl
    key: str
    rulebook: int | None
    opened_at: dt.datetime
    event: str | None
    term: dict[str, Any]
    due_at: dt.datetime
    code: str
    unit: UUID | None = None
    people: tuple[UUID, ...] = ()
    marks: list[Mark] = field(default_factory=list)
    end: Mark | None = None
    again_at: dt.datetime | None = None
    is_met: bool = False
    is_paused: bool = False
    fallen: str | None = None
    state: str = "running"
    reckoned: int = 0
    adopted_at: dt.datetime | None = None
    shown: list[Entered] = field(default_factory=list)
    has_broken: bool = False

    @property
    def is_open(self) -> bool:
        """Whether anything is owed still."""
        return self.end is None

    def apply(self, now: dt.datetime, calendar_at: CalendarAt, by: By, *, breaks: bool = False) -> Judgement:
        """Judge it by its marks. Only the clock `breaks` what runs."""
        self.marks = terming.redue(self.marks, self.term, calendar_at)
        [found, *_] = judge(self.marks, now, self.control.again, self.control.at_least)
        is_left = not breaks and not self.has_broken and self.adopted_at is None
        if is_left and found.end is None and found.state == "broken":
            found = replace(found, state="running", broken_at=None)
        self.due_at, self.end, self.state = found.due_at or self.due_at, found.end, found.state
        self.is_met, self.is_paused = found.met_at is not None, found.is_paused
        self.show(found, by)
        return found

    def show(self, found: Judgement, by: By) -> None:
        """What is new is shown by this act; what no longer holds stands no more."""
        wanted = [verdict for verdict in found.verdicts if self._counts(verdict, found)]
        # what an adopted clock showed of its opening under the version before stays shown
        is_kept = self.adopted_at is not None
        standing = [one for one in self.shown
                    if Verdict(one.outcome, one.at) in wanted or (is_kept and one.outcome == "opened")]  # fmt: skip
        known = {(one.outcome, one.at) for one in standing}
        fresh = [Entered(one.outcome, one.at, by) for one in wanted if (one.outcome, one.at) not in known]
        self.shown = [*standing, *fresh]
        self.has_broken |= any(one.outcome == "broken" for one in fresh)

    def _counts(self, verdict: Verdict, found: Judgement) -> bool:
        """An adopted clock shows only what fell due after its adoption."""
        if self.adopted_at is None:
            return True
        due_at = found.broken_at or found.due_at
        is_after = due_at is None or due_at > self.adopted_at
        return verdict.outcome != "opened" and is_after and verdict.at > self.adopted_at


def turn(one: Clock, at: dt.datetime) -> tuple[bool, dt.datetime]:
    """The order in which an act meets clocks: that of the period it falls in, then the oldest."""
    ends_at = one.control.ends_at(one.opened_at) if one.control.every is not None else None
    return (not (ends_at is not None and one.opened_at <= at < ends_at), one.opened_at)


def is_over(one: Clock, said: Said) -> bool:
    """Whether the facts no longer ask for it: its condition ceased, or its date is another."""
    if not is_watched(one.control) or said.get("hold") or "still" not in said:
        return False
    still = said["still"]
    return still is False or (bool(still) and day_of(said.get("now_key")) != one.key)


def keys_of(control: DeadlineControl, said: Said, act: Act) -> list[str]:
    """The keys of the clocks that an act opens."""
    if control.keys is not None:
        return [str(one) for one in dict.fromkeys(said.get("keys") or ())]
    return [act.object] if control.is_apart else [""]


def recorded(said: Said) -> dict[str, Any]:
    """What it means by the facts alone, without what the act was given."""
    return {**said, **{name[2:]: value for name, value in said.items() if name.startswith("r_")}}


def extension(value: Any, argument: str | None, term: Term | None, act: Act) -> Extension:
    """The mark of an extension: by a term, or until what the act gave."""
    if argument is None:
        return Extension(act.at, None, as_uuid(act.event), term.text if term is not None else None)
    if isinstance(value, dt.datetime):
        return Extension(act.at, None, as_uuid(act.event), None, value)
    if isinstance(value, dt.date):
        return Extension(act.at, None, as_uuid(act.event), None, midnight(value + ONE_DAY))
    return Extension(act.at, None, as_uuid(act.event), str(value) if value else None)


def period_end(value: Any, at: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    """When the period of a record's own ends; nothing where the record says none."""
    if value is None or value == "":
        return None
    try:
        return due_at(parse_term(f"{value} days" if isinstance(value, int) else str(value)), at, calendar)
    except (TermUnknown, NoWorkingTime, GrammarFault):
        return None


def day_of(value: Any) -> str:
    """A date as a key has it."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def owed_by(said: Said, name: str = "who") -> tuple[UUID, ...]:
    """Who owes it, so far as anybody's own hours count: those whom the record means, else the person it names."""
    if name in said:
        return tuple(UUID(one) for one in said[name] or ())
    person = as_uuid(said.get("person"))
    return () if person is None else (person,)


def as_uuid(value: Any) -> UUID | None:
    """An id that the mirror holds as text."""
    return UUID(value) if isinstance(value, str) and value else None
