"""Clocks that a date or a period opens: for the records that the control meant at that moment, whoever comes late.

A record whose stream moved after a moment was looked at by the command that moved it; every other one stands as it
stood then. So whoever looks, and whenever, opens the same clocks.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.recurrence import local_day, midnight
from keguan.controls.live import deeds, lines, obligations, opening, scenes
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.starting import Fresh, start_each
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook, timeline_of

HEADS = "select id, type, recorded_at from kernel_head where id = any(%s) and type = any(%s)"
OPENED = """
    select control, object, opened_at from controls_obligation
    where object = any(%s) and control = any(%s) and opened_at = any(%s)
"""
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Tick:
    """A moment at which a control opens clocks, under the rulebook of that moment."""

    at: dt.datetime
    control: DeadlineControl
    rulebook: int

    @property
    def opened_at(self) -> dt.datetime:
        """When its clocks begin: a day's first moment, though the policy came into force later on that day."""
        return midnight(self.control.at) if self.control.at is not None else self.at


def ticking(book: Rulebook) -> tuple[DeadlineControl, ...]:
    """The controls of a rulebook that dates and periods open."""
    found: tuple[DeadlineControl, ...] | None = book.cache.get("ticking")
    if found is None:
        found = book.cache["ticking"] = tuple(
            control for control in book.controls
            if isinstance(control, DeadlineControl) and control.is_ticking and control.is_configured
        )  # fmt: skip
    return found


def ticks(number: int, after: dt.datetime, until: dt.datetime) -> list[Tick]:
    """The moments in (after, until], in order, up to the rulebook `number`, each under the rulebook then in force."""
    line = timeline_of(number)
    found: list[Tick] = []
    before: frozenset[str] = frozenset()
    for place, (begins_at, one) in enumerate(line):
        ends_at = line[place + 1][0] if place + 1 < len(line) else dt.datetime.max.replace(tzinfo=dt.UTC)
        book = rulebook(one)
        if ends_at > after and begins_at <= until:
            for control in ticking(book):
                moments = _moments(control, book, max(after, begins_at), min(until, ends_at))
                if control.key not in before:
                    moments = [*moments, *_first(control, begins_at)]
                found += [Tick(at, control, one) for at in dict.fromkeys(moments)
                          if after < at <= until and begins_at <= at < ends_at and control.counts_on(at)]  # fmt: skip
        before = frozenset(control.key for control in ticking(book))
    return sorted(found, key=lambda tick: (tick.at, tick.control.key))


def next_tick(number: int, after: dt.datetime) -> dt.datetime | None:
    """The first moment after this one under the rulebook that is in force now."""
    found = [at for control in ticking(rulebook(number)) if (at := _next(control, rulebook(number), after)) is not None]
    return min(found, default=None)


def _moments(control: DeadlineControl, book: Rulebook, after: dt.datetime, until: dt.datetime) -> Sequence[dt.datetime]:
    first, last = local_day(after), local_day(until) + ONE_DAY
    if control.at is not None:
        return [midnight(control.at)]
    calendar = book.calendars.of()
    days = control.every.beginnings(first, last, lambda day: calendar.day(day).is_working) if control.every else ()
    return [midnight(day) for day in days]


def _first(control: DeadlineControl, begins_at: dt.datetime) -> list[dt.datetime]:
    """A control whose day is that of its coming into force opens its clocks then."""
    return [begins_at] if control.at == local_day(begins_at) and midnight(control.at) < begins_at else []


def _next(control: DeadlineControl, book: Rulebook, after: dt.datetime) -> dt.datetime | None:
    if control.at is not None:
        at = midnight(control.at)
        return at if at > after else None
    calendar = book.calendars.of()
    if control.every is None:
        return None
    return midnight(control.every.next_after(local_day(after), lambda day: calendar.day(day).is_working))


def catch_up(rows: Rows, now: dt.datetime, number: int, objects: Collection[UUID], judging: Judging) -> list[Running]:
    """Open what dates and periods have opened on these records since their streams last moved.

    No statement where no control of that time is of their type; else a fixed number for each moment and type.
    """
    types = {control.type.name for _, one in timeline_of(number) for control in ticking(rulebook(one))}
    if not types or not objects:
        return []
    heads = rows.select(HEADS, [list(objects), list(types)])
    if not heads:
        return []
    oldest = min(row["recorded_at"] for row in heads)
    found: list[Fresh] = []
    for tick in ticks(number, oldest, now):
        here = [row["id"] for row in heads if row["type"] == tick.control.type.name and row["recorded_at"] < tick.at]
        found += of_tick(rows, now, tick, here)
    return open_each(rows, found, judging)


def of_tick(rows: Rows, now: dt.datetime, tick: Tick, objects: Collection[UUID]) -> list[Fresh]:
    """The clocks that a moment opens on those of these records that the control means."""
    if not objects:
        return []
    return [
        Fresh(
            opening.waiting(tick.control, opening.place_of(scene.type, scene.id, scene.record), tick.opened_at, None,
                            now, tick.rulebook),
            tick.control,
            scene,
        )
        for scene in _scenes(rows, tick, objects)
        if _is_meant(tick, scene)
    ]  # fmt: skip


def open_each(rows: Rows, fresh: Sequence[Fresh], judging: Judging) -> list[Running]:
    """Open the clocks that are not open yet, each with those who owe it as of then."""
    if not fresh:
        return []
    known = {
        (row["control"], row["object"], row["opened_at"])
        for row in rows.select(OPENED, [
            list({one.new.object for one in fresh}), list({one.new.control for one in fresh}),
            list({one.new.opened_at for one in fresh}),
        ])
    }  # fmt: skip
    wanted = [one for one in fresh if (one.new.control, one.new.object, one.new.opened_at) not in known]
    opened = start_each(rows, wanted, judging)
    obligations.insert(rows, opened)
    return opened


def _is_meant(tick: Tick, scene: Scene) -> bool:
    population = tick.control.population
    is_there = population is None or bool(population.when.test(scene))
    return (
        is_there
        and (tick.control.holding is None or bool(tick.control.holding.test(scene)))
        and tick.control.is_drawn(scene.id, tick.opened_at)
    )


def _scenes(rows: Rows, tick: Tick, objects: Collection[UUID]) -> Iterator[Scene]:
    control, kind = tick.control, tick.control.type
    records = load(rows, vocabulary.types[kind.name], objects)
    for name in control.needs.lists:
        load_lines(rows, kind.line(name), records.values())
    linked: dict[str, set[UUID]] = {}
    for link in control.needs.links:
        target = kind.links.get(link)
        if target in vocabulary.types:
            linked.setdefault(target, set()).update(r.values[link] for r in records.values() if r.get(link))
    targets = {name: load(rows, vocabulary.types[name], keys) for name, keys in linked.items()}
    book = rulebook(tick.rulebook)
    found = [scenes.scene_of(records[key], set(control.needs.links), targets, tick.at, book) for key in sorted(records)]
    lines.follow(rows, found, control.needs, book.declared)
    deeds.put(rows, found, control.needs, upto=tick.at)
    yield from found
