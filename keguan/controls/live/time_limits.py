"""Requests that time or people overtake: a step that nobody decided in time, a requester who is gone.

Judged with a command on the request and by the sweep; both give the same judgements, whenever they come. `look` reads
and patches the records in memory, `write` writes what was judged and gives its events.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls import deciding
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.live import evidence
from keguan.controls.live.deciders import acts_of
from keguan.controls.live.elsewhere import scenes
from keguan.controls.live.session import Session, session
from keguan.controls.live.time_limit_notices import messages
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.terms import NoWorkingTime, TermUnknown, due
from keguan.kernel.commands.law import Decided, Entry, Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import send
from keguan.policies.rulebooks import rulebook

INSTANT = dt.timedelta(microseconds=1)
LEFT = "select id, left_on from org_person where id = any(%s) and left_on is not null"
STATE = ("state", "cause", "step", "by_zh", "by_en", "decided_at", "due_at")
STEP = ("people", "by_zh", "by_en", "decided_at", "is_consent", "is_handed_on")
DECIDING = frozenset(("approval.consent", "approval.reject"))


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
        at = _limit(control, _began(request), notes)
        if at is not None:
            found[control.key] = (at, control)
    return sorted(found.values(), key=lambda pair: (pair[0], pair[1].key))


def _began(request: Record) -> dt.datetime:
    """When the step that is asked now began."""
    before = [line["decided_at"] for line in request.lines["steps"]
              if line["pos"] < request["step"] and line["decided_at"] is not None]  # fmt: skip
    began: dt.datetime = max(before, default=request["requested_at"])
    return began


def _limit(control: ApprovalControl, began: dt.datetime, notes: Session) -> dt.datetime | None:
    if control.timeout is None:
        return None
    try:
        return due(control.timeout.within, began, notes.book.calendars.of()).due_at
    except (TermUnknown, NoWorkingTime):
        return None


def decide(step: Step) -> dict[int, Decided]:
    """When the step that a request or a consent opens must be decided; nothing once a request is over."""
    notes = session(step)
    decided: dict[int, Decided] = {}
    for item in step.items:
        after = step.after[item.position]
        if after.get("state") != "waiting":
            decided[item.position] = Decided({"due_at": None, "next_at": None})
        elif item.record is None or after["step"] != item.record["step"]:
            lines = item.before.lines["steps"] if item.record else item["steps"]["steps"]
            at = step.now
            found = []
            for line in lines:
                control = rulebook(after["rulebook"]).by_key.get(line["control"])
                if line["pos"] == after["step"] and isinstance(control, ApprovalControl):
                    found.append(_limit(control, at, notes))
            earliest = min((one for one in found if one is not None), default=None)
            decided[item.position] = Decided({
                "due_at": earliest, "next_at": earliest + INSTANT if earliest else None
            })  # fmt: skip
    return decided


def look(step: Step) -> None:
    """Judge the requests that a decision is about, in memory: their records read as judged from here on."""
    if step.verb.name not in DECIDING:
        return
    requests = [item.record for item in step.items if item.record is not None and item.record["state"] == "waiting"]
    judged = judge(step, session(step), requests)
    for one in judged:
        step.memo.setdefault("judged", {}).setdefault(one.request.id, []).append(one)


def enter(step: Step) -> list[Entry]:
    """Write what was judged of the requests that the command goes on with."""
    waiting = step.memo.get("judged", {})
    judged = [one for item in step.items for one in waiting.pop(item.id, ())]
    return write(step.rows, session(step), judged)


def judge(step: Step, notes: Session, requests: Sequence[Record]) -> list[Judged]:
    """What time and people have made of these waiting requests by now; patches the records.

    A number of statements that depends on the record types concerned only.
    """
    if not requests:
        return []
    notes.meet(request["requester"] for request in requests)
    acts = [(request, about) for request in requests for about in acts_of(request)]
    found = scenes(step, notes, [about for _, about in acts])
    by_request: dict[UUID, list[Scene]] = {}
    for (request, _), scene in zip(acts, found, strict=True):
        if scene is not None:
            by_request.setdefault(request.id, []).append(scene)
    gone = _gone(step.rows, notes, requests, by_request)
    judged: list[Judged] = []
    for request in requests:
        cause, left_at = gone.get(request.id, ("", None))
        while request["state"] == "waiting":
            first = next(iter(limits(request, notes)), None)
            is_late = first is not None and first[0] < notes.now
            if cause and not (is_late and first and first[0] <= (left_at or notes.now)):
                judged.append(_lapse(request, cause, left_at or notes.now, notes.now))
            elif is_late and first:
                judged.append(_time_out(step.rows, notes, request, *first, by_request.get(request.id, [])))
            else:
                break
    return judged


def _gone(
    rows: Rows, notes: Session, requests: Sequence[Record], known: dict[UUID, list[Scene]]
) -> dict[UUID, tuple[str, dt.datetime | None]]:
    """Requests whose requester may no longer do what he asked for: why, and since when where that is known."""
    lost = []
    for request in requests:
        verb, grants = vocabulary.verbs[request["verb"]], notes.grants_for(request["requester"])
        records = [scene.record for scene in known.get(request.id, []) if scene.record]
        may = grants is not None and (
            any(grants.may(verb.name, verb.type, values) for values in records)
            if records
            else grants.may(verb.name, verb.type, None)
        )
        if not may:
            lost.append(request)
    if not lost:
        return {}
    day = notes.now.astimezone(COMPANY_ZONE).date()
    left = {row["id"]: row["left_on"] for row in rows.select(LEFT, [[request["requester"] for request in lost]])}
    found: dict[UUID, tuple[str, dt.datetime | None]] = {}
    for request in lost:
        left_on = left.get(request["requester"])
        if left_on is not None and left_on <= day:
            found[request.id] = ("requester_left", dt.datetime.combine(left_on, dt.time(), COMPANY_ZONE))
        else:
            found[request.id] = ("right_lost", None)
    return found


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


def _lapse(request: Record, cause: str, at: dt.datetime, now: dt.datetime) -> Judged:
    """The requester is gone: the request lapses, and whoever was asked is told."""
    judged = Judged(request, "approval.lapse", min(at, now), request["control"], "lapsed", uuid7(now))
    _end(request, judged, "lapsed", cause, min(at, now))
    return judged


def _time_out(
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


def write(rows: Rows, notes: Session, judged: Sequence[Judged]) -> list[Entry]:
    """Write the requests as they were judged, the evidence and the notices; gives the events. Five statements."""
    if not judged:
        return []
    requests = {one.request.id: one.request for one in judged}.values()
    rows.update(
        "controls_approval", "id",
        {"state": "text", "cause": "text", "step": "smallint", "by_zh": "text", "by_en": "text",
         "decided_at": "timestamptz", "due_at": "timestamptz", "next_at": "timestamptz"},
        [(one.id, *(one.values.get(name) for name in STATE), _next(one)) for one in requests],
    )  # fmt: skip
    steps = [line for one in requests for line in one.lines["steps"]]
    rows.update(
        "controls_approvalstep", "id",
        {"people": "uuid[]", "by_zh": "text", "by_en": "text", "decided_at": "timestamptz", "is_consent": "boolean",
         "is_handed_on": "boolean"},
        [(line["id"], *(line[name] for name in STEP)) for line in steps],
    )  # fmt: skip
    lines = [line for one in requests for line in one.lines["lines"]]
    rows.update(
        "controls_approvalline", "id", {"state": "text", "decided_at": "timestamptz"},
        [(line["id"], line["state"], line["decided_at"]) for line in lines],
    )  # fmt: skip
    evidence.keep(rows, [_shown(one, notes) for one in judged], notes.now)
    send(rows, [message for one in judged for message in messages(one, notes)], notes.now)
    return [one.entry() for one in judged]


def _next(request: Record) -> dt.datetime | None:
    at: dt.datetime | None = request["due_at"]
    return at + INSTANT if request["state"] == "waiting" and at is not None else None


def _shown(one: Judged, notes: Session) -> evidence.Shown:
    request = one.request
    return evidence.Shown(
        one.control, one.what, request["verb"], request["object_type"], request["object"], one.at, request["rulebook"],
        event=one.key, actor=request["requester"], unit=notes.unit_for(None, request["requester"]),
    )  # fmt: skip
