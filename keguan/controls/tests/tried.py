"""How often what is drawn at random is tried: a few times in `make test`, as often as one likes in `make laws`."""

import os

OFTEN = int(os.environ.get("KEGUAN_HISTORIES") or 0)


def times(few: int) -> int:
    """How many examples: `few` of them, each time others, or as many as `make laws` asks for."""
    return max(OFTEN, few)
