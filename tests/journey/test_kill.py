"""kill -9 in mid-command: what was acknowledged is there, once; what was begun is ended; the journal is sound.

Clients send cases with idempotency keys and repeat each until an answer comes, as a careful program does. An import of
several thousand rows runs in the worker meanwhile. Whatever is killed is started again by the supervisor.
"""

import http.client
import random
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from tests.journey.product import Product, Visitor, wait_for
from tests.journey.steps import REPORT

CLIENTS, EACH = 4, 30
ROWS = 5000
CHUNK = 1000
# dice with a seed of their own: pytest-randomly's would end up in the keys too
DICE = random.Random(27)


@dataclass
class Client:
    """Opens cases and accepts them, each under a key that is repeated until it is answered."""

    product: Product
    name: str
    mark: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)

    def work(self) -> None:
        try:
            for number in range(EACH):
                title = f"{self.mark} {number}"
                code = str(self._insist("/cases", {**REPORT, "title": title})["code"])
                self._insist(f"/cases/{code}/accept", {})
                self.acknowledged[title] = code
        except Exception as error:  # noqa: BLE001 – told by the test, not by a thread
            self.trouble.append(repr(error))

    def _insist(self, path: str, body: dict[str, object]) -> dict[str, object]:
        key, end = uuid.uuid4().hex, time.monotonic() + 180
        while time.monotonic() < end:
            try:
                answer = self.product[self.name].post(path, body, key=key)
            except (OSError, http.client.HTTPException, ValueError):
                self.answers[0] += 1
                time.sleep(0.2)
                continue
            self.answers[answer.status] += 1
            if answer.status in (200, 201):
                return dict(answer.body)
            assert answer.status == 503, (path, answer.status, answer.body)
            time.sleep(0.2)
        raise AssertionError(f"nobody answered {path} for three minutes")


def sheet(mark: str) -> bytes:
    lines = ["客户名称,客户类型,城市,电话"]
    lines += [f"{mark}客户{n:05d}号,单位,苏州,155{n:08d}" for n in range(ROWS)]
    return "\n".join(lines).encode()


def start_import(product: Product, mark: str) -> str:
    """Upload the sheet at the page, and start; the import's id."""
    visitor = Visitor(product.address, "wen")
    status, place, said = visitor.post("/imports/customer/", {}, {"sheet": (f"{mark}.csv", sheet(mark))})
    assert status == 302, said
    status, _, said = visitor.post(f"{place}?step=preview", {"intent": "run"})
    assert status == 302, said
    return place.strip("/").rpartition("/")[2]


def kill(processes: list[psutil.Process]) -> int:
    killed = 0
    for process in processes:
        try:
            process.send_signal(signal.SIGKILL)
            killed += 1
        except psutil.NoSuchProcess:
            continue
    return killed


def fell(product: Product) -> list[Callable[[], int]]:
    """What is killed, one after the other: a gunicorn worker, the worker, gunicorn's master, everything at once."""

    def web() -> list[psutil.Process]:
        master = product.child("gunicorn")
        return [master, *master.children()] if master else []

    def worker() -> list[psutil.Process]:
        found = product.child("keguan.cli worker")
        return [found] if found else []

    return [
        lambda: kill(web()[1:2]),
        lambda: kill(worker()),
        lambda: kill(web()[:1]),
        lambda: kill([*web(), *worker()]),
        lambda: kill(web()[1:]),
    ]


def test_nothing_is_lost_and_nothing_doubled(product: Product) -> None:
    mark = f"断电{uuid.uuid4().hex[:6]}"
    _ = product["su"]
    job = start_import(product, mark)
    clients = [Client(product, "su", f"{mark} {n}") for n in range(CLIENTS)]
    threads = [threading.Thread(target=client.work) for client in clients]
    for thread in threads:
        thread.start()
    killed = 0
    for blow in fell(product):
        # in mid-command, and with some work done in between
        time.sleep(DICE.uniform(0.5, 1.5))
        killed += blow()
        wait_for(lambda: product.child("gunicorn") and product.answers() == 200, "the web comes back", 120)
    assert killed >= 5
    for thread in threads:
        thread.join(300)
    assert not [each for client in clients for each in client.trouble]
    wait_for(lambda: product.child("keguan.cli worker"), "the worker comes back", 120)

    acknowledged = {title: code for client in clients for title, code in client.acknowledged.items()}
    assert len(acknowledged) == CLIENTS * EACH
    there = product.rows("select title, code, stage from cases_case where title like %s", [f"{mark}%"])
    assert Counter(title for title, _, _ in there) == Counter(dict.fromkeys(acknowledged, 1)), "one case for each key"
    assert {title: code for title, code, _ in there} == acknowledged
    assert {stage for _, _, stage in there} == {"accepted"}
    codes = [code for _, code, _ in there]
    assert len(set(codes)) == len(codes)
    owed = product.rows(
        "select c.code, count(o.id) from cases_case c left join controls_obligation o on o.object = c.id"
        " and o.control = 'service-and-complaints#close' where c.code = any(%s) group by c.code",
        [codes],
    )
    assert {number for _, number in owed} == {1}, "one term for each accepted case"
    events = product.rows(
        "select c.code, e.verb, count(*) from cases_case c join kernel_event_object o on o.object = c.id"
        " join kernel_event e on e.id = o.event where c.code = any(%s) and e.verb in ('case.open', 'case.accept')"
        " group by 1, 2",
        [codes],
    )
    assert Counter(number for _, _, number in events) == {1: 2 * len(codes)}

    wait_for(lambda: stage_of(product, job) == "finished", "the import is carried on to its end", 240, 0.5)
    [(total, position, *counts)] = product.rows(
        "select total, position, added, updated, skipped, refused, waiting from imports_import where id = %s", [job]
    )
    assert (total, position, counts) == (ROWS, ROWS, [ROWS, 0, 0, 0, 0])
    imported = product.rows("select import_row, name from customers_customer where imported_from = %s", [job])
    assert len(imported) == len({row for row, _ in imported}) == len({name for _, name in imported}) == ROWS

    left = "select count(*) from kernel_follow_up where done_at is null"
    wait_for(lambda: product.one(left) == 0, "what followed is done", 90, 1)
    verified = product.run("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    assert '"findings": []' in verified.stdout
    gaps = "select count(*) from (select object, max(n) - count(n) as gap from kernel_event_object group by 1) s"
    assert product.one(f"{gaps} where gap > 0") == 0, "streams have no holes"


def stage_of(product: Product, job: str) -> str:
    return str(product.one("select stage from imports_import where id = %s", [job]))
