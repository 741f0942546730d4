"""Working time added to many moments at once. Pure; numpy is loaded when it is asked."""

import datetime as dt
from typing import Any

from keguan.controls.terms.ordinals import MICROSECOND, moment, spans_of
from keguan.org.calendars import Calendar, NoWorkingTime


def add_many(calendar: Calendar, starts: Any, working: dt.timedelta) -> Any:
    """So much working time after each of many starts: an array of microseconds of UTC in and out (numpy, int64)."""
    import numpy as np

    starts = np.asarray(starts, dtype=np.int64)
    if not len(starts):
        return starts
    amount = working // MICROSECOND
    first, last = calendar.local(moment(int(starts.min()))).year, calendar.local(moment(int(starts.max()))).year
    for ahead in (1, 4, 16, 60):
        spans = np.array(spans_of(calendar, first, last + ahead), dtype=np.int64).reshape(-1, 3)
        if len(spans) and spans[-1, 2] + spans[-1, 1] - spans[-1, 0] > amount:
            begins, ends, before = spans.T
            place = np.maximum(np.searchsorted(begins, starts, side="right") - 1, 0)
            done = before[place] + np.clip(starts - begins[place], 0, ends[place] - begins[place])
            target = done + amount
            if target.max() <= before[-1] + ends[-1] - begins[-1]:
                found = np.searchsorted(before, target, side="left") - 1
                return begins[found] + target - before[found]
    raise NoWorkingTime
