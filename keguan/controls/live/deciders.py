"""Who may still decide on a request: those who were asked and whom the clause means today. Reads only."""

from collections.abc import Sequence
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.live.approvals import questions_of
from keguan.controls.live.elsewhere import About, scenes
from keguan.controls.live.session import Session
from keguan.controls.people.resolve import Question, seated
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.spans.reading import Sitting
from keguan.policies.rulebooks import rulebook


def replaced(step: Step, notes: Session, person: UUID, items: Sequence[Item]) -> set[int]:
    """Positions of requests that asked the person whom the clause no longer means: a post was lost, an owner changed.

    A number of statements that depends on the record types concerned only; none for no items.
    """
    asking = [item for item in items if _asks(item.before, person)]
    if not asking:
        return set()
    abouts = [(item, about) for item in asking for about in acts_of(item.before)]
    found = scenes(step, notes, [about for _, about in abouts])
    questions: list[tuple[Item, Question]] = []
    known: set[int] = set()
    for (item, _), scene in zip(abouts, found, strict=True):
        if scene is not None:
            known.add(item.position)
            questions += [
                (item, one) for by in _asks(item.before, person) for one in questions_of(by, scene, item.before["how"])
            ]
    meant = seated(step.rows, step.now, [question for _, question in questions])
    seats: dict[int, list[Sitting]] = {}
    for (item, _), sittings in zip(questions, meant, strict=True):
        seats.setdefault(item.position, []).extend(one for one in sittings if one.person == person)
    for position, mine in seats.items():
        if mine and not any(one.is_own for one in mine):
            step.memo.setdefault("stands_in", {})[position] = mine[0].holder
    return known - {position for position, mine in seats.items() if mine}


def acts_of(request: Record) -> list[About]:
    """What a request asks for: one act, or one for each line that is still open."""
    verb, book = vocabulary.verbs[request["verb"]], rulebook(request["rulebook"])
    lines = [line for line in request.lines.get("lines", ()) if line["state"] == "waiting"]
    if lines:
        return [About(verb, line["object"], line["args"] or {}, request["requester"], book) for line in lines]
    return [About(verb, request["object"], request["args"] or {}, request["requester"], book)]


def _asks(request: Record, person: UUID) -> list[StepOf]:
    """The consents of the current step for which the person was asked, as the clause of then puts them."""
    controls = rulebook(request["rulebook"]).by_key
    rows = (request["read"] or {}).get("rows", {})
    found: list[StepOf] = []
    for line in request.lines["steps"]:
        control = controls.get(line["control"])
        is_his = line["pos"] == request["step"] and line["decided_at"] is None and person in line["people"]
        if is_his and isinstance(control, ApprovalControl) and control.key in rows:
            by: Sequence[StepOf] = control.table.rows[rows[control.key]].outputs["by"]
            found += [one for one in by if one.pos == line["pos"] and one.by.label().zh == line["by_zh"]]
            if line["is_handed_on"] and control.timeout and control.timeout.to:
                found.append(StepOf(line["pos"], control.timeout.to))
    return found
