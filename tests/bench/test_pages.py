"""Every page has an address that the benchmark knows, and asks the same few statements whatever there is to show."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import crowd, pages
from bench.firm import Firm
from keguan.controls.tests.tried import OFTEN
from keguan.kernel.commands.rows import Rows
from keguan.policies.rulebooks import forget

LOCAL = {"host": "localhost"}
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What the demo company adopts goes with its test."""
    yield
    forget()


def test_what_is_said_of_pages_is_said_of_pages_there_are() -> None:
    known = {name for name, _ in pages.patterns()}
    assert {*pages.OF, *pages.QUERIES, *pages.NO_PAGES} <= known


def statements(client: Client, path: str) -> int:
    """How many statements a page asks, through either way to the database; -1 where it does not open."""
    before = Rows.total
    with CaptureQueriesContext(connection) as captured:
        if client.get(path, headers=LOCAL).status_code != 200:
            return -1
    return Rows.total - before + len(captured)


def test_pages_ask_the_same_for_ten_and_for_a_thousand(db: None) -> None:
    firm = Firm()
    crowd.add_customers(10)
    crowd.add_cases(10)
    clients = []
    for name in pages.VIEWERS:
        client = Client()
        client.cookies["sessionid"] = firm.session(name)
        clients.append(client)
    opened = {}
    for paths in pages.addresses().values():
        for path in paths:
            viewer = next((one for one in clients if statements(one, path) > 0), None)
            if viewer is not None:  # some addresses are for acts only
                opened[path] = viewer, statements(viewer, path)
    assert len(opened) > 40, opened
    crowd.add_customers(1000)
    crowd.add_cases(1000)
    more = {path: (few, many) for path, (client, few) in opened.items() if (many := statements(client, path)) > few}
    assert more == {}


@pytest.mark.skipif(not OFTEN, reason="a server of its own: `make laws` tries it, and each benchmark does")
def test_the_server_answers_the_benchmark() -> None:
    """REST and pages under `keguan serve`, in a process and with a database of its own."""
    few = ["--rounds", "1", "--size", "1", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", "rest", *few], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    assert '"rest"' in done.stdout
