"""As-of tables: every act on records of a type with the facts of just before and just after it. Decides nothing.

Order is the stream number, nothing else. An act is an event of the record's stream, or a refused attempt, which stands
behind the event whose number it saw. Facts of linked records are joined by (record, number) as the event noted them;
by time of recording only where nobody read them. All windows of one table share one sort.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.types import Fact, RecordType

if TYPE_CHECKING:
    from keguan.mirror.opening import Mirror

Declared = Mapping[str, Mapping[str, Fact]]
COMMON = (
    "seal", "event", "object", "n", "verb", "actor", "happened_at", "recorded_at", "happened_on", "rulebook", "channel",
    "controls", "read", "seen",
)  # fmt: skip

LOOKED_AT, CAUSE = "looked_at", "cause"
"""Arguments of an act by which a record looks again at a linked one: over which reference, because of which event."""


@dataclass(frozen=True)
class Wanted:
    """What is to be known of the acts: facts of the record, given arguments, facts by link, acts done before, lists.

    `followed` are facts of the records that references on lines point to: list, reference, fact. `deeds` (acts looked
    at one by one) and `persons` (paths of facts that hold one) are joined above the mirror, by who knows the people.
    """

    facts: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()
    links: Mapping[str, frozenset[str]] = field(default_factory=dict)
    done: frozenset[tuple[str, ...]] = frozenset()
    lists: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    deeds: frozenset[str] = frozenset()
    persons: frozenset[tuple[str, ...]] = frozenset()
    followed: frozenset[tuple[str, str, str]] = frozenset()

    def __or__(self, other: "Wanted") -> "Wanted":
        links = {
            name: self.links.get(name, frozenset()) | other.links.get(name, frozenset())
            for name in {*self.links, *other.links}
        }
        return Wanted(
            self.facts | other.facts, self.arguments | other.arguments, links, self.done | other.done,
            self.lists | other.lists, self.verbs | other.verbs, self.deeds | other.deeds,
            self.persons | other.persons, self.followed | other.followed,
        )  # fmt: skip


def column_of(record_type: RecordType, declared: Declared, name: str) -> tuple[str, Kind] | None:
    """The mirror's column of a fact and its kind; nothing for what the mirror does not hold of it."""
    fact = record_type.by_name.get(name)
    if fact is not None:
        return f"f_{name}", fact.kind
    field_of_pack = declared.get(record_type.name, {}).get(name)
    if field_of_pack is None or field_of_pack.personal:
        return None
    return f"f_{record_type.declared}__{name}", field_of_pack.kind


def acts(mirror: "Mirror", record_type: RecordType, declared: Declared, wanted: Wanted, *, moments: Any = None) -> Any:
    """One row for each act of the wanted verbs: `b_<fact>` before, `c_<fact>` after, `a_<argument>` and whether it was
    given (`g_<argument>`), `k_<link>__<fact>`, `d_<place>` (acts done before, in the order of `done_in_order`),
    `l_<list>`. Money has its currency beside it (`…__currency`). A fact that the mirror does not hold has no column.
    `moments` are acts of nobody, each behind the event whose number it has: `object`, `n`, times, `verb`, `rulebook`.
    """
    import ibis

    from keguan.mirror import joining

    whole = joining.both(mirror, record_type, _texts(mirror, record_type, declared, wanted), moments)
    stream = ibis.window(group_by="key", order_by=["n", "turn"], preceding=(None, 1))
    known: dict[str, Any] = {}
    for name in sorted(wanted.facts | wanted.links.keys()):
        column = column_of(record_type, declared, name)
        if column is not None and column[0] in whole.columns:
            known[f"t_{name}"] = whole[column[0]].last().over(stream)
    for place, verbs in enumerate(done_in_order(wanted)):
        was = ibis.cases((whole.verb.isin(verbs) & (whole.turn == 0), True))
        known[f"d_{place}"] = was.last().over(stream)
    found = whole.mutate(**known)
    if wanted.verbs:
        found = found.filter(found.verb.isin(sorted(wanted.verbs)))
    found = _typed(found, record_type, declared, wanted)
    for link, facts in sorted(wanted.links.items()):
        found = joining.linked(mirror, found, record_type, declared, link, sorted(facts))
    for name in sorted(wanted.lists):
        further = sorted((link, fact) for one, link, fact in wanted.followed if one == name)
        found = joining.listed(mirror, found, record_type, declared, name, further)
    return found


def done_in_order(wanted: Wanted) -> list[tuple[str, ...]]:
    """The lists of acts under `done`, in the order of their columns."""
    return sorted(wanted.done)


def _texts(mirror: "Mirror", record_type: RecordType, declared: Declared, wanted: Wanted) -> list[str]:
    """The mirror's columns that are needed, where any part has them."""
    names: Iterable[str] = [
        *(column[0] for name in sorted(wanted.facts | wanted.links.keys())
          if (column := column_of(record_type, declared, name))),
        *(f"a_{name}" for name in sorted(wanted.arguments | wanted.links.keys())),
    ]  # fmt: skip
    held = {
        name
        for table in (f"stream_{record_type.name}", f"attempt_{record_type.name}") if mirror.has(table)
        for name in mirror.table(table).columns
    }  # fmt: skip
    return [name for name in dict.fromkeys(names) if name in held]


def _typed(found: Any, record_type: RecordType, declared: Declared, wanted: Wanted) -> Any:
    """Facts before and after and arguments as typed columns; the texts they came from are left out."""
    import ibis

    from keguan.kernel.records.vocabulary import vocabulary
    from keguan.mirror.values import currency, typed

    known: dict[str, Any] = {}
    for name in sorted(wanted.facts | wanted.links.keys()):
        column = column_of(record_type, declared, name)
        if column is None or f"t_{name}" not in found.columns:
            continue
        text, kind = column
        before, after = found[f"t_{name}"], ibis.coalesce(found[text], found[f"t_{name}"])
        known[f"b_{name}"], known[f"c_{name}"] = typed(before, kind), typed(after, kind)
        if kind.name == "money":
            known[f"b_{name}__currency"], known[f"c_{name}__currency"] = currency(before), currency(after)
    kinds = {
        argument.name: argument.kind
        for verb in vocabulary.verbs.values() if verb.on == record_type.name
        for argument in verb.arguments
    }  # fmt: skip
    for name in sorted(wanted.arguments | wanted.links.keys()):
        text = f"a_{name}"
        if text in found.columns and name in kinds:
            known[f"g_{name}"] = found[text].notnull()
            known[text] = typed(found[text], kinds[name])
            if kinds[name].name == "money":
                known[f"{text}__currency"] = currency(found[text])
    for place in range(len(wanted.done)):
        known[f"d_{place}"] = found[f"d_{place}"].fill_null(False)
    kept = [name for name in found.columns if not name.startswith(("t_", "f_", "a_", "d_"))]
    return found.select(*kept, **known)
