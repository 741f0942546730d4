"""The one syntax tree of conditions, from which every reading is made.

There is no node for "not": negation is pushed to the leaves when the tree is made (`negate`), where each leaf states
what it says of a missing fact. Nodes are frozen and hold no functions.
"""

import datetime as dt
import typing
from dataclasses import dataclass, field, replace

from keguan.controls.conditions.names import ACT, LineList, Name
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the policy, of the fact's kind."""

    value: typing.Any


@dataclass(frozen=True, slots=True)
class FactValue:
    """`$fact`: the value of another fact."""

    name: Name


@dataclass(frozen=True, slots=True)
class Parameter:
    """`@name=suggestion`: a value set at adoption; the suggestion is only shown (None: none stands here)."""

    name: str
    kind: Kind
    suggestion: typing.Any


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a sentence says of a parameter: its words, what the company set, and what the pack suggests."""

    label: Label
    value: typing.Any = None
    suggestion: typing.Any = None


Operand: typing.TypeAlias = Literal | FactValue | Parameter


@dataclass(frozen=True, slots=True)
class Equals:
    """The fact equals one of the operands (a list fact: holds one of them)."""

    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """The fact stands in `sign` (`<`, `<=`, `>`, `>=`) to the operand."""

    sign: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Interval:
    """The fact lies between two operands; each end belongs to it or not."""

    low: Operand
    high: Operand
    has_low: bool
    has_high: bool


@dataclass(frozen=True, slots=True)
class IsSet:
    """The fact has a value. Never unknown."""


@dataclass(frozen=True, slots=True)
class SameDayOfYear:
    """The day judged has the month and day of the fact (29 February is kept on 28 February in short years)."""


@dataclass(frozen=True, slots=True)
class Window:
    """The fact's day lies in this or the last day, week (from Monday), month, quarter, year; or last N days, months."""

    which: str
    unit: str
    count: int = 1


Comparison: typing.TypeAlias = Equals | Order | Interval | IsSet | SameDayOfYear | Window


@dataclass(frozen=True, slots=True)
class Test:
    """One test on one fact. A missing fact makes it unknown, negated or not, except for `IsSet`.

    `by_day`: a moment is compared by its day in the company's zone.
    """

    __test__: typing.ClassVar[bool] = False

    name: Name
    comparison: Comparison
    negated: bool = False
    by_day: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb named in a condition."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Done:
    """One of the verbs was done on the object before.

    Acts count for which `tests` hold (paths that begin with `names.ACT` are the act's own), done from `since` on (the
    last act of a verb, a fact, a day) and within `window`; `times`: how many must count, else one.
    """

    verbs: tuple[Verb, ...]
    negated: bool = False
    tests: "Node | None" = None
    since: Verb | Name | dt.date | None = None
    window: Window | None = None
    times: Comparison | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is enough that a verb was ever done."""
        return self.tests is None and self.since is None and self.window is None and self.times is None

    @property
    def names(self) -> tuple[str, ...]:
        """The verbs by name."""
        return tuple(verb.name for verb in self.verbs)

    @property
    def asks_roles(self) -> bool:
        """Whether the posts of those who did it count."""
        inner = () if self.tests is None else walk(self.tests)
        return any(isinstance(one, Test) and one.name.path == (ACT, "role") for one in inner)

    @property
    def wanted(self) -> frozenset[str]:
        """The verbs whose acts must be known one by one."""
        since = (self.since.name,) if isinstance(self.since, Verb) else ()
        return frozenset() if self.is_plain else frozenset((*self.names, *since))


@dataclass(frozen=True, slots=True)
class CoveredBy:
    """The command is covered by the approval with this id."""

    control: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A sum over lines, or a count of lines or of a list fact, stands a test.

    A line without the field makes a sum unknown, as do two currencies.
    """

    how: typing.Literal["sum", "count"]
    of: LineList | Name
    field: Name | None
    comparison: Comparison
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Each line (`some`: at least one) satisfies a condition. No lines: every line does, none does."""

    of: LineList
    have: "Node"
    some: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Each part is true; without parts it is true."""

    of: tuple["Node", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part is true; without parts it is false."""

    of: tuple["Node", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts are true."""

    count: int
    of: tuple["Node", ...]


Leaf: typing.TypeAlias = Test | Done | CoveredBy | Aggregate
Node: typing.TypeAlias = Leaf | Every | All | Any | AtLeast


def negate(node: Node) -> Node:
    """The opposite condition, with negation pushed down to the leaves."""
    match node:
        case All(of=parts):
            return Any(tuple(negate(part) for part in parts))
        case Any(of=parts):
            return All(tuple(negate(part) for part in parts))
        case AtLeast(count=count, of=parts):
            return AtLeast(len(parts) - count + 1, tuple(negate(part) for part in parts))
        case Every(of=lines, have=have, some=some):
            return Every(lines, negate(have), not some)
        case _:
            return replace(node, negated=not node.negated)


def walk(node: Node) -> typing.Iterator[Node]:
    """The node and everything below it, outermost first."""
    yield node
    match node:
        case All(of=parts) | Any(of=parts) | AtLeast(of=parts):
            for part in parts:
                yield from walk(part)
        case Every(have=have):
            yield from walk(have)
        case Done(tests=tests) if tests is not None:
            yield from walk(tests)
        case _:
            pass


def operands(comparison: Comparison) -> tuple[Operand, ...]:
    """What a comparison compares with."""
    match comparison:
        case Equals(operands=several):
            return several
        case Order(operand=one):
            return (one,)
        case Interval(low=low, high=high):
            return (low, high)
        case _:
            return ()
