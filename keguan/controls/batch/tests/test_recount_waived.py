"""What the company forgoes is an act like any other: recounted with the clock that it ends or puts off."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from keguan.controls.batch.lived import lived
from keguan.controls.batch.recount import compared, differences, recount
from keguan.controls.batch.tests.test_recount import dropped
from keguan.controls.models import Obligation
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.mirror import opened

Mirrored = Callable[[], Path]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CLOSE = "complaints#close"


def waive(firm: Firm, case: UUID, until: dt.datetime | None = None, control: str = CLOSE) -> None:
    one = Obligation.objects.get(object=case, control=control)
    given: dict[str, Any] = {} if until is None else {"until": until.isoformat()}
    firm.system("obligation.waive", one.id, reason="客户撤诉", **given)


@pytest.mark.parametrize("swept", [True, False])
def test_what_was_waived_is_recounted(past: Firm, mirrored: Mirrored, swept: bool) -> None:
    """For good or until later, before the breach and after it; met, broken or put off again in the end."""
    names = ("gone", "later", "met", "overdue", "overdue for good", "overdue and met", "again", "voided")
    with clock.pinned(MORNING + HOUR):
        cases = {name: past.accepted() for name in names}
    with clock.pinned(MORNING + DAY):
        waive(past, cases["gone"])
        for name in ("later", "met", "again", "voided"):
            waive(past, cases[name], MORNING + 12 * DAY)
    with clock.pinned(MORNING + 8 * DAY):
        sweep_all()
        waive(past, cases["overdue for good"])
        for name in ("overdue", "overdue and met"):
            waive(past, cases[name], MORNING + 14 * DAY)
        waive(past, cases["again"], MORNING + 40 * DAY)
        past.must("苏敏", "case.void", cases["voided"], reason="重复")
    with clock.pinned(MORNING + 10 * DAY):
        for name in ("met", "overdue and met"):
            past.must("苏敏", "case.find", cases[name], findings="承运方", is_founded=True)
            past.must("韩立", "case.settle", cases[name], amount="100", handling="discount")
            past.must("苏敏", "case.reply", cases[name], reply_channel="phone", reply="好")
            past.must("苏敏", "case.close", cases[name])
    now = MORNING + 20 * DAY
    with clock.pinned(now):
        if swept:
            sweep_all()
    place = mirrored()
    before = lived(now)
    states = {name: before.obligations[key]["state"] for key in before.obligations
              for name, case in cases.items() if key[:2] == (CLOSE, str(case))}  # fmt: skip
    assert states == {
        "gone": "waived", "later": "broken", "met": "kept", "overdue": "broken", "overdue for good": "waived",
        "overdue and met": "kept_late", "again": "waived", "voided": "cancelled",
    }  # fmt: skip
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert [one.as_json() for one in compared(mirror, found, before)] == []
    assert found.obligations == before.obligations
    assert found.evidence == before.evidence


def test_a_waiver_that_nobody_gave_is_named(past: Firm, mirrored: Mirrored) -> None:
    past.accepted()
    place = mirrored()
    with connection.cursor() as cursor:
        query = "update controls_obligation set state = 'waived', closed_event = opened_event where control = %s"
        cursor.execute(query, [CLOSE])
    with opened(place) as mirror:
        [one] = differences(mirror, MORNING)[1]
    assert (one.recounted["state"], one.live["state"]) == ("running", "waived")
