"""Adding working time: one moment after the other, and a million at once. Needs no database."""

import datetime as dt
import random

from bench.results import Result, paired, result

ADDITIONS = 1_000_000
US = 1_000_000.0
TERM = dt.timedelta(hours=8)


def added(rounds: int, many: int = ADDITIONS) -> list[Result]:
    """Eight working hours after moments of three years, in a calendar with public holidays and make-up days."""
    import numpy as np

    from keguan.controls.terms.many import add_many
    from keguan.org.calendars import STANDARD

    draw = random.Random(20260101)
    first = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    starts = [first + dt.timedelta(seconds=draw.randrange(3 * 365 * 86_400)) for _ in range(many)]
    arrays = np.array([int(at.timestamp() * 1_000_000) for at in starts], dtype=np.int64)
    days = (arrays // 86_400_000_000).astype("datetime64[D]")
    holidays = np.array(
        [day for day in np.arange("2024-01-01", "2027-06-01", dtype="datetime64[D]")
         if not STANDARD.day(day.astype(dt.date)).is_working and day.astype(dt.date).weekday() < 5]
    )  # fmt: skip

    def one_by_one() -> None:
        for at in starts:
            STANDARD.add(at, TERM)

    def plainly() -> None:
        for at in starts:
            at + TERM

    def at_once() -> None:
        add_many(STANDARD, arrays, TERM)

    def whole_days() -> None:
        np.busday_offset(days, 1, roll="forward", holidays=holidays)

    unit = f"µs per addition ({many:,})"
    scale = many / 1000.0  # `result` gives milliseconds
    singles = paired(one_by_one, plainly, max(rounds // 20, 1))
    manies = paired(at_once, whole_days, max(rounds // 4, 1))
    return [
        result("term", "as many datetimes added by the clock", singles, unit, scale),
        result("term-many", "numpy's busday_offset: whole days, no hours, no make-up days", manies, unit, scale),
    ]
