"""Who is told when a request was not decided in time, or whoever asked is gone."""

from typing import TYPE_CHECKING
from uuid import UUID

from keguan.controls.facts import CAUSES
from keguan.controls.live.session import Session
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message

if TYPE_CHECKING:
    from keguan.controls.live.time_limits import Judged


def messages(one: "Judged", notes: Session) -> list[Message]:
    """Those who were asked or are asked now, and whoever asked."""
    request = one.request
    verb = vocabulary.verbs[request["verb"]].label
    about = request["object_label"] or ""
    what = Label(f"“{verb.zh}”{f'（{about}）' if about else ''}", f"“{verb.en}”{f' ({about})' if about else ''}")
    profile = notes.profile(request["requester"])
    who = profile.name if profile else ""
    state = request["state"]
    if one.verb == "approval.lapse":
        why = CAUSES[request["cause"]]
        text = Label(f"{who}申请的{what.zh}已失效：{why.zh}", f"the request of {who} has lapsed: {what.en}; {why.en}")
        people = [*one.told, *([request["requester"]] if request["cause"] == "right_lost" else [])]
        return [_message(person, text, one) for person in dict.fromkeys(people)]
    found = []
    if state == "waiting":
        asked = Label(f"{who}申请{what.zh}，逾时未决定，改由您决定",
                      f"{who} asks for {what.en}; it was not decided in time and waits for you")  # fmt: skip
        found += [_message(person, asked, one) for person in dict.fromkeys(one.told)]
        by = Label(request["by_zh"], request["by_en"])
        mine = Label(f"您申请的{what.zh}逾时未决定，现由{by.zh}决定",
                     f"your request was not decided in time; now {by.en} decides: {what.en}")  # fmt: skip
    elif state == "granted":
        mine = Label(f"您申请的{what.zh}逾时未决定，视为同意",
                     f"your request was not decided in time and counts as granted: {what.en}")  # fmt: skip
    else:
        mine = Label(f"您申请的{what.zh}逾时未决定，已驳回",
                     f"your request was not decided in time and is rejected: {what.en}")  # fmt: skip
    return [*found, _message(request["requester"], mine, one)]


def _message(person: UUID, text: Label, one: "Judged") -> Message:
    return Message(person, text, one.control, one.request["object_type"], one.request["object"])
