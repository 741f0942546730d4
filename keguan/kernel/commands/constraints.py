"""What a violated database constraint means to people: registered beside the models that own the constraint."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError
from psycopg import sql

from keguan.kernel.commands import store
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import LineType, RecordType

CHECKS = """
    select conname, pg_get_expr(conbin, conrelid) as says from pg_constraint
    where conrelid = %s::regclass and contype = 'c' order by conname
"""
_checks: dict[str, list[tuple[str, str]]] = {}
_meanings: dict[str, tuple[Label, Label | None, str | None]] = {}


def register(constraint: str, message: Label, cure: Label | None = None, field: str | None = None) -> None:
    """Say what a violation of this constraint means and how to go on."""
    _meanings[constraint] = (message, cure, field)


def reason(error: IntegrityError) -> Reason:
    """The violated constraint as a reason."""
    return _reason(getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "")


def foreseen(rows: Rows, kind: RecordType | LineType, values: Mapping[str, Any]) -> Reason | None:
    """What the table would refuse of these facts, by its own checks; nothing is written. One statement.

    Checks are asked in the order in which the database asks them. What hangs on other rows (a number that must be
    unique) cannot be foreseen.
    """
    checks = _checks_of(rows, kind.table)
    if not checks:
        return None
    asked = ", ".join(f"({says}) as {sql.Identifier(name).as_string(None)}" for name, says in checks)
    table = sql.Identifier(kind.table).as_string(None)
    query = f"select {asked.replace('%', '%%')} from jsonb_populate_record(null::{table}, %s)"  # noqa: S608 – its own
    [found] = rows.select(query, [_as_row(kind, values)])
    return next((_reason(name) for name, _ in checks if found[name] is False), None)


def _checks_of(rows: Rows, table: str) -> list[tuple[str, str]]:
    if table not in _checks:
        _checks[table] = [(row["conname"], row["says"]) for row in rows.select(CHECKS, [table])]
    return _checks[table]


def _as_row(kind: RecordType | LineType, values: Mapping[str, Any]) -> str:
    return canonical(dict(store.columns(kind.facts, values)))


def _reason(name: str) -> Reason:
    message, cure, field = _meanings.get(
        name, (Label(f"与已有数据冲突（{name}）", f"this conflicts with existing data ({name})"), None, None)
    )
    return Reason(message, cure, field=field, kind="invariant")
