"""The live law through the real pipeline: access, order of stages, approvals, deadlines, evidence."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Approval, Evidence, Obligation
from keguan.controls.sweep import sweep, sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice


def reasons(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return "；".join(reason.message.zh for reason in outcome.reasons)


def stage(key: UUID) -> str:
    [row] = Rows().select("select stage from cases_case where id = %s", [key])
    return str(row["stage"])


def test_a_case_gets_its_number_from_the_clause(firm: Firm) -> None:
    outcome = firm.do("季安", "case.open", kind="complaint", title="破损", unit=firm.units["热线组"])
    assert isinstance(outcome, Done)
    assert outcome.code == "TS-2026-001"


def test_a_stranger_learns_nothing_of_a_case(firm: Firm) -> None:
    key = firm.case()
    for who in ("罗平", "唐果"):
        outcome = firm.do(who, "case.note", key, text="看看")
        assert isinstance(outcome, Refused)
        assert outcome.is_hidden
        assert reasons(outcome) == "没有这条记录，或您无权查看"


def test_who_sees_a_case_but_may_not_act_is_told_the_clause(firm: Firm) -> None:
    key = firm.case()
    outcome = firm.do("韩立", "case.accept", key)
    assert isinstance(outcome, Refused)
    assert not outcome.is_hidden
    [reason] = outcome.reasons
    assert "您的岗位没有这个权限" in reason.message.zh
    assert reason.cure is not None
    assert "客服专员" in reason.cure.zh
    assert reason.citation is not None
    assert reason.citation.clause == "第二条"


def test_stages_are_entered_in_order(firm: Firm) -> None:
    key = firm.case()
    outcome = firm.do("苏敏", "case.close", key)
    assert "要先办理“受理”" in reasons(outcome)
    firm.must("季安", "case.accept", key)
    assert "要先办理“提交调查结果”" in reasons(firm.do("苏敏", "case.reply", key, reply_channel="phone", reply="好"))


def test_a_consultation_skips_what_may_be_skipped(firm: Firm) -> None:
    key = firm.accepted(kind="consultation")
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
    assert stage(key) == "answered"


def test_the_service_manager_waits_for_the_deputy_who_consents(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting), outcome
    assert outcome.by.zh == "副总经理"
    assert outcome.citation is not None
    assert outcome.citation.clause == "第四条"
    assert stage(key) == "investigated"
    consent = firm.do("何川", "approval.consent", outcome.approval, comment="同意")
    assert isinstance(consent, Done), consent
    assert stage(key) == "decided"
    [row] = Rows().select("select actor, envelope from kernel_event where verb = 'case.settle'")
    assert row["actor"] == firm.people["苏敏"]
    assert str(outcome.approval) in row["envelope"]
    assert Evidence.objects.filter(control="complaints#settle", outcome="waiting").count() == 1
    assert Evidence.objects.filter(control="complaints#settle", outcome="kept").count() == 1
    assert Notice.objects.filter(person=firm.people["何川"]).count() == 1
    assert Notice.objects.filter(person=firm.people["苏敏"]).count() == 1


@pytest.mark.parametrize(
    ("amount", "decider"), [("999.99", "韩立"), ("1000", "何川"), ("4999.99", "何川"), ("5000", "高岚")]
)
def test_whoever_has_the_authority_acts_at_once(firm: Firm, amount: str, decider: str) -> None:
    key = firm.found()
    for who in {"韩立", "何川", "高岚"} - {decider}:
        assert gate.preview(
            Context(firm.people[who], "page"), "case.settle", key, {"amount": amount, "handling": "discount"}
        ).instead
    assert isinstance(firm.do(decider, "case.settle", key, amount=amount, handling="discount"), Done)


def test_acting_at_once_overtakes_a_waiting_request(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    assert isinstance(firm.do("何川", "case.settle", key, amount="3000", handling="discount"), Done)
    assert Approval.objects.get(id=outcome.approval).state == "lapsed"


def test_the_same_request_cannot_wait_twice(firm: Firm) -> None:
    key = firm.found()
    firm.must("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert "已有一项相同的申请" in reasons(firm.do("苏敏", "case.settle", key, amount="3300", handling="discount"))


def test_a_rejection_needs_a_reason_and_ends_the_request(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    assert isinstance(firm.do("何川", "approval.reject", outcome.approval), Refused)
    assert isinstance(firm.do("何川", "approval.reject", outcome.approval, comment="太多"), Done)
    assert "已经驳回" in reasons(firm.do("何川", "approval.consent", outcome.approval))
    assert stage(key) == "investigated"


def test_only_those_asked_decide_and_strangers_do_not_learn_of_it(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    for who in ("高岚", "罗平"):
        refused = firm.do(who, "approval.consent", outcome.approval)
        assert isinstance(refused, Refused)
        assert refused.is_hidden
    assert "由副总经理决定" in reasons(firm.do("苏敏", "approval.consent", outcome.approval))
    assert isinstance(firm.do("苏敏", "approval.withdraw", outcome.approval), Done)


def test_steps_are_asked_in_order(firm: Firm) -> None:
    key = firm.accepted()
    outcome = firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"])
    assert isinstance(outcome, Waiting)
    assert "还没轮到您" in reasons(firm.do("高岚", "approval.consent", outcome.approval))
    firm.must("何川", "approval.consent", outcome.approval)
    assert Approval.objects.get(id=outcome.approval).by_zh == "总经理"
    firm.must("高岚", "approval.consent", outcome.approval)
    [row] = Rows().select("select owner from cases_case where id = %s", [key])
    assert row["owner"] == firm.people["唐果"]
    assert Obligation.objects.get(object=key, control="complaints#close").people == [firm.people["唐果"]]


def test_consent_is_asked_anew_when_another_row_would_decide(firm: Firm) -> None:
    key = firm.accepted()
    firm.must("何川", "case.classify", key, severity="ordinary")
    outcome = firm.do("苏敏", "case.complete", key, order_no="A-1")
    assert isinstance(outcome, Waiting)
    assert outcome.by.zh == "副总经理"
    firm.must("何川", "case.classify", key, severity="serious")
    firm.must("何川", "approval.consent", outcome.approval)
    [again] = Approval.objects.filter(object=key, state="waiting")
    assert (again.by_zh, again.requester) == ("总经理", firm.people["苏敏"])
    firm.must("高岚", "approval.consent", again.id)
    [row] = Rows().select("select order_no from cases_case where id = %s", [key])
    assert row["order_no"] == "A-1"


def test_a_request_whose_requester_lost_his_right_does_nothing(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("person.leave", firm.people["苏敏"], left_on="2026-03-04")
        assert "申请人已离职" in reasons(firm.do("何川", "approval.consent", outcome.approval))
    assert stage(key) == "investigated"
    gone = Approval.objects.get(id=outcome.approval)
    assert (gone.state, gone.cause) == ("lapsed", "requester_left")
    told = Notice.objects.filter(person=firm.people["何川"]).values_list("zh", flat=True)
    assert any("已失效：申请人已离职" in text for text in told)


def test_where_nobody_holds_the_post_it_is_said(firm: Firm) -> None:
    key = firm.found()
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("person.leave", firm.people["何川"], left_on="2026-03-04")
        outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert "现在没有人可以决定（副总经理）" in reasons(outcome)


def test_a_case_written_up_late_starts_its_clock_when_it_happened(firm: Firm) -> None:
    claimed = Context(firm.people["季安"], "page", happened_at=MORNING - dt.timedelta(days=1))
    opened = gate.run_one(claimed, "case.open", None, {"kind": "complaint", "title": "昨天来的"})
    key = opened.object
    assert key is not None
    assert isinstance(gate.run_one(claimed, "case.accept", key, {}), Done)
    assert Obligation.objects.get(object=key).due_at == DUE - dt.timedelta(days=1)


def test_an_act_that_was_done_in_time_but_written_up_late_is_judged_again(firm: Firm) -> None:
    key = firm.accepted(kind="consultation")
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
    with clock.pinned(DUE + dt.timedelta(days=1)):
        assert sweep()
        late = Context(firm.people["苏敏"], "page", happened_at=DUE - dt.timedelta(hours=1))
        assert isinstance(gate.run_one(late, "case.close", key, {}), Done)
    one = Obligation.objects.get(object=key)
    assert one.state == "kept"
    shown = Evidence.objects.filter(obligation=one.id).order_by("id").values_list("outcome", flat=True)
    assert list(shown) == ["opened", "broken", "kept"] or set(shown) >= {"broken", "kept"}


def test_a_list_is_refused_alike_and_waits_alike(firm: Firm) -> None:
    keys = [firm.found() for _ in range(5)] + [firm.case()]
    ctx = Context(firm.people["苏敏"], "rest")
    outcomes = gate.run(ctx, "case.settle", [(key, {"amount": "3200", "handling": "discount"}) for key in keys])
    assert [type(outcome) for outcome in outcomes] == [Waiting] * 5 + [Refused]
    one = firm.do("苏敏", "case.settle", keys[-1], amount="3200", handling="discount")
    assert reasons(outcomes[-1]) == reasons(one)


def test_a_missing_fact_refuses_and_is_named(firm: Firm) -> None:
    key = firm.accepted()
    firm.must("苏敏", "case.find", key, findings="不明")
    outcome = firm.do("何川", "case.settle", key, amount="1200", handling="discount")
    assert isinstance(outcome, Refused)
    [reason] = outcome.reasons
    assert reason.field == "is_founded"
    assert reason.kind == "missing"
    assert reason.citation is not None


def test_a_promise_beyond_authority_is_refused_until_it_is_decided(firm: Firm) -> None:
    key = firm.found()
    with clock.pinned(MORNING):
        firm.must("何川", "case.settle", key, amount="3200", handling="discount")
        firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="赔 3,200")
    assert stage(key) == "answered"


def test_the_deadline_runs_is_explained_and_kept(firm: Firm) -> None:
    key = firm.found()
    one = Obligation.objects.get(object=key)
    assert one.state == "running"
    assert one.due_at == dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    assert one.people == [firm.people["季安"]]
    assert "六日" in one.term["explanation"][0]["zh"]
    firm.must("高岚", "case.settle", key, amount="9000", handling="discount")
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
    firm.must("苏敏", "case.close", key)
    one.refresh_from_db()
    assert one.state == "kept"
    assert one.next_at is None


def overdue(key: UUID) -> list[tuple[str, dt.datetime]]:
    found = Rows().select(
        "select e.verb, e.happened_at from kernel_event e join kernel_event_object o on o.event = e.id"
        " where o.object = %s and e.verb like 'obligation.%%' order by o.n",
        [key],
    )
    return [(row["verb"], row["happened_at"]) for row in found]


DUE = dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)


def test_a_command_after_the_due_moment_finds_the_breach_first(firm: Firm) -> None:
    key = firm.accepted()
    with clock.pinned(DUE + dt.timedelta(minutes=5)):
        firm.must("季安", "case.note", key, text="还在查")
    assert overdue(key) == [("obligation.break", DUE), ("obligation.escalate", DUE)]
    one = Obligation.objects.get(object=key)
    assert one.state == "broken"
    assert one.next_at == DUE + dt.timedelta(days=2)
    told = Notice.objects.filter(object_id=key).values_list("person", flat=True)
    assert firm.people["苏敏"] in told
    assert firm.people["高岚"] in told
    assert Evidence.objects.filter(control="complaints#close", outcome="broken").count() == 1
    with clock.pinned(DUE + dt.timedelta(days=3)):
        firm.must("季安", "case.note", key, text="仍在查")
        firm.must("季安", "case.note", key, text="仍在查")
    assert [verb for verb, _ in overdue(key)] == ["obligation.break", "obligation.escalate", "obligation.escalate"]
    assert Notice.objects.filter(person=firm.people["何川"], object_id=key).count() == 1


@pytest.mark.parametrize("late", [dt.timedelta(seconds=1), dt.timedelta(hours=5), dt.timedelta(days=1)])
def test_the_sweep_judges_what_a_command_would(firm: Firm, late: dt.timedelta) -> None:
    key = firm.accepted()
    with clock.pinned(DUE):
        assert sweep() == 1  # the reminder a day before
        assert overdue(key) == []
    with clock.pinned(DUE + late):
        assert sweep() == 1
        assert sweep() == 0
    assert overdue(key) == [("obligation.break", DUE), ("obligation.escalate", DUE)]


def test_a_record_ahead_of_the_clock_does_not_hold_up_the_others(firm: Firm) -> None:
    ahead, other = firm.accepted(), firm.accepted()
    with clock.pinned(DUE + dt.timedelta(days=9)):
        firm.must("季安", "case.note", ahead, text="这台服务器的钟快了")
    with clock.pinned(DUE + dt.timedelta(hours=1)):
        sweep_all()
    assert [verb for verb, _ in overdue(other)] == ["obligation.break", "obligation.escalate"]


def test_done_late_is_kept_late_and_at_the_due_moment_kept(firm: Firm) -> None:
    for moment, state in ((DUE, "kept"), (DUE + dt.timedelta(seconds=1), "kept_late")):
        key = firm.accepted(kind="consultation")
        firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
        with clock.pinned(moment):
            firm.must("苏敏", "case.close", key)
        one = Obligation.objects.get(object=key)
        assert (one.state, one.met_at, one.next_at) == (state, moment, None)


def test_a_list_costs_the_same_number_of_statements(firm: Firm) -> None:
    counts = []
    for many in (1, 2, 20):
        keys = [firm.case() for _ in range(many)]
        before = Rows.total
        outcomes = gate.run(Context(firm.people["季安"], "page"), "case.accept", [(key, {}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        counts.append(Rows.total - before)
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 20


def test_what_has_no_unit_counts_where_those_concerned_work(firm: Firm) -> None:
    key = firm.accepted(unit=None)
    assert Rows().select("select unit from cases_case where id = %s", [key]) == [{"unit": None}]
    hotline = firm.units["热线组"]
    assert Obligation.objects.get(object=key).unit == hotline
    assert set(Evidence.objects.filter(object=key).values_list("unit", flat=True)) == {hotline}
    firm.system("case.assign", key, owner=firm.people["唐果"])
    assert Obligation.objects.get(object=key).unit == firm.units["现场组"]
    with clock.pinned(MORNING + dt.timedelta(days=8)):
        sweep_all()
    assert Evidence.objects.get(object=key, outcome="broken").unit == firm.units["现场组"]


def test_the_records_unit_goes_before_that_of_its_people(firm: Firm) -> None:
    key = firm.accepted(unit=firm.units["销售部"])
    assert Obligation.objects.get(object=key).unit == firm.units["销售部"]
    assert set(Evidence.objects.filter(object=key).values_list("unit", flat=True)) == {firm.units["销售部"]}


def test_finding_units_costs_the_same_for_one_and_for_many(firm: Firm) -> None:
    counts = []
    for many in (1, 20):
        keys = [firm.case(unit=None, owner=firm.people[("唐果", "季安")[n % 2]]) for n in range(many)]
        before = Rows.total
        outcomes = gate.run(Context(firm.people["季安"], "page"), "case.accept", [(key, {}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
        counts.append(Rows.total - before)
    assert counts[0] == counts[1], counts
