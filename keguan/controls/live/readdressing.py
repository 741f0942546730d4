"""Open clocks and waiting requests whose people changed with the company: rewritten, journalled, and told.

The number of statements depends on the record types and rulebooks concerned, never on how many there are.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.deciding import slot
from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.live import dates, evidence, obligations
from keguan.controls.live.approval_notices import about_record
from keguan.controls.live.approvals import questions_of
from keguan.controls.live.deciders import acts_of, by_name
from keguan.controls.live.elsewhere import scenes
from keguan.controls.live.judging import Judging
from keguan.controls.live.obligations import Running
from keguan.controls.live.opening import question
from keguan.controls.live.scenes import scenes_of
from keguan.controls.live.session import Session
from keguan.controls.people.nodes import Named
from keguan.controls.people.reassign import changed, newly
from keguan.controls.people.resolve import Persons, Question, resolve, seated
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Entry, Step
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message, send
from keguan.org.spans.reading import Sittings
from keguan.policies.rulebooks import rulebook

Meant = dict[UUID, tuple[Record, dict[str, Any], dict[UUID, UUID]]]
"""By consent: its request, its line, and who is to be asked with whose seat that is."""


def readdress_obligations(step: Step, several: Sequence[Running]) -> list[Entry]:
    """Put the people who are meant now on open obligations; what was handed to somebody by a clause stays with him.

    The streams of their records move: what dates have opened on these is opened before.
    """
    rows, now = step.rows, step.now
    opened = Judging(now, "obligation.open")
    several = [*several, *dates.catch_up(rows, now, step.rulebook, {one.object for one in several}, opened)]
    evidence.keep(rows, opened.shown, now)
    known = scenes_of(rows, now, several)
    asked: list[tuple[Running, Question]] = []
    for one in several:
        control, scene = one.version, known.get(one.id)
        if control is not None and scene is not None and one.handed_to is None:
            asked.append((one, question(control, control.by, scene)))
    entries: list[Entry] = []
    told: list[Message] = []
    answers = resolve(rows, now, [one for _, one in asked])
    for (one, _), people in zip(asked, answers, strict=True):
        if not changed(one.people, people):
            continue
        before, one.people, one.is_changed = list(one.people), list(people), True
        args = {"obligation": one.id, "key": one.key, "people": [before, one.people]}
        objects = ((one.object_type, one.object_type, one.object),)
        entries.append(Entry("obligation.reassign", objects, now, args, ((one.control, "reassigned"),)))
        told += _owed(one, newly(before, people))
    obligations.update(rows, [one for one, _ in asked])
    send(rows, told, now)
    return entries


def readdress_requests(step: Step, notes: Session, requests: Sequence[Record]) -> list[Entry]:
    """Ask those who are meant now, in every step of these waiting requests that was not decided yet."""
    abouts = [(request, about) for request in requests for about in acts_of(request)]
    by_request: dict[UUID, list[Scene]] = {}
    for (request, _), scene in zip(abouts, scenes(step, notes, [about for _, about in abouts]), strict=True):
        if scene is not None:
            by_request.setdefault(request.id, []).append(scene)
    places: list[tuple[Record, list[dict[str, Any]]]] = []
    questions: list[Question] = []
    for request in requests:
        for lines, one in _open(request, by_request.get(request.id, [])):
            places.append((request, lines))
            questions.append(one)
    named = [
        (request, line, one)
        for request in requests
        for line in request.lines["steps"]
        if line["decided_at"] is None and line["named"]
        for scene in by_request.get(request.id, [])[:1]
        for one in by_name(line, scene)
    ]
    answers = seated(step.rows, step.now, [*questions, *(one for _, _, one in named)])
    meant: Meant = {}
    for (request, lines), found in zip(places, answers, strict=False):
        for line in lines:
            people = meant.setdefault(line["id"], (request, line, {}))[2]
            people.update((one.person, one.holder) for one in found if one.person != request["requester"])
    _by_name(meant, named, answers[len(questions) :])
    return _write(step, {key: (request, line, list(people)) for key, (request, line, people) in meant.items()})


def _by_name(
    meant: Meant, named: Sequence[tuple[Record, dict[str, Any], Question]], answers: Sequence[Sittings]
) -> None:
    """Put those who were brought in by name in the places of those they relieved, as long as any of them is there."""
    found: dict[UUID, dict[UUID, UUID]] = {}
    for (request, line, asked), sittings in zip(named, answers, strict=True):
        is_fallback = isinstance(asked.people, Named) and asked.people.person not in line["named"]
        there = found.setdefault(line["id"], {})
        if not (is_fallback and there):
            there.update((one.person, one.holder) for one in sittings if one.person != request["requester"])
        by_the_clause = meant.setdefault(line["id"], (request, line, {}))[2]
        if there:
            for person, holder in list(by_the_clause.items()):
                if person not in there and holder in (line["relieved"] or ()):
                    del by_the_clause[person]
            by_the_clause.update(there)


def _write(step: Step, meant: Mapping[UUID, tuple[Record, dict[str, Any], list[UUID]]]) -> list[Entry]:
    new: dict[UUID, tuple[Record, list[tuple[dict[str, Any], list[UUID]]]]] = {}
    for request, line, persons in meant.values():
        if changed(line["people"], persons):
            new.setdefault(request.id, (request, []))[1].append((line, persons))
    step.rows.update(
        "controls_approvalstep", "id", {"people": "uuid[]"},
        [(line["id"], people) for _, lines in new.values() for line, people in lines],
    )  # fmt: skip
    entries: list[Entry] = []
    told: list[Message] = []
    for request, lines in new.values():
        objects = [("approval", "approval", request.id)]
        keys = [request["object"]] if request["object"] else request.get("records", [])
        objects += [("object" if request["object"] else "records", request["object_type"], key) for key in keys]
        shown = [["set", str(line["id"]), {"people": [str(person) for person in people]}] for line, people in lines]
        control = ((request["control"], "reassigned"),)
        entries.append(Entry("approval.reassign", tuple(objects), step.now, {}, control, lines={"steps": shown}))
        for line, people in lines:
            if line["pos"] == request["step"]:
                told += _asked(request, newly(line["people"], people))
    send(step.rows, told, step.now)
    return entries


def _open(request: Record, known: Sequence[Scene]) -> list[tuple[list[dict[str, Any]], Question]]:
    """Undecided consents with the questions whose answers may give them: one each, or all of one wording together."""
    controls, rows = rulebook(request["rulebook"]).by_key, (request["read"] or {}).get("rows", {})
    found: list[tuple[list[dict[str, Any]], Question]] = []
    lines = [line for line in request.lines["steps"] if line["decided_at"] is None and line["added_by"] is None]
    for key in dict.fromkeys((line["control"], slot(line), line["by_zh"], line["is_handed_on"]) for line in lines):
        name, pos, words, is_handed_on = key
        control = controls.get(name)
        if not isinstance(control, ApprovalControl) or name not in rows:
            continue
        mine = [line for line in lines if (line["control"], slot(line), line["by_zh"]) == (name, pos, words)]
        for scene in known:
            questions = _questions(control, rows[name], pos, words, scene, is_handed_on=bool(is_handed_on))
            one_each = len(questions) == len(mine) and len(known) == 1
            found += [([mine[n]] if one_each else mine, question) for n, question in enumerate(questions)]
    return found


def _questions(
    control: ApprovalControl, row: int, pos: int, words: str, scene: Scene, *, is_handed_on: bool
) -> list[Question]:
    by: list[StepOf] = [one for one in control.table.rows[row].outputs["by"] if one.pos == pos]
    if is_handed_on and control.timeout is not None and control.timeout.to is not None:
        by = [StepOf(pos, control.timeout.to)]
    else:
        by = [one for one in by if one.by.label().zh == words]
    return [question for one in by for question in questions_of(one, scene, control.how)]


def _owed(one: Running, people: Persons | list[UUID]) -> list[Message]:
    control = one.version
    if control is None or one.is_trial:
        return []
    thing = Label.typed(one.object_label) if one.object_label else control.type.label
    text = Label("{thing}：“{owed}”现由您办理", "{thing}: “{owed}” is now yours to do").format(
        thing=thing, owed=control.owed
    )
    return [Message(person, text, one.control, one.object_type, one.object) for person in people]


def _asked(request: Record, people: list[UUID]) -> list[Message]:
    what = about_record(vocabulary.verbs[request["verb"]].label, request["object_label"])
    text = Label("{what}的申请现由您决定", "the request {what} is now yours to decide").format(what=what)
    return [Message(person, text, request["control"], request["object_type"], request["object"]) for person in people]
