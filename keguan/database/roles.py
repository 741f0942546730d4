"""Who may do what in the database: the owner migrates, the run-time role may never change what is append-only."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from keguan.database.address import Address, address, connect

_TABLES = """
select c.relname, coalesce(root.relname, c.relname)
from pg_class c
left join pg_class root on root.oid = pg_partition_root(c.oid)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
"""


def grant_web_role(append_only: Iterable[str] = ()) -> str | None:
    """Give the run-time role its rights on every table there is; after each migration.

    Tables named in `append_only`, and their partitions, get SELECT and INSERT only; the others UPDATE and DELETE too;
    TRUNCATE nobody. Makes the role where the owner may. Returns its name, or None where the owner must do everything
    itself and the append-only triggers hold alone.
    """
    there = address()
    with connect(there.owner) as connection:
        role = _ensure_role(connection, there)
        if role is None:
            return None
        _grant(connection, role, frozenset(append_only))
    return role


def web_role_works(there: Address) -> bool:
    """Whether the run-time role exists and may sign in."""
    if there.web is None:
        return False
    try:
        connect(there.web).close()
    except psycopg.OperationalError:
        return False
    return True


def _ensure_role(connection: psycopg.Connection, there: Address) -> str | None:
    if there.web is None:
        return None
    role = there.web["user"]
    if role == connection.info.user:
        return None
    row = connection.execute(
        "select rolcreaterole or rolsuper, exists(select from pg_roles where rolname = %s)"
        " from pg_roles where rolname = current_user",
        [role],
    ).fetchone()
    may_create, exists = row or (False, False)
    if not there.is_embedded and not web_role_works(there):
        if not may_create:
            return None
        verb = sql.SQL("alter" if exists else "create")
        connection.execute(
            sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(role), there.web["password"])
        )
    return role


def _grant(connection: psycopg.Connection, role: str, append_only: frozenset[str]) -> None:
    who = sql.Identifier(role)
    statements = [
        sql.SQL("revoke all on all tables in schema public from {}").format(who),
        sql.SQL("grant usage on schema public to {}").format(who),
        sql.SQL("grant usage, select on all sequences in schema public to {}").format(who),
    ]
    for table, root in connection.execute(_TABLES):
        if root == "django_migrations":
            rights = "select"
        elif root in append_only:
            rights = "select, insert"
        else:
            rights = "select, insert, update, delete"
        statements.append(sql.SQL("grant {} on {} to {}").format(sql.SQL(rights), sql.Identifier(table), who))
    for statement in statements:
        connection.execute(statement)
