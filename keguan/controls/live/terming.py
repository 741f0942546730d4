"""When an obligation is due, and the moments of its life, by the arithmetic of `controls.terms`. Asks no database."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from keguan.controls import terms
from keguan.controls.conditions import Fault as GrammarFault
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.marks import Extension, Mark, Moved, Opening, Pause, Resume, Waiver
from keguan.controls.scene import Scene
from keguan.controls.terms import (
    Calendar,
    Counting,
    Deadline,
    Form,
    NoWorkingTime,
    Stretch,
    Term,
    TermUnknown,
    due,
    due_after,
    parse_term,
    shifted_due,
    under,
)
from keguan.controls.terms.moments import due_moment
from keguan.controls.terms.shifting import moved
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

INSTANT = dt.timedelta(microseconds=1)
CalendarAt = Callable[[dt.datetime], Calendar]
"""The calendar that counted at a moment."""
ORDER = {"remind": 0, "due": 1, "escalate": 2, "again": 3}
WAKE = "wake"
"""The moment at which a waiver of what was overdue has run out."""


@dataclass(frozen=True)
class Timing:
    """A clock as it is set: when it is due, and how that is explained, with the term that counts as `text`."""

    due_at: dt.datetime
    body: dict[str, Any]


def timing(
    control: DeadlineControl, scene: Scene, at: dt.datetime, calendar: Calendar, version: int | None = None
) -> Timing | None:
    """The clock that starts at a moment; nothing where its term lacks a fact or never ends."""

    def read(name: str) -> Any:
        return look_up(scene, name)

    try:
        deadline = due(control.within, at, calendar, since=control.since, facts=read, scope=scene,
                       under=under(control.citation, version, control.within))  # fmt: skip
        settled = control.within.resolved(read, scene)
        text = f"until {deadline.due_at.isoformat()}" if settled.form is Form.BEFORE_FACT else settled.text
        body = {**deadline.as_json(), "text": text}
        return Timing(deadline.due_at, body | ({"ring": settled.ring_seconds} if settled.ring_seconds else {}))
    except (TermUnknown, NoWorkingTime, GrammarFault):
        return None


def period_end(control: DeadlineControl, scene: Scene, at: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    """When the period of a record's own that begins at a moment ends; nothing where the record says none."""
    value = scene.get(control.period.path) if control.period is not None else None
    if value is None or value == "":
        return None
    try:
        return due(parse_term(f"{value} days" if isinstance(value, int) else str(value)), at, calendar).due_at
    except (TermUnknown, NoWorkingTime, GrammarFault):
        return None


def look_up(scene: Scene, name: str) -> Any:
    """A fact by its name."""
    head, dot, tail = name.partition(".")
    return scene.get((head, tail) if dot else (head,))


def redue(marks: Sequence[Mark], term: Mapping[str, Any], calendar_at: CalendarAt) -> list[Mark]:
    """The marks with every due moment that follows from pauses and extensions worked out anew, in order of time.

    Each by the calendar in force when it happened, whoever asks and however late; what a recalculation gave holds,
    unless a pause or an extension before it was entered after it.
    """
    opening = next(mark for mark in marks if isinstance(mark, Opening))
    so_far: list[tuple[int, Mark]] = []
    found: dict[int, Mark] = {}
    for place, mark in sorted(enumerate(marks), key=lambda pair: (pair[1].at, pair[0])):
        so_far.append((place, mark))
        if isinstance(mark, Resume | Extension) or (isinstance(mark, Moved) and _entered_late(so_far, place)):
            shifted = deadline_of(term, opening, [one for _, one in so_far], calendar_at(mark.at))
            if shifted is not None:
                found[place] = replace(mark, due_at=shifted.due_at)
    return [found.get(place, mark) for place, mark in enumerate(marks)]


def _entered_late(so_far: Sequence[tuple[int, Mark]], place: int) -> bool:
    """Whether a pause or an extension that happened before was entered after."""
    return any(entered > place for entered, one in so_far if isinstance(one, Pause | Resume | Extension))


def explained(
    term: Mapping[str, Any], marks: Sequence[Mark], due_at: dt.datetime, calendar: Calendar
) -> dict[str, Any]:
    """How the due moment came about, with what paused, extended, moved or waived it."""
    opening = next(mark for mark in marks if isinstance(mark, Opening))
    found = deadline_of(term, opening, marks, calendar) or Deadline.from_json(dict(term))
    lines = [line for mark in marks if (line := _told(mark)) is not None]
    if found.paused_since is None and found.due_at != due_at:
        end = found.stretches[-1].end if found.stretches else found.started_at
        rest = (Stretch("counted", end, due_at),) if due_at > end else ()
        kept = tuple(replace(one, end=min(one.end, due_at)) for one in found.stretches if one.start < due_at)
        found = replace(found, due_at=due_at, stretches=(*kept, *rest))
    found = replace(found, explanation=(*found.explanation, *lines))
    return found.as_json() | {name: term[name] for name in ("text", "ring", "under") if name in term}


def deadline_of(
    term: Mapping[str, Any], opening: Opening, marks: Sequence[Mark], calendar: Calendar
) -> Deadline | None:
    """The deadline of a clock with its pauses and extensions; nothing where its term is none that can be shifted."""
    settled, pauses, extensions = _course(term, opening, marks)
    try:
        return shifted_due(settled, opening.at, calendar, pauses, extensions)
    except (TermUnknown, NoWorkingTime):
        return None


def due_moment_of(
    term: Mapping[str, Any], opening: Opening, marks: Sequence[Mark], calendar: Calendar
) -> dt.datetime | None:
    """The same as a bare moment, where nobody reads how it came about."""
    settled, pauses, extensions = _course(term, opening, marks)
    try:
        if not pauses and not extensions:
            return due_moment(settled, opening.at, calendar)
        return moved(settled, opening.at, calendar, None, pauses, extensions).end
    except (TermUnknown, NoWorkingTime):
        return None


def counts_days(term: Mapping[str, Any]) -> bool:
    """Whether the term ends alike for all that begin on the same day."""
    found = _parsed(term["text"])
    by_clock = found.counting in (Counting.CLOCK, Counting.WORKING_TIME) or found.to_the_minute
    return not by_clock and found.form not in (Form.UNTIL, Form.BY_TIME, Form.FACT, Form.TABLE)


def _course(
    term: Mapping[str, Any], opening: Opening, marks: Sequence[Mark]
) -> tuple[Term, list[tuple[dt.datetime, dt.datetime | None]], list[terms.Extension]]:
    """The term that counts, with its pauses and extensions."""
    settled = _settled(term, opening)
    pauses: list[tuple[dt.datetime, dt.datetime | None]] = []
    extensions: list[terms.Extension] = []
    since: dt.datetime | None = None
    for mark in sorted(marks, key=lambda one: one.at):
        match mark:
            case Pause():
                since = since or mark.at
            case Resume() if since is not None:
                pauses.append((since, max(since, mark.at)))
                since = None
            case Extension():
                to = mark.until or (_parsed(mark.term) if mark.term else settled)
                extensions.append(terms.Extension(to, mark.at))
            case _:
                pass
    if since is not None:
        pauses.append((since, None))
    return settled, pauses, extensions


def _settled(term: Mapping[str, Any], opening: Opening) -> Term:
    text = term.get("text")
    if not text:
        return Term(Form.UNTIL, at=opening.due_at)
    found = _parsed(text)
    return found.measured(term["ring"]) if "ring" in term else found


@lru_cache(maxsize=512)
def _parsed(text: str) -> Term:
    return parse_term(text)


def _told(mark: Mark) -> Label | None:
    match mark:
        case Moved():
            return Label(
                f"{_day(mark.at)} 因日历或制度变更重算，止于 {_day(mark.due_at)}",
                f"worked out anew on {_day(mark.at)} (calendar or policy changed): {_day(mark.due_at)}",
            )
        case Waiver(until=until) if until is not None:
            return Label(f"豁免至 {_day(until)}", f"waived until {_day(until)}")
    return None


def _day(at: dt.datetime) -> str:
    return f"{at.astimezone(COMPANY_ZONE):%m-%d %H:%M}"


def plan_of(
    control: DeadlineControl, due_at: dt.datetime, calendar: Calendar, again_at: dt.datetime | None = None
) -> dict[str, Any]:
    """The moments of an obligation's life in order: reminders, the breach, escalations, the next period.

    A breach is judged an instant after the due moment, for at the due moment it is still kept.
    """
    broken_at = due_at + INSTANT
    steps = [("remind", before(one.before, due_at, calendar), n) for n, one in enumerate(control.remind)]
    steps.append(("due", broken_at, 0))
    for n, one in enumerate(control.escalate):
        at = due_after(one.after, due_at, calendar) if one.after else due_at
        for turn in range(one.most):
            if turn and one.every is not None:
                at = due_after(one.every, at, calendar)
            steps.append(("escalate", max(at, broken_at), n))
    if again_at is not None:
        steps.append(("again", again_at, 0))
    steps.sort(key=lambda step: (step[1], ORDER[step[0]], step[2]))
    return {"steps": [{"what": what, "at": at.isoformat(), "n": n} for what, at, n in steps]}


def replanned(
    plan: Mapping[str, Any], told: int, fresh: Mapping[str, Any], now: dt.datetime
) -> tuple[dict[str, Any], dt.datetime | None]:
    """A plan after its due moment moved: what was told stays told, what lies behind by now is not made up for."""
    past = plan["steps"][:told]
    is_broken = any(step["what"] == "due" for step in past)
    done = [(step["what"], step["n"]) for step in past if step["what"] != "remind"]
    rest = []
    for step in fresh["steps"]:
        if (step["what"], step["n"]) in done:
            done.remove((step["what"], step["n"]))
        elif step["what"] != "remind" or (dt.datetime.fromisoformat(step["at"]) > now and not is_broken):
            rest.append(step)
    return {"steps": [*past, *rest]}, dt.datetime.fromisoformat(rest[0]["at"]) if rest else None


def silenced(
    plan: Mapping[str, Any], told: int, fresh: Mapping[str, Any], until: dt.datetime
) -> tuple[dict[str, Any], dt.datetime]:  # fmt: skip
    """A plan of what is overdue and forgone until a moment: nobody is told of anything before it."""
    wakes_at = until + INSTANT
    rest, _ = replanned(plan, told, fresh, until)
    later = [step for step in rest["steps"][told:]
             if step["what"] != "due" and dt.datetime.fromisoformat(step["at"]) > until]  # fmt: skip
    return {"steps": [*plan["steps"][:told], {"what": WAKE, "at": wakes_at.isoformat(), "n": 0}, *later]}, wakes_at


def before(term: Term, due_at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """A span before a moment: by the clock, in days, or in working time counted back."""
    hours = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1)}
    unit = term.unit.removeprefix("working_")
    if term.unit in hours:
        return due_at - term.count * hours[unit]
    if unit in hours:
        return _working_back(due_at, term.count * hours[unit], calendar)
    if term.unit == "working_day":
        last = calendar.local(due_at - INSTANT).date()
        day, left = last, term.count
        while left:
            day -= dt.timedelta(days=1)
            left -= calendar.day(day).is_working
        return due_at - (last - day)
    days = {"day": 1, "week": 7, "month": 30, "year": 365}
    return due_at - dt.timedelta(days=term.count * days[term.unit])


def _working_back(due_at: dt.datetime, wanted: dt.timedelta, calendar: Calendar) -> dt.datetime:
    """The latest moment, to the second, from which so much working time is left."""
    high, low = due_at, due_at - dt.timedelta(days=1)
    while calendar.working_time(low, due_at) < wanted:
        low -= 2 * (due_at - low)
    while high - low > dt.timedelta(milliseconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if calendar.working_time(middle, due_at) >= wanted else (low, middle)
    return (low + dt.timedelta(milliseconds=500)).replace(microsecond=0)
