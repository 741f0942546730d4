"""Reading and writing rows in bulk on the command's own connection: COPY in, one statement per table.

Only the pipeline and the law's own tables go through here; it never decides anything.
"""

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb, JsonbLoader

from keguan.kernel.records.types import Record


def jsonable(value: object) -> Any:
    """What `json.dumps` cannot write by itself: keys, times and decimals as text."""
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def canonical(body: object) -> str:
    """JSON with sorted keys and no blanks: the same body always gives the same text, so it can be digested."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=jsonable)


def _cell(value: object) -> object:
    return Jsonb(value, dumps=canonical) if isinstance(value, dict) else value


_streams = itertools.count()


class Rows:
    """The rows of the current connection, inside the caller's transaction. `total` counts the process's statements.

    `pending` are follow-ups that the law wrote itself; they run once the transaction is committed.
    """

    total: ClassVar[int] = 0

    def __init__(self) -> None:
        connection.ensure_connection()
        self.connection: psycopg.Connection[Any] = connection.connection
        self.pending: list[uuid.UUID] = []

    def select(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        Rows.total += 1
        with connection.wrap_database_errors, self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.adapters.register_loader("jsonb", JsonbLoader)  # the framework's connections give plain text
            return list(cursor.execute(query.encode(), params or None))

    def loaded(self) -> dict[str, dict[uuid.UUID, Record | None]]:
        """By table, the records that need not be loaded again; whoever loads more puts them there.

        None here: what was read may have changed since. Nothing stands for an id that was asked for and is not there.
        """
        return {}

    def stream(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries, some thousands at a time, for results that may be of any length.

        Inside a transaction; the rows are read to the end, or the transaction ends first.
        """
        Rows.total += 1
        with (
            connection.wrap_database_errors,
            self.connection.cursor(f"stream_{next(_streams)}", row_factory=dict_row) as cursor,
        ):
            cursor.adapters.register_loader("jsonb", JsonbLoader)
            cursor.itersize = 2000
            yield from cursor.execute(query.encode(), params or None)

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Run a statement; gives the number of rows it concerned."""
        Rows.total += 1
        with connection.wrap_database_errors, self.connection.cursor() as cursor:
            return cursor.execute(query.encode(), params or None).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows by COPY; dictionaries become jsonb."""
        found = list(rows)
        if not found:
            return
        Rows.total += 1
        head = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with connection.wrap_database_errors, self.connection.cursor() as cursor, cursor.copy(head) as copy:
            for row in found:
                copy.write_row([_cell(value) for value in row])

    def update_alike(
        self, table: str, key: str, columns: Mapping[str, str],
        groups: Iterable[tuple[Sequence[Any], Mapping[uuid.UUID, Any]]], longer: str,
    ) -> int:  # fmt: skip
        """Set columns of many rows that become alike but for one: each group is the values, in the order of `columns`,
        and by key what is put at the end of the JSON array that stands in the column `longer`.

        One statement for any number of groups; gives how many rows there were.
        """
        body: list[dict[str, Any]] = []
        own: list[dict[str, Any]] = []
        for place, (values, several) in enumerate(groups):
            body.append({"place": place, **dict(zip(columns, values, strict=True))})
            own += [{"key": one, "place": place, "own": more} for one, more in several.items()]
        if not body:
            return 0
        Rows.total += 1
        query = sql.SQL(
            "update {t} as t set {sets}, {longer} = t.{longer} || k.own"
            " from jsonb_to_recordset(%s) as k(key uuid, place integer, own jsonb)"
            " join jsonb_to_recordset(%s) as v(place integer, {shape}) on v.place = k.place where t.{k} = k.key"
        ).format(
            t=sql.Identifier(table), k=sql.Identifier(key), longer=sql.Identifier(longer),
            sets=sql.SQL(", ").join(sql.SQL("{c} = v.{c}").format(c=sql.Identifier(name)) for name in columns),
            shape=sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns.items()
            ),
        )  # fmt: skip
        with connection.wrap_database_errors, self.connection.cursor() as cursor:
            return cursor.execute(query, [Jsonb(own, dumps=canonical), Jsonb(body, dumps=canonical)]).rowcount

    def update(self, table: str, key: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
        """Set columns (name → SQL type) of the rows named by the uuid `key`, which comes first in each tuple.

        One statement for any number of rows; gives how many there were.
        """
        names = [key, *columns]
        body = [dict(zip(names, row, strict=True)) for row in rows]
        if not body or not columns:
            return 0
        Rows.total += 1
        query = sql.SQL(
            "update {t} as t set {sets} from jsonb_to_recordset(%s) as v({shape}) where t.{k} = v.{k}"
        ).format(
            t=sql.Identifier(table),
            k=sql.Identifier(key),
            sets=sql.SQL(", ").join(sql.SQL("{c} = v.{c}").format(c=sql.Identifier(name)) for name in columns),
            shape=sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
                for name, kind in {key: "uuid", **columns}.items()
            ),
        )
        with connection.wrap_database_errors, self.connection.cursor() as cursor:
            return cursor.execute(query, [Jsonb(body, dumps=canonical)]).rowcount


class Remembered(Rows):
    """Rows for whoever only looks: what was asked already is answered without asking again. Cannot write."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.records: dict[str, dict[uuid.UUID, Record | None]] = {}

    def select(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """Rows as dictionaries, each time new ones."""
        key = query, repr(params)
        if key not in self.known:
            self.known[key] = super().select(query, params)
        return [dict(row) for row in self.known[key]]

    def loaded(self) -> dict[str, dict[uuid.UUID, Record | None]]:
        """By table, all that was loaded."""
        return self.records

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Refused."""
        raise RuntimeError(f"whoever looks does not write: {query[:60]} ({len(params)})")

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Refused, but for nothing."""
        if list(rows):
            raise RuntimeError(f"whoever looks does not write: {table} ({', '.join(columns)})")
