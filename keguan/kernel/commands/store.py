"""Between record types and their tables: loading records in one statement per type, writing what the work says."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import sql

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import Fact, LineType, Record, RecordType, columns_of


def _names(facts: Sequence[Fact]) -> list[str]:
    return [name for name, _ in columns_of(facts)]


def _values(facts: Sequence[Fact], row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        fact.name: fact.kind.from_columns([row[column] for column, _ in fact.kind.columns(fact.name)]) for fact in facts
    }


def _cells(facts: Sequence[Fact], values: Mapping[str, Any]) -> list[Any]:
    return [cell for fact in facts for cell in fact.kind.to_columns(values.get(fact.name))]


def columns(facts: Sequence[Fact], values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The columns of these facts with what stands in them."""
    return list(zip(_names(facts), _cells(facts, values), strict=True))


def load(rows: Rows, record_type: RecordType, ids: Collection[UUID]) -> dict[UUID, Record]:
    """The records of these ids with their head's stream number; unknown ids are left out. One statement."""
    if not ids:
        return {}
    known = rows.loaded().setdefault(record_type.table, {})
    if asked := [key for key in ids if key not in known]:
        found = rows.select(_selecting(record_type.table, tuple(_names(record_type.facts))), [asked])
        known |= dict.fromkeys(asked)
        for row in found:
            values = _values(record_type.facts, row)
            known[row["id"]] = Record(record_type, row["id"], values, row["head_number"])
    return {key: record for key in ids if (record := known[key]) is not None}


@lru_cache(maxsize=512)
def _selecting(table: str, names: tuple[str, ...]) -> str:
    query = sql.SQL(
        "select t.id, coalesce(h.n, 0) as head_number, {} from {} t left join kernel_head h on h.id = t.id"
        " where t.id = any(%s)"
    ).format(sql.SQL(", ").join(sql.Identifier("t", name) for name in names), sql.Identifier(table))
    return query.as_string(None)


def load_lines(rows: Rows, line_type: LineType, parents: Iterable[Record]) -> None:
    """Fill one list of lines of these records, oldest first. One statement."""
    by_id = {record.id: record for record in parents}
    query = _selecting_lines(line_type.table, line_type.parent, tuple(_names(line_type.facts)))
    for record in by_id.values():
        record.lines[line_type.name] = []
    for row in rows.select(query, [list(by_id)]):
        line = {"id": row["id"], **_values(line_type.facts, row)}
        by_id[row[line_type.parent]].lines[line_type.name].append(line)


@lru_cache(maxsize=512)
def _selecting_lines(table: str, parent: str, names: tuple[str, ...]) -> str:
    query = sql.SQL("select id, {key}, {} from {} where {key} = any(%s) order by id").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table), key=sql.Identifier(parent)
    )
    return query.as_string(None)


def present(rows: Rows, types: Iterable[RecordType]) -> list[RecordType]:
    """Those of the types whose tables are there. One statement."""
    known = list(types)
    found = rows.select("select to_regclass(t) is not null as found from unnest(%s::text[]) with ordinality w(t, place)"
                        " order by place", [[one.table for one in known]])  # fmt: skip
    return [one for one, row in zip(known, found, strict=True) if row["found"]]


def rows_within(rows: Rows, kind: RecordType | LineType, low: UUID, high: UUID) -> dict[UUID, dict[str, Any]]:
    """Every row of records with ids after `low` up to `high`, or of their lines (with `parent`), by id."""
    key = kind.parent if isinstance(kind, LineType) else "id"
    parent = sql.SQL(", {} as parent").format(sql.Identifier(key)) if isinstance(kind, LineType) else sql.SQL("")
    query = sql.SQL("select id{}{} from {} where {k} > %s and {k} <= %s").format(
        parent,
        sql.SQL("").join(sql.SQL(", {}").format(sql.Identifier(name)) for name in _names(kind.facts)),
        sql.Identifier(kind.table),
        k=sql.Identifier(key),
    )
    found = rows.select(query.as_string(None), [low, high])
    return {
        row["id"]: _values(kind.facts, row) | ({"parent": row["parent"]} if "parent" in row else {}) for row in found
    }


def insert(rows: Rows, record_type: RecordType, records: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    """New rows of a record type."""
    rows.insert(
        record_type.table,
        ["id", *_names(record_type.facts)],
        ([key, *_cells(record_type.facts, values)] for key, values in records),
    )


def update(rows: Rows, record_type: RecordType, records: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Changed facts of existing rows: one statement for each set of facts that changes together."""
    for facts, group in _by_facts(record_type.facts, records).items():
        rows.update(
            record_type.table,
            "id",
            dict(columns_of(facts)),
            ([key, *_cells(facts, values)] for key, values in group),
        )


def insert_lines(rows: Rows, line_type: LineType, lines: Sequence[tuple[UUID, UUID, Mapping[str, Any]]]) -> None:
    """New lines as (id, parent, facts)."""
    rows.insert(
        line_type.table,
        ["id", line_type.parent, *_names(line_type.facts)],
        ([key, parent, *_cells(line_type.facts, values)] for key, parent, values in lines),
    )


def update_lines(rows: Rows, line_type: LineType, lines: Sequence[tuple[UUID, UUID, Mapping[str, Any]]]) -> None:
    """Changed facts of existing lines, of these parents only."""
    for facts, group in _by_facts(line_type.facts, [(key, values) for key, _, values in lines]).items():
        rows.update(
            line_type.table,
            "id",
            dict(columns_of(facts)),
            ([key, *_cells(facts, values)] for key, values in group),
        )


def delete_lines(rows: Rows, line_type: LineType, lines: Sequence[tuple[UUID, UUID]]) -> None:
    """Take lines (id, parent) from their records; the journal keeps what they said."""
    query = sql.SQL("delete from {} where (id, {}) in (select * from unnest(%s::uuid[], %s::uuid[]))").format(
        sql.Identifier(line_type.table), sql.Identifier(line_type.parent)
    )
    rows.execute(query.as_string(None), [[key for key, _ in lines], [parent for _, parent in lines]])


def _by_facts(
    facts: Sequence[Fact], records: Sequence[tuple[UUID, Mapping[str, Any]]]
) -> dict[tuple[Fact, ...], list[tuple[UUID, Mapping[str, Any]]]]:
    groups: dict[tuple[Fact, ...], list[tuple[UUID, Mapping[str, Any]]]] = {}
    for key, values in records:
        changed = tuple(fact for fact in facts if fact.name in values)
        if changed:
            groups.setdefault(changed, []).append((key, values))
    return groups
