"""Two people at once, for real: on PostgreSQL, with threads and committed transactions."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from keguan.controls.models import Approval
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.rows import Rows


def together(*acts: Callable[[], Outcome]) -> list[Outcome]:
    """Run the acts at the same moment, each on a connection of its own."""
    outcomes: dict[int, Any] = {}
    barrier = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Outcome]) -> None:
        try:
            barrier.wait()
            with clock.pinned(MORNING):
                outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 – shown by the assertion
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes[place] for place in range(len(acts))]


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_decide_at_once_wins(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    decided = together(
        lambda: firm.do("何川", "approval.consent", outcome.approval),
        lambda: firm.do("何川", "approval.reject", outcome.approval, comment="不行"),
    )
    assert {type(one) for one in decided} == {Done, Refused}, decided
    [refused] = [one for one in decided if isinstance(one, Refused)]
    assert "不用再处理" in refused.reasons[0].message.zh
    assert Approval.objects.get(id=outcome.approval).state in ("granted", "rejected")


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_settle_one_case_at_once_wins(firm: Firm) -> None:
    key = firm.found()
    settled = together(
        lambda: firm.do("何川", "case.settle", key, amount="3200", handling="discount"),
        lambda: firm.do("高岚", "case.settle", key, amount="8000", handling="return"),
    )
    assert {type(one) for one in settled} == {Done, Refused}, settled
    [refused] = [one for one in settled if isinstance(one, Refused)]
    assert "这一步已经过了" in refused.reasons[0].message.zh


@pytest.mark.django_db(transaction=True)
def test_one_of_two_equal_requests_waits(firm: Firm) -> None:
    key = firm.found()
    asked = together(
        *[lambda: firm.do("苏敏", "case.settle", key, amount="3200", handling="discount") for _ in range(2)]
    )
    assert {type(one) for one in asked} == {Waiting, Refused}, asked
    assert Approval.objects.filter(object=key, state="waiting").count() == 1


QUOTA = """
- measure: {id: race, name: member.raced, of: member, sum: purchase.paid, where: {title: 抢购}, in: this year,
    limit: 100}
"""


@pytest.mark.django_db(transaction=True)
def test_a_sum_in_a_guard_never_races(club: Firm) -> None:
    with clock.pinned(MORNING - dt.timedelta(hours=1)):
        shop.enact(QUOTA)
    member = club.must("季安", "member.join", None, title="甲")
    bought = together(*[
        lambda: club.do("季安", "purchase.pay", None, title="抢购", member=member, paid="60") for _ in range(6)
    ])  # fmt: skip
    assert sorted(type(one).__name__ for one in bought) == ["Done", *["Refused"] * 5], bought
    assert shop.one("select sum(amount) from kernel_balance_entry where key = %s", str(member)) == 60
    for kind in shop.TYPES:
        Rows().execute(f"drop table {kind.table}")
