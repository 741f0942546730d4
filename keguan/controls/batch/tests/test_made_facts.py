"""Facts that measures and formulas make, in conditions, quotas and what follows them: as the live law read them."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import read, shown, tables, written
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import SYSTEM, Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.mirror import opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
DAY = dt.timedelta(days=1)
MEASURES = """
- measure: {id: paid, name: member.paid, of: member, sum: purchase.paid, where: {is_void: false}, in: last 2 months}
- measure: {id: bought, name: member.bought, of: member, count: purchase.pay, in: this month}
- measure: {id: before, name: member.before, of: member, count: purchase, in: last month, "on": paid_on}
- measure: {id: mean, name: member.mean, of: member, average: purchase.paid}
- measure: {id: big, name: member.big, of: member, count: purchase, share: {paid: ">= 100"}}
- measure: {id: worth, name: member.worth, of: member,
    formula: "round_down(min(mean, allowance) / 10, 1) * 10 + paid - paid"}
"""
TESTS = {
    "paid": '">= 250"', "bought": '">= 3"', "before": '"[1..3]"', "mean": '"> 99.5"', "big": '">= 0.5"',
    "worth": '">= 100"',
}  # fmt: skip
WARNED = "- prohibition: {id: w-%s, of: member.warn, when: {%s: %s}, effect: warn}\n"
BOUGHT = "- prohibition: {id: b-%s, of: [purchase.pay, purchase.correct], when: {member.%s: %s}, effect: record}\n"
AFTER = "- prohibition: {id: a-%s, of: [purchase.pay, purchase.correct], when: {member.%s_after: %s}, effect: warn}\n"
GUARDS = "".join(
    form % (name, name, test) for name, test in TESTS.items() for form in (WARNED, BOUGHT, AFTER)
    if not (form == AFTER and name == "worth")
)  # fmt: skip


def lived(firm: Firm, seed: int = 1) -> None:
    """Four months of members who buy, alone and in lists, of purchases corrected, voided and given to others."""
    draw = random.Random(seed)
    members: list[UUID] = []
    bought: list[UUID] = []
    at = SOON
    for turn in range(36):
        with clock.pinned(at):
            if turn % 9 == 0:
                allowance = ("120", None, "50", "1000")[turn // 9]
                given = {} if allowance is None else {"allowance": allowance}
                members.append(firm.must("季安", "member.join", None, title="甲", **given))
            several: list[tuple[None, dict[str, Any]]] = [
                (None, {"member": draw.choice(members), "paid": draw.choice(["1", "99.50", "100", "260"]),
                        "paid_on": (at - draw.choice([0, 3, 40]) * DAY).date().isoformat()})
                for _ in range(draw.choice([1, 1, 3]))
            ]  # fmt: skip
            for outcome in gate.run(Context(firm.people["季安"], "page"), "purchase.pay", several):
                bought += [outcome.object] if type(outcome).__name__ == "Done" and outcome.object else []
            if bought and turn % 3 == 0:
                change: dict[str, Any] = draw.choice(
                    [{"is_void": True}, {"is_void": False}, {"paid": "120"}, {"member": members[0]}]
                )
                firm.do("季安", "purchase.correct", draw.choice(bought), **change)
            for member in members:
                firm.do("苏敏", "member.warn", member)
        at += draw.choice([dt.timedelta(0), dt.timedelta(minutes=5), DAY, 6 * DAY])


def test_conditions_read_what_measures_came_to(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(MEASURES + GUARDS)
    lived(tables)
    keys = [f"extra#{head}-{name}" for name in TESTS for head in "wba" if (head, name) != ("a", "worth")]
    place, live = mirrored(), written(keys)
    by_key = {key: {said for (_, one), said in live.items() if one == key} for key in keys}
    assert all(len(said) >= 2 for said in by_key.values()), by_key
    assert read(place, keys) == live


def test_quotas_and_what_follows_their_hits(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact("""
- measure: {id: used, name: member.used, of: member, sum: purchase.paid, in: this month, limit: $member.allowance}
- measure: {id: often, name: member.often, of: member, count: purchase.pay, in: last 10 days, limit: 3}
- measure: {id: tried, name: member.tried, of: member, count: purchase.pay, in: this month, limit: 2, trial: true}
- reaction: {id: told, after: ['hit:used', 'hit:often'], when: {paid: '>= 99'}, do: penalty.impose,
    with: {title: 超额}, table: [{when: {member.often: '>= 2'}, is: {fine: 30}}, {is: {fine: 50}}]}
""")
    lived(tables, 3)
    keys = ["extra#used", "extra#often", "extra#tried"]
    place, live, told = mirrored(), written(keys), shown(["extra#told"])
    assert {"kept", "refused", "undetermined", "recorded"} <= set(live.values())
    assert "done" in told.values()
    assert read(place, [*keys, "extra#told"]) == live | told
    with opened(place) as mirror:
        counted, found = differences(mirror, SOON + 200 * DAY)
        assert [one.as_json() for one in found] == []
        assert any("extra#often" in refusing for refusing in counted.attempts.values())


def test_what_decisions_and_openings_read(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(
        MEASURES
        + """
- decision: {id: grade, sets: member.grade, after: member.warn,
    table: [{when: {paid: ">= 300"}, is: gold}, {when: {bought: ">= 2"}, is: silver}, {is: plain}]}
- deadline: {id: call, after: {verb: purchase.pay, when: {member.bought: ">= 2"}}, do: purchase.correct,
    within: 3 days, by: purchase.owner}
- reaction: {id: fine, after: {verb: purchase.pay, when: {member.paid: ">= 300"}}, do: penalty.impose,
    with: {title: 大额}}
"""
    )
    lived(tables, 5)
    place = mirrored()
    decided = written(["extra#grade"])
    assert len(set(decided.values())) >= 3
    fined = shown(["extra#fine"])
    assert fined
    assert read(place, ["extra#grade", "extra#fine"]) == decided | fined
    with opened(place) as mirror:
        counted, found = differences(mirror, SOON + 300 * DAY)
        assert [one.as_json() for one in found] == []
    assert any(key[0] == "extra#call" for key in counted.obligations)


def test_items_of_a_list_are_read_in_their_order(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact("- measure: {id: often, name: member.often, of: member, count: purchase.pay, in: this year, limit: 3}\n")
    with clock.pinned(SOON):
        members = [tables.must("季安", "member.join", None, title="甲") for _ in range(3)]
        gate.run(SYSTEM, "purchase.pay", [(None, {"member": members[n % 3], "paid": "1"}) for n in range(14)])
    live = written(["extra#often"])
    assert Counter(live.values()) == {"kept": 9, "refused": 5}
    assert read(mirrored(), ["extra#often"]) == live
