"""Where the `Q` reading of a condition finds its facts: the protocol `Lookup`, and which conditions can be filters."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from keguan.controls.conditions import nodes
from keguan.controls.conditions.faults import ConditionFault, Where
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.nodes import Verb
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class Column:
    """How a query reads a fact: a Django expression, typed as the kind's values are.

    `stored` tells what a list is: a PostgreSQL array, or a jsonb array. `currency` stands beside money.
    `is_plain_json`: jsonb holds such a value as itself (whole numbers, yes and no), others as text.
    """

    value: "Combinable"
    stored: Literal["value", "array", "json"] = "value"
    is_moment: bool = False
    is_text: bool = False
    is_plain_json: bool = False
    currency: "Combinable | None" = None


class Lookup(Protocol):
    """The facts of the rows of one query, at one moment."""

    def column(self, path: tuple[str, ...]) -> Column | None:
        """How the fact is read; None where a list of these records cannot ask for it."""
        ...

    def acts(self, verbs: tuple[str, ...], first: dt.datetime | None, last: dt.datetime | None) -> Column | None:
        """How many acts of the verbs were done on the record, from `first` on and before `last`; None out of reach."""
        ...

    def parameter(self, name: str) -> Any:
        """The adopted parameter; None where it was not set."""
        ...

    def today(self) -> dt.date:
        """The company's day for which the list is asked."""
        ...


def check_filter(tree: nodes.Node, where: Where, lookup: Lookup | None = None) -> None:
    """`ConditionFault` where the condition cannot filter a list: approvals, lines, what was said of acts, facts out of
    reach.
    """
    for node in nodes.walk(tree):
        match node:
            case nodes.Done() if node.tests is not None or isinstance(node.since, Verb | Name):
                raise _refused(SAID_OF_ACTS, where, PLAIN_ACTS)
            case nodes.Done():
                if lookup is not None and lookup.acts(node.names, None, None) is None:
                    raise _refused(Label("done、not_done", "done and not_done"), where)
            case nodes.CoveredBy():
                raise _refused(Label("covered_by", "covered_by"), where)
            case nodes.Every() | nodes.Aggregate():
                raise _refused(Label("every、sum、count", "every, sum and count"), where)
            case nodes.Test(name=name, comparison=comparison):
                others = [one.name for one in nodes.operands(comparison) if isinstance(one, nodes.FactValue)]
                for one in (name, *others):
                    if lookup is not None and lookup.column(one.path) is None:
                        raise ConditionFault(
                            Label(f"列表里读不到“{one.label.zh}”", f"a list cannot read “{one.label.en}”"),
                            Label("用记录本身或其关联记录的事实", "use a fact of the record or of one it points to"),
                            where,
                        )
            case _:
                pass


SAID_OF_ACTS = Label(
    "带 when、by，或 since 动作、事实的 done", "done with when or by, or since an act or a fact,"
)  # fmt: skip
PLAIN_ACTS = Label(
    "列表里 done 只写动作，可加 in、times、since 某日；其余用度量或事实",
    "in lists write the act alone, or with in, times or since a day; for more use a measure or a fact",
)
FACTS = Label("这里只写对事实的测试，例如 {type: complaint}", "write tests on facts here, such as {type: complaint}")


def _refused(form: Label, where: Where, cure: Label = FACTS) -> ConditionFault:
    return ConditionFault(Label(f"{form.zh} 不能用来筛选列表", f"{form.en} cannot filter a list"), cure, where)
