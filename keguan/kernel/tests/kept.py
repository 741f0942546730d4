"""Companies that tests found again and again: founded once in a process, then put back as rows.

A company that commands have founded is what stands in the tables, and ids by name. To found it takes half a second, to
put its rows back a fiftieth of one. What it was founded in may be rolled back or emptied: the rows are kept aside.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, transaction
from psycopg import sql

Made = TypeVar("Made")
TABLES = """
    select c.relname from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'django_migrations' order by 1
"""
COLUMNS = """
    select attname from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""


@dataclass(frozen=True)
class _Kept:
    made: Any
    tables: tuple[tuple[sql.Composed, bytes], ...]
    emptied: tuple[str, ...]


_companies: dict[object, _Kept] = {}


def kept(key: object, found: Callable[[], Made], again: Callable[[], object] = lambda: None) -> Made:
    """What `found` gives, with the rows it writes; from the second time on both are put back as they were then.

    `key` says which company it is; `again` does what rows do not tell (views of its registers). The database holds
    nothing but what is there without a company. Copies are given, so whoever gets one may change it.
    """
    known = _companies.get(key)
    if known is not None:
        _put_back(known)
        again()
        return copy.deepcopy(known.made)  # type: ignore[no-any-return]
    before = _rows()
    made = found()
    after = {table: rows for table, rows in _rows().items() if rows != before.get(table)}
    _companies[key] = _Kept(
        copy.deepcopy(made),
        tuple((into, rows) for into, rows in after.values()),
        tuple(table for table in before if table in after),
    )
    return made


def _rows() -> dict[str, tuple[sql.Composed, bytes]]:
    """What stands in each table that holds anything, with the statement that takes it in again."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(" union all ".join(f"select '{name}' where exists (select from {name})" for name in names))
        for (name,) in cursor.fetchall():
            cursor.execute(COLUMNS, [name])
            columns = sql.SQL(", ").join(sql.Identifier(column) for (column,) in cursor.fetchall())
            place = sql.SQL("{} ({})").format(sql.Identifier(name), columns)
            with cursor.copy(sql.SQL("copy {} to stdout").format(place)) as leaving:
                found[name] = sql.SQL("copy {} from stdin").format(place), b"".join(leaving)
    return found


def _put_back(company: _Kept) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")
        if company.emptied:
            cursor.execute(f"truncate {', '.join(company.emptied)} cascade")
        for into, rows in company.tables:
            with cursor.copy(into) as entering:
                entering.write(rows)
        # they are looked at now, and wait for the end of a transaction again, as Django has them
        cursor.execute("set constraints all immediate; set constraints all deferred")
