"""Versions that come into force over running clocks, for the records at hand: whoever comes first adopts, the sweep or
a command, each version as of its first moment. So a sweep that comes late finds what an early one would have left.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live import evidence
from keguan.controls.live.adopting import Adopting, adopt, how_of
from keguan.controls.live.judging import Judging
from keguan.kernel.commands.law import Entry
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.policies.rulebooks import EMPTY, rulebook, timeline_of

DEALT_WITH = "select rulebook from controls_due where kind = 'books'"
TYPES = "select id, type from kernel_head where id = any(%s) order by id"


@dataclass(frozen=True)
class Taking:
    """A version that takes over what runs: since when, the rulebook before it, and its own."""

    at: dt.datetime
    before: int
    number: int

    def how(self) -> dict[str, str]:
        """By control that it brings over what runs: in which way."""
        before, book = rulebook(self.before) if self.before else EMPTY, rulebook(self.number)
        found: dict[str, str] | None = book.cache.get(("takes over", before.hash))
        if found is None:
            found = book.cache["takes over", before.hash] = how_of(before, book)
        return found

    def controls(self) -> dict[str, list[DeadlineControl]]:
        """These controls by the type of their records; those whose key is another record are not adopted."""
        found: dict[str, list[DeadlineControl]] = {}
        for key in self.how():
            control = rulebook(self.number).by_key[key]
            if isinstance(control, DeadlineControl) and not control.is_apart:
                found.setdefault(control.type.name, []).append(control)
        return found


def steps(number: int) -> list[Taking]:
    """The versions up to a rulebook that take over what runs, in their order."""
    line = timeline_of(number)
    several = [Taking(at, line[place - 1][1] if place else 0, one) for place, (at, one) in enumerate(line)]
    return [one for one in several if one.how()]


def waiting(rows: Rows, number: int) -> list[Taking]:
    """Those that the sweep has not dealt with yet. No statement where there never were any."""
    several = steps(number)
    if not several:
        return []
    dealt_with = next((row["rulebook"] for row in rows.select(DEALT_WITH)), 0)
    order = {one: place for place, (_, one) in enumerate(timeline_of(number))}
    return [one for one in several if order[one.number] > order.get(dealt_with, -1)]


def take(rows: Rows, now: dt.datetime, one: Taking, objects: Collection[UUID]) -> list[Entry]:
    """Bring a version over these records, which are locked and judged up to its first moment; its events."""
    by_type: dict[str, list[UUID]] = {}
    for row in rows.select(TYPES, [list(objects)]):
        by_type.setdefault(row["type"], []).append(row["id"])
    entries: list[Entry] = []
    for kind, controls in one.controls().items():
        judging, key = Judging(now, "obligation.adopt"), uuid7(now)
        work = Adopting(rulebook(one.number), one.number, one.at, now, one.how(), judging)
        adopt(rows, work, controls, by_type.get(kind, ()), key)
        changed = [*work.opened, *work.changed]
        named = tuple(dict.fromkeys((row.object_type, row.object_type, row.object) for row in changed))
        if named:
            entries.append(Entry("obligation.adopt", named, one.at, {"rulebook": one.number}, key=key))
        evidence.keep(rows, judging.shown, now)
    return entries
