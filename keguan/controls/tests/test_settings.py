"""Settings: by table, map and unit; floors; as facts; what cannot be is a fault."""

import datetime as dt
from typing import Any

import pytest

from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

SOON = MORNING + dt.timedelta(minutes=1)
STAGES = """
parameters:
  limits: {zh: 各状态时限, en: Limits, kind: map, suggestion: {active: 3 days}}
"""


def warnings(outcome: Any) -> int:
    assert isinstance(outcome, Done), outcome
    return len(outcome.warnings)


def test_a_setting_reads_like_a_fact_and_the_nearest_unit_wins(club: Firm) -> None:
    shop.enact("""
- setting: {id: all, of: member.answer_within, is: 5 days, lower_units: may only shorten}
- setting: {id: hot, of: member.answer_within, unit: 热线组, is: 2 days}
- setting: {id: slow, of: member.answer_within, unit: 现场组, table: [{when: {city: 远}, is: 9 days}, {is: 4 days}]}
- prohibition: {id: two, of: member.warn, when: {answer_within: 2 days}, effect: warn}
- prohibition: {id: four, of: member.warn, when: {answer_within: 4 days}, effect: warn}
- prohibition: {id: five, of: member.warn, when: {member.answer_within: 5 days}, effect: warn}
""")
    with clock.pinned(SOON):

        def said(unit: str, city: str = "近") -> str:
            key = club.must("季安", "member.join", None, title="甲", unit=club.units[unit], city=city)
            outcome = club.do("苏敏", "member.warn", key)
            assert isinstance(outcome, Done)
            [warning] = outcome.warnings
            assert warning.citation is not None
            return str(warning.citation.control)

        assert said("热线组") == "two"
        assert said("现场组") == "four"
        assert said("现场组", "远") == "five"  # nine days would be longer than the company allows
        assert said("销售部") == "five"


def test_a_map_is_looked_up_by_the_stage(club: Firm) -> None:
    shop.enact(
        """
- setting: {id: limits, of: member.limit, is: "@limits", check: {sum: "<= 6 days"}}
- prohibition: {id: x, of: member.warn, when: {limit: 3 days}, effect: warn}
""",
        STAGES,
        {"limits": {"active": "3 days", "void": "2 days"}},
    )
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲")
        assert warnings(club.do("苏敏", "member.warn", key)) == 1
        club.must("苏敏", "member.void", key)
        assert warnings(club.do("苏敏", "member.warn", key)) == 0


def test_the_lowest_of_several_rows_counts(club: Firm) -> None:
    shop.enact("""
- setting: {id: price, of: member.discount, when: {is_legacy: true}, choose: lowest,
    table: [{when: {points: ">= 30"}, is: 0.85}, {when: {grade: gold}, is: 0.6}, {is: 0.9}]}
- prohibition: {id: a, of: member.warn, when: {all: [{discount: set}, {discount: 0.6}]}, effect: warn}
- prohibition: {id: b, of: member.warn, when: {discount: set}, effect: warn}
""")
    with clock.pinned(SOON):

        def said(**args: Any) -> int:
            return warnings(club.do("苏敏", "member.warn", club.must("季安", "member.join", None, title="甲", **args)))

        assert said(is_legacy=True, points=40, grade="gold") == 2
        assert said(is_legacy=True, points=40, grade="plain") == 1
        assert said(is_legacy=False, points=40, grade="gold") == 0


WITHIN = "- setting: {id: %s, of: member.answer_within, %s}\n"
LIMITS = "- setting: {id: a, of: member.limit, is: {active: 4 days, void: %s}, check: {sum: '<= 6 days'}}"
TIERS = "{when: {grade: gold}, is: 4 hours}, {when: {grade: silver}, is: 2 hours}, {is: 5 days}"
SHORTEN = "lower_units: may only shorten"
FAULTY = [
    (LIMITS % "3 days", "合计不满足"),
    (LIMITS % "3 working days", "不能相加"),
    (WITHIN % ("a", f"is: 2 days, {SHORTEN}") + WITHIN % ("b", "unit: 热线组, is: 3 days"), "超出上级"),
    (WITHIN % ("a", "is: 2 days") + WITHIN % ("b", "is: 3 days"), "已由"),
    (WITHIN % ("a", f"{SHORTEN}, order: [gold, silver], table: [{TIERS}]"), "更高一级"),
]


@pytest.mark.parametrize(("controls", "said"), FAULTY)
def test_what_cannot_be_is_a_fault(db: None, controls: str, said: str) -> None:
    shop.declare()
    pack, _ = pack_from_texts(shop.texts(controls))
    assert pack is not None
    _, faults = check_pack(pack)
    assert any(said in fault.message.zh and fault.line for fault in faults), [fault.text() for fault in faults]
