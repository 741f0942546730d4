"""From an empty database to a company in a browser: with and without JavaScript, in three languages; axe on each."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.browser import Desk, open_browser
from tests.journey.product import Product, leave_nothing, wait_for
from tests.prepared import migrated

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PACK = "software-firm-service-and-complaints"
SECRET = "一个很长很长的口令呀"
PEOPLE = (
    "姓名\t工号\t部门\t岗位\t登录名\n程小满\tA01\t客户服务部\t客户服务专员\tcheng\n𠮷田\tA02\t火星部\t客户服务专员\t\n"
)
STEPS = ("pack", "posts", "parameters", "balances")


@pytest.fixture(scope="module")
def empty() -> Iterator[Product]:
    """Keguan without a company, started as an operator would."""
    with tempfile.TemporaryDirectory(prefix="kg-") as root:
        served = Product(migrated(Path(root, "data")), is_demo=False)
        try:
            yield served.start()
        finally:
            leave_nothing(served)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def submit(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


@pytest.fixture(scope="module")
def company(empty: Product, browser: Browser) -> Product:
    """The same, after somebody went through all steps of the first run and looked at each."""
    desk = Desk(browser, empty.address)
    page = desk.page
    desk.go("/")
    assert page.url.endswith("/setup/found/") and "keguan setup" in desk.text()
    shown = empty.run("setup", "--address", empty.address)
    found = re.search(r"https?://\S+", shown.stdout)
    assert found is not None, shown.stdout
    page.goto(found[0])
    desk.look("found")
    for name, value in (("company", "禾川软件（示例）"), ("name", "罗予安"), ("username", "luo"), ("password", SECRET)):
        page.fill(f"[name={name}]", value)
    page.fill("[name=again]", "不一样的一个口令啊啊")
    submit(page, "建立公司并登录")
    assert "两次输入的密码不一样" in desk.text() and page.input_value("[name=company]") == "禾川软件（示例）"
    page.fill("[name=password]", SECRET)
    page.fill("[name=again]", SECRET)
    submit(page, "建立公司并登录")
    page.wait_for_url("**/setup/")
    desk.look("overview")

    desk.go("/setup/pack/")
    desk.look("pack")
    page.click(f"button[value={PACK}]")
    page.wait_for_url("**/setup/posts/")
    desk.look("posts")
    for code in ("service_manager", "customer_service_dept"):
        page.fill(f"[name=new_{code}]", "客户服务部")
    submit(page, "设岗并任命")
    assert page.locator("li", has_text="客户服务专员").locator("text=空缺").count() > 0
    desk.go("/setup/parameters/")
    desk.look("parameters")
    submit(page, "空着的都按建议")
    page.wait_for_url("**/setup/records/")
    desk.look("records")
    desk.go("/setup/adopt/")
    desk.look("adopt")
    page.locator("main form .button.main").click()
    page.locator("dialog[data-confirm-dialog][open] [data-yes]").click()
    page.wait_for_url("**/setup/people/")
    desk.look("people")
    desk.quiet()

    desk.go("/imports/person/")
    desk.look("import start")
    page.click(".paste summary")
    page.fill("#pasted", PEOPLE)
    submit(page, "上传并查看")
    desk.look("mapping")
    submit(page, "预览")
    assert "没有叫“火星部”的部门" in desk.text()
    submit(page, "开始导入")
    over, left_out = page.get_by_role("link", name="看结果"), page.get_by_role("link", name="下载没导入的行")
    expect(over.or_(left_out)).to_be_visible(timeout=60_000)
    if over.is_visible():
        over.click()
    expect(left_out).to_be_visible()
    desk.look("result")
    assert empty.one("select count(*) from org_person where username = 'cheng'") == 1
    with page.expect_download() as download:
        page.get_by_role("link", name="下载登录邀请").click()
    assert download.value.suggested_filename == "登录邀请.xlsx"
    for step in ("customers", "balances"):
        desk.go(f"/setup/{step}/")
        desk.look(step)
    desk.go("/setup/")
    submit(page, "完成启用")
    page.wait_for_url(f"{empty.address}/")
    desk.go("/policies/")
    page.get_by_role("link", name="采用制度包").click()
    page.wait_for_url("**/setup/")
    desk.quiet()
    return empty


def test_a_company_is_founded_and_runs_under_its_pack(company: Product) -> None:
    assert company.one("select count(*) from policies_pack where code = %s", [PACK]) == 1
    assert company.one("select count(*) from org_holding") >= 1


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_steps_read_in_the_other_languages(company: Product, browser: Browser, language: str) -> None:
    desk = Desk(browser, company.address)
    desk.page.context.add_cookies([{"name": "django_language", "value": language, "url": company.address}])
    desk.go("/accounts/login/")
    desk.page.fill("#login", "luo")
    desk.page.fill("#password", SECRET)
    desk.page.click("button.main")
    desk.page.wait_for_url(f"{company.address}/")
    desk.page.context.add_cookies([{"name": "django_language", "value": language, "url": company.address}])
    for step in STEPS:
        desk.go(f"/setup/{step}/")
        heading = desk.page.inner_text("h1")
        assert bool(re.search("[\u4e00-\u9fff]", heading)) == (language != "en"), heading
        desk.look(f"{step} {language}")


def test_without_javascript_a_further_pack_is_chosen_and_left_again(company: Product, browser: Browser) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{company.address}/accounts/login/")
    page.fill("#login", "luo")
    page.fill("#password", SECRET)
    page.click("button.main")
    page.goto(f"{company.address}/setup/pack/")
    page.click("button[value='']")
    page.wait_for_url("**/setup/posts/")
    page.goto(f"{company.address}/setup/people/")
    page.goto(f"{company.address}/setup/")
    page.get_by_role("button", name="完成启用").click()
    page.wait_for_url(f"{company.address}/")
    wait_for(lambda: company.one("select count(*) from setup_setup where stage <> 'finished'") == 0, "it ends", 10)
