"""Requests that time or people overtake: a step that nobody decided in time, a requester who is gone.

Judged with a command on the request and by the sweep; both give the same judgements, whenever they come. `look` reads
and patches the records in memory (`overtaken` says how), `write` writes what was judged and gives its events.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.live import evidence
from keguan.controls.live.deciders import acts_of
from keguan.controls.live.elsewhere import scenes
from keguan.controls.live.overtaken import Judged, lapse, limit_of, limits, time_out
from keguan.controls.live.session import Session, session
from keguan.controls.live.time_limit_notices import messages
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Decided, Entry, Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import send
from keguan.policies.rulebooks import rulebook

INSTANT = dt.timedelta(microseconds=1)
LEFT = "select id, left_on from org_person where id = any(%s) and left_on is not null"
STATE = ("state", "cause", "step", "by_zh", "by_en", "decided_at", "due_at")
STEP = ("people", "by_zh", "by_en", "decided_at", "is_consent", "is_handed_on")
DECIDING = frozenset(f"approval.{verb}" for verb in ("consent", "reject", "add_approver", "hand_over", "send_back"))


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
                    found.append(limit_of(control, at, notes))
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
                judged.append(lapse(request, cause, left_at or notes.now, notes.now))
            elif is_late and first:
                judged.append(time_out(step.rows, notes, request, *first, by_request.get(request.id, [])))
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
