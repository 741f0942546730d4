"""Facts that controls make, read over the mirror: settings, measures that are kept, formulas. Loads ibis inside.

What they are worked out from is joined to the acts beforehand (`joined`): where in the tree of units a record counts,
and what the balances of measures came to.
`value` then reads them as `live/made.py` does for one record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from keguan.controls.batch import wants
from keguan.controls.conditions import Condition
from keguan.controls.conditions.columns import Columns
from keguan.controls.engines.measure import AFTER, MeasureControl
from keguan.controls.engines.setting import SettingControl
from keguan.controls.live.made import measures, settings_of
from keguan.controls.names import ACTOR, HAPPENED_ON
from keguan.kernel.records.kinds import Money
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.controls.batch.branches import Branch
    from keguan.controls.batch.totals import Asked, Place
    from keguan.mirror import Mirror

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


# -- what must be read


def reaching(wanted: Wanted, record_type: RecordType, books: Iterable[Rulebook]) -> Wanted:
    """What is wanted, with what the facts among it are made of."""
    several = list({id(book): book for book in books}.values())
    while True:
        found = wanted
        for head, name, kind in list(_named(wanted, record_type)):
            for book in several:
                for control in settings_of(book, f"{kind.name}.{name}"):
                    found |= _of_setting(control, kind, head)
                measure = measure_of(book, kind, name)
                if measure is not None:
                    found |= _of_measure(measure, record_type, head, is_after=name != measure.name)
        if found == wanted:
            return found
        wanted = found


def settings(
    wanted: Wanted, record_type: RecordType, books: Iterable[Rulebook]
) -> Iterator[tuple[str, SettingControl]]:
    """The clauses that give values to what is wanted, each with the reference that holds the record, if any."""
    for book in {id(book): book for book in books}.values():
        for head, name, kind in _named(wanted, record_type):
            for control in settings_of(book, f"{kind.name}.{name}"):
                yield head, control


def _measured(
    wanted: Wanted, record_type: RecordType, books: Iterable[Rulebook]
) -> "dict[Place, Asked]":  # fmt: skip
    """The measures that are wanted as they are kept."""
    from keguan.controls.batch.totals import Asked

    found: dict[Place, Asked] = {}
    for book in {id(book): book for book in books}.values():
        for head, name, kind in _named(wanted, record_type):
            measure = measure_of(book, kind, name)
            if measure is not None and measure.is_keepable:
                asked = Asked(head, measure, book)
                found.setdefault(asked.place, asked)
    return found


def measure_of(book: Rulebook, kind: RecordType, name: str) -> MeasureControl | None:
    """The measure that a fact of a record type is, as it stands or as the act would leave it."""
    known = measures(book)
    return known.get((kind.name, name.removesuffix(AFTER))) or known.get((kind.name, name))


def _named(wanted: Wanted, record_type: RecordType) -> Iterator[tuple[str, str, RecordType]]:
    """The facts that are wanted, with the reference that holds their record (none: its own) and its type."""
    for name in wanted.facts:
        yield "", name, record_type
    for head, names in wanted.links.items():
        kind = linked_type(record_type, head)
        if kind is not None:
            yield from ((head, name, kind) for name in names)


def linked_type(record_type: RecordType, head: str) -> RecordType | None:
    """The type of the records that a reference holds, as a fact or as an argument."""
    to = [record_type.links.get(head, "")]
    to += [getattr(argument.kind, "to", "") for verb in vocabulary.verbs.values() if verb.on == record_type.name
           for argument in verb.arguments if argument.name == head]  # fmt: skip
    return next((vocabulary.types[name] for name in to if name in vocabulary.types), None)


def _of_setting(control: SettingControl, kind: RecordType, head: str) -> Wanted:
    from keguan.controls.batch import setting

    read = setting.wanted(control, kind)
    if not head:
        return read
    own = read.facts | {name for name in read.links if name != kind.name}
    return Wanted(links={head: own}) if own else Wanted()


def _of_measure(measure: MeasureControl, record_type: RecordType, head: str, *, is_after: bool) -> Wanted:
    from keguan.controls.batch.measured import wanted

    if measure.formula is not None:
        names = frozenset(name.path[-1] for name in measure.formula.names() if len(name.path) < 2
                          or name.path[0] == measure.of.name)  # fmt: skip
        return Wanted(links={head: names}) if head else wants.of_names(measure.formula.names(), record_type)
    if not is_after or measure.source is None or measure.source.type.name != record_type.name:
        return Wanted()
    return wanted(measure.source)


# -- what is joined


def joined(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, books: Iterable[Rulebook], name: str
) -> tuple[Any, Making]:
    """The acts with what facts that controls make are worked out from."""
    several = list(books)
    asked = _measured(wanted, record_type, several)
    totals: Mapping[Place, str] = {}
    if asked:
        from keguan.controls.batch.acts import Acts
        from keguan.controls.batch.totals import with_totals

        table = mirror.backend.create_view(f"{name}_counting", table, overwrite=True)
        table, totals = with_totals(mirror, Acts(table, record_type, several[0], wanted), asked, name)
    heads = {head for head, control in settings(wanted, record_type, several) if control.unit is not None}
    heads |= {""} if _own_units(several, record_type) else set()
    if not heads:
        return table, Making(totals=totals)
    from keguan.controls.batch.branches import Branches, mentioned

    kinds = {head: linked_type(record_type, head) if head else record_type for head in heads}
    units = frozenset().union(*(mentioned(several, kind.name) for kind in kinds.values() if kind is not None))
    found = Branches(mirror, units, f"{name}_branches")
    for head, kind in sorted(kinds.items()):
        if kind is not None:
            table = _with_branch(table, record_type, wanted, found, head, kind)
    return table, Making(tuple(found.known), totals)


def needs_actor(wanted: Wanted, record_type: RecordType, books: Iterable[Rulebook]) -> bool:
    """Whether it hangs on who acted: where a record has no unit, that of whoever acts counts."""
    return any(control.unit is not None for _, control in settings(wanted, record_type, books))


def _own_units(books: Iterable[Rulebook], record_type: RecordType) -> bool:
    from keguan.controls.batch.branches import mentioned

    return bool(mentioned(books, record_type.name))


def _with_branch(
    table: Any, record_type: RecordType, wanted: Wanted, found: Any, head: str, kind: RecordType
) -> Any:  # fmt: skip
    import ibis

    from keguan.controls.batch.acts import Acts

    if "actor_home" not in table.columns:
        return table
    for is_after in (False, True):
        for is_given in (True, False):
            acts = Acts(table, record_type, Rulebook(0, ""), wanted, is_after=is_after, is_given=is_given)
            path = (head, kind.unit or "") if head else (kind.unit or "",)
            unit = acts.get(path) if kind.unit else None
            unit = table.actor_home if unit is None else ibis.coalesce(unit, table.actor_home)
            table = found.join(table, unit, branch_column(head, is_after=is_after, is_given=is_given))
    return table


# -- what it is


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
