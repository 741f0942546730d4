"""The committed company as it was when it was founded: kept aside once, put back before each example.

The mirror reads what is committed, through a connection of its own; so what an example leaves cannot be rolled back.
"""

from django.db import connection, transaction

TABLES = """
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' order by 1
"""


class Founded:
    """Rows of every table, kept in a schema of their own."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("drop schema if exists founded cascade")
            cursor.execute("create schema founded")
            for name in _filled(cursor):
                cursor.execute(f"create table founded.{name} as table public.{name}")
            cursor.execute(
                "select relname from pg_class where relnamespace = 'founded'::regnamespace and relkind = 'r'"
            )
            self.kept = [name for (name,) in cursor.fetchall()]

    def put_back(self) -> None:
        """Every table as it was."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints all deferred")
            cursor.execute(
                f"truncate {', '.join(f'public.{name}' for name in _filled(cursor))}, public.org_user cascade"
            )
            for name in self.kept:
                cursor.execute(
                    "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)"
                    " from information_schema.columns where table_schema = 'public' and table_name = %s"
                    " and is_generated = 'NEVER'", [name]
                )  # fmt: skip
                [(columns,)] = cursor.fetchall()
                cursor.execute(f"insert into public.{name} ({columns}) select {columns} from founded.{name}")

    def forget(self) -> None:
        """What was kept aside is gone."""
        with connection.cursor() as cursor:
            cursor.execute("drop schema if exists founded cascade")


def _filled(cursor: object) -> list[str]:
    """The tables that hold anything."""
    cursor.execute(TABLES)  # type: ignore[attr-defined]
    names = [name.removeprefix("public.") for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]
    parts = " union all ".join(f"select '{name}' where exists (select 1 from public.{name})" for name in names)
    cursor.execute(parts)  # type: ignore[attr-defined]
    return [name for (name,) in cursor.fetchall()]  # type: ignore[attr-defined]
