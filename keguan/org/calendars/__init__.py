"""When the company works: calendars that inherit from company to department to person. Pure; what is stored is read
elsewhere.

- `read_calendar(raw)` the company's, `read_layer(raw)` the differences of a unit or person; `CalendarFault` with cure.
- `Calendar`: `day(date) -> Day`, `add(at, working)`, `working_time(start, end)`, `windows(first, last)`.
- `Calendars(body).of(unit=, person=) -> Calendar`: which one counts; `key_of`, `by_key`, `unit_keys`, `person_keys`:
  the same for a batch.
"""

from keguan.org.calendars.calendar import STANDARD, Calendar, Day, NoWorkingTime
from keguan.org.calendars.faults import CalendarFault
from keguan.org.calendars.form import calendar_problem, read_calendar, read_layer
from keguan.org.calendars.inheritance import COMPANY, Calendars
from keguan.org.calendars.layers import DAY_SECONDS, Hours, Layer, OwnDay, Season

__all__ = [
    "COMPANY",
    "DAY_SECONDS",
    "STANDARD",
    "Calendar",
    "CalendarFault",
    "Calendars",
    "Day",
    "Hours",
    "Layer",
    "NoWorkingTime",
    "OwnDay",
    "Season",
    "calendar_problem",
    "read_calendar",
    "read_layer",
]
