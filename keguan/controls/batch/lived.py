"""What the live tables say, as the recount is to give it back. Reads only."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from keguan.controls.batch import requests
from keguan.controls.batch.requests import Requests
from keguan.controls.batch.shown import Shown
from keguan.kernel.commands.rows import Rows

OBLIGATIONS = """
    select control, object::text as object, key, opened_at, due_at, state, met_at, opened_event::text as opened_event,
        closed_event::text as closed_event, is_paused, is_adopted,
        case when state = 'waived' and closed_event is null then (
            select max((mark ->> 'until')::timestamptz) from jsonb_array_elements(marks) mark
            where mark ->> 'kind' = 'waive') end as waived_until
    from controls_obligation order by opened_at, control, object
"""
EVIDENCE = """
    select e.control, e.outcome, e.verb, e.object_type, coalesce(e.object::text, '') as object,
        coalesce(e.actor::text, '') as actor, e.happened_at, coalesce(e.event, e.attempt)::text as entry
    from controls_evidence e where e.outcome not in ('lifted', 'void')
    and not exists (select 1 from controls_evidence r where r.replaces = e.id)
"""
BROKEN = """
    select control, object_type, object::text as object, due_at from controls_obligation o
    where due_at < %s and not is_paused and not is_adopted
    and (state = 'running' or (state = 'waived' and closed_event is null and not exists (
        select 1 from controls_evidence e where e.obligation = o.id and e.control = o.control
        and e.outcome = 'broken' and e.happened_at = o.due_at)))
"""
SWEPT = "select next_at from controls_due where kind = 'tick'"
BALANCES = "select measure, key, total from kernel_balance"
ENTRIES = """
    select measure, key, event::text as event, happened_on, sum(amount) as amount from kernel_balance_entry
    group by measure, key, event, happened_on having sum(amount) <> 0
"""
Key = tuple[str, ...]


@dataclass(frozen=True)
class Lived:
    """The live tables at a moment. `opened_to`: up to when dates and periods have opened what they open."""

    obligations: dict[Key, dict[str, Any]]
    evidence: Counter[Shown]
    measures: dict[tuple[str, str], Decimal]
    entries: dict[tuple[str, str, str, dt.date], Decimal]
    requests: Requests
    opened_to: dt.datetime | None


def lived(now: dt.datetime) -> Lived:
    """Read them."""
    rows = Rows()
    swept = [row["next_at"] or now for row in rows.select(SWEPT)]
    measures = {(row["measure"], row["key"]): row["total"] for row in rows.select(BALANCES)}
    entries = {
        (row["measure"], row["key"], row["event"], row["happened_on"]): row["amount"] for row in rows.select(ENTRIES)
    }  # fmt: skip
    return Lived(
        live_obligations(now), live_evidence(now), measures, entries, requests.lived(rows), max(swept, default=None)
    )


def key_of(row: Mapping[str, Any]) -> Key:
    """What tells an obligation from every other: what opened it and when. Dates and periods open without an event."""
    opened_at = row["opened_at"].astimezone(dt.UTC).isoformat()
    return (row["control"], row["object"], row["key"], row["opened_event"] or "", opened_at)


def live_obligations(now: dt.datetime) -> dict[Key, dict[str, Any]]:
    """What the live table says, a breach read as a function of time: whether the sweep has come by does not count."""
    found: dict[Key, dict[str, Any]] = {}
    for row in Rows().select(OBLIGATIONS):
        is_paused, until = row.pop("is_paused"), row.pop("waived_until")
        is_over = row["due_at"] < now and not is_paused
        if is_over and (row["state"] == "running" or (until is not None and until < now)):
            row["state"] = "broken"
        found[key_of(row)] = row
    return found


def live_evidence(now: dt.datetime) -> Counter[Shown]:
    """What stands as evidence; with the breaches that the sweep is still to enter."""
    rows = Rows()
    found = Counter(Shown(**row | {"entry": row["entry"] or ""}) for row in rows.select(EVIDENCE))
    for row in rows.select(BROKEN, [now]):
        found[Shown(row["control"], "broken", "obligation.break", row["object_type"], row["object"], "",
                    row["due_at"], "")] += 1  # fmt: skip
    return found
