"""Who is told of overrides, and whose signature is missing: those who can help, then whoever asked."""

from uuid import UUID

from keguan.controls.live.approval_notices import about_record
from keguan.controls.live.grants import granting
from keguan.controls.live.session import Session
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.notices import Message

HOLDERS = """
    select distinct h.person from org_holding h join org_post s on s.id = h.post join org_role r on r.id = s.role
    join org_person p on p.id = h.person
    where r.code = any(%s) and h.starts_on <= %s and (h.ends_on is null or h.ends_on > %s) and p.left_on is null
"""
ENDED = {
    "override.confirm": Label("已获准许，请尽快使用", "was granted; use it in time"),
    "override.reject": Label("未获准许", "was rejected"),
}


def messages(step: Step, notes: Session) -> list[Message]:
    """Messages that follow from verbs of overrides."""
    done = [item for item in step.items if isinstance(step.outcomes.get(item.position), Done)]
    if step.verb.on != "override" or not done:
        return []
    found: list[Message] = []
    confirmers = _confirmers(step, notes) if step.verb.name == "policy.override" else []
    for item in done:
        after = step.after[item.position]
        verb = vocabulary.verbs[after["verb"]].label
        what = about_record(verb, after.get("object_label"))
        if step.verb.name == "policy.override":
            profile = notes.profile(after["requester"])
            text = Label("{who}申请破例办理{what}，待另一人确认", "{who} asks for an override: {what}")
            text = text.format(who=profile.name if profile else "", what=what)
            people = [person for person in confirmers if person != after["requester"]]
        elif step.verb.name in ENDED:
            said = ENDED[step.verb.name]
            text = Label("您申请破例办理{what}，{said}", "your override {said}: {what}").format(what=what, said=said)
            people = [after["requester"]]
        else:
            continue
        found += [Message(person, text, after["control"], after["object_type"], after["object"]) for person in people]
    return found


def _confirmers(step: Step, notes: Session) -> list[UUID]:
    """Who may confirm an override. Two statements at most."""
    roles = sorted({role for grant in granting(notes.book, "override.confirm") for role in grant.roles})
    day = step.now.date()
    return [row["person"] for row in step.rows.select(HOLDERS, [roles, day, day])] if roles else []
