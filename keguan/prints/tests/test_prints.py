"""Prints: the company's form in its copies, readable as text and on a rendered page, masked, logged, at both doors."""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.cases.models import Case
from keguan.cases.tests.conftest import PACK, Desk, opened, stored
from keguan.controls.models import Signature
from keguan.customers.models import Customer
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import reading
from keguan.org.models import User
from keguan.org.sign_in import set_password
from keguan.prints.drawing import pdf, qr
from keguan.prints.forms import form

FORM = """
policy: paper
title: 表单规定
effective: 2026-01-01
clauses:
  - clause: 第九条
    text: 处理表一式三联。
    controls:
      - setting: {id: copies, of: case.copies, is: [客服部, 营销部, 财务部]}
      - setting: {id: called, of: case.form_title, is: 客户投诉处理表}
      - setting: {id: boxes, of: case.signature_boxes, is: [填表人, 经理]}
      - setting: {id: note, of: case.print_note, is: 不得影印交给客户。}
      - setting: {id: log, of: reading.log, is: all}
      - requirement: {id: signed, of: case.close, signatures: [clerk]}
"""


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The service desk under a policy of forms."""
    monkeypatch.setitem(PACK, "policies/paper.yaml", FORM)
    with opened() as made:
        yield made


def browser(desk: Desk, person: UUID, name: str) -> Client:
    desk.actor = None
    desk.act("person.grant_sign_in", person, username=name)
    desk.actor = desk.clerk
    user: User = set_password(person, name, "一个很长的口令")
    client = Client()
    client.force_login(user, backend="keguan.org.accounts.People")
    return client


def full(desk: Desk) -> UUID:
    """A case of which much is known."""
    key = desk.open(description="三箱外面都湿了，里面的货也不敢用。" * 20, contact_phone="13900008888", quantity="20",
                    order_no="DD-7 #set text(red)", extra={"shelf": "A-2"})  # fmt: skip
    desk.act("case.accept", key)
    desk.act("case.visit", key, visitors=[desk.manager, desk.clerk], text="当面致歉")
    desk.act("case.hold_liable", key, liable="department", department=desk.unit, loss="30", text="漏检")
    desk.act("case.attach", key, digest=stored(), name="破损照片.jpg", media_type="image/jpeg", size=9)
    desk.act("case.note", key, text="只是内部的话")
    return key


def pages(body: bytes) -> list[str]:
    with contextlib.closing(pypdfium2.PdfDocument(body)) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def drawn(desk: Desk, viewer: UUID, key: UUID, *copies: int, language: str = "zh-hans") -> dict[str, Any]:
    found = reading.seen(viewer, vocabulary.types["case"], str(key))
    assert found is not None
    return form(viewer, found, copies, "https://kg.example/cases/x/", language)[0]


def printed(client: Client, key: UUID, **given: str) -> Any:
    code = Case.objects.get(id=key).code
    return client.get(reverse("web:record_print", args=["case", code]), given)


def test_the_form_comes_in_as_many_copies_as_the_policy_names_each_with_its_keeper(desk: Desk) -> None:
    key = full(desk)
    answer = printed(browser(desk, desk.clerk, "clerk"), key)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "inline" in answer["Content-Disposition"]
    found = pages(answer.content)
    whole = "".join(found)
    for number, keeper in enumerate(("客服部", "营销部", "财务部"), 1):
        assert f"第 {number} 联 · {keeper}存" in whole
    assert len(found) % 3 == 0
    for words in ("客户投诉处理表", "到货三箱外包装破损", "江南印务有限公司", "已受理", "13900008888", "A-2",
                  "当面致歉", "苏敏、季安", "客服部", "¥30", "破损照片.jpg", "填表人", "不得影印交给客户。",
                  "青禾软件"):  # fmt: skip
        assert words in whole, words
    assert "#set text(red)" in whole, "what people typed is text, never markup"
    assert "只是内部的话" not in whole


def test_a_form_in_traditional_keeps_what_people_typed(desk: Desk) -> None:
    key = full(desk)
    client = browser(desk, desk.clerk, "clerk")
    client.cookies["django_language"] = "zh-hant"
    whole = "".join(pages(printed(client, key).content))
    for words in ("客戶投訴處理表", "第 2 聯 · 營銷部存", "已受理", "填表人", "不得影印交給客戶。"):
        assert words in whole, words
    for typed in ("到货三箱外包装破损", "江南印务有限公司", "当面致歉", "苏敏、季安", "破损照片.jpg", "青禾软件"):
        assert typed in whole, typed


def test_single_copies_are_printed_by_their_numbers_and_others_are_not_there(desk: Desk) -> None:
    key = full(desk)
    client = browser(desk, desk.clerk, "clerk")
    whole = "".join(pages(printed(client, key, copies="2").content))
    assert "第 2 联 · 营销部存" in whole
    assert "第 1 联" not in whole
    for wrong in ("4", "0", "x", "1,9"):
        assert printed(client, key, copies=wrong).status_code == 404


def test_what_is_masked_is_dots_on_paper_and_who_may_not_see_prints_nothing(desk: Desk) -> None:
    key = full(desk)
    body = json.dumps(drawn(desk, desk.accountant, key), ensure_ascii=False)
    for secret in ("到货三箱", "13900008888", "DD-7", "江南"):
        assert secret not in body
    assert "•••" in body
    assert printed(browser(desk, desk.other, "other"), key).status_code == 404
    assert printed(browser(desk, desk.accountant, "accounts"), key).status_code == 200


def test_signatures_that_stand_are_printed_with_the_digest_of_what_was_signed(desk: Desk) -> None:
    key = full(desk)
    assert "已在系统中签字" not in json.dumps(drawn(desk, desk.clerk, key), ensure_ascii=False)
    desk.act("signature.sign", None, act="case.close", object=key)
    desk.act("case.follow", key, actor=desk.manager)
    [signature] = Signature.objects.filter(object=key)
    [table] = [one for one in drawn(desk, desk.clerk, key)["lists"] if one["heading"] == "已在系统中签字"]
    assert [(row[0], row[1], row[3]) for row in table["rows"]] == [("结案", "季安", signature.digest[:16])]
    desk.act("case.complete", key, order_no="DD-8")
    assert "已在系统中签字" not in json.dumps(drawn(desk, desk.clerk, key), ensure_ascii=False)


def test_a_print_is_a_reading_that_was_given_away(desk: Desk) -> None:
    key = full(desk)
    client = browser(desk, desk.clerk, "clerk")
    before = Rows().select("select count(*) as n from kernel_reading where object = %s", [key])[0]["n"]
    printed(client, key)
    rows = Rows().select("select actor, channel from kernel_reading where object = %s order by id", [key])
    assert len(rows) == before + 1
    assert (rows[-1]["actor"], rows[-1]["channel"]) == (desk.clerk, "page")


def test_the_same_by_rest_for_any_record_type(desk: Desk) -> None:
    key = full(desk)
    client = browser(desk, desk.clerk, "clerk")
    code = Case.objects.get(id=key).code
    answer = client.get(f"/api/v1/cases/{code}/print", {"copies": "3"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.content
    assert "attachment" in answer["Content-Disposition"]
    assert "Copy 3" in "".join(pages(answer.content))
    refused = client.get(f"/api/v1/cases/{code}/print", {"copies": "7"})
    assert (refused.status_code, refused.json()["reasons"][0]["field"]) == (422, "copies")
    customer = client.get(f"/api/v1/customers/{desk.customer}/print")
    assert "江南印务有限公司" in "".join(pages(customer.content))
    assert client.get("/api/v1/cases/KS-0/print").status_code == 404


def test_a_line_is_called_by_its_name_on_paper_and_a_record_by_its_number(desk: Desk) -> None:
    desk.actor = None
    desk.act("contact.add", desk.customer, name="陆工", phones=["13900001111"])
    desk.actor = desk.clerk
    client = browser(desk, desk.clerk, "clerk")
    whole = "".join(pages(client.get(f"/api/v1/customers/{desk.customer}/print").content))
    assert whole.count("陆工") >= 2, "among the contacts, and beside the phone"
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", whole), "no key stands where a name belongs"
    code = Customer.objects.get(id=desk.customer).code
    assert f"{code} 江南印务有限公司" in "".join(pages(printed(client, full(desk), copies="1").content))


def test_columns_are_as_wide_as_what_stands_in_them_and_empty_ones_are_left_out(desk: Desk) -> None:
    key = full(desk)
    [liable] = [one for one in drawn(desk, desk.clerk, key)["lists"] if "漏检" in json.dumps(one, ensure_ascii=False)]
    assert all(any(row[at] for row in liable["rows"]) for at in range(len(liable["heads"])))
    by_head = dict(zip(liable["heads"], liable["widths"], strict=True))
    assert by_head["认定时间"] == len("2026-01-01 09:00") > min(liable["widths"])
    assert max(by_head.values()) <= 30


def test_what_no_cell_can_hold_breaks_and_pages_say_how_many_there_are(desk: Desk) -> None:
    key = desk.open(title="https://example.com/" + "0123456789" * 9, description="很长的一段经过。" * 700)
    found = pages(printed(browser(desk, desk.clerk, "clerk"), key, copies="3").content)
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert f"第 {number} 页，共 {len(found)} 页" in page
    assert "0123456789" * 2 in found[0].replace("\u200b", "").replace("\n", "")


def test_rare_characters_and_traditional_chinese_are_drawn() -> None:
    words = {"scan": "", "page": "{n}/{of}", "date": ""}
    blank = {"company": "𠮷禾食品", "title": "處理單", "code": "KS-1", "subject": "𠮷", "stage": "", "groups": [],
             "copies": [{"mark": ""}], "lists": [], "boxes": [], "note": "", "printed": "",
             "qr": qr("https://a.example/"), "words": words}  # fmt: skip
    for language in ("zh-hans", "zh-hant", "en"):
        [text] = pages(pdf(blank, language))
        assert "𠮷禾食品" in text
        assert "處理單" in text
    with contextlib.closing(pypdfium2.PdfDocument(pdf(blank, "zh-hans"))) as document:
        dark = sum(document[0].render(scale=1).to_pil().convert("L").histogram()[:128])
    assert dark > 500, "the title and the code are drawn, not only written"


def test_a_form_costs_the_same_for_few_lines_and_many(desk: Desk) -> None:
    def cost(key: UUID) -> int:
        before = Rows.total
        with CaptureQueriesContext(connection) as seen:
            drawn(desk, desk.clerk, key)
        return Rows.total - before + len(seen)

    key = full(desk)
    one = cost(key)
    for _ in range(20):
        desk.act("case.visit", key, visitors=[desk.clerk], text="又去了一次")
    assert cost(key) == one
    assert io.BytesIO(pdf(drawn(desk, desk.clerk, key), "zh-hans")).getvalue().startswith(b"%PDF")
