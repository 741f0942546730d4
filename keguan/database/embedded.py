"""The embedded server: made, started, shared by all processes of this data directory, stopped by the last of them.

Three files stand beside the cluster: `.gate` is locked while somebody starts or stops the server; `.users` is held
shared by everyone who uses it (the kernel drops a killed process's lock; who gets it alone is the last); `.log` is what
the server says. The server is nobody's child: a killed one would stay a zombie that looks alive.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, LiteralString

import psycopg
from psycopg.conninfo import make_conninfo

from keguan.database import cluster as clusters
from keguan.database.faults import DatabaseFault
from keguan.database.programs import Programs, programs

# `on` is the only compression this build knows
_OPTIONS = {"listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC", "wal_compression": "on"}
_ROLE, _DATABASE = "select 1 from pg_roles where rolname = %s", "select 1 from pg_database where datname = %s"
_FIRST: tuple[tuple[str, LiteralString, LiteralString], ...] = (
    ("keguan", _ROLE, "create role keguan login createdb"),
    ("keguan_web", _ROLE, "create role keguan_web login"),
    ("keguan", _DATABASE, "create database keguan owner keguan"),
)


class EmbeddedServer:
    """A running server for one cluster."""

    def __init__(self, cluster: Path, tools: Programs, options: Mapping[str, str], patience: float) -> None:
        self.cluster = cluster
        self.sockets = clusters.make_socket_directory(cluster, tools)
        self._tools = tools
        self._options = {**_OPTIONS, **options, "unix_socket_directories": str(self.sockets)}
        self._patience = patience

    @property
    def log(self) -> Path:
        """What the server says."""
        return _beside(self.cluster, "log")

    def is_running(self) -> bool:
        """Whether this cluster's server runs. Clears what a dead one left."""
        return clusters.is_running(self.cluster, self.sockets)

    def revive(self) -> bool:
        """Start the server again if it died; whether it had."""
        if self.is_running():
            return False
        with _beside(self.cluster, "gate").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            self.start()
        return True

    def start(self) -> None:
        """Start the server unless it runs, and wait until it answers. The caller holds the gate.

        Crash recovery may take minutes: the wait ends only when the process does or after `patience` seconds.
        """
        with self.log.open("a") as log:
            if not self.is_running():
                flags = " ".join(f"-c {name}={_shell(value)}" for name, value in self._options.items())
                status = self._tools.run(
                    "pg_ctl", "-D", str(self.cluster), "-W", "-o", flags, "start", log=log, apart=True
                )
                if status:
                    raise self._silent()
            began = time.monotonic()
            while self._tools.run("pg_isready", "-q", "-h", str(self.sockets), "-U", "postgres", "-d", "postgres"):
                waited = time.monotonic() - began
                if waited > self._patience or (waited > 2 and not self.is_running()):
                    raise self._silent()
                time.sleep(0.02)

    def make_roles(self) -> None:
        """Make the plain owner, the run-time role and the empty database unless they are there.

        The owner may do what an owner may on any server, no more; the superuser `postgres` only makes these three.
        """
        there = make_conninfo(host=str(self.sockets), user="postgres", dbname="postgres")
        with psycopg.connect(there, autocommit=True) as connection:
            for name, what, making in _FIRST:
                if not connection.execute(what, [name]).fetchone():
                    connection.execute(making)

    def stop(self) -> None:
        """Stop the server; open transactions are rolled back. The caller holds the gate."""
        with self.log.open("a") as log:
            self._tools.run("pg_ctl", "-D", str(self.cluster), "-m", "fast", "stop", log=log)

    def _silent(self) -> DatabaseFault:
        return DatabaseFault(
            f"内置 PostgreSQL 没有启动起来，原因写在 {self.log} 的末尾。",
            f"The embedded PostgreSQL did not start; the end of {self.log} says why.",
        )


@contextlib.contextmanager
def embedded_server(
    place: Path, *, options: Mapping[str, str] | None = None, patience: float = 300
) -> Iterator[EmbeddedServer]:
    """The server of the cluster at `place`, running for the block: made and started if need be, shared if it runs.

    `options` are server settings for the start; they change nothing when the server already runs.
    """
    tools = programs(place)
    cluster = clusters.prepare_place(place, tools)
    with _opened(cluster, "gate") as gate, _opened(cluster, "users") as users:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        with _beside(cluster, "log").open("a") as log:
            clusters.create(cluster, tools, log)
        server = EmbeddedServer(cluster, tools, options or {}, patience)
        server.start()
        server.make_roles()
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield server
        finally:
            fcntl.flock(gate, fcntl.LOCK_EX)
            # raised while anyone else still uses the server
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


def is_used(place: Path) -> bool:
    """Whether any process uses the server of the cluster at `place`."""
    users = place.resolve().with_name(f"{place.resolve().name}.users")
    if not users.exists():
        return False
    with users.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _beside(cluster: Path, what: str) -> Path:
    return cluster.with_name(f"{cluster.name}.{what}")


def _opened(cluster: Path, what: str) -> IO[str]:
    place = _beside(cluster, what)
    try:
        return place.open("a")
    except PermissionError as error:
        raise DatabaseFault(
            f"不能写入 {place}。请用拥有该目录的用户运行，或用 KEGUAN_DATA 指定别的数据目录。",
            f"{place} cannot be written. Run as the user who owns it, or name another directory by KEGUAN_DATA.",
        ) from error


def _shell(value: str) -> str:
    # pg_ctl hands the options to a shell
    return "'" + value.replace("'", "'\\''") + "'" if os.name == "posix" else value
