"""Due moments that another calendar moves: worked out, and written with what was and what is. Judges nothing.

The explanation is not stored anew: whoever reads it works it out from the term, the marks and the calendar (`said`).
"""

import datetime as dt
import itertools
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from keguan.controls import marks as marking
from keguan.controls.live import obligations, terming
from keguan.controls.live.obligations import Running
from keguan.controls.marks import Moved, Opening
from keguan.controls.terms import Calendar, Deadline, calendar_for
from keguan.kernel.commands.law import Entry
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook, timeline_of

CHUNK = 2000
Change = tuple[Running, dt.datetime, Calendar]
Alike = tuple[tuple[Any, ...], dict[UUID, list[dict[str, Any]]]]
Plans = dict[tuple[Any, ...], dict[str, Any]]
COLUMNS = {"due_at": "timestamptz", "next_at": "timestamptz", "plan": "jsonb", "reckoned": "integer"}
# of the term only what it is reckoned by: the explanation is long; many have the same term and the same plan
SELECT = obligations.SELECT.replace(
    " term,",
    " jsonb_strip_nulls(jsonb_build_object('text', term -> 'text', 'ring', term -> 'ring'))::text as term,",
).replace(" plan,", " plan::text as plan,")
RUNNING = SELECT + "object = any(%s) and state = 'running' and reckoned < %s order by id"
NOT_DUE = SELECT + "state = 'running' and not is_trial and due_at > %s order by due_at, id limit %s"
PLAIN = frozenset(("open", "judged", "adopted", "handed", "move"))


def moved(several: Iterable[Running], book: Rulebook, at: dt.datetime) -> list[Change]:
    """The clocks with the due moment that the calendars of this rulebook give, and which of them gives it.

    What is due already stays.
    """
    calendars: dict[tuple[Any, ...], Calendar] = {}
    known: dict[tuple[Any, ...], dt.datetime | None] = {}
    by_day: dict[str | None, bool] = {}
    found: list[Change] = []
    for one in several:
        if one.due_at <= at:
            continue
        whose = (one.unit, *one.people)
        calendar = calendars.get(whose)
        if calendar is None:
            calendar = calendars[whose] = calendar_for(book, one.unit, one.people)
        is_plain = all(body["kind"] in PLAIN for body in one.marks)
        text = one.term.get("text")
        if text not in by_day:
            by_day[text] = bool(text) and terming.counts_days(one.term)
        begins = calendar.local(one.opened_at).date() if by_day[text] and is_plain else one.opened_at
        key = (text, one.term.get("ring"), begins, whose, None if is_plain else one.id)
        if key not in known:
            known[key] = _due_at(one, calendar)
        due_at = known[key]
        if due_at is not None and due_at != one.due_at:
            found.append((one, due_at, calendar))
    return found


def running(rows: Rows, now: dt.datetime, most: int) -> list[Running]:
    """The clocks that run and are not due yet, up to so many, those due first. One statement."""
    return _running(rows.select(NOT_DUE, [now, most]))


def _due_at(one: Running, calendar: Calendar) -> dt.datetime | None:
    opening = next((mark for body in one.marks if isinstance(mark := marking.read(body), Opening)), None)
    if opening is None or not one.term.get("text"):
        return None
    return terming.due_moment_of(one.term, opening, marking.shifting(one.marks), calendar)


def steps(number: int) -> tuple[tuple[dt.datetime, int], ...]:
    """The rulebooks up to this one whose calendars differ from those before: (from when, number)."""
    line = timeline_of(number)
    return tuple(
        here
        for before, here in itertools.pairwise(line)
        if rulebook(before[1]).calendars != rulebook(here[1]).calendars
    )


def catch_up(rows: Rows, now: dt.datetime, number: int, objects: Collection[UUID]) -> list[Entry]:
    """Let every change of calendars up to a rulebook move the clocks of these records, each at its time; its events.

    No statement where calendars never changed, one where nothing moves, else two. Whoever comes first does it: the
    sweep, or a command on the record, so that a sweep that comes late finds what an early one would have left.
    """
    changes = steps(number) if objects else ()
    if not changes:
        return []
    running = _running(rows.select(RUNNING, [list(objects), changes[-1][1]]))
    plans: Plans = {}
    entries: list[Entry] = []
    changed: dict[UUID, tuple[Running, list[dict[str, Any]]]] = {}
    for begins_at, one_number in changes:
        book = rulebook(one_number)
        here = moved([one for one in running if one.reckoned < one_number], book, begins_at)
        if here:
            key = uuid7(now)
            args = {"rulebook": one_number, "moved": [[one.id, one.due_at, due_at] for one, due_at, _ in here]}
            for one, due_at, calendar in here:
                mark = _move(one, due_at, calendar, one_number, begins_at, key, plans)
                changed.setdefault(one.id, (one, []))[1].append(mark)
            named = tuple(dict.fromkeys((one.object_type, one.object_type, one.object) for one, _, _ in here))
            entries.append(Entry("obligation.recalculate", named, begins_at, args, key=key))
    rows.update_alike("controls_obligation", "id", COLUMNS, _alike(changed.values()), longer="marks")
    return entries


def _running(found: Iterable[dict[str, Any]]) -> list[Running]:
    """The clocks of these rows; what is written alike is read once."""
    known: dict[str, dict[str, Any]] = {}
    for row in found:
        for name in ("term", "plan"):
            text = row[name]
            if text not in known:
                known[text] = json.loads(text)
            row[name] = known[text]
    return [Running(**row) for row in found]


def _alike(several: Iterable[tuple[Running, list[dict[str, Any]]]]) -> Collection[Alike]:
    """What is to be written, once for all clocks that are due together, as terms by the day are; and their marks."""
    found: dict[tuple[Any, ...], Alike] = {}
    for one, added in several:
        key = (one.due_at, one.next_at, id(one.plan), one.reckoned)
        if key not in found:
            found[key] = ((one.due_at, one.next_at, one.plan, one.reckoned), {})
        found[key][1][one.id] = added
    return found.values()


def _move(
    one: Running, due_at: dt.datetime, calendar: Calendar, number: int, begins_at: dt.datetime, event: UUID,
    plans: Plans,
) -> dict[str, Any]:  # fmt: skip
    """Move a clock; gives the mark of it. Clocks of which nothing was told yet share their plan."""
    control, at = one.version, max(begins_at, one.opened_at)
    if control is not None:
        again_at = next((dt.datetime.fromisoformat(step["at"]) for step in one.plan["steps"][one.told :]
                         if step["what"] == "again"), None)  # fmt: skip
        key = (one.control, one.rulebook, due_at, calendar, again_at)
        if key not in plans:
            plans[key] = terming.plan_of(control, due_at, calendar, again_at)
        fresh = plans[key]
        if one.told or at >= dt.datetime.fromisoformat(fresh["steps"][0]["at"]):
            one.plan, one.next_at = terming.replanned(one.plan, one.told, fresh, at)
        else:
            # nothing was told yet and nothing lies behind
            one.plan, one.next_at = fresh, dt.datetime.fromisoformat(fresh["steps"][0]["at"])
    one.due_at, one.reckoned = due_at, number
    mark = marking.written(Moved(at, due_at, event))
    one.marks = [*one.marks, mark]
    return mark


def said(term: dict[str, Any], bodies: Sequence[dict[str, Any]], due_at: dt.datetime, calendar: Calendar) -> Deadline:
    """How a due moment came about: as it is stored, or worked out anew where a calendar moved it."""
    if not any(body["kind"] == "move" for body in bodies) or not term.get("text"):
        return Deadline.from_json(term)
    return Deadline.from_json(terming.explained(term, marking.read_all(bodies), due_at, calendar))
