"""Who is told of an approval: those asked, and whoever asked once it is decided or could not be carried out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keguan.controls.live.session import Session
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message

DECIDED = {
    "granted": Label("已同意", "was granted"),
    "rejected": Label("被驳回", "was rejected"),
    "returned": Label("被退回，请改好再提交", "was sent back to you to be mended"),
}

NOBODY = Label("", "")
BROUGHT_IN = {
    "approval.add_approver": Label("{by}请您加签：", "{by} adds you as an approver: "),
    "approval.hand_over": Label("{by}转给您：", "{by} hands over to you: "),
}


def messages(step: Step, notes: Session) -> list[Message]:
    """Messages that follow from a verb of approvals."""
    found: list[Message] = []
    if step.verb.on != "approval":
        return found
    for item in step.items:
        after = step.after.get(item.position)
        if after is None or not isinstance(step.outcomes.get(item.position), Done | Waiting):
            continue
        what = _what(after)
        if step.verb.name == "approval.request":
            steps = item["steps"]["steps"]
            asked = [UUID(p) for line in steps if line["pos"] == after["step"] for p in line["people"]]
            found += _asked(asked, what, after, notes)
        elif after["state"] in DECIDED:
            said = DECIDED[after["state"]]
            found.append(
                _message(
                    after["requester"],
                    Label("您申请的{what}{said}", "Your request {said}: {what}").format(what=what, said=said),
                    after,
                )
            )
        elif after["state"] == "waiting" and item.record:
            found += _asked(_next(step, item, after), what, after, notes, _brought_in(step, notes))
    return found


def _next(step: Step, item: Item, after: Mapping[str, Any]) -> list[UUID]:
    """Who is asked from now on: of the next step, of an earlier one once more, or who was brought in."""
    lines = item.before.lines["steps"]
    if step.verb.name == "approval.hand_over" or (
        step.verb.name == "approval.add_approver" and item["place"] == "before"
    ):
        return [item["person"]]
    at = item["step"] if step.verb.name == "approval.send_back" else after["step"]
    if after["step"] == item.before["step"]:
        return []
    return [
        person
        for line in lines
        if line["pos"] == at and not line["is_void"] and (line["added_by"] is None or line["decided_at"] is None)
        for person in line["people"]
    ]


def refused(step: Step) -> list[Message]:
    """What was consented to and could not be carried out, told to whoever asked."""
    found = []
    for item in step.items:
        outcome = step.outcomes.get(item.position)
        if isinstance(outcome, Refused) and step.ctx.actor is not None:
            why = join([reason.message for reason in outcome.reasons], "；", "; ")
            verb = step.verb.label
            text = Label(
                "“{verb}”已获同意，但没能办成：{why}", "“{verb}” was consented to but could not be done: {why}"
            ).format(verb=verb, why=why)
            found.append(Message(step.ctx.actor, text, None, step.verb.on, _object(item)))
    return found


def _object(item: Item) -> UUID | None:
    return item.id if item.record else None


def _what(approval: Mapping[str, Any]) -> Label:
    verb = vocabulary.verbs[approval["verb"]].label
    if several := len(approval.get("records") or ()):
        return Label("“{verb}”（{n} 件）", "“{verb}” ({n} {n:record|records})").format(verb=verb, n=several)
    return about_record(verb, approval["object_label"])


def about_record(verb: Label, called: str | None) -> Label:
    """A verb together with the record it is about, where that has a name."""
    if not called:
        return Label(f"“{verb.zh}”", f"“{verb.en}”")
    return Label("“{verb}”（{called}）", "“{verb}” ({called})").format(verb=verb, called=called)


def _brought_in(step: Step, notes: Session) -> Label:
    """Before what they are asked: who brings them in, where an approver does."""
    words = BROUGHT_IN.get(step.verb.name)
    profile = notes.profile(step.ctx.actor) if step.ctx.actor else None
    return words.format(by=profile.name) if words and profile else NOBODY


def _asked(
    people: list[UUID], what: Label, approval: Mapping[str, Any], notes: Session, brought_in: Label = NOBODY
) -> list[Message]:
    profile = notes.profile(approval["requester"])
    who = profile.name if profile else ""
    text = Label("{who}申请{what}，等您决定", "{who} asks for {what}; it waits for you").format(who=who, what=what)
    text = join([brought_in, text], "", "")
    return [_message(person, text, approval) for person in dict.fromkeys(people)]


def _message(person: UUID, text: Label, approval: Mapping[str, Any]) -> Message:
    return Message(person, text, approval["control"], approval["object_type"], approval["object"])
