"""What the live law said of each act beside what the batch reads of it from the mirror: both by (act, control)."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from keguan.controls.batch import histories
from keguan.controls.batch.judging import is_read, judge
from keguan.controls.batch.obligations import obligations
from keguan.controls.batch.occasions import listening, occasions, owed_of
from keguan.controls.batch.versions import books, versions
from keguan.controls.tests.conftest import Firm
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened

Said = dict[tuple[str, str], str]
Came = Counter[tuple[str, dt.datetime, str]]


def read(place: Path, keys: Collection[str]) -> Said:
    """By (event or attempt, control), what these controls did, as the mirror tells it. Each of them must be read."""
    found: Said = {}
    with opened(place) as mirror:
        several = [one for one in versions(books(mirror)) if one.key in keys]
        assert {one.key for one in several} == set(keys)
        assert all(is_read(one.control) for one in several)
        for made in judge(mirror, several, name="agreement"):
            for at, column in made.outcomes.items():
                rows = made.table.select("event", outcome=made.table[column]).to_pyarrow().to_pylist()
                found |= {(r["event"], made.versions[at].key): r["outcome"] for r in rows if r["outcome"] is not None}
    return found


def written(keys: Collection[str]) -> Said:
    """By (event or attempt, control), what events and attempts say of themselves."""
    found: Said = {}
    query = "select id::text as id, envelope from kernel_event union all select id::text, envelope from kernel_attempt"
    for row in Rows().select(query):
        pairs = json.loads(row["envelope"]).get("controls", ())
        found |= {(row["id"], key): outcome for key, outcome in pairs if key in keys}
    return found


def shown(keys: Collection[str]) -> Said:
    """By (event or attempt, control), what the evidence says."""
    query = (
        "select coalesce(event, attempt)::text as id, control, outcome from controls_evidence where control = any(%s)"
    )
    return {(row["id"], row["control"]): row["outcome"] for row in Rows().select(query, [list(keys)])}


def cited(keys: Collection[str]) -> set[tuple[str, str]]:
    """The attempts that were refused under the clause of one of these controls."""
    found = set()
    for row in Rows().select("select id::text as id, envelope from kernel_attempt"):
        for reason in json.loads(row["envelope"]).get("reasons", ()):
            clause = reason.get("clause") if reason["kind"] != "invariant" else None
            key = f"{clause['policy']}#{clause['control']}" if clause else ""
            found |= {(row["id"], key)} if key in keys else set()
    return found


@pytest.fixture
def tables(transactional_db: None, club: Firm) -> Any:
    """The company with the shop's tables, committed. They are dropped afterwards, tables without a model emptied."""
    yield club
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relname like 'test\\_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"drop table {name} cascade")
        cursor.execute("truncate controls_record, controls_tick cascade")


def came(place: Path, keys: Collection[str], now: dt.datetime) -> dict[str, Came]:
    """What each of these reactions came to at judgements and dates, as the mirror tells it: (record, moment, outcome),
    how often.
    """
    with opened(place) as mirror:
        in_force = books(mirror)
        several = versions(in_force)
        judged = [(made, obligations(mirror, made, now, "came_owed")) for made in judge(mirror, several, name="came")]
        tables = [(made, owed) for made, owed in judged if owed is not None]
        followed = histories.obligations(mirror, several, in_force, now, "came_followed")
        assert not followed.unread
        owed = owed_of(mirror, several, tables, followed, "came_all")
        listeners = [one for one in listening(several) if one.control.key in keys]
        assert {one.control.key for one in listeners} == set(keys)
        found = occasions(mirror, listeners, owed, now, "came_to")
        rows = [] if found is None else found.to_pyarrow().to_pylist()
    counted: dict[str, Came] = {key: Counter() for key in keys}
    for row in rows:
        counted[listeners[row["place"]].control.key][row["object"], row["happened_at"], row["outcome"]] += 1
    return counted


def shown_at(key: str) -> Came:
    """The same, as the evidence says."""
    rows = Rows().select("select object::text, happened_at, outcome from controls_evidence where control = %s", [key])
    return Counter((row["object"], row["happened_at"], row["outcome"]) for row in rows)
