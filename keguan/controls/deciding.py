"""What a decision makes of a request: whose consent it is, who is asked next, what runs at the end. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

Line = dict[str, Any]


def open_lines(request: Record) -> list[Line]:
    """The consents that are asked now."""
    return [line for line in request.lines["steps"] if line["pos"] == request["step"] and line["decided_at"] is None]


def mine(request: Record, person: UUID | None) -> list[Line]:
    """The consents that this person gives with one decision; none where it is not his turn.

    He consents once: it counts for every control that asks him, in each for one place. A later step of the same
    control counts too where he alone is asked; where others could, one of them is to decide.
    """
    decided = {
        line["control"] for line in request.lines["steps"] if line["decided_by"] == person and not line["is_void"]
    }
    turn = [line for line in open_lines(request) if person in line["people"] and line["control"] not in decided]
    if not turn:
        return []
    given: dict[str, Line] = {turn[0]["control"]: turn[0]}
    rest = [line for line in request.lines["steps"] if line["decided_at"] is None and person in line["people"]]
    for line in rest:
        if line["control"] not in decided:
            given.setdefault(line["control"], line)
    found = list(given.values())
    positions = {(line["control"], line["pos"]) for line in found}
    for line in rest:
        if line["people"] == [person] and (line["control"], line["pos"]) not in positions:
            found.append(line)
            positions.add((line["control"], line["pos"]))
    return found


def slot(line: Line) -> int:
    """The position of a consent in the clause's own table, wherever it stands in the request."""
    found: int = line["pos"] if line["slot"] is None else line["slot"]
    return found


def earlier(request: Record) -> list[int]:
    """Positions to which the request can be sent back: steps of the clause that were decided and still count."""
    return sorted({
        line["pos"] for line in request.lines["steps"]
        if line["decided_at"] is not None and line["pos"] < request["step"] and not line["is_void"]
        and line["added_by"] is None
    })  # fmt: skip


def asked_again(request: Record, step: int) -> list[Line]:
    """The consents that are asked once more where the request goes back to a step; none where it cannot."""
    if step not in earlier(request):
        return []
    return [
        line for line in request.lines["steps"]
        if line["decided_at"] is not None and step <= line["pos"] <= request["step"] and not line["is_void"]
        and line["added_by"] is None
    ]  # fmt: skip


def asked_next(left: Sequence[Line]) -> dict[str, Any]:
    """The facts of a request whose next step is asked: position, and who decides in words."""
    step = min(line["pos"] for line in left)
    asked = [line for line in left if line["pos"] == step]
    return {
        "step": step,
        "by_zh": "、".join(dict.fromkeys(line["by_zh"] for line in asked)),
        "by_en": ", ".join(dict.fromkeys(line["by_en"] for line in asked)),
    }


def follow_ups(request: Record, kept: Sequence[Line]) -> list[FollowUp]:
    """The commands that run once everybody has consented: what was asked for, or one for each line that is left."""
    name, who = request["verb"], request["requester"]
    if not request.lines["lines"]:
        return [FollowUp(name, request["object"], _typed(name, request["args"]), who, request.id)]
    return [FollowUp(name, line["object"], _typed(name, line["args"]), who, request.id, together=True) for line in kept]


def _typed(verb: str, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """Arguments as they were asked for, typed again: they are kept as JSON."""
    args, _ = parse(vocabulary.verbs[verb], raw or {})
    return args
