"""The batch reading of a term: a column of due moments, by equality joins on the tables of `ordinals` only.

Portable: integers, comparisons and left joins, no as-of join. Exact to the microsecond against `due`. A start outside
the years of the tables, an unknown fact or condition, and a term that never ends give NULL.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import Condition
from keguan.controls.terms.batch_reading import PREFIX, Reading, microseconds, moment_of, named
from keguan.controls.terms.ordinals import Ordinals, ordinals
from keguan.controls.terms.term import Term
from keguan.org.calendars import COMPANY, Calendar, Calendars


@dataclass(frozen=True)
class CalendarTables:
    """The tables of several calendars as Ibis expressions; each calendar is named by its key."""

    utc_days: Any
    days: Any
    buckets: Any
    working_days: Any
    months: Any
    windows: int
    parts: int
    only: str | None

    @classmethod
    def of(cls, calendars: Mapping[str, Calendar], first_year: int, last_year: int) -> "CalendarTables":
        """Tables held in memory, for starts in these years."""
        return cls.reading(ordinals(calendars, first_year, last_year), *calendars)

    @classmethod
    def reading(cls, found: Ordinals, *keys: str) -> "CalendarTables":
        """Tables of what was reckoned before; `keys` are the calendars' in it."""
        import ibis
        import pyarrow as pa

        def table(rows: Mapping[str, Sequence[Any]]) -> Any:
            return ibis.memtable(pa.table({name: pa.array(column) for name, column in rows.items()}))

        return cls(
            table(found.utc_days), table(found.days), table(found.buckets), table(found.working_days),
            table(found.months), found.windows, found.parts, keys[0] if len(keys) == 1 else None,
        )  # fmt: skip


def due_ibis(
    table: Any,
    term: Term,
    start: str,
    tables: CalendarTables,
    *,
    name: str = "due_at",
    calendar: str | None = None,
    facts: Mapping[str, str] | None = None,
    texts: Mapping[str, Sequence[str]] | None = None,
    when: Callable[[Condition], Any] | None = None,
) -> Any:
    """The table with a column `name`: when the term that starts at the column `start` (a moment) is due.

    A start in microseconds since 1970 is due in microseconds: an engine may have a quicker way from and to moments.
    `calendar` is the column with the calendar's key (not needed where the tables hold one calendar). `facts` names the
    column of each fact that the term reads: a date or moment it runs before, or the text of a term, of which `texts`
    gives every one that occurs. `when` reads a condition of a table of terms over the same table.
    """
    import ibis

    key = ibis.literal(tables.only) if calendar is None else table[calendar]
    found = table.mutate(**{named("key"): key, named("us"): microseconds(table[start])})
    if when is not None:
        found = found.mutate(**{named(f"row_{i}"): when(one) for i, one in enumerate(_conditions(term))})
    reading = Reading(tables, facts or {}, texts or {}, _conditions(term))
    found, due = reading.due(found, term)
    found = found.mutate(**{name: due if table[start].type().is_integer() else moment_of(due)})
    return found.drop(*(column for column in found.columns if column.startswith(PREFIX)))


def calendar_ibis(
    table: Any, calendars: Calendars, *, unit: str | None = None, person: str | None = None, name: str = "calendar"
) -> Any:
    """The table with the key of the calendar that counts for each row, as `calendar_for` settles it.

    `unit` and `person` name columns with ids as text; leave `person` empty where several may do what is owed.
    """
    import ibis
    import pyarrow as pa

    places = [(person, calendars.person_keys()), (unit, calendars.unit_keys())]
    keys: list[str] = []
    for number, (column, known) in enumerate(places):
        if column is None or not known:
            continue
        whose, key = f"{PREFIX}whose_{number}", f"{PREFIX}found_{number}"
        found = ibis.memtable(pa.table({whose: list(known), key: list(known.values())}))
        table = table.left_join(found, [table[column] == found[whose]]).drop(whose)
        keys.append(key)
    chosen = ibis.coalesce(*(table[key] for key in keys), ibis.literal(COMPANY))
    return table.mutate(**{name: chosen}).drop(*keys)


def _conditions(term: Term) -> list[Condition]:
    return list(dict.fromkeys(term.conditions()))
