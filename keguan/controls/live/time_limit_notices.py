"""Who is told when a request was not decided in time, or whoever asked is gone."""

from typing import TYPE_CHECKING
from uuid import UUID

from keguan.controls.facts import CAUSES
from keguan.controls.live.approval_notices import about_record
from keguan.controls.live.session import Session
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message

if TYPE_CHECKING:
    from keguan.controls.live.overtaken import Judged

ASKED = Label(
    "{who}申请{what}，逾时未决定，改由您决定", "{who} asks for {what}; it was not decided in time and waits for you"
)
OWN = {
    "waiting": Label(
        "您申请的{what}逾时未决定，现由{by}决定", "Your request was not decided in time; now {by} decides: {what}"
    ),
    "granted": Label(
        "您申请的{what}逾时未决定，视为同意", "Your request was not decided in time and counts as granted: {what}"
    ),
}
REJECTED = Label("您申请的{what}逾时未决定，已驳回", "Your request was not decided in time and is rejected: {what}")


def messages(one: "Judged", notes: Session) -> list[Message]:
    """Those who were asked or are asked now, and whoever asked."""
    request = one.request
    verb = vocabulary.verbs[request["verb"]].label
    what = about_record(verb, request["object_label"])
    profile = notes.profile(request["requester"])
    who = profile.name if profile else ""
    state = request["state"]
    if one.verb == "approval.lapse":
        why = CAUSES[request["cause"]]
        text = Label("{who}申请的{what}已失效：{why}", "the request of {who} has lapsed: {what}; {why}")
        text = text.format(who=who, what=what, why=why)
        people = [*one.told, *([request["requester"]] if request["cause"] == "right_lost" else [])]
        return [_message(person, text, one) for person in dict.fromkeys(people)]
    found = []
    if state == "waiting":
        asked = ASKED.format(who=who, what=what)
        found = [_message(person, asked, one) for person in dict.fromkeys(one.told)]
    mine = OWN.get(state, REJECTED).format(what=what, by=Label(request["by_zh"], request["by_en"]))
    return [*found, _message(request["requester"], mine, one)]


def _message(person: UUID, text: Label, one: "Judged") -> Message:
    return Message(person, text, one.control, one.request["object_type"], one.request["object"])
