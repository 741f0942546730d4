"""Walking the journal in windows of ids: every entry with its seal, payload and streams, in constant memory."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.chain import SEALED
from keguan.kernel.journal.findings import Findings
from keguan.kernel.journal.readings import READING_COLUMNS
from keguan.kernel.journal.swaps import Suspects
from keguan.kernel.journal.write import ATTEMPT_COLUMNS, EVENT_COLUMNS, event_digest

AT_ONCE = 2000
TABLES = {
    "kernel_event": (EVENT_COLUMNS, "事件", "event"),
    "kernel_attempt": (ATTEMPT_COLUMNS, "被拒的操作", "refused attempt"),
    "kernel_reading": (READING_COLUMNS, "查阅记录", "reading"),
}
GONE, ERASED = "audited_gone", "audited_erased"
Window = tuple[UUID, UUID]


@dataclass
class Walk:
    """One walk over all windows: what it compares with, what it found, what it counted."""

    rows: Rows
    findings: Findings
    suspects: Suspects = field(default_factory=Suspects)
    unsealed: int = 0

    def run(self) -> None:
        """Look at every window; payloads that are gone and what erasures name are noted in tables for the end."""
        for table in (GONE, ERASED):
            self.rows.execute(f"drop table if exists pg_temp.{table}")
            self.rows.execute(f"create temp table {table} (event uuid not null) on commit drop")
        for window in windows(self.rows):
            self._entries(window)
        self.suspects.tell(self.findings)

    def _entries(self, window: Window) -> None:
        sealed = {row["id"]: bytes(row["digest"]) for row in self._within(SEALED, "id, digest", window)}
        waiting = {row["id"]: bytes(row["digest"]) for row in self._within("kernel_intake", "id, digest", window)}
        self.unsealed += len(waiting)
        seen: set[UUID] = set()
        for table, (columns, zh, en) in TABLES.items():
            found = self._within(table, ", ".join(columns), window)
            for row in found:
                key = row["id"]
                seen.add(key)
                expected = sealed.get(key) or waiting.get(key)
                if expected is None:
                    self.findings.add(
                        "inserted", key, f"一条{zh}不是系统写入的", f"a foreign {en} was put in by somebody else"
                    )
                    continue
                values = [row[name] for name in columns[:-1]]
                if event_digest(values) != expected or bytes(row["digest"]) != expected:
                    self.suspects.entry(table, key, values, expected)
            if table == "kernel_event":
                self._payloads(window, found)
                self._mentions(window, found)
        for key in (sealed.keys() | waiting.keys()) - seen:
            self.findings.add("deleted", key, "一条已入日志的记录被删掉了", "an entry of the journal was deleted")

    def _within(self, table: str, columns: str, window: Window, key: str = "id") -> list[dict[str, Any]]:
        return self.rows.select(
            f"select {columns} from {table} where {key} > %s and {key} <= %s order by {key}",  # noqa: S608 – own names
            list(window),
        )

    def _payloads(self, window: Window, events: list[dict[str, Any]]) -> None:
        kept = {row["event"]: row for row in self._within("kernel_payload", "event, salt, body", window, "event")}
        gone, erased = [], []
        for event in events:
            key, expected = event["id"], event["payload_digest"]
            if event["verb"].endswith(".erase"):
                erased += [[named] for named in json.loads(event["envelope"]).get("erased", ())]
            payload = kept.pop(key, None)
            if payload is None:
                if expected is not None:
                    gone.append([key])
                continue
            digest = hashlib.sha256(bytes(payload["salt"]) + payload["body"].encode()).digest()
            if expected is None:
                self.findings.add("inserted", key, "一条记录多出了内容", "an entry was given a payload it never had")
            elif digest != bytes(expected):
                self.suspects.payload(key, digest, bytes(expected))
        for key in kept:
            self.findings.add("inserted", key, "有内容没有对应的记录", "a payload belongs to no entry")
        self.rows.insert(GONE, ("event",), gone)
        self.rows.insert(ERASED, ("event",), erased)

    def _mentions(self, window: Window, events: list[dict[str, Any]]) -> None:
        kept: dict[UUID, Counter[tuple[Any, ...]]] = {}
        for row in self._within("kernel_event_object", "event, role, type, object, n, verb", window, "event"):
            mention = (row["role"], row["type"], str(row["object"]), row["n"], row["verb"])
            kept.setdefault(row["event"], Counter())[mention] += 1
        for event in events:
            there = kept.pop(event["id"], Counter())
            said = Counter((*entry, event["verb"]) for entry in json.loads(event["envelope"])["objects"])
            if said != there:
                self.suspects.mentions(event["id"], list((said - there).elements()), list((there - said).elements()))
        for key in kept:
            self.findings.add("inserted", key, "经过里有不存在的记录", "a stream holds an entry that is not there")


def windows(rows: Rows) -> Iterator[Window]:
    """Ranges (after, up to) over all ids, so that no table has more than `AT_ONCE` rows in one."""
    low, top = UUID(int=0), UUID(int=2**128 - 1)
    sources = (*TABLES, SEALED, "kernel_intake")
    edges = ", ".join(
        f"(select id from {table} where id > %(low)s order by id offset {AT_ONCE - 1} limit 1)"  # noqa: S608
        for table in sources
    )
    while True:
        [row] = rows.select(f"select least({edges}) as high", {"low": low})
        high = row["high"] or top
        yield low, high
        if row["high"] is None:
            return
        low = high
