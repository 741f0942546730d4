"""The one pure judgement of a clock: from the marks of one key to its obligations and what they show.

Command, sweep, correction, recalculation and recount use this and nothing else. Asks no database and no clock.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from keguan.controls.marks import Cancel, Closing, Extension, Mark, Modifier, Moved, Opening, Pause, Resume, Waiver

__all__ = [
    "Again", "Cancel", "Closing", "Extension", "Judgement", "Mark", "Moved", "Opening", "Pause", "Resume", "Shift",
    "Verdict", "Waiver", "judge", "natural",
]  # fmt: skip

Again = Literal["ignore", "restart", "another"]
Span = tuple[dt.datetime, dt.datetime]
Shift = Callable[[Opening, Sequence[Span], Sequence[Extension]], dt.datetime]
"""When an opening is due, given its pauses so far and its extensions: the arithmetic of terms."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing a clock shows: opened, broken, kept, kept_late, cancelled or waived, and when it came to that."""

    outcome: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Judgement:
    """One obligation as it stands.

    `state`: running, kept, broken, kept_late, cancelled or waived. `due_at` is the due moment that holds after pauses
    and extensions (nothing while the clock is paused), `broken_at` the due moment that passed unmet, `met_at` when
    the last act that was owed was done, `end` the mark that ended it, `waived_until` until when it is forgone.
    """

    opening: Opening
    state: str
    due_at: dt.datetime | None
    broken_at: dt.datetime | None = None
    met_at: dt.datetime | None = None
    end: Mark | None = None
    waived_until: dt.datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether its time stands still."""
        return self.end is None and self.due_at is None

    @property
    def forgiven_until(self) -> dt.datetime | None:
        """Until when its breach is forgone; nothing where there is none, or it stands."""
        return self.waived_until if self.broken_at is not None else None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What it shows so far, in order."""
        found = [Verdict("opened", self.opening.at)]
        if self.broken_at is not None:
            found.append(Verdict("broken", self.broken_at))
        if self.end is not None:
            found.append(Verdict(self.state, self.met_at or self.end.at))
        return tuple(found)


@dataclass(slots=True)
class _Run:
    """The marks that fell to one opening."""

    opening: Opening
    modifiers: list[Modifier] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    end: Mark | None = None


def natural(opening: Opening, pauses: Sequence[Span], extensions: Sequence[Extension]) -> dt.datetime:
    """The due moment moved on by what was paused, by the clock; an extension says itself until when."""
    due_at = next((one.due_at for one in reversed(extensions) if one.due_at is not None), opening.due_at)
    return due_at + sum((until - since for since, until in pauses), dt.timedelta())


def judge(
    marks: Iterable[Mark], now: dt.datetime, again: Again = "ignore", at_least: int = 1, shift: Shift = natural
) -> list[Judgement]:
    """The obligations of one key, in order of opening. `marks` come in the order of the stream, nothing else.

    Which marks belong to which opening is the stream's to say: an opening counts where no other runs (`restart` ends
    what runs and begins anew, `another` lets both run; then an act meets the one opened first). How each ends is a
    matter of when things happened: met at its due moment is kept, broken is judged strictly after it, and what was
    done, paused or extended in time counts however late it was recorded. A pause or an extension after the due moment
    undoes no breach. `at_least` acts are needed to meet one.
    """
    runs: list[_Run] = []
    for mark in marks:
        _take(runs, mark, again, at_least)
    return [_judged(run, now, shift) for run in runs]


def _take(runs: list[_Run], mark: Mark, again: Again, at_least: int) -> None:
    """Let a mark fall to the openings that it concerns."""
    going = [run for run in runs if run.end is None]
    if isinstance(mark, Opening):
        if again == "restart":
            for run in going:
                run.end = mark
        if not going or again != "ignore":
            runs.append(_Run(mark))
        return
    if not going:
        return
    oldest = min(going, key=lambda run: run.opening.at)
    match mark:
        case Closing():
            oldest.closings.append(mark)
            if len(oldest.closings) >= at_least:
                oldest.end = mark
        case Extension():
            oldest.modifiers.append(mark)
        case Cancel() | Waiver(until=None):
            for run in going:
                run.end = mark
        case _:
            for run in going:
                run.modifiers.append(mark)


def _judged(run: _Run, now: dt.datetime, shift: Shift) -> Judgement:
    due_at, broken_at, waived_until = _course(run, shift)
    opening, end = run.opening, run.end
    if end is None:
        if broken_at is None and due_at is not None and now > due_at:
            broken_at = due_at
        state = "running" if broken_at is None else "broken"
        if waived_until is not None and now <= waived_until:
            state = "waived"
        return Judgement(opening, state, broken_at or due_at, broken_at, waived_until=waived_until)
    met_at = max(one.at for one in run.closings) if isinstance(end, Closing) else None
    at = met_at or end.at
    if due_at is not None and at > due_at:
        broken_at = broken_at or due_at
    if met_at is not None:
        is_late = broken_at is not None and met_at > broken_at
        return Judgement(
            opening, "kept_late" if is_late else "kept", due_at, broken_at if is_late else None, met_at, end
        )
    return Judgement(opening, "waived" if isinstance(end, Waiver) else "cancelled", due_at, broken_at, None, end)


def _course(run: _Run, shift: Shift) -> tuple[dt.datetime | None, dt.datetime | None, dt.datetime | None]:
    """The due moment at the end of a run's modifiers (nothing while paused), the breach before one, a waiver's end."""
    due_at, since = run.opening.due_at, None
    pauses: list[Span] = []
    extensions: list[Extension] = []
    waived_until: dt.datetime | None = None
    for mark in sorted(run.modifiers, key=lambda one: one.at):
        if isinstance(mark, Waiver):
            # a waiver forgives what is overdue already: what was broken stays so in the figures
            broken_at = due_at if since is None and mark.at > due_at else None
            waived_until = mark.until
            if broken_at is not None:
                return due_at, broken_at, _forgiven(run)
            due_at = max(due_at, mark.until or due_at)
            continue
        if since is None and mark.at > due_at:
            return due_at, due_at, waived_until
        match mark:
            case Pause():
                since = since or mark.at
            case Resume():
                if since is not None:
                    pauses.append((since, max(since, mark.at)))
                    since = None
                    due_at = mark.due_at or shift(run.opening, pauses, extensions)
            case Extension():
                extensions.append(mark)
                due_at = mark.due_at or shift(run.opening, pauses, extensions)
            case Moved():
                due_at = mark.due_at
    return (due_at if since is None else None), None, waived_until


def _forgiven(run: _Run) -> dt.datetime | None:
    """Until when what was broken is forgone, whichever waiver says so."""
    return max((one.until for one in run.modifiers if isinstance(one, Waiver) and one.until is not None), default=None)
