"""Verbs over REST: the same answers as at every other door, in HTTP's words."""

import datetime as dt
from uuid import uuid4

from keguan.api.tests.conftest import NOW, Answer, Firm
from keguan.cases.models import Case
from keguan.kernel import clock
from keguan.kernel.records.scripts import traditional


def test_a_case_is_opened_and_named_by_its_number(firm: Firm) -> None:
    answer = firm.agent.post("/cases", {"kind": "complaint", "title": "包装破损"})
    assert answer.status == 201
    assert answer.body["state"] == "done"
    assert answer.body["code"] == "KS-202605-001"
    by_code, by_id = (firm.agent.get(f"/cases/{key}") for key in (answer.body["code"], answer.body["object"]))
    assert by_code.status == by_id.status == 200
    assert by_code.body["facts"] == by_id.body["facts"]
    assert by_code.response["Cache-Control"] == "no-store"


def test_a_decision_beyond_ones_authority_waits_and_cites_its_clause(firm: Firm) -> None:
    code = firm.found_case()
    waiting = firm.manager.post(f"/cases/{code}/settle", {"amount": "3200", "handling": "discount"})
    assert waiting.status == 202
    assert waiting.body["by"] == "分管副总经理"
    assert (waiting.body["clause"]["policy_title"], waiting.body["clause"]["clause"]) == (
        "客户服务与投诉处理制度",
        "第二十七条",
    )
    assert [one["id"] for one in firm.deputy.get("/today").body["waiting_for_me"]] == [waiting.body["approval"]]
    granted = firm.deputy.post(f"/approvals/{waiting.body['approval']}/consent", {})
    assert granted.status == 200, granted.body
    facts = firm.manager.get(f"/cases/{code}").body["facts"]
    assert (facts["stage"], facts["amount"]) == ("decided", {"amount": "3200.00", "currency": "CNY"})


def test_whoever_has_the_authority_acts_at_once(firm: Firm) -> None:
    code = firm.found_case()
    done = firm.deputy.post(
        f"/cases/{code}/settle", {"amount": {"amount": 3200, "currency": "CNY"}, "handling": "折让"}
    )
    assert (done.status, done.body["state"]) == (200, "done")


def test_a_refusal_gives_every_reason_with_its_clause_in_the_callers_language(firm: Firm) -> None:
    code = firm.case()
    zh = firm.manager.post(f"/cases/{code}/close")
    en = firm.manager.english().post(f"/cases/{code}/close")
    assert zh.status == en.status == 422
    assert zh.response["Content-Type"] == "application/problem+json"
    [reason] = zh.body["reasons"]
    assert reason["clause"]["clause"] == "第二十二条" and reason["kind"] == "guard"
    assert (zh.body["title"], en.body["title"]) == ("未执行", "Refused")
    assert reason["message"] != en.body["reasons"][0]["message"]
    assert (zh.response["Content-Language"], en.response["Content-Language"]) == ("zh-Hans", "en")


def test_a_refusal_is_in_traditional_with_the_words_of_its_clause(firm: Firm) -> None:
    code = firm.case()
    hant = firm.manager.speaking("zh-TW").post(f"/cases/{code}/close")
    assert (hant.status, hant.response["Content-Language"], hant.body["title"]) == (422, "zh-Hant", "未執行")
    [reason] = hant.body["reasons"]
    [zh] = firm.manager.post(f"/cases/{code}/close").body["reasons"]
    assert reason["message"] == traditional(zh["message"]) != zh["message"]
    assert reason["clause"]["clause"] == "第二十二條"
    assert reason["clause"]["policy_title"] == traditional(zh["clause"]["policy_title"])
    assert (reason["clause"]["control"], reason["field"]) == (zh["clause"]["control"], zh["field"])
    bad = firm.manager.speaking("zh-Hant").post(f"/cases/{code}/settle", {"amount": "几块钱", "handling": "折让"})
    assert "「几块钱」不是數" in bad.body["detail"], "what was sent is quoted as it was sent"
    titles = {policy["title"] for policy in firm.manager.speaking("zh-HK").get("/policies").body["policies"]}
    assert titles and titles == {traditional(title) for title in titles}


def test_a_stranger_learns_nothing(firm: Firm) -> None:
    code = firm.case()
    case = Case.objects.get(code=code)
    for path in ("/cases/{}", "/cases/{}/timeline"):
        there, nowhere = firm.stranger.get(path.format(code)), firm.stranger.get(path.format("KS-202605-999"))
        assert_alike(there, nowhere)
        assert_alike(firm.stranger.get(path.format(case.id)), firm.stranger.get(path.format(uuid4())))
    for body in ({}, {"amount": "1", "handling": "none"}, {"amount": "x"}, {"nonsense": 1}):
        for preview in ("", "?preview=true"):
            there = firm.stranger.post(f"/cases/{code}/settle{preview}", body)
            assert_alike(there, firm.stranger.post(f"/cases/KS-202605-999/settle{preview}", body))
    assert firm.stranger.get("/cases").body == {"items": [], "next": None}


def assert_alike(there: Answer, nowhere: Answer) -> None:
    """Two answers from which nobody can tell which record exists."""
    assert there.status == nowhere.status
    assert there.response.content == nowhere.response.content
    assert dict(there.response.items()) == dict(nowhere.response.items())


def test_a_record_that_may_not_be_pointed_to_is_answered_like_a_missing_one(firm: Firm) -> None:
    customer = firm.customer()
    answers = [
        firm.finance.post("/cases", {"kind": "complaint", "title": "甲", "customer": key})
        for key in (str(customer), str(uuid4()), "KH-000001", "KH-999999")
    ]
    assert len({answer.response.content for answer in answers}) == 1


def test_who_sees_a_record_but_may_not_act_gets_403(firm: Firm) -> None:
    code = firm.case()
    refused = firm.finance.post(f"/cases/{code}/accept")
    assert refused.status == 403
    assert {reason["kind"] for reason in refused.body["reasons"]} == {"access"}


def test_a_repeated_key_does_nothing_twice_and_another_body_is_a_conflict(firm: Firm) -> None:
    body = {"kind": "complaint", "title": "包装破损"}
    first = firm.agent.post("/cases", body, Idempotency_Key="k-1")
    again = firm.agent.post("/cases", body, Idempotency_Key="k-1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert "Idempotency-Replayed" not in first.response
    assert again.response["Idempotency-Replayed"] == "true"
    other = firm.agent.post("/cases", {**body, "title": "另一件"}, Idempotency_Key="k-1")
    assert other.status == 409
    assert other.body["reasons"][0]["field"] == "idempotency_key"
    earlier = {**body, "happened_at": "2026-05-19T10:00+08:00"}
    assert firm.agent.post("/cases", earlier, Idempotency_Key="k-1").status == 409
    assert Case.objects.count() == 1
    assert firm.manager.post("/cases", body, Idempotency_Key="k-1").status == 201, "keys belong to their caller"
    assert firm.agent.post("/cases", body, Idempotency_Key="空 格").status == 400


def test_what_happened_earlier_is_recorded_so(firm: Firm) -> None:
    then = NOW - dt.timedelta(days=1)
    opened = firm.agent.post("/cases", {"kind": "complaint", "title": "甲", "happened_at": then.isoformat()})
    assert opened.status == 201
    assert Case.objects.get(id=opened.body["object"]).opened_at == then
    later = firm.agent.post("/cases", {"kind": "complaint", "title": "乙", "happened_at": "2027-01-01"})
    assert (later.status, later.body["reasons"][0]["field"]) == (422, "happened_at")
    for wrong in (5, "gestern", ["2026-05-01"]):
        answer = firm.agent.post("/cases", {"kind": "complaint", "title": "丙", "happened_at": wrong})
        assert (answer.status, answer.body["reasons"][0]["field"]) == (422, "happened_at")


def test_a_preview_says_what_would_become_of_it_and_does_nothing(firm: Firm) -> None:
    code = firm.found_case()
    body = {"amount": "3200", "handling": "discount"}
    waiting = firm.manager.post(f"/cases/{code}/settle?preview=true", body)
    assert (waiting.status, waiting.body["would_be"], waiting.body["by"]) == (200, "waiting", "分管副总经理")
    assert firm.deputy.post(f"/cases/{code}/settle?preview=true", body).body["would_be"] == "done"
    assert firm.manager.post(f"/cases/{code}/close?preview=true").body["would_be"] == "refused"
    assert firm.agent.post("/cases?preview=true", {"kind": "complaint", "title": "甲"}).body["would_be"] == "done"
    assert Case.objects.get(code=code).stage == "investigated"
    assert Case.objects.count() == 1
    assert firm.manager.post(f"/cases/{code}/close?preview=maybe").status == 422


def test_the_breach_is_told_once_its_moment_has_passed(firm: Firm) -> None:
    code = firm.case()
    firm.manager.post(f"/cases/{code}/accept")
    with clock.pinned(NOW + dt.timedelta(days=30)):
        owed = firm.manager.get("/today").body["obligations"]
        assert [(one["code"] == code, one["state"]) for one in owed] == [(True, "broken")]


def test_an_override_is_asked_confirmed_and_used_up_over_rest(firm: Firm) -> None:
    code = firm.case()
    key = firm.manager.get(f"/cases/{code}").body["id"]
    refused = firm.manager.post(f"/cases/{code}/close")
    assert refused.status == 422
    clause = refused.body["reasons"][0]["clause"]
    given = {"control": f"{clause['policy']}#{clause['control']}", "verb": "case.close", "object": key,
             "reason": "客户已撤诉", "minutes": 30}  # fmt: skip
    asked = firm.manager.post("/overrides", given)
    assert asked.status == 201, asked.body
    override = asked.body["object"]
    assert firm.manager.post(f"/cases/{code}/close?override={override}").status == 422
    assert firm.manager.post(f"/overrides/{override}/confirm", {}).status in (403, 422)
    assert firm.deputy.post(f"/overrides/{override}/confirm", {}).status == 200
    assert firm.manager.post(f"/cases/{code}/close?override=none").status == 422
    closed = firm.manager.post(f"/cases/{code}/close?override={override}")
    assert closed.status == 200, closed.body
    assert firm.manager.get(f"/cases/{code}").body["facts"]["stage"] == "closed"
    again = firm.case()
    assert firm.manager.post(f"/cases/{again}/close?override={override}").status == 422
