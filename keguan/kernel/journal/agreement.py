"""`audit facts`, the law of fold: what the events add up to is what the tables hold, and what they read was so.

It catches every write that went around a command: a row or line put in, taken away or changed. Set-based, in windows
along the ids of records; nothing is asked record by record.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import present, rows_within
from keguan.kernel.journal.fold import ANYTHING, State, apply, kind_of, recorded, same, streams, table_facts
from keguan.kernel.journal.reads import Read, Reads
from keguan.kernel.journal.verify import snapshot
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary

AT_ONCE = 2000
LISTED = 1000
What = Literal["changed", "inserted", "deleted", "was", "read"]
WORDS: dict[str, Label] = {
    "changed": Label("表中与日志不同", "the table differs from the journal"),
    "inserted": Label("表中有、日志没有", "in the table, not in the journal"),
    "deleted": Label("日志有、表中没有", "in the journal, not in the table"),
    "was": Label("曾在日志之外被改", "had been changed around the journal"),
    "read": Label("当时读到的值与日志不同", "what was read differs from the journal"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement: of a record's fact (`fact` empty for the whole record; `list/line.fact` in a line)."""

    what: What
    type: str
    record: str
    fact: str
    journal: Any
    table: Any

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "what": self.what, "type": self.type, "record": self.record, "fact": self.fact,
            "was_in_journal": self.journal, "is_in_table": self.table,
        }  # fmt: skip

    def label(self) -> Label:
        """For people."""
        words = WORDS[self.what]
        if self.what in ("inserted", "deleted"):
            return Label(f"{self.fact or '整条'} {words.zh}", f"{self.fact or 'the record'}: {words.en}")
        return Label(
            f"{self.fact} {words.zh}：日志 {self.journal}，表中 {self.table}",
            f"{self.fact}: {words.en}: journal {self.journal}, table {self.table}",
        )


@dataclass
class Report:
    """What was compared and what differed; differences beyond a thousand are only counted."""

    records: int = 0
    lines: int = 0
    reads: int = 0
    erased: int = 0
    total: int = 0
    findings: list[Difference] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing differed."""
        return not self.total

    def add(
        self, what: What, kind: str, record: object, fact: str = "", journal: Any = None, table: Any = None
    ) -> None:
        """One more difference."""
        self.total += 1
        if len(self.findings) < LISTED:
            self.findings.append(Difference(what, kind, str(record), fact, journal, table))


def compare() -> Report:
    """Fold every stream and compare it with the tables; then what events and attempts read with what was so."""
    report = Report()
    with snapshot() as rows:
        types = present(rows, vocabulary.types.values())
        reads = Reads(rows)
        for low, high in _windows(rows, types):
            states, unresolved = _fold(rows, low, high, reads)
            for record_type in types:
                _compare_records(rows, record_type, low, high, states, report)
                for line_type in record_type.lines:
                    _compare_lines(rows, record_type, line_type, low, high, states, report)
            _compare_reads(reads.resolve(unresolved), report)
        for pending in reads.attempts():
            _compare_reads(reads.resolve(pending), report)
        _compare_balances(rows, report)
        report.reads = reads.total
    return report


def _windows(rows: Rows, types: Sequence[RecordType]) -> Iterator[tuple[UUID, UUID]]:
    """Ranges (after, up to) of record ids in which neither the streams nor any table have more than `AT_ONCE`."""
    low, top = UUID(int=0), UUID(int=2**128 - 1)
    nth = sql.SQL("order by 1 offset {} limit 1").format(AT_ONCE - 1)
    edges = [
        sql.SQL("(select object from kernel_event_object where touched and n = 1 and object > %(low)s {})").format(nth)
    ]
    edges += [
        sql.SQL("(select id from {} where id > %(low)s {})").format(sql.Identifier(one.table), nth) for one in types
    ]
    query = sql.SQL("select least({}) as high").format(sql.SQL(", ").join(edges)).as_string(None)
    while True:
        [row] = rows.select(query, {"low": low})
        yield low, row["high"] or top
        if row["high"] is None:
            return
        low = row["high"]


def _fold(rows: Rows, low: UUID, high: UUID, reads: Reads) -> tuple[dict[UUID, State], list[Read]]:
    states: dict[UUID, State] = {}
    pending: list[Read] = []
    for key, entries in streams(rows, "o.object > %s and o.object <= %s", [low, high]):
        state: State | None = None
        for entry in entries:
            if state is None:
                state = states[key] = State(entry.type)
            pending += reads.of(entry, state)
            apply(state, entry)
    return states, pending


def _compare_records(
    rows: Rows, record_type: RecordType, low: UUID, high: UUID, states: dict[UUID, State], report: Report
) -> None:
    found = rows_within(rows, record_type, low, high)
    for key, values in found.items():
        state = states.get(key)
        if state is None or state.type != record_type.name:
            if not record_type.is_derived:
                report.add("inserted", record_type.name, key)
                continue
            state = State(record_type.name)
        report.records += 1
        report.erased += state.is_erased
        _compare_facts(record_type, key, state, table_facts(record_type, values), report)
    for key, state in states.items():
        if state.type == record_type.name and key not in found:
            report.add("deleted", record_type.name, key)


def _compare_facts(record_type: RecordType, key: UUID, state: State, there: dict[str, Any], report: Report) -> None:
    for name in sorted({*there, *state.facts}):
        if name in state.unknown or ("." in name and ANYTHING in state.unknown and name not in state.facts):
            continue
        fact = record_type.by_name.get(name)
        if fact is not None and fact.derived:
            continue
        if not same(kind_of(record_type.name, name), state.facts.get(name), there.get(name)):
            report.add("changed", record_type.name, key, name, state.facts.get(name), there.get(name))
    for _, name, was, told in state.before:
        report.add("was", record_type.name, key, name, was, told)


def _compare_lines(
    rows: Rows, record_type: RecordType, line_type: LineType, low: UUID, high: UUID, states: dict[UUID, State],
    report: Report,
) -> None:  # fmt: skip
    seen: set[str] = set()
    names = [(fact.name, fact.kind) for fact in recorded(line_type.facts)]
    for key, line in rows_within(rows, line_type, low, high).items():
        report.lines += 1
        parent, place = line["parent"], f"{line_type.name}/{key}"
        state = states.get(parent)
        known = state.lines.get(line_type.name, {}).get(str(key)) if state else None
        seen.add(str(key))
        if state is None or known is None:
            report.add("inserted", record_type.name, parent, place)
            continue
        for name, kind in names:
            if name in state.unknown_lines.get(str(key), ()):
                continue
            there = kind.to_json(line[name])
            if not same(kind, known.get(name), there):
                report.add("changed", record_type.name, parent, f"{place}.{name}", known.get(name), there)
    for parent, state in states.items():
        if state.type == record_type.name:
            for line_key in state.lines.get(line_type.name, {}).keys() - seen:
                report.add("deleted", record_type.name, parent, f"{line_type.name}/{line_key}")


BALANCES = """
    with said as (
        select b ->> 0 as measure, b ->> 1 as key, (b ->> 2)::numeric as amount
        from kernel_event e cross join jsonb_array_elements(e.envelope::jsonb -> 'balances') b
        where e.envelope like '%%"balances":[[%%'
    ), journal as (
        select measure, key, sum(amount) as total, count(*) as entries from said group by 1, 2
    ), kept as (
        select measure, key, sum(amount) as total, count(*) as entries from kernel_balance_entry group by 1, 2
    )
    select measure, key, j.total as journal, k.total as kept, b.total as total
    from journal j full join kept k using (measure, key) full join kernel_balance b using (measure, key)
    where coalesce(j.total, 0) <> coalesce(k.total, 0) or coalesce(j.entries, 0) <> coalesce(k.entries, 0)
        or coalesce(b.total, 0) <> coalesce(k.total, 0)
    order by measure, key
"""


def _compare_balances(rows: Rows, report: Report) -> None:
    """Balances are what the events entered: the journal, the entries and the total say the same."""
    for row in rows.select(BALANCES):
        place = f"{row['measure']}/{row['key']}"
        if row["journal"] != row["kept"] or row["total"] == row["kept"]:
            report.add("changed", "balance", place, "entries", _text(row["journal"]), _text(row["kept"]))
        if row["total"] != row["kept"]:
            report.add("changed", "balance", place, "total", _text(row["kept"]), _text(row["total"]))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _compare_reads(found: Iterator[tuple[Read, Any]], report: Report) -> None:
    for read, value in found:
        if not same(kind_of(read.type, read.fact), value, read.value):
            report.add("read", read.type, read.record, f"{read.fact} @{read.entry}", value, read.value)
