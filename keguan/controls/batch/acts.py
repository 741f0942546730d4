"""Acts as conditions read them: `conditions.Columns` over an as-of table, before the act or after it. Loads ibis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ibis

from keguan.controls.batch import made
from keguan.controls.batch.branches import Branch
from keguan.controls.batch.deeds import COLUMN, person_column
from keguan.controls.batch.lifting import COLUMN as LIFTED
from keguan.controls.batch.signing import COUNT as SIGNED
from keguan.controls.conditions import Condition
from keguan.controls.names import ACTOR, HAPPENED_ON, LIFTS_BREACH, PROFILE, SIGNATURES, person_of
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted, done_in_order
from keguan.policies.engines import Rulebook


@dataclass(frozen=True)
class Acts:
    """The acts of a record type under one rulebook. `is_after`: facts as the act left them, as openings read them.

    `is_given`: whether arguments count before facts; `is_new`: whether they count as the record's own facts, which is
    only being created; `is_earlier`: whether nothing is known of what the record refers to only since the act;
    `is_entered`: whether what the act itself adds to measures is among them. `made`: columns of what a control works
    out, by name; `making`: what facts that controls make are worked out from. `meant`: columns that say whether a step
    of an approval means whoever acted, `people` those whom other expressions mean, `unsigned` whether signatures that a
    requirement asks for are lacking. A fact that the mirror does not hold has no column: what hangs on it is not known.
    """

    table: Any
    type: RecordType
    book: Rulebook
    wanted: Wanted
    is_after: bool = False
    is_given: bool = True
    is_new: bool = False
    is_earlier: bool = False
    is_entered: bool = False
    making: made.Making = field(default_factory=made.Making)
    made: Mapping[str, Any] = field(default_factory=dict)
    covers: Mapping[str, Any] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    unsigned: Mapping[str, str] = field(default_factory=dict)

    def after(self) -> "Acts":
        """The same acts with the facts that they left."""
        return replace(self, is_after=True, is_entered=True)

    def unentered(self) -> "Acts":
        """The same acts before anything was added to measures: decisions are made then."""
        return replace(self, is_entered=False)

    def entered(self) -> "Acts":
        """The same acts once measures have what they add."""
        return replace(self, is_entered=True)

    def without_arguments(self) -> "Acts":
        """The same acts as the record alone has them."""
        return replace(self, is_given=False)

    def earlier(self) -> "Acts":
        """The same acts with the record as it was before, and only what it referred to before."""
        return replace(self, is_given=False, is_earlier=True)

    def being_created(self) -> "Acts":
        """The same acts with what is given as facts of the record that they create."""
        return replace(self, is_new=True)

    def deeper(self) -> "Acts":
        """The same acts, one step further into what controls make."""
        return replace(self, making=replace(self.making, depth=self.making.depth + 1))

    def having(self, **made: Any) -> "Acts":
        """The same acts with columns of their own, by the bare name."""
        return replace(self, made={**self.made, **made})

    def get(self, path: tuple[str, ...]) -> Any:
        """The column of the fact at the path, or of what controls make of it; None where the mirror has none."""
        found = self._at(path, "")
        return made.value(self, path) if found is None else found

    def currency(self, path: tuple[str, ...]) -> Any:
        """The currency beside the amount."""
        found = self._at(path, "__currency")
        return made.currency(self, path) if found is None else found

    def lines(self, path: tuple[str, ...]) -> Any:
        """The lines of a list as they stood before the act."""
        return self.column(f"l_{path[-1]}")

    def parameter(self, name: str) -> Any:
        """The value that the rulebook gives the parameter."""
        found = self.book.parameters.get(name)
        return getattr(found, "value", found)

    def done(self, verbs: tuple[str, ...]) -> Any:
        """Whether one of the verbs was done on the record before."""
        order = done_in_order(self.wanted)
        return self.column(f"d_{order.index(verbs)}") if verbs in order else None

    def past_acts(self) -> Any:
        """The acts that were done on the record before, where they are asked for."""
        return self.column(COLUMN)

    def covered(self, control: str) -> Any:
        """Whether an approval covers the act, where that can be told."""
        return self.covers.get(control)

    def today(self) -> Any:
        """The company's day on which it happened."""
        return self.table.happened_on

    def branch(self) -> Any:
        """The number of the record's branch in the tree of units; None where nobody asks."""
        return self.column(made.branch_column(is_after=self.is_after, is_given=self.is_given))

    def branches(self) -> Sequence[Branch]:
        """The branches by number."""
        return self.making.branches

    def fact(self, name: str, suffix: str = "") -> Any:
        """A fact of the record itself."""
        return self.column(f"{'c' if self.is_after else 'b'}_{name}{suffix}")

    def given_or_fact(self, name: str, suffix: str = "") -> Any:
        """The argument of that name where it was given, else the record's fact."""
        fact = self.fact(name, suffix)
        given = self.column(f"a_{name}{suffix}") if self.is_given else None
        if given is None:
            return fact
        return ibis.cases((self.table[f"g_{name}"], given), else_=ibis.null(given.type()) if fact is None else fact)

    def knows(self, condition: Condition) -> bool:
        """Whether the mirror holds everything that the condition reads: what it leaves open is then truly unknown."""
        lists = condition.line_lists()
        return all(
            (name.path[:-1] in lists and self.lines(name.path[:-1]) is not None) or self.get(name.path) is not None
            for name in condition.names()
        ) and (
            all(self.covered(control) is not None for control in condition.controls())
            and (self.past_acts() is not None or all(one.is_plain for one in condition.done()))
        )

    def _at(self, path: tuple[str, ...], suffix: str) -> Any:  # noqa: PLR0911 – one for each place of a value
        if len(path) == 1:
            if path[0] in self.made:
                return None if suffix else self.made[path[0]]
            if path[0] == SIGNATURES and path[0] not in self.type.by_name:
                return None if suffix or self.is_after else self.column(SIGNED)
            if path[0] == LIFTS_BREACH and path[0] not in self.type.by_name:
                return None if suffix else self.column(LIFTED)
            return self.table.happened_on if path[0] == HAPPENED_ON else self.given_or_fact(path[0], suffix)
        head, tail = path[0], path[-1]
        if head == PROFILE:
            given = {"is_after": self.is_after, "is_given": self.is_given}
            return self.column(person_column(person_of(path), tail, **given))
        if head == ACTOR:
            return self.table.actor if tail == "id" else self.column(f"actor_{tail}")
        if head == self.type.name and tail == "id":
            return self.table.object
        if head == self.type.name:
            return self.given_or_fact(tail, suffix) if self.is_new else self.fact(tail, suffix)
        place = f"{head}__{tail}{suffix}"
        earlier = None if self.is_after else self.column(f"kb_{place}")
        found = self.column(f"k_{place}") if earlier is None else earlier
        was, now = self.column(f"b_{head}"), self.column(f"c_{head}")
        if not self.is_earlier or found is None or was is None or now is None:
            return found
        return ibis.cases((was.identical_to(now), found))

    def column(self, name: str) -> Any:
        """A column of the acts by its own name; None where they have none."""
        return self.table[name] if name in self.table.columns else None
