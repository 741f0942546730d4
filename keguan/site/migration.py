"""Bringing the tables to this version, and giving the run-time role its rights on them."""

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from keguan import database
from keguan.kernel.journal import APPEND_ONLY

# any number, the same everywhere: two machines must not migrate at once
_LOCK = 4_823_001


def pending() -> list[str]:
    """The migrations that are not applied yet, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> int:
    """Apply what is pending, as the owner of the tables; how many there were. Safe to run from two machines at once."""
    with psycopg.connect(database.owner_conninfo(), autocommit=True) as lock:
        lock.execute("select pg_advisory_lock(%s)", [_LOCK])
        applied = len(pending())
        if applied:
            call_command("migrate", interactive=False, verbosity=0)
        database.grant_web_role(APPEND_ONLY)
    return applied
