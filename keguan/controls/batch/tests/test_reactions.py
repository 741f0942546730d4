"""What set reactions off, and what they came to: the evidence that the live law kept is what the mirror gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from keguan.controls import gate
from keguan.controls.batch.tests.agreement import read, shown, tables
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.kernel import clock
from keguan.kernel.commands.context import Context

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
GUARDS = """
- prohibition: {id: stop, of: member.void, when: {points: ">= 10"}}
- prohibition: {id: tell, of: member.change, when: {points: "< 0"}, effect: warn}
- prohibition: {id: note, of: member.change, when: {city: 远}, effect: record}
- requirement: {id: owned, of: member.warn, that: {owner: set}}
"""
REACTIONS = {
    "an act": "after: {verb: member.change, when: {points: '>= 10'}}, when: {city: '!= 远'}, do: penalty.impose,"
    " with: {title: 甲}",
    "a fact that changes": "after: 'changed:member.city', when: {member.points: '>= 0'}, do: penalty.impose,"
    " with: {title: 迁移}",
    "facts or an act": "after: ['changed:member.city', 'changed:member.points', member.warn], do: penalty.impose,"
    " with: {title: 乙}",
    "a refusal": "after: 'hit:stop', when: {member.city: 近}, do: penalty.impose, with: {title: 触犯}",
    "warnings, records and refusals": "after: ['hit:tell', 'hit:note', 'hit:owned'], do: penalty.impose,"
    " with: {title: 触犯}",
    "rows": "after: member.warn, do: penalty.impose, with: {title: 警告},"
    " table: [{when: {points: '< 10'}, is: {fine: 30}}, {when: {points: '>= 20'}, is: {fine: 50}}]",
    "rows with people": "after: ['changed:member.points', 'hit:owned'], do: penalty.impose, with: {title: 警告},"
    " table: [{when: {member.city: 近}, by: head @ unit, is: {fine: 30}},"
    " {when: {member.city: 远}, by: member.owner, is: {fine: 50}}]",
    "people who are told": "after: 'changed:member.owner', notify: member.owner, text: 换人",
    "people who are told of a hit": "after: 'hit:stop', notify: head @ unit, text: 触犯",
    "a trial": "trial: true, after: ['changed:member.city', 'hit:tell'], do: penalty.impose, with: {title: 丙}",
    "a linked record": "after: purchase.pay, when: {paid: '>= 10'}, do: member.change, with: {title: 丁}, how: do",
}


def test_what_reactions_came_to(tables: Firm, mirrored: Mirrored) -> None:
    keys = {f"extra#it{n}": name for n, name in enumerate(REACTIONS)}
    shop.enact(GUARDS + "".join(f"- reaction: {{id: it{n}, {form}}}\n" for n, form in enumerate(REACTIONS.values())))
    with clock.pinned(SOON):
        lived(tables)
    live, found = shown(keys), read(mirrored(), keys)
    for key, name in keys.items():
        mine = {act: outcome for act, outcome in live.items() if act[1] == key}
        assert mine and {act: outcome for act, outcome in found.items() if act[1] == key} == mine, name


def lived(firm: Firm) -> None:
    """Members whose facts change in every way, empty ones among them; refusals, warnings, imports."""
    people, units = firm.people, firm.units
    outcomes = gate.run(Context(people["季安"], "page"), "member.join", [
        (None, {"title": f"m{n}", **facts})
        for n, facts in enumerate((
            {"points": 5, "city": "近", "unit": units["客服部"], "owner": people["季安"]}, {"points": 30, "city": "远"},
            {}, {"points": 15, "unit": units["热线组"]}, {"city": "近", "owner": people["唐果"]},
        ))
    ])  # fmt: skip
    keys: list[Any] = [outcome.object for outcome in outcomes]
    changes: list[dict[str, Any]] = [
        {"city": "远"}, {"points": 12}, {"points": -1}, {"points": None}, {"city": None}, {"city": "近", "points": 25},
        {"owner": people["苏敏"]}, {"owner": None}, {"title": "只改名"},
    ]  # fmt: skip
    for n, change in enumerate(changes):
        for key in keys[n % 2 :]:
            firm.must("苏敏", "member.change", key, **change)
    for key in keys:
        firm.do("苏敏", "member.warn", key)
    for n, key in enumerate(keys):
        firm.must("苏敏", "member.change", key, owner=people["季安"], points=n * 8 if n else None)
        firm.do("苏敏", "member.warn", key)
        firm.do("苏敏", "member.void", key)
    firm.system("member.change", keys[0], points=40, city="沪")
    gate.run(
        Context(None, "import", imported=True), "member.change", [(keys[1], {"points": 41, "city": "京"})]
    )  # fmt: skip
    for paid in ("5", "10", "500"):
        firm.must("季安", "purchase.pay", None, title="茶", member=keys[0], paid=paid)
