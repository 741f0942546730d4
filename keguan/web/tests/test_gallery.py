"""Every part and every page renders with its sample in every language, and keeps the rules of pages."""

import re

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from keguan.kernel.records.labels import LANGUAGES, Label
from keguan.web.gallery.cast import NOW, SHELL
from keguan.web.gallery.pages_work import TODAY_EMPTY
from keguan.web.gallery.samples import SAMPLES
from keguan.web.gallery.views import gallery, gallery_page
from keguan.web.language import HTML_LANG
from keguan.web.pages import Shell

TROUBLE = (
    "403.html",
    "403_csrf.html",
    "404.html",
    "500.html",
    "503.html",
    "account/lockout.html",
    "account/logout.html",
)
PARTIALS = {
    "web/today.html": ("owed",),
    "web/case_take.html": ("customers",),
    "web/record_list.html": ("list",),
    "web/case_act.html": ("form", "dialog"),
    "web/approvals.html": ("lines",),
    "web/evidence.html": ("list",),
    "web/customer_form.html": ("form",),
    "web/import_page.html": ("progress",),
    "web/bulk_page.html": ("progress",),
    "web/find.html": ("results",),
}


def asked(language: str, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.LANGUAGE_CODE = language
    return request


def check(html: str) -> None:
    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son\w+=", html)
    assert "{%" not in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_page_renders_clean(name: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    request = asked(language, f"/gallery/{name}/")
    with translation.override(language):
        html = gallery_page(request, name).content.decode()
    check(html)
    assert f'<html lang="{HTML_LANG[language]}"' in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gallery_renders_clean(language: str) -> None:
    check(gallery(asked(language)).content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TROUBLE)
def test_pages_of_trouble_need_neither_page_nor_request(template: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(template, {})
    check(html)
    assert Label("客管", "Keguan").text(language) in html


@pytest.mark.parametrize("name", SAMPLES)
def test_partials_render_alone(name: str) -> None:
    sample = SAMPLES[name]
    context = {"page": sample.page, "shell": SHELL, "now": NOW}
    for partial in PARTIALS.get(sample.template, ()):
        html = render_to_string(f"{sample.template}#{partial}", context, asked("en"))
        assert "<html" not in html
        if partial == "progress":
            assert 'id="progress"' in html


def test_a_reader_of_english_meets_no_chinese_from_the_interface() -> None:
    """What stays Chinese is data: names, titles, policy text, and the switches to Chinese."""
    empty: dict[str, object] = {
        name: {} for name in ("record_list", "notices", "approvals", "policy_list", "import_start")
    }
    for name, page in {**empty, "today": TODAY_EMPTY}.items():
        context = {"page": page, "shell": Shell(person="Agent"), "now": NOW}
        html = render_to_string(f"web/{name}.html", context, asked("en"))
        text = re.sub(r'<(\w+)[^>]*lang="zh-Han[st]"[^>]*>.*?</\1>', "", html)
        assert not re.findall(r"[\u4e00-\u9fff]+", text)
