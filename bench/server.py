"""The product as `keguan serve` runs it, on this benchmark's database, and who asks it over HTTP."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

PATIENCE = 120.0
STARTED = "import sys; from keguan.cli.main import main; sys.exit(main(['serve', '--port', sys.argv[1]]))"


@contextlib.contextmanager
def served() -> Iterator[int]:
    """`keguan serve`: web, worker and all; the port that it listens on. It is stopped as Ctrl-C does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    product = subprocess.Popen([sys.executable, "-c", STARTED, str(port)], stdout=sys.stderr)
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(port):
            if product.poll() is not None or time.monotonic() > end:
                raise RuntimeError("keguan serve does not answer")
            time.sleep(0.1)
        yield port
    finally:
        product.terminate()
        product.wait(60)


def _answers(port: int) -> bool:
    try:
        return Caller(port).get("/alive/") == 200
    except (OSError, http.client.HTTPException):
        return False


class Caller:
    """One connection that is kept, with the headers of whoever asks."""

    def __init__(self, port: int, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.headers = headers

    def get(self, path: str) -> int:
        """Ask for a page and read all of it; its status."""
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def post(self, path: str, body: Any) -> Any:
        """Act by REST; what the product says."""
        given = {**self.headers, "Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(body), given)
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path}: {answer.status} {said}")
        return said
