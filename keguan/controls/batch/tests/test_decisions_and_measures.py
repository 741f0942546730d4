"""Decisions and measures recounted: rows that decided, totals that were kept."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import tables
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm, club
from keguan.controls.tests.test_decisions import GRADE
from keguan.kernel import clock
from keguan.mirror import opened

__all__ = ["club", "tables"]
SOON = MORNING + dt.timedelta(minutes=1)
SPENT = """
- measure: {id: visits, name: member.visits, of: member, count: purchase.pay, in: this year}
- prohibition: {id: enough, of: purchase.pay, when: {member.visits: ">= 3"}}
"""

DOLLARS = {"amount": "9", "currency": "USD"}
EVERY_WAY = """
- measure: {id: paid, name: member.paid, of: member, sum: purchase.paid, where: {is_void: false}, "on": paid_on,
    in: this year}
- measure: {id: mean, name: member.mean, of: member, average: purchase.paid}
- measure: {id: big, name: member.big, of: member, count: purchase, share: {paid: ">= 100"}}
- measure: {id: acts, name: member.acts, of: member, sum: purchase.pay.paid}
- prohibition: {id: much, of: member.warn, when: {any: [{member.paid: ">= 9000"}, {member.mean: ">= 9000"},
    {member.big: ">= 9000"}, {member.acts: ">= 9000"}]}}
"""


def test_the_row_that_decided(tables: Firm, mirrored: Callable[[], Path]) -> None:
    shop.enact(GRADE)
    with clock.pinned(SOON):
        key = tables.must("季安", "member.join", None, title="甲", points=50)
        tables.must("季安", "member.change", key, title="乙")
        tables.must("季安", "member.change", key, points=100)
        tables.must("季安", "member.change", key, points=None)
        other = tables.must("季安", "member.join", None, title="丙", points=5)
        tables.must("苏敏", "member.overrule", other, fact="grade", value="gold", reason="老客")
        tables.must("季安", "member.change", other, points=20)
        with opened(mirrored()) as mirror:
            counted, found = differences(mirror, SOON)
    assert found == []
    rows = [row for (_, control), row in sorted(counted.decisions.items()) if control == "extra#grade"]
    assert rows == ["decided:2", "decided:1", "decided:not-rated", "decided:3", "overridden"]


def test_what_was_counted(tables: Firm, mirrored: Callable[[], Path]) -> None:
    shop.enact(SPENT)
    with clock.pinned(SOON):
        one, two = (tables.must("季安", "member.join", None, title=name) for name in ("甲", "乙"))
        for member in (one, one, two, one, one):
            tables.do("季安", "purchase.pay", None, title="茶", member=member, paid="12.50")
        with opened(mirrored()) as mirror:
            counted, found = differences(mirror, SOON)
    assert found == []
    assert sorted(int(total) for total in counted.measures.values()) == [1, 3]
    assert {"extra#enough"} in counted.attempts.values()


def test_sums_averages_and_shares_of_records_that_change(tables: Firm, mirrored: Callable[[], Path]) -> None:
    shop.enact(EVERY_WAY)
    with clock.pinned(SOON):
        one, two = (tables.must("季安", "member.join", None, title=name) for name in ("甲", "乙"))
        paid = [
            tables.must("季安", "purchase.pay", None, title="茶", member=one, paid=amount, paid_on=day)
            for amount, day in (("12.50", "2026-03-01"), ("120", None), ("0", "2026-03-02"), (DOLLARS, None))
        ]
    with clock.pinned(SOON + dt.timedelta(days=3)):
        tables.must("季安", "purchase.correct", paid[0], paid="200")
        tables.must("季安", "purchase.correct", paid[1], is_void=True)
        tables.must("季安", "purchase.correct", paid[2], member=two, paid="7")
        tables.must("季安", "purchase.correct", paid[3], paid="1")
        place = mirrored()
        with opened(place) as mirror:
            counted, found = differences(mirror, clock.now())
            assert found == []
        assert len(counted.balances) == 6
        assert not counted.unread
        assert {key[3] for key in counted.entries} >= {dt.date(2026, 3, 1), dt.date(2026, 3, 2)}
        with connection.cursor() as cursor:
            cursor.execute("alter table kernel_balance_entry disable trigger kernel_balance_entry_append_only")
            cursor.execute("update kernel_balance_entry set happened_on = happened_on + 1 where amount = 200")
        with opened(place) as mirror:
            _, found = differences(mirror, clock.now())
        with connection.cursor() as cursor:
            cursor.execute("alter table kernel_balance_entry enable trigger kernel_balance_entry_append_only")
    assert {one.what for one in found} == {"entry"}
