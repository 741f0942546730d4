"""Time-ordered keys (RFC 9562, version 7), made here because their time is that of the command, not of a server."""

import datetime as dt
import itertools
import os
import uuid

_following = itertools.count()


def uuid7(at: dt.datetime) -> uuid.UUID:
    """A new key whose time bits are `at` (aware), to the millisecond.

    Behind the time stands a counter of 30 bits, so that keys made one after the other in one process sort that way
    even where the clock stands still; the other 44 bits are random.
    """
    milliseconds = int(at.timestamp() * 1000)
    count = next(_following) % 2**30
    high, low = count >> 18, count % 2**18
    random = int.from_bytes(os.urandom(6)) % 2**44
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low << 44 | random)


def uuid7_floor(at: dt.datetime) -> uuid.UUID:
    """The smallest key of the millisecond of `at`: the lower edge of a range of keys."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 0x2 << 62)
