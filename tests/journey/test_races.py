"""Two at once, and nothing there: who comes second is told why, and a page says kindly that it has to wait."""

import threading
import uuid
from collections.abc import Callable, Sequence

import psutil
import psycopg
import pytest

from tests.journey.product import Answer, Product, Visitor, wait_for
from tests.journey.steps import AUTHORITY, FINDINGS, ORDER, REPORT


def investigated(product: Product) -> str:
    code = str(product["cheng"].done("/cases", REPORT)["code"])
    product["cheng"].done(f"/cases/{code}/accept")
    product["lin"].done(f"/cases/{code}/find", FINDINGS)
    return code


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What each of them gets, started together."""
    start, found = threading.Barrier(len(acts)), dict[int, Answer]()

    def go(number: int) -> None:
        start.wait(30)
        found[number] = acts[number]()

    threads = [threading.Thread(target=go, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return [found[number] for number in range(len(acts))]


def happened(product: Product, code: str, verb: str) -> int:
    query = (
        "select count(*) from kernel_event_object o join cases_case c on c.id = o.object"
        " where c.code = %s and o.verb = %s and o.touched"
    )
    return int(product.one(query, [code, verb]))


@pytest.mark.parametrize("_again", range(3))
def test_two_people_settle_one_case(product: Product, _again: int) -> None:
    code = investigated(product)
    # each within his own authority
    first, second = {"amount": "2000", "handling": "discount"}, {"amount": "400", "handling": "compensation"}
    answers = at_once(
        [
            lambda: product["gu"].post(f"/cases/{code}/settle", first),
            lambda: product["zhou"].post(f"/cases/{code}/settle", second),
        ]
    )
    assert sorted(one.status for one in answers) == [200, 422], [one.body for one in answers]
    [late] = [one for one in answers if one.status == 422]
    assert late.clauses == [ORDER]
    assert late.body["reasons"][0]["message"]
    assert late.body["reasons"][0]["cure"]
    assert happened(product, code, "case.settle") == 1
    won = 2000 if answers[0].status == 200 else 400
    amount = product["wen"].get(f"/cases/{code}").body["facts"]["amount"]["amount"]
    assert float(amount) == won


@pytest.mark.parametrize("_again", range(3))
def test_consent_is_given_once(product: Product, _again: int) -> None:
    code = investigated(product)
    waiting = product["wen"].post(f"/cases/{code}/settle", {"amount": "3200", "handling": "discount"})
    assert (waiting.status, waiting.body["clause"]["clause"]) == (202, AUTHORITY)
    path = f"/approvals/{waiting.body['approval']}"
    answers = at_once([lambda: product["gu"].post(f"{path}/consent") for _ in range(3)])
    assert sorted(one.status for one in answers) == [200, 422, 422], [one.body for one in answers]
    for late in (one for one in answers if one.status == 422):
        assert late.body["reasons"][0]["message"]
    assert happened(product, code, "case.settle") == 1


def test_consent_and_withdrawal_cross(product: Product) -> None:
    code = investigated(product)
    waiting = product["wen"].post(f"/cases/{code}/settle", {"amount": "3200", "handling": "discount"})
    path = f"/approvals/{waiting.body['approval']}"
    answers = at_once([lambda: product["gu"].post(f"{path}/consent"), lambda: product["wen"].post(f"{path}/withdraw")])
    assert sorted(one.status for one in answers) == [200, 422], [one.body for one in answers]
    assert happened(product, code, "case.settle") == (1 if answers[0].status == 200 else 0)


def test_one_key_used_by_ten_requests_at_once(product: Product) -> None:
    title, key = f"同一个键 {uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    answers = at_once([lambda: product["cheng"].post("/cases", {**REPORT, "title": title}, key=key)] * 8)
    assert {one.status for one in answers} == {201}, [one.body for one in answers]
    assert len({one.body["code"] for one in answers}) == 1
    assert product.one("select count(*) from cases_case where title = %s", [title]) == 1


def test_the_database_goes_away_and_comes_back(product: Product) -> None:
    visitor = Visitor(product.address, "cheng")
    assert visitor.get("/cases/")[0] == 200
    token = product["cheng"]
    _cut(product)
    # whoever had a connection learns that it is gone; nobody sees an error of ours
    for _ in range(12):
        assert visitor.get("/cases/")[0] in (200, 503)
        assert token.get("/cases").status in (200, 503)
    wait_for(lambda: visitor.get("/cases/")[0] == 200, "pages come back", 60)

    supervisor, server = product.process, product.postmaster()
    # or the supervisor would have it back before anybody could ask
    supervisor.suspend()
    try:
        server.kill()
        psutil.wait_procs([server], 20)
        status, said = visitor.get("/cases/")
        assert status == 503
        assert "数据库" in said
        answer = token.get("/cases")
        assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert answer.headers["Retry-After"]
        assert answer.body["reasons"][0]["kind"] == "busy"
        assert product.answers("/alive/") == 200
        assert product.answers("/accounts/login/") in (200, 503)
    finally:
        supervisor.resume()
    wait_for(lambda: visitor.get("/cases/")[0] == 200, "pages come back", 120, 0.5)
    wait_for(lambda: token.get("/cases").status == 200, "the API comes back", 60, 0.5)
    assert token.done("/cases", REPORT)["code"]
    beats = "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '20 seconds'"
    wait_for(lambda: product.one(beats) > 0, "the worker works again", 120, 1)


def _cut(product: Product) -> None:
    superuser = psycopg.connect(host=str(product.data / "postgres"), user="postgres", dbname="postgres")
    with superuser as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'keguan_web'")
