"""Exceptions from one guard: asked for, confirmed by a second person, used once, within their minutes."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Evidence, Override
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons, stage
from keguan.controls.tests.test_races import together
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice

With = Callable[[str], Firm]
GRANTS = """
    - access:
        id: exceptions
        who: [manager, deputy, general_manager]
        may: [policy.override, override.confirm, override.reject, override.withdraw]
        see: override
        scope: all
    - prohibition: {id: frozen, of: [case.classify, case.note], says: 盘点期间不办}
"""
FROZEN = "more#frozen"


def ask(firm: Firm, key: UUID, who: str = "苏敏", **more: Any) -> Outcome:
    given = {"control": FROZEN, "verb": "case.classify", "object": key, "reason": "客户在现场等", "minutes": 30, **more}
    return gate.run_one(Context(firm.people[who], "page"), "policy.override", None, given)


def asked(firm: Firm, key: UUID, **more: Any) -> UUID:
    outcome = ask(firm, key, **more)
    assert isinstance(outcome, Done), outcome
    return outcome.object


def classify(firm: Firm, key: UUID, override: UUID | None, who: str = "苏敏") -> Outcome:
    ctx = Context(firm.people[who], "page", override=override)
    return gate.run_one(ctx, "case.classify", key, {"severity": "serious"})


def test_an_override_that_was_confirmed_lifts_one_guard_once(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    key = firm.accepted()
    assert "盘点期间不办" in reasons(classify(firm, key, None))
    override = asked(firm, key)
    assert "还没有经另一人准许" in reasons(classify(firm, key, override))
    firm.must("何川", "override.confirm", override)
    done = classify(firm, key, override)
    assert isinstance(done, Done), done
    [row] = Rows().select("select envelope from kernel_event where id = %s", [done.event])
    envelope = json.loads(row["envelope"])
    assert envelope["override"] == str(override)
    assert [FROZEN, "overridden"] in envelope["controls"]
    assert Evidence.objects.filter(control=FROZEN, outcome="overridden", event=done.event).count() == 1
    used = Override.objects.get(id=override)
    assert (used.used_event, used.used_at) == (done.event, MORNING)
    assert "已经用过" in reasons(classify(firm, key, override))
    told = Notice.objects.filter(person=firm.people["何川"]).values_list("zh", flat=True)
    assert any("申请破例" in text for text in told)


def test_the_second_person_is_never_the_first_and_not_just_anybody(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    key = firm.accepted()
    override = asked(firm, key)
    assert "由另一个人确认" in reasons(firm.do("苏敏", "override.confirm", override))
    stranger = firm.do("罗平", "override.confirm", override)
    assert isinstance(stranger, Refused)
    assert stranger.is_hidden
    assert "只有申请人可以撤回" in reasons(firm.do("何川", "override.withdraw", override))
    firm.must("高岚", "override.reject", override, comment="不急")
    assert "已经有结果" in reasons(firm.do("何川", "override.confirm", override))
    assert isinstance(classify(firm, key, override), Refused)


def test_who_may_not_ask_learns_nothing_of_the_record(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    key = firm.accepted()
    assert "没有这个权限" in reasons(ask(firm, key, "季安"))
    assert "没有这个权限" in reasons(ask(firm, key, "罗平"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"control": "more#none"}, "没有这一项"),
        ({"control": "complaints#settle"}, "不管这个动作"),
        ({"verb": "case.clasify"}, "没有这个动作"),
        ({"object": None}, "新建记录"),
        ({"minutes": 0}, "有效分钟数"),
        ({"reason": ""}, "理由"),
    ],
)
def test_what_is_asked_must_name_a_guard_of_the_act(firm_with: With, change: dict[str, Any], words: str) -> None:
    firm = firm_with(GRANTS)
    assert words in reasons(ask(firm, firm.accepted(), **change))


def test_an_override_counts_for_its_act_its_record_and_its_minutes(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    key, other = firm.accepted(), firm.accepted()
    override = asked(firm, key)
    firm.must("何川", "override.confirm", override)
    assert "盘点期间不办" in reasons(classify(firm, other, override))
    closing = gate.run_one(Context(firm.people["苏敏"], "page", override=override), "case.note", key, {"text": "记"})
    assert "不是这个动作" in reasons(closing)
    assert isinstance(classify(firm, key, override, "何川"), Refused)  # whose it is not
    with clock.pinned(MORNING + dt.timedelta(minutes=31)):
        assert "有效时间已过" in reasons(classify(firm, key, override))
    assert Override.objects.get(id=override).used_at is None


def test_an_override_that_nothing_needed_is_kept(firm_with: With) -> None:
    firm = firm_with(
        GRANTS.replace("of: [case.classify, case.note]", "of: [case.classify], when: {severity: ordinary}")
    )
    key = firm.accepted()
    override = asked(firm, key)
    firm.must("何川", "override.confirm", override)
    assert isinstance(classify(firm, key, override), Done)
    assert Override.objects.get(id=override).used_at is None


def test_an_override_lifts_a_consent_too_and_only_that(firm_with: With) -> None:
    firm = firm_with(GRANTS.replace("of: [case.classify, case.note]", "of: case.note"))
    key = firm.accepted()
    override = asked(firm, key, control="complaints#reassign", verb="case.assign")
    firm.must("何川", "override.confirm", override)
    ctx = Context(firm.people["苏敏"], "page", override=override)
    assert isinstance(gate.run_one(ctx, "case.assign", key, {"owner": firm.people["唐果"]}), Done)


def test_a_request_that_cited_an_override_keeps_it(firm_with: With) -> None:
    firm = firm_with(GRANTS + "    - approval: {id: also, of: case.classify, how: consent, by: general_manager}\n")
    key = firm.accepted()
    override = asked(firm, key)
    firm.must("何川", "override.confirm", override)
    waiting = classify(firm, key, override)
    assert isinstance(waiting, Waiting), waiting
    firm.must("高岚", "approval.consent", waiting.approval)
    [row] = Rows().select("select severity from cases_case where id = %s", [key])
    assert row["severity"] == "serious"
    assert Override.objects.get(id=override).used_at is not None
    assert stage(key) == "accepted"


@pytest.mark.django_db(transaction=True)
def test_of_two_commands_that_cite_one_override_at_once_one_is_done(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    key = firm.accepted()
    override = asked(firm, key)
    firm.must("何川", "override.confirm", override)
    outcomes = together(*[lambda: classify(firm, key, override) for _ in range(2)])
    assert {type(one) for one in outcomes} == {Done, Refused}, outcomes
