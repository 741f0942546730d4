"""Clocks that a version took over as it came into force: made again from what a record's acts had meant until then.

The event of the adoption stands in the streams of the records that it changed; what it did to each follows from the
version, the acts before, and the clocks that ran (`live/adopting`). Pure.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.controls.batch.clocks import Act, Clock, Entered, Said, as_uuid, keys_of, owed_by
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live.adopting import how_of, runs, without
from keguan.controls.live.plans import plan
from keguan.controls.marks import Cancel, Closing, Mark, Opening, Pause, Resume
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import EMPTY

if TYPE_CHECKING:
    from keguan.controls.batch.courses import Course

ADOPT = "obligation.adopt"
Seen = tuple[Said, Act]
"""What an opening act meant for the version, and the act."""


def adopt(course: "Course", act: Act) -> None:
    """Bring the versions of a rulebook over what runs on a record; `act` is the event that says so."""
    number = course.begins.get(act.at)
    if number is None:
        return
    earlier = [one for at, one in sorted(course.begins.items()) if at < act.at]
    book = course.books[number]
    how = how_of(course.books[earlier[-1]] if earlier else EMPTY, book)
    for place, version in course.versions.items():
        control = course.control(place)
        if control.key in how and number in (version.numbers or ()) and not control.is_apart:
            for key, marks, seen in list(_clocks(course, place, control, book, act)):
                _adopt(course, act, place, how[control.key], key, marks, seen)


def _clocks(
    course: "Course", place: int, control: DeadlineControl, book: Rulebook, act: Act
) -> Iterator[tuple[str, tuple[Mark, ...], Seen]]:
    """The clocks that the acts so far tell under the version, by key."""
    found: dict[str, list[tuple[Mark, Seen]]] = {}
    voided: UUID | None = None
    for one in (one for one in course.past if one.recorded_at < act.at):
        said, event = one.said.get(place, {}), as_uuid(one.event)
        at = course.actual.get(one.event, one.at)
        if said.get("open"):
            for key in keys_of(control, said, one):
                found.setdefault(key, []).append((Opening(at, at, event), (said, one)))
        marks: dict[str, Mark] = {"do": Closing(at, event), "cancel": Cancel(at, event), "pause": Pause(at, event),
                 "resume": Resume(at, None, event)}  # fmt: skip
        for name, mark in marks.items():
            if said.get(name):
                meant = said.get("key")
                for key in [str(meant)] if meant is not None else list(found):
                    found.setdefault(key, []).append((mark, (said, one)))
        if one.is_own and (one.is_void or plan(book, one.verb).ends_with(control)):
            for pairs in found.values():
                pairs.append((Cancel(at, event), (said, one)))
            voided = event if one.is_void else voided
        if one.is_own and one.is_reinstating:
            found = {key: without(pairs, voided) for key, pairs in found.items()}
    for key, pairs in found.items():
        yield from ((key, marks, seen) for marks, seen in runs(control, pairs, act.recorded_at))


def _adopt(course: "Course", act: Act, place: int, how: str, key: str, marks: tuple[Mark, ...], seen: Seen) -> None:
    """One clock: begun anew, gone on with by the new version, or left as it is."""
    control, opening, number = course.control(place), marks[0], course.begins[act.at]
    ended = next((mark for mark in marks[1:] if isinstance(mark, Closing | Cancel)), None)
    if ended is not None and ended.at <= act.at:
        return
    event = seen[1].event
    there = next((one for one in reversed(course.clocks)
                  if one.control.key == control.key and one.key == key and one.event == event), None)  # fmt: skip
    if there is not None:
        is_newer = (there.rulebook or 0) >= number or opening.at > act.at
        if is_newer or there.state != "running":
            return
        if how == "switch":
            _switch(course, act, there, place, seen[0])
            return
        there.marks.append(Cancel(act.at, as_uuid(act.event)))
        there.apply(act.recorded_at, course.calendar_at(there), act.by)
    started_at = opening.at if how == "switch" else max(opening.at, act.at)
    _start(course, act, Clock(
        place, control, key, number, started_at, event, {}, started_at, course.code, as_uuid(seen[0].get("unit")),
        owed_by(seen[0]), reckoned=number,
    ), marks, seen[0], is_adopted=how == "switch" and started_at < act.at)  # fmt: skip


def _switch(course: "Course", act: Act, one: Clock, place: int, said: Said) -> None:
    """A clock that runs goes on by the new version, from where it began."""
    was = one.place, one.control, one.due_at
    number = course.begins[act.at]
    one.place, one.control = place, course.control(place)
    if not course.set_clock(one, said, number):
        one.place, one.control, one.due_at = was
        return
    first = next(i for i, mark in enumerate(one.marks) if isinstance(mark, Opening))
    one.marks[first] = Opening(one.opened_at, one.due_at, as_uuid(one.event))
    one.rulebook, one.reckoned, one.adopted_at = number, number, act.at
    one.apply(act.recorded_at, course.calendar_at(one), act.by)


def _start(course: "Course", act: Act, new: Clock, marks: tuple[Mark, ...], said: Said, *, is_adopted: bool) -> None:
    if not course.set_clock(new, said, new.rulebook):
        return
    new.marks = [Opening(new.opened_at, new.due_at, as_uuid(new.event))]
    if said.get("holds"):
        new.end = Closing(new.opened_at, as_uuid(new.event))
        new.marks.append(new.end)
        new.state = "kept"
    elif is_adopted:
        new.adopted_at = act.at
        new.state = "broken" if new.due_at < act.at else "running"
    if not is_adopted:
        new.shown = [Entered("opened", new.opened_at, act.by)]
    later = [mark for mark in marks[1:] if mark.at >= new.opened_at]
    new.marks += later
    if len(marks) > 1:
        new.apply(act.recorded_at, course.calendar_at(new), act.by)
    course.clocks.append(new)
