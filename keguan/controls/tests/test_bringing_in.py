"""加签, 转办, 退回: others decide as well, instead, or once more, and no clause is got round by it."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest

from keguan.controls import queries
from keguan.controls.models import Approval, ApprovalStep
from keguan.controls.reassigning import reassign
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons
from keguan.controls.tests.test_requests import asked, stand_in, told
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare

With = Callable[[str], Firm]
WHY = "请一并看看"


def owner(key: UUID) -> UUID:
    [row] = Rows().select("select owner from cases_case where id = %s", [key])
    found: UUID = row["owner"]
    return found


def waiting(firm: Firm, who: str) -> set[UUID]:
    return {row.approval.id for row in queries.waiting(firm.people[who])}


def request_of(firm: Firm) -> tuple[UUID, UUID]:
    """苏敏 wants to give a case to 唐果: first 何川 consents, then 高岚."""
    key = firm.accepted()
    return key, asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))


# --- 加签 ------------------------------------------------------------------------------------------------------------
def test_an_approver_added_before_decides_first_and_then_whoever_added_him(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="before", comment=WHY)
    assert Approval.objects.get(id=request).by_zh == "韩立"
    assert waiting(firm, "韩立") == {request}
    assert waiting(firm, "何川") == set()
    assert "等您决定" in told(firm, "韩立")
    assert "还没轮到您" in reasons(firm.do("何川", "approval.consent", request))
    for who in ("韩立", "何川", "高岚"):
        firm.must(who, "approval.consent", request)
    assert owner(key) == firm.people["唐果"]


def test_an_approver_added_after_decides_before_the_next_step_of_the_clause(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="after", comment=WHY)
    firm.must("何川", "approval.consent", request)
    assert waiting(firm, "韩立") == {request}
    assert waiting(firm, "高岚") == set()
    firm.must("韩立", "approval.consent", request)
    assert waiting(firm, "高岚") == {request}
    firm.must("高岚", "approval.consent", request)
    assert owner(key) == firm.people["唐果"]


def test_an_added_approver_can_refuse_everything(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="before", comment=WHY)
    firm.must("韩立", "approval.reject", request, comment="不妥")
    assert Approval.objects.get(id=request).state == "rejected"
    assert owner(key) == firm.people["季安"]


@pytest.mark.parametrize("verb", ["approval.add_approver", "approval.hand_over"])
def test_who_may_not_be_brought_in(firm: Firm, verb: str) -> None:
    _, request = request_of(firm)
    more = {"place": "before"} if verb.endswith("approver") else {}

    def refused(who: str, by: str = "何川") -> str:
        return reasons(firm.do(by, verb, request, person=firm.people[who], comment=WHY, **more))

    assert "不能审批自己的申请" in refused("苏敏")
    assert "不能加签或转办给自己" in refused("何川")
    assert "已在审批人之中" in refused("高岚")
    assert "还没轮到您" in refused("韩立", by="高岚")
    firm.system("person.leave", firm.people["韩立"], left_on="2026-03-03")
    assert "已不在岗" in refused("韩立")
    assert ApprovalStep.objects.filter(parent=request).count() == 2


def test_nobody_brings_in_whom_the_clause_recuses(firm_with: With) -> None:
    firm = firm_with("- approval: {id: careful, of: case.classify, how: consent, by: deputy, but: case.owner}")
    key = firm.accepted(owner=firm.people["韩立"])
    request = asked(firm.do("苏敏", "case.classify", key, severity="serious"))
    outcome = firm.do("何川", "approval.hand_over", request, person=firm.people["韩立"], comment=WHY)
    assert "须回避" in reasons(outcome)
    assert outcome.reasons[0].citation is not None  # type: ignore[union-attr]
    assert outcome.reasons[0].citation.control == "careful"  # type: ignore[union-attr]
    firm.must("何川", "approval.hand_over", request, person=firm.people["高岚"], comment=WHY)


def test_who_is_away_is_not_brought_in_but_who_stands_in_is_named(firm: Firm) -> None:
    _, request = request_of(firm)
    stand_in(firm, "韩立", "罗平")
    outcome = firm.do("何川", "approval.hand_over", request, person=firm.people["韩立"], comment=WHY)
    assert "由罗平代理" in reasons(outcome)


def test_where_a_clause_wants_the_person_himself_nothing_is_handed_over_and_it_is_cited(firm_with: With) -> None:
    firm = firm_with("- approval: {id: own-hand, of: case.classify, how: consent, by: deputy, personally: true}")
    request = asked(firm.do("苏敏", "case.classify", firm.accepted(), severity="serious"))
    outcome = firm.do("何川", "approval.hand_over", request, person=firm.people["韩立"], comment=WHY)
    assert "不得转办" in reasons(outcome)
    assert [one.citation.control for one in outcome.reasons if one.citation] == ["own-hand"]  # type: ignore[union-attr]
    assert waiting(firm, "何川") == {request}


# --- 转办 ------------------------------------------------------------------------------------------------------------
def test_a_consent_is_handed_over_and_given_in_the_other_s_name(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.hand_over", request, person=firm.people["韩立"], comment="我出差")
    assert "韩立" in Approval.objects.get(id=request).by_zh
    assert (waiting(firm, "何川"), waiting(firm, "韩立")) == (set(), {request})
    assert "这一步由" in reasons(firm.do("何川", "approval.consent", request))
    # whoever handed it over still sees what becomes of it
    assert queries.approval(firm.people["何川"], request) is not None
    firm.must("韩立", "approval.consent", request)
    firm.must("高岚", "approval.consent", request)
    assert owner(key) == firm.people["唐果"]
    [first, _] = ApprovalStep.objects.filter(parent=request).order_by("pos")
    assert (first.decided_by, first.on_behalf_of) == (firm.people["韩立"], None)


def test_of_several_who_may_decide_only_one_hands_over(firm_with: With) -> None:
    firm = firm_with("- approval: {id: any, of: case.classify, how: consent, by: [deputy, general_manager]}")
    request = asked(firm.do("苏敏", "case.classify", firm.accepted(), severity="serious"))
    firm.must("何川", "approval.hand_over", request, person=firm.people["韩立"], comment=WHY)
    assert waiting(firm, "高岚") == waiting(firm, "韩立") == {request}
    assert waiting(firm, "何川") == set()


def test_what_was_handed_on_survives_changes_of_posts_and_comes_back_when_the_other_leaves(firm: Firm) -> None:
    _, request = request_of(firm)
    firm.must("何川", "approval.hand_over", request, person=firm.people["韩立"], comment=WHY)
    later = MORNING + dt.timedelta(days=1)
    with clock.pinned(later):
        stand_in(firm, "何川", "罗平")
        reassign()
        assert (waiting(firm, "韩立"), waiting(firm, "罗平")) == ({request}, set())
        firm.system("person.leave", firm.people["韩立"], left_on="2026-03-04")
        reassign()
        assert waiting(firm, "罗平") == {request}


def test_an_added_approver_who_stands_aside_is_replaced_and_one_who_leaves_falls_back(firm: Firm) -> None:
    _, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="before", comment=WHY)
    with clock.pinned(MORNING + dt.timedelta(days=1)):
        stand_in(firm, "韩立", "罗平")
        reassign()
        assert waiting(firm, "罗平") == {request}
        firm.must("罗平", "approval.consent", request)
    [first, *_] = ApprovalStep.objects.filter(parent=request).order_by("pos")
    assert (first.decided_by, first.on_behalf_of) == (firm.people["罗平"], firm.people["韩立"])
    _, other = request_of(firm)
    firm.must("何川", "approval.add_approver", other, person=firm.people["唐果"], place="before", comment=WHY)
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("person.leave", firm.people["唐果"], left_on="2026-03-05")
        reassign()
        assert other in waiting(firm, "何川")


# --- 退回 ------------------------------------------------------------------------------------------------------------
def test_a_request_sent_back_to_whoever_asked_is_over_and_can_be_asked_again(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.send_back", request, comment="写明理由再来")
    row = Approval.objects.get(id=request)
    assert (row.state, row.comment, row.decided_by) == ("returned", "写明理由再来", firm.people["何川"])
    assert "被退回" in told(firm, "苏敏")
    assert "退回申请人" in reasons(firm.do("高岚", "approval.consent", request))
    assert [one.approval.id for one in queries.returned(firm.people["苏敏"])] == [request]
    again = asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))
    assert again != request
    assert queries.returned(firm.people["苏敏"]) == []


def test_what_came_back_can_be_let_go_by_whoever_asked_alone(firm: Firm) -> None:
    _, request = request_of(firm)
    firm.must("何川", "approval.send_back", request, comment="写明理由再来")
    assert "只有申请人" in reasons(firm.do("何川", "approval.withdraw", request))
    firm.must("苏敏", "approval.withdraw", request)
    assert Approval.objects.get(id=request).state == "withdrawn"
    assert queries.returned(firm.people["苏敏"]) == []
    assert "已经撤回" in reasons(firm.do("苏敏", "approval.withdraw", request))


def test_a_request_goes_back_to_an_earlier_step_and_what_was_consented_counts_no_more(firm: Firm) -> None:
    key, request = request_of(firm)
    assert "较早一步" in reasons(firm.do("何川", "approval.send_back", request, step=1, comment="重来"))
    firm.must("何川", "approval.consent", request, comment="可以")
    firm.must("高岚", "approval.send_back", request, step=1, comment="请再核实")
    row = Approval.objects.get(id=request)
    assert (row.state, row.by_zh) == ("waiting", "副总经理")
    assert waiting(firm, "何川") == {request}
    firm.must("何川", "approval.consent", request, comment="核实了")
    assert owner(key) == firm.people["季安"]
    assert waiting(firm, "高岚") == {request}
    firm.must("高岚", "approval.consent", request)
    assert owner(key) == firm.people["唐果"]
    steps = ApprovalStep.objects.filter(parent=request).order_by("pos")
    assert [(step.is_void, step.is_consent) for step in steps] == [
        (True, True), (True, False), (None, True), (None, True),
    ]  # fmt: skip


def test_a_request_goes_back_with_those_who_were_added(firm: Firm) -> None:
    key, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="after", comment=WHY)
    firm.must("何川", "approval.consent", request)
    firm.must("韩立", "approval.send_back", request, step=1, comment="请再核实")
    assert waiting(firm, "何川") == {request}
    firm.must("何川", "approval.consent", request)
    firm.must("高岚", "approval.consent", request)
    assert owner(key) == firm.people["唐果"]


def test_nothing_goes_back_to_a_step_whose_people_have_gone(firm: Firm) -> None:
    _, request = request_of(firm)
    firm.must("何川", "approval.consent", request)
    with clock.pinned(MORNING + dt.timedelta(days=1)):
        firm.system("person.leave", firm.people["何川"], left_on="2026-03-04")
        reassign()
        assert "都已不在岗" in reasons(firm.do("高岚", "approval.send_back", request, step=1, comment="请再核实"))


def test_the_journal_accounts_for_every_step(firm: Firm) -> None:
    _, request = request_of(firm)
    firm.must("何川", "approval.add_approver", request, person=firm.people["韩立"], place="before", comment=WHY)
    firm.must("韩立", "approval.hand_over", request, person=firm.people["罗平"], comment=WHY)
    firm.must("罗平", "approval.consent", request)
    firm.must("何川", "approval.consent", request)
    firm.must("高岚", "approval.send_back", request, step=2, comment="再看")
    assert compare().is_sound
    verbs = {
        row["verb"] for row in Rows().select("select distinct verb from kernel_event where verb like 'approval.%%'")
    }
    assert {"approval.add_approver", "approval.hand_over", "approval.send_back"} <= verbs
