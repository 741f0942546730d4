"""Records that were chosen from a list, as one field of a form: thousands of ids in a line of text.

What it says is only a wish: whether somebody may use a verb on a record is decided where the verb runs.
"""

import base64
import binascii
from collections.abc import Iterable
from uuid import UUID

WIDTH = 16


def packed(keys: Iterable[UUID]) -> str:
    """The ids as text."""
    return base64.urlsafe_b64encode(b"".join(key.bytes for key in keys)).decode()


def unpacked(text: str) -> list[UUID]:
    """The ids that the text holds, each once; none where it is no such text."""
    try:
        raw = base64.urlsafe_b64decode(text.encode())
    except (binascii.Error, ValueError):
        return []
    if len(raw) % WIDTH:
        return []
    return list(dict.fromkeys(UUID(bytes=raw[at : at + WIDTH]) for at in range(0, len(raw), WIDTH)))
