"""What callers get wrong: every time a kind sentence with its status, never a page and never a 500."""

from typing import Any

import pytest
from django.test import Client

from keguan.api.bodies import DEEPEST, LARGEST
from keguan.api.tests.conftest import Answer, Firm


def assert_problem(answer: Answer, status: int, field: str | None = None) -> None:
    assert answer.status == status, answer.body
    assert answer.response["Content-Type"] == "application/problem+json"
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["reasons"], answer.body
    assert all(reason["message"] for reason in answer.body["reasons"])
    if field is not None:
        assert field in [reason["field"] for reason in answer.body["reasons"]]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b'{"title": NaN}', 400),
        (b'{"title": -Infinity}', 400),
        (b'{"quantity": 1e999}', 400),
        (b'{"quantity": ' + b"9" * 5000 + b"}", 400),
        (b'{"title": "a", "title": "b"}', 400),
        (b'{"title": "\xff\xfe"}', 400),
        ('{"title": "甲"}'.encode("gb18030"), 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": "\\u0000"}', 400),
        (b'{"\\u0000": 1}', 400),
        (b'{"extra": ' + b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2) + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000, 400),
        (b"\xef\xbb\xbf{}", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_told_so(firm: Firm, raw: bytes, status: int) -> None:
    assert_problem(firm.agent.send("POST", "/cases", raw=raw), status)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_a_body_of_another_type_is_told_so(firm: Firm, kind: str) -> None:
    assert_problem(firm.agent.send("POST", "/cases", raw=b"title=x", Content_Type=kind), 415)


def test_a_huge_body_is_refused_before_it_is_read(firm: Firm) -> None:
    assert_problem(firm.agent.send("POST", "/cases", raw=b"{" + b" " * LARGEST), 413)
    client = Client(headers={"Authorization": f"Bearer {firm.agent.token}"})
    claimed = client.generic("POST", "/api/v1/cases", b"{}", "application/json", CONTENT_LENGTH=str(LARGEST * 1000))
    assert claimed.status_code == 413


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("title", 5),
        ("title", True),
        ("title", ["a"]),
        ("title", {"a": 1}),
        ("title", "长" * 121),
        ("kind", "praise"),
        ("kind", 1),
        ("kind", ["complaint"]),
        ("quantity", "1,000"),
        ("quantity", "1e3"),
        ("quantity", "9" * 400_000),
        ("quantity", True),
        ("quantity", []),
        ("shipped_on", 20260501),
        ("shipped_on", "2026-02-30"),
        ("shipped_on", "99999999999999999999-01-01"),
        ("shipped_on", "12-5"),
        ("is_joint", "yes"),
        ("is_joint", 1),
        ("joint_limit_days", "1e99999999"),
        ("joint_limit_days", 1e300),
        ("joint_limit_days", 1.5),
        ("joint_limit_days", 0),
        ("joint_limit_days", True),
        ("departments", "客户服务部"),
        ("departments", [1]),
        ("departments", [[]]),
        ("departments", ["nowhere"]),
        ("departments", ["x"] * 201),
        ("customer", "KH-999999"),
        ("customer", 7),
        ("customer", {"id": "x"}),
        ("extra", "text"),
        ("extra", {"nonsense": 1}),
        ("extra", {"sub_cause": "flood"}),
        ("titel", "x"),
    ],
)
def test_a_wrong_value_is_told_with_its_field(firm: Firm, name: str, raw: Any) -> None:
    body = {"kind": "complaint", "title": "包装破损", name: raw}
    for door in (firm.agent, firm.agent.english()):
        answer = door.post("/cases", body)
        assert answer.status == 422, answer.body
        assert {reason["kind"] for reason in answer.body["reasons"]} == {"input"}
        assert len(answer.response.content) < 3000, "what was sent is not sent back at length"


@pytest.mark.parametrize(
    "raw", [True, [], {}, {"amount": True}, {"amount": "1", "curency": "CNY"}, {"amount": "1", "currency": "人民币"},
            "1.234", "-", "99999999999999999999", "1e5", {"amount": {"amount": 1}}]
)  # fmt: skip
def test_money_that_is_none_is_told_so(firm: Firm, raw: Any) -> None:
    code = firm.found_case()
    answer = firm.deputy.post(f"/cases/{code}/settle", {"amount": raw, "handling": "discount"})
    assert_problem(answer, 422)


def test_a_misspelt_name_is_told_with_the_right_one(firm: Firm) -> None:
    answer = firm.agent.english().post("/cases", {"kind": "complaint", "title": "x", "titel": "y"})
    assert answer.body["reasons"][0]["cure"] == "did you mean title?"


def test_everything_wrong_is_told_at_once(firm: Firm) -> None:
    answer = firm.agent.post("/cases", {"title": 5, "quantity": "x", "titel": "y"})
    assert sorted(reason["field"] for reason in answer.body["reasons"]) == ["kind", "quantity", "titel", "title"]


def test_addresses_and_methods_that_do_not_exist_are_problems_too(firm: Firm) -> None:
    assert_problem(firm.agent.get("/nothing"), 404)
    assert_problem(firm.agent.get("/cases/x/y/z"), 404)
    assert_problem(firm.agent.post("/cases/KS-1/explode"), 404)
    wrong = firm.agent.send("DELETE", "/cases")
    assert wrong.status == 405
    assert wrong.response["Allow"]
    assert wrong.response["Content-Type"] == "application/problem+json"
    assert firm.agent.send("PUT", "/cases/KS-1").status == 405
    outside = Client().get("/api/v2/")
    assert (outside.status_code, outside["Content-Type"]) == (404, "application/problem+json")


def test_keys_of_any_shape_are_just_not_there(firm: Firm) -> None:
    for key in (
        "%F0%9F%92%A9",
        "a" * 3000,
        "..",
        "%27%20or%201=1",
        "00000000-0000-0000-0000-000000000000",
        "%20",
    ):
        assert_problem(firm.agent.get(f"/cases/{key}"), 404)
        assert firm.agent.post(f"/cases/{key}/accept").status == 404
    for key in ("%00", "%ff%fe"):
        assert firm.agent.get(f"/cases/{key}").status in (400, 404)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stage=flying&staeg=x", "staeg"),
        ("opened_at__gte=yesterday", "opened_at__gte"),
        ("amount__gte=much", "amount__gte"),
        ("kind=praise", "kind"),
        ("quantity__in=1,x", "quantity__in"),
        ("is_joint=perhaps", "is_joint"),
        ("stage__empty=2", "stage__empty"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e2", "limit"),
        ("limit=²", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("after=x", "after"),
        ("kind=complaint&kind=suggestion", "kind"),
        ("extra=x", "extra"),
        ("grams=x", "grams"),
    ],
)
def test_a_wrong_filter_is_told_with_its_name(firm: Firm, query: str, field: str) -> None:
    assert_problem(firm.agent.get(f"/cases?{query}"), 422, field)
