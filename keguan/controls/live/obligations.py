"""Obligations as rows: reading those of records, writing what changed. Decides nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.marks import Mark
from keguan.kernel.commands.rows import Rows, canonical
from keguan.policies.rulebooks import rulebook

NAMES = (
    "id", "control", "object_type", "object", "object_label", "key", "state", "opened_at", "due_at", "next_at", "plan",
    "told", "people", "unit", "term", "opened_event", "rulebook", "is_trial", "met_at", "closed_event", "marks",
    "is_adopted", "is_paused", "reckoned",
)  # fmt: skip
SELECT = f"select {', '.join(NAMES)} from controls_obligation where "  # noqa: S608 – names of this module
IS_OPEN = "(state in ('running', 'broken') or (state = 'waived' and next_at is not null))"
OF_OBJECTS = SELECT + f"object = any(%s) and {IS_OPEN} order by id"
DUE = SELECT + "object = any(%s) and next_at <= %s order by id"
CITING = SELECT + "object = any(%s) order by id"
CHANGING = {
    "state": "text", "due_at": "timestamptz", "met_at": "timestamptz", "next_at": "timestamptz", "plan": "jsonb",
    "told": "smallint", "people": "uuid[]", "unit": "uuid", "term": "jsonb", "closed_event": "uuid", "marks": "jsonb",
    "is_paused": "boolean", "is_adopted": "boolean", "opened_at": "timestamptz", "rulebook": "integer",
    "reckoned": "integer",
}  # fmt: skip


@dataclass
class Running:
    """An obligation as its row has it; `is_changed` where it must be written back.

    `marks` is what happened to it, in the order of the stream: marks as `controls.marks` writes them, and beside them
    what it showed (`judged`, with the id of its evidence), who took over (`handed`) and its adoption (`adopted`).
    `reckoned` is the rulebook by whose calendars its due moment was last worked out.
    """

    id: UUID
    control: str
    object_type: str
    object: UUID
    object_label: str | None
    key: str
    state: str
    opened_at: dt.datetime
    due_at: dt.datetime
    plan: Mapping[str, Any]
    people: list[UUID]
    unit: UUID | None
    term: Mapping[str, Any]
    opened_event: UUID | None
    rulebook: int
    is_trial: bool
    met_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    told: int = 0
    closed_event: UUID | None = None
    marks: list[dict[str, Any]] = field(default_factory=list)
    is_adopted: bool = False
    is_paused: bool = False
    reckoned: int = 0
    is_changed: bool = field(default=False, compare=False)

    @property
    def steps(self) -> list[tuple[str, dt.datetime, int]]:
        """The moments of its life: what is to be done (remind, due, escalate, again), when, which one of its kind."""
        return [(step["what"], dt.datetime.fromisoformat(step["at"]), step["n"]) for step in self.plan["steps"]]

    @property
    def is_open(self) -> bool:
        """Whether anything is owed still."""
        return self.closed_event is None and self.state in ("running", "broken", "waived")

    @property
    def version(self) -> DeadlineControl | None:
        """The control as it was when the obligation opened (or as it was switched to)."""
        found = rulebook(self.rulebook).by_key.get(self.control)
        return found if isinstance(found, DeadlineControl) else None

    @property
    def adopted_at(self) -> dt.datetime | None:
        """When it was adopted; what happened or fell due before is no evidence."""
        return next((dt.datetime.fromisoformat(one["at"]) for one in self.marks if one["kind"] == "adopted"), None)

    @property
    def handed_to(self) -> int | None:
        """The step of escalation by which it was handed to somebody else, if it was."""
        return next((one["n"] for one in reversed(self.marks) if one["kind"] == "handed"), None)

    def mark(self, mark: Mark) -> None:
        """Something happened to it."""
        self.note(**marking.written(mark))

    def note(self, **body: Any) -> None:
        """Something is to be remembered with it."""
        self.marks = [*self.marks, body]
        self.is_changed = True

    def cites(self, event: UUID) -> bool:
        """Whether one of its marks is that event's."""
        return any(one.get("event") == str(event) for one in self.marks if one["kind"] in marking.KINDS)

    def advance(self) -> None:
        """The next step is over."""
        self.told += 1
        steps = self.steps
        self.next_at = steps[self.told][1] if self.told < len(steps) else None
        self.is_changed = True


def open_ones(rows: Rows, objects: Collection[UUID]) -> list[Running]:
    """What is still owed on these records, oldest first. One statement."""
    return [Running(**row) for row in rows.select(OF_OBJECTS, [list(objects)])] if objects else []


def due_ones(rows: Rows, objects: Collection[UUID], now: dt.datetime) -> list[Running]:
    """Those of these records with a moment that has passed. One statement."""
    return [Running(**row) for row in rows.select(DUE, [list(objects), now])] if objects else []


def all_of(rows: Rows, objects: Collection[UUID]) -> list[Running]:
    """Every obligation these records ever had. One statement."""
    return [Running(**row) for row in rows.select(CITING, [list(objects)])] if objects else []


def insert(rows: Rows, opened: Sequence[Running]) -> None:
    """New obligations."""
    written: dict[int, str] = {}  # obligations of one command share their term and plan: written out once

    def cell(value: Any) -> Any:
        if isinstance(value, dict):
            return written.get(id(value)) or written.setdefault(id(value), canonical(value))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return canonical(value)
        return value

    rows.insert(
        "controls_obligation",
        NAMES,
        [["[]" if name == "marks" and not one.marks else cell(getattr(one, name)) for name in NAMES] for one in opened],
    )


def update(rows: Rows, changed: Iterable[Running]) -> None:
    """Obligations that changed. One statement."""
    names = list(CHANGING)
    rows.update(
        "controls_obligation",
        "id",
        CHANGING,
        [(one.id, *(getattr(one, name) for name in names)) for one in changed if one.is_changed],
    )
