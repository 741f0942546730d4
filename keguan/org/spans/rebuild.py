"""Computing spans anew after a command of the org, in its transaction, for what it changed.

The number of statements is fixed. Rows that still say the same stay; those that no longer do get `known_to`, and what
is true now is added.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.range import TimestamptzRange

from keguan.kernel import clock
from keguan.kernel.commands.verbs import Item
from keguan.kernel.ids import uuid7
from keguan.org.spans import SELF, Key
from keguan.org.spans.intervals import ALWAYS_FROM, ALWAYS_TO
from keguan.org.spans.seats import Span
from keguan.org.spans.state import Change, concerned, everything

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

KNOWN = """
    select s.* from unnest(%(roles)s::text[], %(subjects)s::uuid[]) k (role, subject)
    join org_holder_span s on s.role = k.role and s.subject = k.subject and s.known_to is null
"""
COLUMNS = (
    "id", "role", "subject", "person", "holder", "how", "verbs", "unit", "since", "holding", "valid", "known_from",
)  # fmt: skip
BEFORE_ALL = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def rebuild(rows: "Rows", now: dt.datetime, change: Change) -> None:
    """Answer anew what the change concerns, as known from `now` on. Nine statements at most."""
    company, keys = concerned(rows, change)
    _write(rows, now, keys, {span for key in keys for span in company.spans(key)})


def fill(rows: "Rows") -> int:
    """Compute everything where nothing was computed yet (a company older than this table); gives how many rows."""
    if rows.select("select 1 from org_holder_span limit 1"):
        return 0
    company, keys = concerned(rows, everything(rows))
    fresh = sorted({span for key in keys for span in company.spans(key)}, key=_place)
    _insert(rows, BEFORE_ALL, fresh)
    _announce(rows, clock.now(), [], fresh)
    return len(fresh)


def after_adding(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """New people answer for themselves; they hold nothing yet."""
    alone = [Span(SELF, item.id, item.id, item.id, "held", None, None, None, None, (ALWAYS_FROM, ALWAYS_TO))
             for item in items]  # fmt: skip
    _insert(rows, now, alone)


def after_leaving(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """What follows from people leaving: their seats are empty, and they stand in for nobody."""
    gone = {item.id for item in items}
    lent = rows.select("select delegator from org_delegation where delegate = any(%s)", [list(gone)])
    rebuild(rows, now, Change(people=gone | {row["delegator"] for row in lent}))


def after_delegations(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """What follows from delegations that begin or end."""
    found = rows.select("select delegator from org_delegation where id = any(%s)", [[item.id for item in items]])
    rebuild(rows, now, Change(people={row["delegator"] for row in found}))


def after_posts(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """What follows from holders taking up or leaving posts."""
    people = {item["person"] for item in items}
    rebuild(rows, now, Change(people=people, posts={item.id for item in items}))


def after_units(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """What follows from units being opened, moved or closed; a new name changes nothing."""
    moved = {item.id for item in items if item.record is None or not {"parent", "closed_on"}.isdisjoint(item.args)}
    if moved:
        rebuild(rows, now, Change(branches=moved))


def after_closing(rows: "Rows", now: dt.datetime, items: Sequence[Item]) -> None:
    """What follows from units being closed."""
    rebuild(rows, now, Change(branches={item.id for item in items}))


def _write(rows: "Rows", now: dt.datetime, keys: Iterable[Key], wanted: set[Span]) -> None:
    asked = list(keys)
    params = {"roles": [role for role, _ in asked], "subjects": [subject for _, subject in asked]}
    known = {row["id"]: (_span(row), row["known_from"]) for row in rows.select(KNOWN, params)}
    over = [(key, span, max(now, since)) for key, (span, since) in known.items() if span not in wanted]
    rows.update("org_holder_span", "id", {"known_to": "timestamptz"}, [(key, at) for key, _, at in over])
    fresh = sorted(wanted - {span for span, _ in known.values()}, key=_place)
    _insert(rows, now, fresh)
    _announce(rows, now, [span for _, span, _ in over], fresh)


def _insert(rows: "Rows", now: dt.datetime, spans: Sequence[Span]) -> None:
    rows.insert("org_holder_span", COLUMNS, [
        (uuid7(now), s.role, s.subject, s.person, s.holder, s.how, None if s.verbs is None else list(s.verbs), s.unit,
         s.since, s.holding, _range(s), now)
        for s in spans
    ])  # fmt: skip


def _announce(rows: "Rows", now: dt.datetime, over: Sequence[Span], fresh: Sequence[Span]) -> None:
    """Note the moments at which answers change, now and to come, with everybody concerned."""
    moments: dict[dt.datetime, tuple[set[str], set[UUID]]] = {}

    def note(at: dt.datetime, span: Span) -> None:
        roles, people = moments.setdefault(at, (set(), set()))
        roles.add(span.role)
        people.update((span.person, span.holder))

    for span in (*over, *fresh):
        if span.valid[0] <= now < span.valid[1]:
            note(now, span)
    for span in fresh:
        for edge in span.valid:
            if now < edge < ALWAYS_TO:
                note(edge, span)
    rows.insert(
        "org_holder_change",
        ("id", "at", "roles", "people"),
        [(uuid7(now), at, sorted(roles), sorted(people)) for at, (roles, people) in moments.items()],
    )


def _range(span: Span) -> TimestamptzRange:
    start, end = span.valid
    return TimestamptzRange(None if start == ALWAYS_FROM else start, None if end == ALWAYS_TO else end)


def _span(row: "dict[str, Any]") -> Span:
    valid = (row["valid"].lower or ALWAYS_FROM, row["valid"].upper or ALWAYS_TO)
    verbs = None if row["verbs"] is None else tuple(row["verbs"])
    return Span(
        row["role"], row["subject"], row["person"], row["holder"], row["how"], verbs, row["unit"], row["since"],
        row["holding"], (valid[0].astimezone(dt.UTC), valid[1].astimezone(dt.UTC)),
    )  # fmt: skip


def _place(span: Span) -> tuple[str, str, str, str]:
    return span.role, str(span.subject), span.valid[0].isoformat(), str(span.person)
