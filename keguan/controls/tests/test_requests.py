"""Requests for consent in their whole life: what creates, several at once, time, people who go, one person once."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Approval, ApprovalLine, Evidence
from keguan.controls.sweep import next_moment, sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons, stage
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice

With = Callable[[str], Firm]
CREATING = "- approval: {id: opening, of: case.open, when: {kind: suggestion}, how: consent, by: deputy}"
TIMED = """
    - approval:
        id: timed
        of: case.classify
        how: consent
        steps: [manager, deputy]
        timeout: 2 working days
        then: THEN
"""


def asked(outcome: Any) -> UUID:
    assert isinstance(outcome, Waiting), outcome
    return outcome.approval


def due_of(request: UUID) -> dt.datetime:
    at = Approval.objects.get(id=request).due_at
    assert at is not None
    return at


def told(firm: Firm, who: str) -> str:
    return "；".join(Notice.objects.filter(person=firm.people[who]).values_list("zh", flat=True))


# --- commands that create --------------------------------------------------------------------------------------------
def test_what_creates_waits_without_a_record_and_creates_it_once_granted(firm_with: With) -> None:
    firm = firm_with(CREATING)
    outcome = firm.do("季安", "case.open", kind="suggestion", title="换个包装")
    key = asked(outcome)
    assert Rows().select("select count(*) as n from cases_case")[0]["n"] == 0
    request = Approval.objects.get(id=key)
    assert (request.object, request.object_type, outcome.object) == (None, "case", key)
    again = firm.do("季安", "case.open", kind="suggestion", title="再换一个")
    assert asked(again) != key
    firm.must("何川", "approval.consent", key)
    [row] = Rows().select("select id, title, opened_by from cases_case")
    assert (row["title"], row["opened_by"]) == ("换个包装", firm.people["季安"])
    assert Approval.objects.get(id=key).object == row["id"]
    assert isinstance(firm.do("何川", "approval.reject", asked(again), comment="不必"), Done)
    assert Rows().select("select count(*) as n from cases_case")[0]["n"] == 1


# --- several at once -------------------------------------------------------------------------------------------------
def reassign(firm: Firm, keys: list[UUID], who: str = "苏敏") -> list[Any]:
    ctx = Context(firm.people[who], "page", idempotency_key="reassign")
    _, outcomes = gate.run_set(ctx, "case.assign", [(key, {"owner": firm.people["唐果"]}) for key in keys])
    return outcomes


def owners(keys: list[UUID]) -> list[UUID]:
    found = {row["id"]: row["owner"] for row in Rows().select("select id, owner from cases_case")}
    return [found[key] for key in keys]


def test_a_set_command_that_needs_consent_is_one_request_with_lines(firm: Firm) -> None:
    keys = [firm.accepted() for _ in range(5)]
    outcomes = reassign(firm, keys)
    assert len({asked(outcome) for outcome in outcomes}) == 1
    key = asked(outcomes[0])
    assert set(ApprovalLine.objects.filter(parent=key).values_list("object", flat=True)) == set(keys)
    assert Evidence.objects.filter(control="complaints#reassign", outcome="waiting", object__in=keys).count() == 5
    assert [outcome.object for outcome in outcomes] == keys
    # every record has the request in its own stream
    found = Rows().select(
        "select count(*) as n from kernel_event_object where verb = 'approval.request' and object = any(%s)", [keys]
    )
    assert found[0]["n"] == 5
    assert Notice.objects.filter(person=firm.people["何川"]).count() == 1
    assert "5 件" in told(firm, "何川")
    assert "已有一项相同的申请" in reasons(firm.do("苏敏", "case.assign", keys[2], owner=firm.people["唐果"]))


def test_lines_are_refused_singly_and_the_others_run_as_one_set_command(firm: Firm) -> None:
    keys = [firm.accepted() for _ in range(5)]
    key = asked(reassign(firm, keys)[0])
    assert "写明理由" in reasons(firm.do("何川", "approval.consent", key, refused=[str(keys[1])]))
    strange = firm.do("何川", "approval.consent", key, refused=[str(firm.case())], comment="不同意")
    assert "不都在这项申请里" in reasons(strange)
    firm.must("何川", "approval.consent", key, refused=[str(keys[1])], comment="这件不改")
    assert owners(keys) == [firm.people["季安"]] * 5
    firm.must("高岚", "approval.consent", key, refused=[str(keys[3])], comment="这件也不改")
    old, new = firm.people["季安"], firm.people["唐果"]
    assert owners(keys) == [new, old, new, old, new]
    states = dict(ApprovalLine.objects.filter(parent=key).values_list("object", "state"))
    assert [states[one] for one in keys] == ["granted", "rejected", "granted", "rejected", "granted"]
    batches = {row["batch"] for row in Rows().select("select batch from kernel_event where verb = 'case.assign'")}
    assert len(batches) == 1
    assert None not in batches
    # what was refused may be asked for again
    assert isinstance(firm.do("苏敏", "case.assign", keys[1], owner=new), Waiting)


def test_a_request_of_which_every_line_is_refused_is_rejected(firm: Firm) -> None:
    keys = [firm.accepted() for _ in range(2)]
    key = asked(reassign(firm, keys)[0])
    firm.must("何川", "approval.consent", key, refused=[str(one) for one in keys], comment="都不改")
    assert Approval.objects.get(id=key).state == "rejected"


def test_the_same_statements_ask_for_two_and_for_forty(firm: Firm) -> None:
    counts = []
    for many in (2, 40):
        keys = [firm.accepted() for _ in range(many)]
        ctx = Context(firm.people["苏敏"], "page", batch=None)
        before = Rows.total
        _, outcomes = gate.run_set(ctx, "case.assign", [(key, {"owner": firm.people["唐果"]}) for key in keys])
        assert len({asked(one) for one in outcomes}) == 1
        asking = Rows.total - before
        before = Rows.total
        firm.must("何川", "approval.consent", asked(outcomes[0]))
        consenting = Rows.total - before
        before = Rows.total
        firm.must("高岚", "approval.consent", asked(outcomes[0]))
        counts.append((asking, consenting, Rows.total - before))
    assert counts[0] == counts[1]


# --- time ------------------------------------------------------------------------------------------------------------
def classified(firm: Firm) -> tuple[UUID, UUID]:
    """A case whose classification waits since Tuesday morning; the time of each step ends two working days later."""
    key = firm.accepted()
    return key, asked(firm.do("何川", "case.classify", key, severity="serious"))


@pytest.mark.parametrize("by_sweep", [True, False])
@pytest.mark.parametrize(("then", "state", "cause"), [("reject", "rejected", "timed_out"), ("pass", "waiting", None)])
def test_a_step_that_nobody_decides_in_time_ends_as_the_clause_says(
    firm_with: With, then: str, state: str, cause: str | None, by_sweep: bool
) -> None:
    firm = firm_with(TIMED.replace("THEN", then).replace("[manager, deputy]", "[manager, general_manager]"))
    key, request = classified(firm)
    due = due_of(request)
    assert due.date() == dt.date(2026, 3, 5)
    assert (next_moment() or due) <= due + dt.timedelta(seconds=1)
    with clock.pinned(due):
        assert sweep_all() == 0  # at the due moment it is still in time
    with clock.pinned(due + dt.timedelta(minutes=1)):
        if by_sweep:
            assert sweep_all() == 1
            assert sweep_all() == 0
        else:
            assert isinstance(firm.do("苏敏", "approval.consent", request), Refused)
    found = Approval.objects.get(id=request)
    if by_sweep or then == "reject":
        assert (found.state, found.cause) == (state, cause)
        [event] = Rows().select("select happened_at from kernel_event where verb = 'approval.time_out'")
        assert event["happened_at"] == due
        assert Evidence.objects.filter(control="more#timed", outcome="timed_out").count() == 1
    if by_sweep and then == "pass":
        assert (found.step, found.by_zh) == (2, "总经理")
        assert due_of(request).date() == dt.date(2026, 3, 9)
        with clock.pinned(due_of(request) + dt.timedelta(hours=1)):
            sweep_all()
        [row] = Rows().select("select severity from cases_case where id = %s", [key])
        assert row["severity"] == "serious"
        assert Approval.objects.get(id=request).cause == "timed_out"
    assert "逾时未决定" in told(firm, "何川") or not by_sweep


def test_a_step_that_nobody_decides_in_time_is_handed_on(firm_with: With) -> None:
    firm = firm_with(TIMED.replace("THEN", "escalate to general_manager").replace("deputy]", "sales_manager]"))
    key, request = classified(firm)
    due = due_of(request)
    with clock.pinned(due + dt.timedelta(days=1)):
        # whoever decides now needs no sweep before him; whoever was asked before is not asked any more
        assert isinstance(firm.do("苏敏", "approval.consent", request), Refused)
        firm.must("高岚", "approval.consent", request)
        step = Approval.objects.get(id=request)
        assert (step.by_zh, step.due_at is not None) == ("销售经理", True)
        firm.must("韩立", "approval.consent", request)
        [row] = Rows().select("select severity from cases_case where id = %s", [key])
        assert row["severity"] == "serious"


def test_a_sweep_long_after_gives_the_history_of_one_in_time(firm_with: With) -> None:
    firm = firm_with(TIMED.replace("THEN", "pass").replace("[manager, deputy]", "[manager, general_manager]"))
    late, prompt = classified(firm)[1], classified(firm)[1]
    first = due_of(prompt)
    with clock.pinned(first + dt.timedelta(days=30)):
        sweep_all()
    ends = Approval.objects.filter(id__in=[late, prompt]).values_list("state", "decided_at", "cause")
    assert len(set(ends)) == 1
    moments = [row["happened_at"] for row in Rows().select(
        "select happened_at from kernel_event where verb = 'approval.time_out' order by happened_at")]  # fmt: skip
    assert moments[0] == moments[1] == first
    assert moments[2] == moments[3] > first


# --- people who go ---------------------------------------------------------------------------------------------------
def test_the_request_of_somebody_who_left_lapses_on_the_day_without_anybody_deciding(firm: Firm) -> None:
    key = firm.found()
    request = asked(firm.do("苏敏", "case.settle", key, amount="3200", handling="discount"))
    firm.system("person.leave", firm.people["苏敏"], left_on="2026-03-10")
    with clock.pinned(MORNING + dt.timedelta(days=6)):
        sweep_all()
        assert Approval.objects.get(id=request).state == "waiting"
    with clock.pinned(MORNING + dt.timedelta(days=8)):
        sweep_all()
    found = Approval.objects.get(id=request)
    assert (found.state, found.cause) == ("lapsed", "requester_left")
    assert found.decided_at == dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    assert "已失效：申请人已离职" in told(firm, "何川")
    assert stage(key) == "investigated"


def test_the_request_of_somebody_who_lost_his_right_lapses_and_those_asked_are_told(firm: Firm) -> None:
    key = firm.found()
    request = asked(firm.do("苏敏", "case.settle", key, amount="3200", handling="discount"))
    [held] = Rows().select("select post from org_holding where person = %s", [firm.people["苏敏"]])
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("post.relieve", held["post"], person=firm.people["苏敏"], ends_on="2026-03-04")
        assert "申请人已无权办理" in reasons(firm.do("何川", "approval.consent", request))
    assert Approval.objects.get(id=request).cause == "right_lost"
    assert "申请人已无权办理" in told(firm, "何川")
    assert "申请人已无权办理" in told(firm, "苏敏")


# --- who consents ----------------------------------------------------------------------------------------------------
def test_one_person_consents_once_to_everything_that_asks_him(firm_with: With) -> None:
    firm = firm_with("""
        - approval: {id: second, of: case.assign, how: consent, by: deputy}
    """)
    key = firm.accepted()
    request = asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))
    firm.must("何川", "approval.consent", request)
    assert Approval.objects.get(id=request).by_zh == "总经理"
    firm.must("高岚", "approval.consent", request)
    [row] = Rows().select("select owner from cases_case where id = %s", [key])
    assert row["owner"] == firm.people["唐果"]


def test_some_of_several_are_different_people_and_never_the_requester(firm_with: With) -> None:
    firm = firm_with("""
        - approval:
            id: two
            of: case.classify
            how: consent
            by: {some: 2, of: [deputy, manager, general_manager]}
    """)
    key = firm.accepted()
    request = asked(firm.do("苏敏", "case.classify", key, severity="serious"))
    firm.must("何川", "approval.consent", request)
    refused = firm.do("何川", "approval.consent", request)
    assert isinstance(refused, Refused), refused
    assert isinstance(firm.do("苏敏", "approval.consent", request), Refused)
    firm.must("高岚", "approval.consent", request)
    [row] = Rows().select("select severity from cases_case where id = %s", [key])
    assert row["severity"] == "serious"


def test_too_few_people_to_consent_are_told_at_once(firm_with: With) -> None:
    firm = firm_with("- approval: {id: two, of: case.classify, how: consent, by: {some: 2, of: [deputy, manager]}}")
    key = firm.accepted()
    assert "没有人可以决定" in reasons(firm.do("苏敏", "case.classify", key, severity="serious"))


def test_each_head_of_a_list_of_departments_is_asked(firm_with: With) -> None:
    firm = firm_with("- approval: {id: all-heads, of: case.classify, how: consent, by: each of case.departments}")
    key = firm.accepted(departments=[str(firm.units["销售部"]), str(firm.units["总部"])])
    request = asked(firm.do("苏敏", "case.classify", key, severity="serious"))
    firm.must("高岚", "approval.consent", request)
    assert Approval.objects.get(id=request).state == "waiting"
    firm.must("韩立", "approval.consent", request)
    assert Approval.objects.get(id=request).state == "granted"
    empty = firm.accepted()
    assert "没有人可以决定" in reasons(firm.do("苏敏", "case.classify", empty, severity="serious"))


def test_an_exception_by_the_role_of_a_person_that_the_command_names(firm_with: With) -> None:
    firm = firm_with("""
        - approval: {id: hand, of: case.assign, unless: {owner.role: [agent, manager]}, how: consent, by: sales_manager}
    """)
    key = firm.accepted()
    request = asked(firm.do("苏敏", "case.assign", key, owner=firm.people["罗平"]))
    controls = {line["control"] for line in Rows().select("select control from controls_approvalstep")}
    assert "more#hand" in controls
    firm.must("苏敏", "approval.withdraw", request)
    asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))
    [fresh] = Approval.objects.filter(state="waiting")
    assert {step.control for step in fresh.steps.all()} == {"complaints#reassign"}


# --- who stands in ---------------------------------------------------------------------------------------------------
def stand_in(firm: Firm, who: str, to: str) -> None:
    firm.system("delegation.appoint", delegator=firm.people[who], delegate=firm.people[to])


def test_who_stands_in_consents_in_the_holders_place_and_it_is_said(firm: Firm) -> None:
    key = firm.accepted()
    stand_in(firm, "何川", "韩立")
    request = asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))
    firm.must("韩立", "approval.consent", request)
    [first, _] = Approval.objects.get(id=request).steps.order_by("pos")
    assert (first.decided_by, first.on_behalf_of) == (firm.people["韩立"], firm.people["何川"])
    [event] = Rows().select("select actor, on_behalf_of from kernel_event where verb = 'approval.consent'")
    assert event == {"actor": firm.people["韩立"], "on_behalf_of": firm.people["何川"]}


def test_the_second_person_is_not_the_first_through_a_delegation(firm: Firm) -> None:
    key = firm.accepted()
    stand_in(firm, "何川", "苏敏")
    request = asked(firm.do("苏敏", "case.assign", key, owner=firm.people["唐果"]))
    people = [one for step in Approval.objects.get(id=request).steps.all() for one in step.people]
    assert firm.people["苏敏"] not in people
    assert isinstance(firm.do("苏敏", "approval.consent", request), Refused)
