"""Evidence: what each control did, one row per control and item, beside the event or attempt that shows it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7

COLUMNS = (
    "id", "control", "outcome", "verb", "object_type", "object", "event", "attempt", "obligation", "actor", "unit",
    "happened_at", "recorded_at", "rulebook", "replaces",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of evidence before it is written; `replaces` is the earlier judgement that no longer stands."""

    control: str
    outcome: str
    verb: str
    object_type: str
    object: UUID | None
    happened_at: dt.datetime
    rulebook: int
    event: UUID | None = None
    attempt: UUID | None = None
    obligation: UUID | None = None
    actor: UUID | None = None
    unit: UUID | None = None
    id: UUID | None = None
    replaces: UUID | None = None


def keep(rows: Rows, shown: Iterable[Shown], now: dt.datetime) -> None:
    """Write evidence. One COPY."""
    rows.insert(
        "controls_evidence",
        COLUMNS,
        [
            (s.id or uuid7(now), s.control, s.outcome, s.verb, s.object_type, s.object, s.event, s.attempt,
             s.obligation, s.actor, s.unit, s.happened_at, now, s.rulebook, s.replaces)
            for s in shown
        ],
    )  # fmt: skip
