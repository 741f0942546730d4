"""Reactions to breaches, to kept terms and to dates that come: live and batch tell the same, record by record."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from keguan.controls import gate
from keguan.controls.batch.backtest import backtest
from keguan.controls.batch.drafts import read_draft
from keguan.controls.batch.lived import live_evidence
from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import came, shown_at, tables
from keguan.controls.jobs import sweep_once
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm, club
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.mirror import opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
DAY = dt.timedelta(days=1)
CLOCKS = """
- deadline: {id: keep, after: member.join, do: member.warn, within: 2 days, by: head @ unit,
    cancel: {verb: member.change, when: {city: 撤}}}
- deadline: {id: pay, after: member.warn, do: member.void, within: 3 days, by: head @ unit,
    pause: {from: {verb: member.change, when: {city: 停}}, until: {verb: member.change, when: {city: 续}}}}
"""
JUDGED = {
    "a breach": "after: 'breach:keep', when: {points: '>= 10'}, do: penalty.impose, with: {title: 逾期}",
    "a breach of what pauses": "after: 'breach:pay', do: penalty.impose, with: {title: 逾期}",
    "a kept term": "after: 'kept:keep', when: {points: '>= 10'}, do: penalty.impose, with: {title: 按时}",
    "kept or not": "after: ['kept:pay', 'breach:pay'], do: penalty.impose, with: {title: 到了},"
    " table: [{when: {points: '< 10'}, is: {fine: 1}}, {when: {city: 近}, by: head @ unit, is: {fine: 2}}]",
    "people who are told": "after: ['breach:keep', 'kept:keep'], notify: head @ unit, text: 到了",
    "a trial": "trial: true, after: ['breach:keep', 'kept:pay'], when: {points: '>= 10'}, do: penalty.impose,"
    " with: {title: 到了}",
}


def some(firm: Firm) -> list[Any]:
    """Members with and without the facts that are read."""
    units = firm.units
    facts: list[dict[str, Any]] = [
        {"points": 5, "unit": units["客服部"]},
        {"points": 30, "city": "近"},
        {},
        {"points": 15, "unit": units["热线组"]},
        {"city": "近", "unit": units["客服部"]},
        {"points": 20, "city": "近", "unit": units["仓库"]},
    ]
    given = [(None, {"title": f"m{n}", **one}) for n, one in enumerate(facts)]
    return [one.object for one in gate.run(Context(firm.people["季安"], "page"), "member.join", given)]


def reactions(forms: Mapping[str, str]) -> str:
    return "".join(f"- reaction: {{id: it{n}, {form}}}\n" for n, form in enumerate(forms.values()))


def assert_alike(place: Path, forms: Mapping[str, str], now: dt.datetime) -> None:
    """What each came to; and its evidence is recounted, row for row with the events that show it."""
    keys = {f"extra#it{n}": name for n, name in enumerate(forms)}
    told = came(place, keys, now)
    evidence = live_evidence(now)
    with opened(place) as mirror:
        counted, found = differences(mirror, now)
    assert [one.as_json() for one in found] == []
    for key, name in keys.items():
        live = shown_at(key)
        assert live and told[key] == live, name
        assert key not in counted.unshown, name
        mine = [{one: n for one, n in all_.items() if one.control == key} for all_ in (counted.evidence, evidence)]
        assert mine[0] == mine[1], name


def at(day: float) -> Any:
    return clock.pinned(MORNING + DAY * day)


def days_of_clocks(firm: Firm) -> dt.datetime:
    """Terms kept, late, broken, cancelled, paused, entered late, swept late; facts changed around the due moment."""
    with at(0.01):
        first, second = some(firm), some(firm)
    with at(1):
        firm.must("苏敏", "member.warn", first[0])
        firm.must("苏敏", "member.warn", first[1])
        firm.must("苏敏", "member.warn", first[5])
        firm.must("苏敏", "member.change", second[1], city="撤")
        firm.must("苏敏", "member.change", first[1], city="停")
        firm.must("苏敏", "member.change", second[4], points=60)
    with at(3):
        sweep_once()
        firm.must("苏敏", "member.change", second[0], points=50)
        firm.must("苏敏", "member.warn", second[3])
    with at(3.5):
        firm.must("苏敏", "member.void", first[0])
        late = Context(firm.people["季安"], "page", happened_at=MORNING + DAY)
        assert isinstance(gate.run_one(late, "member.warn", second[5], {}), Done)
    with at(5):
        firm.must("苏敏", "member.change", first[1], city="续")
        firm.must("苏敏", "member.change", second[3], points=70)
    with at(30):
        firm.must("苏敏", "member.void", second[5])
        sweep_once()
    return MORNING + DAY * 30


def test_judgements_set_reactions_off(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(CLOCKS + reactions(JUDGED))
    now = days_of_clocks(tables)
    assert_alike(mirrored(), JUDGED, now)


DATES = {
    "a gate": "after: 'reached:member.valid_until', when: {points: '>= 10'}, do: penalty.impose, with: {title: 到期}",
    "either date": "after: ['reached:member.valid_until', 'reached:member.joined_on'], do: penalty.impose,"
    " with: {title: 到期}",
    "people": "after: 'reached:member.valid_until', notify: head @ unit, text: 到期",
    "a trial": "trial: true, after: 'reached:member.valid_until', when: {points: '>= 10'}, do: penalty.impose,"
    " with: {title: 到期}",
}


def on(day: int) -> str:
    return str((MORNING + DAY * day).date())


def test_dates_that_come_set_reactions_off(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(reactions(DATES))
    with at(0.01):
        keys = some(tables)
        for n, key in enumerate(keys):
            tables.must("苏敏", "member.change", key, valid_until=on(3 + n % 3), joined_on=on(-20 if n % 2 else 4))
        gate.run(Context(None, "import", imported=True), "member.join", [
            (None, {"title": "旧", "points": 20, "valid_until": on(-3)})])  # fmt: skip
    with at(2):
        tables.must("苏敏", "member.change", keys[0], valid_until=on(-1))
        tables.must("苏敏", "member.change", keys[1], valid_until=on(8))
        tables.must("苏敏", "member.change", keys[3], valid_until=None)
    with at(4.5):
        tables.must("苏敏", "member.change", keys[2], points=99)
        sweep_once()
        tables.must("苏敏", "member.change", keys[5], valid_until=on(4))
    with at(6):
        shop.enact("- requirement: {id: note, of: member.warn, fields: [title]}")
    with at(9):
        sweep_once()
        shop.enact(reactions(DATES))
    with at(9.1):
        tables.must("苏敏", "member.change", keys[4], valid_until=on(11), points=1)
    with at(12):
        sweep_once()
    assert_alike(mirrored(), DATES, MORNING + DAY * 12)


def test_a_draft_with_another_term_has_its_own_breaches(tables: Firm, mirrored: Mirrored, tmp_path: Path) -> None:
    policy = (
        "- deadline: {id: keep, after: member.join, do: member.warn, within: %d days, by: head @ unit}\n"
        "- reaction: {id: it, after: ['breach:keep', 'kept:keep'], do: penalty.impose, with: {title: 到了},\n"
        "    when: {points: '>= 10'}}\n"
        "- reaction: {id: came, after: 'reached:member.valid_until', do: penalty.impose, with: {title: 到期},\n"
        "    when: {points: '>= %d'}}\n"
    )
    shop.enact(policy % (6, 10))
    with at(0.01):
        soon, late, never, poor = [
            tables.must("季安", "member.join", None, title=name, points=points, valid_until=on(5))
            for name, points in (("soon", 20), ("late", 20), ("never", 20), ("poor", 5))
        ]
    for day, key in ((1, soon), (1, poor), (4, late)):
        with at(day):
            tables.must("苏敏", "member.warn", key)
    with at(20):
        sweep_once()
    folder = tmp_path / "extra"
    (folder / "policies").mkdir(parents=True)
    for name, text in shop.texts(policy % (2, 5)).items():
        (folder / name).write_text(text, encoding="utf-8")
    with opened(mirrored()) as mirror:
        found = backtest(mirror, read_draft(str(folder), {}), MORNING + DAY * 20)
    it, came_of = (next(one for one in found.figures if one.control.id == name) for name in ("it", "came"))
    # soon and late kept theirs, never did not; in two days late breaks as well
    assert it.then == it.now == {"applied": 3, "done": 3}
    changed = {(one.object, one.happened_at, one.then, one.now) for one in found.changes if one.control == "extra#it"}
    assert {(key, then, now) for key, _, then, now in changed} == {
        (str(late), "done", None), (str(late), None, "done"), (str(never), "done", None), (str(never), None, "done"),
    }  # fmt: skip
    assert (came_of.then, came_of.now) == ({"applied": 3, "done": 3}, {"applied": 4, "done": 4})
    [change] = [one for one in found.changes if one.control == "extra#came"]
    assert (change.object, change.then, change.now) == (str(poor), None, "done")
