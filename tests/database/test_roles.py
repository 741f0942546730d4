"""The running program may add to the journal and never change it."""

import psycopg
import pytest
from django.db import connection

from keguan.database import grant_web_role
from keguan.database.address import address

# roles and the tables made here are shared by the whole server: one worker makes and drops them
pytestmark = pytest.mark.xdist_group("roles")
APPEND_ONLY = ("role_journal",)


@pytest.fixture
def web(embedded_test_server: None, monkeypatch: pytest.MonkeyPatch) -> psycopg.Connection:
    there = address()
    with psycopg.connect(psycopg.conninfo.make_conninfo(**there.owner)) as owner:
        owner.execute("drop table if exists role_journal, role_state cascade")
        owner.execute("create table role_journal (id int, at date) partition by range (at)")
        owner.execute(
            "create table role_journal_2026 partition of role_journal for values from ('2026-01-01') to ('2027-01-01')"
        )
        owner.execute("create table role_state (id int generated always as identity, n int)")
    assert grant_web_role(APPEND_ONLY) == "keguan_web"
    assert there.web is not None
    return psycopg.connect(psycopg.conninfo.make_conninfo(**there.web), autocommit=True)


def test_it_reads_and_adds_everywhere(web: psycopg.Connection) -> None:
    with web:
        web.execute("insert into role_journal values (1, '2026-05-01')")
        assert web.execute("select count(*) from role_journal").fetchone() == (1,)
        web.execute("insert into role_state (n) values (1)")
        web.execute("update role_state set n = 2")
        web.execute("delete from role_state")


@pytest.mark.parametrize("table", ["role_journal", "role_journal_2026"])
@pytest.mark.parametrize(
    "statement", ["update {} set id = 2", "delete from {}", "truncate {}", "drop table {}", "alter table {} add x int"]
)
def test_it_never_changes_what_is_append_only(web: psycopg.Connection, table: str, statement: str) -> None:
    with web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement.format(table))


def test_it_may_not_truncate_or_switch_triggers_off(web: psycopg.Connection) -> None:
    with web:
        for statement in ("truncate role_state", "set session_replication_role = replica", "set role keguan"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_granting_again_takes_back_what_was_too_much(web: psycopg.Connection) -> None:
    with psycopg.connect(psycopg.conninfo.make_conninfo(**address().owner)) as owner:
        owner.execute("grant all on role_journal to keguan_web")
    grant_web_role(APPEND_ONLY)
    with web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("delete from role_journal")


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_can_be_emptied() -> None:
    # the flush after this test truncates the journal's tables as well
    assert connection.vendor == "postgresql"
