"""Places in lists as addresses carry them: a moment and the key behind it."""

import datetime as dt
from uuid import UUID

Place = tuple[dt.datetime, UUID]


def token_of(place: Place) -> str:
    """A place as text."""
    return f"{place[0].astimezone(dt.UTC).isoformat()}~{place[1]}"


def place_of(token: str) -> Place | None:
    """The inverse of `token_of`; nothing where the text is no place."""
    at, _, key = token.partition("~")
    try:
        moment = dt.datetime.fromisoformat(at)
        return (moment, UUID(key)) if moment.tzinfo else None
    except ValueError:
        return None


def key_of(text: str) -> UUID | None:
    """A key as text; nothing where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
