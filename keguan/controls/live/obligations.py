"""Obligations as rows: reading those of records, their plan of moments, writing what changed. Decides nothing."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.terms import Calendar, due_after
from keguan.kernel.commands.rows import Rows, canonical

OPEN = """
    select id, control, object_type, object, object_label, key, state, opened_at, due_at, met_at, next_at, plan, told,
           people, unit, term, opened_event, closed_event, rulebook, is_trial
    from controls_obligation where object = any(%s) and state in ('running', 'broken') order by id
"""
COLUMNS = (
    "id", "control", "object_type", "object", "object_label", "key", "state", "opened_at", "due_at", "next_at", "plan",
    "told", "people", "unit", "term", "opened_event", "rulebook", "is_trial", "met_at", "closed_event",
)  # fmt: skip
CHANGING = {
    "state": "text", "met_at": "timestamptz", "next_at": "timestamptz", "told": "smallint", "people": "uuid[]",
    "unit": "uuid", "closed_event": "uuid",
}  # fmt: skip
INSTANT = dt.timedelta(microseconds=1)


@dataclass
class Running:
    """An obligation as its row has it; `is_changed` where it must be written back."""

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
    opened_event: UUID
    rulebook: int
    is_trial: bool
    met_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    told: int = 0
    closed_event: UUID | None = None
    is_changed: bool = field(default=False, compare=False)

    @property
    def steps(self) -> list[tuple[str, dt.datetime, int]]:
        """The moments of its life: what is to be done (remind, due, escalate), when, and which one of its kind."""
        return [(step["what"], dt.datetime.fromisoformat(step["at"]), step["n"]) for step in self.plan["steps"]]

    def advance(self) -> None:
        """The next step is over."""
        self.told += 1
        steps = self.steps
        self.next_at = steps[self.told][1] if self.told < len(steps) else None
        self.is_changed = True

    def end(self, state: str, event: UUID, met_at: dt.datetime | None = None) -> None:
        """Nothing more is owed."""
        self.state, self.met_at, self.next_at, self.closed_event, self.is_changed = state, met_at, None, event, True


def open_ones(rows: Rows, objects: Collection[UUID]) -> list[Running]:
    """What is still owed on these records, oldest first. One statement."""
    return [Running(**row) for row in rows.select(OPEN, [list(objects)])] if objects else []


def insert(rows: Rows, opened: Sequence[Running]) -> None:
    """New obligations."""
    written: dict[int, str] = {}  # obligations of one command share their term and plan: written out once

    def cell(value: Any) -> Any:
        if isinstance(value, dict):
            return written.get(id(value)) or written.setdefault(id(value), canonical(value))
        return value

    rows.insert("controls_obligation", COLUMNS, [[cell(getattr(one, name)) for name in COLUMNS] for one in opened])


def update(rows: Rows, changed: Iterable[Running]) -> None:
    """Obligations that changed. One statement."""
    names = list(CHANGING)
    rows.update(
        "controls_obligation",
        "id",
        CHANGING,
        [(one.id, *(getattr(one, name) for name in names)) for one in changed if one.is_changed],
    )


def plan_of(control: DeadlineControl, due_at: dt.datetime, calendar: Calendar) -> dict[str, Any]:
    """The moments of an obligation's life in order: reminders, the breach, escalations.

    A breach is judged an instant after the due moment, for at the due moment it is still kept.
    """
    broken_at = due_at + INSTANT
    steps = [("remind", due_at - one.before, n) for n, one in enumerate(control.remind)]
    steps.append(("due", broken_at, 0))
    for n, one in enumerate(control.escalate):
        at = due_after(one.after, due_at, calendar) if one.after else broken_at
        steps.append(("escalate", max(at, broken_at), n))
    order = {"remind": 0, "due": 1, "escalate": 2}
    steps.sort(key=lambda step: (step[1], order[step[0]], step[2]))
    return {"steps": [{"what": what, "at": at.isoformat(), "n": n} for what, at, n in steps]}
