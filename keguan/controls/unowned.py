"""Clocks and requests whose people resolve to nobody: never silence. The administrators are told, once for each.

Administrators are those whose grants let them fill posts (`post.assign`). What they see is `queries.faults`.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction

from keguan.controls.engines.access import EVERYONE
from keguan.controls.live.grants import granting
from keguan.kernel.commands import locks
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.org.notices import Message, send
from keguan.org.spans import ANYWHERE
from keguan.org.spans.reading import asked, look_up
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

FILLS = "post.assign"
NEW = """
    select o.id, 'obligation' as kind from controls_obligation o
    where o.people = '{}' and o.state in ('running', 'broken') and not o.is_trial
      and not exists (select from controls_unowned u where u.id = o.id)
    union all
    select a.id, 'approval' from controls_approval a
    where a.state = 'waiting' and not exists (select from controls_unowned u where u.id = a.id) and exists (
        select from controls_approvalstep s
        where s.parent = a.id and s.pos = a.step and s.decided_at is null and s.people = '{}')
    limit 1000
"""
COUNT = """
    select (select count(*) from controls_obligation
            where people = '{}' and state in ('running', 'broken') and not is_trial) as obligations,
           (select count(*) from controls_approval a where a.state = 'waiting' and exists (
                select from controls_approvalstep s
                where s.parent = a.id and s.pos = a.step and s.decided_at is null and s.people = '{}')) as approvals
"""


def tell_unowned() -> int:
    """Tell the administrators of what became nobody's since the last time; gives how many there were."""
    with transaction.atomic():
        rows = Rows()
        found = rows.select(NEW)
        if not found:
            return 0
        now, number = locks.moment(rows, None)
        rows.insert("controls_unowned", ("id", "kind", "told_at"), [(row["id"], row["kind"], now) for row in found])
        clocks = sum(row["kind"] == "obligation" for row in found)
        text = _text(clocks, len(found) - clocks)
        send(rows, [Message(person, text) for person in administrators(rows, rulebook(number), now)], now)
        return len(found)


def administrators(rows: Rows, book: Rulebook, at: dt.datetime) -> tuple[UUID, ...]:
    """Everybody who may fill posts. One statement."""
    roles = {role for grant in granting(book, FILLS) for role in grant.roles if role != EVERYONE}
    found = look_up(rows, {(role, ANYWHERE) for role in sorted(roles)}, at)
    return tuple(dict.fromkeys(one.person for some in found.values() for one in asked(some, FILLS)))


def count() -> tuple[int, int]:
    """How many open clocks nobody owes, and how many waiting requests nobody can decide. One statement."""
    [row] = Rows().select(COUNT)
    return row["obligations"], row["approvals"]


def _text(clocks: int, requests: int) -> Label:
    zh = [f"{clocks} 项应办事项没有责任人"] * bool(clocks) + [f"{requests} 项申请没有人可以决定"] * bool(requests)
    en = [f"{clocks} obligation(s) that nobody owes"] * bool(clocks)
    en += [f"{requests} request(s) that nobody can decide"] * bool(requests)
    return Label(f"{'，'.join(zh)}：请任命岗位或指定代理", f"{' and '.join(en)}: fill the posts or appoint delegates")
