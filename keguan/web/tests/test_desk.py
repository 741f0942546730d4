"""Today, approvals, notices: the right things for the right person, without scripts, through the gate alone."""

import datetime as dt
import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.controls.models import Approval
from keguan.controls.sweep import sweep
from keguan.kernel import clock
from keguan.org.models import Notice
from keguan.web.tests.conftest import NOW, Office
from keguan.web.views.today import LATE

PAGES = ("today", "approvals", "notices", "policy_list", "find")
HTMX = {"HX-Request": "true"}


def text(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["agent", "deputy", "stranger"])
def test_pages_open_for_everybody_in_both_languages(office: Office, name: str, who: str) -> None:
    for language, html in (("zh-hans", 'lang="zh-Hans"'), ("en", 'lang="en"')):
        assert f"<html {html}" in text(office.browser(who, language), reverse(f"web:{name}"))


@pytest.mark.parametrize("name", PAGES)
def test_who_is_not_signed_in_is_asked_to(office: Office, name: str) -> None:
    response = Client().get(reverse(f"web:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_htmx_goes_to_sign_in_with_the_whole_page(office: Office) -> None:
    response = Client().get(reverse("web:today"), headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, reverse("account_login"))


def test_today_names_what_is_owed_with_its_clause_and_act(office: Office) -> None:
    done = office.accepted()
    page = text(office.browser("agent"), reverse("web:today"))
    assert "结案：到货三箱外包装破损" in page
    assert "〔" not in page
    assert "第二十六条1</a>" in page
    assert reverse("web:case_act", args=[done.code, "close"]) in page
    assert "没有欠着的事" in text(office.browser("manager"), reverse("web:today"))
    with clock.pinned(NOW + dt.timedelta(days=8)):
        assert "tone-broken" in text(office.browser("agent"), reverse("web:today"))


def test_htmx_gets_the_list_alone(office: Office) -> None:
    office.accepted()
    part = text(office.browser("agent"), reverse("web:today"), **HTMX)
    assert "<html" not in part
    assert 'id="owed"' in part


def test_what_broke_lately_is_told_to_those_who_may_see_it(office: Office) -> None:
    office.accepted()
    with clock.pinned(NOW + dt.timedelta(days=8)):
        sweep()
        assert "1 件" in text(office.browser("agent"), reverse("web:today"))
        assert "0%" in text(office.browser("agent"), reverse("web:today"))
        assert "最近没有条款被违反" in text(office.browser("stranger"), reverse("web:today"))
        assert "最近没有条款被违反" in text(office.browser("salesperson"), reverse("web:today"))


def test_what_cannot_be_done_yet_says_so_before_anything_is_tried(office: Office) -> None:
    done = office.case()
    address = reverse("web:case_act", args=[done.code, "close"])
    opened = office.browser("manager").get(address)
    assert "现在还不能办" in opened.content.decode()
    assert "没有办成，内容都还在" not in opened.content.decode()
    assert "Not possible now" in text(office.browser("manager", "en"), address)
    tried = office.browser("manager").post(address, {"idempotency_key": "tried"})
    assert (tried.status_code, "没有办成，内容都还在" in tried.content.decode()) == (422, True)


def test_an_approval_shows_what_is_decided_and_why(office: Office) -> None:
    office.asked()
    page = text(office.browser("deputy"), reverse("web:approvals"))
    for words in ("¥3,200", "第二十七条", "到货三箱外包装破损", "温如许 提出", "分管副总经理"):
        assert words in page
    for who in ("agent", "director", "stranger"):
        assert "¥3,200" not in text(office.browser(who), reverse("web:approvals"))
    assert "撤回" in text(office.browser("manager"), reverse("web:approvals") + "?view=mine")


def test_consent_runs_what_was_asked_once(office: Office) -> None:
    waiting = office.asked()
    deputy = office.browser("deputy")
    address = reverse("web:approval_decide", args=[waiting.approval])
    body = {"decision": "consent", "idempotency_key": "0123456789abcdef"}
    waits = Notice.objects.filter(person=office.people["deputy"], zh__contains="等您决定", read_at=None)
    assert waits.exists()
    for _ in range(2):
        assert deputy.post(address, body).status_code == 302
    assert Approval.objects.get(id=waiting.approval).state == "granted"
    assert not waits.exists(), "whoever decided has read that it waited"
    assert "已同意：¥3,200 · KS-" in text(deputy, reverse("web:approvals")), "which it was, for who decides many"
    assert "已同意" in text(deputy, reverse("web:approvals") + "?view=decided")


def test_a_rejection_without_a_comment_stands_on_its_line(office: Office) -> None:
    waiting = office.asked()
    deputy = office.browser("deputy")
    address = reverse("web:approval_decide", args=[waiting.approval])
    response = deputy.post(address, {"decision": "reject", "comment": " "})
    assert response.status_code == 422
    assert 'class="reasons' in response.content.decode()
    assert Approval.objects.get(id=waiting.approval).state == "waiting"
    assert deputy.post(address, {"decision": "reject", "comment": "先补承运方的书面确认"}).status_code == 302
    assert Approval.objects.get(id=waiting.approval).state == "rejected"
    assert "先补承运方的书面确认" in text(office.browser("manager"), reverse("web:approvals") + "?view=mine")


def test_what_was_typed_stands_again_after_a_refusal(office: Office) -> None:
    waiting = office.asked()
    office.do("deputy", "approval.consent", waiting.approval)
    address = reverse("web:approval_decide", args=[waiting.approval])
    response = office.browser("deputy").post(address, {"decision": "reject", "comment": "再核一下数量"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "再核一下数量" in page
    assert "已经同意了" in page


def test_others_can_neither_decide_nor_withdraw(office: Office) -> None:
    waiting = office.asked()
    for who in ("agent", "stranger", "director"):
        for name in ("approval_decide", "approval_withdraw"):
            address = reverse(f"web:{name}", args=[waiting.approval])
            assert office.browser(who).post(address, {"decision": "consent"}).status_code == 404
    assert Approval.objects.get(id=waiting.approval).state == "waiting"
    address = reverse("web:approval_withdraw", args=[waiting.approval])
    assert office.browser("manager").post(address).status_code == 302
    assert Approval.objects.get(id=waiting.approval).state == "withdrawn"


def test_several_are_consented_to_at_once(office: Office) -> None:
    several = [office.asked(title=f"破损 {n}").approval for n in range(3)]
    deputy = office.browser("deputy")
    office.do("deputy", "approval.consent", several[0])
    response = deputy.post(reverse("web:approvals"), {"approval": several, "decision": "consent"})
    assert response.status_code == 422
    assert "已经同意了" in response.content.decode()
    states = Approval.objects.filter(id__in=several).values_list("state", flat=True)
    assert set(states) == {"granted"}
    assert deputy.post(reverse("web:approvals"), {"decision": "consent"}).status_code == 302
    assert deputy.post(reverse("web:approvals"), {"approval": [UUID(int=1)]}).status_code == 404


def test_notices_are_read_one_by_one_or_all_at_once(office: Office) -> None:
    office.asked()
    office.asked(title="少两件")
    deputy = office.browser("deputy")
    mine = Notice.objects.filter(person=office.people["deputy"])
    first = mine.order_by("id")[0]
    assert deputy.post(reverse("web:notice_read", args=[first.id])).status_code == 302
    assert mine.filter(read_at=None).count() == mine.count() - 1
    assert office.browser("agent").post(reverse("web:notice_read", args=[first.id])).status_code == 404
    assert deputy.post(reverse("web:notices"), {"all": "1"}).status_code == 302
    assert not mine.filter(read_at=None).exists()
    assert deputy.post(reverse("web:notices"), {"all": "1"}).status_code == 302


def test_reading_changes_nothing(office: Office) -> None:
    waiting = office.asked()
    deputy = office.browser("deputy")
    for name in ("approval_decide", "approval_withdraw"):
        assert deputy.get(reverse(f"web:{name}", args=[waiting.approval])).status_code == 405
    assert deputy.get(reverse("web:language")).status_code == 405


def test_the_language_is_kept(office: Office) -> None:
    agent = office.browser("agent")
    response = agent.post(reverse("web:language"), {"language": "en", "next": "/approvals/"})
    assert (response.status_code, response["Location"]) == (302, "/approvals/")
    assert '<html lang="en"' in text(agent, reverse("web:approvals"))
    response = agent.post(reverse("web:language"), {"language": "zh-hans", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"
    assert '<html lang="zh-Hans"' in text(agent, reverse("web:approvals"))


def test_lists_cost_the_same_for_one_row_and_for_many(office: Office) -> None:
    office.accepted("第一件")
    office.asked(title="第一件")
    agent, deputy = office.browser("agent"), office.browser("deputy")
    addresses = [
        (agent, reverse("web:today")),
        (deputy, reverse("web:today")),
        (deputy, reverse("web:approvals")),
        (deputy, reverse("web:notices")),
    ]
    for client, address in addresses:
        client.get(address)
    before = [statements(client, address) for client, address in addresses]
    for n in range(12):
        office.asked(title=f"又一件 {n}")
    assert [statements(client, address) for client, address in addresses] == before


def test_long_lists_go_on_page_by_page(office: Office) -> None:
    for n in range(27):
        office.asked(title=f"第 {n} 件")
    deputy = office.browser("deputy")
    first = text(deputy, reverse("web:approvals"))
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = text(deputy, further[1].replace("&amp;", "&"))
    seen = re.findall(r'id="approval-([0-9a-f-]{36})"', first + second)
    assert len(seen) == len(set(seen)) == 27


def test_what_is_nobodys_is_shown_to_those_who_can_name_somebody(office: Office) -> None:
    done = office.accepted()
    assert "没有责任人的事" not in text(office.browser("admin"), reverse("web:today"))
    office.act("person.leave", office.people["agent"])
    for who, is_shown in (("admin", True), ("director", True), ("finance", False), ("salesperson", False)):
        assert ("没有责任人的事" in text(office.browser(who), reverse("web:today"))) is is_shown, who
    page = text(office.browser("director"), reverse("web:today"))
    assert reverse("web:case_page", args=[done.code]) in page
    assert "第二十六条" in page[page.index('id="unowned"') :]


def test_today_stands_by_moment_with_the_tasks_of_the_person(office: Office) -> None:
    case = office.accepted()
    day = (NOW + dt.timedelta(days=1)).date()
    for title, due_on in (("核对批次", day), ("拍照存证", None), ("早该办的", NOW.date() - dt.timedelta(days=2))):
        given = {"owner": office.people["agent"], **({"due_on": due_on.isoformat()} if due_on else {})}
        office.do("manager", "task.open", None, case=case.object, title=title, **given)
    agent = office.browser("agent")
    page = text(agent, reverse("web:today"))
    order = ["已逾期", "早该办的", "本周", "核对批次", "未定日期", "拍照存证"]
    places = [page.index(words) for words in order if words != "已逾期"]
    assert places == sorted(places)
    assert re.search(r"<h3[^>]*tone-broken[^>]*>已逾期", page)
    assert "温如许交办" in page
    by_rest = agent.get("/api/v1/today").json()["tasks"]
    assert [one["title"] for one in by_rest] == ["早该办的", "核对批次", "拍照存证"]
    task = re.search(r'href="(/records/task/[^"]*finish[^"]*)"', page)
    assert task is not None
    assert agent.get(task[1]).status_code == 200
    assert "Without a day" in text(office.browser("agent", "en"), reverse("web:today"))
    # what is done is no longer there; others do not see it
    assert "核对批次" not in text(office.browser("manager"), reverse("web:today"))


def test_what_came_back_to_be_mended_stands_on_today(office: Office) -> None:
    waiting = office.asked()
    office.do("deputy", "approval.send_back", waiting.approval, comment="写清楚金额依据")
    page = text(office.browser("manager"), reverse("web:today"))
    assert "退回给我的" in page
    assert "顾怀瑾退回：写清楚金额依据" in page
    assert "退回给我的" not in text(office.browser("agent"), reverse("web:today"))


def test_what_is_long_overdue_does_not_push_today_out_of_sight(office: Office) -> None:
    for number in range(LATE + 2):
        office.accepted(f"早该结案的第 {number} 件")
    with clock.pinned(NOW + dt.timedelta(days=8)):
        office.accepted("刚受理的一件")
        agent, today = office.browser("agent"), reverse("web:today")
        page = text(agent, today)
        assert page.count("结案：早该结案的第") == LATE
        assert "结案：刚受理的一件" in page
        assert "另有 2 项逾期" in page
        assert 'href="#moment-late"' in page, "the figure leads to what it counts"
        everything = text(agent, f"{today}?all=1")
        assert everything.count("结案：早该结案的第") == LATE + 2
        assert "另有" not in everything
        assert f'hx-get="{today}?all=1"' in everything, "it stays open when it is refreshed"


def test_a_form_that_is_owed_is_opened_from_what_owes_it(office: Office) -> None:
    case = office.accepted()
    office.do("agent", "case.find", case.object, findings="外箱在分拨时受潮", is_founded=True)
    form = f"/records/investigation_report/new/open/?case={case.object}"
    agent, page = office.browser("agent"), reverse("web:case_page", args=[case.code])
    assert f'href="{form}"' in text(agent, reverse("web:today"))
    assert "办理<span" in text(agent, page)
    assert "办理<span" not in text(office.browser("director"), page), "who may not open it is not led there"
    # what is kept while it is typed is kept for this one only
    assert f'data-draft="{form}"' in text(agent, form, **HTMX)
    office.do("agent", "investigation_report.open", None, case=case.object, findings="受潮", handled="补发")
    assert form not in text(agent, reverse("web:today"))
    assert "办理<span" not in text(agent, page)
