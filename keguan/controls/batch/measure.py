"""The batch reading of a measure: what each act adds, for whom and on which day, and so the totals by key.

Read are counts and sums over acts on records of one type. What such a measure leaves out because something about an act
is not known is counted beside it.
"""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.live.measures import kept
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.versions import Version
    from keguan.mirror import Mirror

STORED = "select measure, key, total from kernel_balance where measure = any(%s)"
Key = tuple[str, str]


def is_read(control: MeasureControl) -> bool:
    """Whether the batch reads it."""
    source = control.source
    return source is not None and source.acts and control.how in ("count", "sum") and source.share.is_always


def wanted(control: MeasureControl, record_type: RecordType) -> Wanted:
    """What its filter, its key, its value and its day read."""
    source = control.source
    if source is None:
        return Wanted()
    names = frozenset(name for name in (source.key, source.value, source.on) if name)
    verbs = frozenset(verb.name for verb in source.verbs)
    return wants.of_condition(source.where, record_type) | Wanted(facts=names, arguments=names, verbs=verbs)


def recounted(mirror: "Mirror", several: "Iterable[Version]") -> dict[Key, Decimal]:
    """The totals of kept measures by (balance, key), over all acts: what happened before one was read was filled in."""
    found: dict[Key, Decimal] = {}
    done: set[str] = set()
    for version in several:
        control = version.control
        if not isinstance(control, MeasureControl) or not is_read(control) or control.content in done:
            continue
        if control.key not in {one.key for one in kept(version.book)}:
            continue
        done.add(control.content)
        for key, total in _totals(mirror, control, version.book).items():
            found[control.balance(control.parts[0]), key] = Decimal(total)
    return found


def stored(balances: Collection[str]) -> dict[Key, Decimal]:
    """What the live table says of these balances."""
    rows = Rows().select(STORED, [list(balances)])
    return {(row["measure"], row["key"]): row["total"] for row in rows}


def _totals(mirror: "Mirror", control: MeasureControl, book: Rulebook) -> dict[str, Any]:
    """The total by key; what is left out because something about an act is not known adds nothing."""
    from keguan.mirror import as_of

    source = control.source
    if source is None or not mirror.has(f"stream_{source.verbs[0].on}"):
        return {}
    record_type = vocabulary.types[source.verbs[0].on]
    needed = wanted(control, record_type)
    table = as_of.acts(mirror, record_type, book.declared, needed)
    table = table.filter(table.is_own & (table.turn == 0))
    after = Acts(table, record_type, book, needed, is_after=True)
    key = after.get((source.key,)) if source.key else table.object
    amount = after.get((source.value,)) if source.value else ibis.literal(1)
    if key is None or amount is None or not after.knows(source.where):
        return {}
    counts = source.where.ibis(after)
    if source.is_money:
        counts &= after.currency((source.value or "",)) == source.currency
    chosen = table.select(key=key, amount=amount, counts=counts)
    chosen = chosen.filter(chosen.counts & chosen.key.notnull() & chosen.amount.notnull())
    found = chosen.group_by("key").agg(total=chosen.amount.sum()).to_pyarrow().to_pylist()
    return {row["key"]: row["total"] for row in found}
