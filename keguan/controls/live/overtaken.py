"""What becomes of a request that time or people overtake: it lapses, is handed on, rejected or granted. Patches the
record in memory and notes what it changed; writes nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls import deciding
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.live.session import Session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.terms import NoWorkingTime, TermUnknown, due
from keguan.kernel.commands.law import Entry
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import Record
from keguan.policies.rulebooks import rulebook


@dataclass
class Judged:
    """What became of a request at one moment: the event's verb and time, and what it changed."""

    request: Record
    verb: str
    at: dt.datetime
    control: str
    what: str
    key: UUID
    changes: dict[str, list[Any]] = field(default_factory=dict)
    lines: list[list[Any]] = field(default_factory=list)
    follow_ups: tuple[FollowUp, ...] = ()
    told: list[UUID] = field(default_factory=list)

    def entry(self) -> Entry:
        """Its event, in the streams of the request and of the records it is about."""
        request = self.request
        objects = [("approval", "approval", request.id)]
        keys = [request["object"]] if request["object"] else request.get("records", [])
        objects += [("object" if request["object"] else "records", request["object_type"], key) for key in keys]
        parts = {name: [["set", *one[1:]] for one in self.lines if one[0] == name] for name in ("steps", "lines")}
        return Entry(
            self.verb, tuple(objects), self.at, {}, ((self.control, self.what),), self.key,
            {request.id: self.changes}, {name: found for name, found in parts.items() if found}, self.follow_ups,
        )  # fmt: skip


def limits(request: Record, notes: Session) -> list[tuple[dt.datetime, ApprovalControl]]:
    """When the time of the step that is asked now runs out, under each control that says so; the earliest first."""
    controls = rulebook(request["rulebook"]).by_key
    found: dict[str, tuple[dt.datetime, ApprovalControl]] = {}
    for line in deciding.open_lines(request):
        control = controls.get(line["control"])
        if not isinstance(control, ApprovalControl) or control.timeout is None or control.key in found:
            continue
        if line["is_handed_on"]:
            continue
        at = limit_of(control, _began(request), notes)
        if at is not None:
            found[control.key] = (at, control)
    return sorted(found.values(), key=lambda pair: (pair[0], pair[1].key))


def _began(request: Record) -> dt.datetime:
    """When the step that is asked now began."""
    before = [line["decided_at"] for line in request.lines["steps"]
              if line["pos"] < request["step"] and line["decided_at"] is not None]  # fmt: skip
    began: dt.datetime = max(before, default=request["requested_at"])
    return began


def limit_of(control: ApprovalControl, began: dt.datetime, notes: Session) -> dt.datetime | None:
    """When a step that began then runs out of time under a control; nothing where it never does."""
    if control.timeout is None:
        return None
    try:
        return due(control.timeout.within, began, notes.book.calendars.of()).due_at
    except (TermUnknown, NoWorkingTime):
        return None


def _set(request: Record, judged: Judged, **facts: Any) -> None:
    """Facts of the request from here on, noted for the event."""
    for name, value in facts.items():
        was = request.values.get(name)
        if was != value:
            kind = request.type.by_name[name].kind
            judged.changes[name] = [kind.to_json(was) if was is not None else None,
                                    kind.to_json(value) if value is not None else None]  # fmt: skip
            request.values[name] = value


def _set_line(request: Record, judged: Judged, name: str, line: dict[str, Any], **facts: Any) -> None:
    kinds = request.type.line(name).by_name
    line.update(facts)
    shown = {key: kinds[key].kind.to_json(value) if value is not None else None for key, value in facts.items()}
    judged.lines.append([name, str(line["id"]), shown])


def _end(request: Record, judged: Judged, state: str, cause: str, at: dt.datetime) -> None:
    judged.told = [person for line in deciding.open_lines(request) for person in line["people"]]
    _set(request, judged, state=state, cause=cause, decided_at=at, due_at=None)
    for line in request.lines["lines"]:
        if line["state"] == "waiting":
            _set_line(request, judged, "lines", line, state=state, decided_at=at)


def lapse(request: Record, cause: str, at: dt.datetime, now: dt.datetime) -> Judged:
    """The requester is gone: the request lapses, and whoever was asked is told."""
    judged = Judged(request, "approval.lapse", min(at, now), request["control"], "lapsed", uuid7(now))
    _end(request, judged, "lapsed", cause, min(at, now))
    return judged


def time_out(
    rows: Rows, notes: Session, request: Record, at: dt.datetime, control: ApprovalControl, known: Sequence[Scene]
) -> Judged:
    """The step was not decided in time: it is handed on, or the request is rejected, or it counts as consent."""
    judged = Judged(request, "approval.time_out", at, control.key, "timed_out", uuid7(notes.now))
    mine = [line for line in deciding.open_lines(request) if line["control"] == control.key]
    timeout = control.timeout
    if timeout is None:
        raise RuntimeError("a control without a time-out cannot run out of time")
    if timeout.then == "reject":
        _end(request, judged, "rejected", "timed_out", at)
    elif timeout.then == "escalate" and timeout.to is not None:
        [people] = resolve(rows, notes.now, [Question(timeout.to.people, known[0])]) if known else [()]
        deciders = [person for person in people if person != request["requester"]]
        words = timeout.to.words
        for line in mine:
            _set_line(request, judged, "steps", line, by_zh=words.zh, by_en=words.en,
                      people=deciders or line["people"], is_handed_on=True)  # fmt: skip
        judged.told = deciders
        _set(request, judged, **deciding.asked_next(deciding.open_lines(request)))
        _set(request, judged, due_at=next((limit for limit, _ in limits(request, notes)), None))
    else:
        for line in mine:
            _set_line(request, judged, "steps", line, is_consent=True, decided_at=at)
        _go_on(notes, request, judged, at)
    return judged


def _go_on(notes: Session, request: Record, judged: Judged, at: dt.datetime) -> None:
    """Ask the next step, or grant the request where none is left."""
    left = [line for line in request.lines["steps"] if line["decided_at"] is None]
    if left:
        _set(request, judged, **deciding.asked_next(left))
        _set(request, judged, due_at=next((limit for limit, _ in limits(request, notes)), None))
        judged.told = [person for line in deciding.open_lines(request) for person in line["people"]]
        return
    kept = [line for line in request.lines["lines"] if line["state"] == "waiting"]
    _set(request, judged, state="granted", cause="timed_out", decided_at=at, due_at=None)
    for line in kept:
        _set_line(request, judged, "lines", line, state="granted", decided_at=at)
    judged.follow_ups = tuple(deciding.follow_ups(request, kept))
