"""Requirements of earlier acts and of signatures: what the live law said of each act is what the mirror gives."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from keguan.controls import gate
from keguan.controls.batch.tests.agreement import read, tables, written
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm, club
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
DAY = dt.timedelta(days=1)
EARLIER = {
    "by somebody": "done: {verb: member.change, by: member.owner}",
    "by a role": "done: [{verb: [member.change, member.warn], by: manager}, member.change]",
    "under a condition": "done: {verb: member.change, when: {points: '>= 10'}}",
    "under a condition on the record": "done: {verb: member.change, when: {member.city: 近, points: set}}",
    "on some day": "done: {verb: member.change, when: {happened_on: '>= 2026-03-05'}}",
    "since an act": "done: {verb: member.change, since: member.warn}",
    "since an act, by somebody": "done: {verb: member.change, by: superior of member.owner, since: member.warn}",
    "since a day": "done: {verb: member.change, since: 2026-03-05}",
    "since a date of the record": "done: {verb: [member.change, member.warn], since: $member.valid_until}",
    "only under a condition": "when: {points: '>= 5'}, done: {verb: member.change, when: {city: 近}, by: manager}",
}


def at(day: float) -> Any:
    return clock.pinned(MORNING + DAY * day)


def requirements(forms: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A requirement of each form, and the forms by control. One refuses, the others tell: an act may go on or not."""
    text = "".join(
        f"- requirement: {{id: it{n}, of: member.void, {form}{'' if n == 0 else ', effect: warn'}}}\n"
        for n, form in enumerate(forms.values())
    )
    return text, {f"extra#it{n}": name for n, name in enumerate(forms)}


def assert_alike(place: Path, keys: Mapping[str, str]) -> None:
    live, found = written(keys), read(place, keys)
    for key, name in keys.items():
        mine = {act: outcome for act, outcome in live.items() if act[1] == key}
        assert {act: outcome for act, outcome in found.items() if act[1] == key} == mine, name
        assert len(set(mine.values())) >= 2, f"a requirement that is always or never met proves nothing: {name}"


def test_earlier_acts(tables: Firm, mirrored: Mirrored) -> None:
    policy, keys_of = requirements(EARLIER)
    shop.enact(policy)
    people = tables.people
    facts: list[dict[str, Any]] = [
        {"owner": people["季安"], "city": "近", "points": 20, "valid_until": "2026-03-04"},
        {"owner": people["苏敏"], "valid_until": "2026-03-06"}, {"city": "近", "points": 5}, {"points": 1},
    ]  # fmt: skip
    with at(0.01):
        keys = [tables.must("季安", "member.join", None, title="甲", **one) for one in facts]
        for key in keys:
            tables.do("苏敏", "member.void", key)
    given: list[dict[str, Any]] = [
        {"points": 12}, {"city": "近"}, {"points": None}, {"points": 3, "city": "近"}, {"title": "乙"},
    ]  # fmt: skip
    for day in range(1, 5):
        with at(day):
            for n, key in enumerate(keys):
                who = ("季安", "苏敏", "高岚")[(n + day) % 3]
                tables.must(who, "member.change", key, **given[(n * 2 + day) % len(given)])
                tables.do("苏敏", "member.void", key)
                if (n + day) % 3 == 0:
                    tables.must(who, "member.warn", key)
                    tables.do("苏敏", "member.void", key)
    with at(5):
        late = Context(people["苏敏"], "page", happened_at=MORNING + DAY / 2)
        gate.run(late, "member.change", [(key, {"points": 40, "city": "近"}) for key in keys])
        for key in keys:
            tables.do("苏敏", "member.void", key)
    assert_alike(mirrored(), keys_of)


SIGNED = {
    "in any order": "signatures: [manager, general_manager]",
    "in order": "signatures: [manager, general_manager], in_order: true",
    "two of one role or the owner": "signatures: [manager, member.owner]",
    "counted": "that: {signatures: '>= 2'}",
}
GRANT = shop.GRANT.replace("penalty.*]", "penalty.*, signature.*]")


def test_signatures(tables: Firm, mirrored: Mirrored) -> None:
    helper = "- requirement: {id: any, of: member.void, effect: warn, signatures: [manager, general_manager, agent]}\n"
    policy, keys_of = requirements(SIGNED)
    shop.enact(helper + policy, "  agent: {zh: 客服专员, en: Agent}\n", grant=GRANT)

    def sign(who: str, key: Any) -> None:
        tables.must(who, "signature.sign", None, act="member.void", object=key)

    with at(0.01):
        keys = [
            tables.must("季安", "member.join", None, title=name, owner=tables.people["季安"], points=5)
            for name in "甲乙丙丁"
        ]
        one, two, three, four = keys
        for key in keys:
            tables.do("苏敏", "member.void", key)
    with at(1):
        for who, key in (("苏敏", one), ("高岚", two), ("季安", three), ("苏敏", three)):
            sign(who, key)
            tables.do("苏敏", "member.void", key)
    with at(2):
        sign("高岚", one)
        sign("苏敏", two)
        tables.must("季安", "member.change", three, points=6)
        tables.must("季安", "member.warn", two)
        for key in (three, two, four):
            tables.do("罗平", "member.void", key)
    with at(3):
        tables.must("季安", "member.change", three, points=5)
        tables.do("苏敏", "member.void", three)
        sign("高岚", two)
        sign("高岚", three)
        for key in keys:
            tables.do("苏敏", "member.void", key)
    assert_alike(mirrored(), keys_of)


def test_what_a_signature_stood_for_may_not_be_known(tables: Firm, mirrored: Mirrored) -> None:
    """A case has facts that the mirror does not hold: where one may have changed since, nothing is guessed."""
    grant = shop.GRANT.replace("penalty.*]", "penalty.*, signature.*, case.*]").replace(
        "see: [member", "see: [case, member"
    )
    shop.enact("- requirement: {id: it, of: case.find, signatures: [manager, general_manager]}\n", grant=grant)
    with at(0.01):
        known, open_ = tables.accepted(), tables.accepted()
        for key in (known, open_):
            for who in ("苏敏", "高岚"):
                tables.must(who, "signature.sign", None, act="case.find", object=key)
        tables.must("季安", "case.note", open_, text="客户来电")
        given = {"findings": "承运方责任", "is_founded": True}
        first, second = (tables.do("苏敏", "case.find", key, **given) for key in (known, open_))
    live = written(["extra#it"])
    found = read(mirrored(), ["extra#it"])
    assert found.keys() == live.keys()
    assert found == live | {(str(second.event), "extra#it"): "unrecorded"}  # type: ignore[union-attr]
    assert found[str(first.event), "extra#it"] == "kept"  # type: ignore[union-attr]


@pytest.mark.parametrize("order", ["", ", in_order: true"])
def test_each_of_a_list_has_to_sign(past: Firm, mirrored: Mirrored, order: str) -> None:
    """The heads of all departments that a case concerns: of none, nobody is known who could."""
    control = f"{{id: it, of: case.classify, signatures: each of case.departments{order}}}"
    policy = (
        "policy: more\ntitle: 补充规定\neffective: 2020-01-01\nclauses:\n  - clause: 第一条\n    text: 补充。\n"
        f"    controls:\n      - requirement: {control}\n"
    )
    pack, faults = pack_from_texts({**read_pack(PACK).texts, "policies/more.yaml": policy})
    assert pack is not None and not faults
    with at(0.001):
        adopt(gate.run, SYSTEM, pack)
    units = [str(past.units["销售部"]), str(past.units["总部"])]
    with at(0.01):
        keys = [past.accepted(departments=some) for some in (units, units, units[:1], None)]
        for signers in (("高岚", None, None), ("韩立", "韩立", "韩立"), ("高岚", None, None)):
            for who, key in zip(signers, keys, strict=False):
                past.do("苏敏", "case.classify", key, severity="serious")
                if who is not None:
                    past.must(who, "signature.sign", None, act="case.classify", object=key)
        for key in keys:
            past.do("苏敏", "case.classify", key, severity="serious")
    live = written(["more#it"])
    assert read(mirrored(), ["more#it"]) == live
    assert set(live.values()) == {"kept", "refused"}
