"""The one clock. Nobody else reads the wall clock.

Commands take the database's time; pages and jobs take `now()`. Scenarios and demo histories pin it.
"""

import contextlib
import contextvars
import datetime as dt
from collections.abc import Iterator

_pinned: contextvars.ContextVar[dt.datetime | None] = contextvars.ContextVar("pinned", default=None)


def now() -> dt.datetime:
    """This moment, aware, in UTC; the pinned one inside `pinned`."""
    return _pinned.get() or dt.datetime.now(dt.UTC)


def pinned_at() -> dt.datetime | None:
    """The pinned moment, or nothing where the real clock runs."""
    return _pinned.get()


@contextlib.contextmanager
def pinned(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block: for scenarios and demo histories only."""
    token = _pinned.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _pinned.reset(token)
