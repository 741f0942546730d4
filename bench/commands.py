"""Registering a complaint through the gate, beside the same rows written by hand; and what the journal weighs."""

from bench.company import Desk
from bench.plain import Copy, cursor, written_by
from bench.results import Result, paired, result

GROWTH = """
    select coalesce(sum(pg_total_relation_size(c.oid)) filter (where c.relname like 'kernel\\_%'), 0),
           coalesce(sum(pg_total_relation_size(c.oid)) filter (where c.relname = 'cases_case'), 0),
           (select count(*) from kernel_event)
    from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
"""


def single(desk: Desk, rounds: int) -> list[Result]:
    """One complaint in one command."""
    copy = Copy(written_by(lambda: desk.open(1)))
    times = paired(lambda: desk.open(1), copy.execute, rounds)
    in_force, asked = desk.controls
    unit = f"ms per command ({in_force} controls in force, {asked} asked)"
    return [result("command", "the same rows, one INSERT each, in one transaction", times, unit, 1)]


def listed(desk: Desk, rounds: int, size: int) -> list[Result]:
    """A list of complaints in one command, per complaint."""
    copy = Copy(written_by(lambda: desk.open(size)))
    several = paired(lambda: desk.open(size), copy.executemany, rounds)
    copied = paired(lambda: desk.open(size), copy.copy, rounds)
    unit = f"ms per object ({size:,} at once)"
    return [
        result("command-list", "the same rows by executemany in one transaction", several, unit, size),
        result("command-list-copy", "the same rows by COPY in one transaction", copied, unit, size),
    ]


def sizes(desk: Desk, size: int) -> list[Result]:
    """How many bytes one event adds to the journal with its indexes, beside the row of the case itself."""
    before = _growth()
    desk.open(size)
    journal, cases, events = (now - then for now, then in zip(_growth(), before, strict=True))
    ours, other = journal / max(events, 1), cases / size
    ratio = ours / other if other else 0.0
    return [Result("bytes-per-event", ours, other, "the case's own row with its indexes", ratio, "bytes")]


def _growth() -> tuple[int, int, int]:
    with cursor() as reader:
        reader.execute(GROWTH)
        journal, cases, events = reader.fetchone()
        return int(journal), int(cases), int(events)
