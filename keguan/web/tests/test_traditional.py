"""Traditional Chinese: every page speaks it to the last character, and what people typed stays as they typed it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from keguan.cases.models import Case
from keguan.controls.sweep import sweep
from keguan.imports.importers import importer_of
from keguan.imports.mapping import propose
from keguan.kernel import clock
from keguan.kernel.records.labels import LANGUAGES, TRADITIONAL
from keguan.kernel.records.scripts import traditional
from keguan.kernel.sheets import read_sheet, write_sheet
from keguan.web.gallery.samples import SAMPLES
from keguan.web.gallery.views import gallery, gallery_page
from keguan.web.tests.conftest import CAST, NOW, PASSWORD, Office
from keguan.web.tests.simplified import left_over

TROUBLE = (
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "503.html",
    "account/lockout.html",
    "account/logout.html",
)
POLICY_WORDS = re.compile(r'<(\w+)[^>]*lang="zh-Han[st]"[^>]*>.*?</\1>', re.DOTALL)
TITLE, CUSTOMER, REMARK = "开票抬头写错，要求换开发票", "苏州云锦纺织厂", "请销售后续跟进，里外都要检查"
UNITS = tuple({unit for _, unit, *_ in CAST.values()})
EXPORTER = "manager"
TYPED = (
    TITLE, CUSTOMER, REMARK, "赵无极", "昆山开发区", "出差两周，电话不便", "我的视图：发票", "发票确系写错抬头",
    "禾川软件（示例）", "客户名单.csv", "纺织厂", "云岭茶业", "顾客姓名", "号码簿", "双叶书店", "几号",
    *(name for name, *_ in CAST.values()), *UNITS,
)  # fmt: skip
"""What somebody typed in these tests: names, titles, reasons. Most of it is written otherwise in Traditional."""


def test_the_net_catches() -> None:
    assert left_over('<p title="客户">甲</p>', ()) == {"客户"}
    assert left_over("<p>开票：赵无极 客戶</p>", ("赵无极",)) == {"开票"}
    assert not left_over("<p>客戶、工單、後台、裡面、只有、台帳、皇后、公里</p>", ())


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_page_is_in_traditional(name: str) -> None:
    found = {}
    for language in ("en", TRADITIONAL):
        request = RequestFactory().get(f"/gallery/{name}/")
        request.LANGUAGE_CODE = language
        with translation.override(language):
            found[language] = gallery_page(request, name).content.decode()
    # what a reader of English meets in Chinese too, policies apart, was typed by somebody
    typed = left_over(POLICY_WORDS.sub("", found["en"]), ())
    assert not left_over(found[TRADITIONAL], tuple(typed))
    assert '<html lang="zh-Hant"' in found[TRADITIONAL]


def test_the_gallery_and_pages_of_trouble_are_in_traditional() -> None:
    request = RequestFactory().get("/")
    request.LANGUAGE_CODE = TRADITIONAL
    with translation.override(TRADITIONAL):
        for template in TROUBLE:
            assert not left_over(render_to_string(template, {}), ())
        assert '<html lang="zh-Hant"' in gallery(request).content.decode()


@pytest.fixture
def busy(office: Office) -> Iterator[Office]:
    """An office with a case that is late, a request that waits, people away, a saved view: a row on every page."""
    customer = office.do(
        "agent", "customer.add", None, name=CUSTOMER, kind="organisation", city="昆山开发区",
        contact_name="赵无极", contact_phones=["0512-65551234x801"], remark=REMARK,
    ).object  # fmt: skip
    done = office.case(TITLE, customer=customer)
    office.do("agent", "case.accept", done.object)
    office.do("agent", "case.find", done.object, findings="发票确系写错抬头", is_founded=True)
    office.do("agent", "case.note", done.object, text=REMARK)
    office.do("manager", "case.settle", done.object, amount="3200", handling="compensation")
    given = {"delegate": str(office.people["director"]), "starts_at": "", "ends_at": "", "reason": "出差两周，电话不便"}
    assert office.browser("deputy").post(reverse("web:delegation_list"), given).status_code == 302
    agent = office.browser("agent")
    sheet = SimpleUploadedFile("客户名单.csv", "顾客姓名,号码簿\n云岭茶业,13800002207\n双叶书店,几号".encode())
    assert agent.post(reverse("web:import_start", args=["customer"]), {"sheet": sheet}).status_code == 302
    given = {"name": "我的视图：发票", "query": "q=%E7%BA%BA%E7%BB%87%E5%8E%82", "idempotency_key": str(uuid4())}
    agent.post(reverse("web:view_save", args=["case"]), given)
    with clock.pinned(NOW + timedelta(days=8)):
        sweep()
        yield office


def walk(client: Client) -> dict[str, str]:
    """The pages that links lead to, by address: some of each sort."""
    found: dict[str, str] = {}
    sorts: Counter[str] = Counter()
    waiting = ["/", reverse("web:import_places"), reverse("web:find") + "?q=纺织厂", reverse("web:find") + "?q=第二"]
    while waiting:
        address = waiting.pop(0)
        path = address.partition("?")[0]
        try:
            sort = resolve(path).view_name
        except Resolver404:
            continue
        if address in found or sorts[sort] >= 3 or "gallery" in sort:
            continue
        response = client.get(address)
        if response.headers.get("Content-Type", "").startswith("text/html") and response.status_code < 500:
            sorts[sort] += 1
            found[address] = html = response.content.decode()
            for href in re.findall(r'(?:href|hx-get)="([^"]+)"', html):
                target = href.partition("#")[0].replace("&amp;", "&")
                waiting.append(path + target if target.startswith("?") else target)
    return found


@pytest.mark.parametrize("who", ["agent", "deputy", "admin"])
def test_every_page_is_in_traditional_and_keeps_what_was_typed(busy: Office, who: str) -> None:
    pages = walk(busy.browser(who, TRADITIONAL))
    reached = {resolve(address.partition("?")[0]).url_name for address in pages}
    assert reached >= {"today", "case_list", "customer_list", "notices", "delegation_list", "policy_page", "evidence"}
    assert (
        reached >= {"case_page", "customer_page", "import_start" if who == "agent" else "approvals"} or who == "admin"
    )
    wrong = {address: words for address, html in pages.items() if (words := left_over(html, TYPED))}
    assert not wrong
    everything = "\n".join(pages.values())
    for typed in set(TYPED) - set(UNITS):  # roles are called like units, and roles are words of the policy
        changed = traditional(typed)
        assert changed == typed or changed not in everything, f"{typed} was typed, and is shown as {changed}"
    if who == "deputy":
        assert TITLE in everything and CUSTOMER in everything
    assert all('<html lang="zh-Hant"' in html for html in pages.values() if "<html" in html)


def test_a_policy_says_that_it_was_published_in_the_other_script(office: Office) -> None:
    address = reverse("web:policy_page", args=["service-and-complaints"])
    hant, zh = (office.browser("agent", one).get(address).content.decode() for one in (TRADITIONAL, "zh-hans"))
    assert "以公布的文字為準" in hant and "第二十六條1" in hant and "自客戶服務部受理之日起六日內結案" in hant
    assert "公布的文字" not in zh


def test_signing_in_speaks_traditional_before_and_after(office: Office) -> None:
    somebody = Client()
    somebody.post(reverse("web:language"), {"language": TRADITIONAL, "next": "/accounts/login/"})
    page = somebody.get("/accounts/login/").content.decode()
    assert '<html lang="zh-Hant"' in page and not left_over(page, ())
    wrong = somebody.post("/accounts/login/", {"login": "agent", "password": "x"}).content.decode()
    assert "帳號或密碼不對" in wrong and not left_over(wrong, ())
    somebody.post("/accounts/login/", {"login": "agent", "password": PASSWORD})
    assert '<html lang="zh-Hant"' in somebody.get("/").content.decode()


def test_a_person_keeps_the_language_from_one_browser_to_the_next(office: Office) -> None:
    office.browser("agent").post(reverse("web:language"), {"language": TRADITIONAL, "next": "/"})
    office.browser("deputy").post(reverse("web:language"), {"language": "xx", "next": "/"})
    for who, language in (("agent", "zh-Hant"), ("deputy", "zh-Hans"), ("manager", "zh-Hans")):
        elsewhere = Client()
        elsewhere.post("/accounts/login/", {"login": who, "password": PASSWORD})
        assert f'<html lang="{language}"' in elsewhere.get("/").content.decode()


def test_a_list_of_people_keeps_the_names_of_units_beside_their_posts(office: Office) -> None:
    page = office.browser("admin", TRADITIONAL).get(reverse("web:record_list", args=["person"])).content.decode()
    assert "财务部 財務部專員" in page


def test_a_notice_is_in_the_readers_language(busy: Office) -> None:
    """The case is late: whoever is told reads so, with the case called what it was called."""
    address = reverse("web:notices")
    zh, hant, en = (busy.browser("deputy", language).get(address).content.decode() for language in LANGUAGES)
    assert "温如许申请“核决赔付”" in zh
    assert "温如许申請「核決賠付」" in hant
    assert "温如许 asks for" in en
    assert all("KS-2026" in page for page in (zh, hant, en))


def test_refusals_and_mistakes_are_in_traditional(busy: Office) -> None:
    """A form that was filled in wrongly, and a verb that a clause forbids, with what was typed left as it was."""
    agent = busy.browser("agent", TRADITIONAL)
    key = str(uuid4())
    wrong = agent.post(
        reverse("web:customer_add"), {"idempotency_key": key, "name": "", "kind": "organisation", "phones": "几号"}
    )
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "「几号」不是電話號碼" in page and not left_over(page, ("几号", *TYPED))
    code = Case.objects.get(title=TITLE).code
    closing = agent.post(reverse("web:case_act", args=[code, "close"]), {"idempotency_key": str(uuid4())})
    page = closing.content.decode()
    assert closing.status_code == 422 and 'class="clause" lang="zh-Hant"' in page and not left_over(page, TYPED)


def test_sheets_have_traditional_heads_and_are_read_again(busy: Office) -> None:
    """The empty sheet to fill in, a list on a sheet: headed in Traditional, data as typed, both read back in."""
    template = busy.browser("agent", TRADITIONAL).get(reverse("web:import_template", args=["customer"]))
    importer = importer_of("customer")
    assert importer is not None
    titles = [target.label.text(TRADITIONAL) for target in importer.targets()]
    assert "客戶名稱" in titles and "電話" in titles
    made = io.BytesIO()
    write_sheet(made, titles, [["一"] * len(titles)])
    assert template.status_code == 200
    assert set(propose(read_sheet(made.getvalue(), "x.xlsx"), importer.targets()).values()) >= {
        "name",
        "kind",
        "phones",
        "contact_name",
    }
    found = busy.browser(EXPORTER, TRADITIONAL).get(
        reverse("web:case_export") + "?format=csv&tab=all&cols=kind,channel"
    )
    heads, *rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert "類別" in heads and not left_over(" ".join(heads), ())
    assert any(TITLE in row for row in rows) and any("投訴" in row for row in rows)
