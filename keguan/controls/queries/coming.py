"""What rulebooks that were announced will mean for clocks that run now: told before they come into force."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live.adopting import how_of
from keguan.controls.models import Obligation
from keguan.controls.queries.evidence import running
from keguan.kernel import clock
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current, last_number, rulebook, timeline_of


@dataclass(frozen=True, slots=True)
class Coming:
    """A rulebook that is announced: from when, which versions it brings, and how many running clocks are concerned.

    `policies` are new versions by code. `clocks` counts, by policy and by how it deals with what runs, the clocks of
    its deadlines that run now; `moved` those that another calendar may move (nothing where calendars stay).
    """

    begins_at: dt.datetime
    policies: dict[str, int]
    clocks: dict[tuple[str, str], int]
    moved: int | None


def coming(among: Q) -> list[Coming]:
    """The rulebooks to come, the next first; a statement or two for each."""
    now, last = clock.now(), last_number()
    if not last:
        return []
    before = current(now)
    found = []
    for begins_at, number in timeline_of(last):
        if begins_at > now:
            book = rulebook(number)
            found.append(_coming(begins_at, before, book, among))
            before = book
    return found


def movable(among: Q) -> int:
    """How many clocks run now that another calendar would have worked out anew. One statement."""
    return Obligation.objects.filter(among, state="running", due_at__gt=clock.now()).count()


def under(policies: Collection[str], among: Q) -> int:
    """How many clocks run now under these policies: a new version of theirs concerns them."""
    controls = current(clock.now()).controls
    keys = [one.key for one in controls if isinstance(one, DeadlineControl) and one.policy in policies]
    return sum(running(keys, among).values()) if keys else 0


def _coming(begins_at: dt.datetime, before: Rulebook, book: Rulebook, among: Q) -> Coming:
    versions = {code: number for code, number in book.versions.items() if before.versions.get(code) != number}
    changed = list(_changed(before, book, versions))
    counts = running([key for key, _, _ in changed], among) if changed else {}
    clocks: dict[tuple[str, str], int] = {}
    for key, policy, how in changed:
        clocks[policy, how] = clocks.get((policy, how), 0) + counts.get(key, 0)
    moved = None
    if before.calendars != book.calendars:
        moved = Obligation.objects.filter(among, state="running", due_at__gt=begins_at).count()
    return Coming(begins_at, versions, {place: count for place, count in clocks.items() if count}, moved)


def _changed(before: Rulebook, book: Rulebook, versions: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """Deadlines in force under policies that get a new version: key, policy, how what runs is dealt with."""
    adopted = how_of(before, book)
    for control in before.controls:
        if isinstance(control, DeadlineControl) and control.policy in versions:
            yield control.key, control.policy, adopted.get(control.key, "keep")
