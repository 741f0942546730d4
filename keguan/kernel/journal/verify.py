"""`audit verify`: recompute every digest and seal, and name what was done to the journal. Reads only.

Memory does not grow with the journal: seals are read a few at a time, their entries go to a table of this transaction,
and everything is compared window by window along the ids, which is along the partitions.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import chain
from keguan.kernel.journal.findings import Finding, Findings
from keguan.kernel.journal.walk import ERASED, GONE, Walk


@dataclass
class Report:
    """What was checked and what was found. `erased` entries lost their payload to an erasure, `restores` were noted.

    `is_witnessed`: there was a file outside the database to compare the seals with.
    """

    seals: int
    entries: int
    unsealed: int
    erased: int
    restores: int
    is_witnessed: bool
    findings: list[Finding]
    counts: dict[str, int]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.counts


@contextlib.contextmanager
def snapshot() -> Iterator[Rows]:
    """One unchanging view of the database for the block, whatever is committed meanwhile."""
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        rows = Rows()
        if not is_inside:
            rows.execute("set transaction isolation level repeatable read")
        yield rows


def verify(against: Path | None = None) -> Report:
    """Check all seals, entries, payloads and streams; `against` is a file of witnessed seals, where there is one."""
    findings = Findings()
    with snapshot() as rows:
        found = chain.check(rows, findings)
        walk = Walk(rows, findings)
        walk.run()
        erased = _erased(rows, findings)
        _gaps(rows, findings)
        is_witnessed = against is not None and against.exists()
        restores = chain.compare(rows, found, against, findings) if is_witnessed and against else 0
    return Report(
        found.seals, found.entries, walk.unsealed, erased, restores, is_witnessed, findings.listed,
        dict(findings.counts),
    )  # fmt: skip


def _erased(rows: Rows, findings: Findings) -> int:
    """Payloads that are gone: properly where an erasure names them; gives how many those are."""
    for table in (GONE, ERASED):
        rows.execute(f"create index on {table} (event)")
        rows.execute(f"analyze {table}")
    for row in rows.select(
        f"select g.event from {GONE} g where not exists (select from {ERASED} e where e.event = g.event)"  # noqa: S608
    ):
        findings.add(
            "deleted",
            row["event"],
            "一条记录的内容被删掉，也没有抹去它的记录",
            "a payload is gone and nobody erased it",
        )
    for row in rows.select(
        f"select event from kernel_payload p where exists (select from {ERASED} e where e.event = p.event)"  # noqa: S608
    ):
        findings.add("unerased", row["event"], "已抹去的内容又出现了", "what was erased from an entry is there again")
    [row] = rows.select(
        f"select count(*) as n from {GONE} g where exists (select from {ERASED} e where e.event = g.event)"  # noqa: S608
    )
    return int(row["n"])


GAPS = """
    select coalesce(h.id, s.object) as id, coalesce(h.n, 0) as n, coalesce(s.found, 0) as found
    from kernel_head h
    full join (
        select object, count(*) as found, max(n) as last from kernel_event_object where touched group by object
    ) s on s.object = h.id
    where coalesce(s.found, 0) <> coalesce(h.n, 0) or coalesce(s.last, 0) <> coalesce(h.n, 0)
"""


def _gaps(rows: Rows, findings: Findings) -> None:
    for row in rows.select(GAPS):
        findings.add(
            "gap", row["id"],
            f"一条记录应有 {row['n']} 条经过，只找到 {row['found']} 条",
            f"a record should have {row['n']} entries, {row['found']} are there",
        )  # fmt: skip
