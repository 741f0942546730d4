"""Delegation: given, ended, and refused kindly; what it lends shows in the directory."""

import datetime as dt
from typing import Any

import pytest

from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Outcome, Refused
from keguan.kernel.commands.rows import Rows
from keguan.org import directory
from keguan.org.tests.conftest import Firm, act, command
from keguan.org.tests.test_directory import NOW, names

LATER = NOW + dt.timedelta(days=7)


def give(firm: Firm, who: str, to: str, **args: Any) -> Outcome:
    with clock.pinned(NOW):
        return command("delegation.appoint", delegator=firm.person(who), delegate=firm.person(to), **args)


def said(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    assert all(reason.cure is not None for reason in outcome.reasons), "every refusal says how to go on"
    return "；".join(reason.message.zh for reason in outcome.reasons)


def test_the_delegate_is_asked_in_the_holders_place_while_it_lasts(firm: Firm) -> None:
    give(firm, "苏敏", "韩立", starts_at=NOW, ends_at=LATER)
    pair: directory.Pair = ("service_manager", firm.units["热线组"])
    at = [NOW - dt.timedelta(seconds=1), NOW, LATER - dt.timedelta(seconds=1), LATER]
    asked = [names(firm, directory.holders(Rows(), [pair], moment)[pair]) for moment in at]
    assert asked == [["苏敏"], ["韩立"], ["韩立"], ["苏敏"]]
    assert names(firm, directory.superiors(Rows(), [firm.people["季安"]], NOW)[firm.people["季安"]]) == ["韩立"]


def test_what_is_lent_stands_in_the_delegates_profile_and_the_holder_keeps_his_own(firm: Firm) -> None:
    give(firm, "苏敏", "韩立")
    found = directory.profiles(Rows(), [firm.people["韩立"], firm.people["苏敏"]], NOW)
    his = found[firm.people["韩立"]]
    assert his.roles == {"salesperson"}
    assert his.acting_roles == {"salesperson", "service_manager"}
    [lent] = his.lent
    assert (lent.profile.person, lent.verbs, lent.is_whole) == (firm.people["苏敏"], None, True)
    assert found[firm.people["苏敏"]].roles == {"service_manager"}


def test_nobody_is_the_superior_of_himself_by_standing_in(firm: Firm) -> None:
    """罗平 heads a team under 苏敏; standing in for her, he is not his own superior."""
    give(firm, "苏敏", "罗平")
    assert names(firm, directory.superiors(Rows(), [firm.people["罗平"]], NOW)[firm.people["罗平"]]) == ["苏敏"]


def test_a_delegate_who_left_does_not_count(firm: Firm) -> None:
    give(firm, "苏敏", "韩立")
    act("person.leave", firm.people["韩立"], left_on="2026-05-22")
    pair: directory.Pair = ("service_manager", None)
    assert names(firm, directory.holders(Rows(), [pair], NOW)[pair]) == ["韩立"]
    assert names(firm, directory.holders(Rows(), [pair], NOW + dt.timedelta(days=2))[pair]) == ["苏敏"]


def test_one_role_may_be_lent_and_another_kept(firm: Firm) -> None:
    firm.holds("苏敏", "客服部", "archivist")
    give(firm, "苏敏", "韩立", roles=[firm.roles["archivist"]])
    pairs: list[directory.Pair] = [("archivist", None), ("service_manager", None)]
    found = directory.holders(Rows(), pairs, NOW)
    assert [names(firm, found[pair]) for pair in pairs] == [["韩立"], ["苏敏"]]


@pytest.mark.parametrize(
    ("before", "then", "why"),
    [
        ([], ("苏敏", "苏敏", {}), "不能委托自己"),
        ([("苏敏", "韩立", {})], ("韩立", "季安", {}), "不能转托"),
        ([("苏敏", "韩立", {})], ("高岚", "苏敏", {}), "不能转托"),
        ([], ("苏敏", "韩立", {"starts_at": NOW - dt.timedelta(days=1)}), "不能从过去开始"),
        ([], ("苏敏", "韩立", {"starts_at": LATER, "ends_at": NOW}), "代理期为空"),
        ([], ("苏敏", "韩立", {"verbs": ["post.assing"]}), "没有 post.assing"),
    ],
)
def test_what_is_refused(firm: Firm, before: list[Any], then: tuple[str, str, dict[str, Any]], why: str) -> None:
    for who, to, args in before:
        assert not isinstance(give(firm, who, to, **args), Refused)
    assert why in said(give(firm, then[0], then[1], **then[2]))


def test_one_after_the_other_is_no_chain(firm: Firm) -> None:
    give(firm, "苏敏", "韩立", ends_at=LATER)
    assert not isinstance(give(firm, "韩立", "季安", starts_at=LATER), Refused)


def test_who_left_is_no_delegate(firm: Firm) -> None:
    act("person.leave", firm.people["韩立"], left_on="2026-05-01")
    assert "已经离职" in said(give(firm, "苏敏", "韩立"))


def test_ending_takes_back_what_has_not_begun(firm: Firm) -> None:
    given = give(firm, "苏敏", "韩立", starts_at=LATER)
    with clock.pinned(NOW):
        act("delegation.end", given.object)
        assert "已经结束" in said(command("delegation.end", given.object))
    pair: directory.Pair = ("service_manager", None)
    assert names(firm, directory.holders(Rows(), [pair], LATER)[pair]) == ["苏敏"]
