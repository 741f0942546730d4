"""Who may still decide on a request: those who were asked and whom the clause means today. Reads only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from keguan.controls.deciding import slot
from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.live.approvals import questions_of
from keguan.controls.live.elsewhere import About, scenes
from keguan.controls.live.session import Session
from keguan.controls.people.nodes import Named
from keguan.controls.people.resolve import Question, seated
from keguan.controls.scene import Scene
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
    asking = [item for item in items if _lines(item.before, person)]
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
                (item, one)
                for line in _lines(item.before, person)
                for one in (*by_clause(item.before, line, scene), *by_name(line, scene))
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


def by_clause(request: Record, line: dict[str, Any], scene: Scene) -> list[Question]:
    """Whom the clause of then means by a consent; nobody where an approver added it."""
    control = rulebook(request["rulebook"]).by_key.get(line["control"])
    rows = (request["read"] or {}).get("rows", {})
    if line["added_by"] is not None or not isinstance(control, ApprovalControl) or control.key not in rows:
        return []
    by: Sequence[StepOf] = control.table.rows[rows[control.key]].outputs["by"]
    found = [one for one in by if one.pos == slot(line) and one.by.label().zh == line["by_zh"]]
    if line["is_handed_on"] and control.timeout and control.timeout.to:
        found.append(StepOf(slot(line), control.timeout.to))
    return [question for one in found for question in questions_of(one, scene, request["how"])]


def by_name(line: dict[str, Any], scene: Scene) -> list[Question]:
    """Who was brought in by name; where nobody of them works here any more, whoever brought them in."""
    verb = scene.verb.name if scene.verb else None
    named = [*(line["named"] or ()), *([line["added_by"]] if line["added_by"] else ())]
    return [Question(Named(one), scene, None, verb) for one in named]


def _lines(request: Record, person: UUID) -> list[dict[str, Any]]:
    """The consents of the current step for which the person was asked, as far as a clause or a name says why."""
    controls = rulebook(request["rulebook"]).by_key
    rows = (request["read"] or {}).get("rows", {})
    return [
        line
        for line in request.lines["steps"]
        if line["pos"] == request["step"] and line["decided_at"] is None and person in line["people"]
        and (line["named"] or (line["control"] in rows and isinstance(controls.get(line["control"]), ApprovalControl)))
    ]  # fmt: skip
