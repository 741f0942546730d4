"""Web and worker together: started, started again when they fall, stopped together. Knows no page and no job.

The embedded server is held for as long as this runs and brought back if it dies.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from keguan import database
from keguan.site.speech import say

WEB_WORKERS, WEB_THREADS = 2, 4
# what a request or a job may still take after TERM
_PATIENCE = 30.0
_LONGEST_PAUSE = 30.0
# who has lived this long starts again at once
_STEADY = 60.0


@dataclass
class Child:
    """One program that has to run: started with a growing pause when it keeps falling."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    pause: float = 0.5

    def tend(self) -> None:
        """Start it if it is not running and its pause is over; note it if it has fallen."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self._start(now)
        elif (status := self.process.poll()) is not None:
            self.process = None
            self.pause = 0.5 if now - self.started > _STEADY else min(self.pause * 2, _LONGEST_PAUSE)
            self.due = now + self.pause
            say(
                f"{self.name} 已退出（状态 {status}），{self.pause:.0f} 秒后重新启动。",
                f"{self.name} ended (status {status}) and starts again in {self.pause:.0f} s.",
                is_fault=True,
            )

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, until: float) -> None:
        """Wait for its end until `until` (of the monotonic clock), then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _start(self, now: float) -> None:
        leash = [sys.executable, "-m", "keguan.site.leash", str(os.getpid())]
        self.process = subprocess.Popen(
            [*leash, *self.command], env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL
        )
        self.started = now


def supervise(host: str, port: int, *, prepare: Callable[[], Sequence[str]]) -> int:
    """Serve on `host`:`port` until TERM or INT; 0 then. `prepare` fills the database and returns lines to be shown."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        was_preparing = not children
        stopping.set()
        if was_preparing:
            raise SystemExit(0)

    children: list[Child] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    check_port(host, port)
    with database.hold("web") as held:
        _run("keguan.cli", "migrate", "--quiet")
        held.take_role("web")
        lines = prepare()
        children += [_web(host, port), _worker()]
        try:
            _tend(children, held, stopping, lambda: _greet(host, port, lines))
        finally:
            _stop(children)
    return 0


def check_port(host: str, port: int) -> None:
    """Raise `DatabaseFault` when somebody else listens there: gunicorn would only say so after five tries."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise database.DatabaseFault(
                f"不能在 {host}:{port} 上提供服务（{error.strerror}）。换一个端口：keguan serve --port {port + 1}",
                f"Cannot serve on {host}:{port} ({error.strerror}). Another port: keguan serve --port {port + 1}",
            ) from error


def _web(host: str, port: int) -> Child:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = ["gunicorn", "keguan.site.wsgi:application", "--bind", address, "--worker-class", "gthread"]
    command += ["--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--graceful-timeout", "20"]
    # version 27 opens a control socket in HOME
    command += ["--no-control-socket", "--preload", "--log-level", "warning"]
    return Child("web", command, {"KEGUAN_DATABASE_POOL": str(WEB_THREADS)})


def _worker() -> Child:
    return Child("worker", ["keguan.cli", "worker"])


def _tend(children: Sequence[Child], held: database.Held, stopping: threading.Event, greet: Callable[[], bool]) -> None:
    is_greeted, next_look = False, 0.0
    while not stopping.is_set():
        for child in children:
            child.tend()
        is_greeted = is_greeted or greet()
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + 1
            _revive(held)
        stopping.wait(0.2)


def _revive(held: database.Held) -> None:
    try:
        if held.revive():
            say(
                "内置 PostgreSQL 意外退出，已重新启动。",
                "The embedded PostgreSQL had died and runs again.",
                is_fault=True,
            )
    except database.DatabaseFault as fault:
        say(fault.zh, fault.en, is_fault=True)


def _greet(host: str, port: int, lines: Sequence[str]) -> bool:
    """Say where it runs, once it answers; whether it did."""
    if not _answers(host, port):
        return False
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  # compared, not bound
    say(
        f"\n客管已启动：http://{shown}:{port}/　按 Ctrl-C 停止",
        f"\nKeguan runs: http://{shown}:{port}/    (Ctrl-C stops)",
    )
    for line in lines:
        say(line, line)
    return True


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    shown = f"[{reachable}]" if ":" in reachable else reachable
    request = urllib.request.Request(f"http://{shown}:{port}/alive/", headers={"Host": "localhost"})
    # not through a proxy of the environment
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _run(module: str, *arguments: str) -> None:
    """Run a step in a process of its own, which has said what is wrong when it fails."""
    status = subprocess.run([sys.executable, "-m", module, *arguments], check=False).returncode
    if status:
        raise SystemExit(status)


def _stop(children: Sequence[Child]) -> None:
    for child in children:
        child.stop()
    until = time.monotonic() + _PATIENCE
    for child in children:
        child.end(until)
