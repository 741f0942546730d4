"""Terms and calendars: how long somebody has, when that ends, and why.

- `parse_term(text, where) -> Term` (`TermFault` with its cure); `term.sentence(language)`, `term.text`,
  `term.configured(value)` for `@parameter=suggestion`, `term.resolved(lookup)` for `$fact`.
- `due(term, start, calendar, since=Label, facts=lookup) -> Deadline`: `due_at` (UTC), `stretches`, `explanation`,
  `is_provisional`, `as_json()`/`from_json()`. `TermUnknown.name` is the fact or parameter without a value.
- `progress(deadline, now) -> Progress`: the term bar's pieces in percent and the arithmetic so far.
- `left(due_at, now, short=False) -> Label`, `due_words(due_at, now) -> Label`: 还有 5 天 12 小时, 今天 12:30.
- `Calendar` (frozen; `STANDARD`, `read_calendar(raw, where)`): `day(date) -> Day`, `add(at, working)`,
  `working_time(start, end)`; `describe_day(date, calendar) -> Label` for the head of Today.

Pure: no clock, no database. Moments are aware and come back in UTC.
"""

from keguan.controls.conditions.faults import TermFault
from keguan.controls.terms.deadlines import Deadline, Piece, Progress, Stretch, progress
from keguan.controls.terms.due import due
from keguan.controls.terms.term import Form, Term, TermUnknown, parse_term
from keguan.controls.terms.today import describe_day
from keguan.controls.terms.words import due_words, duration, han, left
from keguan.org.calendars import STANDARD, Calendar, CalendarFault, Day, Hours, NoWorkingTime, OwnDay, read_calendar

__all__ = [
    "STANDARD",
    "Calendar",
    "CalendarFault",
    "Day",
    "Deadline",
    "Form",
    "Hours",
    "NoWorkingTime",
    "OwnDay",
    "Piece",
    "Progress",
    "Stretch",
    "Term",
    "TermFault",
    "TermUnknown",
    "describe_day",
    "due",
    "due_words",
    "duration",
    "han",
    "left",
    "parse_term",
    "progress",
    "read_calendar",
]
