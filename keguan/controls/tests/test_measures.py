"""Measures through the gate: kept with each command, filled from the past, read by guards and decisions, as quotas."""

import datetime as dt
from decimal import Decimal
from typing import Any

from keguan.controls import gate
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.balances import differences
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

SOON = MORNING + dt.timedelta(minutes=1)
PAID = """
- measure: {id: paid, name: member.paid, of: member, sum: purchase.paid, where: {is_void: false}, in: last 6 months,
    title: {zh: 半年消费, en: paid in half a year}}
- prohibition: {id: enough, of: member.void, when: {paid: ">= 2000"}}
"""


def pay(firm: Firm, member: Any, paid: str, **args: Any) -> Any:
    return firm.must("季安", "purchase.pay", None, title="货", member=member, paid=paid, **args)


def kept(member: Any) -> Any:
    """What the entries of a member add up to."""
    return shop.one("select sum(amount) from kernel_balance_entry where key = %s", str(member))


def reasons(outcome: Any) -> str:
    assert isinstance(outcome, Refused), outcome
    return "；".join(reason.message.zh for reason in outcome.reasons)


def test_a_sum_is_kept_and_read_by_a_guard(club: Firm) -> None:
    shop.enact(PAID)
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        pay(club, member, "1500")
        assert isinstance(club.do("苏敏", "member.void", member), Done)
        second = pay(club, member, "500")
        assert "半年消费" in reasons(club.do("苏敏", "member.void", member))
        club.must("季安", "purchase.correct", second, is_void=True)
        assert isinstance(club.do("苏敏", "member.void", member), Done)
        club.must("季安", "purchase.correct", second, is_void=False, paid="700")
        assert "半年消费" in reasons(club.do("苏敏", "member.void", member))
    with clock.pinned(SOON + dt.timedelta(days=200)):
        assert isinstance(club.do("苏敏", "member.void", member), Done)
    assert differences(Rows()) == []


def test_the_past_is_filled_in_from_the_journal(club: Firm) -> None:
    shop.enact("- prohibition: {id: none, of: member.void, when: {city: 无}}")
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲", city="沪")
        first = pay(club, member, "1500")
        pay(club, member, "900")
        club.must("季安", "purchase.correct", first, paid="1400")
        assert kept(member) is None
        shop.enact(PAID)
    with clock.pinned(SOON + dt.timedelta(minutes=1)):
        assert "半年消费" in reasons(club.do("苏敏", "member.void", member))
        assert kept(member) == Decimal(2300)
        pay(club, member, "1")
    assert differences(Rows()) == []


def test_what_was_out_of_force_is_filled_up_again(club: Firm) -> None:
    shop.enact(PAID)
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        pay(club, member, "100")
        shop.enact("- prohibition: {id: none, of: member.void, when: {city: 无}}")
    with clock.pinned(SOON + dt.timedelta(minutes=1)):
        pay(club, member, "200")
        assert kept(member) == Decimal(100)
        shop.enact(PAID)
    with clock.pinned(SOON + dt.timedelta(minutes=2)):
        pay(club, member, "300")
    assert kept(member) == Decimal(600)


def test_a_quota_refuses_what_goes_past_it(club: Firm) -> None:
    shop.enact("""
- measure: {id: quota, name: member.used, of: member, sum: purchase.paid, in: this year, limit: $member.allowance,
    title: {zh: 已用额度, en: allowance used}}
""")
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲", allowance="1000")
        pay(club, member, "600")
        assert "已用额度" in reasons(club.do("季安", "purchase.pay", None, member=member, paid="500"))
        pay(club, member, "400")
        bare = club.must("季安", "member.join", None, title="乙")
        assert "额度" in reasons(club.do("季安", "purchase.pay", None, member=bare, paid="1"))
    assert shop.one("select count(*) from controls_evidence where control = 'extra#quota' and outcome = 'refused'") == 1


def test_items_of_one_list_share_the_quota(club: Firm) -> None:
    shop.enact("""
- measure: {id: quota, name: member.bought, of: member, count: purchase.pay, in: this year, limit: 2}
""")
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        outcomes = gate.run(SYSTEM, "purchase.pay", [(None, {"member": member, "paid": "1"}) for _ in range(4)])
        assert [type(one) for one in outcomes] == [Done, Done, Refused, Refused]


def test_formulas_averages_and_shares_are_facts(club: Firm) -> None:
    shop.enact("""
- measure: {id: mean, name: member.mean, of: member, average: purchase.paid}
- measure: {id: big, name: member.big, of: member, count: purchase, share: {paid: ">= 100"}}
- measure: {id: worth, name: member.worth, of: member,
    formula: "round_down(min(mean, allowance) / 10 * 10, 0) + mean * 0"}
- prohibition: {id: a, of: member.warn, when: {worth: ">= 100"}, effect: warn}
- prohibition: {id: b, of: member.warn, when: {big: ">= 0.5"}, effect: warn}
""")
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲", allowance="150")
        pay(club, member, "300")
        pay(club, member, "10")
        outcome = club.do("苏敏", "member.warn", member)
        assert isinstance(outcome, Done)
        assert len(outcome.warnings) == 2


def test_an_unknown_amount_is_left_out_and_counted(club: Firm) -> None:
    shop.enact(PAID.replace("{is_void: false}", '{is_void: false, paid_on: ">= 2020-01-01"}'))
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        pay(club, member, "5000")
        assert isinstance(club.do("苏敏", "member.void", member), Done)
        row = shop.one("select envelope from kernel_event where verb = 'purchase.pay'")
        assert '["extra#paid","undetermined"]' in row


def test_statements_do_not_depend_on_the_number_of_items(club: Firm) -> None:
    shop.enact(
        PAID
        + """
- decision: {id: grade, sets: member.grade, after: purchase.pay,
    table: [{when: {paid: ">= 2000"}, is: gold}, {is: plain}]}
"""
    )
    with clock.pinned(SOON):
        members = [outcome.object for outcome in gate.run(SYSTEM, "member.join", [
            (None, {"title": f"会员 {n}"}) for n in range(60)])]  # fmt: skip
        counts = []
        for many in (1, 2, 50):
            gate.run(SYSTEM, "member.void", [(members[0], {})])
            before = Rows.total
            gate.run(SYSTEM, "member.void", [(key, {}) for key in members[:many]])
            counts.append(Rows.total - before)
        assert len(set(counts)) == 1, counts


def test_a_measure_that_cannot_be_kept_may_not_be_read_live(club: Firm) -> None:
    pack, _ = pack_from_texts(
        shop.texts("""
- measure: {id: slow, name: member.p90, of: member, percentile: {of: purchase.paid, at: 90}}
- prohibition: {id: x, of: member.void, when: {p90: ">= 5"}}
""")
    )
    assert pack is not None
    _, faults = check_pack(pack)
    assert any("不能随办随记" in fault.message.zh for fault in faults)


def test_two_measures_of_the_same_are_entered_once(club: Firm) -> None:
    shop.enact("""
- measure: {id: month, name: member.month, of: member, count: purchase.pay, in: this month, limit: 3}
- measure: {id: year, name: member.year, of: member, count: purchase.pay, in: this year, limit: 3, trial: true}
""")
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        for _ in range(3):
            pay(club, member, "1")
        assert kept(member) == Decimal(3)
        assert "超过定额" in reasons(club.do("季安", "purchase.pay", None, title="货", member=member, paid="1"))
    said = "select string_agg(distinct outcome, ' ' order by outcome) from controls_evidence where control = %s"
    assert shop.one(said, "extra#year") == "passed recorded"
    assert differences(Rows()) == []
