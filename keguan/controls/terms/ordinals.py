"""Working time as ordinals: the tables with which a batch adds terms by equality joins.

Pure. Every figure is an integer: microseconds of UTC or of the calendar's clock, days since 1970-01-01, months since
year 0. Tables answer for starts from their first year to their last, and for ends up to a year later; outside there
is no row.

- *utc days*: from a moment's day in UTC to the calendar's day, its clock, and the working time before the moment;
- *days*: per day of the calendar its end, its working ordinal, its windows' ends, the offset of its clock;
- *buckets*: from an amount of working time back to the clock. A bucket holds the few windows that touch it;
- *working days*: from a working ordinal to the day;  *months*: a month's first day and length.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.org.calendars import DAY_SECONDS, Calendar

SECOND = 1_000_000
DAY_US = DAY_SECONDS * SECOND
FAR = 2**62
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_DAY = dt.date(1970, 1, 1)
MICROSECOND, DAY = dt.timedelta(microseconds=1), dt.timedelta(days=1)
# A bucket of working time as wide as it can be with at most so many windows in any.
WIDTHS = tuple(minutes * 60 * SECOND for minutes in (14_400, 2880, 1440, 480, 240, 120, 60, 15, 1))
MOST_IN_BUCKET = 4

Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class Ordinals:
    """The tables of several calendars (by key), column by column; `windows` and `parts`: columns of each kind."""

    utc_days: Rows
    days: Rows
    buckets: Rows
    working_days: Rows
    months: Rows
    windows: int
    parts: int


def ordinals(calendars: Mapping[str, Calendar], first_year: int, last_year: int) -> Ordinals:
    """The tables of the calendars for starts and ends from the first year to the last."""
    spans = {key: spans_of(calendar, first_year, last_year + 1) for key, calendar in calendars.items()}
    utc: list[dict[str, Any]] = []
    days: list[dict[str, Any]] = []
    buckets: list[dict[str, Any]] = []
    working: list[dict[str, Any]] = []
    windows = 1
    for key, calendar in calendars.items():
        width = _width(spans[key])
        for one in _utc_days(calendar, spans[key], first_year, last_year):
            utc.append({"calendar": key, "width": width, **one})
            windows = max(windows, len(one["windows"]))
        known = [{"calendar": key, **one} for one in _days(calendar, first_year, last_year + 1)]
        days += known
        working += [
            {"calendar": key, "ordinal": one["ordinal"], "day": one["day"]} for one in known if one["is_working"]
        ]
        buckets += [{"calendar": key, **one} for one in _buckets(spans[key], width)]
    parts = max((len(one["parts"]) for one in buckets), default=1)
    return Ordinals(
        _columns(utc, {"windows": ("window", ("start", "end"), windows)}),
        _columns(days, {}),
        _columns(buckets, {"parts": ("part", ("start", "before"), parts)}, pad=FAR),
        _columns(working, {}),
        _columns(list(_months(first_year, last_year + 1)), {}),
        windows,
        parts,
    )


Span = tuple[int, int, int]
"""A stretch of working time without a gap: start, end, working time before it."""


def spans_of(calendar: Calendar, first_year: int, last_year: int) -> list[Span]:
    """The working time of the years, windows that touch made one."""
    found: list[Span] = []
    total = 0
    for _, begin, stop in calendar.windows(dt.date(first_year - 1, 12, 31), dt.date(last_year, 12, 31)):
        start, end = us(begin), us(stop)
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end, found[-1][2])
        else:
            found.append((start, end, total))
        total += end - start
    return found


def _utc_days(calendar: Calendar, spans: Sequence[Span], first_year: int, last_year: int) -> Iterator[dict[str, Any]]:
    first = number(dt.date(first_year, 1, 1)) - 1
    at = 0
    for day in range(first, number(dt.date(last_year, 12, 31)) + 2):
        begin, stop = day * DAY_US, (day + 1) * DAY_US
        while at < len(spans) and spans[at][1] <= begin:
            at += 1
        inside, index = [], at
        while index < len(spans) and spans[index][0] < stop:
            inside.append((max(spans[index][0], begin), min(spans[index][1], stop)))
            index += 1
        ordinal = _before(spans, at, begin)
        turns = _turns(calendar, begin, stop)
        offset, turn, later = _offsets(calendar, begin, stop)
        yield {
            "utc_day": day, "ordinal": ordinal, "windows": inside,
            "day_0": number(calendar.local(moment(begin)).date()),
            "turn_1": turns[0][0], "day_1": turns[0][1], "turn_2": turns[1][0], "day_2": turns[1][1],
            "offset_0": offset, "offset_turn": turn, "offset_1": later,
        }  # fmt: skip


def _before(spans: Sequence[Span], at: int, begin: int) -> int:
    """The working time before a moment; `at` is the first span that ends after it."""
    if at < len(spans):
        start, _, before = spans[at]
        return before + max(begin - start, 0)
    return spans[-1][2] + spans[-1][1] - spans[-1][0] if spans else 0


def _turns(calendar: Calendar, begin: int, stop: int) -> list[tuple[int, int]]:
    """When the calendar's day turns within a day of UTC, and to which day; padded to two."""
    turns: dict[int, int] = {}
    first, last = calendar.local(moment(begin)).date(), calendar.local(moment(stop)).date()
    for ahead in range(1, (last - first).days + 1):
        date = first + ahead * DAY
        at = us(calendar.moment(date))
        if begin < at < stop:
            turns[at] = number(date)
    return [*sorted(turns.items()), (FAR, 0), (FAR, 0)][:2]


def _offsets(calendar: Calendar, begin: int, stop: int) -> tuple[int, int, int]:
    """The clock's offset at the begin of a day of UTC, the moment at which it changes within, the offset then."""

    def offset(at: int) -> int:
        return _microseconds(calendar.local(moment(at)).utcoffset())

    before, after = offset(begin), offset(stop - 1)
    if before == after:
        return before, FAR, before
    return before, _change(lambda second: offset(begin + second * SECOND) != before) * SECOND + begin, after


def _days(calendar: Calendar, first_year: int, last_year: int) -> Iterator[dict[str, Any]]:
    ordinal = 0
    date, last = dt.date(first_year, 1, 1), dt.date(last_year, 12, 31)
    while date <= last:
        day = calendar.day(date)
        ordinal += day.is_working
        ends_at = us(calendar.moment(date, DAY_SECONDS))
        offset, turn, later = _wall_offsets(calendar, date)
        yield {
            "day": number(date), "ends_at": ends_at, "ordinal": ordinal, "is_working": day.is_working,
            "first_start": us(calendar.moment(date, day.hours[0].start)) if day.hours else -FAR,
            "last_end": us(calendar.moment(date, day.hours[-1].end)) if day.hours else ends_at,
            "month": month_number(date), "of_month": date.day,
            "offset_0": offset, "offset_turn": turn, "offset_1": later,
        }  # fmt: skip
        date += DAY


def _wall_offsets(calendar: Calendar, date: dt.date) -> tuple[int, int, int]:
    """The offset with which a day's clock reads, and from which time of day another one holds."""
    midnight = dt.datetime.combine(date, dt.time(), calendar.zone)

    def offset(second: int) -> int:
        # wall time: no zone arithmetic in between
        return _microseconds((midnight + dt.timedelta(seconds=second)).utcoffset())

    before, after = offset(0), offset(DAY_SECONDS - 1)
    wall = number(date) * DAY_US
    if before == after:
        return before, FAR, before
    return before, wall + _change(lambda second: offset(second) != before) * SECOND, after


def _change(has_changed: Any) -> int:
    """The first second of a day at which something has changed that changes once."""
    low, high = 0, DAY_SECONDS - 1
    while low < high:
        middle = (low + high) // 2
        if has_changed(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _width(spans: Sequence[Span]) -> int:
    for width in WIDTHS:
        if max((len(parts) for parts in _touching(spans, width).values()), default=1) <= MOST_IN_BUCKET:
            return width
    return WIDTHS[-1]


def _touching(spans: Sequence[Span], width: int) -> dict[int, list[Span]]:
    """By bucket, the spans with working time in it: bucket n holds what lies above n and up to n + 1 widths."""
    found: dict[int, list[Span]] = {}
    for span in spans:
        start, end, before = span
        for bucket in range(before // width, (before + end - start - 1) // width + 1):
            found.setdefault(bucket, []).append(span)
    return found


def _buckets(spans: Sequence[Span], width: int) -> Iterator[dict[str, Any]]:
    limit = spans[-1][2] + spans[-1][1] - spans[-1][0] if spans else 0
    for bucket, touching in _touching(spans, width).items():
        yield {"bucket": bucket, "limit": limit, "parts": [(start, before) for start, _, before in touching]}


def _months(first_year: int, last_year: int) -> Iterator[dict[str, Any]]:
    for month in range(first_year * 12, (last_year + 1) * 12):
        first = dt.date(month // 12, month % 12 + 1, 1)
        length = (dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - first).days
        yield {"month": month, "first": number(first), "length": length}


def _columns(
    rows: Sequence[dict[str, Any]], spread: Mapping[str, tuple[str, Sequence[str], int]], pad: int = 0
) -> Rows:
    """Rows as columns; lists of pairs spread over numbered columns, padded."""
    found: Rows = {}
    for name in rows[0] if rows else ():
        if name not in spread:
            found[name] = [row[name] for row in rows]
            continue
        prefix, parts, most = spread[name]
        for index in range(most):
            for place, part in enumerate(parts):
                found[f"{prefix}_{index}_{part}"] = [
                    row[name][index][place] if index < len(row[name]) else pad for row in rows
                ]
    return found


def us(at: dt.datetime) -> int:
    """A moment in microseconds."""
    return (at - EPOCH) // MICROSECOND


def moment(microseconds: int) -> dt.datetime:
    """The inverse of `us`."""
    return EPOCH + microseconds * MICROSECOND


def number(date: dt.date) -> int:
    """A day as its number."""
    return (date - FIRST_DAY).days


def month_number(date: dt.date) -> int:
    """A month as its number."""
    return date.year * 12 + date.month - 1


def _microseconds(offset: dt.timedelta | None) -> int:
    return (offset or dt.timedelta()) // MICROSECOND
