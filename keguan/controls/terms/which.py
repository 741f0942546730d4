"""Whose calendar counts for a deadline. The one place that settles it."""

from collections.abc import Sequence
from uuid import UUID

from keguan.org.calendars import Calendar
from keguan.policies.engines import Rulebook


def calendar_for(book: Rulebook, unit: UUID | None, person: UUID | Sequence[UUID] | None = None) -> Calendar:
    """That of the person who owes it if he has one of his own, else of the record's unit, else the company's.

    Where several people owe it, any of whom may do it, their own counts only if it is the same for all.
    """
    people = [person] if isinstance(person, UUID) else list(person or ())
    own = {book.calendars.of(unit, one) for one in people if book.calendars.has_own(one)}
    if len(own) == 1 and all(book.calendars.has_own(one) for one in people):
        return own.pop()
    return book.calendars.of(unit)
