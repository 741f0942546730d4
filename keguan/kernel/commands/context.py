"""Who asks, through which door, and when it happened. Passed along, never looked up."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Channel = Literal["page", "rest", "command_line", "import", "clock", "follow_up", "scenario", "restore"]


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a command.

    `actor` is a person's id; without one the system itself acts (clock, set-up), which only internal callers may
    say. `happened_at` is claimed by the caller and defaults to the time of recording. `approval` resumes a waiting
    command; `override` names the exception from one guard that the command uses up. `batch` and `caused_by` tie the
    event to a set command and to the event that led to it; `undoes` names the event that it takes back.
    """

    actor: UUID | None
    channel: Channel
    happened_at: dt.datetime | None = None
    on_behalf_of: UUID | None = None
    idempotency_key: str | None = None
    batch: UUID | None = None
    caused_by: UUID | None = None
    approval: UUID | None = None
    override: UUID | None = None
    imported: bool = False
    undoes: UUID | None = None

    @property
    def is_system(self) -> bool:
        """Whether no person acts: the clock, a reaction, or the operator setting the company up."""
        return self.actor is None

    def but(self, **changes: object) -> "Context":
        """The same circumstances with some of them changed."""
        return replace(self, **changes)  # type: ignore[arg-type]
