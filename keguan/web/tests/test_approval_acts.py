"""加签, 转办, 退回 from pages and by REST: the same verbs, with the reasons of what is refused."""

import json
import re
from html import unescape

from django.test import Client
from django.urls import reverse

from keguan.controls.models import Approval, ApprovalStep
from keguan.org.models import Post
from keguan.web.tests.conftest import Office
from keguan.web.tests.test_desk import HTMX, text

WHY = "请一并看看"


def test_the_forms_stand_beside_what_waits_and_open_without_scripts(office: Office) -> None:
    waiting = office.asked()
    page = text(office.browser("deputy"), reverse("web:approvals"))
    for short, title in (("add", "加签"), ("hand-over", "转办"), ("back", "退回")):
        address = reverse("web:approval_act", args=[waiting.approval, short])
        assert address in page
        form = text(office.browser("deputy"), address)
        assert f"<h1>{title}</h1>" in form
        assert "<dialog" in text(office.browser("deputy"), address, **HTMX)
        assert office.browser("stranger").get(address).status_code == 404
    # whoever asked is not among those who can be brought in
    form = text(office.browser("deputy"), reverse("web:approval_act", args=[waiting.approval, "add"]))
    assert str(office.people["manager"]) not in form
    assert str(office.people["finance"]) in form


def test_an_approver_is_added_and_the_chain_says_by_whom(office: Office) -> None:
    waiting = office.asked()
    deputy = office.browser("deputy")
    address = reverse("web:approval_act", args=[waiting.approval, "add"])
    refused = deputy.post(address, {"person": office.people["finance"], "place": "before"})
    assert refused.status_code == 422
    assert f'value="{office.people["finance"]}" selected' in refused.content.decode()
    done = deputy.post(address, {"person": office.people["finance"], "place": "before", "comment": WHY})
    assert done.status_code == 302
    page = unescape(text(office.browser("finance"), reverse("web:approvals")))
    assert "何砚秋（顾怀瑾加签）" in page
    assert "added by 顾怀瑾" in unescape(text(office.browser("finance", "en"), reverse("web:approvals")))
    assert "何砚秋（顾怀瑾加簽）" in unescape(text(office.browser("finance", "zh-hant"), reverse("web:approvals")))


def test_who_is_brought_in_reads_by_whom_and_why_and_whom_the_clause_means(office: Office) -> None:
    for act, who, said in (
        ("add", "finance", "顾怀瑾请您加签：温如许申请"),
        ("hand-over", "director", "顾怀瑾转给您：温如许申请"),
    ):
        waiting = office.asked(title=f"试 {act}")
        posted = {"person": office.people[who], "place": "before", "comment": f"{WHY} {act}"}
        address = reverse("web:approval_act", args=[waiting.approval, act])
        assert f"试 {act}" in text(office.browser("deputy"), address), "the form names the record"
        assert office.browser("deputy").post(address, posted).status_code == 302
        page = unescape(text(office.browser(who), reverse("web:approvals")))
        assert f"顾怀瑾：{WHY} {act}" in page
        assert "由分管副总经理决定" in page
        assert said in unescape(text(office.browser(who), reverse("web:notices")))
    assert WHY not in unescape(text(office.browser("manager"), reverse("web:approvals") + "?view=mine"))


def test_the_record_says_in_whose_place_somebody_consented(office: Office) -> None:
    waiting = office.asked()
    office.do("deputy", "delegation.begin", None, delegate=office.people["salesperson"])
    office.do("salesperson", "approval.consent", waiting.approval)
    page = unescape(text(office.browser("manager"), reverse("web:case_page", args=[waiting.code])))
    assert "许青禾（代顾怀瑾）" in page


def test_the_record_leads_to_its_request(office: Office) -> None:
    waiting = office.asked()
    address = reverse("web:case_page", args=[waiting.code])
    page = text(office.browser("deputy"), address)
    assert f"#approval-{waiting.approval}" in page
    assert f'id="approval-{waiting.approval}"' in text(office.browser("deputy"), reverse("web:approvals"))
    withdrawal = reverse("web:approval_withdraw", args=[waiting.approval])
    assert f'action="{withdrawal}"' in text(office.browser("manager"), address)
    assert office.browser("manager").post(withdrawal).status_code == 302
    assert withdrawal not in text(office.browser("manager"), address)


def test_when_the_approver_has_left_everybody_concerned_sees_that_nobody_can_decide(office: Office) -> None:
    waiting = office.asked()
    record = reverse("web:case_page", args=[waiting.code])
    assert "目前没有人" not in text(office.browser("manager"), record)
    office.act("person.leave", office.people["deputy"], left_on="2026-05-20")
    assert "目前没有人可以决定，已告知管理员" in text(office.browser("manager"), record)
    assert "分管副总经理（目前无人）" in unescape(
        text(office.browser("manager"), reverse("web:approvals") + "?view=mine")
    )
    admin = text(office.browser("admin"), reverse("web:today"))
    assert "由分管副总经理决定" in admin
    assert 'href="/records/post/"' in admin
    assert 'href="/records/post/"' not in text(office.browser("director"), reverse("web:team"))
    left = text(office.browser("admin"), f"/records/person/of/{office.people['deputy']}/")
    assert "已结束" in left and "在任" not in left
    post = Post.objects.get(role__code="deputy_gm_in_charge").id
    office.act("post.assign", post, person=office.people["finance"], starts_on="2026-05-20")
    assert "目前没有人" not in text(office.browser("manager"), record)
    assert str(waiting.code) in text(office.browser("finance"), reverse("web:approvals"))


def test_what_came_back_stands_on_the_record_of_whoever_asked(office: Office) -> None:
    waiting = office.asked()
    office.do("deputy", "approval.send_back", waiting.approval, comment="写清楚金额依据")
    address = reverse("web:case_page", args=[waiting.code])
    page = text(office.browser("manager"), address)
    assert "顾怀瑾 退回给您" in page
    assert f"?returned={waiting.approval}" in page
    assert "退回给您" not in text(office.browser("agent"), address)
    office.do("manager", "case.settle", waiting.object, amount="3000", handling="compensation")
    assert "退回给您" not in text(office.browser("manager"), address)


def test_what_is_handed_over_leaves_one_s_own_list(office: Office) -> None:
    waiting = office.asked()
    address = reverse("web:approval_act", args=[waiting.approval, "hand-over"])
    key = "the-form-that-was-sent-twice"
    posted = {"person": office.people["director"], "comment": WHY, "idempotency_key": key}
    for _ in range(2):
        assert office.browser("deputy").post(address, posted).status_code == 302
    assert str(waiting.approval) not in text(office.browser("deputy"), reverse("web:approvals"))
    assert "转沈知行" in text(office.browser("director"), reverse("web:approvals"))
    assert ApprovalStep.objects.get(parent=waiting.approval).named == [office.people["director"]]


def test_what_was_sent_back_is_mended_in_a_form_that_knows_what_was_asked(office: Office) -> None:
    waiting = office.asked()
    address = reverse("web:approval_act", args=[waiting.approval, "back"])
    assert office.browser("deputy").post(address, {"step": "", "comment": "写清楚金额依据"}).status_code == 302
    mine = text(office.browser("manager"), reverse("web:approvals") + "?view=mine")
    assert "写清楚金额依据" in mine
    assert "已退回" in mine
    again = unescape(re.search(r'href="([^"]*returned=[^"]*)"', mine)[1])  # type: ignore[index]
    form = text(office.browser("manager"), again)
    assert "3200" in form
    # a stranger's address gives nothing away
    other = again.replace(str(waiting.approval), "019cb135-8280-7000-8051-5e5246a5987f")
    assert "3200" not in text(office.browser("manager"), other)


def test_the_same_by_rest(office: Office) -> None:
    waiting = office.asked()
    client: Client = office.browser("deputy")

    def post(act: str, **body: object) -> tuple[int, dict[str, object]]:
        response = client.post(f"/api/v1/approvals/{waiting.approval}/{act}", json.dumps(body), "application/json")
        return response.status_code, response.json()

    status, said = post("hand_over", person=str(office.people["manager"]), comment=WHY)
    assert status == 403, said
    assert "nobody decides on what he asks" in json.dumps(said, ensure_ascii=False)
    status, said = post("add_approver", person=str(office.people["finance"]), place="after", comment=WHY)
    assert status == 200, said
    assert post("send_back", comment="再想想")[0] == 200
    assert Approval.objects.get(id=waiting.approval).state == "returned"
    [back] = office.browser("manager").get("/api/v1/today").json()["sent_back_to_me"]
    assert (back["id"], back["comment"]) == (str(waiting.approval), "再想想")
