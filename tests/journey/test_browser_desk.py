"""Today by keyboard, the team, approvals that bring others in, and forms that survive, in a browser; axe on each."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.browser import Desk, open_browser
from tests.journey.product import Product
from tests.journey.test_rest_journey import SETTLEMENT, investigated

pytestmark = pytest.mark.browser
WORDS = "三箱外面都湿了，里面的货也不敢用。"
TAKE = "/cases/take/"
TITLE = "form [name=title]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="module")
def desks(browser: Browser, product: Product) -> Iterator[dict[str, Desk]]:
    """The agent's, the head's and the deputy's browsers."""
    found = {name: Desk(browser, product.address).sign_in(name) for name in ("cheng", "wen", "gu")}
    yield found
    for desk in found.values():
        desk.quiet()


def kept(desk: Desk, act: Any) -> None:
    """Do something after which the page keeps a draft, and wait until it has."""
    with desk.page.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == "POST"):
        act()


def take(desk: Desk) -> None:
    """Open the form and wait until it asked for its draft."""
    with desk.page.expect_response(lambda answer: "/drafts/" in answer.url):
        desk.go(TAKE)


def test_today_is_walked_by_keyboard(desks: dict[str, Desk]) -> None:
    desk = desks["cheng"]
    desk.go("/")
    desk.look("today")
    first = desk.page.locator("[data-walk] > li").first
    desk.page.keyboard.press("j")
    expect(first.locator(".what a").first).to_be_focused()
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("k")
    expect(first.locator(".what a").first).to_be_focused()
    where = first.locator(".what a").first.get_attribute("href")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**{where}")


def test_a_head_sees_the_team_and_gives_something_away(desks: dict[str, Desk]) -> None:
    desk = desks["wen"]
    desk.go("/team/")
    desk.look("my team")
    row = desk.page.locator(".team-owed > li:has(input)").first
    row.locator("input").check()
    expect(desk.page.locator("[data-count]")).to_have_text("选中 1 项")
    desk.page.select_option("select[name=owner]", label=next(
        text for text in desk.page.locator("select[name=owner] option").all_inner_texts() if text.startswith("温如许")
    ))  # fmt: skip
    desk.page.click("#owed button.main")
    desk.page.locator("main .flash, main .reasons").first.wait_for()
    desk.go("/reception/")
    desk.look("reception")


def test_an_approver_brings_somebody_in_by_a_dialog(desks: dict[str, Desk], product: Product) -> None:
    waits = product["wen"].post(f"/cases/{investigated(product)}/settle", SETTLEMENT)
    assert waits.status == 202, waits.body
    desk = desks["gu"]
    desk.go("/approvals/")
    desk.look("approvals")
    lines = desk.page.locator("article.approval")
    lines.first.get_by_text("加签…").click()
    form = desk.page.locator("dialog[open] form#act")
    form.wait_for()
    desk.look("adding an approver")
    form.locator("[name=person]").select_option(index=2)
    form.locator("[name=place][value=before]").check()
    form.locator("[name=comment]").fill("请一并看看")
    before = lines.count()
    form.locator("button.main").click()
    desk.page.locator("main .flash").wait_for()
    assert desk.page.locator("article.approval").count() == before - 1


def test_what_was_typed_survives_a_closed_tab_and_can_be_dropped(desks: dict[str, Desk]) -> None:
    desk = desks["cheng"]
    take(desk)
    kept(desk, lambda: desk.page.fill(TITLE, WORDS))
    desk.page.close()
    desk.page = desk.context.new_page()
    take(desk)
    expect(desk.page.locator(TITLE)).to_have_value(WORDS)
    note = desk.page.locator("[data-draft-note]")
    expect(note).to_contain_text("没有提交的内容")
    desk.look("a draft that came back")
    kept(desk, note.get_by_role("button", name="不要了").click)
    expect(desk.page.locator(TITLE)).to_have_value("")
    take(desk)
    expect(desk.page.locator(TITLE)).to_have_value("")


def test_two_windows_say_which_text_is_newer(desks: dict[str, Desk]) -> None:
    desk = desks["cheng"]
    other = desk.context.new_page()
    take(desk)
    with other.expect_response(lambda answer: "/drafts/" in answer.url):
        other.goto(desk.address + TAKE)
    kept(desk, lambda: desk.page.fill(TITLE, "第一个窗口"))
    with other.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == "POST"):
        other.fill(TITLE, "第二个窗口")
    note = other.locator("[data-draft-note]")
    expect(note).to_contain_text("另一个窗口里有较新的内容")
    note.get_by_role("button", name="用那一份").click()
    expect(other.locator(TITLE)).to_have_value("第一个窗口")
    other.close()
    kept(desk, lambda: desk.page.fill(TITLE, ""))


def test_a_lost_session_and_a_double_click_lose_and_double_nothing(desks: dict[str, Desk], product: Product) -> None:
    desk, title = desks["cheng"], f"外箱受潮 {uuid4().hex[:8]}"
    take(desk)
    desk.page.fill(TITLE, title)
    desk.page.click("text=新客户")
    desk.page.fill("[name=new_name]", "海棠贸易（测试）")
    desk.context.clear_cookies(name="sessionid")
    desk.page.click(".form-foot button.main")
    desk.page.wait_for_url("**/accounts/login/**")
    desk.page.fill("#login", "cheng")
    desk.page.fill("#password", "keguan-demo")
    desk.page.click("button.main")
    desk.page.wait_for_url("**/typed/")
    assert desk.page.input_value("[name=title]") == title
    desk.look("what was typed")
    desk.page.locator("form button.main").first.dblclick()
    desk.page.wait_for_url("**/cases/KS-*/**")
    here = desk.page.url
    desk.page.go_back()
    desk.go(f"/cases/?tab=all&q={title[-8:]}")
    assert desk.page.locator("#list tbody tr").count() == 1
    assert here.rsplit("/", 2)[1] in desk.text()
