"""The case page beside its stages: panels, hints, tasks, mentions, followers, pictures, prints, splitting, merging."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.cases.models import Case, Note, Task
from keguan.controls.models import Obligation
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice
from keguan.policies.models import Pack
from keguan.web.tests.conftest import Office

JPEG = b"\xff\xd8\xff\xe0 a photograph"


def page(client: Client, code: object) -> str:
    response = client.get(reverse("web:case_page", args=[code]))
    assert response.status_code == 200
    return response.content.decode()


def posted(client: Client, name: str, code: object, *more: str, **form: Any) -> Any:
    return client.post(reverse(f"web:{name}", args=[code, *more]), {"idempotency_key": str(uuid4()), **form})


def section(html: str, key: str) -> str:
    """The panel of that id; nothing where it is not there."""
    found = re.search(rf'<section class="card[^"]*" id="{key}">.*?</section>', html, re.DOTALL)
    return found.group(0) if found else ""


def test_what_happened_beside_the_stages_stands_in_panels_of_its_own(office: Office) -> None:
    done, client = office.accepted(), office.browser("agent")
    for name in ("visits", "promises", "liabilities", "tasks", "others", "alike"):
        assert section(page(client, done.code), name) == ""
    people = [office.people["agent"], office.people["manager"]]
    office.do("agent", "case.visit", done.object, visitors=people, text="当面致歉")
    office.do("manager", "case.promise", done.object, text="周三回电")
    for loss in ("30", "12.50"):
        office.do("agent", "case.hold_liable", done.object, liable="supplier", party="某厂", loss=loss)
    html = page(client, done.code)
    assert "程小满、温如许" in section(html, "visits")
    assert "周三回电" in section(html, "promises")
    liable = section(html, "liabilities")
    assert "供应商 · 某厂 · ¥30" in liable
    assert "合计 ¥42.5" in liable
    assert "认定责任" in liable


def test_a_deadline_that_was_kept_says_when_it_was_met_and_when_it_was_due(office: Office) -> None:
    pack = Pack.objects.get(code="software-firm-service-and-complaints")
    office.act("parameter.set", pack.id, parameter="answer_within", value="4 hours")
    with clock.pinned(clock.now() + dt.timedelta(minutes=5)):
        done = office.accepted(kind="consultation")
    with clock.pinned(clock.now() + dt.timedelta(minutes=40)):
        office.do("agent", "case.reply", done.object, reply_channel="phone", reply="已解答")
    owed = Obligation.objects.get(object=done.object, state="kept")
    html = page(office.browser("agent"), done.code)
    term = next(one for one in html.split('<div class="term">') if "已做到" in one)
    moments = re.findall(r'datetime="([^"]+)"', term)
    assert owed.met_at is not None
    assert owed.met_at < owed.due_at
    assert [dt.datetime.fromisoformat(one) for one in moments[:2]] == [owed.met_at, owed.due_at]


def test_an_act_that_a_clause_forbids_says_so_and_has_no_button(office: Office) -> None:
    done = office.asked()
    html = page(office.browser("agent"), Case.objects.get(id=done.object).code)
    blocked = re.search(r"<li><span[^>]*aria-disabled[^>]*>答复客户</span>.*?</li>", html, re.DOTALL)
    assert blocked is not None
    assert "第二十二条" in blocked.group(0)


def test_a_closed_case_is_looked_back_on_and_an_open_one_is_not(office: Office) -> None:
    done, client = office.case(kind="consultation"), office.browser("manager")
    office.do("agent", "case.accept", done.object)
    acts = section(page(client, done.code), "actions")
    assert "登记走访" in acts
    assert "审视结案" not in acts
    office.do("agent", "case.reply", done.object, reply_channel="phone", reply="已解答")
    office.do("agent", "case.close", done.object)
    acts = section(page(client, done.code), "actions")
    assert "审视结案" in acts
    assert "登记走访" not in acts
    assert "交办子任务" not in acts


def test_a_task_is_given_and_finished_from_the_case(office: Office) -> None:
    done, client = office.accepted(), office.browser("agent")
    html = page(client, done.code)
    address = reverse("web:record_new", args=["task", "open"])
    assert address in html
    form = client.get(address, {"case": str(done.object)}).content.decode()
    assert str(done.object) in form
    manager = str(office.people["manager"])
    given = {"case": str(done.object), "title": "调取录像", "owner": manager, "due_on": "2026-05-19",
             "idempotency_key": str(uuid4())}  # fmt: skip
    place = client.post(address, given)["Location"]
    assert place == reverse("web:case_page", args=[done.code])
    tasks = section(page(client, done.code), "tasks")
    assert "调取录像" in tasks
    assert "已过约定日期" in tasks
    assert Notice.objects.filter(person=office.people["manager"], zh__contains="交给您一项子任务").count() == 1
    task = Task.objects.get()
    finish = reverse("web:record_act", args=["task", task.code, "finish"])
    assert finish in tasks
    assert (
        "已取回"
        in client.post(finish, {"result": "已取回", "idempotency_key": str(uuid4())}, follow=True).content.decode()
    )
    assert "已完成" in section(page(client, done.code), "tasks")


def test_a_colleague_is_mentioned_by_name_told_and_follows(office: Office) -> None:
    done, client = office.case(), office.browser("agent")
    posted(client, "case_note", done.code, text="@许青禾 请看 @无此人 @温如许，谢谢 @")
    note = Note.objects.get(case=done.object)
    assert note.mentions == [office.people["salesperson"], office.people["manager"]]
    assert "许青禾、温如许" in page(client, done.code)
    assert page(office.browser("salesperson"), done.code)
    found = client.get(reverse("web:people_named"), {"q": "温如"}).content.decode()
    assert 'data-name="温如许"' in found
    assert "程小满" not in found


def test_one_follows_and_stops_from_the_head_of_the_page(office: Office) -> None:
    done, client = office.case(), office.browser("manager")
    assert reverse("web:case_act", args=[done.code, "follow"]) in page(client, done.code)
    posted(client, "case_act", done.code, "follow")
    html = page(client, done.code)
    assert "温如许" in html
    assert reverse("web:case_act", args=[done.code, "unfollow"]) in html
    posted(client, "case_act", done.code, "unfollow")
    assert not Case.objects.get(id=done.object).followers


def test_cases_that_may_be_the_same_are_hinted_at_and_merged_from_there(office: Office) -> None:
    customer = office.customer()
    first, second = office.case("到货少两件", customer=customer), office.case("少了两件货", customer=customer)
    client = office.browser("agent")
    hints = section(page(client, second.code), "alike")
    assert str(first.code) in hints
    assert "同一客户" in hints
    assert reverse("web:case_act", args=[second.code, "merge"]) in hints
    posted(client, "case_act", second.code, "merge", into=str(first.object))
    assert Case.objects.get(id=second.object).merged_into_id == first.object
    html = page(client, second.code)
    assert "已作废" in html
    assert "本案已并入" in section(html, "others")
    assert "已并入本案" in section(page(client, first.code), "others")
    assert section(page(client, first.code), "alike") == ""
    assert page(office.browser("manager"), first.code)


def test_links_are_made_and_undone_on_the_page(office: Office) -> None:
    first, second = office.case("甲"), office.case("乙")
    client = office.browser("agent")
    posted(client, "case_act", second.code, "link", other=str(first.object), relation="same_cause")
    mine, theirs = section(page(client, second.code), "others"), section(page(client, first.code), "others")
    assert "同一起因" in mine
    assert "解除" in mine
    assert str(second.code) in theirs
    assert "解除" not in theirs
    posted(client, "case_act", second.code, "unlink", other=str(first.object))
    assert section(page(client, second.code), "others") == ""


def test_the_form_of_a_link_finds_cases(office: Office) -> None:
    first, second = office.case("喷墨头堵塞"), office.case("乙")
    client = office.browser("agent")
    form = client.get(reverse("web:case_act", args=[second.code, "link"])).content.decode()
    search = reverse("web:record_options", args=["case"])
    assert search in form
    assert str(first.object) in client.get(search, {"other_query": "喷墨头"}).content.decode()
    assert "没有找到" in client.get(search, {"other_query": "碳粉"}).content.decode()
    assert client.get(search, {"other_query": " "}).content.decode().strip() == ""


def test_a_part_is_split_off_with_what_is_known(office: Office) -> None:
    done = office.case("到货少两件", customer=office.customer("望舒诊所"), order_no="DD-77")
    client = office.browser("agent")
    address = re.search(r'href="(/cases/take/\?[^"]*split_from[^"]*)"', page(client, done.code))
    assert address is not None
    form = client.get(address.group(1).replace("&amp;", "&")).content.decode()
    for known in ("DD-77", "望舒诊所", f"从 {done.code} 拆出一件", str(done.object)):
        assert known in form
    given = {
        "kind": "complaint",
        "title": "发票抬头写错",
        "split_from": str(done.object),
        "idempotency_key": str(uuid4()),
    }
    place = client.post(reverse("web:case_take"), given)["Location"]
    assert "本案拆自" in client.get(place).content.decode()
    assert "由本案拆出" in page(client, done.code)
    assert "拆出一件" not in client.get(reverse("web:case_take"), {"split_from": str(uuid4())}).content.decode()


def test_taking_a_case_hints_at_what_is_there_already(office: Office) -> None:
    customer = office.customer()
    done = office.case("到货三箱外包装破损", customer=customer, contact_phone="13900008888")
    client, address = office.browser("agent"), reverse("web:case_alike")
    for given in ({"customer": str(customer)}, {"contact_phone": "139 0000 8888"}, {"title": "到货两箱外包装破损"}):
        assert str(done.code) in client.get(address, given).content.decode()
    assert str(done.code) not in client.get(address, {"title": "打印机卡纸"}).content.decode()
    assert str(done.code) not in office.browser("stranger").get(address, {"customer": str(customer)}).content.decode()
    refused = posted_take(client, customer=str(customer), title="")
    assert str(done.code) in refused


def posted_take(client: Client, **given: str) -> str:
    form = {"kind": "complaint", "idempotency_key": str(uuid4()), **given}
    return str(client.post(reverse("web:case_take"), form).content.decode())


def test_pictures_are_shown_in_little_and_taken_with_the_phone(office: Office) -> None:
    done, client = office.case(), office.browser("agent")
    photo, slip = SimpleUploadedFile("破损.jpg", JPEG), SimpleUploadedFile("单据.txt", b"8888")
    posted(client, "case_note", done.code, files=[photo, slip])
    html = page(client, done.code)
    [preview] = re.findall(r'<img src="([^"]*preview=1)"', html)
    response = client.get(preview)
    assert (response["Content-Type"], response.content) == ("image/jpeg", JPEG)
    assert 'accept="image/*" capture="environment"' in html


def test_the_form_is_printed_in_the_copies_of_the_policy(office: Office) -> None:
    done = office.case()
    html = page(office.browser("agent"), done.code)
    for number, keeper in enumerate(("客户服务部", "营销部", "研发部", "财务部"), 1):
        assert f"第 {number} 联 · {keeper}存" in html
        assert f"copies={number}" in html


def test_clauses_that_did_not_begin_yet_are_folded_away(office: Office) -> None:
    html = page(office.browser("agent"), office.accepted().code)
    shown, folded = html.split("尚未触发的", 1)
    assert "6 日内结案" in shown
    assert "未触发" in folded


def test_the_page_costs_the_same_however_much_stands_on_it(office: Office) -> None:
    client = office.browser("agent")

    def statements(code: object) -> int:
        before = Rows.total
        with CaptureQueriesContext(connection) as seen:
            page(client, code)
        return Rows.total - before + len(seen)

    def fill(done: Any, number: int) -> None:
        for n in range(number):
            office.do("agent", "case.visit", done.object, visitors=[office.people["agent"]], text="去过")
            office.do("agent", "case.hold_liable", done.object, liable="supplier", party="某厂", loss="1")
            office.do("agent", "task.open", None, case=done.object, title=f"第 {n} 件", owner=office.people["manager"])
            office.do("agent", "case.note", done.object, text="@温如许", mentions=[office.people["manager"]])
            other = office.case(f"无关的事 {n}")
            office.do("agent", "case.link", done.object, other=other.object, relation="related")

    few, many = office.accepted("一"), office.accepted("二")
    fill(few, 1)
    fill(many, 8)
    assert statements(few.code) == statements(many.code)
