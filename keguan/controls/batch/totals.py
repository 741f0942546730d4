"""What the balances of kept measures came to at each act, for the record that the act reads them of. Loads ibis.

An entry counts for every act recorded after it; what the act itself adds stands apart, for guards and decisions do not
see it yet. Order is that of recording, and of the events' ids among those recorded together: they are drawn in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import ibis

from keguan.controls.batch.beside import put_beside, row_of
from keguan.controls.batch.measure import amount_of, entered
from keguan.controls.batch.measured import parts_of
from keguan.controls.conditions.batch_days import within
from keguan.controls.conditions.batch_formulas import QUOTIENT
from keguan.controls.engines.measure import MeasureControl
from keguan.kernel.records.kinds import Integer, MoneyKind
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

Place = tuple[str, str, str]
"""What is counted, over which window, and the reference that holds for whom (none: the record itself)."""


@dataclass(frozen=True)
class Asked:
    """A measure that acts read, by the reference that holds for whom it is counted."""

    head: str
    measure: MeasureControl
    book: Rulebook

    @property
    def place(self) -> Place:
        """What its columns are found by."""
        return place_of(self.measure, self.head)


def place_of(measure: MeasureControl, head: str) -> Place:
    """What the columns of a measure are found by."""
    return measure.content, repr(measure.window), head


def with_totals(
    mirror: "Mirror", acts: "Acts", several: Mapping[Place, Asked], name: str
) -> tuple[Any, dict[Place, str]]:
    """The acts with the totals of what is asked for, before and with each act; and how their columns begin.

    A measure that counts by what the mirror does not hold has no columns.
    """
    found: dict[Place, str] = {}
    entries: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    sums: dict[str, Any] = {}
    for i, (place, one) in enumerate(sorted(several.items(), key=lambda pair: pair[0])):
        content = one.measure.content
        if content not in entries:
            made = entered(mirror, one.measure, one.book)
            kept = f"{name}_entries{len(entries)}"
            entries[content] = None if made is None else mirror.backend.create_table(kept, made, overwrite=True)
        if entries[content] is None:
            continue
        for is_after, is_given in product((False, True), (True, False)) if one.head else ((False, True),):
            column = f"t{i}{_side(one.head, is_after=is_after, is_given=is_given)}"
            key = _key(acts, one.head, is_after=is_after, is_given=is_given)
            keys[column] = ibis.null("string") if key is None else key
            made = _summed(acts.table, keys[column], entries[content], one.measure, column)
            sums[column] = mirror.backend.create_table(f"{name}_{column}", made, overwrite=True)
        found[place] = f"t{i}"
    return _joined(acts.table, keys, sums), found


def _side(head: str, *, is_after: bool, is_given: bool) -> str:
    return f"{'c' if is_after else 'b'}{'' if is_given else 'n'}" if head else "b"


def _key(acts: "Acts", head: str, *, is_after: bool, is_given: bool) -> Any:
    """For whom each act reads it; of a record that was not made after all, for itself."""
    if not head:
        return ibis.coalesce(acts.table.object, acts.table.event)
    seen = acts.after() if is_after else acts
    return (seen if is_given else seen.without_arguments()).get((head,))


def _summed(table: Any, key: Any, entries: Any, measure: MeasureControl, column: str) -> Any:
    """The sums of the entries that count for each act that has a key, by its event."""
    asking = table.select(
        row="event", asked_at="recorded_at", asked_on="happened_on", asked_of=key,
        is_moment=table.verb.contains(":"),
    )  # fmt: skip
    asking = asking.filter(asking.asked_of.notnull())
    is_earlier = entries["at"] < asking.asked_at
    together = (entries["at"] == asking.asked_at) & (asking.is_moment | (entries.event <= asking.row))
    window = [within(entries.day, measure.window, asking.asked_on)] if measure.window else []
    joined = asking.join(entries, [asking.asked_of == entries.key, is_earlier | together, *window])
    is_own = joined.event == joined.row
    sums: dict[str, Any] = {}
    for part in measure.parts:
        sums[f"{column}_{part}"] = joined[part].sum()
        sums[f"{column}_{part}_before"] = joined[part].sum(where=~is_own)
    return joined.group_by(**{row_of(column): joined.row}).agg(**sums)


def _joined(table: Any, keys: Mapping[str, Any], sums: Mapping[str, Any]) -> Any:
    """The acts with the sums; nought where there is a key and no entry."""
    found = put_beside(table.mutate(**{f"{column}_key": key for column, key in keys.items()}), sums)
    nought = {
        name: ibis.cases((found[f"{column}_key"].notnull(), found[name].fill_null(0)))
        for column, one in sums.items() for name in one.columns if name != row_of(column)
    }  # fmt: skip
    return found.mutate(**nought)


def value(measure: MeasureControl, acts: "Acts", head: str, *, with_act: bool) -> tuple[Any, Any] | None:
    """The value of a measure at each act and its currency; None where the mirror cannot tell. `with_act`: with what
    the act would add by what is given."""
    begins = acts.making.totals.get(place_of(measure, head))
    if begins is None:
        return None
    column = begins + _side(head, is_after=acts.is_after, is_given=acts.is_given)
    suffix = "" if acts.is_entered else "_before"
    totals = {part: acts.table[f"{column}_{part}{suffix}"] for part in measure.parts}
    if with_act:
        added = _added(measure, acts, acts.table[f"{column}_key"])
        if added is None:
            return None
        totals = {part: total + added[part] for part, total in totals.items()}
    return _worked_out(measure, totals)


def _worked_out(measure: MeasureControl, totals: Mapping[str, Any]) -> tuple[Any, Any]:
    nothing = ibis.null("string")
    match measure.how:
        case "count":
            return totals["n"].cast("int64"), nothing
        case "sum":
            found = totals["sum"]
        case "average":
            found = _share(totals["sum"], totals["n"])
        case _:
            return _share(totals["part"], totals["n"]), nothing
    if isinstance(measure.kind, MoneyKind):
        return found, ibis.cases((found.notnull(), measure.kind.currency))
    return (found.cast("int64") if isinstance(measure.kind, Integer) else found), nothing


def _share(one: Any, of: Any) -> Any:
    return (one / of.nullif(0)).cast(QUOTIENT)


def _added(measure: MeasureControl, acts: "Acts", key: Any) -> dict[str, Any] | None:
    """What each act adds by its arguments, for the record it reads the measure of."""
    source, nought = measure.source, {part: ibis.literal(0) for part in measure.parts}
    if source is None or source.type.name != acts.type.name:
        return nought
    is_counted = acts.table.verb.isin(sorted(verb.name for verb in source.verbs))
    sides = [(acts, 1)]
    if not source.acts:
        # what is created was nothing before, and there is no key to take it from
        sides = [(acts.being_created(), 1), (acts.without_arguments(), -1)]
    found = dict(nought)
    for seen, sign in sides:
        parts = parts_of(seen, source, acts.table.happened_on)
        if parts is None or not (seen.knows(source.where) and seen.knows(source.share)):
            return None
        own = parts["key"] if source.key else key
        adds = is_counted & (own == key) & parts["counts"] & parts["part"].notnull() & parts["amount"].notnull()
        if sign < 0:
            adds &= acts.table.n > 1 - acts.table.turn
        for part in measure.parts:
            amount = amount_of(part, parts["amount"], parts["part"])
            found[part] += ibis.cases((adds, amount * sign), else_=0)
    return found
