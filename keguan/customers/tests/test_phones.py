"""Phones: every way people write them comes to one form, and what is no phone is told why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keguan.customers.phones import KINDS, Phone, PhoneKind, mask, read_phone, read_phones, tail_key
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import LANGUAGES


@pytest.mark.parametrize(
    ("raw", "digits", "extension", "kind"),
    [
        ("13800001234", "13800001234", "", "mobile"),
        ("１３８　００００　１２３４", "13800001234", "", "mobile"),
        ("+86 138-0000-1234", "13800001234", "", "mobile"),
        ("'+8613800001234", "13800001234", "", "mobile"),
        ("008613800001234", "13800001234", "", "mobile"),
        ("8613800001234", "13800001234", "", "mobile"),
        ("013800001234", "13800001234", "", "mobile"),
        ("手机：138.0000.1234", "13800001234", "", "mobile"),
        ("\u202d13800001234\u202c", "13800001234", "", "mobile"),
        ("13800001234转5678", "13800001234", "5678", "mobile"),
        ("(010)8234 5678", "01082345678", "", "landline"),
        ("010-82345678-801", "01082345678", "801", "landline"),
        ("0755-8234567-8", "07558234567", "8", "landline"),
        ("+86 (0)755 8234 5678", "075582345678", "", "landline"),
        ("+86 10 8234 5678", "01082345678", "", "landline"),
        ("0755－82345678 转分机 12", "075582345678", "12", "landline"),
        ("021-62345678 ext. 9", "02162345678", "9", "landline"),
        ("021-62345678#9", "02162345678", "9", "landline"),
        ("400-800-1234", "4008001234", "", "service"),
        ("4008-001-234转2", "4008001234", "2", "service"),
        ("95588", "95588", "", "service"),
        ("82345678", "82345678", "", "local"),
        ("+852 2345 6789", "+85223456789", "", "international"),
        ("001 415 555 0123", "+14155550123", "", "international"),
    ],
)
def test_ways_of_writing(raw: str, digits: str, extension: str, kind: str) -> None:
    assert read_phone(raw) == Phone(digits, extension, kind)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("1380000123", "11 位，现在有 10 位"),
        ("138000012345", "现在有 12 位"),
        ("010-1234", "区号"),
        ("13800001234/13900001234", "一格只填一个"),
        *((raw, "不是电话号码") for raw in ("无", "", "1.38E+10", "+86123", "٠١٢٣٤٥٦٧")),
    ],
)
def test_what_is_no_phone_is_told_why(raw: str, says: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_phone(raw)
    assert says in caught.value.label.zh


def test_several_in_one_cell() -> None:
    found = read_phones("13800001234 / 010-82345678；13800001234")
    assert [phone.digits for phone in found] == ["13800001234", "01082345678"]


MOBILE = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
LANDLINE = st.from_regex(r"\A(010|02[0-9])[2-9][0-9]{7}\Z")
ABROAD = st.from_regex(r"\A\+(1|44|49|81|852)[1-9][0-9]{7,9}\Z")


@settings(deadline=None)
@given(st.one_of(MOBILE, LANDLINE, ABROAD), st.from_regex(r"\A([0-9]{1,6})?\Z"), st.sampled_from(LANGUAGES))
def test_shown_reads_back(digits: str, extension: str, language: str) -> None:
    found = read_phone(PhoneKind().show(f"{digits}x{extension}" if extension else digits, language))
    assert (found.digits, found.extension) == (digits, extension)
    assert read_phone(found.digits).digits == found.digits


FULL = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(deadline=None)
@given(
    MOBILE, st.lists(st.sampled_from(["", " ", "-", "\u3000", "\u200b", "."]), min_size=11, max_size=11), st.booleans()
)
def test_separators_and_width_do_not_matter(digits: str, between: list[str], is_full: bool) -> None:
    raw = "".join(a + b for a, b in zip(digits, between, strict=True)).strip("-. ")
    assert read_phone(raw.translate(FULL) if is_full else raw).digits == digits


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_phone_or_a_kind_fault(raw: str) -> None:
    try:
        found = read_phone(raw)
    except BadValue:
        return
    assert found.kind in KINDS


def test_mask_and_tail() -> None:
    assert mask("13800002207") == "138****2207"
    assert mask("01082345678") == "010****5678"
    assert mask("075582345678") == "0755****5678"
    assert mask("+85223456789") == "+85****789"
    assert tail_key("２２07") == "7022"
