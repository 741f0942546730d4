"""A complaint from receipt to closing by REST, alone and as a list of 200, with the refusals every door gives."""

import http.client
import json
import socket
import uuid
from collections import Counter
from typing import Any

import pytest

from tests.journey.product import Answer, Caller, Product
from tests.journey.steps import AUTHORITY, FINDINGS, ORDER, REPLY, REPORT

SETTLEMENT = {"amount": "3200", "handling": "discount", "decision": "折让"}


def open_case(product: Product, **facts: Any) -> str:
    return str(product["cheng"].done("/cases", {**REPORT, **facts})["code"])


def investigated(product: Product, **facts: Any) -> str:
    code = open_case(product, **facts)
    product["cheng"].done(f"/cases/{code}/accept")
    product["lin"].done(f"/cases/{code}/find", FINDINGS)
    return code


def figures(product: Product, control: str) -> dict[str, int]:
    policies = product["wen"].get("/policies").body["policies"]
    [found] = [one for policy in policies for one in policy["controls"] if one["control"] == control]
    return dict(found["figures"])


def facts(caller: Caller, code: str) -> dict[str, Any]:
    answer = caller.get(f"/cases/{code}")
    assert answer.status == 200, answer.body
    return dict(answer.body["facts"])


def alike(there: Answer, nowhere: Answer) -> None:
    """Two answers from which nobody can tell which record exists."""
    assert (there.status, there.body) == (nowhere.status, nowhere.body)
    names = set(there.headers) - {"Date"}
    assert {name: there.headers[name] for name in names} == {name: nowhere.headers.get(name) for name in names}


def test_a_complaint_from_receipt_to_closing(product: Product) -> None:
    before = figures(product, "service-and-complaints#close")
    code = open_case(product)
    cheng, wen, gu, shi, lin = (product[name] for name in ("cheng", "wen", "gu", "shi", "lin"))

    early = wen.post(f"/cases/{code}/close")
    assert (early.status, early.headers["Content-Type"], early.clauses) == (422, "application/problem+json", [ORDER])
    assert "受理" in early.body["reasons"][0]["message"], "what comes first is the way on"

    cheng.done(f"/cases/{code}/accept")
    [owed] = cheng.get(f"/cases/{code}").body["obligations"]
    assert (owed["control"], owed["state"]) == ("service-and-complaints#close", "running")
    assert owed["people"] == [cheng.get("/me").body["id"]]
    lin.done(f"/cases/{code}/find", FINDINGS)

    waiting = wen.post(f"/cases/{code}/settle", SETTLEMENT)
    assert (waiting.status, waiting.body["by"], waiting.body["clause"]["clause"]) == (202, "分管副总经理", AUTHORITY)
    assert facts(wen, code)["stage"] == "investigated"
    assert wen.post(f"/approvals/{waiting.body['approval']}/consent").status == 403
    asked = {one["id"] for one in gu.get("/today").body["waiting_for_me"]}
    assert waiting.body["approval"] in asked
    gu.done(f"/approvals/{waiting.body['approval']}/consent")
    settled = facts(wen, code)
    assert (settled["stage"], settled["amount"]) == ("decided", {"amount": "3200.00", "currency": "CNY"})

    shi.done(f"/cases/{code}/reply", REPLY)
    cheng.done(f"/cases/{code}/close", {"is_accepted": True})
    record = cheng.get(f"/cases/{code}").body
    assert record["facts"]["stage"] == "closed"
    assert {one["control"]: one["state"] for one in record["obligations"]} == {
        "service-and-complaints#close": "kept", "service-and-complaints#report-to-deputy": "running",
    }  # fmt: skip
    passages = cheng.get(f"/cases/{code}/timeline").body["items"]
    verbs = [one["verb"] for one in passages if one["state"] == "done"]
    for verb in ("case.open", "case.accept", "case.find", "case.settle", "case.reply", "case.close"):
        assert verbs.count(verb) == 1, verb
    after = figures(product, "service-and-complaints#close")
    assert after["kept"] == before["kept"] + 1


def test_the_deputy_in_charge_acts_at_once(product: Product) -> None:
    code = investigated(product)
    done = product["gu"].post(f"/cases/{code}/settle", SETTLEMENT)
    assert (done.status, done.body["state"]) == (200, "done")
    dear = investigated(product)
    waiting = product["gu"].post(f"/cases/{dear}/settle", {**SETTLEMENT, "amount": "5000"})
    assert (waiting.status, waiting.body["by"], waiting.body["clause"]["clause"]) == (202, "总经理", AUTHORITY)


def test_a_refusal_speaks_the_callers_language(product: Product) -> None:
    code = open_case(product)
    english = product["wen"].post(f"/cases/{code}/close", Accept_Language="en").body["reasons"][0]
    chinese = product["wen"].post(f"/cases/{code}/close").body["reasons"][0]
    assert english["clause"] == chinese["clause"]
    assert (english["message"], chinese["message"]) == (
        "“Accept” must come before “Close”",
        "要先办理“受理”（已受理），才能“结案”",
    )


def test_a_stranger_can_not_tell_that_a_case_is_there(product: Product) -> None:
    title = f"只有经办的人知道 {uuid.uuid4().hex[:8]}"
    code = open_case(product, title=title)
    key = product["cheng"].get(f"/cases/{code}").body["id"]
    tang = product["tang"]
    for path in ("/cases/{}", "/cases/{}/timeline"):
        alike(tang.get(path.format(code)), tang.get(path.format("KS-202001-999")))
        alike(tang.get(path.format(key)), tang.get(path.format(uuid.uuid4())))
    for verb, body in (("settle", SETTLEMENT), ("close", {}), ("note", {"text": "我来了"}), ("settle", {"amount": []})):
        alike(tang.post(f"/cases/{code}/{verb}", body), tang.post(f"/cases/KS-202001-999/{verb}", body))
    assert tang.get("/cases").body == {"items": [], "next": None}
    told = json.dumps([tang.get(path).body for path in ("/today", "/policies", "/approvals", "/notices")])
    assert code not in told
    assert title not in json.dumps(tang.get(f"/cases?code={code}").body)
    assert facts(product["wen"], code)["stage"] == "registered"


def test_two_hundred_cases_in_one_command(product: Product) -> None:
    """Decided by the manager of sales: below 1,000 done, above it waits; too early or not there refused."""
    wen, su, lin, zhou, tang = (product[name] for name in ("wen", "su", "lin", "zhou", "tang"))
    opened = su.done("/cases/open", {"items": [{"args": {**REPORT, "title": f"成批 {n}"}} for n in range(190)]})
    assert opened["counts"] == {"done": 190, "waiting": 0, "refused": 0}
    codes = [one["code"] for one in opened["outcomes"]]
    assert len(set(codes)) == 190
    ready = [{"object": code} for code in codes[:150]]
    assert su.done("/cases/accept", {"items": ready})["counts"]["done"] == 150
    found = lin.done("/cases/find", {"items": [{**one, "args": FINDINGS} for one in ready]})
    assert found["counts"]["done"] == 150, Counter(one["state"] for one in found["outcomes"])

    nowhere = [f"KS-202001-{n}" for n in range(901, 911)]
    objects = [*codes, *nowhere]
    amounts = ["480" if n % 3 else "3200" for n in range(200)]
    items = [
        {"object": code, "args": {**SETTLEMENT, "amount": amount}}
        for code, amount in zip(objects, amounts, strict=True)
    ]
    items[149]["args"] = {"amount": "-1", "handling": "gift"}
    key = uuid.uuid4().hex
    answer = zhou.post("/cases/settle", {"items": items}, key=key)
    assert answer.status == 200, answer.body
    outcomes = answer.body["outcomes"]
    for n, one in enumerate(outcomes):
        if n == 149:
            assert one["status"] == 422 and {reason["kind"] for reason in one["reasons"]} == {"input"}
        elif n < 150 and amounts[n] == "480":
            assert one["state"] == "done", one
        elif n < 150:
            assert (one["state"], one["clause"]["clause"], one["by"]) == ("waiting", AUTHORITY, "分管副总经理")
        elif n < 190:
            assert (one["state"], one["status"]) == ("refused", 422)
            assert {reason["clause"]["clause"] for reason in one["reasons"]} == {ORDER}
        else:
            assert (one["state"], one["status"], one["object"]) == ("refused", 404, nowhere[n - 190])
    assert answer.body["counts"] == dict(Counter(one["state"] for one in outcomes))
    stages = Counter(facts_of["stage"] for facts_of in _all_facts(wen, set(codes)))
    assert stages == {"decided": answer.body["counts"]["done"], "registered": 40, "investigated": 51}

    again = zhou.post("/cases/settle", {"items": items}, key=key)
    assert again.body["outcomes"] == outcomes
    assert again.headers["Idempotency-Replayed"] == "true"
    assert zhou.post("/cases/settle", {"items": items[:10]}, key=key).status == 409

    single = zhou.post(f"/cases/{codes[189]}/settle", SETTLEMENT)
    assert single.body["reasons"] == outcomes[189]["reasons"], "one and many refuse alike"
    hidden = tang.post("/cases/settle", {"items": items}).body
    assert hidden["counts"] == {"done": 0, "waiting": 0, "refused": 200}
    assert {one["status"] for one in hidden["outcomes"]} - {422} == {404}
    assert len({json.dumps(one["reasons"]) for one in hidden["outcomes"][:149]}) == 1


def _all_facts(caller: Caller, wanted: set[str]) -> list[dict[str, Any]]:
    found, path = [], "/cases?limit=200"
    while path:
        page = caller.get(path).body
        found += [one["facts"] for one in page["items"] if one["code"] in wanted]
        path = (page["next"] or "").removeprefix("/api/v1")
    return found


def test_a_repeated_key_does_nothing_twice(product: Product) -> None:
    key, title = uuid.uuid4().hex, f"只登记一次 {uuid.uuid4().hex[:8]}"
    body = {**REPORT, "title": title}
    first, again = (product["cheng"].post("/cases", body, key=key) for _ in range(2))
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = product["cheng"].post("/cases", {**body, "title": "另一件"}, key=key)
    assert (other.status, other.body["reasons"][0]["field"]) == (409, "idempotency_key")
    assert product.one("select count(*) from cases_case where title = %s", [title]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": 5}, "title"),
        ({"title": ""}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"title": None}, "title"),
        ({"kind": "grievance"}, "kind"),
        ({"kind": ["complaint"]}, "kind"),
        ({"quantity": "三"}, "quantity"),
        ({"quantity": "1e400"}, "quantity"),
        ({"shipped_on": "2026-02-30"}, "shipped_on"),
        ({"is_joint": "maybe"}, "is_joint"),
        ({"joint_limit_days": 0}, "joint_limit_days"),
        ({"customer": "not-an-id"}, "customer"),
        ({"customer": str(uuid.UUID(int=7))}, "customer"),
        ({"departments": [str(uuid.UUID(int=7))]}, "departments"),
        ({"owner": {"id": 1}}, "owner"),
        ({"stage": "closed"}, "stage"),
        ({"extra": {"unheard_of": 1}}, "unheard_of"),
        ({"happened_at": "2999-01-01T00:00:00Z"}, "happened_at"),
    ],
)
def test_wrong_values_are_told_by_field(product: Product, change: dict[str, Any], field: str) -> None:
    answer = product["cheng"].post("/cases", {**REPORT, **change})
    assert answer.status in (400, 422), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in [reason["field"] for reason in answer.body["reasons"]], answer.body
    assert all(reason["message"] for reason in answer.body["reasons"])


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b"\xff\xfe", b"[" * 5000, b'{"x":NaN}', b'{"title":"\\u0000"}'],
)
def test_bodies_that_are_no_objects(product: Product, content: bytes) -> None:
    answer = product["cheng"].send("POST", "/cases", content, {"Content-Type": "application/json"})
    assert answer.status in (400, 413, 415, 422), (answer.status, answer.body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["reasons"]


def test_a_huge_body_is_refused_at_the_door(product: Product) -> None:
    answer = product["cheng"].send("POST", "/cases", b" " * (9 * 1024 * 1024))
    assert answer.status == 413, answer.body
    # announced and never sent: nobody waits for it
    with socket.create_connection(("127.0.0.1", product.port), 60) as line:
        head = f"POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {product['cheng'].token}\r\n"
        line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {10**12}\r\n\r\n".encode())
        response = http.client.HTTPResponse(line)
        response.begin()
        assert response.status == 413
        response.close()
    assert product["cheng"].get("/me").status == 200


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(product: Product) -> None:
    chunked = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    answer = product["cheng"].send("POST", "/cases", b'14\r\n{"kind":"complaint"}\r\n0\r\n\r\n', chunked)
    assert (answer.status, answer.headers["Content-Type"]) == (411, "application/problem+json")


def test_without_a_token_nothing_is_told(product: Product) -> None:
    for token in ("", "kg_wrong", "kg_" + "x" * 5000):
        answer = Caller(product.port, token).get("/cases")
        assert (answer.status, answer.headers["Content-Type"]) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
