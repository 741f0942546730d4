"""Clocks by the million: what the sweep costs when little of much is due, and what a calendar change costs.

`sweep`: 100 obligations due among 1,000,000 open ones, against 100 due among 10,000. Two tables stand side by side and
take turns under the name that the product knows. `recalculate`: 20,000 running deadlines moved by another calendar,
before and after recorded, against the bare update of the same rows.
"""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench.company import SYSTEM, Desk
from bench.results import Result, paired, result
from keguan.controls import gate, versions
from keguan.controls.sweep import sweep
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.policies.rulebooks import current_number

SHARED = "control, object_type, object_label, key, people, unit, rulebook, is_trial, is_adopted, is_paused"
CLONE = f"""
    insert into {{table}} (id, object, state, opened_at, due_at, next_at, plan, told, term, marks, {SHARED})
    select gen_random_uuid(), gen_random_uuid(), 'running', o.opened_at + g * interval '1 minute',
           o.due_at + interval '1 year', o.due_at + interval '1 year', o.plan, 0, o.term, o.marks, {SHARED}
    from controls_obligation o, generate_series(1, %s) g where o.id = %s
"""
RESET = """
    update controls_obligation o set state = 'running', told = 0, next_at = s.next_at, plan = s.plan, marks = s.marks,
           people = s.people, term = s.term
    from bench_due s where s.id = o.id
"""
ODD = {"week": {"MON-THU": ["09:00-17:00"]}}
EVEN = {"week": {"MON-FRI": ["09:00-18:00"]}}


def swept(desk: Desk, rounds: int, size: int) -> list[Result]:
    """The sweep of a few among many: of 1,000 a tenth is due, among ten and a thousand times as many."""
    due, few, many = max(1, size // 10), size * 10, size * 1000
    _prepare(desk, due)
    small, big = "bench_small", "bench_big"
    with connection.cursor() as cursor:
        cursor.execute(f"create table {big} (like controls_obligation including all)")
        cursor.execute(f"insert into {big} select * from controls_obligation")
        [one] = _ids(cursor, "select id from bench_due limit 1")
        for table, open_ones in (("controls_obligation", few), (big, many)):
            cursor.execute(CLONE.format(table=table), [open_ones, one])
        cursor.execute("analyze controls_obligation")
        cursor.execute(f"analyze {big}")
    standing = {"controls_obligation": small, "other": big}

    def turn(table: str) -> None:
        with connection.cursor() as cursor:
            if standing["controls_obligation"] != table:
                before = standing["controls_obligation"]
                cursor.execute(f"alter table controls_obligation rename to {before}")
                cursor.execute(f"alter table {table} rename to controls_obligation")
                standing["controls_obligation"] = table
            cursor.execute(RESET)
        judged = sweep(due)
        if judged != due:
            raise RuntimeError(f"{judged} of {due} were judged")

    times = paired(lambda: turn(big), lambda: turn(small), rounds)
    turn(small)
    with connection.cursor() as cursor:
        cursor.execute(f"drop table {big}")
    return [result("sweep", f"{due} due among {few:,} instead of {many:,} open", times, "ms per sweep", 1)]


def recalculated(desk: Desk, rounds: int, size: int) -> list[Result]:
    """Running deadlines under another calendar: of 1,000, twenty times as many."""
    many = size * 20
    [made] = desk.open(1)
    [row] = Rows().select("select id from controls_obligation where object = %s order by id limit 1", [made])
    text = '{"text": "5 working days"}'
    with connection.cursor() as cursor:
        cursor.execute(CLONE.format(table="controls_obligation"), [many, row["id"]])
        cursor.execute(
            "update controls_obligation set term = term || %s::jsonb, marks = jsonb_build_array(jsonb_build_object("
            "'kind', 'open', 'at', opened_at, 'due_at', due_at)) where next_at > now() + interval '100 days'",
            [text],
        )
        cursor.execute(
            "insert into kernel_head (id, type, n, recorded_at) select object, 'case', 1, now() - interval '1 hour'"
            " from controls_obligation where next_at > now() + interval '100 days'"
        )
        cursor.execute("analyze controls_obligation")
    # a clock is moved by each rulebook once: every turn has one of its own, the calendars taking turns
    books = [_other_calendar(EVEN if turn % 2 else ODD, turn) for turn in range(rounds + 2)]
    turns = itertools.pairwise(books)

    def ours() -> None:
        before, after = next(turns)
        moved = versions.recalculate(clock.now() - dt.timedelta(days=1), before, after)
        if moved < many // 2:
            raise RuntimeError(f"only {moved} of {many} moved")

    def other() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "update controls_obligation set due_at = due_at + interval '1 second',"
                " next_at = next_at + interval '1 second' where next_at > now() + interval '100 days' or told = 0"
            )

    times = paired(ours, other, rounds)
    return [result("recalculate", f"the bare update of {many:,} rows", times, "ms", 1)]


def _prepare(desk: Desk, due: int) -> None:
    """As many due as the benchmark says, on records of their own; nothing else is due."""
    keys = desk.open(due)
    past = clock.now() - dt.timedelta(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute("update controls_obligation set next_at = null where not (object = any(%s))", [keys])
        cursor.execute(
            "delete from controls_obligation o where object = any(%s) and exists (select 1 from controls_obligation p"
            " where p.object = o.object and p.id < o.id)",
            [keys],
        )
        cursor.execute(
            "update controls_obligation set due_at = %s, next_at = %s, plan = jsonb_build_object('steps',"
            " jsonb_build_array(jsonb_build_object('what', 'due', 'at', %s::timestamptz, 'n', 0))),"
            " marks = jsonb_build_array(jsonb_build_object('kind', 'open', 'at', opened_at, 'due_at', %s::timestamptz))"
            " where object = any(%s)",
            [past, past, past, past, keys],
        )
        cursor.execute("create table bench_due as select * from controls_obligation where object = any(%s)", [keys])


def _other_calendar(spec: dict[str, Any], turn: int) -> int:
    [row] = Rows().select("select id from org_calendar where unit is null and person is null")
    at = clock.now() - dt.timedelta(minutes=90 - turn)
    with clock.pinned(at):
        gate.run_one(SYSTEM, "calendar.set", row["id"], {"spec": spec})
    return current_number(at + dt.timedelta(seconds=30))


def _ids(cursor: Any, query: str) -> list[UUID]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]
