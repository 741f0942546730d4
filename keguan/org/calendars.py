"""What a calendar's settings must be. They are read above this app, where terms are counted; the reader registers here.

A calendar that no term could run on is refused when it is set, not met when a deadline opens.
"""

from collections.abc import Callable, Mapping
from typing import Any

from keguan.kernel.commands.outcomes import Reason

Reader = Callable[[Mapping[str, Any]], Reason | None]

_readers: list[Reader] = []


def add_reader(reader: Reader) -> None:
    """Let this function say what is wrong with the settings of a calendar; nothing where they will do."""
    if reader not in _readers:
        _readers.append(reader)


def problem(spec: Mapping[str, Any]) -> Reason | None:
    """The first thing wrong with the settings of a calendar."""
    return next((reason for reader in _readers if (reason := reader(spec)) is not None), None)
