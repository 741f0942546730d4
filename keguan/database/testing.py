"""Databases for tests: a pytest plugin (`-p keguan.database.testing`). The product never imports it.

The whole run shares one embedded server in a directory that is thrown away; each xdist worker has a database of its
own in it. `outside_database` is the same programs as an ordinary server elsewhere.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from keguan.database.address import ROLE_VARIABLE
from keguan.database.embedded import embedded_server
from keguan.database.places import cluster_directory
from keguan.database.programs import NOBODY, Programs, programs

MEMORY, PLENTY = Path("/dev/shm"), 8 << 30  # noqa: S108 – Linux's own place for it
# half the work of a commit is the disk's; a test database need not survive a power cut. Tables are emptied as often as
# they are filled: there is nothing to tidy up, and nothing to replicate
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Point the settings at a directory of this run, before pytest-django loads them."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _put_in_memory()
        os.environ["KEGUAN_DATA"] = tempfile.mkdtemp(prefix="keguan-test-")
        os.environ[ROLE_VARIABLE] = "owner"
        for name in ("DATABASE_URL", "KEGUAN_WEB_DATABASE_URL", "KEGUAN_DATABASE_POOL", "KEGUAN_LANG"):
            os.environ.pop(name, None)
    return (yield)


def _put_in_memory() -> None:
    """Let what a run writes lie in memory where there is plenty: what tests start waits for the disk otherwise."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def pytest_unconfigure() -> None:
    """Throw the directory away, once everybody has left the server."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "keguan-test-" in os.environ.get("KEGUAN_DATA", ""):
        shutil.rmtree(os.environ["KEGUAN_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def embedded_test_server() -> Iterator[None]:
    """The embedded server of this run."""
    with embedded_server(cluster_directory(), options=_FAST):
        yield


@dataclass(frozen=True, slots=True)
class OutsideServer:
    """A server on 127.0.0.1 that asks for passwords, as a database administrator would hand it over."""

    port: int
    admin: str
    """libpq connection string of the superuser; what is made with it belongs to the test."""

    def new_database(self, *, may_create_roles: bool = False) -> str:
        """Make a database with a plain owner of its own (neither superuser nor, unless asked, CREATEROLE): its URL."""
        name = f"company_{uuid.uuid4().hex[:8]}"
        right = "createrole" if may_create_roles else "nocreaterole"
        with psycopg.connect(self.admin, autocommit=True) as connection:
            # names made here: nothing to quote
            connection.execute(f"create role {name} login password 'a pass:word/@' nosuperuser nocreatedb {right}")
            connection.execute(f"create database {name} owner {name} encoding 'UTF8' template template0")
        return f"postgresql://{name}:a%20pass%3Aword%2F%40@127.0.0.1:{self.port}/{name}"

    def admin_url(self, database: str) -> str:
        """The superuser's DATABASE_URL for `database`, which need not exist."""
        return f"postgresql://admin:admin%20of%20the%20test@127.0.0.1:{self.port}/{database}"

    def drop_database(self, url: str) -> None:
        """Remove what `new_database` made."""
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for statement in (
                f"drop database if exists {name} with (force)",
                f"drop role if exists {name}_web, {name}",
            ):
                connection.execute(statement)


@contextlib.contextmanager
def tcp_server(place: Path) -> Iterator[OutsideServer]:
    """The embedded programs as an ordinary server: TCP on 127.0.0.1, scram passwords, nothing of Keguan in it."""
    tools, cluster = programs(place), place / "cluster"
    cluster.mkdir(parents=True, mode=0o700)
    secret = place / "password"
    secret.write_text("admin of the test")
    if tools.as_nobody:
        for path in (cluster, secret):
            os.chown(path, NOBODY, NOBODY)
    with (place / "log").open("a") as log, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-ctype=C.UTF-8")
        access = ("-U", "admin", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync")
        tools.run("initdb", "-D", str(cluster), *locale, *access, log=log)
        free.close()
        settings = {**_FAST, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        flags = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        started = tools.run("pg_ctl", "-D", str(cluster), "-w", "-o", flags, "start", log=log, apart=True)
        if started:
            raise RuntimeError((place / "log").read_text())
        try:
            admin = f"host=127.0.0.1 port={port} user=admin password='admin of the test' dbname=postgres"
            yield OutsideServer(port, admin)
        finally:
            tools.run("pg_ctl", "-D", str(cluster), "-m", "immediate", "stop", log=log)


@pytest.fixture(scope="session")
def outside_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideServer]:
    """One outside server for the tests of this worker."""
    with tcp_server(tmp_path_factory.mktemp("outside")) as server:
        yield server


@pytest.fixture
def outside_database(outside_server: OutsideServer) -> Iterator[str]:
    """The DATABASE_URL of a fresh database on an outside server, with a plain owner."""
    url = outside_server.new_database()
    yield url
    outside_server.drop_database(url)


def run_keguan(
    *arguments: str, data: Path, environment: dict[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a stranger would: a process of its own, its own data directory, no inherited settings."""
    import sys

    return subprocess.run(
        [sys.executable, "-m", "keguan.cli", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        env=clean_environment(data, environment),
    )


def clean_environment(data: Path, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """The environment of a process that knows nothing of the test run but `data`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KEGUAN_", "PG", "PYTEST_", "DATABASE_URL"))}
    return {**kept, "KEGUAN_DATA": str(data), **(environment or {})}


def duplicate(data: Path, to: Path) -> Path:
    """A data directory of which nobody uses the server, once more, with its owners and rights; where it is."""
    subprocess.run(["cp", "-a", str(data), str(to)], check=True)  # noqa: S607 – the system's own
    return to


__all__ = ["OutsideServer", "Programs", "clean_environment", "duplicate", "run_keguan", "tcp_server"]
