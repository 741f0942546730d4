"""The records that a reference of acts holds, seen by themselves: `conditions.Columns` for what settings and formulas
ask of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.made import branch_column
from keguan.controls.conditions import Condition
from keguan.controls.names import ACTOR, HAPPENED_ON
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.controls.batch.branches import Branch


@dataclass(frozen=True)
class Beyond:
    """The records that a reference of acts holds, seen by themselves: nothing was given to them, no act is theirs."""

    acts: "Acts"
    type: RecordType
    head: str

    def get(self, path: tuple[str, ...]) -> Any:
        """The fact of the record itself, of whoever acts, or the day; nothing further away."""
        if path[0] == ACTOR:
            return self.acts.get(path)
        if path == (HAPPENED_ON,):
            return self.today()
        if path == (self.type.name, "id"):
            return self.acts.get((self.head,))
        return self.acts.get((self.head, path[-1])) if len(path) == 1 or path[0] == self.type.name else None

    def currency(self, path: tuple[str, ...]) -> Any:
        """The currency beside the amount."""
        is_own = len(path) == 1 or path[0] == self.type.name
        return self.acts.currency((self.head, path[-1])) if is_own else None

    def lines(self, _path: tuple[str, ...]) -> Any:
        """Not loaded."""
        return None

    def parameter(self, name: str) -> Any:
        """The value that the rulebook gives the parameter."""
        return self.acts.parameter(name)

    def done(self, _verbs: tuple[str, ...]) -> Any:
        """Not looked up."""
        return None

    def past_acts(self) -> Any:
        """Not looked up."""
        return None

    def covered(self, _control: str) -> Any:
        """Nothing is asked of it."""
        return None

    def today(self) -> Any:
        """The company's day on which the act happened."""
        return self.acts.today()

    def knows(self, condition: Condition) -> bool:
        """Whether the mirror holds everything that the condition reads."""
        names = all(self.get(name.path) is not None for name in condition.names())
        return names and not (condition.line_lists() or condition.controls() or condition.done())

    def branch(self) -> Any:
        """The number of the record's branch in the tree of units."""
        given = {"is_after": self.acts.is_after, "is_given": self.acts.is_given}
        return self.acts.column(branch_column(self.head, **given))

    def branches(self) -> "Sequence[Branch]":
        """The branches by number."""
        return self.acts.making.branches
