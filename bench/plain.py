"""The same rows without the product: what a command wrote is copied down once, then written again by plain psycopg."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from keguan.kernel import clock
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.directory import PROFILES

turns = itertools.count(1)
TABLES = """
    select c.relname, array_agg(a.attname order by a.attnum) from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and a.attgenerated = '' and a.attidentity <> 'a'
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = current_schema()::regnamespace
    group by 1
"""


def cursor() -> Any:
    """psycopg's own cursor, without Django's wrapping."""
    connection.ensure_connection()
    return connection.connection.cursor()


def viewer(to: Any, who: UUID) -> None:
    """Read what somebody is and under which rules: no list can be right without."""
    now = clock.now()
    to.execute("select number from kernel_rulebook where valid_from <= %s order by 1 desc limit 1", [now])
    to.execute(PROFILES, {"people": [who], "at": now, "today": now.astimezone(COMPANY_ZONE).date()})
    to.fetchall()


@dataclass
class Table:
    """Rows of one table as a command left them: new ones, and those that it changed (`key` finds them again)."""

    name: str
    columns: list[str]
    new: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[tuple[Any, ...]] = field(default_factory=list)


def written_by(act: Callable[[], object]) -> list[Table]:
    """What the act wrote, table by table."""
    with cursor() as reader:
        reader.execute(TABLES)
        names = {name: list(columns) for name, columns in reader.fetchall()}
        before = {name: _rows(reader, name, columns) for name, columns in names.items()}
        act()
        found = []
        for name, columns in names.items():
            after, known = _rows(reader, name, columns), {row[0] for row in before[name].values()}
            fresh = [row for text, row in after.items() if text not in before[name]]
            table = Table(name, columns)
            for row in fresh:
                (table.changed if columns[0] in ("id", "key") and row[0] in known else table.new).append(row)
            if fresh:
                found.append(table)
        return found


def _rows(reader: Any, name: str, columns: list[str]) -> dict[str, tuple[Any, ...]]:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    reader.execute(sql.SQL("select {} from {}").format(names, sql.Identifier(name)))
    return {repr(row): row for row in reader.fetchall()}


class Copy:
    """Written rows made anew: keys, codes and number series go on, everything else stays as it was."""

    def __init__(self, tables: list[Table]) -> None:
        self.tables = sorted(tables, key=lambda table: (table.name.startswith("kernel"), table.name))
        self.keys = {row[0] for table in tables if table.columns[0] == "id" for row in table.new}
        self.codes = {
            value
            for table in tables if "code" in table.columns
            for row in table.new if isinstance(value := row[table.columns.index("code")], str)
        }  # fmt: skip

    def rows(self) -> list[tuple[Table, list[list[Any]]]]:
        """All new rows, ready to be written."""
        turn = next(turns)
        now = clock.now()
        fresh: dict[Any, Any] = {key: uuid7(now) for key in sorted(self.keys)}
        fresh |= {code: f"P{turn:05}-{n:04}" for n, code in enumerate(sorted(self.codes))}
        return [(table, [[_value(cell, fresh) for cell in row] for row in table.new]) for table in self.tables]

    def execute(self) -> None:
        """One statement for each row, in one transaction."""
        self._write(lambda to, table, rows: [to.execute(_insert(table), row) for row in rows])

    def executemany(self) -> None:
        """`executemany` for each table, in one transaction."""
        self._write(lambda to, table, rows: to.executemany(_insert(table), rows))

    def copy(self) -> None:
        """COPY for each table, in one transaction."""

        def copied(to: Any, table: Table, rows: list[list[Any]]) -> None:
            with to.copy(_statement("copy {} ({}) from stdin", table)) as lines:
                for row in rows:
                    lines.write_row(row)

        self._write(copied)

    def _write(self, write: Callable[[Any, Table, list[list[Any]]], object]) -> None:
        with transaction.atomic(), cursor() as to:
            for table, rows in self.rows():
                if rows:
                    write(to, table, rows)
                for row in table.changed:
                    to.execute(_update(table), [row[0]])


def _statement(text: str, table: Table) -> sql.Composed:
    return sql.SQL(text).format(sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns)))  # type: ignore[arg-type]


def _insert(table: Table) -> sql.Composed:
    places = ", ".join(["%s"] * len(table.columns))
    return _statement("insert into {} ({}) values (" + places + ")", table)


def _update(table: Table) -> sql.Composed:
    """The same row written again with the values that it has now: a number series must not go back."""
    key, *others = table.columns
    cells = sql.SQL(", ").join(sql.SQL("{0} = {0}").format(sql.Identifier(name)) for name in others)
    return sql.SQL("update {} set {} where {} = %s").format(sql.Identifier(table.name), cells, sql.Identifier(key))


def _value(cell: Any, fresh: dict[Any, Any]) -> Any:
    if isinstance(cell, UUID | str):
        return fresh.get(cell, cell)
    if isinstance(cell, list) and cell and isinstance(cell[0], UUID):
        return [fresh.get(one, one) for one in cell]
    return _plain(cell)


def _plain(cell: Any) -> Any:
    if isinstance(cell, memoryview):
        return bytes(cell)
    return (
        Jsonb(cell)
        if isinstance(cell, dict) or (isinstance(cell, list) and cell and isinstance(cell[0], dict))
        else cell
    )
