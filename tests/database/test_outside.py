"""A server by DATABASE_URL: reached as a plain owner, refused kindly when it will not do."""

from pathlib import Path

import psycopg
import pytest

from keguan.database import DatabaseFault, django_databases, grant_web_role, hold
from keguan.database.testing import OutsideServer, run_keguan


@pytest.fixture
def url(outside_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", outside_database)
    monkeypatch.setenv("KEGUAN_DATABASE_ROLE", "owner")
    return outside_database


def refuse(monkeypatch: pytest.MonkeyPatch, url: str) -> DatabaseFault:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KEGUAN_DATABASE_ROLE", "owner")
    with pytest.raises(DatabaseFault) as fault, hold("owner"):
        pass
    return fault.value


def test_migrate_and_doctor_work_as_a_plain_owner(outside_database: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": outside_database, "KEGUAN_LANG": "en"}
    for _ in range(2):
        migrated = run_keguan("migrate", data=tmp_path, environment=environment)
        assert migrated.returncode == 0, migrated.stderr
    looked = run_keguan("doctor", data=tmp_path, environment=environment)
    assert looked.returncode == 0, looked.stdout + looked.stderr
    assert "owns the tables and runs" in looked.stdout
    assert not (tmp_path / "postgres").exists()


def test_an_owner_who_may_make_roles_gets_a_web_role(outside_server: OutsideServer, tmp_path: Path) -> None:
    url = outside_server.new_database(may_create_roles=True)
    environment = {"DATABASE_URL": url, "KEGUAN_LANG": "en"}
    assert run_keguan("migrate", data=tmp_path, environment=environment).returncode == 0
    looked = run_keguan("doctor", data=tmp_path, environment=environment)
    name = url.rsplit("/", 1)[1]
    assert f"{name} (owns), {name}_web (runs)" in looked.stdout, looked.stdout + looked.stderr
    with psycopg.connect(outside_server.admin, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")
        connection.execute(f"drop role {name}_web, {name}")


def test_a_plain_owner_has_no_web_role(url: str) -> None:
    with hold("web") as held:
        assert held.address.web is not None
        assert held.take_role("web") == "owner"
        assert grant_web_role() is None
        assert not held.revive()


def test_django_gets_the_same_address(url: str) -> None:
    [database] = django_databases().values()
    name = url.rsplit("/", 1)[1]
    assert (database["NAME"], database["USER"], database["PASSWORD"]) == (name, name, "a pass:word/@")
    assert database["CONN_MAX_AGE"] == 0
    assert database["CONN_HEALTH_CHECKS"]


def test_an_unreachable_server(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = refuse(monkeypatch, "postgresql://someone:secret@127.0.0.1:9/keguan")
    assert "127.0.0.1:9/keguan cannot be reached" in fault.en
    assert "DATABASE_URL" in fault.zh
    assert "secret" not in fault.en + fault.zh


def test_a_wrong_password(outside_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = refuse(monkeypatch, outside_database.replace("a%20pass", "another"))
    assert "password authentication failed" in fault.en


def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "postgresql://user:password@host" in refuse(monkeypatch, "mysql://x/y").en


def test_a_missing_database_that_may_not_be_made(outside_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = refuse(monkeypatch, outside_database + "_other")
    assert "CREATE DATABASE" in fault.zh


def test_a_missing_database_is_made(outside_server: OutsideServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url = outside_server.admin_url("fresh")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("KEGUAN_DATABASE_ROLE", "owner")
    with hold("owner"), psycopg.connect(url) as connection:
        assert connection.execute("select current_database()").fetchone() == ("fresh",)
    with psycopg.connect(outside_server.admin, autocommit=True) as connection:
        connection.execute("drop database fresh with (force)")


def test_a_database_in_another_encoding(outside_server: OutsideServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(outside_server.admin, autocommit=True) as connection:
        connection.execute(
            "create database old encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0"
        )
    assert "not encoded in UTF8" in refuse(monkeypatch, outside_server.admin_url("old")).en
    with psycopg.connect(outside_server.admin, autocommit=True) as connection:
        connection.execute("drop database old with (force)")


def test_an_older_server(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # no older server is at hand: the bound is moved instead
    monkeypatch.setattr("keguan.database.outside.OLDEST", 990000)
    fault = refuse(monkeypatch, url)
    assert "needs PostgreSQL 18 or newer" in fault.en
    assert "is 18." in fault.en


def test_an_owner_who_may_not_make_tables(
    outside_server: OutsideServer, outside_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = outside_database.rsplit("/", 1)[1]
    with psycopg.connect(outside_server.admin, autocommit=True) as connection:
        connection.execute(f"alter database {name} owner to admin")
    assert "ALTER DATABASE" in refuse(monkeypatch, outside_database).zh
