"""Measures worked out by the batch, as of a moment, against hand counts; and against what is kept live."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from keguan.cli.main import main
from keguan.controls.batch.measured import measured
from keguan.controls.batch.tests.agreement import tables
from keguan.controls.live.made import measures
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm, club
from keguan.kernel import clock
from keguan.kernel.records.kinds import Money
from keguan.mirror import Mirror, opened
from keguan.policies.rulebooks import current

__all__ = ["club", "tables"]
SOON = MORNING + dt.timedelta(minutes=1)
MEASURES = """
- measure: {id: typical, name: member.typical, of: member, percentile: {of: purchase.pay.paid, at: 90},
    target: ">= 100", title: 常见消费}
- measure: {id: middle, name: member.middle, of: member, percentile: {of: purchase.paid, at: 50},
    where: {is_void: false}, "on": paid_on, in: this year}
- measure: {id: mean, name: member.mean, of: member, average: purchase.paid, where: {is_void: false}}
- measure: {id: voided, name: member.voided, of: member, count: purchase, share: {is_void: true}}
- measure: {id: big, name: member.big, of: member, count: purchase.pay, where: {member.points: ">= 10"}}
- measure: {id: spent, name: member.spent, of: member, sum: purchase.pay.paid, in: last 2 months}
"""
PAID = [30, 5, 120, 75, 10, 60, 45, 90, 15, 300, 20]


def day(n: int) -> dt.datetime:
    return SOON + dt.timedelta(days=n)


def found(mirror: Mirror, name: str, at: dt.datetime) -> Any:
    book = current(at)
    return measured(mirror, measures(book)["member", name], book, at)


@pytest.fixture
def shopped(tables: Firm) -> tuple[Firm, str, str]:
    """One member with eleven purchases, another with two of which one in foreign money."""
    shop.enact(MEASURES)
    with clock.pinned(SOON):
        one, two = (tables.must("季安", "member.join", None, title=name, points=points)
                    for name, points in (("甲", 20), ("乙", None)))  # fmt: skip
    for n, paid in enumerate(PAID):
        with clock.pinned(day(n)):
            last = tables.must("季安", "purchase.pay", None, title="茶", member=one, paid=str(paid),
                               paid_on="2025-12-31" if n == 0 else "2026-03-05")  # fmt: skip
    with clock.pinned(day(20)):
        tables.must("季安", "purchase.pay", None, title="茶", member=two, paid="8")
        tables.must("季安", "purchase.pay", None, title="茶", member=two, paid={"amount": "9", "currency": "USD"})
        tables.must("季安", "purchase.correct", last, is_void=True)
    return tables, str(one), str(two)


def test_against_a_hand_count(shopped: tuple[Firm, str, str], mirrored: Callable[[], Path]) -> None:
    _, one, two = shopped
    with clock.pinned(day(30)), opened(mirrored()) as mirror:
        # 5 10 15 20 30 45 60 75 90 120 300: rank ⌈11 × 90 / 100⌉ = 10
        typical = found(mirror, "typical", day(30))
        assert typical.values == {one: Money(Decimal(120)), two: Money(Decimal(8))}
        assert typical.left_out == {two: 1}
        assert (typical.meets(one), typical.meets(two)) == (True, False)
        # without 30 (last year) and 20 (void): 5 10 15 45 60 75 90 120 300, rank 5
        assert found(mirror, "middle", day(30)).values == {one: Money(Decimal(60)), two: Money(Decimal(8))}
        assert found(mirror, "mean", day(30)).values[one] == Money(Decimal(sum(PAID) - 20) / 10)
        assert found(mirror, "voided", day(30)).values == {one: Decimal(1) / 11, two: 0}
        assert found(mirror, "big", day(30)).values == {one: 11}
        assert found(mirror, "big", day(30)).left_out == {two: 2}
        assert found(mirror, "spent", day(30)).values[one] == Money(Decimal(sum(PAID)))


def test_as_of_a_moment(shopped: tuple[Firm, str, str], mirrored: Callable[[], Path]) -> None:
    _, one, two = shopped
    with clock.pinned(day(30)), opened(mirrored()) as mirror:
        # the first four: 5 30 75 120, rank ⌈4 × 90 / 100⌉ = 4; half: rank 2
        early = found(mirror, "typical", day(3))
        assert early.values == {one: Money(Decimal(120))}
        assert early.left_out == {}
        assert found(mirror, "middle", day(3)).values == {one: Money(Decimal(75))}
        # before it was voided
        assert found(mirror, "voided", day(19)).values == {one: 0}
        assert found(mirror, "mean", day(19)).values[one] == Money(Decimal(sum(PAID)) / 11)
        assert found(mirror, "spent", day(100)).values == {}
    assert two


def test_the_command_prints_it(
    shopped: tuple[Firm, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, one, two = shopped
    for module in ("manifest", "following", "opening"):
        monkeypatch.setattr(f"keguan.mirror.{module}.mirror_directory", lambda: tmp_path / "mirror")
    with clock.pinned(day(30)):
        assert main(["measure", "member.typical", "--json"]) == 0
        body = json.loads(capsys.readouterr().out)
        assert body["name"] == "member.typical"
        assert body["clause"] == "第二条"
        rows = {row["object"]: row for row in body["values"]}
        assert rows[one] == {"object": one, "label": "甲", "value": {"amount": "120.00", "currency": "CNY"},
                             "left_out": 0, "meets": True}  # fmt: skip
        assert rows[two]["left_out"] == 1
        assert main(["measure", "member.typical", "--at", "2026-03-06"]) == 0
        assert "甲\t¥120\t达标" in capsys.readouterr().out
        assert main(["measure", "member.typicel"]) == 2
        assert "member.typical" in capsys.readouterr().err
        assert main(["measure", "member.typical", "--at", "soon"]) == 2
