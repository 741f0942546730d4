"""What becomes of an item: done, waiting for somebody's consent, or refused with reasons that cite clauses."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause as it is cited: policy code and title, clause number as printed, and the control's id."""

    policy: str
    policy_title: str
    clause: str
    control: str

    def as_json(self) -> dict[str, str]:
        """The citation as it stands in the journal and the API."""
        return {
            "policy": self.policy,
            "policy_title": self.policy_title,
            "clause": self.clause,
            "control": self.control,
        }


ReasonKind = Literal["access", "guard", "missing", "invariant", "input", "busy"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused and how to go on; `citation` where a clause says so, `field` where one is at fault."""

    message: Label
    cure: Label | None = None
    citation: Citation | None = None
    field: str | None = None
    kind: ReasonKind = "guard"

    def as_json(self) -> dict[str, Any]:
        """The reason as it stands in the journal and the API."""
        return {
            "message": self.message.as_json(),
            "cure": self.cure.as_json() if self.cure else None,
            "clause": self.citation.as_json() if self.citation else None,
            "field": self.field,
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class Done:
    """The item's command ran. `event` is its journal entry, `object` its record, `code` what people call it."""

    object: UUID
    event: UUID
    code: str | None = None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The command waits for consent: `approval` is the request, `by` who may decide, in words.

    `object` is the record; of a command that would create one it is the request.
    """

    object: UUID
    event: UUID
    approval: UUID
    by: Label
    citation: Citation | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed. `is_hidden` means that the actor may not even learn that the record exists."""

    object: UUID | None
    reasons: tuple[Reason, ...]
    is_hidden: bool = False
    attempt: UUID | None = None


Outcome = Done | Waiting | Refused


@dataclass
class Fault(Exception):
    """A request that cannot be taken at all (bad input, a replayed key with another body, a database away).

    `status` is the HTTP status that says the same.
    """

    reasons: list[Reason] = field(default_factory=list)
    status: int = 422

    def __str__(self) -> str:
        return "; ".join(reason.message.en for reason in self.reasons)


NOT_FOUND = Reason(Label("没有这条记录，或您无权查看", "there is no such record, or you may not see it"), kind="access")
