"""Registers: declared by a pack, kept like any record type, seen by REST; only more fields later."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from keguan.controls import gate, scopes
from keguan.controls.engines.register_types import register_types
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_measures import reasons
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.journal.agreement import compare
from keguan.kernel.records.kinds import Money
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

SOON = MORNING + dt.timedelta(minutes=1)
SLIP = """
- register:
    id: slips
    type: return_note
    of: member
    title: {zh: 退货单, en: Return note}
    number: TH-YYYYMM-NNN
    fields:
      reason: text!
      amount: {kind: money, zh: 金额, en: Amount, filter: true}
      due_on: {kind: date, zh: 应退日期, en: Due on, sort: true}
      checked_at: moment
      is_urgent: boolean
      checker: person
      handling: {kind: choice, required: true, choices: {swap: {zh: 换货, en: Swap}, refund: {zh: 退款, en: Refund}}}
    lines: {goods: {name: text!, approved: number!, received: number}}
    stages: [{stage: noted, zh: 已登记, en: Noted}, {stage: approved, zh: 已批准, en: Approved, by: approve}]
    copies: [{keeper: originator}, {goes: manager, keeper: general_manager}]
    route: {goes: return_note.pass_on, keeper: return_note.keep}
"""
GRANT = shop.GRANT.replace("penalty.*]", "penalty.*, return_note.*]").replace(
    "see: [member, purchase, penalty]", "see: [member, purchase, penalty, return_note]"
)


def noted(firm: Firm, **args: Any) -> Any:
    return firm.must("季安", "return_note.open", None, reason="破损", handling="swap", **args)


def test_a_register_is_kept_like_any_record_type(club: Firm) -> None:
    shop.enact(SLIP, grant=GRANT)
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        outcome = club.do("季安", "return_note.open", None, reason="破损")
        assert "handling" in {reason.field for reason in outcome.reasons}  # type: ignore[union-attr]
        opened = club.do(
            "季安", "return_note.open", None, reason="破损", handling="swap", amount="12.50", due_on="2026-04-01",
            checked_at="2026-03-01T08:00:00+08:00", is_urgent=True, checker=club.people["苏敏"], member=member,
        )  # fmt: skip
        assert isinstance(opened, Done), opened
        assert opened.code == "TH-202603-001"
        kind = vocabulary.types["return_note"]
        record = load(Rows(), kind, [opened.object])[opened.object]
        assert record["amount"] == Money(Decimal("12.50"))
        assert (record["due_on"], record["is_urgent"], record["member"]) == (dt.date(2026, 4, 1), True, member)
        assert record["checked_at"] == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
        assert record["stage"] == "noted"
        club.must("季安", "return_note.add_goods", opened.object, name="灯", approved="3")
        club.must("苏敏", "return_note.approve", opened.object, reason="破损严重")
        club.must("季安", "return_note.change", opened.object, due_on=None)
        record = load(Rows(), kind, [opened.object])[opened.object]
        assert (record["stage"], record["reason"], record["due_on"]) == ("approved", "破损严重", None)
        row = shop.one("select envelope from kernel_event where verb = 'return_note.change'")
        assert '"due_on":["2026-04-01",null]' in row
        club.must("苏敏", "return_note.void", opened.object, reason="重复")
        assert "已作废" in reasons(club.do("季安", "return_note.change", opened.object, reason="x"))


def test_lists_filter_by_typed_fields_with_indexes(club: Firm) -> None:
    shop.enact(SLIP, grant=GRANT)
    with clock.pinned(SOON):
        for n in range(3):
            noted(club, amount=str(n * 100), due_on=f"2026-04-0{n + 1}")
        model: Any = scopes.model_of("register_return_note")
        seen = scopes.records(club.people["季安"], vocabulary.types["return_note"])
        assert seen.filter(amount__gte=100, due_on__lt=dt.date(2026, 4, 3)).count() == 1
        assert model.objects.count() == 3
        names = {
            row["indexname"]
            for row in Rows().select("select indexname from pg_indexes where tablename = 'controls_record'")
        }
        assert "controls_record_return_note_amount" in names
        assert "controls_record_return_note_due_on" in names


def test_copies_go_round_by_the_roles_of_the_clause(club: Firm) -> None:
    shop.enact(SLIP, grant=GRANT)
    with clock.pinned(SOON):
        key = noted(club)

        def offered(who: str) -> set[str]:
            told = gate.refusals(Context(club.people[who], "page"), ["return_note.pass_on", "return_note.keep"], key)
            return {verb.partition(".")[2] for verb, verdict in told.items() if not verdict.reasons}

        assert [offered(who) for who in ("季安", "苏敏", "高岚")] == [{"keep"}, {"pass_on"}, set()]
        assert "还没有送到" in reasons(club.do("高岚", "return_note.keep", key, copy=2))
        assert "经手" in reasons(club.do("季安", "return_note.pass_on", key, copy=2))
        club.must("苏敏", "return_note.pass_on", key, copy=2)
        assert "已经办过" in reasons(club.do("苏敏", "return_note.pass_on", key, copy=2))
        assert [offered(who) for who in ("苏敏", "高岚")] == [set(), {"keep"}]
        club.must("高岚", "return_note.keep", key, copy=2)
        club.must("季安", "return_note.keep", key, copy=1)
        assert [offered(who) for who in ("季安", "苏敏", "高岚")] == [set(), set(), set()]
        assert "之间" in reasons(club.do("季安", "return_note.keep", key, copy=9))


def test_controls_apply_to_a_register(club: Firm) -> None:
    shop.enact(
        SLIP
        + """
- requirement: {id: counted, of: return_note.approve, that: [{every: goods, have: {received: $approved}}]}
- measure: {id: notes, name: member.notes, of: member, count: return_note, in: this year, limit: 1}
""",
        grant=GRANT,
    )
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲")
        key = noted(club, member=member)
        club.must("季安", "return_note.add_goods", key, name="灯", approved="3", received="2")
        assert isinstance(club.do("苏敏", "return_note.approve", key), Refused)
        assert "定额" in reasons(club.do("季安", "return_note.open", None, reason="x", handling="swap", member=member))


def test_a_later_version_may_only_add_fields(club: Firm) -> None:
    # a type of its own: what was adopted binds the whole process
    note, grant = SLIP.replace("return_note", "spare_note"), GRANT.replace("return_note", "spare_note")
    shop.enact(note, grant=grant)
    with clock.pinned(SOON):
        key = club.must("季安", "spare_note.open", None, reason="破损", handling="swap")

        def faults(text: str) -> str:
            pack, _ = pack_from_texts(shop.texts(text, grant=grant))
            assert pack is not None
            return "；".join(fault.message.zh for fault in check_pack(pack)[1])

        assert "不能去掉" in faults(note.replace("      is_urgent: boolean\n", ""))
        assert "不能改" in faults(note.replace("is_urgent: boolean", "is_urgent: text"))
        assert "产品的" in faults(note.replace("type: spare_note", "type: case"))
        assert "没有" in faults(note.replace("is_urgent: boolean", "is_urgent: booleen"))
        shop.enact(
            note.replace("      is_urgent: boolean\n", "      is_urgent: boolean\n      colour: text\n"), grant=grant
        )
    with clock.pinned(SOON + dt.timedelta(minutes=1)):
        club.must("季安", "spare_note.change", key, colour="红")
        record = load(Rows(), vocabulary.types["spare_note"], [key])[key]
        assert (record["colour"], record["reason"]) == ("红", "破损")
        assert "colour" in register_types["spare_note"].type.by_name


@pytest.mark.parametrize("many", [1, 30])
def test_a_list_costs_what_one_costs(club: Firm, many: int) -> None:
    from keguan.controls import gate
    from keguan.controls.tests.conftest import SYSTEM

    shop.enact(SLIP, grant=GRANT)
    with clock.pinned(SOON):
        gate.run(SYSTEM, "return_note.open", [(None, {"reason": "x", "handling": "swap"})])
        before = Rows.total
        outcomes = gate.run(SYSTEM, "return_note.open", [(None, {"reason": "x", "handling": "swap"})] * many)
        assert all(isinstance(one, Done) for one in outcomes)
        assert Rows.total - before <= 20


def test_the_journal_accounts_for_a_register_and_for_decisions(club: Firm) -> None:
    shop.enact(
        SLIP
        + """
- decision: {id: grade, sets: member.grade, table: [{when: {points: ">= 10"}, is: gold}, {is: plain}]}
""",
        grant=GRANT,
    )
    with clock.pinned(SOON):
        member = club.must("季安", "member.join", None, title="甲", points=20)
        key = noted(club, amount="12.50", due_on="2026-04-01", is_urgent=False, member=member)
        club.must("季安", "return_note.add_goods", key, name="灯", approved="3")
        club.must("苏敏", "return_note.pass_on", key, copy=2)
        club.must("季安", "return_note.change", key, due_on=None, amount="20")
        report = compare()
        mine = [one for one in report.findings if one.type in ("return_note", "member")]
        assert report.records > 2
        assert mine == []
