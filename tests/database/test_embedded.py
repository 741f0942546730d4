"""The embedded server with real processes: made, shared, killed, taken over, stopped."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from keguan.database import DatabaseFault, cluster, programs
from keguan.database.embedded import embedded_server

HOLDER = """
import sys, time
from pathlib import Path
from keguan.database.embedded import embedded_server
with embedded_server(Path(sys.argv[1])) as server:
    print(server.sockets, flush=True)
    sys.stdin.read() if len(sys.argv) < 3 else time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def place() -> Iterator[Path]:
    # not tmp_path: its long names would move every socket to /tmp
    root = Path(tempfile.mkdtemp(prefix="kg-"))
    yield root / "data" / "postgres"
    with suppress(FileNotFoundError, ValueError, psutil.Error):
        psutil.Process(postmaster(root / "data" / "postgres")).kill()
    shutil.rmtree(root)


def holder(place: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDER, str(place), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def ready(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def postmaster(place: Path) -> int:
    return int((place / "postmaster.pid").read_text().splitlines()[0])


def connect(sockets: Path, user: str = "keguan") -> psycopg.Connection:
    return psycopg.connect(host=str(sockets), user=user, dbname="keguan")


def gone(pid: int) -> bool:
    return not psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=20)[1]


def test_makes_starts_and_stops_twice_in_a_row(place: Path) -> None:
    for number in range(2):
        with embedded_server(place) as server, connect(server.sockets) as connection:
            connection.execute("create table if not exists seen (n int)")
            connection.execute("insert into seen values (%s)", [number])
            assert connection.info.server_version >= 180000
            connection.commit()
            assert connection.execute("select count(*) from seen").fetchone() == (number + 1,)
            pid = postmaster(place)
        assert gone(pid)
        assert not (place / "postmaster.pid").exists()


def test_the_owner_is_plain_and_the_web_role_owns_nothing(place: Path) -> None:
    with embedded_server(place) as server, connect(server.sockets) as connection:
        rows = connection.execute(
            "select rolname, rolsuper, rolcreaterole, rolbypassrls from pg_roles"
            " where rolname like 'keguan%' order by 1"
        ).fetchall()
        assert rows == [("keguan", False, False, False), ("keguan_web", False, False, False)]
        with connect(server.sockets, "keguan_web") as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("create table mine ()")


def test_chinese_letters_are_letters(place: Path) -> None:
    with embedded_server(place) as server, connect(server.sockets) as connection:
        connection.execute("create extension pg_trgm")
        [grams] = connection.execute("select show_trgm('张三丰')").fetchone() or [None]
        assert grams


def test_several_processes_at_once_make_one_server(place: Path) -> None:
    processes = [holder(place) for _ in range(4)]
    assert len({ready(process) for process in processes}) == 1
    log = place.with_name("postgres.log").read_text()
    assert log.count("database system is ready to accept connections") == 1
    pid = postmaster(place)
    for process in processes[:3]:
        finish(process)
        assert psutil.pid_exists(pid)
    finish(processes[3])
    assert gone(pid)


def test_a_killed_holder_leaves_the_server_to_the_next(place: Path) -> None:
    first = holder(place)
    ready(first)
    pid = postmaster(place)
    first.kill()
    first.communicate()
    assert psutil.pid_exists(pid)
    with embedded_server(place):
        assert postmaster(place) == pid
    assert gone(pid)


def test_a_killed_server_recovers_what_was_committed(place: Path) -> None:
    with embedded_server(place) as server:
        with connect(server.sockets) as connection:
            connection.execute("create table kept as select 7 as n")
        first = postmaster(place)
        os.kill(first, signal.SIGKILL)
        assert gone(first)
        assert server.revive()
        assert not server.revive()
        with connect(server.sockets) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)


def test_a_server_killed_with_its_holder_starts_again(place: Path) -> None:
    first = holder(place)
    ready(first)
    pid = postmaster(place)
    first.kill()
    first.communicate()
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    with embedded_server(place) as server, connect(server.sockets) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_recycled_process_number_is_not_taken_for_the_server(place: Path) -> None:
    with embedded_server(place):
        noted = (place / "postmaster.pid").read_text()
    lines = noted.splitlines()
    (place / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with embedded_server(place) as server, connect(server.sockets) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_interrupted_making_never_looks_finished(place: Path) -> None:
    new = place.with_name("postgres.new")
    new.mkdir(parents=True)
    (new / "PG_VERSION").write_text("18\n")
    with embedded_server(place) as server, connect(server.sockets) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_paths_past_the_socket_limit_and_with_odd_letters(place: Path) -> None:
    far = place.parent / ("很长的目录 'a' " + "x" * 60) / "postgres"
    with embedded_server(far) as server, connect(server.sockets) as connection:
        assert server.sockets == cluster.socket_place(far)
        assert len(os.fsencode(server.sockets)) < 80
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_locale_of_the_environment_does_not_matter(place: Path) -> None:
    process = holder(place, env={**os.environ, "LC_ALL": "tlh_XX.WRONG", "LANG": "C"})
    with connect(ready(process)) as connection:
        row = connection.execute(
            "select datctype, pg_encoding_to_char(encoding) from pg_database where datname = 'keguan'"
        ).fetchone()
        assert row == ("C.UTF-8", "UTF8")
    finish(process)


def test_data_of_another_major_version_are_refused_with_the_way_out(place: Path) -> None:
    with embedded_server(place):
        pass
    (place / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseFault, match=r"PostgreSQL 17.*brings 18.*pg_dump") as fault, embedded_server(place):
        pass
    assert "pg_restore" in fault.value.text("zh-hans")


def test_a_directory_that_is_no_cluster_is_refused(place: Path) -> None:
    place.mkdir(parents=True)
    with pytest.raises(DatabaseFault, match="no PostgreSQL data directory"), embedded_server(place):
        pass


def test_nobody_is_let_into_our_directories(place: Path) -> None:
    place.parent.mkdir(mode=0o700)
    with embedded_server(place):
        assert place.parent.stat().st_mode & 0o777 == 0o700
        assert place.parent.parent.stat().st_mode & 0o777 == 0o700


def test_waits_out_a_slow_start_but_tells_a_dead_one(place: Path) -> None:
    with embedded_server(place):
        pass
    settings = place / "postgresql.conf"
    settings.write_text(settings.read_text() + "shared_buffers = 'nonsense'\n")
    began = time.monotonic()
    with pytest.raises(DatabaseFault, match="did not start"), embedded_server(place):
        pass
    assert time.monotonic() - began < 20


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user(place: Path) -> None:
    user = 54321
    root = place.parent.parent
    os.chown(root, user, user)
    interpreter = Path(sys.executable).resolve()
    if not all(map(programs.is_open_to_nobody, (Path(sys.prefix), interpreter.parent))):
        pytest.skip("the programs lie where only root may look")
    process = holder(place, user=user, group=user, extra_groups=[], env={**os.environ, "HOME": "/nonexistent"}, cwd="/")
    with connect(ready(process)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert place.stat().st_uid == user
    finish(process)
    with pytest.raises(DatabaseFault, match="belong to another user"), embedded_server(place):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_as_nobody_where_namespaces_are_forbidden(place: Path, tmp_path: Path) -> None:
    forbidden = tmp_path / "unshare"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    place.parent.parent.chmod(0o755)
    process = holder(place, env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    with connect(ready(process)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert place.stat().st_uid == programs.NOBODY
    assert psutil.Process(postmaster(place)).uids().real == programs.NOBODY
    finish(process)
    # and again, now that namespaces are allowed: its owner decides
    with embedded_server(place) as server, connect(server.sockets) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_as_nobody_under_a_closed_directory(place: Path, tmp_path: Path) -> None:
    forbidden = tmp_path / "unshare"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    refused = holder(place, env={**environment, "KEGUAN_DATA": str(place.parent)}, stderr=subprocess.PIPE)
    assert "nobody" in refused.communicate(timeout=60)[1]
    environment.pop("KEGUAN_DATA", None)
    process = holder(place, env=environment)
    with connect(ready(process)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    real = place.resolve()
    assert real.is_relative_to(programs.SHARED)
    assert place.parent.parent.stat().st_mode & 0o777 == 0o700
    finish(process)
    shutil.rmtree(real.parent)
