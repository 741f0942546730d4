"""Receivers on this machine: a web server and a mail server on loopback, which keep what they are sent."""

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from keguan.web.tests.conftest import Office, company, office

__all__ = ["Office", "company", "office"]


@dataclass
class Hook:
    """A web server: what came, and with which status it answers."""

    url: str
    host: str
    came: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    @property
    def texts(self) -> list[str]:
        return [one.get("message", "") for one in self.came]


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            made.came.append({"path": self.path, **json.loads(self.rfile.read(length))})
            self.send_response(made.status)
            if made.status == 302:
                self.send_header("Location", f"{made.url}/elsewhere")
            self.end_headers()
            self.wfile.write(b'{"errcode": 0, "code": 0}')

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host = f"127.0.0.1:{server.server_port}"
    made = Hook(f"http://{host}/hook/secret-token-1234", host)
    monkeypatch.setenv("KEGUAN_NOTICE_HOSTS", host)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Post:
    """A mail server: the letters that came, as they were sent."""

    port: int
    letters: list[str] = field(default_factory=list)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    letter = []
                    while (part := self.rfile.readline()).strip() != b".":
                        letter.append(part.decode())
                    made.letters.append("".join(letter))
                self.say("221 bye" if word == "QUIT" else "250 ok")
                if word == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made = Post(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("KEGUAN_SMTP", f"smtp://127.0.0.1:{made.port}")
        monkeypatch.setenv("KEGUAN_MAIL_FROM", "keguan@example.cn")
        yield made
        server.shutdown()
        thread.join()
