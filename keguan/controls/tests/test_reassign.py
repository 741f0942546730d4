"""Posts, people and delegations change under open clocks and requests: whoever is meant now owes and is asked."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from keguan.controls import queries
from keguan.controls.jobs import sweep_once
from keguan.controls.models import Approval, ApprovalStep, Obligation
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons, stage
from keguan.controls.unowned import count
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice


def post_of(firm: Firm, who: str) -> UUID:
    [row] = Rows().select("select post from org_holding where person = %s", [firm.people[who]])
    found: UUID = row["post"]
    return found


def events(verb: str) -> list[dict[str, Any]]:
    return Rows().select("select * from kernel_event where verb = %s order by id", [verb])


def asked(approval: UUID) -> list[set[UUID]]:
    return [set(step.people) for step in ApprovalStep.objects.filter(parent=approval).order_by("pos", "id")]


def settle(firm: Firm) -> Waiting:
    outcome = firm.do("苏敏", "case.settle", firm.found(), amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    return outcome


def delegate(firm: Firm, who: str, to: str, **args: Any) -> UUID:
    return firm.system("delegation.appoint", delegator=firm.people[who], delegate=firm.people[to], **args)


def test_a_successor_is_put_on_a_waiting_request(firm: Firm) -> None:
    request, post = settle(firm), post_of(firm, "何川")
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("post.relieve", post, person=firm.people["何川"])
        assert asked(request.approval) == [set()]
        firm.system("post.assign", post, person=firm.people["唐果"])
        assert asked(request.approval) == [{firm.people["唐果"]}]
        assert Notice.objects.filter(person=firm.people["唐果"], zh__contains="由您决定").exists()
        assert len(events("approval.reassign")) == 2
        firm.must("唐果", "approval.consent", request.approval)
    assert stage(request.object) == "decided"


def test_the_journal_says_who_is_asked_instead(firm: Firm) -> None:
    request = settle(firm)
    delegate(firm, "何川", "唐果")
    [event] = events("approval.reassign")
    [line] = json.loads(event["envelope"])["lines"]["steps"]
    assert line[0] == "set" and line[2] == {"people": [str(firm.people["唐果"])]}
    assert [name for name, *_ in json.loads(event["envelope"])["objects"]] == ["approval", "object"]
    assert Approval.objects.get(id=request.approval).state == "waiting"


def test_a_delegate_decides_on_behalf_of_who_is_away_and_no_longer_when_he_is_back(firm: Firm) -> None:
    request = settle(firm)
    delegation = delegate(firm, "何川", "唐果")
    assert asked(request.approval) == [{firm.people["唐果"]}]
    firm.must("唐果", "approval.consent", request.approval)
    [event] = events("approval.consent")
    assert (event["actor"], event["on_behalf_of"]) == (firm.people["唐果"], firm.people["何川"])
    with clock.pinned(MORNING + dt.timedelta(hours=1)):
        again = settle(firm)
        firm.system("delegation.end", delegation)
        assert asked(again.approval) == [{firm.people["何川"]}]
        assert "由副总经理决定" in reasons(firm.do("苏敏", "approval.consent", again.approval))
        firm.must("何川", "approval.consent", again.approval)
    assert events("approval.consent")[-1]["on_behalf_of"] is None


def test_who_stands_in_acts_at_once_with_the_authority_that_was_lent(firm: Firm) -> None:
    delegate(firm, "何川", "韩立")
    key = firm.found()
    assert isinstance(firm.do("韩立", "case.settle", key, amount="3200", handling="discount"), Done)
    [event] = events("case.settle")
    assert (event["actor"], event["on_behalf_of"]) == (firm.people["韩立"], firm.people["何川"])


def test_a_delegation_for_one_verb_lends_no_other(firm: Firm) -> None:
    delegate(firm, "何川", "韩立", verbs=["case.classify"])
    outcome = firm.do("韩立", "case.settle", firm.found(), amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    assert asked(outcome.approval) == [{firm.people["何川"]}]


def test_nobody_consents_to_his_own_request_through_who_stands_in_for_him(firm: Firm) -> None:
    """改派 asks the deputy, then the general manager; the deputy himself asks."""
    roles = {row["code"]: row["id"] for row in Rows().select("select id, code from org_role")}
    manager = firm.system("post.establish", unit=firm.units["总部"], role=roles["manager"])
    firm.system("post.assign", manager, person=firm.people["何川"], starts_on="2020-01-01")
    delegate(firm, "何川", "唐果", roles=[roles["deputy"]])
    outcome = firm.do("何川", "case.assign", firm.case(), owner=firm.people["季安"])
    assert isinstance(outcome, Waiting), outcome
    first, second = asked(outcome.approval)
    assert first == {firm.people["高岚"]}, "the deputy's seat is recused with who sits in it; his superior is asked"
    assert second == {firm.people["高岚"]}


def test_a_post_that_begins_tomorrow_is_met_by_the_clock(firm: Firm) -> None:
    request, post = settle(firm), post_of(firm, "何川")
    tomorrow = (MORNING + dt.timedelta(days=1)).date().isoformat()
    firm.system("post.relieve", post, person=firm.people["何川"], ends_on=tomorrow)
    firm.system("post.assign", post, person=firm.people["唐果"], starts_on=tomorrow)
    sweep_once()
    assert asked(request.approval) == [{firm.people["何川"]}]
    with clock.pinned(MORNING + dt.timedelta(days=1)):
        sweep_once()
        assert asked(request.approval) == [{firm.people["唐果"]}]
        before = len(events("approval.reassign"))
        sweep_once()
        assert len(events("approval.reassign")) == before, "running twice changes nothing"


def test_who_leaves_owes_nothing_and_what_he_owed_is_on_the_fault_list(firm: Firm) -> None:
    key = firm.accepted()
    firm.system("person.leave", firm.people["季安"])
    [owed] = Obligation.objects.filter(object=key, state="running")
    assert owed.people == []
    [event] = events("obligation.reassign")
    assert json.loads(event["envelope"])["args"]["people"] == [[str(firm.people["季安"])], []]
    assert count() == (1, 0)
    head = queries.faults(firm.people["苏敏"])
    assert head is not None and [row.id for row in head.owed] == [owed.id], "who heads the unit sees it"
    top = queries.faults(firm.people["高岚"])
    assert top is not None and top.total == 1
    other = queries.faults(firm.people["韩立"])
    assert other is not None and other.total == 0, "the head of another department does not"
    assert queries.faults(firm.people["唐果"]) is None


def test_owed_by_who_stands_in_for_the_owner(firm: Firm) -> None:
    key = firm.accepted()
    delegation = delegate(firm, "季安", "唐果")
    [owed] = Obligation.objects.filter(object=key, state="running")
    assert owed.people == [firm.people["唐果"]]
    assert Notice.objects.filter(person=firm.people["唐果"], zh__contains="现由您办理").exists()
    assert isinstance(firm.do("唐果", "case.note", key, text="代季安跟进"), Done)
    assert events("case.note")[-1]["on_behalf_of"] == firm.people["季安"]
    firm.system("delegation.end", delegation)
    owed.refresh_from_db()
    assert owed.people == [firm.people["季安"]]


def test_who_has_left_is_refused_whatever_he_tries(firm: Firm) -> None:
    key = firm.accepted()
    firm.system("person.leave", firm.people["季安"])
    for verb, args in (("case.note", {"text": "还在"}), ("case.open", {"kind": "complaint", "title": "又一件"})):
        outcome = firm.do("季安", verb, None if verb == "case.open" else key, **args)
        assert "已办理离职" in reasons(outcome)


def test_the_number_of_statements_does_not_depend_on_how_many_are_concerned(firm: Firm) -> None:
    costs = []
    for number in (1, 12):
        for _ in range(number):
            firm.accepted()
        before = Rows.total
        delegation = delegate(firm, "季安", "唐果")
        costs.append(Rows.total - before)
        assert Obligation.objects.filter(people=[firm.people["唐果"]]).count() >= number
        firm.system("delegation.end", delegation)
    assert costs[0] == costs[1]


def test_a_late_sweep_tells_who_held_the_post_at_the_moment(firm_with: Callable[[str], Firm]) -> None:
    firm = firm_with("""
        - deadline: {id: seen, after: case.open, do: case.classify, within: 1 day, by: deputy, escalate: [{to: deputy}]}
    """)
    key, post = firm.case(), post_of(firm, "何川")
    third = (MORNING + dt.timedelta(days=3)).date().isoformat()
    firm.system("post.relieve", post, person=firm.people["何川"], ends_on=third)
    firm.system("post.assign", post, person=firm.people["唐果"], starts_on=third)
    with clock.pinned(MORNING + dt.timedelta(days=5)):
        sweep_all()
        [broken] = [one for one in events("obligation.break") if "more#seen" in one["envelope"]]
        told = Notice.objects.filter(control="more#seen").values_list("person", flat=True)
        assert set(told) == {firm.people["何川"]}, "the deadline passed on his watch"
        assert Obligation.objects.get(object=key, control="more#seen").people == [firm.people["何川"]]
        sweep_once()
        assert Obligation.objects.get(object=key, control="more#seen").people == [firm.people["唐果"]]
    assert broken["happened_at"].date() == (MORNING + dt.timedelta(days=1)).date()
