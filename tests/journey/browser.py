"""A browser in which several people are signed in at once, and what every page has to stand: axe, widths, silence."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from tests.journey.product import PASSWORD

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
COLOURS = {"color-contrast": {"enabled": False}}
LOOKS: tuple[tuple[int, int, str, dict[str, Any] | None], ...] = (
    (1440, 900, "light", {}),
    (1440, 900, "dark", {"runOnly": ["color-contrast"]}),
    (390, 844, "light", {"rules": COLOURS}),
    (390, 844, "dark", None),
)
"""Width, height, theme, and what axe is asked there: each theme has its colours, each width its structure."""
AXE = {"resultTypes": ["violations"], "preload": False}
# the words of buttons, labels and headings, without the options that stand in a label: units and people are data
WORDS = """all => all.map(each => {
    const copy = each.cloneNode(true);
    copy.querySelectorAll('select').forEach(inner => inner.remove());
    return copy.textContent.trim();
})"""
# what runs over the edge, for the person who has to mend it
OVER = """() => {
    const edge = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= edge) return [];
    return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > edge + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120)).concat('wider than ' + edge);
}"""


def chromium() -> str:
    """The distribution's Chromium."""
    named = os.environ.get("KEGUAN_CHROMIUM")
    found = next((path for name in (named, *CHROMIUM) if name and (path := shutil.which(name))), ON_A_MAC)
    assert shutil.which(found), "no Chromium: see .ci/chromium"
    return found


class Desk:
    """One person's browser window."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address, self.wrong, self.looked = address, list[str](), set[str]()
        self.context = browser.new_context(
            locale="zh-CN", viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("response", self._answered)

    def sign_in(self, username: str) -> "Desk":
        self.go("/accounts/login/")
        self.page.fill("#login", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_url(f"{self.address}/")
        return self

    def go(self, path: str) -> int:
        """Open a page; its status."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        return answer.status

    def look(self, name: str) -> None:
        """Once for each name: in both widths and themes nothing serious for axe, nothing over the edge, no error."""
        if name in self.looked:
            return
        self.looked.add(name)
        for width, height, theme, asked in LOOKS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            over = self.page.evaluate(OVER)
            assert not over, f"{name} at {width}: {over}"
            found = self._axe(asked) if asked is not None else []
            grave = [told(one) for one in found if one["impact"] in ("serious", "critical")]
            assert not grave, f"{name} at {width}, {theme}: {grave}"
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        self.quiet()

    def quiet(self) -> None:
        """Nothing went wrong in the page so far: no script error, nothing the content policy forbade."""
        assert not self.wrong, self.wrong[:5]

    def text(self) -> str:
        """What stands on the page."""
        return self.page.inner_text("main")

    def act(self, label: str, **values: Any) -> None:
        """Choose an act on the case page, fill its form, send it, and wait for the case page."""
        self.page.click(f"#actions a.button:has-text('{label}')")
        form = self.page.locator("dialog[open] form#act")
        form.wait_for()
        self.fill("dialog[open] form#act", values)
        self.page.evaluate("document.body.dataset.old = ''")
        form.locator("button.main").click()
        confirm = self.page.locator("dialog[data-confirm-dialog][open] [data-yes]")
        told = "body:not([data-old]) main .flash, dialog[open] .is-wrong, dialog[open] .reasons:not(.will)"
        over = self.page.locator(told).first
        confirm.or_(over).first.wait_for()
        if confirm.is_visible():
            confirm.click()
            over.wait_for()

    def fill(self, form: str, values: dict[str, Any]) -> None:
        """Fill inputs by name: texts, choices, radios, files; what is folded away is opened first."""
        for name, value in values.items():
            field = self.page.locator(f"{form} [name='{name}']").first
            field.evaluate("e => e.closest('details:not([open])')?.setAttribute('open', '')")
            kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                field.select_option(str(value))
            elif kind == "radio":
                self.page.check(f"{form} [name='{name}'][value='{value}']")
            elif kind == "file":
                field.set_input_files(str(value))
            else:
                field.fill(str(value))

    def _axe(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        # axe writes styles into the page, which the content policy forbids: what the page itself does wrong was heard
        heard = list(self.wrong)
        found: list[dict[str, Any]] = Axe().run(self.page, options=AXE | asked).response["violations"]
        self.wrong[:] = heard
        return found

    def _heard(self, message: ConsoleMessage) -> None:
        # a refused form answers 422, a closed door 403 or 404: the browser notes each as an error, and both are meant
        is_status = "Failed to load resource" in message.text and any(
            f"of {n}" in message.text for n in (403, 404, 422)
        )
        if message.type in ("error", "warning") and not is_status:
            self.wrong.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.wrong.append(f"{response.status} {urlsplit(response.url).path}")


def told(violation: dict[str, Any]) -> str:
    """A finding of axe in a line."""
    nodes = [node["html"][:160] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']} {nodes}"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium, as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        try:
            yield browser
        finally:
            browser.close()
