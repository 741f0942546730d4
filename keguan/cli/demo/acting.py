"""Acts in order of time: each course says what comes next when it has heard what became of the last act."""

import datetime as dt
import heapq
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.cli.scenarios.running import Deed, World
from keguan.controls.gate import run
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.org.queries import unread_ids

READ = "notice.read"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at a moment. `happened_at` is said where it is entered later than it was done.

    `notice.read` by nobody in particular: everybody reads what there is to read.
    """

    at: dt.datetime
    who: str | None
    do: str
    of: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    call: str | None = None
    happened_at: dt.datetime | None = None


Course = Generator[Act, Outcome | None, None]
"""What follows from each other: yields acts in order of time and is sent what became of each."""


class Play:
    """Courses side by side. What lies after `now` is not played: it is still to come."""

    def __init__(self, world: World, now: dt.datetime) -> None:
        self.world, self.now = world, now
        self._waiting: list[tuple[dt.datetime, int, Act, Course]] = []
        self._count = 0

    def begin(self, course: Course) -> None:
        """Let a course say what comes first."""
        self._queue(course, next(course, None))

    def run(self) -> None:
        """Play everything up to now, sweeping at each moment at which anything is due."""
        while self._waiting:
            at, _, act, course = heapq.heappop(self._waiting)
            try:
                following = course.send(self._play(at, act))
            except StopIteration:
                continue
            self._queue(course, following, at)
        self.world.until(self.now)

    def _queue(self, course: Course, act: Act | None, not_before: dt.datetime | None = None) -> None:
        if act is None:
            return
        at = act.at if not_before is None else max(act.at, not_before)
        if at <= self.now:
            self._count += 1
            heapq.heappush(self._waiting, (at, self._count, act, course))

    def _play(self, at: dt.datetime, act: Act) -> Outcome | None:
        """Refusals and requests belong to the play; only nonsense is a fault."""
        self.world.until(at)
        if act.do == READ:
            self._read(at)
            return None
        with clock.pinned(at):
            outcome = self.world.perform(Deed(act.do, act.who, act.of, act.given, act.call, act.happened_at))
        if wrong := _nonsense(act, outcome):
            where = f"{at:%Y-%m-%d %H:%M} {act.who} {act.do}"
            raise CommandFault(f"示范公司 {where}：{wrong}", f"the demo at {where}: {wrong}")
        if act.do == "person.add" and act.call and isinstance(outcome, Done):
            # who joins under the name of a predecessor does from now on what that one did
            self.world.names.people[act.call] = outcome.object
            del self.world.names.records[act.call]
        return outcome

    def _read(self, at: dt.datetime) -> None:
        with clock.pinned(at):
            for person in dict.fromkeys(self.world.names.people.values()):
                if unread := unread_ids(person):
                    run(Context(person, "scenario"), READ, [(key, {}) for key in unread])


def _nonsense(act: Act, outcome: Outcome | None) -> str:
    """What no person could have done: on a record that is not there, with arguments that cannot be read."""
    if isinstance(outcome, Refused) and any(reason.kind == "input" for reason in outcome.reasons):
        return "; ".join(reason.message.zh for reason in outcome.reasons)
    is_gone = outcome is None and " of " not in (act.of or "")  # a request that lapsed, a form that nothing opened
    return act.of or "" if is_gone else ""
