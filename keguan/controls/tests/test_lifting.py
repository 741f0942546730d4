"""A correction that lifts a breach needs a second person, where a clause says so."""

import datetime as dt
from collections.abc import Callable

from keguan.controls.models import Obligation
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import DUE
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.rows import Rows

SECOND = "- approval: {id: lifts, of: case.correct, when: {lifts_breach: true}, how: consent, by: deputy}"


def test_a_correction_waits_for_a_second_person_only_where_it_lifts_a_breach(
    firm_with: Callable[[str], Firm],
) -> None:
    firm = firm_with(SECOND)
    key = firm.accepted(kind="consultation")
    done = "select event from kernel_event_object where object = %s and verb = 'case.accept'"
    [accepted] = Rows().select(done, [key])
    event = str(accepted["event"])
    with clock.pinned(DUE + dt.timedelta(days=1)):
        sweep_all()
        assert Obligation.objects.get(object=key).state == "broken"
        plain = firm.do("苏敏", "case.correct", key, facts={"order_no": "A-7"}, reason="抄错了")
        assert isinstance(plain, Done), plain
        same_day = (MORNING + dt.timedelta(hours=1)).isoformat()
        still = firm.do(
            "苏敏", "case.correct", key, event=str(accepted["event"]), actual_at=same_day, reason="晚一小时"
        )
        assert isinstance(still, Done), still
        later = (DUE - dt.timedelta(days=3)).isoformat()
        lifted = firm.do("苏敏", "case.correct", key, event=event, actual_at=later, reason="收件日记错")
        assert isinstance(lifted, Waiting), lifted
        assert Obligation.objects.get(object=key).state == "broken"
        firm.must("何川", "approval.consent", lifted.approval)
        assert Obligation.objects.get(object=key).state == "running"
