"""`audit verify`: recompute every digest and seal, and name what was changed, is missing or does not belong."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import START, entries_of, merkle_root
from keguan.kernel.journal.write import ATTEMPT_COLUMNS, EVENT_COLUMNS, event_digest
from keguan.kernel.records.labels import Label


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed: `what` is changed, missing, foreign, seal or gap; `id` names it."""

    what: str
    id: str
    message: Label


@dataclass
class Report:
    """What was checked and what was found."""

    seals: int
    entries: int
    unsealed: int
    erased: int
    findings: list[Finding]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify() -> Report:
    """Check all seals, all sealed events and attempts with their payloads, and that no stream has a gap."""
    rows = Rows()
    findings: list[Finding] = []
    sealed: dict[UUID, bytes] = {}
    previous, number = START, 0
    for row in rows.select("select number, previous, root, entries from kernel_seal order by number"):
        number += 1
        entries = entries_of(bytes(row["entries"]))
        is_next = row["number"] == number and bytes(row["previous"]) == previous
        if not is_next or merkle_root(bytes(row["previous"]), entries) != bytes(row["root"]):
            message = Label(f"第 {row['number']} 号封存与前后不符", f"seal {row['number']} does not fit the chain")
            findings.append(Finding("seal", str(row["number"]), message))
        previous, number = bytes(row["root"]), row["number"]
        sealed.update(entries)
    waiting = {row["id"] for row in rows.select("select id from kernel_intake")}
    seen = set()
    for table, columns in (("kernel_event", EVENT_COLUMNS), ("kernel_attempt", ATTEMPT_COLUMNS)):
        for row in _all(rows, table, columns):
            key = row["id"]
            seen.add(key)
            digest = event_digest([row[name] for name in columns[:-1]])
            if digest != bytes(row["digest"]) or sealed.get(key, digest) != digest:
                message = Label(f"{row['verb']} 的一条记录被改过", f"an entry of {row['verb']} was changed")
                findings.append(Finding("changed", str(key), message))
            elif key not in sealed and key not in waiting:
                message = Label(f"{row['verb']} 的一条记录不是系统写入的", f"an entry of {row['verb']} is foreign")
                findings.append(Finding("foreign", str(key), message))
    gone = Label("一条已封存的记录不见了", "a sealed entry is missing")
    findings += [Finding("missing", str(key), gone) for key in sealed.keys() - seen]
    erased = _payloads(rows, findings)
    _mentions(rows, findings)
    _gaps(rows, findings)
    return Report(number, len(sealed), len(waiting), erased, findings)


def _all(rows: Rows, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """All rows of a table in key order, some thousands at a time."""
    last = None
    while True:
        after = "where id > %s" if last else ""
        found = rows.select(
            f"select {', '.join(columns)} from {table} {after} order by id limit 5000",  # noqa: S608 – own names
            [last] if last else [],
        )
        yield from found
        if len(found) < 5000:
            return
        last = found[-1]["id"]


def _payloads(rows: Rows, findings: list[Finding]) -> int:
    """Check that each payload is there and unchanged; gives how many events had theirs erased.

    No verb erases yet, so a payload that is gone was taken away by somebody: none counts as properly erased.
    """
    for row in rows.select(
        "select e.id, e.payload_digest, p.salt, p.body from kernel_payload p left join kernel_event e on e.id = p.event"
    ):
        expected = bytes(row["payload_digest"]) if row["payload_digest"] else None
        if hashlib.sha256(bytes(row["salt"]) + row["body"].encode()).digest() != expected:
            message = Label("一条记录的内容被改过", "the payload of an entry was changed")
            findings.append(Finding("changed", str(row["id"]), message))
    for row in rows.select(
        "select e.id from kernel_event e left join kernel_payload p on p.event = e.id"
        " where e.payload_digest is not null and p.event is null"
    ):
        message = Label("一条记录的内容不见了，也没有抹去它的记录", "a payload is gone and nobody erased it")
        findings.append(Finding("missing", str(row["id"]), message))
    return 0


SWAPPED = """
    with said as (
        select e.id as event, m ->> 0 as role, m ->> 1 as type, (m ->> 2)::uuid as object, (m ->> 3)::bigint as n,
            e.verb
        from kernel_event e cross join jsonb_array_elements(e.envelope::jsonb -> 'objects') m
    ), kept as (
        select event, role, type, object, n, verb from kernel_event_object
    )
    select distinct event from (
        (select * from said except all select * from kept) union all (select * from kept except all select * from said)
    ) different
"""


def _mentions(rows: Rows, findings: list[Finding]) -> None:
    """The streams hold what the envelopes say, entry for entry: the same records in the same places, nothing more."""
    for row in rows.select(SWAPPED):
        message = Label(
            "一条记录所涉的对象被改、被删或被换", "what an entry is about was changed, taken away or swapped"
        )
        findings.append(Finding("changed", str(row["event"]), message))


def _gaps(rows: Rows, findings: list[Finding]) -> None:
    for row in rows.select(
        "select h.id, h.n, count(o.n) as found from kernel_head h left join kernel_event_object o"
        " on o.object = h.id and o.touched group by h.id, h.n having count(o.n) <> h.n or coalesce(max(o.n), 0) <> h.n"
    ):
        message = Label(
            f"一条记录应有 {row['n']} 条经过，只找到 {row['found']} 条",
            f"a record should have {row['n']} entries, {row['found']} are there",
        )
        findings.append(Finding("gap", str(row["id"]), message))
