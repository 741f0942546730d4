"""One verb on many records in one request: the same refusals as one by one."""

from uuid import uuid4

from keguan.api.tests.conftest import Firm
from keguan.cases.models import Case


def items(*entries: tuple[str, dict[str, object]]) -> dict[str, object]:
    return {"items": [{"object": key, "args": args} for key, args in entries]}


def test_two_hundred_cases_are_one_command(firm: Firm) -> None:
    given = {"items": [{"args": {"kind": "complaint", "title": f"第 {n} 件"}} for n in range(200)]}
    opened = firm.agent.post("/cases/open", given, Idempotency_Key="list-1")
    assert opened.status == 200, opened.body
    assert opened.body["counts"] == {"done": 200, "waiting": 0, "refused": 0}
    codes = [outcome["code"] for outcome in opened.body["outcomes"]]
    assert codes == [f"KS-202605-{n:03}" for n in range(1, 201)]
    again = firm.agent.post("/cases/open", given, Idempotency_Key="list-1")
    assert again.body == opened.body
    assert again.response["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 200
    other = {"items": [*given["items"][:-1], {"args": {"kind": "complaint", "title": "换了一件"}}]}
    assert firm.agent.post("/cases/open", other, Idempotency_Key="list-1").status == 409
    accepted = firm.manager.post("/cases/accept", items(*((code, {}) for code in codes)))
    assert accepted.body["counts"]["done"] == 200


def test_each_item_gets_the_outcome_it_would_get_alone(firm: Firm) -> None:
    code = firm.found_case()
    early = firm.case()
    listed = firm.manager.post(
        "/cases/settle",
        items(
            (code, {"amount": "3200", "handling": "discount"}),
            (early, {"amount": "3200", "handling": "discount"}),
            (early, {"amount": True, "handling": "discount", "amont": 1}),
            (str(uuid4()), {"amount": "1", "handling": "none"}),
        ),
    )
    waiting, out_of_turn, wrong, missing = listed.body["outcomes"]
    assert listed.body["counts"] == {"done": 0, "waiting": 1, "refused": 3}
    assert (waiting["state"], waiting["clause"]["clause"]) == ("waiting", "第二十七条")
    alone = firm.manager.post(f"/cases/{early}/settle", {"amount": "3200", "handling": "discount"})
    assert (out_of_turn["status"], out_of_turn["reasons"]) == (alone.status, alone.body["reasons"])
    alone = firm.manager.post(f"/cases/{early}/settle", {"amount": True, "handling": "discount", "amont": 1})
    assert (wrong["status"], wrong["reasons"]) == (alone.status, alone.body["reasons"])
    assert missing["status"] == 404


def test_hidden_and_missing_records_look_alike_in_a_list(firm: Firm) -> None:
    code = firm.case()
    key = str(Case.objects.get(code=code).id)
    answer = firm.stranger.post(
        "/cases/note", items((code, {"text": "x"}), ("KS-0", {"text": "x"}), (key, {"text": "x"}))
    )
    outcomes = answer.body["outcomes"]
    assert [outcome.pop("object") for outcome in outcomes] == [code, "KS-0", key]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0]["status"] == 404


def test_a_list_has_a_form(firm: Firm) -> None:
    for body, field in (
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": "alle"}, "items"),
        ({"items": [3]}, "items[0]"),
        ({"items": [{"object": "KS-1", "args": []}]}, "items[0].args"),
        ({"items": [{"object": "KS-1", "arg": {}}]}, "items[0].arg"),
        ({"items": [{"object": "KS-1"}], "itmes": 1}, "itmes"),
    ):
        answer = firm.agent.post("/cases/accept", body)
        assert (answer.status, answer.body["reasons"][0]["field"]) == (422, field)
    too_many = firm.agent.post("/cases/accept", {"items": [{"object": "KS-1"}] * 10_001})
    assert too_many.status == 413
    nameless = firm.agent.post("/cases/accept", {"items": [{"args": {}}, {"object": 5}, {"object": ""}]})
    assert [one["reasons"][0]["field"] for one in nameless.body["outcomes"]] == ["object"] * 3
    named = firm.agent.post("/cases/open", {"items": [{"object": "KS-1", "args": {"kind": "complaint", "title": "x"}}]})
    assert named.body["outcomes"][0]["reasons"][0]["field"] == "object"
    assert firm.agent.post("/cases/accept?preview=true", {"items": [{"object": "KS-1"}]}).status == 422
