"""Time-ordered keys (RFC 9562, version 7), made here because their time is that of the command, not of a server."""

import datetime as dt
import os
import uuid


def uuid7(at: dt.datetime) -> uuid.UUID:
    """A new key whose time bits are `at` (aware), to the millisecond, and whose rest is random."""
    milliseconds = int(at.timestamp() * 1000)
    random = int.from_bytes(os.urandom(10)) & ~(0xF << 76) & ~(0x3 << 62)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | random)


def uuid7_floor(at: dt.datetime) -> uuid.UUID:
    """The smallest key of the millisecond of `at`: the lower edge of a range of keys."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 0x2 << 62)
