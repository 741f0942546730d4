"""Whom an approver may bring in, and to whom he may send back: never those whom the clause keeps out. Reads only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from keguan.controls import deciding
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.live.deciders import acts_of, by_clause, by_name
from keguan.controls.live.elsewhere import scenes
from keguan.controls.live.session import Session
from keguan.controls.people.nodes import Named
from keguan.controls.people.resolve import Question, seated
from keguan.controls.scene import Scene
from keguan.kernel.commands.law import Step, Verdict
from keguan.kernel.commands.outcomes import Citation, Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Record
from keguan.policies.rulebooks import rulebook

HANDING = "approval.hand_over"
BRINGING = frozenset(("approval.add_approver", HANDING))
SENDING = "approval.send_back"
ANOTHER = Label("请选另一个人", "choose somebody else")
GONE = Label("此人已不在岗，不能审批", "this person does not work here any more")
SELF = Label("不能加签或转办给自己", "nobody brings in himself")
ASKS = Label("申请人不能审批自己的申请", "nobody decides on what he asks for himself")
ASKED = Label("此人已在审批人之中", "this person is among the approvers already")
RECUSED = Label("按条款此人须回避，不能审批", "by the clause this person may not decide")
PERSONAL = Label("按条款这里须本人决定，不得转办", "by the clause whoever is asked decides himself")
NOBODY = Label("那一步的人都已不在岗，退回去没有人可以决定", "nobody of that step is there any more to decide")


def refusals(step: Step, notes: Session, items: Sequence[Item]) -> dict[int, Verdict]:
    """By position, why these people may not be brought in, or this step not asked again.

    A number of statements that depends on the record types concerned only; none for other verbs.
    """
    if step.verb.name in BRINGING:
        return _bringing(step, notes, [item for item in items if item["person"] is not None])
    if step.verb.name == SENDING:
        return _sending(step, notes, [item for item in items if item["step"] is not None])
    return {}


def _bringing(step: Step, notes: Session, items: Sequence[Item]) -> dict[int, Verdict]:
    notes.meet(item["person"] for item in items)
    found = {item.position: said for item in items if (said := _plain(step, notes, item)) is not None}
    doubtful = [item for item in items if item.position not in found]
    asked: list[tuple[Item, Question]] = []
    for item, scene in zip(doubtful, _scenes(step, notes, doubtful), strict=True):
        asked += [(item, one) for one in _recusals(item, scene)] if scene is not None else []
    meant = seated(step.rows, step.now, [one for _, one in asked])
    notes.meet(one.person for sittings in meant for one in sittings)
    for (item, question), sittings in zip(asked, meant, strict=True):
        if not any(item["person"] in (one.person, one.holder) for one in sittings):
            found[item.position] = _refused(RECUSED, _citation(item.before))
        elif question.but is None and all(one.person != item["person"] for one in sittings):
            names = [profile.name for one in sittings if (profile := notes.profile(one.person)) is not None]
            who = join([Label.typed(name) for name in names])
            away = Label("此人现在不在，由{who}代理", "this person is away; {who} stands in").format(who=who)
            found.setdefault(item.position, _refused(away))
    return found


def _plain(step: Step, notes: Session, item: Item) -> Verdict | None:
    person, request = item["person"], item.before
    profile = notes.profile(person)
    if step.verb.name == HANDING and (clause := _personal(step, request)) is not None:
        return _refused(PERSONAL, clause)
    control = next((line["control"] for line in deciding.mine(request, step.ctx.actor)), None)
    others = [line for line in request.lines["steps"] if line["control"] == control and not line["is_void"]]
    if profile is None or profile.is_gone:
        return _refused(GONE)
    if person == step.ctx.actor:
        return _refused(SELF)
    if person == request["requester"]:
        return _refused(ASKS, _citation(request))
    if any(person in line["people"] or person == line["decided_by"] for line in others):
        return _refused(ASKED, _citation(request))
    return None


def _personal(step: Step, request: Record) -> Citation | None:
    """The clause by which whoever is asked has to decide himself."""
    controls = rulebook(request["rulebook"]).by_key
    for line in deciding.mine(request, step.ctx.actor):
        control = controls.get(line["control"])
        if isinstance(control, ApprovalControl) and control.personally:
            return control.citation
    return None


def _recusals(item: Item, scene: Scene) -> list[Question]:
    """Who is asked where this person is meant: as such, and without those whom the deciding rows keep out."""
    request, person = item.before, item["person"]
    controls, rows = rulebook(request["rulebook"]).by_key, (request["read"] or {}).get("rows", {})
    found = [Question(Named(person), scene, None, request["verb"])]
    for key, row in rows.items():
        control = controls.get(key)
        if isinstance(control, ApprovalControl):
            buts = {one.but.people for one in control.table.rows[row].outputs["by"] if one.but is not None}
            found += [Question(Named(person), scene, but) for but in buts]
    return found


def _sending(step: Step, notes: Session, items: Sequence[Item]) -> dict[int, Verdict]:
    """Requests of which a consent that would be asked again has nobody left to give it."""
    asked: list[tuple[Item, dict[str, Any], Question]] = []
    lines: list[tuple[Item, dict[str, Any]]] = []
    for item, scene in zip(items, _scenes(step, notes, items), strict=True):
        for line in deciding.asked_again(item.before, item["step"]) if scene is not None else ():
            lines.append((item, line))
            asked += [(item, line, one) for one in (*by_clause(item.before, line, scene), *by_name(line, scene))]  # type: ignore[arg-type]
    there: dict[UUID, set[UUID]] = {}
    for (_, line, _), sittings in zip(asked, seated(step.rows, step.now, [one for *_, one in asked]), strict=True):
        there.setdefault(line["id"], set()).update(one.person for one in sittings)
    return {
        item.position: _refused(NOBODY, _citation(item.before), "step")
        for item, line in lines
        if there.get(line["id"], set()).isdisjoint(line["people"])
    }


def _scenes(step: Step, notes: Session, items: Sequence[Item]) -> list[Scene | None]:
    """The first act that each request asks for, as controls see it."""
    return scenes(step, notes, [acts_of(item.before)[0] for item in items])


def _citation(request: Record) -> Citation | None:
    control = rulebook(request["rulebook"]).by_key.get(request["control"])
    return control.citation if control is not None else None


def _refused(text: Label, citation: Citation | None = None, field: str = "person") -> Verdict:
    return Verdict([Reason(text, ANOTHER if field == "person" else None, citation, field, kind="access")])
