"""The template words: languages, clauses, bars, inputs; and that whatever a person typed is escaped."""

import re
from decimal import Decimal

import pytest
from django.template import Context, Template

from keguan.kernel.records.kinds import Money
from keguan.kernel.records.labels import Label
from keguan.web.components import Citation, Field, Option, Reason, Segment, State, Term
from keguan.web.gallery.cast import NOW, SETTLE, at
from keguan.web.tests.test_gallery import asked

EVIL = "<script>alert('张')</script>"


def shown(source: str, language: str = "zh-hans", **context: object) -> str:
    request = asked(language)
    return Template("{% load keguan %}" + source).render(Context({"request": request, "now": NOW, **context})).strip()


def test_text_is_said_in_the_language_of_the_request() -> None:
    assert shown('{% t "{n} 项" "{n} items" n=n %}', n=3) == "3 项"
    assert shown('{% t "{n} 项" "{n} {n:item|items}" n=n %}', "en", n=3) == "3 items"
    assert shown('{% t "{n} 项" "{n} {n:item|items}" n=n|count %}', "en", n=1) == "1 item"
    assert shown("{% label words %}", "en", words=Label("投诉", "Complaint")) == "Complaint"
    assert shown("{% label words %}", "en", words="明远文化") == "明远文化"
    assert shown("{% label words %}", words=None) == ""


@pytest.mark.parametrize("source", ["{% label words %}", '{% t "{w}" "{w}" w=words %}'])
def test_typed_text_is_escaped(source: str) -> None:
    assert "<script" not in shown(source, words=EVIL)


def test_a_clause_is_a_link_in_the_policys_voice() -> None:
    html = shown("{% clause it %}", "en", it=SETTLE)
    assert html.startswith('<a class="clause" lang="zh-Hans" href="/policies/service-desk#c27"')
    assert html.endswith(">第二十七条</a>")
    assert shown("{% clause it %}", it=None) == ""
    assert "<script" not in shown("{% clause it %}", it=Citation(EVIL, EVIL, "/", EVIL))


def test_a_clause_that_a_sentence_names_stands_in_it_once() -> None:
    source = "{% parted words it as said %}{{ said.0 }}|{% clause it %}|{{ said.1 }}"
    html = shown(source, words=Label("“结案”逾期，依第二十七条告知您", "“Close” is late"), it=SETTLE)
    assert re.sub(r"<[^>]*>", "", html) == "“结案”逾期，依|第二十七条|告知您"
    assert (
        re.sub(r"<[^>]*>", "", shown(source, "en", words="“Close” is late", it=SETTLE)) == "“Close” is late|第二十七条|"
    )
    assert shown(source, words="没有条款", it=None) == "没有条款||"


def test_english_begins_with_a_capital_where_a_line_begins() -> None:
    words = Label("空着即从现在起", "left empty: from now")
    assert shown("{% started it %}", "en", it=words) == "Left empty: from now"
    assert shown("{% started it %}", it=words) == "空着即从现在起"
    assert ">Kept<" in shown("{% badge it %}", "en", it=State(Label("已做到", "kept")))


def test_a_term_bar_has_widths_as_attributes() -> None:
    term = Term(
        Label("结案", "Close"), SETTLE, at("10-15 00:00"), (Segment("counted", 1), Segment("skipped", 3)), tone="soon"
    )
    html = shown("{% term_bar it %}", it=term)
    assert '<svg class="bar soon"' in html
    assert 'x1="25.000%" x2="100.000%" y1="50%" y2="50%" class="skipped"' in html
    assert "style" not in html
    assert shown("{% share_bar it %}", it=None)


@pytest.mark.parametrize(
    ("share", "text"), [(None, "—"), (0, "0%"), (1, "100%"), (0.9999, "99.9%"), (0.0001, "0.1%"), (0.931, "93.1%")]
)
def test_shares_are_never_rounded_to_all_or_none(share: float | None, text: str) -> None:
    assert shown("{{ it|percent }}", it=share) == text


def test_money_and_sizes_and_counts() -> None:
    assert shown("{{ it|money }}", it=Money(Decimal("3200.00"))) == "¥3,200"
    assert shown("{{ it|money }}", it=Money(Decimal("12.50"), "USD")) == "USD 12.50"
    assert shown("{{ it|size }}", it=2_312_044) == "2.2 MB"
    assert shown("{{ it|count }}", it=4850) == "4,850"


FOUR = tuple(Option(str(n), f"选项{n}") for n in range(4))


@pytest.mark.parametrize(
    ("field", "pieces"),
    [
        (Field("a", "甲", value=EVIL), ('type="text"', "&lt;script&gt;")),
        (Field("a", "甲", "lines", value=EVIL), ("<textarea", "&lt;script&gt;")),
        (Field("a", "甲", "integer"), ('inputmode="numeric"',)),
        (Field("a", "甲", "money", value="3200"), ('name="a_currency" value="CNY"', 'inputmode="decimal"')),
        (Field("a", "甲", "money", currencies=("CNY", "USD")), ('<select class="select" name="a_currency"',)),
        (Field("a", "甲", "date", value="2026-10-09"), ('type="date" value="2026-10-09"',)),
        (Field("a", "甲", "moment"), ('type="datetime-local"',)),
        (Field("a", "甲", "boolean", value="false"), ('value="false" checked',)),
        (Field("a", "甲", "choice", value="2", options=FOUR), ('type="radio" name="a" value="2" checked',)),
        (Field("a", "甲", "choice", value="2", options=(*FOUR, *FOUR)), ('<option value="2" selected',)),
        (Field("a", "甲", "reference", options=FOUR), ("<select",)),
        (
            Field("a", "甲", "reference", search_url="/find", query="张"),
            ('name="a_query" value="张"', 'hx-get="/find"'),
        ),
        (Field("a", "甲", "file", is_multiple=True), ('type="file"', " multiple")),
        (Field("a", "甲", "password", value="secret"), ('type="password" value=""',)),
        (Field("a", "甲", is_required=True, citation=SETTLE), (" required", "第二十七条", "必填")),
        (
            Field("a", "甲", errors=(Reason("不对", (SETTLE,), "改一改"),)),
            ('aria-invalid="true"', "不对", "改一改", "#c27"),
        ),
    ],
)
def test_inputs_by_kind(field: Field, pieces: tuple[str, ...]) -> None:
    html = shown("{% field it %}", it=field)
    for piece in pieces:
        assert piece in html
    assert "<script" not in html


def test_the_theme_is_a_known_one_or_none() -> None:
    request = asked("en")
    request.COOKIES["theme"] = '"><script>'
    source = Template("{% load keguan %}{% theme %}")
    assert source.render(Context({"request": request})) == ""
    request.COOKIES["theme"] = "dark"
    assert source.render(Context({"request": request})) == "dark"
