"""What guards and requests leave to be done once a command has run: exceptions used up, verbs that follow, watches."""

import datetime as dt
from uuid import UUID

from keguan.controls.live import overriding
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.kinds import COMPANY_ZONE

LEAVING = {"person.leave": ("left_on", None), "post.relieve": ("ends_on", "person")}
"""Verbs after which somebody may no longer do what he asked for: since which day, and the argument with the person."""
WATCH = """
    update controls_approval a set next_at = least(coalesce(a.next_at, w.at), w.at)
    from unnest(%s::uuid[], %s::timestamptz[]) as w(person, at) where a.requester = w.person and a.state = 'waiting'
"""


def follow(step: Step) -> None:
    """Everything that follows from guards and requests. At most two statements."""
    overriding.use(step, step.items)
    for item in step.items:
        outcome = step.outcomes.get(item.position)
        also: list[FollowUp] = step.memo.get("also", {}).get(item.position, [])
        if also and outcome is not None and not isinstance(outcome, Waiting):
            step.follow_ups.setdefault(item.position, []).extend(also)
            del step.memo["also"][item.position]
        if isinstance(outcome, Done) and step.ctx.approval is not None and step.verb.creates:
            fulfil = FollowUp("approval.fulfil", step.ctx.approval, {"object": item.id}, None)
            step.follow_ups.setdefault(item.position, []).append(fulfil)
    if step.verb.name in LEAVING:
        _watch(step)


def _watch(step: Step) -> None:
    """Have the requests of people who leave looked at on the day."""
    day, person = LEAVING[step.verb.name]
    people: list[UUID] = []
    moments: list[dt.datetime] = []
    for item in step.items:
        if isinstance(step.outcomes.get(item.position), Done):
            on = item[day] or step.now.astimezone(COMPANY_ZONE).date()
            people.append(item[person] if person else item.id)
            moments.append(dt.datetime.combine(on, dt.time(), COMPANY_ZONE))
    if people:
        step.rows.execute(WATCH, [people, moments])
