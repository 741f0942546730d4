"""What facts that controls make are worked out from: what the as-of table must hold for them, and what is joined to it.

Settings of units ask where in the tree a record counts, measures what their balances came to. Read by `made`.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import wants
from keguan.controls.batch.made import Making, branch_column, linked_type, measure_of
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.setting import SettingControl
from keguan.controls.live.made import settings_of
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.totals import Asked, Place
    from keguan.mirror import Mirror


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


def _named(wanted: Wanted, record_type: RecordType) -> Iterator[tuple[str, str, RecordType]]:
    """The facts that are wanted, with the reference that holds their record (none: its own) and its type."""
    for name in wanted.facts:
        yield "", name, record_type
    for head, names in wanted.links.items():
        kind = linked_type(record_type, head)
        if kind is not None:
            yield from ((head, name, kind) for name in names)


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
    path = (head, kind.unit or "") if head else (kind.unit or "",)
    for is_after, is_given in product((False, True), (True, False)):
        acts = Acts(table, record_type, Rulebook(0, ""), wanted, is_after=is_after, is_given=is_given)
        unit = acts.get(path) if kind.unit else None
        unit = table.actor_home if unit is None else ibis.coalesce(unit, table.actor_home)
        table = found.join(table, unit, branch_column(head, is_after=is_after, is_given=is_given))
    return table
