"""What the clock and corrections enter in the course of a record: breaches, other calendars, what was recorded wrongly.

Pure, as the course is.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from keguan.controls.batch.clocks import Act, Clock, Said, Waived, as_uuid, keys_of, recorded
from keguan.controls.live import terming
from keguan.controls.marks import Cancel, Moved, Opening, Waiver

if TYPE_CHECKING:
    from keguan.controls.batch.courses import Course


def breach(course: "Course", act: Act) -> None:
    """A breach that was entered starts what waits for it."""
    for key in act.broke:
        one = next((one for one in course.clocks if one.control.key == key and one.due_at == act.at
                    and one.fallen is None and one.is_open), None)  # fmt: skip
        if one is None:
            continue
        one.fallen = act.event
        one.apply(act.recorded_at, course.calendar_at(one), act.by, breaks=True)
        for place in course.chained(one, "broken"):
            said = recorded(act.said.get(place, {}))
            keys = keys_of(course.control(place), said, act) if course.control(place).keys is not None else [one.key]
            for own in keys:
                course.start(place, said, own, one.due_at, act.by, one.rulebook)


def recalculate(course: "Course", act: Act) -> None:
    """Another calendar came into force: what runs from before and is due later is worked out anew."""
    number = course.begins.get(act.at, act.rulebook)
    for one in course.clocks:
        runs = one.is_open and one.fallen is None and one.state == "running"
        if one.reckoned >= number or not runs or one.due_at <= act.at:
            continue
        opening = next(mark for mark in one.marks if isinstance(mark, Opening))
        due = terming.due_moment_of(one.term, opening, one.marks, course.calendar(one, number))
        if due is not None and due != one.due_at:
            one.marks.append(Moved(max(act.at, one.opened_at), due, as_uuid(act.event)))
            one.due_at, one.reckoned = due, number


def waive(course: "Course", act: Act, waived: Waived) -> None:
    """The company forwent what somebody owed, for good or for a while."""
    for one in course.clocks:
        if one.is_open and waived.means(one):
            course.note(one, Waiver(act.at, as_uuid(act.event), waived.until), act)


def correct(course: "Course", act: Act) -> None:
    """What was recorded wrongly is set right: the clocks that it moved are judged anew."""
    course.actual.update([act.corrects] if act.corrects is not None else [])
    for one in course.clocks:
        cited = act.corrects is not None and any(str(getattr(mark, "event", "")) == act.corrects[0]
                                                 for mark in one.marks)  # fmt: skip
        said = act.said.get(one.place, {})
        if cited and act.corrects is not None:
            event, at = act.corrects
            one.marks = [replace(mark, at=at) if str(mark.event) == event else mark for mark in one.marks]
        if cited or (said.get("changed") and one.is_open):
            _retime(course, one, said, act)
            fell, due = one.fallen, one.due_at
            found = one.apply(act.recorded_at, course.calendar_at(one), act.by)
            if fell is not None and found.broken_at != due:
                one.fallen = None
            if fell is not None and one.fallen is None:
                course.lifted.add(act.event)
                _withdraw(course, fell, act)


def _retime(course: "Course", one: Clock, said: Said, act: Act) -> None:
    opening = next(mark for mark in one.marks if isinstance(mark, Opening))
    was = replace(one, opened_at=opening.at)
    if not course.set_clock(was, said, act.rulebook):
        return
    first = one.marks.index(opening)
    one.marks[first] = Opening(opening.at, was.due_at, opening.event)
    one.term, one.opened_at = was.term, opening.at


def _withdraw(course: "Course", event: str, act: Act) -> None:
    for other in course.clocks:
        if other.event == event and other.is_open:
            course.note(other, Cancel(act.recorded_at, as_uuid(act.event)), act)
