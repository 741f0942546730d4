"""Name keys: grams, initials in both readings, pinyin order."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from keguan.customers.names import grams, keys, wanted_grams
from keguan.kernel.records.pinyin import syllables
from keguan.kernel.records.scripts import folded


def test_grams_are_all_characters_and_pairs() -> None:
    assert grams("德力科 A") == sorted({"德", "力", "科", "a", "德力", "力科", "科a"})
    assert grams("ＡＢＣ") == ["a", "ab", "b", "bc", "c"]


@settings(deadline=None)
@given(st.text(max_size=20), st.data())
def test_every_part_of_a_name_is_found_by_its_grams(name: str, data: st.DataObject) -> None:
    text = folded(name)
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    if folded(part) == part:  # a cut between a letter and its combining mark folds otherwise
        assert set(wanted_grams(part)) <= set(grams(name))


@pytest.mark.parametrize(
    ("name", "initials"),
    [("张三丰", "zsf"), ("曾小贤", "cxx zxx"), ("单田芳", "dtf stf"), ("万俟雪", "wsx mqx"), ("重庆银行", "zqyh cqyh"),
     ("𠮷野家", "𠮷yj"), ("Acme 中国", "acmezg"), ("长安 3 号", "ca3h")],
)  # fmt: skip
def test_initials_have_both_readings(name: str, initials: str) -> None:
    assert set(keys(name, is_person=True).initials.split()) >= set(initials.split()[-1:])
    assert "".join(initials.rsplit(maxsplit=1)[-1]) in keys(name, is_person=False).initials


def test_a_person_sorts_by_the_surname_reading() -> None:
    assert keys("曾小贤", is_person=True).sort_key == "zeng xiao xian"
    assert keys("曾小贤", is_person=False).sort_key == "ceng xiao xian"
    names = ["赵一", "安二", "曾三", "毕四"]
    assert sorted(names, key=lambda n: keys(n, is_person=True).sort_key) == ["安二", "毕四", "曾三", "赵一"]


def test_latin_stays_together_in_the_sort_key() -> None:
    assert keys("ＡＣＭＥ（中国）有限公司", is_person=False).sort_key == "acme( zhong guo ) you xian gong si"


@settings(deadline=None)
@given(st.text(alphabet="重庆银行长城单位和平乐山曾经会计中国科技A1 𠮷了不得", max_size=12))
def test_the_fast_table_reads_like_the_phrase_book(name: str) -> None:
    book = lazy_pinyin(name.lower(), style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    assert syllables(name) == book


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_keys(name: str) -> None:
    found = keys(name, is_person=True)
    assert found.folded == folded(found.folded)


def test_both_scripts_have_the_same_keys() -> None:
    assert keys("蘇州雲錦紡織廠", is_person=False) == keys("苏州云锦纺织厂", is_person=False)
    assert folded("後台") == folded("后臺") == "后台"


def test_the_tables_of_readings_are_not_loaded_by_who_never_asks() -> None:
    asked = "import sys, keguan.customers.names as names; names.grams('德力科'); sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
