"""Terms: how long somebody has, when that ends, and why.

- `parse_term(text, where) -> Term` (`TermFault` with its cure); `term.sentence(language)`, `term.text`,
  `term.configured(value)` for `@parameter=suggestion`, `term.can_pause`, `term.conditions()` of a table.
- `due(term, start, calendar, since=, facts=, scope=, under=) -> Deadline`: `due_at` (UTC), `stretches`, `lines`,
  `is_provisional`, `as_json()`/`from_json()`. `TermUnknown.name` is the fact or parameter without a value.
  `shifted_due(…, pauses, extensions)` the same under pauses and extensions; `due_at(…)` the bare moment;
  `due_after(term, due_at, calendar)` the end of a term that runs on from a due moment.
- `calendar_for(book, unit, person)` whose calendar counts; `recalculated(items)` which due moments a change moves.
- `progress(deadline, now) -> Progress`: the term bar's pieces in percent and the arithmetic so far.
- `left(due_at, now, short=False) -> Label`, `due_words(due_at, now) -> Label`: 还有 5 天 12 小时, 今天 12:30.
- `canonical(text)`, `as_typed(text) -> Label`: a term as people type it in Chinese, as a policy writes it, and back.
- `describe_day(date, calendar) -> Label` for the head of Today. Calendars themselves: `keguan.org.calendars`.
- `batch`, `ordinals`: the same arithmetic by tables, for many at once.

Pure: no clock, no database. Moments are aware and come back in UTC.
"""

from keguan.controls.conditions.faults import TermFault
from keguan.controls.terms.deadlines import Deadline, Piece, Progress, Stretch, progress
from keguan.controls.terms.due import due, due_at, shifted_due
from keguan.controls.terms.explaining import under
from keguan.controls.terms.grammar import parse_term
from keguan.controls.terms.moments import due_after, due_moment
from keguan.controls.terms.recalculating import Running, recalculated
from keguan.controls.terms.shifting import Extension
from keguan.controls.terms.term import RING, Counting, Form, Term, TermRow, TermUnknown, span
from keguan.controls.terms.today import describe_day
from keguan.controls.terms.typing import as_typed, canonical
from keguan.controls.terms.which import calendar_for
from keguan.controls.terms.words import due_words, duration, han, left
from keguan.org.calendars import STANDARD, Calendar, CalendarFault, Day, Hours, NoWorkingTime, OwnDay, read_calendar

__all__ = [
    "RING",
    "STANDARD",
    "Calendar",
    "CalendarFault",
    "Counting",
    "Day",
    "Deadline",
    "Extension",
    "Form",
    "Hours",
    "NoWorkingTime",
    "OwnDay",
    "Piece",
    "Progress",
    "Running",
    "Stretch",
    "Term",
    "TermFault",
    "TermRow",
    "TermUnknown",
    "as_typed",
    "calendar_for",
    "canonical",
    "describe_day",
    "due",
    "due_after",
    "due_at",
    "due_moment",
    "due_words",
    "duration",
    "han",
    "left",
    "parse_term",
    "progress",
    "read_calendar",
    "recalculated",
    "shifted_due",
    "span",
    "under",
]
