"""One look: what a page asks again and again while it is made is read once. Nothing outlives the look.

A page is read at one moment, so that all of it is judged by one rulebook and by the same grants. Outside of a look (in
commands, jobs, on the command line) everything is read when it is asked for.
"""

import contextlib
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar, cast

T = TypeVar("T")
_seen: ContextVar[dict[Hashable, Any] | None] = ContextVar("seen", default=None)


@contextlib.contextmanager
def one_look() -> Iterator[None]:
    """Remember for the block what is read through `once`."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What was read under the key in this look; read now where it was not, or where there is no look."""
    seen = _seen.get()
    if seen is None:
        return read()
    if key not in seen:
        seen[key] = read()
    return cast("T", seen[key])
