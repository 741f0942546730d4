"""Decisions and measures recounted: rows that decided, totals that were kept."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

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
