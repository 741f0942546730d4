"""Decisions by score, and settings by map or by the lowest of several rows: live and batch say the same, row by row."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import read, tables, written
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.kernel import clock
from keguan.mirror import opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
HOUR = dt.timedelta(hours=1)
SCORED = """
- decision: {id: grade, sets: member.grade, knock_out: [{credit: fail}],
    score: {income: 60.5, credit: 20, points: 20, is_legacy: 5},
    table: [{when: {score: ">= 90.25"}, is: gold}, {when: {score: ">= 70"}, is: silver},
      {when: {score: ">= 30"}, is: plain}]}
"""
FACTS: dict[str, tuple[Any, ...]] = {
    "income": (None, "0", "0.5", "0.9999", "1", "1.5", "-0.25"), "points": (None, -3, 0, 15, 20, 400),
    "credit": (None, "pass", "fail"), "is_legacy": (None, True, False),
}  # fmt: skip


def some_members() -> list[dict[str, Any]]:
    """Members with every value of each fact beside a good mix of the others, nothing given among them."""
    found: list[dict[str, Any]] = []
    for n in range(60):
        given = {
            name: values[(n * step + n // 7) % len(values)] for step, (name, values) in enumerate(FACTS.items(), 1)
        }
        found.append({name: value for name, value in given.items() if value is not None})
    return found


def test_what_was_scored(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(SCORED)
    with clock.pinned(SOON):
        keys = [tables.must("季安", "member.join", None, title="甲", **given) for given in some_members()]
        for key, given in zip(keys, reversed(some_members()), strict=True):
            tables.must("季安", "member.change", key, **{name: given.get(name) for name in ("income", "points")})
        place = mirrored()
        found = read(place, ["extra#grade"])
        assert found == written(["extra#grade"])
        assert set(found.values()) == {
            "decided:1", "decided:2", "decided:3", "decided:knock-out-1", "decided:not-rated"
        }  # fmt: skip
        with opened(place) as mirror:
            assert differences(mirror, SOON)[1] == []


def test_who_is_appointed_where_anybody_is_found(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(
        """
- decision: {id: owner, sets: member.owner, knock_out: [{credit: fail}],
    table: [{when: {unit: set, points: '< 5'}, is: head @ unit}, {when: {points: set}, is: ghost},
      {is: general_manager}]}
""",
        "  ghost: {zh: 空缺的岗位, en: A post nobody holds}\n",
    )
    with clock.pinned(SOON):
        units = [tables.units["客服部"], tables.units["热线组"], None]
        for n in range(18):
            given = {"unit": units[n % 3], "points": (None, 1, 9)[n // 3 % 3], "credit": ("pass", "fail")[n // 9]}
            known = {name: value for name, value in given.items() if value is not None}
            tables.must("季安", "member.join", None, title="甲", **known)
        found = read(mirrored(), ["extra#owner"])
        assert found == written(["extra#owner"])
    assert set(found.values()) >= {"decided:1", "decided:3", "decided:knock-out-1", "decided:not-rated"}


PRICES = ("0.6", "0.75", "0.85", "0.9")
PRICE = """
- setting: {id: price, of: member.discount, when: {is_legacy: true}, choose: %s,
    table: [{when: {points: ">= 30"}, is: 0.85}, {when: {grade: gold}, is: 0.6}, {when: {points: "< 0"}, is: 0.75}%s]}
"""
MAPPED = """
- setting: {id: price, of: member.discount, by: %s, is: {%s}}
"""
READS = "- prohibition: {id: p%d, of: member.join, when: {discount: %s}, effect: warn}\n"
FORMS = {
    "lowest": PRICE % ("lowest", ", {is: 0.9}"),
    "highest": PRICE % ("highest", ", {is: 0.6}"),
    "highest without a rest": PRICE % ("highest", ""),
    "first": "- setting: {id: price, of: member.discount, when: {is_legacy: true},"
    ' table: [{when: {points: ">= 30"}, is: 0.85}, {when: {points: "< 0"}, is: 0.75}, {is: 0.9}]}\n',
    "by a choice": MAPPED % ("grade", "gold: 0.6, plain: 0.9"),
    "by a number": MAPPED % ("points", '"30": 0.85, "-3": 0.75, "0": 0.9'),
    "by yes and no": MAPPED % ("is_legacy", '"True": 0.85, "False": 0.6'),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_setting_gave(tables: Firm, mirrored: Mirrored, form: str) -> None:
    shop.enact(FORMS[form] + "".join(READS % (n, price) for n, price in enumerate(PRICES)))
    with clock.pinned(SOON):
        for n in range(48):
            given = {
                "is_legacy": (True, True, False, None)[n % 4], "points": (None, -3, 0, 30, 31)[n % 5],
                "grade": (None, "gold", "plain")[n % 3],
            }  # fmt: skip
            tables.must(
                "季安", "member.join", None, title="甲",
                **{name: value for name, value in given.items() if value is not None},
            )  # fmt: skip
        place = mirrored()
    live = {
        event: f"= {PRICES[int(key[-1])]}"
        for (event, key), outcome in written([f"extra#p{n}" for n in range(len(PRICES))]).items()
        if outcome == "warned"
    }
    found = {event: outcome for (event, _), outcome in read(place, ["extra#price"]).items()}
    assert found == live
    assert len(Counter(found.values())) >= 2


BY_UNIT = """
- setting: {id: all, of: member.answer_within, is: 5 days, lower_units: may only shorten}
- setting: {id: service, of: member.answer_within, unit: 客服部, is: 3 days}
- setting: {id: hot, of: member.answer_within, unit: 热线组, table: [{when: {city: 远}, is: 9 days}, {is: 2 days}]}
- setting: {id: cheap, of: member.discount, unit: 热线组, is: 0.5}
"""
WITHIN = "- prohibition: {id: %s, of: [member.join, member.warn], when: {answer_within: %s}, effect: warn}\n"
GIVEN = {"nine": "9 days", "five": "5 days", "three": "3 days", "two": "2 days"}
READING = (
    BY_UNIT
    + "".join(WITHIN % pair for pair in GIVEN.items())
    + """
- prohibition: {id: half, of: member.warn, when: {discount: 0.5}, effect: warn}
- prohibition: {id: bought, of: purchase.pay, when: {member.answer_within: 2 days}, effect: warn}
"""
)


def test_a_setting_of_a_unit_holds_for_it_and_those_below(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(READING)
    warned = [f"extra#{key}" for key in (*GIVEN, "half", "bought")]
    with clock.pinned(SOON):
        everywhere = [tables.units[name] for name in ("客服部", "热线组", "现场组", "销售部")]
        for who in ("季安", "罗平"):
            for n, unit in enumerate([*everywhere, None] * 2):
                given = {} if unit is None else {"unit": unit}
                key = tables.must(who, "member.join", None, title="甲", city=("近", "远")[n // 5], **given)
                tables.must("苏敏", "member.warn", key)
                tables.must(who, "purchase.pay", None, title="茶", member=key, paid="5")
    with clock.pinned(SOON + HOUR):
        tables.system("unit.change", tables.units["现场组"], parent=tables.units["热线组"])
        tables.system("unit.change", tables.units["热线组"], name="热线一组")
        for unit in everywhere:
            tables.must("苏敏", "member.warn", tables.must("季安", "member.join", None, title="乙", unit=unit))
        place = mirrored()
    assert read(place, warned) == written(warned)
    live = {key: said for key, said in written(warned).items() if said == "warned"}
    assert {key for _, key in live} == {f"extra#{key}" for key in (*GIVEN, "half", "bought")} - {"extra#nine"}
    gave = read(place, ["extra#all", "extra#service", "extra#hot"])
    value = {f"extra#{key}": f"= {term}" for key, term in GIVEN.items()}
    joined = {event for event, _ in gave}
    assert {event: said for (event, _), said in gave.items()} == {
        event: value[key] for event, key in live if event in joined
    }
    assert len(set(gave.values())) == 3
