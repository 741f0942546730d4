"""Proposals, live: who may decide on one, who may know of it, who is told. Reads only."""

from keguan.controls.live.grants import Grants
from keguan.controls.proposals import PROPOSAL
from keguan.kernel.commands.law import Step, Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Done, Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message

HIDDEN = Verdict([NOT_FOUND], is_hidden=True)
SAID = {
    "proposal.make": Label("{head}提议“{label}”，请您决定", "{head}“{label}” is proposed for you to decide"),
    "flagged": Label(
        "{head}您采纳过的“{label}”依据已变，请复核",
        "{head}the ground of “{label}”, accepted by you, has fallen: look again",
    ),
    "withdrawn": Label(
        "{head}“{label}”的提议已撤销：依据不再成立",
        "{head}the proposal of “{label}” is withdrawn: its ground no longer holds",
    ),
}


def access(step: Step, item: Item, grants: Grants) -> Verdict | None:
    """A proposal is decided by those before whom it was put; accepting takes the right to do what is proposed."""
    record, person = item.record, grants.profile.person
    if record is None:
        return HIDDEN
    is_mine = person in (record["people"] or ())
    if not (is_mine or grants.may(step.verb.name, PROPOSAL, record.values)):
        return HIDDEN
    if not is_mine:
        by = Label(record["by_zh"] or "", record["by_en"] or "")
        return Verdict([Reason(Label(f"这项提议由{by.zh}决定", f"{by.en} decides on this proposal"), kind="access")])
    proposed = vocabulary.verbs[record["verb"]]
    if step.verb.name == "proposal.accept" and not grants.may(proposed.name, proposed.type, None):
        message = Label(f"您没有“{proposed.label.zh}”的权限，不能采纳", f"you may not do “{proposed.label.en}”")
        return Verdict([Reason(message, Label("请由有权限的人决定", "let somebody decide who may"), kind="access")])
    return None


def messages(step: Step) -> list[Message]:
    """Who is told that something waits for him, or that its ground has fallen."""
    found: list[Message] = []
    for item in step.items:
        after = step.after.get(item.position)
        if after is None or not isinstance(step.outcomes.get(item.position), Done):
            continue
        text = _text(step.verb.name, after["verb"], after["state"], after["object_label"] or "")
        if text is None:
            continue
        people = [after["decided_by"]] if after["state"] == "flagged" else after["people"] or ()
        found += [Message(one, text, after["control"], after["object_type"], after["object"]) for one in people if one]
    return found


def _text(verb: str, proposed: str, state: str, thing: str) -> Label | None:
    label = vocabulary.verbs[proposed].label
    words = SAID.get(verb) or SAID.get(state)
    if words is None:
        return None
    head = Label("{thing}：", "{thing}: ").format(thing=thing) if thing else Label("", "")
    return words.format(head=head, label=label)
