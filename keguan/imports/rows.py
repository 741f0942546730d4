"""A row of a sheet on its way: what it says as arguments, then what becomes of it. Page and run read the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Outcome, Reason
from keguan.kernel.commands.pipeline import Given, Runner

Key = tuple[str, str]
"""A kind of likeness (such as `code` or `phone`) and the value that is alike."""
State = Literal["add", "update", "skipped", "refused"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row as arguments of the creating verb (as text), with what is wrong and the keys by which it is recognised."""

    row: int
    args: dict[str, Any]
    reasons: tuple[Reason, ...] = ()
    keys: frozenset[Key] = frozenset()
    happened_at: Any = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row and what becomes of it; `known` is the record that it would update."""

    candidate: Candidate
    state: State
    reasons: tuple[Reason, ...] = ()
    known: UUID | None = None


class Undone(Exception):
    """Rows of which one step ran and another was refused: the whole part is taken back and runs without them."""

    def __init__(self, rows: Mapping[int, Sequence[Reason]]) -> None:
        super().__init__(f"left out: {len(rows)}")
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Writing:
    """How the rows of a part are written: with `act` in the import's name, in one transaction. `job` is its id."""

    run: Runner
    ctx: Context
    job: UUID

    def act(self, verb: str, items: Sequence[Given]) -> list[Outcome]:
        """Run a verb on these; nothing for none."""
        return self.run(self.ctx, verb, items) if items else []


def first_rows(found: Iterable[Candidate]) -> dict[Key, int]:
    """Each key with the first row that has it."""
    first: dict[Key, int] = {}
    for candidate in found:
        for key in candidate.keys:
            first.setdefault(key, candidate.row)
    return first
