"""A phone switch that reports calls by its own numbers."""

from keguan.api.tests.conftest import Firm
from keguan.calls.models import Call

RANG = {"switch_id": "sw-77", "number": "+86 138 0000 2207", "extension": "801"}


def test_a_switch_reports_by_its_own_number(firm: Firm) -> None:
    rang = firm.agent.post("/calls", RANG)
    assert rang.status == 201, rang.body
    answered = firm.agent.post("/calls/sw-77/answer", {"person": str(firm.people["agent"])})
    assert answered.status == 200, answered.body
    ended = firm.agent.post("/calls/sw-77/end", {"seconds": 40})
    assert ended.status == 200, ended.body
    call = Call.objects.get()
    assert (call.stage, call.number, call.person_id, call.seconds) == ("ended", "13800002207", firm.people["agent"], 40)


def test_a_report_that_was_made_before_says_so(firm: Firm) -> None:
    firm.agent.post("/calls", RANG)
    again = firm.agent.post("/calls", RANG)
    assert again.status == 422
    assert again.messages == ["这次来电已经报过了"]


def test_a_number_that_is_none_counts_as_withheld(firm: Firm) -> None:
    assert firm.agent.post("/calls", {**RANG, "number": "anonymous"}).status == 201
    assert Call.objects.get(switch_id=RANG["switch_id"]).number is None
    assert firm.agent.post("/calls", {"switch_id": "sw-78", "extension": "801"}).status == 201


def test_whoever_may_not_report_calls_is_told_so(firm: Firm) -> None:
    assert firm.finance.post("/calls", RANG).status == 403
