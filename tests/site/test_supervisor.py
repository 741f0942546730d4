"""`keguan serve` with real processes: up, killed in part, stopped whole, taken over."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from keguan.database.testing import clean_environment, run_keguan
from tests.prepared import migrated

pytestmark = pytest.mark.slow

HOLDER = """
import sys
from keguan.database import hold
with hold() as held:
    for _ in sys.stdin:
        print(held.revive(), flush=True)
"""


class Served:
    """A running `keguan serve`."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.output = data.parent / f"output-{uuid.uuid4().hex}"
        with self.output.open("w") as output:
            self.process = psutil.Popen(
                [sys.executable, "-m", "keguan.cli", "serve", "--port", str(port)],
                env=clean_environment(data, {"KEGUAN_LANG": "en"}),
                stdout=output,
                stderr=output,
            )

    def up(self) -> "Served":
        wait_for(lambda: "Keguan runs" in self.output.read_text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.output.read_text()
        return self

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def child(self, what: str) -> psutil.Process:
        [found] = [child for child in self.process.children() if what in " ".join(child.cmdline())]
        return found

    def has(self, what: str) -> bool:
        return any(what in " ".join(child.cmdline()) for child in self.process.children())

    def answers(self, path: str = "/alive/") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=15) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postgres/postmaster.pid").read_text().splitlines()[0]))

    def everyone(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True), self.postmaster()]


def wait_for(is_so: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def newest_worker(data: Path) -> int:
    """The highest number a worker has taken; 0 before the first."""
    try:
        with psycopg.connect(host=str(data / "postgres"), user="keguan", dbname="keguan") as connection:
            [number] = connection.execute("select coalesce(max(id), 0) from procrastinate_workers").fetchone() or [0]
    except psycopg.OperationalError:
        return 0
    return int(number)


def ask(holder: subprocess.Popen[str]) -> str:
    """Let the holder revive the server; whether it had to."""
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    return holder.stdout.readline().strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kg-") as root:
        yield Path(root, "data")
        # what a failed test left running
        noted = Path(root, "data/postgres/postmaster.pid")
        if noted.exists():
            psutil.Process(int(noted.read_text().splitlines()[0])).send_signal(signal.SIGINT)


@pytest.fixture
def served(data: Path) -> Iterator[Served]:
    migrated(data)
    running = Served(data, free_port())
    try:
        yield running.up()
    finally:
        running.end()


def test_everything_comes_up_falls_and_comes_back(served: Served, data: Path) -> None:
    assert served.answers()
    shared = run_keguan("doctor", data=data, environment={"KEGUAN_LANG": "en"})
    assert shared.returncode == 0, shared.stdout
    assert "keguan (owns), keguan_web (runs)" in shared.stdout

    for what in ("gunicorn", "keguan.cli worker"):
        wait_for(lambda what=what: served.has(what))  # type: ignore[misc]
        fallen = served.child(what)
        fallen.kill()
        psutil.wait_procs([fallen], 20)
        wait_for(lambda what=what, pid=fallen.pid: served.has(what) and served.child(what).pid != pid)  # type: ignore[misc]
    wait_for(served.answers)

    server = served.postmaster()
    server.kill()
    psutil.wait_procs([server], 20)
    wait_for(lambda: (data / "postgres/postmaster.pid").exists() and served.postmaster().pid != server.pid)
    wait_for(served.answers)

    everyone = served.everyone()
    served.process.terminate()
    assert served.process.wait(60) == 0
    assert psutil.wait_procs(everyone, 30)[1] == []


def test_a_killed_supervisor_takes_its_children_along_and_the_next_start_takes_over(served: Served, data: Path) -> None:
    wait_for(lambda: served.has("keguan.cli worker"))
    children = served.process.children(recursive=True)
    served.process.kill()
    served.process.wait()
    assert psutil.wait_procs(children, 60)[1] == []
    again = Served(data, served.port)
    try:
        assert again.up().answers()
        everyone = again.everyone()
        os.kill(again.process.pid, signal.SIGINT)
        assert again.process.wait(60) == 0
        assert psutil.wait_procs(everyone, 30)[1] == []
    finally:
        again.end()


def test_a_port_in_use_is_said_before_anything_starts(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = run_keguan("serve", "--port", str(other.getsockname()[1]), data=data)
    assert refused.returncode == 1
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not data.exists()


def test_the_worker_comes_back_with_its_database(data: Path) -> None:
    migrated(data)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env=clean_environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ask(holder)
    log = data.parent / "worker.log"
    with log.open("w") as output:
        worker = psutil.Popen(
            [sys.executable, "-m", "keguan.cli", "worker"], env=clean_environment(data), stdout=output, stderr=output
        )
    try:
        wait_for(lambda: newest_worker(data) > 0)
        first = newest_worker(data)
        server = psutil.Process(int((data / "postgres/postmaster.pid").read_text().splitlines()[0]))
        server.kill()
        psutil.wait_procs([server], 20)
        wait_for(lambda: "connecting again" in log.read_text())
        assert ask(holder) == "True"
        wait_for(lambda: newest_worker(data) > first)
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(60) == 0
        holder.communicate(timeout=60)
