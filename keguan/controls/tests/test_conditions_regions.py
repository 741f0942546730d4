"""The interval reading: exact where literals decide, never wrong where not; what it finds before publication."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keguan.controls.conditions import compile_condition, compile_table, condition_findings, exclude, findings
from keguan.controls.conditions.axes import Values
from keguan.controls.conditions.regions import Space, TooMany
from keguan.controls.conditions.spans import Interval
from keguan.controls.tests import drawn
from keguan.controls.tests.seen import Seen
from keguan.controls.tests.tried import times
from keguan.controls.tests.vocabulary import WORDS, condition, yaml
from keguan.kernel.records.kinds import Listing, Money

KNOWN = drawn.KINDS | drawn.SAID


@given(st.lists(drawn.CONDITIONS, min_size=1, max_size=2), st.integers(0, 3))
@settings(max_examples=times(50), deadline=None)
def test_regions_hold_what_python_answers(raws: list[Any], seed: int) -> None:
    several = [compile_condition(raw, drawn.WORDS) for raw in raws]
    space = Space([one.tree for one in several])
    try:
        regions = [(one, space.true(one.tree), space.false(one.tree)) for one in several]
    except TooMany:
        assume(False)
    for row in drawn.rows(seed):
        facts: dict[tuple[str, ...], Any] = {(name,): row[name] for name in KNOWN}
        for one, true, false in regions:
            answer = one.test(Seen(row))
            held = space.holds(true, facts), space.holds(false, facts)
            if not space.opaque:
                assert held == (answer is True, answer is False)
            elif answer is not None:
                assert held[0 if answer else 1]


@given(drawn.fact_tests(), st.integers(0, 3))
@settings(max_examples=times(50), deadline=None)
def test_intervals_are_the_values_with_which_it_can_be_true(raw: Any, seed: int) -> None:
    one = compile_condition(raw, drawn.WORDS)
    assume("unit_code" not in str(one.facts()))  # a unit's name may stand in one of two facts
    found = one.intervals()
    assert set(found) <= one.facts()
    opaque = Space([one.tree]).opaque
    for row in drawn.rows(seed):
        inside = [row[path[0]] in values for path, values in found.items()
                  if not isinstance(KNOWN[path[0]], Listing)]  # fmt: skip
        if one.test(Seen(row)):
            assert all(inside)
        elif not opaque and len(inside) == len(found):
            assert not all(inside)


def yuan(amount: str) -> Money:
    return Money(Decimal(amount))


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ('{amount: "[1000..5000)"}', "amount", Values((Interval(yuan("1000"), yuan("5000"), True, False),))),
        ('{amount: "not [1..2]"}', "amount",
         Values((Interval(None, yuan("1"), False, False), Interval(yuan("2"), None, False, False)))),
        ('{times: "(3..6)"}', "times", Values((Interval(4, 5, True, True),))),
        ('{times: "< 4"}', "times", Values((Interval(None, 3, False, True),))),
        ("[{times: 3}, {times: 4}]", "times", Values((Interval(3, 4, True, True),))),
        ('{score: "> 3"}', "score", Values((Interval(Decimal(3), None, False, False),))),
        ("{score: empty}", "score", Values(has_missing=True)),
        ('{happened_on: "<= 2026-01-31"}', "happened_on", Values((Interval(None, dt.date(2026, 1, 31), False, True),))),
        ("{type: not complaint}", "type", Values(members=("advice", "praise"))),
        ("{title: 'not [a, b]'}", "title", Values(members=("a", "b"), is_all_but=True)),
        ("{founded: false}", "founded", Values(members=(False,))),
        ("{tags: [vip, new]}", "tags",
         Values(members=(frozenset({"vip"}), frozenset({"new"}), frozenset({"vip", "new"})))),
    ],
)  # fmt: skip
def test_intervals(text: str, path: str, values: Values) -> None:
    assert condition(text).intervals() == {(path,): values}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('{all: [{times: "< 3"}, {times: "> 3"}]}', ["never"]),
        ('{all: [{times: "< 4"}, {times: "> 3"}]}', ["never"]),
        ('{all: [{score: "< 4"}, {score: "> 3"}]}', []),
        ("{all: [{type: complaint}, {type: advice}]}", ["never"]),
        ("{all: [{times: empty}, {times: 3}]}", ["never"]),
        ('{all: [{amount: "< 3"}, {amount: "> USD 1"}]}', ["never"]),
        ('{all: [{amount: "< $limit"}, {amount: ">= $limit"}]}', ["never"]),
        ("{all: [{done: case.find}, {not_done: case.find}]}", ["never"]),
        ("{all: [{happened_on: this month}, {happened_on: not this month}]}", ["never"]),
        ("{all: [{every: items, have: {pages: 1}}, {none: [{every: items, have: {pages: 1}}]}]}", ["never"]),
        ("{at_least: 2, of: [{times: 1}, {times: 2}, {times: 3}]}", ["never"]),
        ('{any: [{times: "< 4"}, {times: "> 3"}]}', ["always"]),
        ("{type: [complaint, advice, praise]}", ["always"]),
        ("{any: [{times: set}, {times: empty}]}", ["always"]),
        ("{any: [{tags: vip}, {tags: not vip}]}", ["always"]),
        ("{all: [{tags: vip}, {tags: new}]}", []),
        ('{amount: "< 3"}', []),
        ("{covered_by: settle}", []),
    ],
)
def test_conditions_that_have_one_answer_only(text: str, kinds: list[str]) -> None:
    found = condition_findings(condition(text), 7)
    assert [one.kind for one in found] == kinds
    for one in found:
        assert one.line == 7
        assert one.label.zh
        assert one.label.en


def test_an_amount_is_not_among_several_only_where_all_can_be_compared() -> None:
    one = condition("{amount: [USD 1, 3]}")
    space = Space([one.tree])
    for amount, is_true in ((yuan("3"), True), (yuan("5"), False), (Money(Decimal(1), "USD"), True)):
        facts: dict[tuple[str, ...], Any] = {("amount",): amount}
        assert space.holds(space.true(one.tree), facts) is is_true
        assert not space.holds(space.false(one.tree), facts), "in another currency it is unknown, not false"


@pytest.mark.parametrize(
    ("one", "two", "is_so"),
    [
        ('{times: "< 3"}', "{times: 3}", True),
        ('{times: "<= 3"}', "{times: 3}", False),
        ("{type: complaint, times: 1}", "[{type: advice}, {times: 2}]", True),
        ("{type: complaint}", "[{type: advice}, {times: 2}]", False),
        ("{amount: $limit}", '{amount: "!= $limit"}', True),
        ("{closed_at: 2026-01-31}", '{closed_at: "[2026-02-01 00:00..2026-02-02 00:00]"}', True),
        ("{closed_at: 2026-01-31}", '{closed_at: "[2026-01-31 23:00..2026-02-02 00:00]"}', False),
    ],
)
def test_conditions_that_exclude_each_other(one: str, two: str, is_so: bool) -> None:
    assert exclude(condition(one), condition(two)) is is_so


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- {when: {all: [{times: 1}, {times: 2}]}, by: a}\n- {by: b}", [("never", "第 1 行的条件永远不会成立")]),
        (
            "- {when: {times: '< 5'}, by: a}\n- {when: {times: '< $counted', all: [{times: 3}]}, by: b}\n- {by: c}",
            [("unchecked", "其他事实"), ("unreachable", "第 2 行")],
        ),
        (
            "- {when: {amount: '< 5'}, by: a}\n- {when: {amount: '>= 5'}, by: b}\n- {when: {amount: '< USD 9'}, by: c}",
            [("unreachable", "第 3 行")],
        ),
        (
            "- {when: {times: '< 2'}, by: a}\n- {when: {times: '> 8'}, by: b}",
            [("gap", "次数在 2 与 8 之间（含）")],
        ),
        (
            "- {when: {score: '[2..3)'}, by: a}",
            [("gap", "得分小于 2 或不低于 3")],
        ),
        ("- {when: {tags: vip}, by: a}", [("gap", "标签只有其他值")]),
        (
            "- {when: {happened_on: '< 2026-01-01'}, by: a}\n- {when: {happened_on: '> 2026-01-05'}, by: b}",
            [("gap", "发生日期在 2026-01-01 与 2026-01-05 之间（含）")],
        ),
    ],
)
def test_tables(text: str, found: list[tuple[str, str]]) -> None:
    seen = findings(compile_table(yaml(text), WORDS))
    assert [(one.kind, words in one.label.zh) for one, (_, words) in zip(seen, found, strict=True)] == [
        (kind, True) for kind, _ in found
    ], [one.label.zh for one in seen]


def test_a_long_table_is_checked_quickly() -> None:
    rows = "\n".join(
        f"- {{when: {{amount: '[{n}..{n + 1})', type: {kind}}}, by: a}}"
        for n in range(20)
        for kind in ("complaint", "[advice, praise]")
    )
    seen = findings(compile_table(yaml(rows), WORDS))
    assert {one.kind for one in seen} == {"gap"}
    assert any("赔付金额小于 0 元或不低于 20 元" in one.label.zh for one in seen)
