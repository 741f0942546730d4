"""Lists, records, their course and files: scope and masks hold, pages follow one another, queries do not grow."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keguan.api.course import passage_json
from keguan.api.tests.conftest import NOW, Answer, Door, Firm
from keguan.customers.models import Customer
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.read import Passage
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.reading import Sight

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def codes(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [item["code"] for item in answer.body["items"]]


def test_pages_follow_one_another_newest_first(firm: Firm) -> None:
    made = [firm.case(title=f"第 {n} 件") for n in range(7)]
    seen: list[str] = []
    path = "/cases?limit=3&kind=complaint"
    while path:
        page = firm.agent.get(path)
        seen += codes(page)
        following = page.body["next"]
        path = following.removeprefix("/api/v1") if following else ""
    assert seen == made[::-1]


def test_filters_are_read_by_the_kinds_of_the_facts(firm: Firm) -> None:
    small, large = (firm.found_case() for _ in range(2))
    other = firm.case(kind="suggestion", title="夜间值守")
    for code, amount in ((small, "1000"), (large, "4999.99")):
        firm.deputy.post(f"/cases/{code}/settle", {"amount": amount, "handling": "discount"})
    wanted = {
        "kind=suggestion": [other],
        "kind=建议": [other],
        "kind__ne=suggestion": [large, small],
        "kind__in=suggestion,consultation": [other],
        "amount__gte=1000.01": [large],
        "amount=1000": [small],
        "amount__empty=true": [other],
        "settled_at__empty=false&handling=discount": [large, small],
        "opened_at__lt=2026-05-20": [],
        "opened_at__gte=2026-05-20": [other, large, small],
        "code=" + small: [small],
        "q=夜间": [other],
        "q=" + small.lower(): [small],
        "q=没有": [],
        "is_founded=true": [large, small],
        f"opened_by={firm.people['agent']}": [other, large, small],
    }
    for query, expected in wanted.items():
        assert codes(firm.agent.get(f"/cases?{query}")) == expected, query


def test_records_are_pointed_to_by_code_in_filters_and_arguments(firm: Firm) -> None:
    firm.customer()
    code = firm.case(customer="KH-000001")
    firm.case()
    assert codes(firm.agent.get("/cases?customer=KH-000001")) == [code]
    assert codes(firm.agent.get("/cases?customer=KH-999999")) == []


def test_everybody_sees_what_the_policies_let_him_see(firm: Firm) -> None:
    mine = firm.case("salesperson")
    firm.case()
    assert codes(firm.salesperson.get("/cases")) == [mine]
    assert len(codes(firm.agent.get("/cases"))) == 2
    assert codes(firm.stranger.get("/cases")) == []
    assert codes(firm.stranger.get("/cases?code=" + mine)) == []


def test_masked_facts_are_neither_shown_nor_asked_about(firm: Firm) -> None:
    code = firm.case(contact_name="苗可儿", contact_phone="13900001234")
    shown = firm.finance.get(f"/cases/{code}")
    assert shown.body["masked"] == ["contact_name", "contact_phone"]
    everything = [shown, firm.finance.get("/cases"), firm.finance.get(f"/cases/{code}/timeline")]
    for answer in everything:
        assert answer.status == 200
        text = answer.response.content.decode()
        assert "苗可儿" not in text and "13900001234" not in text
    asked = firm.finance.get("/cases?contact_name=" + urlencode({"": "苗可儿"})[1:])
    assert asked.status == 403
    assert "苗可儿" in firm.agent.get(f"/cases/{code}").response.content.decode()


def test_the_course_does_not_tell_what_is_masked_of_a_line_as_if_it_were_the_record_s() -> None:
    sight = Sight(vocabulary.types["customer"], Customer.objects.none(), frozenset({"contacts.email"}))
    given = {"name": "赵敏", "email": "zhao@example.com", "is_primary": True}
    added = Passage(uuid4(), "contact.add", None, "page", NOW, NOW, args=given)
    assert passage_json(sight, added, "en")["args"] == {"is_primary": True}


def test_a_record_shows_its_lines_clocks_acts_and_course(firm: Firm) -> None:
    code = firm.found_case()
    firm.manager.post(f"/cases/{code}/note", {"text": "已电话联系仓储"})
    record = firm.manager.get(f"/cases/{code}").body
    assert [note["text"] for note in record["lines"]["notes"]] == ["已电话联系仓储"]
    [clock_] = [one for one in record["obligations"] if one["control"].endswith("#close")]
    assert (clock_["state"], clock_["due_at"]) == ("running", "2026-05-26T16:00:00+00:00")
    acts = {act["verb"]: act for act in record["actions"]}
    assert acts["case.close"]["would_be"] == "refused"
    assert acts["case.close"]["reasons"][0]["clause"]["clause"] == "第二十二条"
    course = firm.manager.english().get(f"/cases/{code}/timeline?limit=2").body
    assert [one["verb"] for one in course["items"]] == ["case.note", "case.find"]
    assert course["items"][1]["changes"]["stage"] == {"before": "accepted", "after": "investigated"}
    rest = firm.manager.get(course["next"].removeprefix("/api/v1"))
    assert [one["verb"] for one in rest.body["items"]] == ["case.classify", "case.accept"]


def test_the_course_of_a_record_does_not_tell_of_records_out_of_sight(firm: Firm) -> None:
    customer = firm.customer()
    code = firm.found_case(customer=str(customer), owner=str(firm.people["manager"]))
    assert firm.salesperson.get(f"/cases/{code}").status == 404
    for door, path in (
        (firm.salesperson, f"/customers/{customer}"),
        (firm.stranger, f"/people/{firm.people['manager']}"),
        (firm.stranger, f"/units/{firm.units['客户服务部']}"),
    ):
        course = door.get(f"{path}/timeline")
        assert course.status == 200, course.body
        assert course.body["items"]
        assert not [one["verb"] for one in course.body["items"] if one["verb"].startswith("case.")]
    told = {one["verb"] for one in firm.agent.get(f"/cases/{code}/timeline").body["items"]}
    assert {"case.open", "case.accept", "case.find"} <= told


def test_a_list_costs_the_same_for_few_and_for_many(firm: Firm) -> None:
    def statements(n: int) -> int:
        given = {"items": [{"args": {"kind": "complaint", "title": f"{i}"}} for i in range(n)]}
        assert firm.agent.post("/cases/open", given).status == 200
        with CaptureQueriesContext(connection) as seen:
            before = Rows.total
            assert firm.agent.get("/cases?limit=200").status == 200
            return len(seen) + Rows.total - before

    statements(1)
    assert statements(1) == statements(50)


def upload(door: Door, name: str, body: bytes, **more: object) -> Answer:
    client = Client(headers={"Authorization": f"Bearer {door.token}"})
    response = client.post("/api/v1/files", {"file": SimpleUploadedFile(name, body), **more})
    return Answer(response, response.status_code, response.json())  # type: ignore[arg-type]


def test_a_file_is_stored_attached_and_given_out_through_its_record_only(firm: Firm) -> None:
    code = firm.case()
    stored = upload(firm.agent, "外箱照片.png", PNG)
    assert stored.status == 201
    assert stored.body["media_type"] == "image/png"
    attached = firm.agent.post(f"/cases/{code}/attach", stored.body)
    assert attached.status == 200, attached.body
    [line] = firm.agent.get(f"/cases/{code}").body["lines"]["attachments"]
    path = f"/cases/{code}/attachments/{line['id']}/content"
    given = firm.agent.get(path)
    assert given.response.content == PNG
    assert given.response["X-Content-Type-Options"] == "nosniff"
    assert given.response["Content-Disposition"].startswith("attachment")
    assert firm.stranger.get(path).status == 404
    assert firm.agent.get(f"/cases/{code}/attachments/{firm.people['agent']}/content").status == 404
    other = firm.case()
    assert firm.agent.get(f"/cases/{other}/attachments/{line['id']}/content").status == 404


@pytest.mark.parametrize("more", [{"other": SimpleUploadedFile("b.txt", b"b")}])
def test_a_form_without_one_file_is_told_so(firm: Firm, more: dict[str, object]) -> None:
    assert upload(firm.agent, "a.txt", b"a", **more).status == 422
    assert upload(firm.agent, "empty.txt", b"").status == 422
    assert firm.agent.send("POST", "/files", raw=b"{}").status == 415
    broken = firm.agent.send("POST", "/files", raw=b"--x\r\n", Content_Type="multipart/form-data")
    assert broken.status in (400, 422)
    assert broken.response["Content-Type"] == "application/problem+json"


def test_policies_show_their_controls_and_what_they_did(firm: Firm) -> None:
    code = firm.found_case()
    firm.manager.post(f"/cases/{code}/settle", {"amount": "3200", "handling": "discount"})

    def settle_of(door: Door) -> dict[str, Any]:
        found = door.get("/policies").body["policies"]
        [control] = [one for policy in found for one in policy["controls"] if one["control"].endswith("#settle")]
        assert control["clause"] == "第二十七条"
        return dict(control["figures"])

    assert settle_of(firm.manager)["waiting"] == 1
    assert settle_of(firm.stranger)["waiting"] == 0


def test_one_learns_who_one_is(firm: Firm) -> None:
    body = firm.manager.get("/me").body
    assert body["name"] == "温如许"
    assert [(post["unit_name"], post["is_head"]) for post in body["posts"]] == [("客户服务部", True)]
    assert body["token"]


def test_the_directory_is_open_but_phones_are_not(firm: Firm) -> None:
    firm.act("person.change", firm.people["deputy"], phone="13800005678")
    people = firm.stranger.get("/people?limit=200")
    assert len(people.body["items"]) == 10
    assert "13800005678" not in people.response.content.decode()
    assert firm.stranger.get(f"/people/{firm.people['deputy']}").status == 200


def test_every_list_and_record_address_answers(firm: Firm) -> None:
    for path in (
        "/units",
        "/roles",
        "/posts",
        "/packs",
        "/customers",
        "/imports",
        "/approvals",
        "/vocabulary",
    ):
        answer = firm.admin.get(path)
        assert answer.status == 200, (path, answer.body)
        for item in answer.body.get("items", [])[:1]:
            assert firm.admin.get(f"{path}/{item['id']}").status == 200
            assert firm.admin.get(f"{path}/{item['id']}/timeline").status == 200


def test_a_delegation_is_seen_by_both_sides_and_ended_by_the_one(firm: Firm) -> None:
    mine = firm.act("delegation.appoint", delegator=firm.people["seller"], delegate=firm.people["agent"])
    other = firm.act("delegation.appoint", delegator=firm.people["deputy"], delegate=firm.people["finance"])
    seen = {
        who: {item["id"] for item in getattr(firm, who).get("/delegations").body["items"]}
        for who in ("seller", "agent", "deputy", "finance", "stranger", "admin")
    }
    both = {str(mine), str(other)}
    assert seen == {
        "seller": {str(mine)}, "agent": {str(mine)}, "deputy": {str(other)}, "finance": {str(other)},
        "stranger": set(), "admin": both,
    }  # fmt: skip
    assert firm.agent.get(f"/delegations/{mine}").body["facts"]["delegator"] == str(firm.people["seller"])
    assert firm.agent.get(f"/delegations/{other}").status == 404
    assert firm.agent.post(f"/delegations/{mine}/end").status == 403
    assert firm.stranger.post(f"/delegations/{mine}/end").status == 404
    assert firm.seller.post(f"/delegations/{mine}/end").status == 200


def test_what_is_nobodys_is_listed_for_those_who_can_name_somebody(firm: Firm) -> None:
    code = firm.case()
    firm.agent.post(f"/cases/{code}/accept", {})
    assert firm.admin.get("/unowned").body == {"obligations": [], "requests": [], "total": 0}
    firm.act("person.leave", firm.people["agent"])
    found = firm.admin.get("/unowned")
    assert found.status == 200
    assert found.body["total"] >= 1
    assert found.body["obligations"][0]["clause"]
    assert firm.finance.get("/unowned").body["total"] == 0
