"""The issue's story in a browser: import, take, accept, find, wait for consent, reply, close; what others see.

One browser for the module: playwright's loop must not outlive it, other tests of the worker have none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journey.browser import WORDS, Desk, open_browser
from tests.journey.product import Product, wait_for
from tests.journey.steps import AUTHORITY, DEADLINE, FINDINGS, ORDER

pytestmark = pytest.mark.browser
SHEET = Path(__file__).parents[2] / "demo" / "客户名单.xlsx"
CUSTOMER = "苏州云栖印务有限公司"
TITLE = "打印头批次不良，整批停用"
TAKEN = {
    "title": TITLE,
    "demand": "更换打印头",
    "reason": "打印头堵塞",
    "order_no": "DD-40001",
    "batch_no": "B-3001",
    "product_spec": "打印头 P9",
    "quantity": "20",
    "defective_quantity": "6",
    "shipped_on": "2025-05-06",
    "kind": "complaint",
}
FOUND = {"findings": FINDINGS["findings"], "is_founded": "true", "cause": "non_quality", "is_own_quality": "false"}
SETTLED = {"amount": "3200", "handling": "discount", "decision": "折让三千二百元"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


class Office:
    """Who sits where: a window for each person, opened when needed."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser, self.product = browser, product
        self.desks: dict[str, Desk] = {}

    def __getitem__(self, name: str) -> Desk:
        if name not in self.desks:
            self.desks[name] = Desk(self.browser, self.product.address).sign_in(name)
        return self.desks[name]


@pytest.fixture(scope="module")
def office(browser: Browser, product: Product) -> Iterator[Office]:
    made = Office(browser, product)
    yield made
    for desk in made.desks.values():
        desk.context.close()


@pytest.fixture(scope="module")
def imported(office: Office) -> str:
    """The sheet of the demo, imported by an agent; the page of the result."""
    desk = office["cheng"]
    desk.go("/imports/customer/")
    desk.look("import, upload")
    desk.page.set_input_files("#sheet", SHEET)
    desk.page.click("button:has-text('上传并查看')")
    desk.page.wait_for_selector("ul.columns")
    desk.look("import, columns")
    guessed = desk.page.locator("ul.columns li select").evaluate_all("all => all.map(each => each.value)")
    assert guessed[0] == "name"
    assert "owner" in guessed
    desk.page.click("button:has-text('预览')")
    desk.page.wait_for_selector("button:has-text('开始导入')")
    desk.look("import, preview")
    assert "有问题" in desk.text()
    desk.page.click("button:has-text('开始导入')")
    wait_for(lambda: _finished(desk), "the worker imports the sheet", 120, 1)
    desk.look("import, result")
    return desk.page.url.removeprefix(desk.address)


def _finished(desk: Desk) -> bool:
    desk.page.reload()
    return "没导入的行" in desk.text()


@pytest.fixture(scope="module")
def closed(office: Office, imported: str) -> str:
    """A complaint, followed to its closing by the people concerned; its address."""
    cheng, lin, wen, gu, shi = (office[name] for name in ("cheng", "lin", "wen", "gu", "shi"))
    here = take(cheng)
    cheng.look("case, registered")
    cheng.act("受理")
    deadline = cheng.page.locator(".term", has_text="结案")
    said = deadline.inner_text()
    assert DEADLINE in said
    assert "自受理次日起算六日，按自然日计" in said
    assert "负责：程小满" in said
    cheng.look("case, accepted")

    lin.go(here)
    lin.act("提交调查结果", **FOUND)

    wen.go(here)
    wen.page.click("#actions a.button:has-text('核决赔付')")
    wen.page.wait_for_selector("dialog[open] form#act")
    assert AUTHORITY in wen.page.inner_text("dialog[open]")
    wen.look("case, the form of an act")
    wen.page.click("dialog[open] [data-close] >> nth=0")
    wen.act("核决赔付", **SETTLED)
    assert "等分管副总经理核准" in wen.text()
    assert AUTHORITY in wen.page.inner_text(".reasons.will")
    wen.look("case, waiting")
    assert wen.page.locator("#actions a.button:has-text('答复客户')").count() == 0
    refused = wen.page.locator("#actions li", has_text="答复客户").inner_text()
    assert ORDER in refused

    gu.go("/")
    assert TITLE in gu.text()
    gu.look("today")
    gu.go("/approvals/")
    gu.look("approvals")
    line = gu.page.locator("article.approval", has_text=TITLE)
    assert AUTHORITY in line.inner_text()
    assert "3,200" in line.inner_text()
    line.locator("button[value=consent]").click()
    gu.page.wait_for_selector(".flash")
    assert gu.page.locator("article.approval", has_text=TITLE).count() == 0

    shi.go(here)
    shi.act("答复客户", reply_channel="phone", reply="已电话说明，客户认可折让。", is_accepted="true")
    cheng.go(here)
    cheng.act("结案", is_accepted="true")
    assert "已结案" in cheng.page.inner_text("main .head")
    cheng.look("case, closed")
    return here


def take(desk: Desk) -> str:
    """Take a complaint of an imported customer; its address."""
    desk.go("/cases/take/")
    desk.look("take a case")
    desk.page.fill("#customer-query", CUSTOMER)
    desk.page.locator("#customers label", has_text=CUSTOMER).locator("input").check()
    desk.fill("main form.form", TAKEN)
    desk.page.click("button:has-text('登记')")
    desk.page.wait_for_url(re.compile(r"/cases/KS-"))
    assert CUSTOMER in desk.text()
    return desk.page.url.removeprefix(desk.address)


def code_of(address: str) -> str:
    return address.strip("/").rpartition("/")[2]


def test_the_sheet_is_imported_and_its_faults_are_told(office: Office, imported: str, product: Product) -> None:
    desk = office["cheng"]
    desk.go(imported)
    said = desk.text()
    for row in ("14", "20", "35"):
        # 手机少了几位, no name, an owner whom nobody knows
        assert desk.page.locator("tr", has=desk.page.locator(f"td.num:text-is('{row}')")).count() == 1, said
    with desk.page.expect_download() as download:
        desk.page.click("a:has-text('下载没导入的行')")
    assert download.value.suggested_filename.endswith(".xlsx")
    key = imported.strip("/").rpartition("/")[2]
    [counts] = product.rows("select total, added, updated, skipped, refused from imports_import where id = %s", [key])
    assert counts[0] == sum(counts[1:]) == 60
    assert product.one("select count(*) from customers_customer where imported_from = %s", [key]) == counts[1]
    desk.page.click("a:has-text('看导入的客户')")
    desk.page.wait_for_url(re.compile("/customers/"))
    desk.look("customers")
    desk.go(f"/customers/?q={CUSTOMER}")
    desk.page.locator("main table a", has_text=CUSTOMER).first.click()
    desk.page.wait_for_url(re.compile("/customers/.+/"))
    desk.look("customer")


def test_a_complaint_is_followed_to_its_closing(office: Office, closed: str) -> None:
    desk = office["cheng"]
    desk.go(closed)
    history = desk.page.inner_text("#timeline")
    for words in ("登记工单", "受理", "提交调查结果", "核决赔付", "答复客户", "结案"):
        assert words in history
    assert "顾怀瑾" in history
    assert "¥3,200" in desk.text()


def test_the_deputy_entering_it_himself_acts_at_once(office: Office, imported: str) -> None:
    here = take(office["cheng"])
    office["cheng"].act("受理")
    office["lin"].go(here)
    office["lin"].act("提交调查结果", **FOUND)
    gu = office["gu"]
    gu.go(here)
    gu.act("核决赔付", **SETTLED)
    assert "已核决" in gu.page.inner_text("main .head")
    assert "等分管副总经理核准" not in gu.text()


def test_an_act_out_of_order_cites_its_clause(office: Office, imported: str) -> None:
    here = take(office["cheng"])
    wen = office["wen"]
    wen.go(f"{here}act/settle/")
    assert ORDER in wen.text()
    wen.look("case, an act that is refused")


def test_wrong_input_stands_in_the_form_again(office: Office, imported: str) -> None:
    here = take(office["cheng"])
    office["cheng"].act("受理")
    office["lin"].go(here)
    office["lin"].act("提交调查结果", **FOUND)
    wen = office["wen"]
    wen.go(here)
    wen.act("核决赔付", amount="三千二", handling="discount")
    dialog = wen.page.locator("dialog[open]")
    assert dialog.locator("[name=amount]").input_value() == "三千二"
    assert dialog.locator(".wrong, .reasons").first.inner_text().strip()
    wen.look("case, wrong input")


def test_a_stranger_can_not_tell_that_the_case_is_there(office: Office, closed: str) -> None:
    tang, code = office["tang"], code_of(closed)
    assert tang.go(closed) == 404
    there = tang.page.inner_text("body")
    assert tang.go("/cases/KS-202001-999/") == 404
    assert tang.page.inner_text("body") == there
    tang.look("not found")
    for path in (f"{closed}act/close/", f"{closed}note/", "/approvals/", "/notices/", "/", "/cases/?tab=all",
                 f"/cases/?tab=all&q={code}", f"/find/?q={code}", f"/find/?q={TITLE}", f"/find/?q={CUSTOMER}",
                 "/customers/", f"/customers/options/?customer_query={CUSTOMER}",
                 f"/cases/take/?customer_query={CUSTOMER}"):  # fmt: skip
        tang.go(path)
        body = tang.page.inner_text("body")
        told = body.replace(f"“{code}”", "").replace(f"“{TITLE}”", "").replace(f"“{CUSTOMER}”", "")
        for secret in (code, TITLE, CUSTOMER):
            assert secret not in told, f"{secret} on {path}"
    tang.go("/cases/?tab=all")
    assert tang.page.locator("table tbody tr").count() == 0
    tang.go("/policies/service-and-complaints/")
    counts = tang.page.locator(".control .counts").all_inner_texts()
    assert not [each for each in counts if re.search(r"[1-9]\d*$", each, re.MULTILINE)], counts
    tang.quiet()


def test_the_policy_page_counts_the_case_under_its_clauses(office: Office, closed: str) -> None:
    wen = office["wen"]
    wen.go("/policies/")
    wen.look("policies")
    wen.go("/policies/service-and-complaints/")
    wen.look("policy")
    for clause, words in ((AUTHORITY, "核决赔付"), (DEADLINE, "结案")):
        section = wen.page.locator("article.policy section", has=wen.page.locator(f"h2:text('{clause}')")).first
        assert re.search(r"[1-9]", section.locator(".control", has_text=words).first.inner_text()), clause
    link = wen.page.locator("article.policy section", has_text="六日内结案").locator(".counts a").first
    link.click()
    wen.page.wait_for_load_state()
    wen.look("evidence")
    assert code_of(closed) in wen.text()


def test_statistics_count_the_case_and_open_the_list_with_it(office: Office, closed: str) -> None:
    wen = office["wen"]
    wen.go("/statistics/")
    wen.look("statistics")
    assert wen.page.locator("svg.picture").count() == 6
    row = wen.page.locator("#clauses tbody tr", has_text=DEADLINE).first
    row.locator("td a").first.click()
    wen.page.wait_for_load_state()
    wen.look("judgements")
    assert code_of(closed) in wen.text()
    wen.go("/statistics/?period=month")
    mark = wen.page.locator("#causes svg.picture a").first.get_attribute("href")
    assert wen.go(str(mark)) == 200
    wen.go("/statistics/")
    wen.page.select_option("select[name=period]", "month")
    wen.page.wait_for_url(re.compile("period=month"))


def test_the_other_pages_stand(office: Office, closed: str) -> None:
    cheng = office["cheng"]
    for name, path in {
        "cases": "/cases/?tab=all",
        "notices": "/notices/",
        "found": f"/find/?q={TITLE}",
        "add a customer": "/customers/add/",
        "decided": "/approvals/?view=decided",
    }.items():
        assert cheng.go(path) == 200, path
        cheng.look(name)


def test_english_is_complete(browser: Browser, product: Product, closed: str) -> None:
    desk = Desk(browser, product.address).sign_in("cheng")
    desk.page.click("button.tool[lang=en]")
    desk.page.wait_for_selector("html[lang=en]")
    for path in ("/", closed, "/cases/", "/customers/", "/imports/customer/", "/approvals/", "/cases/take/"):
        desk.go(path)
        desk.quiet()
        words = desk.page.locator("main button, main a.button, nav a, main h2, main label").evaluate_all(WORDS)
        chinese = [each for each in words if re.search(r"[\u4e00-\u9fff]", each)]
        known = [each for each in chinese if not re.search("有限公司|示例|打印头|第.+条|·", each)]
        assert not known, f"{path}: {known}"
    desk.look("case, in English")
    desk.page.click("button.tool[lang=zh-Hans]")  # the language stays with the sign-in, which others use too
    desk.page.wait_for_selector("html[lang=zh-Hans]")
    desk.context.close()


def test_a_signed_out_visitor_is_led_to_sign_in(browser: Browser, product: Product) -> None:
    desk = Desk(browser, product.address)
    desk.go("/cases/")
    assert "/accounts/login/" in desk.page.url
    desk.look("sign in")
    desk.page.fill("#login", "cheng")
    desk.page.fill("#password", "not his password")
    desk.page.click("button.main")
    desk.page.wait_for_selector("[role=alert]")
    desk.look("sign in, refused")
    desk.context.close()
