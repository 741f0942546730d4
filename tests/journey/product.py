"""A running Keguan: started, looked at, killed in part, ended. The database is read here, never written."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import psycopg

from keguan.database.testing import clean_environment, run_keguan

PASSWORD = "keguan-demo"
CAST = ("cheng", "su", "wen", "gu", "shen", "zhou", "shi", "lin", "he", "tang")
# one process for all tokens: starting one costs more than issuing ten
ISSUE = "import sys; from keguan.cli.main import main; [main(['token', 'issue', name]) for name in sys.argv[1:]]"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(is_so: Callable[[], Any], what: str, seconds: float = 180, pause: float = 0.1) -> Any:
    """Wait until something is true, and give it."""
    end = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s: {what}"
        time.sleep(pause)
    return found


@dataclass
class Answer:
    """A response of the API."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def clauses(self) -> list[str]:
        """The clauses its reasons cite."""
        return [reason["clause"]["clause"] for reason in self.body["reasons"] if reason["clause"]]


@dataclass(frozen=True)
class Caller:
    """Somebody with a token. Every request has a connection of its own, so threads may share him."""

    port: int
    token: str

    def send(
        self, method: str, path: str, content: bytes = b"", headers: dict[str, str] | None = None, timeout: float = 60
    ) -> Answer:
        """One request; `OSError` or `HTTPException` when no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            named = {"Authorization": f"Bearer {self.token}", "Connection": "close", **(headers or {})}
            if content:
                named.setdefault("Content-Type", "application/json")
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # a server may answer before it has read everything
                connection.request(method, f"/api/v1{quote(path, safe='/?&=%')}", content or None, named)
            response = connection.getresponse()
            raw = response.read()
            is_json = "json" in (response.getheader("Content-Type") or "")
            return Answer(response.status, dict(response.getheaders()), json.loads(raw) if is_json else raw)
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        """Act; `key` is the idempotency key."""
        named = {"Idempotency-Key": key} if key else {}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, json.dumps(body if body is not None else {}).encode(), named)

    def done(self, path: str, body: Any = None) -> Any:
        """Act, and it must succeed; what the API says of it."""
        answer = self.post(path, body)
        assert answer.status in (200, 201), (path, answer.status, answer.body)
        return answer.body


class Product:
    """`keguan serve` with a data directory of its own, embedded or on the server of `url`; with the demo, or empty."""

    def __init__(self, data: Path, url: str | None = None, *, is_demo: bool = True) -> None:
        self.data, self.url, self.port, self.is_demo = data, url, free_port(), is_demo
        self.output = data.parent / "output"
        self.environment = {"KEGUAN_LANG": "en"} | ({"DATABASE_URL": url} if url else {})
        self.callers: dict[str, Caller] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Product":
        """Start it as a user does and wait until it says where it runs."""
        demo = ["--demo", "weeks"] if self.is_demo else []
        with self.output.open("w") as output:
            self.process = psutil.Popen(
                [sys.executable, "-m", "keguan.cli", "serve", *demo, "--port", str(self.port)],
                env=clean_environment(self.data, self.environment),
                stdout=output,
                stderr=output,
            )
        wait_for(lambda: "Keguan runs" in self.said() or self.process.poll() is not None, "the product starts", 300)
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        """What it has printed."""
        return self.output.read_text()

    def end(self) -> int:
        """Stop it as Ctrl-C does; its status."""
        self.process.send_signal(signal.SIGINT)
        return int(self.process.wait(90))

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command of the command line beside it."""
        return run_keguan(*arguments, data=self.data, environment=self.environment, timeout=180)

    def __getitem__(self, name: str) -> Caller:
        """Somebody of the cast, by sign-in name, with a token that the command line issued."""
        if not self.callers:
            issued = subprocess.run(
                [sys.executable, "-c", ISSUE, *CAST],
                env=clean_environment(self.data, self.environment),
                check=True,
                capture_output=True,
                text=True,
                timeout=180,
            )
            secrets = issued.stdout.split()
            assert len(secrets) == len(CAST)
            self.callers = {one: Caller(self.port, secret) for one, secret in zip(CAST, secrets, strict=True)}
        return self.callers[name]

    def rows(self, query: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with self.connect() as connection:
            return connection.execute(query.encode(), params).fetchall()

    def one(self, query: str, params: Sequence[Any] = ()) -> Any:
        """The one value of a query."""
        [[value]] = self.rows(query, params)
        return value

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection as the owner."""
        if self.url:
            return psycopg.connect(self.url)
        return psycopg.connect(host=str(self.data / "postgres"), user="keguan", dbname="keguan")

    def answers(self, path: str = "/alive/") -> int:
        """The status at which a page answers now; 0 when nothing does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def child(self, what: str) -> psutil.Process | None:
        """The supervisor's child of whose command line `what` is part, if it runs."""
        for child in self.process.children():
            try:
                if what in " ".join(child.cmdline()):
                    return child
            except psutil.NoSuchProcess:
                continue
        return None

    def postmaster(self) -> psutil.Process:
        """The embedded server."""
        return psutil.Process(int((self.data / "postgres/postmaster.pid").read_text().splitlines()[0]))


def leave_nothing(product: Product) -> None:
    """End the product, and whatever a failed test left of it."""
    mine = [product.process, *product.process.children(recursive=True)]
    product.end()
    _, left = psutil.wait_procs(mine, 30)
    for process in left:
        process.kill()
    noted = product.data / "postgres/postmaster.pid"
    if noted.exists() and (number := int(noted.read_text().splitlines()[0])):
        os.kill(number, signal.SIGINT)


class Visitor:
    """Somebody at the pages without a browser: cookies, forms with their CSRF token, files."""

    def __init__(self, address: str, username: str) -> None:
        self.host, self.cookies = urlsplit(address).netloc, dict[str, str]()
        status, _, _ = self.post("/accounts/login/", {"login": username, "password": PASSWORD})
        assert status == 302, f"{username} cannot sign in ({status})"

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, _, body = self._send("GET", path, b"", {})
        return status, body.decode()

    def post(
        self, path: str, values: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None
    ) -> tuple[int, str, str]:
        """Send the form that stands at `path`, hidden inputs included: status, where it leads, text."""
        status, form = self.get(path)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)) if status == 200 else {}
        boundary = "----keguan"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**hidden, **values}.items()
        ]
        for name, (filename, content) in (files or {}).items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
            parts.append(
                f"--{boundary}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n"
            )
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        status, headers, raw = self._send("POST", path, body, {"Content-Type": kind, "Referer": f"http://{self.host}"})
        return status, headers.get("Location", ""), raw.decode()

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body or None, {**headers, "Cookie": cookie, "Connection": "close"})
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()
