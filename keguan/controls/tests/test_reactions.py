"""Reactions through the gate: doing, proposing, drafting, telling; after acts, breaches, hits, dates, changes."""

import datetime as dt
from typing import Any

import pytest

from keguan.controls import gate
from keguan.controls.jobs import sweep_once
from keguan.controls.models import Evidence, Proposal
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, SYSTEM, Firm
from keguan.controls.tests.test_measures import pay, reasons
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

SOON = MORNING + dt.timedelta(minutes=1)
PROPOSE = """
- reaction: {id: fine, after: member.warn, do: penalty.impose, how: propose, by: head @ unit, with: {title: 警告},
    table: [{when: {points: "< 10"}, range: [30, 100], is: {fine: 30}},
      {when: {points: ">= 10"}, is: {measure: [申诫, 记过]}}]}
"""


def penalties() -> list[dict[str, Any]]:
    return Rows().select("select * from test_penalty order by id")


def member(firm: Firm, **args: Any) -> Any:
    return firm.must("季安", "member.join", None, title="甲", unit=firm.units["客服部"], **args)


def test_a_verb_is_done_by_itself_as_a_command_of_its_own(club: Firm) -> None:
    shop.enact("""
- reaction: {id: big, after: {verb: purchase.pay, when: {paid: ">= 1000"}}, do: member.change, how: do,
    with: {points: 5}}
- reaction: {id: fine, after: member.warn, do: penalty.impose, with: {title: 警告, fine: 50},
    table: [{when: {points: 5}, by: head @ unit, is: {measure: 申诫}},
      {when: {points: 5}, by: general_manager, is: {measure: 通报}}]}
""")
    with clock.pinned(SOON):
        key = member(club)
        pay(club, key, "10")
        assert shop.one("select points from test_member where id = %s", key) is None
        pay(club, key, "1000")
        assert shop.one("select points from test_member where id = %s", key) == 5
        row = Rows().select("select actor, caused_by, channel from kernel_event where verb = 'member.change'")
        assert len(row) == 1
        assert row[0]["actor"] is None
        assert row[0]["channel"] == "follow_up"
        cause = shop.one("select verb from kernel_event where id = %s", row[0]["caused_by"])
        assert cause == "purchase.pay"
        club.must("苏敏", "member.warn", key)
        found = {(row["measure"], row["person"]) for row in penalties()}
        assert found == {("申诫", club.people["苏敏"]), ("通报", club.people["高岚"])}
        assert all(row["member"] == key and row["fine"] == 50 for row in penalties())
        assert Evidence.objects.filter(control="extra#fine", outcome="done").count() == 1


def test_what_is_proposed_is_decided_within_its_range(club: Firm) -> None:
    shop.enact(PROPOSE)
    with clock.pinned(SOON):
        key = member(club, points=5)
        club.must("季安", "member.warn", key)
        [proposal] = Proposal.objects.all()
        assert proposal.state == "waiting"
        assert proposal.people == [club.people["苏敏"]]
        assert Notice.objects.filter(person=club.people["苏敏"]).exists()
        stranger = club.do("罗平", "proposal.accept", proposal.id)
        assert isinstance(stranger, Refused)
        assert stranger.is_hidden
        assert "之间" in reasons(club.do("苏敏", "proposal.accept", proposal.id, args={"fine": "150"}))
        assert "不能改" in reasons(club.do("苏敏", "proposal.accept", proposal.id, args={"title": "别的"}))
        club.must("苏敏", "proposal.accept", proposal.id, args={"fine": "80"})
        [made] = penalties()
        assert (made["fine"], made["title"], made["member"]) == (80, "警告", key)
        assert shop.one("select actor from kernel_event where verb = 'penalty.impose'") == club.people["苏敏"]
        assert "已经采纳" in reasons(club.do("苏敏", "proposal.accept", proposal.id))


def test_choices_drafts_and_dismissal(club: Firm) -> None:
    shop.enact(PROPOSE + PROPOSE.replace("id: fine", "id: free").replace("how: propose", "how: draft"))
    with clock.pinned(SOON):
        key = member(club, points=50)
        club.must("季安", "member.warn", key)
        proposed = Proposal.objects.get(control="extra#fine")
        drafted = Proposal.objects.get(control="extra#free")
        assert "只能选" in reasons(club.do("苏敏", "proposal.accept", proposed.id, args={"measure": "开除"}))
        club.must("苏敏", "proposal.accept", proposed.id, args={"measure": "记过"})
        club.must("苏敏", "proposal.accept", drafted.id, args={"title": "改过的", "measure": "申诫"})
        assert [(row["title"], row["measure"]) for row in penalties()] == [("警告", "记过"), ("改过的", "申诫")]
        club.must("季安", "member.warn", key)
        other = Proposal.objects.get(control="extra#fine", state="waiting")
        assert isinstance(club.do("苏敏", "proposal.dismiss", other.id), Refused)
        club.must("苏敏", "proposal.dismiss", other.id, comment="情有可原")
        assert len(penalties()) == 2


def test_an_unknown_row_does_nothing_and_is_counted(club: Firm) -> None:
    shop.enact(PROPOSE)
    with clock.pinned(SOON):
        club.must("季安", "member.warn", member(club))
        assert not Proposal.objects.exists()
        assert Evidence.objects.filter(control="extra#fine", outcome="undetermined").count() == 1


def test_a_trial_only_records(club: Firm) -> None:
    shop.enact(PROPOSE.replace("id: fine,", "id: fine, trial: true,"))
    with clock.pinned(SOON):
        club.must("季安", "member.warn", member(club, points=5))
        assert not Proposal.objects.exists()
        assert list(Evidence.objects.filter(control="extra#fine").values_list("outcome", flat=True)) == ["recorded"]


def test_a_population_is_one_set_command(club: Firm) -> None:
    shop.enact("""
- reaction: {id: city, after: purchase.pay, each: {member: {city: $purchase.title, is_legacy: true}}, how: do,
    do: member.change, with: {points: 7}}
""")
    with clock.pinned(SOON):
        keys = [outcome.object for outcome in gate.run(SYSTEM, "member.join", [
            (None, {"title": "m", "city": "京沪"[n % 2], "is_legacy": True}) for n in range(10)])]  # fmt: skip
        club.must("季安", "purchase.pay", None, title="沪", member=keys[0], paid="5")
        points = Rows().select("select city, points, count(*) n from test_member group by 1, 2 order by 1")
        assert [(row["city"], row["points"], row["n"]) for row in points] == [("京", None, 5), ("沪", 7, 5)]
        [batch] = Rows().select("select * from kernel_batch")
        assert (batch["verb"], batch["total"], batch["done"]) == ("member.change", 5, 5)


def test_a_breach_is_judged_by_the_version_of_its_moment(club: Firm) -> None:
    base = "- deadline: {id: keep, after: member.join, do: member.warn, within: 2 days, by: head @ unit}\n"
    late = "- reaction: {id: late, after: 'breach:keep', do: penalty.impose, with: {title: 逾期, fine: %s}}\n"
    shop.enact(base + late % 10)
    with clock.pinned(SOON):
        key = member(club)
    with clock.pinned(MORNING + dt.timedelta(days=10)):
        shop.enact(base + late % 99)
    with clock.pinned(MORNING + dt.timedelta(days=10, minutes=1)):
        sweep_once()
        sweep_once()
        [made] = penalties()
        assert made["fine"] == 10
        assert made["member"] == key
        cause = shop.one("select caused_by from kernel_event where verb = 'penalty.impose'")
        assert shop.one("select verb from kernel_event where id = %s", cause) == "obligation.break"


def test_hits_changes_and_kept_terms_set_it_off(club: Firm) -> None:
    shop.enact("""
- prohibition: {id: stop, of: member.void, when: {points: ">= 10"}}
- deadline: {id: keep, after: member.join, do: member.warn, within: 2 days, by: head @ unit}
- reaction: {id: a, after: "hit:stop", do: penalty.impose, with: {title: 触犯, member: $member}}
- reaction: {id: b, after: "changed:member.city", do: penalty.impose, with: {title: 迁移, member: $member}}
- reaction: {id: c, after: "kept:keep", notify: general_manager, text: {zh: "{title} 按时", en: "{title} kept"}}
""")
    with clock.pinned(SOON):
        key = member(club, points=50, city="沪")
        assert isinstance(club.do("苏敏", "member.void", key), Refused)
        assert [row["title"] for row in penalties()] == ["触犯"]
        club.must("季安", "member.change", key, city="沪")
        club.must("季安", "member.change", key, points=51)
        club.must("季安", "member.change", key, city="京")
        assert [row["title"] for row in penalties()] == ["触犯", "迁移"]
        club.must("季安", "member.warn", key)
        assert Notice.objects.filter(person=club.people["高岚"], zh="甲 按时").count() == 1


def test_a_date_that_comes_sets_it_off_once_however_late(club: Firm) -> None:
    shop.enact("""
- reaction: {id: expire, after: "reached:member.valid_until", when: {stage: active}, do: member.void, how: do}
""")
    with clock.pinned(SOON):
        first = member(club, valid_until="2026-03-05")
        second = member(club, valid_until="2026-03-20")
        past = member(club, valid_until="2026-03-01")
        sweep_once()

    def stages() -> list[str]:
        return [shop.one("select stage from test_member where id = %s", key) for key in (first, second, past)]

    with clock.pinned(MORNING + dt.timedelta(days=10)):
        sweep_once()
        sweep_once()
        assert stages() == ["void", "active", "void"]
        rows = Rows().select("select happened_at from kernel_event where verb = 'member.reach' order by happened_at")
        begun = [dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC), dt.datetime(2026, 3, 4, 16, tzinfo=dt.UTC)]
        assert [row["happened_at"] for row in rows] == begun
    with clock.pinned(MORNING + dt.timedelta(days=30)):
        sweep_once()
        assert stages() == ["void", "void", "void"]


def test_decisions_come_round(club: Firm) -> None:
    shop.enact("""
- measure: {id: paid, name: member.paid, of: member, sum: purchase.paid, in: last 6 months}
- decision: {id: grade, sets: member.grade, every: month, table: [{when: {paid: ">= 100"}, is: gold}, {is: plain}]}
""")
    with clock.pinned(SOON):
        keys = [member(club) for _ in range(3)]
        pay(club, keys[0], "100")
        sweep_once()
        assert shop.one("select grade from test_member where id = %s", keys[0]) == "plain"
    with clock.pinned(MORNING + dt.timedelta(days=40)):
        sweep_once()
        assert shop.one("select grade from test_member where id = %s", keys[0]) == "gold"
    with clock.pinned(MORNING + dt.timedelta(days=300)):
        sweep_once()
        assert shop.one("select grade from test_member where id = %s", keys[0]) == "plain"


def test_statements_do_not_depend_on_the_number_of_items(club: Firm) -> None:
    shop.enact(PROPOSE)
    with clock.pinned(SOON):
        keys = [outcome.object for outcome in gate.run(SYSTEM, "member.join", [
            (None, {"title": f"m{n}"}) for n in range(51)])]  # fmt: skip
        counts = []
        for some in (keys[:1], keys[:2], keys[:50]):
            before = Rows.total
            gate.run(SYSTEM, "member.warn", [(key, {}) for key in some])
            counts.append(Rows.total - before)
        assert counts[1] == counts[2], counts


@pytest.mark.parametrize(("accepts", "state"), [(False, "withdrawn"), (True, "flagged")])
def test_a_breach_that_is_lifted_takes_its_proposals_along(club: Firm, accepts: bool, state: str) -> None:
    shop.enact("""
- deadline: {id: keep, after: member.join, do: member.warn, within: 2 days, by: head @ unit}
- reaction: {id: late, after: "breach:keep", do: penalty.impose, how: propose, by: head @ unit, with: {title: 逾期}}
""")
    with clock.pinned(SOON):
        key = member(club)
    with clock.pinned(MORNING + dt.timedelta(days=10)):
        sweep_once()
        [proposal] = Proposal.objects.all()
        assert proposal.state == "waiting"
        if accepts:
            club.must("苏敏", "proposal.accept", proposal.id)
        late = Context(club.people["季安"], "page", happened_at=MORNING + dt.timedelta(days=1))
        assert isinstance(gate.run_one(late, "member.warn", key, {}), Done)
        assert Proposal.objects.get().state == state
        words = "已撤销" if state == "withdrawn" else "请复核"
        assert Notice.objects.filter(person=club.people["苏敏"], zh__contains=words).exists()


CYCLE = """
- reaction: {id: a, after: member.warn, do: member.void, how: do}
- reaction: {id: b, after: member.void, do: member.warn, how: %s, by: manager}
"""


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        (CYCLE % "do", "没有尽头"),
        (CYCLE % "propose", ""),
        ("- reaction: {id: a, after: member.warn, do: member.warn, how: do}", "没有尽头"),
        ("- reaction: {id: a, after: 'changed:member.points', do: member.change, with: {points: 1}}", "没有尽头"),
        ("- reaction: {id: a, after: member.warn, do: purchase.pay, how: do}", "缺少参数"),
        ("- reaction: {id: a, after: member.warn, do: member.void, how: propose}", "由谁决定"),
        ("- reaction: {id: a, after: member.warn, how: notify, notify: manager}", "text"),
        ("- reaction: {id: a, after: 'reached:member.city', do: member.void}", "不是日期"),
        ("- reaction: {id: a, after: 'hit:nothing', do: member.void}", "nothing"),
    ],
)
def test_what_cannot_run_is_a_fault_with_its_line(db: None, controls: str, said: str) -> None:
    shop.declare()
    pack, _ = pack_from_texts(shop.texts(controls))
    assert pack is not None
    _, faults = check_pack(pack)
    if not said:
        assert not faults, [fault.text() for fault in faults]
        return
    assert any(said in fault.message.zh and fault.line for fault in faults), [fault.text() for fault in faults]
