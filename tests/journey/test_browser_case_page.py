"""The case page in a browser: dialogs, a mention chosen from the list, hints while a case is taken, a print, axe."""

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Response

from tests.journey.browser import Desk, open_browser
from tests.journey.product import Product

pytestmark = pytest.mark.browser
CUSTOMER = "霁月影像器材"
TAKEN = {"title": "镜头到货有划痕，要求换货", "kind": "complaint", "contact_phone": "13911112222"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(browser: Browser, product: Product) -> Iterator[Desk]:
    made = Desk(browser, product.address).sign_in("cheng")
    yield made
    made.context.close()


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A complaint of a new customer; its address."""
    desk.go("/cases/take/")
    desk.page.check("#customers input.is-new")
    desk.page.fill("[name=new_name]", CUSTOMER)
    desk.fill("main form.form", TAKEN)
    desk.page.click("button:has-text('登记')")
    desk.page.wait_for_url(re.compile(r"/cases/KS-"))
    return desk.page.url.removeprefix(desk.address)


def test_what_happened_and_tasks_stand_in_panels(desk: Desk, case: str) -> None:
    desk.go(case)
    people = desk.page.evaluate("fetch('/people/named/?q=韩牧之').then(answer => answer.text())")
    assert "韩牧之" in people
    desk.act("向客户承诺", text="周三前换货")
    assert "周三前换货" in desk.page.inner_text("#promises")
    desk.page.click("#actions a.button:has-text('交办子任务')")
    form = desk.page.locator("dialog[open] form#act")
    form.wait_for()
    owner = form.locator("[name=owner] option", has_text="韩牧之").get_attribute("value")
    desk.fill("dialog[open] form#act", {"title": "联系厂家确认批次", "due_on": "2030-01-02", "owner": owner})
    desk.look("case, the form of a task")
    form.locator("button.main").click()
    desk.page.wait_for_selector("#tasks")
    assert desk.page.url.removeprefix(desk.address).startswith(case)
    assert "韩牧之 · 限 2030-01-02 完成" in desk.page.inner_text("#tasks")
    desk.page.click("#tasks a:has-text('完成')")
    desk.page.fill("dialog[open] [name=result]", "确认是 B 批次")
    desk.page.locator("dialog[open] form#act button.main").click()
    desk.page.wait_for_selector("#tasks .quote")
    assert "确认是 B 批次" in desk.page.inner_text("#tasks")
    desk.look("case, with panels")


def test_a_colleague_is_chosen_from_the_list_after_an_at(desk: Desk, case: str, tmp_path: Path) -> None:
    desk.go(case)
    desk.page.click("#note-text")
    desk.page.keyboard.type("请看一下 @韩")
    option = desk.page.locator(".mention-list button", has_text="韩牧之")
    option.wait_for()
    desk.look("case, whom to mention")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("和 @韩")
    option.wait_for()
    desk.page.keyboard.press("Enter")
    assert desk.page.input_value("#note-text") == "请看一下 @韩牧之 和 @韩牧之 "
    photo = tmp_path / "划痕.png"
    photo.write_bytes(PNG)
    desk.page.set_input_files("#note input.attach", str(photo))
    desk.page.click("#note button:has-text('记下')")
    desk.page.wait_for_selector(".picture img")
    assert "韩牧之" in desk.page.locator("section", has_text="关注人").last.inner_text()
    assert desk.page.evaluate("document.querySelector('.picture img').decode().then(() => true)")
    desk.look("case, with a picture")


def test_taking_it_again_hints_at_it_and_it_is_merged(desk: Desk, case: str) -> None:
    desk.go(f"/cases/take/?customer_query={CUSTOMER}")
    desk.page.locator("#customers label", has_text=CUSTOMER).locator("input").check()
    desk.page.fill("[name=title]", "镜头到货划痕，要求换货")
    desk.page.press("[name=title]", "Tab")
    hint = desk.page.locator("#alike li", has=desk.page.locator(f"a[href='{case}']"))
    hint.wait_for()
    desk.look("take a case, with a hint")
    desk.page.click("button:has-text('登记')")
    desk.page.wait_for_url(re.compile(r"/cases/KS-"))
    desk.look("case, with a hint")
    hint.locator("button:has-text('并入')").click()
    desk.page.click("dialog[data-confirm-dialog][open] [data-yes]")
    desk.page.wait_for_selector("#others")
    assert "本案已并入" in desk.page.inner_text("#others")
    desk.look("case, merged")
    desk.go(case)
    assert "已并入本案" in desk.page.inner_text("#others")


def test_a_call_becomes_a_case_by_the_keyboard_alone(desk: Desk, case: str) -> None:
    """Seven strokes and what is typed, from any page; Enter need not wait for the search."""
    desk.go("/notices/")
    keys = desk.page.keyboard
    keys.press("F2")
    desk.page.wait_for_url("**/cases/take/")
    desk.page.wait_for_selector("#customer-query:focus")
    keys.type(CUSTOMER[:3])
    keys.press("Enter")
    desk.page.wait_for_selector("[name=title]:focus")
    keys.type("遥控器失灵")
    keys.press("Control+Enter")
    desk.page.wait_for_url(re.compile(r"/cases/KS-"))
    assert CUSTOMER in desk.page.inner_text("main")
    assert "遥控器失灵" in desk.page.inner_text("h1")


def test_whom_nobody_knows_is_new_and_whom_one_forgot_is_asked_for(desk: Desk) -> None:
    desk.go("/cases/take/")
    desk.page.wait_for_selector("#customer-query:focus")
    keys = desk.page.keyboard
    keys.type("13900007788")
    keys.press("Enter")
    desk.page.wait_for_selector("[name=new_name]:focus")
    assert desk.page.input_value("[name=new_phone]") == "13900007788", "a number is not typed twice"
    keys.press("Enter")
    desk.page.wait_for_selector("[name=title]:focus")
    desk.go("/cases/take/?customer_query=查无此人")
    desk.page.fill("[name=title]", "没有选客户")
    keys.press("Control+Enter")
    desk.page.wait_for_selector(".reasons[role=alert]")
    assert "没有选定是哪一位" in desk.page.inner_text(".reasons[role=alert]")
    assert desk.page.input_value("[name=title]") == "没有选客户"
    desk.look("take a case, nobody chosen")
    desk.page.check("[name=customer][value=none]")
    keys.press("Control+Enter")
    desk.page.wait_for_url(re.compile(r"/cases/KS-"))


def test_what_quick_find_found_is_walked_by_arrows(desk: Desk, case: str) -> None:
    desk.go("/")
    keys = desk.page.keyboard
    keys.press("Control+k")
    keys.type(CUSTOMER[:3])
    desk.page.wait_for_selector("#find-list a")
    keys.press("ArrowDown")
    assert desk.page.evaluate("document.activeElement.closest('#find-list') !== null")
    keys.press("ArrowUp")
    assert desk.page.evaluate("document.activeElement.matches('[data-find]')")
    keys.press("ArrowDown")
    keys.press("Enter")
    desk.page.wait_for_url("**/customers/KH-*/")
    # Enter at once opens the first that is found
    keys.press("Control+k")
    keys.type(case.rstrip("/").rpartition("/")[2])
    keys.press("Enter")
    desk.page.wait_for_url(f"**{case}")


def test_whom_a_draft_is_for_comes_back_with_it(desk: Desk, case: str) -> None:
    page, form = desk.page, "/cases/take/"

    def is_kept(answer: Response) -> bool:
        return (
            "/drafts/" in answer.url and answer.request.method == "POST" and "title" in (answer.request.post_data or "")
        )

    desk.go(form)
    page.wait_for_selector("#customer-query:focus")
    page.keyboard.type(CUSTOMER[:3])
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=title]:focus")
    with page.expect_response(is_kept):
        page.keyboard.type("只说了一半")
    desk.go("/")
    desk.go(form)
    page.wait_for_selector("#customers label:has(input:checked)")
    assert CUSTOMER in page.inner_text("#customers label:has(input:checked)")
    # another caller has another matter; what was half said is taken back by a button
    page.focus("#customer-query")
    page.keyboard.press("Control+a")
    page.keyboard.type("13900007788")
    assert page.input_value("[name=title]") == ""
    page.click("[data-draft-note] button")
    page.wait_for_selector("#customers label:has(input:checked)")
    assert page.input_value("[name=title]") == "只说了一半"
    desk.go(form)
    with page.expect_response(lambda answer: "/drafts/" in answer.url and "drop" in (answer.request.post_data or "")):
        page.click("[data-draft-note] button")


def test_a_record_is_looked_for_in_the_form_of_an_act(desk: Desk, case: str) -> None:
    desk.go(case)
    desk.page.get_by_role("link", name="关联工单").first.click()
    desk.page.wait_for_selector("dialog[open] [name=other_query]:focus")
    found = desk.page.locator("dialog[open] .pick-list label")
    for words in ("镜头", "划痕"):
        with desk.page.expect_response(lambda answer: "other_query" in answer.url):
            desk.page.fill("dialog[open] [name=other_query]", words)
        found.filter(has_text=words).first.wait_for()
    desk.look("linking a case")
    desk.page.press("dialog[open] [name=other_query]", "Enter")
    assert "划痕" in found.filter(has=desk.page.locator("input:checked")).inner_text()


def test_a_record_and_a_list_are_worked_by_keys(desk: Desk, case: str) -> None:
    desk.go(case)
    keys = desk.page.keyboard
    desk.page.wait_for_load_state("networkidle")
    keys.press("e")
    desk.page.wait_for_selector("dialog[open] form#act")
    keys.press("Escape")
    # closed is not gone: for a moment the input in it still has the focus, and would take the key
    desk.page.wait_for_selector("[data-dialog-slot] dialog", state="detached")
    keys.press("n")
    desk.page.wait_for_selector("#note-text:focus")
    desk.go("/cases/?tab=all")
    keys.press("f")
    desk.page.wait_for_selector("main .filters [name=q]:focus")
    desk.page.locator("main h1").click()
    for key in "jxjx":
        keys.press(key)
    assert "2" in desk.page.inner_text(".bulk-bar [data-count]")
    desk.page.locator(".bulk-bar button").first.click()
    desk.page.wait_for_selector("main form#act [name=owner]:focus")


def test_the_form_is_printed_from_its_menu(desk: Desk, case: str) -> None:
    desk.go(case)
    desk.page.click("summary:has-text('打印')")
    desk.look("case, the menu of prints")
    link = desk.page.locator(".menu-body a", has_text="第 4 联").get_attribute("href")
    answer = desk.context.request.get(desk.address + str(link))
    assert answer.status == 200
    document = pypdfium2.PdfDocument(answer.body())
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    for words in (CUSTOMER, TAKEN["title"], "第 4 联 · 财务部存", "客户投诉处理表"):
        assert words in text
    desk.quiet()
