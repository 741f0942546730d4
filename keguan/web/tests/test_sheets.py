"""The written rules of style sheets, scripts and templates, held by reading the files."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parent.parent
STATIC = WEB / "static" / "keguan"
SHEETS = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_sheets_are_small_and_without_force(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert text.count("\n") <= 150
    assert "!important" not in text
    assert "italic" not in text
    assert "letter-spacing:" not in text.replace("letter-spacing: inherit", "")
    assert not re.search(r"(^|[\s,>+~])#[a-zA-Z][\w-]*\s*[,{:.\[>+~]", text), "an id as a selector"
    assert not re.search(r"\b(margin|padding|border)-(left|right|top|bottom)\b|[^-]float:|[^-]\b(left|right):", text)
    if path.name != "tokens.css":
        assert "oklch(" not in text.replace("oklch(15% .01 265 / .45)", ""), "a colour that is no token"


def test_the_entry_sheet_imports_every_other_into_a_layer() -> None:
    entry = (STATIC / "keguan.css").read_text()
    imported = set(re.findall(r'@import url\("([^"]+)"\) layer\(\w+\);', entry))
    assert imported == {str(p.relative_to(STATIC)) for p in SHEETS} - {"keguan.css"}


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_are_small_modules_without_eval(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("//"), "say what it is for"
    assert text.count("\n") <= 60
    assert not re.search(r"\beval\(|new Function|innerHTML|\.style\b", text)
    entries = (WEB / "templates/web/parts/head.html").read_text()
    imports = "".join(other.read_text() for other in SCRIPTS)
    assert f"keguan/js/{path.name}" in entries or f'from "./{path.name}";' in imports, "nothing loads it"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_speak_both_languages_and_carry_nothing_inline(path: Path) -> None:
    text = path.read_text()
    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text
    bare = re.sub(r"\{%.*?%\}|\{#.*?#\}|<!--.*?-->", "", text)
    bare = re.sub(r'<(\w+)[^>]*lang="zh-Han[st]"[^>]*>.*?</\1>', "", bare)
    assert not re.search(r"[\u4e00-\u9fff]", bare.replace("　", "")), "Chinese outside {% t %}"
    for zh, en in re.findall(r"\{% t [\"'](.*?)[\"'] [\"'](.*?)[\"']", text):
        assert en or zh
        assert not re.search(r"[\u4e00-\u9fff]", en), en
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, flags=re.DOTALL):
        assert "{% csrf_token %}" in form
