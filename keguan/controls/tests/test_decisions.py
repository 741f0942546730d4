"""Decisions through the gate: tables and scores, redone when facts change, overruled by whom the clause names."""

import datetime as dt
from typing import Any

import pytest

from keguan.controls import gate
from keguan.controls.models import Evidence
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, SYSTEM, Firm
from keguan.controls.tests.test_measures import pay, reasons
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

SOON = MORNING + dt.timedelta(minutes=1)
GRADE = """
- decision: {id: grade, sets: member.grade,
    table: [{when: {points: ">= 100"}, is: gold}, {when: {points: ">= 10"}, is: silver}, {is: plain}],
    override_by: manager, until: {points: ">= 1000"}}
"""


APPLYING = shop.GRANT.replace("penalty.*]", "penalty.*, decision.apply]")


def grade(key: Any) -> Any:
    return shop.one("select grade from test_member where id = %s", key)


def outcomes(key: Any) -> list[str]:
    return list(
        Evidence.objects.filter(object=key, control="extra#grade").order_by("id").values_list("outcome", flat=True)
    )


def test_a_table_decides_and_its_row_stands_in_the_event(club: Firm) -> None:
    shop.enact(GRADE)
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲", points=50)
        assert grade(key) == "silver"
        envelope = shop.one("select envelope from kernel_event where verb = 'member.join'")
        assert '["extra#grade","decided:2"]' in envelope
        assert '"grade":[null,"silver"]' in envelope
        club.must("季安", "member.change", key, title="乙")
        assert outcomes(key) == ["decided"]
        club.must("季安", "member.change", key, points=100)
        assert grade(key) == "gold"
        club.must("季安", "member.change", key, points=None)
        assert grade(key) is None
        assert outcomes(key) == ["decided", "decided", "undetermined"]


def test_who_may_overrule_and_until_when(club: Firm) -> None:
    shop.enact(GRADE)
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲", points=5)
        refused = club.do("季安", "member.change", key, grade="gold")
        assert isinstance(refused, Refused)
        assert "只有客服经理可以改定" in reasons(refused)
        assert refused.reasons[0].citation is not None
        assert isinstance(club.do("季安", "member.overrule", key, fact="grade", value="gold", reason="老客"), Refused)
        club.must("苏敏", "member.overrule", key, fact="grade", value="gold", reason="老客")
        assert grade(key) == "gold"
        club.must("季安", "member.change", key, points=20)
        assert grade(key) == "gold"
        club.must("季安", "member.change", key, points=1000)
        assert grade(key) == "gold"
        club.must("季安", "member.change", key, points=20)
        assert grade(key) == "silver"
        club.must("苏敏", "member.change", key, grade="plain")
        assert grade(key) == "plain"
        club.must("苏敏", "member.reassess", key, lift=True)
        assert grade(key) == "silver"
        assert "评定" in reasons(club.do("苏敏", "member.overrule", key, fact="city", value="沪", reason="x"))


def test_a_score_with_knock_outs_and_missing_facts(club: Firm) -> None:
    shop.enact("""
- decision: {id: grade, sets: member.grade, knock_out: [{credit: fail}], score: {income: 60, credit: 20, points: 20},
    table: [{when: {score: ">= 70"}, is: gold}, {is: plain}]}
""")
    with clock.pinned(SOON):

        def joined(**args: Any) -> Any:
            return grade(club.must("季安", "member.join", None, title="甲", **args))

        assert joined(income="0.9", credit="pass", points=5) == "gold"
        assert joined(income="0.5", credit="pass", points=15) == "plain"
        assert joined(income="1", credit="fail", points=20) == "plain"
        assert joined(income="1", credit="pass") is None
        assert "decided:knock-out-1" in {
            row["outcome"] for row in Rows().select("select outcome from controls_decision")
        }


def test_acts_elsewhere_have_it_decided_anew(club: Firm) -> None:
    shop.enact("""
- measure: {id: paid, name: member.paid, of: member, sum: purchase.paid, in: last 6 months}
- decision: {id: grade, sets: member.grade, after: purchase.pay,
    table: [{when: {paid: ">= 2000"}, is: gold}, {is: plain}]}
""")
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲")
        assert grade(key) == "plain"
        pay(club, key, "2500")
        assert grade(key) == "gold"
        row = Rows().select("select caused_by, actor from kernel_event where verb = 'member.reassess'")
        assert len(row) == 1
        assert row[0]["caused_by"] is not None


def test_an_owner_is_found_by_a_people_expression(club: Firm) -> None:
    shop.enact("""
- decision: {id: grade, sets: member.owner,
    table: [{when: {unit: set}, is: head @ unit}, {is: general_manager}]}
""")
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲", unit=club.units["客服部"])
        assert shop.one("select owner from test_member where id = %s", key) == club.people["苏敏"]
        other = club.must("季安", "member.join", None, title="乙")
        assert shop.one("select owner from test_member where id = %s", other) == club.people["高岚"]


def test_a_trial_decides_nothing_and_a_new_version_decides_anew(club: Firm) -> None:
    shop.enact(GRADE.replace("id: grade,", "id: grade, trial: true,"))
    with clock.pinned(SOON):
        key = club.must("季安", "member.join", None, title="甲", points=50)
        assert grade(key) is None
        shop.enact(GRADE.replace('>= 10"', '>= 60"'))
    with clock.pinned(SOON + dt.timedelta(minutes=1)):
        club.must("苏敏", "member.reassess", key)
        assert grade(key) == "plain"


def test_one_list_is_many_commands(club: Firm) -> None:
    shop.enact(GRADE)
    with clock.pinned(SOON):
        found = gate.run(SYSTEM, "member.join", [(None, {"title": f"m{n}", "points": n * 10}) for n in range(30)])
        assert all(isinstance(one, Done) for one in found)
        counts = {
            row["grade"]: row["n"] for row in Rows().select("select grade, count(*) n from test_member group by 1")
        }
        assert counts == {"plain": 1, "silver": 9, "gold": 20}


def test_a_population_is_decided_anew_at_once(club: Firm) -> None:
    shop.enact("- prohibition: {id: none, of: member.void, when: {city: 无}}", grant=APPLYING)
    with clock.pinned(SOON):
        gate.run(SYSTEM, "member.join", [(None, {"title": f"m{n}", "points": n * 10}) for n in range(30)])
        shop.enact(GRADE, grant=APPLYING)
    with clock.pinned(SOON + dt.timedelta(minutes=1)):
        assert "没有这项" in reasons(club.do("苏敏", "decision.apply", None, control="extra#grades"))
        club.must("苏敏", "decision.apply", None, control="extra#grade")
        rows = Rows().select("select grade, count(*) n from test_member group by 1")
        assert {row["grade"]: row["n"] for row in rows} == {"plain": 1, "silver": 9, "gold": 20}
        batches = {row["verb"]: row["done"] for row in Rows().select("select verb, done from kernel_batch")}
        assert batches["member.reassess"] == 30


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        (GRADE + GRADE.replace("id: grade", "id: other"), "已由"),
        ("- decision: {id: a, sets: member.nothing, table: [{is: 1}]}", "nothing"),
        ("- decision: {id: a, sets: member.grade, table: [{is: platinum}]}", "platinum"),
        ("- decision: {id: a, sets: member.grade, score: {city: 5}, table: [{is: gold}]}", "不能计分"),
        ("- decision: {id: a, sets: member.grade, every: fortnight, table: [{is: gold}]}", "fortnight"),
        ("- decision: {id: a, sets: member.grade, after: case.open, table: [{is: gold}]}", "找不到"),
    ],
)
def test_what_cannot_run_is_a_fault_with_its_line(db: None, controls: str, said: str) -> None:
    shop.declare()
    pack, _ = pack_from_texts(shop.texts(controls))
    assert pack is not None
    _, faults = check_pack(pack)
    assert faults
    assert all(fault.line for fault in faults)
    assert any(said in fault.message.zh for fault in faults), [fault.text() for fault in faults]
