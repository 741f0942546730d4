"""The moments at which dates and periods open clocks, as acts of nobody: one for each record that was there then.

Such an act stands behind the last event that was recorded before its moment, so that it sees the record as it was.
Loads ibis inside.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.recurrence import local_day, midnight
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.mirror import Mirror

TICK = "tick:"
ONE_DAY = dt.timedelta(days=1)
ENDLESS = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Tick:
    """A moment at which the version in a place opens clocks, under a rulebook (nothing: a draft)."""

    at: dt.datetime
    opened_at: dt.datetime
    place: int
    rulebook: int | None


def timeline(mirror: "Mirror") -> list[tuple[dt.datetime, int]]:
    """The rulebooks that were in force one after the other: (from when, number)."""
    rows = mirror.table("rulebook").select("number", "valid_from").to_pyarrow().to_pylist()
    latest: dict[dt.datetime, int] = {}
    for row in rows:
        latest[row["valid_from"]] = max(row["number"], latest.get(row["valid_from"], 0))
    return sorted(latest.items())


def ticks(
    several: Mapping[int, Version], line: Sequence[tuple[dt.datetime, int]], since: dt.datetime, now: dt.datetime
) -> list[Tick]:
    """Every moment up to `now` at which one of these versions opens clocks, in order. A draft counts from `since`."""
    found: list[Tick] = []
    for place, version in several.items():
        control = version.control
        if isinstance(control, DeadlineControl) and control.is_ticking:
            there = frozenset(
                number for one in several.values() if one.key == version.key for number in one.numbers or ()
            )
            found += _of_version(place, version, control, line, there, since, now)
    return sorted(found, key=lambda one: (one.at, several[one.place].key))


def _of_version(
    place: int, version: Version, control: DeadlineControl, line: Sequence[tuple[dt.datetime, int]],
    there: frozenset[int], since: dt.datetime, now: dt.datetime,
) -> Iterator[Tick]:  # fmt: skip
    if version.numbers is None:
        for at in _moments(control, version, since, now):
            if since < at <= now and control.counts_on(at):
                yield Tick(at, _opened_at(control, at), place, None)
        return
    before = False
    for i, (begins_at, number) in enumerate(line):
        ends_at = line[i + 1][0] if i + 1 < len(line) else ENDLESS
        if number in version.numbers and begins_at <= now:
            moments = list(_moments(control, version, begins_at, min(now, ends_at)))
            if not before and control.at == local_day(begins_at) and midnight(control.at) < begins_at:
                moments.append(begins_at)
            for at in dict.fromkeys(moments):
                if begins_at <= at < ends_at and at <= now and control.counts_on(at):
                    yield Tick(at, _opened_at(control, at), place, number)
        before = number in there


def _opened_at(control: DeadlineControl, at: dt.datetime) -> dt.datetime:
    return midnight(control.at) if control.at is not None else at


def _moments(control: DeadlineControl, version: Version, after: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    if control.at is not None:
        return [midnight(control.at)]
    if control.every is None:
        return []
    calendar = version.book.calendars.of()
    days = control.every.beginnings(
        local_day(after), local_day(until) + ONE_DAY, lambda day: calendar.day(day).is_working
    )
    return [midnight(day) for day in days]


def as_acts(mirror: "Mirror", record_type: RecordType, several: Sequence[Tick]) -> Any:
    """Each moment for each record of the type that was there: `object`, `n`, an `event` of its own, its times, `verb`
    (`tick:<place in the list>`) and `rulebook`."""
    import ibis

    from keguan.controls.conditions.batch_days import local_day as day_of
    from keguan.kernel.records.kinds import COMPANY_ZONE

    rows = [
        {"tick": f"{TICK}{i}", "tick_at": one.at.astimezone(dt.UTC), "tick_book": one.rulebook}
        for i, one in enumerate(several)
    ]
    shape = {"tick": "string", "tick_at": "timestamp('UTC')", "tick_book": "int64"}
    moments = ibis.memtable(rows, schema=shape)
    stream = mirror.table(f"stream_{record_type.name}")
    own = ibis.window(group_by="object", order_by="n")
    spans = stream.select("object", "n", "recorded_at", until=stream.recorded_at.lead().over(own))
    joined = spans.join(
        moments,
        [spans.recorded_at < moments.tick_at, spans.until.isnull() | (spans.until >= moments.tick_at)],
    )
    return joined.select(
        object=joined.object, n=joined.n, event=joined.tick.concat(":").concat(joined.object),
        recorded_at=joined.tick_at, happened_at=joined.tick_at, happened_on=day_of(joined.tick_at, COMPANY_ZONE),
        rulebook=joined.tick_book, verb=joined.tick,
    )  # fmt: skip
