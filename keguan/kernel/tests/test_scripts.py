"""Words in every language: Traditional is read out of Simplified, and what people typed is left alone."""

import ast
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keguan
from keguan.kernel.records.kinds import Boolean, Choice, Integer, Listing, Text
from keguan.kernel.records.kinds.base import BadValue
from keguan.kernel.records.labels import ENGLISH, SIMPLIFIED, TRADITIONAL, Label, about, join
from keguan.kernel.records.scripts import FORMS, TERMS, simplified, traditional, written_as

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("zh", "hant"),
    [
        ("客户", "客戶"), ("工单", "工單"), ("台账", "台帳"), ("账号", "帳號"), ("应收账款", "應收帳款"),
        ("发布", "發布"), ("公布", "公布"), ("核准", "核准"), ("待核准的请求", "待核准的請求"),
        ("须重签", "須重簽"), ("标签", "標籤"), ("签收", "簽收"), ("三天后到期", "三天後到期"),
        ("没有采用任何制度", "沒有採用任何制度"), ("后台任务", "後台任務"), ("答复客户", "答覆客戶"),
        ("复核", "複核"), ("恢复", "恢復"), ("回访", "回訪"), ("里面", "裡面"), ("公里", "公里"),
        ("只有一只", "只有一隻"), ("合并单元格", "合併單元格"), ("软件", "軟件"), ("信息", "信息"),
        ("周期", "週期"), ("日历", "日曆"), ("历史", "歷史"), ("干部", "幹部"), ("皇后", "皇后"), ("系统", "系統"),
        ("联系", "聯繫"), ("自提交调查结果次日起算", "自提交調查結果次日起算"),
    ],
)  # fmt: skip
def test_words_of_the_trade(zh: str, hant: str) -> None:
    assert traditional(zh) == hant


@given(HAN)
def test_turned_twice_is_turned_once(text: str) -> None:
    assert len(traditional(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


@pytest.mark.parametrize(
    "text", ["", "KS-202610-007 · 3,200", "客戶服務與投訴處理制度", "幹部須以書面說明理由，不得干預", "𠮷野家"]
)
def test_what_is_traditional_already_stays(text: str) -> None:
    assert traditional(text) == text


def test_terms_are_needed() -> None:
    """Each entry says something that the dictionaries do not, alone or beside other characters."""
    assert all(len(one) == len(other) for one, other in TERMS.items())
    for char, form in FORMS.items():
        assert unicodedata.normalize("NFKC", chr(char)) != form


def test_every_simplified_form_has_its_traditional_ones() -> None:
    assert {char for char, form in written_as("发里").items() if form == "发"} >= {"發", "髮"}
    assert written_as("abc") == {}


@pytest.mark.parametrize(
    ("n", "en"),
    [
        (0, "0 cases wait"),
        (1, "1 case waits"),
        ("1", "1 case waits"),
        (2, "2 cases wait"),
        ("1,201", "1,201 cases wait"),
    ],
)
def test_a_count_has_the_word_that_fits(n: object, en: str) -> None:
    words = Label("{who}有 {n} 件在等", "{n} {n:case waits|cases wait}").format(n=n, who="张三")
    assert (words.zh, words.en, words.hant) == (f"张三有 {n} 件在等", en, f"张三有 {n} 件在等")


def test_a_label_in_every_language() -> None:
    words = Label("审批", "Approvals")
    assert [words.text(one) for one in (SIMPLIFIED, TRADITIONAL, ENGLISH, "fr")] == [
        "审批",
        "審批",
        "Approvals",
        "审批",
    ]
    assert words.as_json() == {"zh": "审批", "en": "Approvals"}


def test_what_was_typed_is_kept_wherever_a_label_goes() -> None:
    asked = Label("{who}申请“{what}”", "{who} asks for “{what}”").format(who="张云", what=Label("赔付", "compensation"))
    assert asked.zh == "张云申请“赔付”"
    assert asked.text(TRADITIONAL) == "张云申請「賠付」"
    again = Label("{asked}，请决定", "{asked}: decide").format(asked=asked)
    assert again.text(TRADITIONAL) == "张云申請「賠付」，請決定"
    both = join([asked, Label("处理", "handle"), Label.typed("叶单")])
    assert both.text(TRADITIONAL) == "张云申請「賠付」、處理、叶单"
    assert Label.from_json(again.as_json()) == again
    assert about(Label("金额", "amount"), Label.typed("单")).text(TRADITIONAL) == "「金額」：单"
    assert Label("{n} 个", "{n}").format(n="3").hant == "", "nothing typed in Chinese: nothing to keep"


def test_values_in_words() -> None:
    choice = Choice({"complaint": Label("投诉", "Complaint"), "other": Label("其他", "Other")})
    assert choice.show("complaint", TRADITIONAL) == "投訴"
    assert choice.label("complaint").text(TRADITIONAL) == "投訴"
    assert [choice.parse(text) for text in ("投诉", "投訴", "complaint")] == ["complaint"] * 3
    assert Text().label("投诉").text(TRADITIONAL) == "投诉", "typed"
    assert Listing(Text()).label(["张云", "单"]).text(TRADITIONAL) == "张云、单"
    assert Boolean().label(True).text(TRADITIONAL) == "是"
    with pytest.raises(BadValue) as fault:
        choice.parse("询问单")
    assert fault.value.label.text(TRADITIONAL) == "「询问单」不在可選項裡：投訴、其他"
    with pytest.raises(BadValue) as fault:
        Integer().parse("几个")
    assert fault.value.label.text(TRADITIONAL) == "「几个」不是整數"


def test_every_word_of_the_product_has_a_traditional_form() -> None:
    """No character that only Simplified Chinese has is left in any label of the code."""
    left = {}
    for path in Path(keguan.__file__).parent.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for char in traditional(node.value):
                    if "\u4e00" <= char <= "\u9fff" and traditional(char) != char and not _is_in_big5(char):
                        left[char] = node.value
    assert not left


COUNTED = re.compile(
    r"\{[a-z][a-z_.()]*\}( [a-z]+)? (cases|records|rows|entries|days|hours|minutes|seconds|times|people|customers"
    r"|deadlines|copies|items|parameters|controls|notices|policies|files|jobs|events|obligations|requests|clauses|tokens)\b"
)


@pytest.mark.parametrize("kind", ["py", "html"])
def test_no_page_counts_in_the_plural_alone(kind: str) -> None:
    """A number that is filled in may be one: its noun is written `{n:case|cases}`."""
    root = Path(keguan.__file__).parent
    files = [path for part in ("web", "setup", "integrations", "imports") for path in (root / part).rglob(f"*.{kind}")]
    found = {
        line.strip(): path.name
        for path in files if "tests" not in path.parts
        for line in path.read_text("utf-8").splitlines() if COUNTED.search(line)
    }  # fmt: skip
    assert len(files) > 30
    assert found == {}


def _is_in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
