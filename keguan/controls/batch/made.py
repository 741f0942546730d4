"""Facts that controls make, read over the mirror: settings, measures that are kept, formulas. Loads ibis inside.

What they are worked out from is joined to the acts beforehand (`making`). `value` then reads them as `live/made.py`
does for one record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from keguan.controls.conditions import Condition
from keguan.controls.conditions.columns import Columns
from keguan.controls.engines.measure import AFTER, MeasureControl
from keguan.controls.live.made import measures, settings_of
from keguan.controls.names import ACTOR
from keguan.kernel.records.kinds import Money
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.controls.batch.branches import Branch
    from keguan.controls.batch.totals import Place

DEEP = 6
"""So far do settings and formulas build on each other."""


class Records(Columns, Protocol):
    """What settings are asked about: acts, or the records that they point to."""

    def knows(self, condition: Condition) -> bool:
        """Whether the mirror holds everything that the condition reads."""
        ...

    def branch(self) -> Any:
        """The number of the record's branch in the tree of units."""
        ...

    def branches(self) -> "Sequence[Branch]":
        """The branches by number."""
        ...


@dataclass(frozen=True)
class Making:
    """What was joined: the branches of the tree that columns number, and how the columns of totals begin."""

    branches: "Sequence[Branch]" = field(default_factory=tuple)
    totals: "Mapping[Place, str]" = field(default_factory=dict)
    depth: int = 0


def branch_column(head: str = "", *, is_after: bool, is_given: bool) -> str:
    """The column that numbers the branch of a record, or of the one that a reference holds."""
    return f"u{'c' if is_after else 'b'}{'' if is_given else 'n'}_{head}"


def linked_type(record_type: RecordType, head: str) -> RecordType | None:
    """The type of the records that a reference holds, as a fact or as an argument."""
    to = [record_type.links.get(head, "")]
    to += [getattr(argument.kind, "to", "") for verb in vocabulary.verbs.values() if verb.on == record_type.name
           for argument in verb.arguments if argument.name == head]  # fmt: skip
    return next((vocabulary.types[name] for name in to if name in vocabulary.types), None)


def measure_of(book: Rulebook, kind: RecordType, name: str) -> MeasureControl | None:
    """The measure that a fact of a record type is, as it stands or as the act would leave it."""
    known = measures(book)
    return known.get((kind.name, name.removesuffix(AFTER))) or known.get((kind.name, name))


def value(acts: "Acts", path: tuple[str, ...]) -> Any:
    """The value of a fact that controls make; None where none does, or the mirror cannot tell."""
    found = _found(acts, path)
    return None if found is None else found[0]


def currency(acts: "Acts", path: tuple[str, ...]) -> Any:
    """The currency beside an amount that controls make."""
    found = _found(acts, path)
    return None if found is None else found[1]


def _found(acts: "Acts", path: tuple[str, ...]) -> tuple[Any, ...] | None:
    if acts.making.depth >= DEEP:
        return None
    head = path[0] if len(path) > 1 and path[0] != acts.type.name else ""
    kind = linked_type(acts.type, head) if head else acts.type
    if kind is None or head == ACTOR:
        return None
    if f"{kind.name}.{path[-1]}" in vocabulary.settings:
        return _setting(acts, kind, head, path[-1])
    measure = measure_of(acts.book, kind, path[-1])
    return None if measure is None else _measure(acts, kind, head, measure, path[-1])


def _measure(
    acts: "Acts", kind: RecordType, head: str, measure: MeasureControl, name: str
) -> tuple[Any, ...] | None:  # fmt: skip
    if measure.formula is not None:
        from keguan.controls.batch.beyond import Beyond
        from keguan.controls.conditions import batch_formulas

        found = batch_formulas.value(measure.formula, Beyond(acts.deeper(), kind, head) if head else acts.deeper())
        return None if found is None else (found.value, found.currency)
    if not measure.is_keepable:
        return None
    from keguan.controls.batch import totals

    return totals.value(measure, acts, head, with_act=name != measure.name)


def _setting(acts: "Acts", kind: RecordType, head: str, name: str) -> tuple[Any, Any] | None:
    """What the clauses give, else the product's default."""
    import ibis

    from keguan.controls.batch import given
    from keguan.controls.batch.beyond import Beyond

    product = vocabulary.settings[f"{kind.name}.{name}"]
    several = settings_of(acts.book, product.name)
    seen: Records = Beyond(acts.deeper(), kind, head) if head else acts.deeper().being_created()
    if not all(seen.knows(one) for control in several for one in given.conditions(control)):
        return None
    if any(control.by and seen.get((control.by,)) is None for control in several):
        return None
    if any(control.unit is not None for control in several) and seen.branch() is None:
        return None
    chosen = given.giving(several, seen)
    cases = [
        (chosen == given.tag(place, i), one)
        for place, control in enumerate(several) for i, one in enumerate(given.values(control))
    ]  # fmt: skip
    values = [(when, _literal(product.kind, one)) for when, one in cases]
    amounts = [(when, _currency(one)) for when, one in cases]
    default = _literal(product.kind, product.default)
    return (
        ibis.cases(*values, else_=default) if values else default,
        ibis.cases(*amounts, else_=_currency(product.default)) if amounts else _currency(product.default),
    )


def _literal(kind: Any, one: Any) -> Any:
    """A value as the mirror's column of its kind would hold it."""
    import ibis

    from keguan.mirror.joining import type_of

    shape = type_of(kind)
    if one is None:
        return ibis.null(shape)
    if isinstance(one, Money):
        one = one.amount
    elif shape == "string" and not isinstance(one, str):
        one = kind.to_json(one)
    return ibis.literal(one, type=shape)


def _currency(one: Any) -> Any:
    import ibis

    return ibis.literal(one.currency) if isinstance(one, Money) else ibis.null("string")
