"""Cases and customers on their pages: taking, listing, acting, files, imports; plain posts without scripts."""

import contextlib
import io
import re
from pathlib import Path
from uuid import UUID, uuid4

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.cases.models import Case
from keguan.controls import gate
from keguan.customers.models import Customer
from keguan.imports.running import run_import
from keguan.kernel.sheets import read_sheet
from keguan.web.tests.conftest import Office

SHEET = Path(__file__).parents[3] / "demo" / "客户名单.xlsx"
JPEG = b"\xff\xd8\xff\xe0 a photograph"
HTMX = {"HX-Request": "true"}


def text(client: Client, address: str, headers: dict[str, str] | None = None) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def taken(office: Office, **given: object) -> tuple[int, str]:
    """Post the take form; gives the status and the page or the address gone to."""
    form = {"idempotency_key": str(uuid4()), "kind": "complaint", "channel": "phone", "title": "到货少两件", **given}
    response = office.browser("agent").post(reverse("web:case_take"), form)
    return response.status_code, response.headers.get("Location") or response.content.decode()


def test_a_case_is_taken_with_a_new_customer_and_a_photograph(office: Office) -> None:
    photo = SimpleUploadedFile("破损 照片.jpg", JPEG, "text/html")
    status, place = taken(office, customer="new", new_name="𠮷川机电", new_kind="organisation",
                          new_contact_name="单经理", new_phone="１３８０００００９９１", files=[photo])  # fmt: skip
    assert status == 302, place
    page = text(office.browser("agent"), place)
    assert "𠮷川机电" in page
    assert "破损 照片.jpg" in page
    assert "工单编号规则：" in page
    case = Case.objects.get(code=place.strip("/").split("/")[-1])
    file = case.attachments.get()
    address = reverse("web:case_file", args=[case.code, file.id])
    response = office.browser("agent").get(address)
    assert (response["Content-Type"], response.content) == ("image/jpeg", JPEG)
    assert "sandbox" in response["Content-Security-Policy"]
    assert office.browser("stranger").get(address).status_code == 404


def test_what_was_noticed_is_said_with_its_clause(office: Office) -> None:
    client = office.browser("agent")
    form = {"idempotency_key": str(uuid4()), "kind": "complaint", "title": "又少一件"}
    assert "〔第二十五条1〕" in text(client, client.post(reverse("web:case_take"), form)["Location"])


def test_a_refused_form_keeps_what_was_typed_and_adds_no_customer(office: Office) -> None:
    before = Customer.objects.count()
    status, page = taken(office, customer="new", new_name="只差标题", title="", description="三箱外面都湿了")
    assert status == 422
    assert "三箱外面都湿了" in page
    assert "请填写“事由”" in page
    assert Customer.objects.count() == before


def test_posting_twice_takes_one_case(office: Office) -> None:
    form = {"idempotency_key": str(uuid4()), "kind": "complaint", "title": "双击", "customer": str(office.customer())}
    client = office.browser("agent")
    places = {client.post(reverse("web:case_take"), form)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Case.objects.filter(title="双击").count() == 1


def test_the_take_form_finds_customers_without_scripts_and_with(office: Office) -> None:
    office.customer("江南印务有限公司")
    client = office.browser("agent")
    assert "江南印务有限公司" in text(client, reverse("web:case_take") + "?customer_query=jnyw")
    # what was looked for in vain stands in the form for a new customer already: a number as his phone, else his name
    unknown = text(client, reverse("web:case_take") + "?customer_query=139 1234 5678&customer=new")
    assert 'value="139 1234 5678" name="new_phone"' in unknown
    assert 'value="139 1234 5678" name="new_name"' not in unknown
    assert 'value="没听说过" name="new_name"' in text(client, reverse("web:case_take") + "?customer_query=没听说过")
    part = text(client, reverse("web:case_take") + "?customer_query=江南", HTMX)
    assert "江南印务有限公司" in part
    assert "<html" not in part
    assert "江南印务有限公司" in text(client, reverse("web:customer_options") + "?customer_query=江南")


def test_lists_narrow_by_tab_filter_and_search_and_hide_what_is_out_of_sight(office: Office) -> None:
    done = office.accepted("到货三箱外包装破损")
    office.case("询问发票抬头", kind="consultation")
    client, address, code = office.browser("agent"), reverse("web:case_list"), str(done.code)
    assert code in text(client, address)
    assert code not in text(client, address + "?kind=consultation")
    assert code in text(client, address + "?q=外包装")
    assert code not in text(client, address + "?tab=closed")
    assert code not in text(office.browser("stranger"), address + "?tab=all")
    assert code not in text(client, address + "?after=nonsense~x&q=查无此事")


def test_a_list_costs_the_same_for_one_case_and_for_many(office: Office) -> None:
    client = office.browser("agent")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("web:case_list")).status_code == 200
        return len(seen)

    customer = office.customer()
    office.accepted("一", customer=customer)
    one = statements()
    for number in range(20):
        office.accepted(f"第 {number} 件", customer=customer)
    assert statements() == one


def test_an_act_is_refused_on_its_form_with_the_clause_and_a_stranger_sees_nothing(office: Office) -> None:
    done = office.accepted()
    address = reverse("web:case_act", args=[done.code, "reply"])
    form = {"idempotency_key": str(uuid4()), "reply_channel": "phone", "reply": "我们会尽快处理"}
    response = office.browser("agent").post(address, form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "我们会尽快处理" in page
    assert "第二十二条" in page
    stranger = office.browser("stranger")
    assert stranger.get(address).status_code == stranger.get(address.replace(str(done.code), "KS-0")).status_code == 404
    assert stranger.post(address, form).status_code == 404


def test_an_act_that_waits_says_for_whom(office: Office) -> None:
    done = office.accepted()
    office.do("agent", "case.find", done.object, findings="外箱在分拨时受潮", is_founded=True)
    address = reverse("web:case_act", args=[done.code, "settle"])
    form = {"idempotency_key": str(uuid4()), "amount": "3200", "amount_currency": "CNY", "handling": "discount"}
    client = office.browser("manager")
    response = client.post(address, form, headers=HTMX)
    assert response["HX-Redirect"] == reverse("web:case_page", args=[done.code])
    page = text(client, response["HX-Redirect"])
    assert "等分管副总经理核准〔第二十七条〕" in page
    assert "等分管副总经理核准" in page


def test_a_verb_for_several_cases_asks_first_and_tells_which_were_refused(office: Office) -> None:
    first, second = office.case("甲"), office.accepted("乙")
    client, address = office.browser("agent"), reverse("web:case_act_many", args=["accept"])
    codes = [first.code, second.code]
    form = client.post(address, {"code": codes})
    assert form.status_code == 200
    assert "idempotency_key" in form.content.decode()
    response = client.post(address, {"code": codes, "idempotency_key": str(uuid4())}, headers=HTMX)
    page = text(client, response["HX-Redirect"])
    assert str(second.code) in page
    assert str(first.code) not in page
    assert Case.objects.get(code=first.code).stage == "accepted"


def test_a_note_is_added_and_an_empty_one_is_not(office: Office) -> None:
    done = office.case()
    client, address = office.browser("agent"), reverse("web:case_note", args=[done.code])
    assert client.post(address, {"text": "客户又来电话了", "idempotency_key": str(uuid4())}).status_code == 302
    assert "客户又来电话了" in text(client, reverse("web:case_page", args=[done.code]))
    assert client.post(address, {"text": " ", "idempotency_key": str(uuid4())}).status_code == 422


def test_customers_are_listed_shown_added_and_changed(office: Office) -> None:
    client = office.browser("agent")
    form = {"idempotency_key": str(uuid4()), "name": "望舒诊所", "kind": "organisation", "phones": "0572-6666 0088"}
    response = client.post(reverse("web:customer_add"), form)
    assert response.status_code == 302
    assert "0572" in text(client, response["Location"])
    again = client.post(reverse("web:customer_add"), {**form, "idempotency_key": str(uuid4())})
    assert again.status_code == 422
    assert "可能已经有这位客户" in again.content.decode()
    assert "望舒诊所" in text(client, reverse("web:customer_list") + "?q=wszs")
    code = response["Location"].strip("/").split("/")[-1]
    change = reverse("web:customer_act", args=[code, "update"])
    assert client.post(change, {"city": "湖州", "idempotency_key": str(uuid4())}).status_code == 302
    assert "湖州" in text(client, response["Location"])
    assert office.browser("stranger").get(response["Location"]).status_code == 404


def test_a_sheet_is_imported_step_by_step(office: Office) -> None:
    client = office.browser("agent")
    start = reverse("web:import_start", args=["customer"])
    upload = SimpleUploadedFile(SHEET.name, SHEET.read_bytes())
    response = client.post(start, {"sheet": upload, "idempotency_key": str(uuid4())})
    place = response["Location"]
    assert "表格的列放到哪里" in text(client, place)
    found = {f"column_{n}": name for n, name in enumerate(
        ("name", "kind", "city", "contact_name", "contact_title", "contact_phones", "phones", "address", "", "remark")
    )}  # fmt: skip
    shown = client.post(place, {**found, "on_duplicate": "skip", "intent": "preview", "idempotency_key": str(uuid4())})
    assert "会写入什么" in text(client, shown["Location"])
    assert client.post(place, {"intent": "run", "idempotency_key": str(uuid4())}).status_code == 302
    key = place.strip("/").split("/")[-1]
    assert "progress" in text(client, place, HTMX)
    run_import(gate.run, UUID(key), office.people["agent"])
    page = text(client, place)
    assert "下载没导入的行" in page
    sheet = client.get(reverse("web:import_problems", args=[key]))
    rows = read_sheet(io.BytesIO(sheet.content).getvalue(), "p.xlsx").rows
    assert len(rows) == 3
    assert Customer.objects.filter(imported_from=UUID(key)).count() == 57
    assert office.browser("stranger").get(place).status_code == 404


def test_a_file_that_is_no_sheet_is_refused_kindly(office: Office) -> None:
    upload = SimpleUploadedFile("客户.xlsx", "姓名,电话".encode("gbk"))
    response = office.browser("agent").post(reverse("web:import_start", args=["customer"]), {"sheet": upload})
    assert response.status_code == 422
    assert 'class="reasons' in response.content.decode()


def test_who_may_not_take_cases_is_not_asked_to(office: Office) -> None:
    stranger = office.browser("stranger")
    for name in ("today", "case_list"):
        assert reverse("web:case_take") not in text(stranger, reverse(f"web:{name}"))
        assert reverse("web:case_take") in text(office.browser("agent"), reverse(f"web:{name}"))
    response = stranger.get(reverse("web:case_take"))
    assert response.status_code == 403
    assert "您的岗位没有" in response.content.decode()


def test_a_copy_is_kept_from_the_page_and_chosen_from_those_there_are(office: Office) -> None:
    case = office.do("salesperson", "case.open", None, kind="complaint", channel="phone", title="开不了机").object
    office.do("agent", "case.accept", case)
    office.do("agent", "case.find", case, findings="主板损坏", is_founded=True)
    office.act("case.settle", case, amount="800", handling="return")
    office.act("case.reply", case, reply="退货", reply_channel="phone", is_accepted=True)
    office.act("case.close", case)
    done = office.do("salesperson", "return_slip.open", None, case=case, product="收银机", quantity="1")
    seller, keep = office.browser("salesperson"), reverse("web:record_act", args=["return_slip", done.code, "keep"])
    page = text(seller, reverse("web:record_page", args=["return_slip", done.code]))
    assert f'href="{keep}"' in page and "联次应在" not in page and "工单环节为已结案" in page
    form = text(seller, keep)
    assert "第 1 联 · 开单人" in form and "第 3 联 · 财务部专员" in form
    with contextlib.closing(pypdfium2.PdfDocument(seller.get(f"/print/return_slip/{done.code}/").content)) as paper:
        printed = "".join(one.get_textpage().get_text_range() for one in paper)
    assert "第 1 联 · 开单人存" in printed and printed.count("财务部专员") > 4, "the role, in the table of copies too"
    assert not re.search(r"originator|warehouse|finance_dept", printed)
    assert seller.post(keep, {"copy": "1", "idempotency_key": str(uuid4())}).status_code == 302
    assert "没有等您收存的联" in text(seller, reverse("web:record_page", args=["return_slip", done.code]))
