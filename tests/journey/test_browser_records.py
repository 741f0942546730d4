"""Lists and pages of record types in a browser: a register by keyboard and mouse, the administration; axe on each."""

from collections.abc import Iterator

import pytest

from tests.journey.browser import Desk, open_browser
from tests.journey.product import Product

pytestmark = pytest.mark.browser
CONTENT = "请在今天下班前答复更换方案"


@pytest.fixture(scope="module")
def desks(product: Product) -> Iterator[dict[str, Desk]]:
    """An agent's and the administrator's browser."""
    with open_browser() as browser:
        found = {name: Desk(browser, product.address).sign_in(name) for name in ("cheng", "luo")}
        yield found
        for desk in found.values():
            desk.quiet()


def test_a_form_is_opened_found_and_led_on_in_a_browser(desks: dict[str, Desk]) -> None:
    desk = desks["cheng"]
    desk.go("/records/")
    desk.look("registers")
    desk.go("/records/chase/new/open/")
    desk.look("a new record")
    desk.fill("form#act", {"content": CONTENT})
    department = desk.page.locator("form#act [name=department]")
    department.select_option(index=2)
    desk.page.keyboard.press("Control+Enter")
    desk.page.wait_for_url("**/records/chase/of/**")
    assert CONTENT in desk.text()
    desk.look("a record of a register")
    here = desk.page.url
    code = desk.page.inner_text("main .head .code")

    desk.go(f"/records/chase/?q={code}")
    assert desk.page.locator("#list tbody tr").count() == 1
    desk.look("a list of a register")
    desk.page.click("#list a.title")
    desk.page.wait_for_url(here)
    desk.act("更正跨部门催办", content=f"{CONTENT}，并说明原因")
    assert "并说明原因" in desk.text()
    desk.quiet()


def test_the_administration_stands_every_look(desks: dict[str, Desk]) -> None:
    desk = desks["luo"]
    desk.go("/administration/")
    desk.look("administration")
    for name in ("person", "unit", "post", "role", "calendar", "delegation"):
        assert desk.go(f"/records/{name}/") == 200
        desk.look(f"list of {name}")
        first = desk.page.locator("#list a.title").first
        if first.count():
            first.click()
            desk.page.wait_for_url(f"**/records/{name}/of/**")
            desk.look(f"page of {name}")
    desk.go("/records/calendar/")
    desk.page.locator("#list a.title").first.click()
    desk.page.wait_for_url("**/records/calendar/of/**")
    before = desk.page.inner_text("#year h2")
    desk.page.click("#year a[rel=prev]")
    desk.page.wait_for_url("**year=**")
    assert int(desk.page.inner_text("#year h2")) == int(before) - 1
    desk.page.click("#actions a:has-text('设定工作日历')")
    desk.page.wait_for_selector("dialog[open] [name=spec_MON]")
    desk.look("the week of a calendar")
    with desk.page.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == "POST"):
        desk.page.fill("dialog[open] [name=spec_SAT]", "休")
    desk.page.fill("dialog[open] [name=spec_SAT]", "09:00-12:00")
    desk.page.click("dialog[open] button:has-text('先看影响')")
    desk.page.wait_for_selector("dialog[open] #effect-title")
    desk.page.wait_for_timeout(700)  # an older draft would have come by now
    assert desk.page.input_value("dialog[open] [name=spec_SAT]") == "09:00-12:00", "what was typed is still there"
    desk.look("the effect of a calendar's change")


def test_every_place_of_the_administration_stands_every_look(desks: dict[str, Desk]) -> None:
    desk = desks["luo"]
    desk.go("/administration/")
    hrefs = desk.page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    places = dict.fromkeys(href for href in hrefs if href.startswith("/"))
    assert len(places) > 8, places
    for name, several in (("luo", (*places, "/setup/")), ("cheng", ("/calls/", "/notices/", "/reception/", "/find/"))):
        for place in several:
            assert desks[name].go(place) == 200, (name, place)
            desks[name].look(f"place: {place}")
