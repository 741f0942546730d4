"""What is no success, in the caller's words; and the command line that issues tokens."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.test import RequestFactory

from keguan.api.problems import explain
from keguan.api.reference import pages
from keguan.api.tests.conftest import Door, Firm
from keguan.cli.main import main


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_is_away_is_said_to_be(error: Exception) -> None:
    response = explain(RequestFactory().get("/api/v1/me"), error)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "gone" not in response.content.decode()


def test_an_error_inside_tells_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    response = explain(RequestFactory().get("/api/v1/me"), KeyError("secret"))
    assert response.status_code == 500
    assert "secret" not in response.content.decode()
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "zh-Hans"), ("en-GB,en;q=0.9", "en"), ("zh-CN,en;q=0.5", "zh-Hans"), ("en;q=0.2,zh;q=0.8", "zh-Hans"),
     ("fr", "zh-Hans"), ("fr,en;q=0.1", "en"), ("x" * 9000, "zh-Hans"), ("*", "zh-Hans"),
     ("zh-Hant", "zh-Hant"), ("zh-TW,zh;q=0.9,en;q=0.1", "zh-Hant"), ("zh-HK", "zh-Hant"), ("zh-MO", "zh-Hant"),
     ("zh-hant-hk", "zh-Hant"), ("zh-Hans-HK", "zh-Hans"), ("zh-SG", "zh-Hans"), ("en,zh-TW;q=0.5", "en")],
)  # fmt: skip
def test_the_language_is_the_one_preferred(header: str, language: str) -> None:
    response = explain(RequestFactory().get("/api/v1/me", headers={"Accept-Language": header}), Http404())
    assert response["Content-Language"] == language


def test_the_operator_issues_lists_and_revokes_tokens(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "issue", "manager", "--name", "ERP", "--days", "5"]) == 0
    secret = capsys.readouterr().out.strip()
    door = Door(secret, firm.people["manager"])
    assert door.get("/me").body["name"] == "温如许"
    assert main(["token", "list"]) == 0
    assert "ERP" in capsys.readouterr().out
    assert main(["token", "revoke", door.get("/me").body["token"]]) == 0
    assert door.get("/me").status == 401


@pytest.mark.parametrize("arguments", [["issue", "nobody"], ["issue", "manager", "--days", "0"], ["revoke", "kg_none"]])
def test_the_operators_mistakes_are_told(firm: Firm, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", *arguments]) != 0
    told = capsys.readouterr()
    assert told.err and "Traceback" not in told.err


def test_the_reference_names_every_address() -> None:
    texts = pages()
    assert "`POST /cases/{key}/settle`" in texts["rest.md"]
    assert "核决赔付" in texts["rest.zh-CN.md"]
    assert json.dumps(texts, ensure_ascii=False).count("`GET /cases`") == 2
