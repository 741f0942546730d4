"""The one pure judgement of a clock: from openings, closings and cancels of one key to its obligations.

Command, sweep and recount use this and nothing else. Asks no database and no clock.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Again = Literal["ignore", "restart"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that starts a clock, with the moment it is due."""

    at: dt.datetime
    due_at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The act that was owed."""

    at: dt.datetime
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Something that ends a clock without the act."""

    at: dt.datetime
    event: UUID | None = None


Mark = Opening | Closing | Cancel


@dataclass(frozen=True, slots=True)
class Judgement:
    """One obligation as it stands: running, kept, broken, kept_late or cancelled; `met_at` where the act was done."""

    opening: Opening
    state: str
    met_at: dt.datetime | None = None
    end: Mark | None = None


def judge(marks: Iterable[Mark], now: dt.datetime, again: Again = "ignore") -> list[Judgement]:
    """The obligations of one key, in order of opening. `marks` come in the order of the stream, nothing else.

    Met at its due moment is kept. An opening counts where its predecessor is no opening; `restart` lets it begin the
    clock anew. A clock that was cancelled after its due moment stays broken. Broken is judged strictly after the due
    moment.
    """
    found: list[Judgement] = []
    running: Opening | None = None
    for mark in marks:
        match mark:
            case Opening():
                if running is None:
                    running = mark
                elif again == "restart":
                    found.append(_ended(running, mark))
                    running = mark
            case Closing() if running is not None:
                state = "kept" if mark.at <= running.due_at else "kept_late"
                found.append(Judgement(running, state, mark.at, mark))
                running = None
            case Cancel() if running is not None:
                found.append(_ended(running, mark))
                running = None
            case _:
                pass
    if running is not None:
        found.append(Judgement(running, "broken" if now > running.due_at else "running"))
    return found


def _ended(opening: Opening, mark: Mark) -> Judgement:
    return Judgement(opening, "broken" if mark.at > opening.due_at else "cancelled", None, mark)
