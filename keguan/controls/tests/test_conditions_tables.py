"""Decision tables: the first true row decides, the unknown stops, and gaps and overlaps are found."""

from decimal import Decimal
from typing import Any

import pytest

from keguan.controls.conditions import Match, PlainScope, Table, Unknown, Where, compile_table, findings
from keguan.controls.tests.vocabulary import WORDS, yaml
from keguan.kernel.records.kinds import Money

AUTHORITY = """
- {when: {amount: "< 1000"}, by: manager}
- {when: {amount: "[1000..5000)"}, by: deputy}
- {when: {amount: ">= 5000"}, by: general}
"""


def table(text: str, **options: Any) -> Table:
    return compile_table(yaml(text), WORDS, Where(), **options)


def at(amount: str | None, currency: str = "CNY", **facts: Any) -> PlainScope:
    money = None if amount is None else Money(Decimal(amount), currency)
    return PlainScope({("amount",): money, **{(key,): value for key, value in facts.items()}})


@pytest.mark.parametrize(
    ("amount", "by"),
    [("0", "manager"), ("999.99", "manager"), ("1000", "deputy"), ("3200", "deputy"), ("5000", "general")],
)
def test_the_first_true_row_decides(amount: str, by: str) -> None:
    found = table(AUTHORITY, outputs={"by"}).lookup(at(amount))
    assert isinstance(found, Match)
    assert found.row.outputs == {"by": by}


def test_an_unknown_row_stops_the_table() -> None:
    found = table(AUTHORITY).lookup(at(None))
    assert isinstance(found, Unknown)
    assert [name.label.zh for name in found.missing] == ["赔付金额"]
    assert isinstance(table(AUTHORITY).lookup(at("1", "USD")), Unknown)
    with_else = table("- {when: {score: '> 5'}, is: a}\n- {is: b}")
    assert isinstance(with_else.lookup(at("1")), Unknown)
    later = table("- {when: {amount: set}, is: a}\n- {when: {score: '> 5'}, is: b}")
    assert later.lookup(at("1")) == Match(0, later.rows[0])


def test_no_row() -> None:
    assert table("- {when: {amount: '< 5'}, is: a}").lookup(at("6")) is None


def test_every_match() -> None:
    several = table("- {when: {amount: '> 1'}, is: 1}\n- {is: 2}\n- {when: {score: 1}, is: 3}", first_match=False)
    matches, unknown = several.matches(at("2"))
    assert [match.index for match in matches] == [0, 1]
    assert [one.index for one in unknown] == [2]


def test_outputs_are_parsed() -> None:
    made = table("- {when: {amount: set}, is: ' a '}", parse=lambda key, value, where: (key, value.strip(), where.line))
    assert made.rows[0].outputs == {"is": ("is", "a", 1)}
    assert made.facts() == {("amount",)}
    assert made.reads(at("3")) == {"amount": Money(Decimal(3))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (AUTHORITY, []),
        (
            "- {when: {amount: '< 1000'}, by: a}\n- {when: {amount: '> 1000'}, by: b}",
            [("gap", "没有一行适用：赔付金额正好 1,000 元")],
        ),
        (
            "- {when: {amount: '<= 1000'}, by: a}\n- {when: {amount: '>= 1000'}, by: b}",
            [("overlap", "第 1 行与第 2 行都适用：赔付金额正好 1,000 元")],
        ),
        ("- {when: {amount: '< 1000'}, by: a}\n- {when: {amount: '[2000..3000]'}, by: b}\n- {by: c}", []),
        (
            "- {when: {amount: '< 1000'}, by: a}\n- {when: {amount: '< 500'}, by: b}\n- {by: c}",
            [("overlap", "第 1 行与第 2 行都适用：赔付金额小于 500 元"), ("unreachable", "第 2 行永远轮不到")],
        ),
        ("- {when: {type: complaint}, by: a}\n- {when: {type: [advice]}, by: b}", [("gap", "类型为表扬")]),
        ("- {when: {founded: true}, by: a}", [("gap", "投诉成立为“否”")]),
        (
            """
            - {when: {founded: true, times: '< 3'}, by: a}
            - {when: {founded: false}, by: b}
            - {when: {founded: true, times: '> 3'}, by: c}
            """,
            [("gap", "投诉成立为“是”，次数正好 3")],
        ),
        ("- {when: {times: '<= 3'}, by: a}\n- {when: {times: '>= 4'}, by: c}", []),
        ("- {when: {score: '<= 3'}, by: a}\n- {when: {score: '>= 4'}, by: c}", [("gap", "得分在 3 与 4 之间")]),
        (
            "- {when: {happened_on: '< 2009-06-01'}, by: a}\n- {when: {happened_on: '> 2009-06-01'}, by: b}",
            [("gap", "发生日期正好 2009-06-01")],
        ),
        (
            "- {when: {closed_at: '< 2009-06-01'}, by: a}\n- {when: {closed_at: '> 2009-06-01'}, by: b}",
            [("gap", "结案时间正好 2009-06-01")],
        ),
        ("- {when: {title: a}, by: a}", [("gap", "标题为其他值")]),
        ("- {when: {amount: empty}, by: a}\n- {when: {amount: '< 5'}, by: b}\n- {when: {amount: '>= 5'}, by: c}", []),
        (
            "- {when: {amount: '< 5'}, by: b}\n- {when: {amount: '>= 5'}, by: c}\n- {when: {amount: set}, by: d}",
            [("overlap", "第 1 行与第 3 行"), ("overlap", "第 2 行与第 3 行"), ("unreachable", "第 3 行")],
        ),
        ("- {when: {amount: '< $limit'}, by: a}\n- {by: b}", [("unchecked", "其他事实或参数")]),
        ("- {when: {done: case.find}, by: a}\n- {by: b}", [("unchecked", "不能逐一试")]),
    ],
)
def test_findings(text: str, found: list[tuple[str, str]]) -> None:
    seen = findings(table(text))
    assert [finding.kind for finding in seen] == [kind for kind, _ in found]
    for finding, (_, words) in zip(seen, found, strict=True):
        assert words in finding.label.zh
        assert finding.label.en


def test_too_many_columns_are_not_tried() -> None:
    rows = "\n".join(f"- {{when: {{times: {n}, score: {n}, amount: {n}, counted: {n}}}, by: a}}" for n in range(8))
    assert [finding.kind for finding in findings(table(rows))] == ["unchecked"]
