"""Conditions answer true, false or unknown: truth tables over the live reading."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from keguan.controls.conditions import ALWAYS, PlainScope, compile_condition, compile_when
from keguan.controls.conditions.nodes import Adopted
from keguan.controls.tests.vocabulary import WORDS, condition, yaml
from keguan.kernel.records.kinds import COMPANY_ZONE, Money
from keguan.kernel.records.labels import Label

HERE, THERE = uuid.uuid4(), uuid.uuid4()


def scope(**facts: Any) -> PlainScope:
    lines: dict[tuple[str, ...], Any] = {("items",): facts.pop("items")} if "items" in facts else {}
    day = facts.pop("today", dt.date(2026, 10, 9))
    parameters = facts.pop("parameters", {})
    return PlainScope(
        {tuple(key.split("__")): value for key, value in facts.items()}, lines, parameters,
        frozenset(("case.find",)), frozenset(("settle",)), day,
    )  # fmt: skip


def yuan(amount: str) -> Money:
    return Money(Decimal(amount))


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ('{amount: "< 1000"}', {"amount": yuan("999.99")}, True),
        ('{amount: "< 1000"}', {"amount": yuan("1000")}, False),
        ('{amount: "< 1000"}', {"amount": Money(Decimal(1), "USD")}, None),
        ('{amount: "< USD 1000"}', {"amount": Money(Decimal(1), "USD")}, True),
        ('{amount: "[1000..5000)"}', {"amount": yuan("1000")}, True),
        ('{amount: "[1000..5000)"}', {"amount": yuan("5000")}, False),
        ('{amount: "(1000..5000]"}', {"amount": yuan("1000")}, False),
        ('{amount: "(1000..5000]"}', {"amount": yuan("5000")}, True),
        ("{amount: 1000}", {"amount": yuan("1000.00")}, True),
        ('{amount: "!= 1000"}', {"amount": yuan("1000.00")}, False),
        ('{amount: "<= $limit"}', {"amount": yuan("3"), "limit": yuan("3")}, True),
        ('{amount: "<= $limit"}', {"amount": yuan("3"), "limit": Money(Decimal(3), "USD")}, None),
        ('{score: "0.8"}', {"score": Decimal("0.80")}, True),
        ("{score: 0.8}", {"score": Decimal("0.8")}, True),
        ("{times: [3, 6, 9]}", {"times": 6}, True),
        ("{times: [3, 6, 9]}", {"times": 7}, False),
        ('{times: "not [3, 6]"}', {"times": 7}, True),
        ("{type: complaint}", {"type": "complaint"}, True),
        ("{type: 投诉}", {"type": "complaint"}, True),
        ("{type: [complaint, 建议]}", {"type": "praise"}, False),
        ('{type: "not complaint"}', {"type": "advice"}, True),
        ("{founded: false}", {"founded": False}, True),
        ('{founded: "no"}', {"founded": False}, True),
        ("{title: \"'a, b'\"}", {"title": "a, b"}, True),
        ("{title: not urgent}", {"title": "urgent"}, False),
        ('{happened_on: "< 2009-05-01"}', {"happened_on": dt.date(2009, 4, 30)}, True),
        ("{happened_on: 2009-05-01}", {"happened_on": dt.date(2009, 5, 1)}, True),
        # 16:30 UTC is half past midnight of the next day in Shanghai
        ('{closed_at: "<= 2026-01-31"}', {"closed_at": dt.datetime(2026, 1, 31, 15, 59, tzinfo=dt.UTC)}, True),
        ('{closed_at: "<= 2026-01-31"}', {"closed_at": dt.datetime(2026, 1, 31, 16, 30, tzinfo=dt.UTC)}, False),
        (
            '{closed_at: "<= 2026-01-31 18:00"}',
            {"closed_at": dt.datetime(2026, 1, 31, 18, 0, tzinfo=COMPANY_ZONE)},
            True,
        ),
        (
            "{happened_on: $closed_at}",
            {"happened_on": dt.date(2026, 2, 1), "closed_at": dt.datetime(2026, 1, 31, 16, 30, tzinfo=dt.UTC)},
            True,
        ),
        ("{happened_on: last month}", {"happened_on": dt.date(2026, 9, 30)}, True),
        ("{happened_on: last_month}", {"happened_on": dt.date(2026, 10, 1)}, False),
        ("{happened_on: this week}", {"happened_on": dt.date(2026, 10, 5)}, True),
        ("{happened_on: last quarter}", {"happened_on": dt.date(2026, 7, 1)}, True),
        ("{happened_on: last year}", {"happened_on": dt.date(2025, 12, 31)}, True),
        ("{happened_on: last 6 months}", {"happened_on": dt.date(2026, 4, 9)}, True),
        ("{happened_on: last 6 months}", {"happened_on": dt.date(2026, 4, 8)}, False),
        ("{happened_on: last 3 days}", {"happened_on": dt.date(2026, 10, 9)}, False),
        ("{happened_on: same_day_of_year}", {"happened_on": dt.date(1990, 10, 9)}, True),
        ("{happened_on: same_day_of_year}", {"happened_on": dt.date(2000, 2, 29), "today": dt.date(2026, 2, 28)}, True),
        (
            "{happened_on: same_day_of_year}",
            {"happened_on": dt.date(2000, 2, 29), "today": dt.date(2028, 2, 28)},
            False,
        ),
        ("{customer.company: $actor.company}", {"customer__company": HERE, "actor__company": HERE}, True),
        ('{customer.company: "!= $actor.company"}', {"customer__company": HERE, "actor__company": THERE}, True),
        ("{tags: vip}", {"tags": ["new", "vip"]}, True),
        ("{tags: not vip}", {"tags": ["new", "vip"]}, False),
        ("{done: case.find}", {}, True),
        ("{not_done: case.find}", {}, False),
        ("{done: [case.close, case.find]}", {}, True),
        ("{covered_by: settle}", {}, True),
        ("{count: case.departments, is: '>= 2'}", {"case__departments": [HERE, THERE]}, True),
        ("{count: case.departments, is: '>= 2'}", {"case__departments": []}, False),
        ("{count: items, is: 2}", {"items": [{}, {}]}, True),
        ("{sum: items.pages, is: $counted}", {"items": [{"pages": 3}, {"pages": 4}], "counted": 7}, True),
        ("{sum: items.pages, is: 0}", {"items": []}, True),
        ("{sum: items.pages, is: 3}", {"items": [{"pages": 3}, {"pages": None}]}, None),
        ("{sum: items.cost, is: '< 10'}", {"items": [{"cost": yuan("3")}, {"cost": yuan("4")}]}, True),
        ("{sum: items.cost, is: '< 10'}", {"items": [{"cost": yuan("3")}, {"cost": Money(Decimal(1), "USD")}]}, None),
        ("{sum: items.cost, is: '< 10'}", {"items": []}, True),
        ("{every: items, have: {pages: $approved}}", {"items": [{"pages": 3, "approved": 3}]}, True),
        ("{every: items, have: {pages: $approved}}", {"items": [{"pages": 3, "approved": 4}, {}]}, False),
        ("{every: items, have: {pages: $approved}}", {"items": [{"pages": 3, "approved": 3}, {}]}, None),
        ("{every: items, have: {pages: $counted}}", {"items": [{"pages": 3}], "counted": 3}, True),
        ("{every: items, have: {pages: set}}", {"items": []}, True),
        ("{none: [{every: items, have: {pages: set}}]}", {"items": []}, False),
        ("{every: items, have: {pages: set}}", {}, None),
        ('{times: ">= @limit=5"}', {"times": 4, "parameters": {"limit": "4"}}, True),
        ('{times: ">= @limit=5"}', {"times": 9}, None),
    ],
)
def test_forms(text: str, facts: dict[str, Any], expected: bool | None) -> None:
    assert condition(text).test(scope(**facts)) is expected


@pytest.mark.parametrize(
    "test", ['"< 5"', '"!= 5"', "5", "not 5", '"not < 5"', '"not [1..3]"', '"not [1, 2]"', '"> $counted"']
)
def test_missing_fact_is_unknown_either_way(test: str) -> None:
    one = condition(f"{{times: {test}}}")
    assert one.test(scope(counted=1)) is None
    assert one.negated().test(scope(counted=1)) is None
    assert [name.key for name in one.missing(scope(counted=1))] == ["times"]


@pytest.mark.parametrize("nothing", [None, "", []])
def test_set_and_empty_are_never_unknown(nothing: object) -> None:
    assert condition("{title: set}").test(scope(title=nothing)) is False
    assert condition("{title: empty}").test(scope(title=nothing)) is True
    assert condition("{title: not empty}").test(scope(title="a")) is True


T, F, U = "{times: 1}", "{times: 2}", "{score: 1}"


@pytest.mark.parametrize(
    ("parts", "all_", "any_"),
    [
        ([T, T], True, True), ([T, F], False, True), ([T, U], None, True), ([F, F], False, False),
        ([F, U], False, None), ([U, U], None, None), ([U, F], False, None), ([U, T], None, True),
    ],
)  # fmt: skip
def test_kleene(parts: list[str], all_: bool | None, any_: bool | None) -> None:
    here, listed = scope(times=1), ", ".join(parts)
    assert condition(f"{{all: [{listed}]}}").test(here) is all_
    assert condition(f"{{any: [{listed}]}}").test(here) is any_
    assert condition(f"[{listed}]").test(here) is any_
    assert compile_condition(yaml(f"[{listed}]"), WORDS, lists="all").test(here) is all_
    assert condition(f"{{none: [{listed}]}}").test(here) is (None if any_ is None else not any_)


@pytest.mark.parametrize(
    ("count", "parts", "expected"),
    [
        (1, [T, F], True),
        (2, [T, F], False),
        (2, [T, U], None),
        (2, [T, T, U], True),
        (2, [F, F, U], False),
        (3, [T, T, U], None),
    ],
)
def test_at_least(count: int, parts: list[str], expected: bool | None) -> None:
    one = condition(f"{{at_least: {count}, of: [{', '.join(parts)}]}}")
    assert one.test(scope(times=1)) is expected
    assert one.negated().test(scope(times=1)) is (None if expected is None else not expected)


def test_when_and_unless() -> None:
    rule = compile_when(yaml("{amount: set}"), yaml("{covered_by: settle}"), WORDS)
    assert rule.test(scope(amount=yuan("1"))) is False
    assert rule.test(PlainScope({("amount",): yuan("1")})) is True
    assert compile_when(None, None, WORDS) is ALWAYS
    assert ALWAYS.test(scope()) is True
    either = compile_when(None, yaml("[{founded: true}, {times: 1}]"), WORDS)
    assert either.test(scope(founded=False, times=1)) is False
    assert either.test(scope(founded=False)) is None


def test_what_it_reads() -> None:
    one = condition("{amount: '<= $limit', every: items, have: {pages: set}, not_done: case.close, covered_by: settle}")
    assert one.facts() == {("amount",), ("limit",), ("items",), ("items", "pages")}
    assert one.line_lists() == {("items",)}
    assert one.verbs() == {"case.close"}
    assert one.controls() == {"settle"}
    read = one.reads(scope(amount=yuan("3"), items=[{"pages": 1}, {}]))
    assert read == {"amount": yuan("3"), "limit": None, "items.pages": [1, None]}
    assert condition("{count: items, is: 2}").reads(scope(items=[{}])) == {"items": 1}
    assert one.outcomes(scope(amount=yuan("3")))["compensation is at most limit"] is None
    assert set(condition("{times: '> @limit=5'}").parameters()) == {"limit"}


def test_its_words_say_what_the_company_set() -> None:
    one, called = condition("{times: '> @limit=5'}"), Label("次数上限", "Most times")
    assert "待定" in one.sentence()
    adopted = one.adopting({"limit": Adopted(called, 7)})
    assert adopted == one
    for words in (adopted.sentence(), adopted.negated().sentence()):
        assert "7" in words
        assert "待定" not in words
    unread = one.adopting({"limit": Adopted(called, "many")})
    assert "待定" in unread.sentence(), "what cannot be read is not set"


def test_a_parameter_that_nobody_set_is_called_by_its_words() -> None:
    one, called = condition("{times: '> @limit'}"), Label("次数上限", "Most times")
    assert "多于“次数上限”（待定）" in one.adopting({"limit": Adopted(called)}).sentence()
    assert "“Most times” (to be set)" in one.adopting({"limit": Adopted(called)}).sentence("en")
    assert "多于 9（待定）" in one.adopting({"limit": Adopted(called, suggestion=9)}).sentence()
    [missing] = one.adopting({"limit": Adopted(called)}).missing(scope(times=2))
    assert missing.label == called


def test_missing_names_only_what_matters() -> None:
    one = condition("[{amount: '< 5'}, {times: 1}, {score: 1}]")
    assert [name.key for name in one.missing(scope(times=2))] == ["amount", "score"]
    assert one.missing(scope(times=1)) == []
    assert [name.key for name in condition("{every: items, have: {pages: 1}}").missing(scope())] == ["items"]
    assert [name.key for name in condition("{sum: items.pages, is: $counted}").missing(scope(items=[{}]))] == [
        "items.pages",
        "counted",
    ]
    assert [name.label.zh for name in condition("{times: '> @limit=5'}").missing(scope(times=1))] == ["参数 limit"]
