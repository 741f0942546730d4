"""After posts, people or delegations changed: who owes open clocks and who is asked by waiting requests is asked anew.

Run at once after such a command and by the clock's job, which also meets the moments that no command marks: a post that
begins tomorrow, a delegation that ends. What changes is written down by the org (`org_holder_change`) in the command's
own transaction, so a crash loses nothing; running twice changes nothing. Costs what is concerned, chunk by chunk.

What is due by then is judged first, with the people of its own moments: else a clock that a late sweep opens for the
day before the change would stay with those who had the post that day.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.gate import law
from keguan.controls.live import obligations, readdressing
from keguan.controls.live.session import session
from keguan.controls.people.reassign import is_concerned
from keguan.controls.sweep import sweep_all
from keguan.kernel.commands import locks
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load, load_lines
from keguan.kernel.commands.transaction import Transaction
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import delegation_notices
from keguan.policies.engines import Control
from keguan.policies.rulebooks import rulebook

MOST = 500
CLOCK = Context(actor=None, channel="clock")
CHANGES = """
    select id, roles, people from org_holder_change where handled_at is null and at <= %s order by at, id limit 1000
"""
UNHANDLED = "select id, at from org_holder_change where id = any(%s) and handled_at is null for update skip locked"
NEXT = "select min(at) as at from org_holder_change where handled_at is null"
OWED = """
    select id, object as record, array[object] as records from controls_obligation
    where state in ('running', 'broken') and (people && %(people)s or people = '{}' or control = any(%(controls)s))
      and id > %(after)s order by id limit %(most)s
"""
ASKED = """
    select a.id, array_remove(array_append(coalesce(a.records, '{}'), a.object), null) as records
    from controls_approval a
    where a.state = 'waiting' and a.id > %(after)s and exists (
        select 1 from controls_approvalstep s where s.parent = a.id and s.decided_at is null
          and (s.people && %(people)s or s.people = '{}' or s.control = any(%(controls)s)))
    order by a.id limit %(most)s
"""
FREE = "select id from kernel_head where id = any(%s) and recorded_at <= %s order by id for update"
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class _Changes:
    """What changed by now: the changes' ids, the roles and the people concerned."""

    ids: list[UUID]
    roles: frozenset[str]
    people: list[UUID]


def reassign(most: int = MOST) -> int:
    """Address anew what the changes up to now concern; gives how many clocks and requests have other people now."""
    rows = Rows()
    now, number = locks.moment(rows, None)
    changes = _changes(rows, now)
    if changes is None:
        return 0
    sweep_all()
    book = rulebook(number)
    total = 0
    for query, kinds, run in ((OWED, DeadlineControl, _obligations), (ASKED, ApprovalControl, _requests)):
        params: dict[str, Any] = {
            "people": changes.people,
            "controls": [one.key for one in book.controls if isinstance(one, kinds) and _may_gain(one, changes.roles)],
            "most": most,
        }
        after = NOBODY
        while found := rows.select(query, {**params, "after": after}):
            after = found[-1]["id"]
            total += _chunk(found, run)
            if len(found) < most:
                break
    with transaction.atomic():
        # whoever else handled one of them meanwhile has told of it
        left = rows.select(UNHANDLED, [changes.ids])
        delegation_notices.after_moments(rows, now, {row["at"] for row in left})
        done = [(row["id"], now) for row in left]
        rows.update("org_holder_change", "id", {"handled_at": "timestamptz"}, done)
    return total


def next_moment() -> dt.datetime | None:
    """The next moment at which the answers of the directory change."""
    [row] = Rows().select(NEXT)
    at: dt.datetime | None = row["at"]
    return at


def _changes(rows: Rows, now: dt.datetime) -> _Changes | None:
    found = rows.select(CHANGES, [now])
    if not found:
        return None
    return _Changes(
        [row["id"] for row in found],
        frozenset(role for row in found for role in row["roles"]),
        list({person for row in found for person in row["people"]}),
    )


def _may_gain(control: Control, roles: frozenset[str]) -> bool:
    if isinstance(control, DeadlineControl):
        return is_concerned([control.by.people], roles)
    if isinstance(control, ApprovalControl):
        steps = [one for row in control.table.rows for one in row.outputs["by"]]
        return any(is_concerned([one.by.people], roles, is_recused=one.but is not None) for one in steps)
    return False


def _chunk(found: Sequence[dict[str, Any]], run: Any) -> int:
    """One transaction: lock the records, judge, write; records ahead of the clock are left to the next time."""
    with transaction.atomic():
        rows = Rows()
        now, _ = locks.moment(rows, None)
        wanted = {key for row in found for key in (row["id"], *row["records"])}
        free = {row["id"] for row in rows.select(FREE, [sorted(wanted), now + locks.AHEAD])}
        going = [row for row in found if free.issuperset(row["records"])]
        heads = locks.lock(rows, free)
        now, number = locks.moment(rows, heads.last)
        job = Transaction(CLOCK, law, rows, heads, now, number, {})
        step = Step(CLOCK, vocabulary.verbs["obligation.reassign"], now, number, rows, [])
        entries = run(step, going)
        job.enter(entries)
        job.finish_heads()
        return len(entries)


def _obligations(step: Step, found: Iterable[dict[str, Any]]) -> Any:
    wanted = {row["id"]: row["record"] for row in found}
    several = [one for one in obligations.open_ones(step.rows, set(wanted.values())) if one.id in wanted]
    return readdressing.readdress_obligations(step, several)


def _requests(step: Step, found: Iterable[dict[str, Any]]) -> Any:
    kind = vocabulary.types["approval"]
    requests = load(step.rows, kind, [row["id"] for row in found])
    for line in kind.lines:
        load_lines(step.rows, line, requests.values())
    waiting = [one for one in requests.values() if one["state"] == "waiting"]
    return readdressing.readdress_requests(step, session(step), waiting)
