"""Whether who was asked may still decide: posts are lost and facts change while a request waits."""

import datetime as dt

from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons, stage
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Waiting
from keguan.kernel.commands.rows import Rows


def test_who_lost_the_post_that_decides_no_longer_decides(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    [held] = Rows().select("select post from org_holding where person = %s", [firm.people["何川"]])
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("post.relieve", held["post"], person=firm.people["何川"], ends_on="2026-03-04")
        firm.system("post.assign", held["post"], person=firm.people["唐果"], starts_on="2026-03-04")
        refused = [
            firm.do("何川", verb, outcome.approval, comment="同意") for verb in ("approval.consent", "approval.reject")
        ]
        assert all("任职已经结束" in reasons(one) for one in refused)
        assert stage(key) == "investigated"
        firm.must("苏敏", "approval.withdraw", outcome.approval)
        again = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
        assert isinstance(again, Waiting)
        firm.must("唐果", "approval.consent", again.approval)
    assert stage(key) == "decided"


def test_money_in_another_currency_is_not_called_missing(firm: Firm) -> None:
    key = firm.found()
    refused = firm.do("苏敏", "case.settle", key, amount={"amount": "3200", "currency": "USD"}, handling="discount")
    assert "无法判断" in reasons(refused)
    assert "缺少" not in reasons(refused)
