"""Deadlines of every form as they live: through commands and sweeps, in time and late."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Evidence, Obligation
from keguan.controls.queries.evidence import standing
from keguan.controls.sweep import sweep_all
from keguan.controls.tests import dossiers
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.controls.tests.test_live import overdue
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

dossiers.declare()
HEAD = """
policy: dossiers
title: 案卷制度
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 案卷。
    controls:
      - access: {id: desk, who: manager, may: [dossier.*, patron.*, visit.*], see: [dossier, patron, visit], scope: all}
"""
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


class Desk:
    """Commands on dossiers as the machinery, at a moment; obligations by control."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.now = firm, MORNING

    def rules(self, *controls: str, at: dt.datetime | None = None, running: str | None = None, more: str = "") -> None:
        """These deadlines are published, and count three seconds later."""
        lines = "".join(f"      - deadline: {{{control}}}\n" for control in controls)
        texts = {**read_pack(PACK).texts, "policies/dossiers.yaml": HEAD + more + lines}
        pack, faults = pack_from_texts(texts)
        assert pack is not None and not faults, faults
        with clock.pinned(at or self.now):
            adopt(gate.run, SYSTEM, pack, running=running)
        self.now = (at or self.now) + 3 * dt.timedelta(seconds=1)

    def do(self, verb: str, key: UUID | None = None, /, at: dt.datetime | None = None,
           happened: dt.datetime | None = None, imported: bool = False, **args: Any) -> UUID:  # fmt: skip
        ctx = Context(None, "import" if imported else "scenario", happened_at=happened, imported=imported)
        with clock.pinned(at or self.now):
            [outcome] = gate.run(ctx, verb, [(key, args)])
        assert isinstance(outcome, Done), (verb, outcome)
        return outcome.object

    def add(self, kind: str = "dossier", **args: Any) -> UUID:
        given = {"owner": self.firm.people["季安"], "unit": self.firm.units["热线组"], **args}
        return self.do(f"{kind}.add", None, **(given if kind != "visit" else args))

    def sweep(self, at: dt.datetime) -> None:
        with clock.pinned(at):
            sweep_all()

    def states(self, control: str = "x") -> list[str]:
        found = Obligation.objects.filter(control=f"dossiers#{control}").order_by("opened_at", "key", "id")
        return [one.state for one in found]

    def one(self, control: str = "x", **more: Any) -> Obligation:
        return Obligation.objects.get(control=f"dossiers#{control}", **more)

    def shown(self, control: str = "x") -> list[str]:
        return sorted(standing().filter(control=f"dossiers#{control}").values_list("outcome", flat=True))


@pytest.fixture
def desk(firm: Firm) -> Desk:
    with Rows().connection.cursor() as cursor:
        cursor.execute(dossiers.SCHEMA.encode())
    return Desk(firm)


PLAIN = "id: x, after: dossier.accept, do: dossier.close, within: 24 hours, by: dossier.owner"


def test_an_act_recorded_late_meets_the_clock_when_it_was_done(desk: Desk) -> None:
    desk.rules(PLAIN)
    key = desk.add()
    desk.do("dossier.accept", key)
    due = desk.now + DAY
    desk.sweep(due + HOUR)
    assert (desk.states(), desk.shown()) == (["broken"], ["broken", "opened"])
    desk.do("dossier.close", key, at=due + 2 * HOUR, happened=due - HOUR)
    assert (desk.states(), desk.shown()) == (["kept"], ["kept", "opened"])
    kept = Evidence.objects.get(control="dossiers#x", outcome="kept")
    broken = Evidence.objects.get(control="dossiers#x", outcome="broken")
    assert kept.replaces == broken.id
    assert (kept.happened_at, broken.happened_at) == (due - HOUR, due)


def test_an_opening_recorded_late_starts_when_it_happened_and_is_judged_at_once(desk: Desk) -> None:
    desk.rules(PLAIN)
    key = desk.add()
    desk.do("dossier.accept", key, happened=desk.now - 2 * DAY)
    one = desk.one()
    assert (one.opened_at, one.state) == (desk.now - 2 * DAY, "broken")
    assert Evidence.objects.get(control="dossiers#x", outcome="broken").happened_at == desk.now - DAY


def test_its_time_stands_still_between_pause_and_resumption(desk: Desk) -> None:
    desk.rules(PLAIN + ", pause: {from: dossier.hold, until: dossier.resume}")
    key = desk.add()
    desk.do("dossier.accept", key)
    start = desk.now
    desk.do("dossier.hold", key, at=start + 20 * HOUR)
    desk.sweep(start + 90 * HOUR)
    assert (desk.states(), desk.one().is_paused, desk.one().next_at) == (["running"], True, None)
    desk.do("dossier.resume", key, at=start + 90 * HOUR)
    one = desk.one()
    assert (one.is_paused, one.due_at) == (False, start + 94 * HOUR)
    assert any("暂停" in line["zh"] for line in one.term["explanation"])
    desk.sweep(start + 94 * HOUR)
    assert desk.states() == ["running"]
    desk.sweep(start + 95 * HOUR)
    assert desk.states() == ["broken"]


def test_a_pause_recorded_late_lifts_the_breach(desk: Desk) -> None:
    desk.rules(PLAIN + ", pause: {from: dossier.hold, until: dossier.resume}")
    key = desk.add()
    desk.do("dossier.accept", key)
    start = desk.now
    desk.sweep(start + 30 * HOUR)
    assert desk.states() == ["broken"]
    desk.do("dossier.hold", key, at=start + 31 * HOUR, happened=start + 20 * HOUR)
    assert (desk.states(), desk.shown()) == (["running"], ["opened"])
    desk.do("dossier.resume", key, at=start + 32 * HOUR)
    assert desk.one().due_at == start + 36 * HOUR
    desk.sweep(start + 40 * HOUR)
    assert (desk.states(), desk.shown()) == (["broken"], ["broken", "opened"])


@pytest.mark.parametrize(
    ("extend", "args", "hours"),
    [
        ("dossier.delay", {}, 48), ("{dossier.delay: 3 hours}", {}, 27),
        ("{dossier.delay: $term}", {"term": "5 hours"}, 29),
        ("{dossier.delay: {by: 1 hour, most: 1}}", {}, 25),
    ],
)  # fmt: skip
def test_more_time_is_given(desk: Desk, extend: str, args: dict[str, Any], hours: int) -> None:
    desk.rules(f"{PLAIN}, extend: {extend}")
    key = desk.add()
    desk.do("dossier.accept", key)
    desk.do("dossier.delay", key, at=desk.now + HOUR, **args)
    assert desk.one().due_at == desk.now + hours * HOUR
    desk.do("dossier.delay", key, at=desk.now + 2 * HOUR, **args)
    assert (desk.one().due_at == desk.now + hours * HOUR) is ("most" in extend)
    desk.do("dossier.close", key, at=desk.one().due_at)
    assert desk.states() == ["kept"]


def test_an_extension_after_the_due_moment_undoes_no_breach(desk: Desk) -> None:
    desk.rules(f"{PLAIN}, extend: dossier.delay")
    key = desk.add()
    desk.do("dossier.accept", key)
    desk.do("dossier.delay", key, at=desk.now + 25 * HOUR)
    assert (desk.states(), desk.one().due_at) == (["broken"], desk.now + DAY)


def test_until_a_day_is_to_its_end(desk: Desk) -> None:
    desk.rules(f"{PLAIN}, extend: {{dossier.delay: $until}}")
    key = desk.add()
    desk.do("dossier.accept", key)
    desk.do("dossier.delay", key, until="2026-03-06")
    assert desk.one().due_at == dt.datetime(2026, 3, 6, 16, tzinfo=dt.UTC)


def test_one_clock_for_each_department(desk: Desk) -> None:
    desk.rules(
        "id: x, after: dossier.accept, each: {department: dossier.departments}, do: dossier.opinion,"
        " within: $dossier.stage_limit, by: head @ department"
    )
    units = desk.firm.units
    key = desk.add(departments=[units["客服部"], units["销售部"]], stage_limit="2 hours")
    desk.do("dossier.accept", key)
    people = {one.key: one.people for one in Obligation.objects.all()}
    assert people == {
        str(units["客服部"]): [desk.firm.people["苏敏"]],
        str(units["销售部"]): [desk.firm.people["韩立"]],
    }
    desk.do("dossier.opinion", key, at=desk.now + HOUR, department=units["销售部"])
    assert {one.key: one.state for one in Obligation.objects.all()} == {
        str(units["客服部"]): "running", str(units["销售部"]): "kept",
    }  # fmt: skip
    desk.sweep(desk.now + 3 * HOUR)
    assert desk.one(key=str(units["客服部"])).state == "broken"


def test_an_empty_term_fact_opens_nothing_and_is_undetermined(desk: Desk) -> None:
    desk.rules("id: x, after: dossier.accept, do: dossier.close, within: $dossier.stage_limit, by: dossier.owner")
    desk.do("dossier.accept", desk.add())
    assert (desk.states(), desk.shown()) == ([], ["undetermined"])


def test_an_act_on_another_record_meets_the_clock_of_the_one_it_names(desk: Desk) -> None:
    desk.rules(
        "id: x, after: dossier.accept, per: dossier, do: visit.edit, within: 24 hours, by: dossier.owner",
        "id: other, after: dossier.withdraw, do: patron.notify, within: same day, by: dossier.owner",
    )
    patron = desk.add("patron", name="禾木")
    first, second = desk.add(patron=patron), desk.add(patron=patron)
    visit = desk.add("visit", dossier=first, patron=patron)
    for key in (first, second):
        desk.do("dossier.accept", key)
        desk.do("dossier.withdraw", key)
    assert {one.object for one in Obligation.objects.filter(control="dossiers#other")} == {patron}
    assert set(Obligation.objects.filter(control="dossiers#other").values_list("key", flat=True)) == {
        str(first),
        str(second),
    }
    assert desk.one("other", key=str(first)).people == [desk.firm.people["季安"]]
    desk.do("visit.edit", visit, agreed="下周")
    assert (desk.one(object=first).state, desk.one(object=second).state) == ("kept", "running")
    desk.do("patron.notify", patron)
    assert desk.states("other") == ["kept", "kept"]


def test_it_starts_anew_or_runs_beside(desk: Desk) -> None:
    desk.rules(PLAIN + ", again: restart", PLAIN.replace("id: x", "id: other") + ", again: another")
    key = desk.add()
    desk.do("dossier.accept", key)
    desk.do("dossier.accept", key, at=desk.now + 10 * HOUR)
    assert (desk.states("x"), desk.states("other")) == (["cancelled", "running"], ["running", "running"])
    desk.do("dossier.close", key, at=desk.now + 11 * HOUR)
    assert (desk.states("x"), desk.states("other")) == (["cancelled", "kept"], ["kept", "running"])
    desk.do("dossier.close", key, at=desk.now + 12 * HOUR)
    assert desk.states("other") == ["kept", "kept"]


def test_others_are_told_in_steps_again_and_take_over(desk: Desk) -> None:
    desk.rules(
        PLAIN
        + ", escalate: [{to: manager, every: 1 day, most: 3}, {hand_to: general_manager, tell: deputy, after: 2 days}],"
        " remind: [{before: 2 hours}]"
    )
    key = desk.add()
    desk.do("dossier.accept", key)
    for day in range(1, 10):
        desk.sweep(desk.now + day * DAY + HOUR)
    told = list(Notice.objects.filter(object_id=key).values_list("person", flat=True))
    people = desk.firm.people
    assert [told.count(people[name]) for name in ("苏敏", "何川", "高岚")] == [3, 1, 1]
    assert desk.one().people == [people["高岚"]]
    desk.do("dossier.edit", key, at=desk.now + 10 * DAY, owner=people["唐果"])
    assert desk.one().people == [people["高岚"]], "what was handed on stays with whoever took it over"


def test_one_list_for_each_value(desk: Desk) -> None:
    desk.rules(PLAIN + ", escalate: [{to: general_manager, one_list_per: dossier.title}]")
    for title in ("甲", "甲", "乙"):
        desk.do("dossier.accept", desk.add(title=title))
    desk.sweep(desk.now + 3 * DAY)
    texts = sorted(Notice.objects.filter(person=desk.firm.people["高岚"]).values_list("zh", flat=True))
    assert [text[:14] for text in texts] == ["乙：“结卷”逾期未办 1 件", "甲：“结卷”逾期未办 2 件"]


def test_a_breach_starts_another_clock_as_of_when_it_happened(desk: Desk) -> None:
    desk.rules(PLAIN, "id: other, after: breach:x, do: dossier.note, within: 3 hours, by: manager")
    key = desk.add()
    desk.do("dossier.accept", key)
    start = desk.now
    desk.sweep(start + 9 * DAY)
    one = desk.one("other")
    assert (one.opened_at, one.due_at, one.state) == (start + DAY, start + DAY + 3 * HOUR, "broken")
    desk.do("dossier.close", key, at=start + 10 * DAY, happened=start + 2 * HOUR)
    assert (desk.states("x"), desk.states("other")) == (["kept"], ["cancelled"]), (
        "what the breach started is owed no more"
    )


def test_a_state_must_hold_while_a_condition_does(desk: Desk) -> None:
    desk.rules("id: x, while: {vip: true}, each: patron, hold: {plan: set}, within: 24 hours, by: patron.owner")
    patron = desk.add("patron", name="禾木")
    assert desk.states() == []
    desk.do("patron.edit", patron, vip=True)
    assert desk.states() == ["running"]
    desk.do("patron.edit", patron, at=desk.now + HOUR, plan="年度计划")
    assert desk.states() == ["kept"]
    desk.do("patron.edit", patron, at=desk.now + 2 * HOUR, plan=None)
    assert desk.states() == ["kept", "running"]
    desk.do("patron.edit", patron, at=desk.now + 3 * HOUR, vip=False)
    assert desk.states() == ["kept", "cancelled"]


def test_before_a_date_that_moves(desk: Desk) -> None:
    desk.rules(
        "id: x, before: patron.checkup_on, do: patron.notify, within: 2 days before patron.checkup_on, by: patron.owner"
    )
    patron = desk.add("patron", name="禾木", checkup_on="2026-03-20")
    assert desk.one().due_at == dt.datetime(2026, 3, 18, 16, tzinfo=dt.UTC)
    desk.do("patron.edit", patron, at=desk.now + HOUR, checkup_on="2026-03-25")
    assert desk.states() == ["cancelled", "running"]
    desk.do("patron.notify", patron, at=desk.now + 2 * HOUR)
    desk.do("patron.edit", patron, at=desk.now + 3 * HOUR, name="禾木二店")
    assert desk.states() == ["cancelled", "kept"]
    desk.do("patron.edit", patron, at=desk.now + 4 * HOUR, checkup_on="2026-09-25")
    assert desk.states() == ["cancelled", "kept", "running"]


def test_a_period_of_the_records_own(desk: Desk) -> None:
    desk.rules("id: x, every: $patron.period, each: patron, do: patron.greet, by: patron.owner")
    patron = desk.add("patron", name="禾木", period="2 days")
    desk.do("patron.greet", patron, at=desk.now + HOUR)
    assert desk.states() == ["kept"]
    desk.sweep(desk.now + 6 * DAY)
    assert desk.states() == ["kept", "broken", "running"]
    desk.do("patron.edit", patron, at=desk.now + 6 * DAY, period=None)
    assert desk.states() == ["kept", "cancelled", "cancelled"]
    desk.sweep(desk.now + 20 * DAY)
    assert len(desk.states()) == 3


def test_waived_for_good_or_until_later(desk: Desk) -> None:
    desk.rules(PLAIN)
    first, second = desk.add(), desk.add()
    for key in (first, second):
        desk.do("dossier.accept", key)
    desk.do("obligation.waive", desk.one(object=first).id, at=desk.now + HOUR, reason="客户撤诉")
    until = (desk.now + 50 * HOUR).isoformat()
    desk.do("obligation.waive", desk.one(object=second).id, at=desk.now + HOUR, reason="等鉴定", until=until)
    desk.sweep(desk.now + 40 * HOUR)
    assert desk.states() == ["waived", "waived"]
    desk.sweep(desk.now + 51 * HOUR)
    assert sorted(desk.states()) == ["broken", "waived"]
    assert desk.one(object=second).due_at == desk.now + 50 * HOUR


def test_what_is_overdue_and_waived_until_later_is_left_alone_until_then(desk: Desk) -> None:
    desk.rules(
        PLAIN + ", escalate: [{to: general_manager}, {to: deputy, after: 20 hours}, {to: manager, after: 90 hours}]"
    )
    key = desk.add()
    desk.do("dossier.accept", key)
    due = desk.now + DAY

    def told() -> list[str]:
        query = "select p.name from org_notice n join org_person p on p.id = n.person where n.zh like %s order by n.id"
        return [row["name"] for row in Rows().select(query, ["%逾期未办%"])]

    desk.sweep(due + HOUR)
    assert (desk.states(), told()) == (["broken"], ["高岚"])
    for hours in (30, 50):  # the longer one counts
        until = (due + hours * HOUR).isoformat()
        desk.do("obligation.waive", desk.one().id, at=due + 2 * HOUR, reason="等鉴定", until=until)
    for hours in (3, 21, 49):
        desk.sweep(due + hours * HOUR)
        assert (desk.states(), told(), desk.shown()) == (["waived"], ["高岚"], ["broken", "opened"])
    desk.sweep(due + 51 * HOUR)
    assert (desk.states(), told(), desk.shown()) == (["broken"], ["高岚"], ["broken", "opened"])
    desk.sweep(due + 91 * HOUR)
    assert (desk.states(), told()) == (["broken"], ["高岚", "苏敏"])
    desk.do("dossier.close", key, at=due + 92 * HOUR)
    assert (desk.states(), desk.shown()) == (["kept_late"], ["broken", "kept_late", "opened"])


def test_a_waiver_is_for_those_who_may_and_waits_for_a_second_person_where_the_policy_says_so(desk: Desk) -> None:
    people = desk.firm.people
    desk.rules(
        PLAIN,
        more="      - access: {id: waivers, who: manager, may: obligation.waive, see: obligation, scope: all}\n"
        "      - approval: {id: second, of: obligation.waive, how: consent, by: general_manager}\n",
    )
    key = desk.add()
    desk.do("dossier.accept", key)
    one = desk.one()
    with clock.pinned(desk.now + HOUR):
        assert isinstance(desk.firm.do("季安", "obligation.waive", one.id, reason="不想办"), Refused)
        asked = desk.firm.do("苏敏", "obligation.waive", one.id, reason="客户撤诉")
        assert isinstance(asked, Waiting), asked
        assert desk.states() == ["running"]
        consented = desk.firm.do("高岚", "approval.consent", asked.approval)
        assert isinstance(consented, Done), consented
    assert (desk.states(), desk.shown()) == (["waived"], ["opened", "waived"])
    assert (
        people["苏敏"]
        in Rows().select("select array_agg(actor) as who from kernel_event where verb = 'obligation.waive'")[0]["who"]
    )


def test_corrected_times_are_judged_again_and_both_judgements_stay(firm: Firm) -> None:
    long_ago = Context(firm.people["季安"], "page", happened_at=MORNING - 8 * DAY)
    [opened] = gate.run(
        long_ago, "case.open", [(None, {"kind": "complaint", "title": "破损", "unit": firm.units["热线组"]})]
    )
    assert isinstance(opened, Done)
    key = opened.object
    firm.must("季安", "case.accept", key)
    accepted = Rows().select("select id from kernel_event where verb = 'case.accept'")[0]["id"]
    one = Obligation.objects.get(object=key, control="complaints#close")
    with clock.pinned(MORNING + 2 * DAY):
        firm.system(
            "case.correct", key, event=str(accepted), actual_at=(MORNING - 7 * DAY).isoformat(), reason="登记错了"
        )
    one.refresh_from_db()
    assert (one.opened_at, one.state) == (MORNING - 7 * DAY, "broken")
    shown = list(Evidence.objects.filter(obligation=one.id).order_by("id").values_list("outcome", "replaces"))
    first = Evidence.objects.filter(obligation=one.id, outcome="opened").order_by("id").first()
    assert first is not None
    assert [outcome for outcome, _ in shown] == ["opened", "opened", "broken", "done"]
    assert shown[1][1] == first.id
    assert [verb for verb, _ in overdue(key)][:1] == ["obligation.break"], "the breach is entered by the clock"
    with clock.pinned(MORNING + 3 * DAY):
        firm.system("case.correct", key, event=str(accepted), actual_at=MORNING.isoformat(), reason="又改回来")
    one.refresh_from_db()
    assert one.state == "running"
    kept = standing().filter(obligation=one.id, control=one.control).values_list("outcome", flat=True)
    assert list(kept) == ["opened"]


def test_a_voided_record_counts_in_no_figure(firm: Firm) -> None:
    key = firm.accepted()
    with clock.pinned(MORNING + 9 * DAY):
        sweep_all()
        firm.system("case.void", key, reason="重复登记")
    assert list(standing().filter(object=key).values_list("verb", flat=True).distinct()) in ([], ["case.void"])
    assert Evidence.objects.filter(object=key, outcome="broken").exists()
    assert Obligation.objects.get(object=key).state == "cancelled"


def test_lists_cost_no_more_than_one(desk: Desk) -> None:
    desk.rules(
        PLAIN + ", pause: {from: dossier.hold, until: dossier.resume}, extend: dossier.delay",
        "id: other, after: dossier.accept, each: {department: dossier.departments}, do: dossier.opinion,"
        " within: 2 hours, by: head @ department",
        "id: third, while: {founded: true}, each: dossier, hold: {title: set}, within: 24 hours, by: dossier.owner",
    )
    units = desk.firm.units
    counts: dict[str, set[int]] = {}
    for many in (1, 2, 40):
        keys = [desk.add(departments=[units["客服部"], units["销售部"]]) for _ in range(many)]
        for verb, args in (("accept", {}), ("hold", {}), ("resume", {}), ("delay", {}), ("edit", {"founded": True})):
            before = Rows.total
            with clock.pinned(desk.now):
                outcomes: list[Outcome] = gate.run(SYSTEM, f"dossier.{verb}", [(key, args) for key in keys])
            assert all(isinstance(outcome, Done) for outcome in outcomes)
            counts.setdefault(verb, set()).add(Rows.total - before)
    assert all(len(found) == 1 and max(found) <= 20 for found in counts.values()), counts


def test_a_reinstated_record_counts_again_and_its_clock_goes_on(firm: Firm) -> None:
    key = firm.accepted()
    before = sorted(standing().filter(object=key).values_list("control", "outcome"))
    with clock.pinned(MORNING + dt.timedelta(days=1)):
        firm.system("case.void", key, reason="重复登记")
        assert [one.state for one in Obligation.objects.filter(object=key, control="complaints#close")] == ["cancelled"]
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.system("case.reinstate", key)
    counted = sorted(standing().filter(object=key).values_list("control", "outcome"))
    assert counted == before
    with clock.pinned(MORNING + dt.timedelta(days=9)):
        sweep_all()
    assert [one.state for one in Obligation.objects.filter(object=key, control="complaints#close")] == ["broken"]
