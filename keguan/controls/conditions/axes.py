"""The axes of choices, texts and lists, and which axis a fact has.

What literals cannot tell apart (other facts, parameters, windows, acts, lines) is an axis of its own that is true,
false or unknown whatever the facts.
"""

from collections.abc import Sequence
from typing import Any

from keguan.controls.conditions import nodes
from keguan.controls.conditions.cells import OTHER, Axis, FactAxis, Values, alternatives
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.ordered import Ordered
from keguan.controls.conditions.sentences import glue, low, sentence, show
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Listing, Moment, Number, empty
from keguan.kernel.records.labels import Label, join

__all__ = ["Axis", "FactAxis", "Opaque", "Values", "axis", "is_plain", "members_of"]
# Lists are told apart by which of the mentioned members they hold: two to the power of their number.
MOST_MEMBERS = 6


class Among(FactAxis):
    """Choices, yes or no, texts: the values themselves; of texts those that are mentioned, and any other."""

    def __init__(self, name: Name, tests: Sequence[nodes.Test]) -> None:
        found = list(members_of(tests))
        match name.kind:
            case Choice(options=options):
                found = list(dict.fromkeys((*options, *found)))
            case Boolean():
                found = [True, False]
            case _:
                found = [*found, OTHER]
        self.known = found
        super().__init__(name, len(found))

    def compared(self, test: nodes.Test) -> tuple[int, int]:
        wanted = [one.value for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal)]
        true = sum(1 << place for place, value in enumerate(self.known) if value in wanted)
        return true, self.present & ~true

    def place(self, value: Any) -> int:
        if empty(value):
            return self.missing
        if value in self.known:
            return 1 << self.known.index(value)
        return 1 << self.known.index(OTHER) if OTHER in self.known else 0

    def say(self, mask: int) -> Label:
        zh, en = self.name.label.zh, low(self.name.label.en)
        chosen = [value for place, value in enumerate(self.known) if mask & 1 << place]
        words = [Label("其他值", "anything else") if one == OTHER else show(self.name.kind, one) for one in chosen]
        either = " or ".join(one.en for one in words)
        parts = [Label(glue(zh, "为", *alternatives(words)), f"{en} is {either}")] if words else []
        if mask & self.missing:
            parts.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(parts, "，或", " or ")

    def values(self, mask: int) -> Values:
        chosen = {value for place, value in enumerate(self.known) if mask & 1 << place}
        if OTHER in chosen:
            others = tuple(value for value in self.known if value not in chosen)
            return Values(members=others, is_all_but=True, has_missing=bool(mask & self.missing))
        members = tuple(value for value in self.known if value in chosen)
        return Values(members=members, has_missing=bool(mask & self.missing))


class Held(FactAxis):
    """Lists, by which of the mentioned members they hold: one cell for each set of them."""

    def __init__(self, name: Name, tests: Sequence[nodes.Test]) -> None:
        self.members = members_of(tests)
        super().__init__(name, 1 << len(self.members))

    def compared(self, test: nodes.Test) -> tuple[int, int]:
        wanted = {one.value for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal)}
        true = sum(1 << cell for cell in range(self.size - 1) if wanted & self._held(cell))
        return true, self.present & ~true

    def place(self, value: Any) -> int:
        if empty(value):
            return self.missing
        return 1 << sum(1 << number for number, member in enumerate(self.members) if member in value)

    def say(self, mask: int) -> Label:
        zh, en = self.name.label.zh, low(self.name.label.en)
        parts: list[Label] = []
        for cell in range(self.size - 1):
            if mask & 1 << cell and not parts:
                held = self._held(cell)
                words = join([show(self.name.kind, one) for one in self.members if one in held], "和", " and ")
                parts.append(Label(glue(zh, "包括", words.zh), f"{en} holds {words.en}") if held
                             else Label(f"{zh}只有其他值", f"{en} holds other values only"))  # fmt: skip
        if mask & self.missing:
            parts.append(Label(f"未填{zh}", f"{en} is missing"))
        return join(parts, "，或", " or ")

    def values(self, mask: int) -> Values:
        held = tuple(self._held(cell) for cell in range(self.size - 1) if mask & 1 << cell)
        return Values(members=held, has_missing=bool(mask & self.missing))

    def _held(self, cell: int) -> frozenset[Any]:
        return frozenset(member for number, member in enumerate(self.members) if cell & 1 << number)


class Opaque(Axis):
    """A leaf that literals cannot decide: true, false, or unknown."""

    def __init__(self, leaf: nodes.Node) -> None:
        self.leaf = leaf
        super().__init__(2)

    def say(self, mask: int) -> Label:
        answers = [self.leaf] if mask & 1 else []
        answers += [nodes.negate(self.leaf)] if mask & 2 else []
        words = [sentence(one, {}, {}) for one in answers]
        if mask & self.missing:
            words.append(Label("无法判断", "it cannot be judged"))
        return join(words, "，或", " or ")

    def values(self, mask: int) -> Values:
        members = tuple(answer for bit, answer in ((1, True), (2, False)) if mask & bit)
        return Values(members=members, has_missing=bool(mask & self.missing))

    def place(self, value: Any) -> int:
        return self.missing if value is None else 1 if value else 2


def members_of(tests: Sequence[nodes.Test]) -> tuple[Any, ...]:
    """The literals that tests mention, in order, without repeats."""
    found = (one.value for test in tests for one in nodes.operands(test.comparison) if isinstance(one, nodes.Literal))
    return tuple(dict.fromkeys(found))


def axis(name: Name, tests: Sequence[nodes.Test]) -> FactAxis:
    """The axis of a fact over the tests that ask for it."""
    if isinstance(name.kind, Listing):
        return Held(name, tests)
    if isinstance(name.kind, Integer | Number | Date | Moment) or name.kind.name == "money":
        return Ordered(name, tests)
    return Among(name, tests)


def is_plain(test: nodes.Test, members: int) -> bool:
    """Whether literals alone decide the test."""
    if isinstance(test.comparison, nodes.SameDayOfYear | nodes.Window):
        return False
    if isinstance(test.name.kind, Listing) and members > MOST_MEMBERS and not isinstance(test.comparison, nodes.IsSet):
        return False
    return all(isinstance(one, nodes.Literal) for one in nodes.operands(test.comparison))
