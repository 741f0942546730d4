"""Tokens and sessions: who gets in, who no longer does, and that other sites cannot act for somebody."""

import datetime as dt
import re

from django.test import Client

from keguan.api.models import Token
from keguan.api.tests.conftest import NOW, Door, Firm
from keguan.cases.models import Case
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.org.models import User


def test_without_a_token_there_is_nothing_but_a_challenge(firm: Firm) -> None:
    for path in ("/me", "/cases", "/cases/KS-1", "/policies", "/vocabulary"):
        answer = Door("", firm.people["agent"]).get(path)
        assert answer.status == 401
        assert answer.response["WWW-Authenticate"].startswith("Bearer")
        assert answer.response["Content-Type"] == "application/problem+json"


def test_wrong_tokens_open_nothing(firm: Firm) -> None:
    for token in ("kg_", "kg_wrong", "x", "kg_" + "a" * 5000, "kg_é", firm.agent.token[:-1], firm.agent.token.upper()):
        assert Door(token, firm.people["agent"]).get("/me").status == 401
    client = Client(headers={"Authorization": f"Basic {firm.agent.token}"})
    assert client.get("/api/v1/me").status_code == 401


def test_tokens_expire_and_are_revoked(firm: Firm) -> None:
    short = Door(firm.issue(firm.people["agent"], expires_at=NOW + dt.timedelta(days=3)), firm.people["agent"])
    assert short.get("/me").status == 200
    with clock.pinned(NOW + dt.timedelta(days=4)):
        assert short.get("/me").status == 401
        assert firm.agent.get("/me").status == 200
    token = Token.objects.get(id=short.get("/me").body["token"])
    firm.act("token.revoke", token.id)
    assert short.get("/me").status == 401


def test_who_left_or_lost_his_post_gets_in_no_more(firm: Firm) -> None:
    firm.act("person.leave", firm.people["agent"])
    assert firm.agent.get("/me").status == 401
    firm.act("person.withdraw_sign_in", firm.people["seller"])
    assert firm.seller.get("/me").status == 401


def test_the_token_of_whose_post_ended_works_while_he_stands_in_for_somebody(firm: Firm) -> None:
    mine, his = firm.people["stranger"], firm.people["seller"]
    [post] = Rows().select("select post from org_holding where person = %s", [mine])
    firm.act("post.relieve", post["post"], person=mine, ends_on="2026-05-20")
    assert firm.stranger.get("/me").status == 401
    given = firm.act("delegation.appoint", delegator=his, delegate=mine)
    assert firm.stranger.get("/me").status == 200
    assert firm.stranger.get("/cases").status == 200
    firm.act("delegation.end", given)
    assert firm.stranger.get("/me").status == 401


def test_the_secret_is_stored_nowhere(firm: Firm) -> None:
    secret = firm.agent.token.removeprefix("kg_")
    for table in ("api_token", "kernel_event", "kernel_payload"):
        for row in Rows().select(f"select * from {table}"):
            assert secret not in str(row)


def test_the_day_of_the_last_use_is_noted_once(firm: Firm) -> None:
    key = firm.agent.get("/me").body["token"]
    firm.agent.get("/me")
    assert Token.objects.get(id=key).last_used_on == dt.date(2026, 5, 20)
    uses = "select 1 from kernel_event_object where object = %s and verb = 'token.use'"
    assert len(Rows().select(uses, [key])) == 1
    with clock.pinned(NOW + dt.timedelta(days=1)):
        firm.agent.get("/me")
    assert len(Rows().select(uses, [key])) == 2


def test_the_session_of_the_pages_reads_and_with_its_csrf_token_acts(firm: Firm) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="agent"), backend="keguan.org.accounts.People")
    assert client.get("/api/v1/me").json()["name"] == "程小满"
    body = {"kind": "complaint", "title": "包装破损"}
    forged = client.post("/api/v1/cases", body, content_type="application/json")
    assert (forged.status_code, forged["Content-Type"]) == (403, "application/problem+json")
    assert Case.objects.count() == 0
    page = client.get("/api/v1/docs").content.decode()
    found = re.search(r'data-csrf-token="(\w+)"', page)
    assert found
    meant = client.post("/api/v1/cases", body, content_type="application/json", headers={"X-CSRFToken": found[1]})
    assert meant.status_code == 201, meant.content


def test_a_bad_token_is_not_helped_by_a_session(firm: Firm) -> None:
    client = Client(headers={"Authorization": "Bearer kg_wrong"})
    client.force_login(User.objects.get(username="agent"), backend="keguan.org.accounts.People")
    assert client.get("/api/v1/me").status_code == 401
