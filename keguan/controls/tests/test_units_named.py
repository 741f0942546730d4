"""Units that clauses name are held against the pack's own organisation when the pack is checked."""

import pytest

from keguan.controls.tests import shop
from keguan.policies.checking import check
from keguan.policies.faults import Faulty
from keguan.policies.packs.pack import pack_from_texts

ORGANISATION = """
company: {zh: 会员公司, en: Members Ltd}
units:
  - unit: office
    zh: 总部
    units:
      - {unit: hotline, zh: 热线组}
people:
  - {person: boss, name: 高岚, posts: [{unit: office, role: general_manager}]}
"""
KNOWN = [
    "- prohibition: {id: x, of: member.warn, when: {unit: 热线组}}",
    "- prohibition: {id: x, of: member.warn, when: {unit: 'not [hotline, 总部]'}}",
    "- setting: {id: x, of: member.answer_within, unit: 热线组, is: 2 days}",
]
UNKNOWN = [
    ("- prohibition: {id: x, of: member.warn, when: {unit: 热线组一}}", "热线组一", "是不是 热线组？"),
    ("- prohibition: {id: x, of: member.warn, when: {any: [{city: 远}, {unit: '!= hotlines'}]}}", "hotlines",
     "是不是 hotline？"),
    ("- decision: {id: x, sets: member.grade, table: [{when: {unit: [总部, 仓库]}, is: gold}, {is: plain}]}", "仓库",
     "organisation.yaml"),
    ("- setting: {id: x, of: member.answer_within, unit: hotline, is: 2 days}", "hotline", "是不是 热线组？"),
]  # fmt: skip


def checked(controls: str, organisation: str = ORGANISATION) -> list[str]:
    shop.declare()
    texts = shop.texts(controls)
    pack, faults = pack_from_texts(texts | ({"organisation.yaml": organisation} if organisation else {}))
    assert pack is not None and not faults, [fault.text() for fault in faults]
    try:
        check(pack)
    except Faulty as faulty:
        return [fault.text() for fault in faulty.faults]
    return []


@pytest.mark.parametrize("controls", KNOWN)
def test_a_unit_is_known_by_code_or_name(db: None, controls: str) -> None:
    assert checked(controls) == []


@pytest.mark.parametrize(("controls", "name", "cure"), UNKNOWN)
def test_a_unit_that_is_not_there_is_a_fault(db: None, controls: str, name: str, cure: str) -> None:
    [said] = checked(controls)
    assert f"“{name}”" in said and cure in said, said
    assert "extra.yaml:" in said


def test_a_pack_without_an_organisation_may_name_any(db: None) -> None:
    assert checked(UNKNOWN[0][0], "") == []
