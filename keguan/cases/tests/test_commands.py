import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from keguan.cases.models import Attachment, Case, Note
from keguan.cases.tests.conftest import AT as NOW
from keguan.cases.tests.conftest import Desk, stored
from keguan.kernel.commands.outcomes import Done, Fault, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.read import timeline
from keguan.kernel.records.vocabulary import vocabulary

AT = NOW - dt.timedelta(days=2)
EARLIER = UUID(int=7)
"""A case that is not there; what it would be asked for is tried elsewhere."""


def reasons(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [reason.message.en for reason in outcome.reasons]


def test_a_case_is_taken_in(desk: Desk) -> None:
    key = desk.open(order_no="D-77", quantity="２０", defective_quantity=3, shipped_on="2026-05-02", channel="电话")
    case = Case.objects.get(id=key)
    assert (case.stage, case.kind, case.channel) == ("registered", "complaint", "phone")
    assert (case.quantity, case.defective_quantity) == (Decimal(20), Decimal(3))
    assert case.opened_by_id == desk.clerk
    assert case.customer_id == desk.customer
    assert case.code is not None
    assert case.code.startswith("KS-")


def test_numbers_follow_each_other_in_a_month(desk: Desk) -> None:
    keys = [desk.open(at=AT + dt.timedelta(hours=hour)) for hour in range(3)]
    codes = list(Case.objects.filter(id__in=keys).order_by("opened_at").values_list("code", flat=True))
    assert len(set(codes)) == 3
    numbers = [int((code or "").rsplit("-", 1)[1]) for code in codes]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_a_case_goes_from_receipt_to_closing(desk: Desk) -> None:
    key = desk.open(at=AT)
    hour = dt.timedelta(hours=1)
    desk.act("case.accept", key, at=AT + hour)
    desk.act("case.classify", key, severity="serious", cause="non_quality", is_joint=True, departments=[desk.unit])
    desk.act("case.find", key, at=AT + 2 * hour, findings="承运方野蛮装卸", is_founded=True, originating_unit=desk.unit)
    desk.act("case.settle", key, at=AT + 3 * hour, amount="3200", handling="折让", decision="按发票金额折让")
    desk.act("case.reply", key, at=AT + 4 * hour, reply_channel="phone", reply="已告知折让方案", is_accepted="是")
    desk.act("case.close", key, at=AT + 5 * hour)
    case = Case.objects.get(id=key)
    assert (case.stage, case.amount, case.amount_currency, case.handling) == (
        "closed",
        Decimal("3200.00"),
        "CNY",
        "discount",
    )
    assert [case.opened_at, case.accepted_at, case.found_at, case.settled_at, case.replied_at, case.closed_at] == [
        AT + n * hour for n in range(6)
    ]
    assert case.departments == [desk.unit]
    assert [passage.verb for passage in timeline(key)][::-1] == [
        "case.open",
        "case.accept",
        "case.classify",
        "case.find",
        "case.settle",
        "case.reply",
        "case.close",
    ]


def test_whoever_accepts_owns_it_unless_somebody_is_named(desk: Desk) -> None:
    plain, assigned, named = desk.open(), desk.open(owner=desk.manager), desk.open()
    for key in (plain, assigned):
        desk.act("case.accept", key)
    desk.act("case.accept", named, owner=desk.manager, unit=desk.unit)
    owners = {case.id: (case.owner_id, case.unit_id) for case in Case.objects.all()}
    assert owners == {plain: (desk.clerk, None), assigned: (desk.manager, None), named: (desk.manager, desk.unit)}


def test_a_case_is_accepted_once(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.accept", key)
    before = Case.objects.values().get(id=key)
    assert reasons(desk.try_("case.accept", key)) == ["this case was accepted already"]
    assert Case.objects.values().get(id=key) == before


WORK: dict[str, dict[str, Any]] = {
    "case.accept": {},
    "case.classify": {"severity": "ordinary"},
    "case.complete": {"order_no": "D-1"},
    "case.find": {"findings": "无"},
    "case.settle": {"amount": "0", "handling": "none"},
    "case.reply": {"reply_channel": "phone", "reply": "已答复"},
    "case.close": {},
}


def test_a_closed_case_is_finished(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.close", key)
    before = Case.objects.values().get(id=key)
    for verb, args in WORK.items():
        assert reasons(desk.try_(verb, key, **args)) == ["this case is closed already"], verb
    assert Case.objects.values().get(id=key) == before


def test_notes_and_files_may_still_be_added_to_a_closed_case(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.close", key)
    desk.act("case.note", key, text="客户来电致谢")
    desk.act("case.attach", key, digest=stored(), name="破损照片.jpg", media_type="image/jpeg", size=1024)
    assert [(note.text, note.author_id) for note in Note.objects.filter(case=key)] == [("客户来电致谢", desk.clerk)]
    assert [(f.name, f.size, f.uploaded_by_id) for f in Attachment.objects.filter(case=key)] == [
        ("破损照片.jpg", 1024, desk.clerk)
    ]


def test_only_a_stored_file_can_be_attached(desk: Desk) -> None:
    key = desk.open()
    file: dict[str, Any] = {"digest": "ab" * 32, "name": "x.jpg", "media_type": "image/jpeg", "size": 1}
    outcome = desk.try_("case.attach", key, **file)
    assert isinstance(outcome, Refused)
    assert [reason.field for reason in outcome.reasons] == ["digest"]


FORBIDDEN: list[tuple[str, dict[str, Any], str]] = [
    ("case.settle", {"amount": "-1", "handling": "discount"}, "below 0"),
    ("case.complete", {"quantity": 5, "defective_quantity": 6}, "more is defective than was delivered"),
    ("case.complete", {"quantity": -5}, "below 0"),
    ("case.complete", {"title": ""}, "cannot be empty"),
    ("case.classify", {"kind": ""}, "cannot be empty"),
    ("case.accept", {"at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "before the case was opened"),
]


def test_what_no_policy_may_lift(desk: Desk) -> None:
    key = desk.open()
    before = Case.objects.values().get(id=key)
    for verb, args, says in FORBIDDEN:
        asked = desk.preview(verb, key, **args)
        assert says in asked[0], (verb, args)
        assert asked == reasons(desk.try_(verb, key, **args)), (verb, args)
    assert Case.objects.values().get(id=key) == before


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("case.settle", {"amount": "很多", "handling": "discount"}, "amount"),
    ("case.settle", {"amount": "1e5", "handling": "discount"}, "amount"),
    ("case.settle", {"amount": "12.345", "handling": "discount"}, "amount"),
    ("case.settle", {"handling": "discount"}, "amount"),
    ("case.settle", {"amount": "1", "handling": "送礼"}, "handling"),
    ("case.assign", {"owner": UUID(int=5)}, "owner"),
    ("case.assign", {}, "owner"),
    ("case.classify", {"departments": [UUID(int=5)]}, "departments"),
    ("case.close", {"closed_at": "2026-01-01"}, "closed_at"),
    ("case.note", {"text": "  "}, "text"),
    ("case.note", {"text": "长" * 4001}, "text"),
    ("case.attach", {"digest": "ab", "name": "x", "media_type": "a/b", "size": -1}, "size"),
]


def test_bad_input_names_the_field(desk: Desk) -> None:
    key = desk.open()
    for verb, args, field in BAD:
        outcome = desk.try_(verb, key, **args)
        assert isinstance(outcome, Refused)
        assert [reason.field for reason in outcome.reasons] == [field], (verb, args)


def test_a_case_of_an_unknown_customer_is_not_opened(desk: Desk) -> None:
    outcome = desk.try_("case.open", None, kind="complaint", title="试", customer=UUID(int=9))
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].field == "customer"
    assert not Case.objects.exists()


def test_what_people_write_stays_out_of_the_envelope(desk: Desk) -> None:
    key = desk.open(title="秘密事由", description="秘密情况", contact_name="秘密联系人", contact_phone="13900008888")
    for verb, args in WORK.items():
        said: dict[str, Any] = {k: f"秘密{v}" if k in ("findings", "reply") else v for k, v in args.items()}
        desk.act(verb, key, **said)
    desk.act("case.note", key, text="秘密记录")
    envelopes = " ".join(row["envelope"] for row in Rows().select("select envelope from kernel_event"))
    assert "秘密" not in envelopes
    assert "13900008888" not in envelopes
    assert timeline(key)[0].lines["notes"][0][2]["text"] == "秘密记录"


def test_the_customer_s_course_names_the_case(desk: Desk) -> None:
    key = desk.open()
    mine = [passage for passage in timeline(desk.customer) if passage.verb == "case.open"]
    assert any(object_id == str(key) for _, _, object_id, _ in mine[0].objects)


def test_a_list_is_as_many_of_one_in_the_same_number_of_statements(desk: Desk) -> None:
    def statements(number: int) -> int:
        keys = [desk.open() for _ in range(number)]
        before = Rows.total
        outcomes = desk.run("case.settle", [(key, {"amount": "5", "handling": "discount"}) for key in keys])
        assert not any(isinstance(outcome, Refused) for outcome in outcomes)
        return Rows.total - before

    assert statements(1) == statements(20)


def everything(desk: Desk) -> dict[str, dict[str, Any]]:
    """Every verb on a case with arguments that would do."""
    file = {"digest": stored(), "name": "照片.jpg", "media_type": "image/jpeg", "size": 1}
    setting_right: dict[str, dict[str, Any]] = {
        "case.correct": {"facts": {"order_no": "D-78"}, "reason": "抄错了"},
        "case.void": {"reason": "重复登记"},
        "case.reinstate": {},
    }
    return {
        **WORK,
        "case.assign": {"owner": desk.other},
        "case.note": {"text": "我来看看"},
        "case.reject_result": {"text": "还是漏水"},
        "case.attach": file,
        **setting_right,
        "case.erase": {"why": "request"},
        "case.visit": {"visitors": [desk.clerk], "text": "已当面致歉"},
        "case.promise": {"amount": "100", "text": "补一套授权"},
        "case.hold_liable": {"liable": "department", "department": desk.unit},
        "case.review": {},
        "case.link": {"other": EARLIER, "relation": "related"},
        "case.unlink": {"other": EARLIER},
        "case.merge": {"into": EARLIER},
        "case.follow": {},
        "case.unfollow": {},
    }


def test_every_verb_of_a_case_is_tried_here(desk: Desk) -> None:
    # known once any pack of the run decides about cases, or masks what stands in them
    of_policies = {"case.reassess", "case.overrule", "case.reveal"}
    assert {verb.name for verb in vocabulary.verbs_on("case")} - of_policies == {*everything(desk), "case.open"}


def test_a_stranger_does_not_learn_that_there_is_a_case(desk: Desk) -> None:
    key = desk.open()
    before = Case.objects.values().get(id=key)
    for verb, args in everything(desk).items():
        for stranger in (desk.other, desk.outsider):
            outcome = desk.try_(verb, key, actor=stranger, **args)
            missing = desk.try_(verb, UUID(int=3), actor=stranger, **args)
            assert isinstance(outcome, Refused)
            assert isinstance(missing, Refused)
            assert outcome.is_hidden
            assert outcome.reasons == missing.reasons
    assert Case.objects.values().get(id=key) == before


def test_who_may_only_read_is_refused_with_the_clause(desk: Desk) -> None:
    key = desk.open()
    before = Case.objects.values().get(id=key)
    for verb, args in {**everything(desk), "case.open": {"kind": "complaint", "title": "试"}}.items():
        outcome = desk.try_(verb, None if verb == "case.open" else key, actor=desk.accountant, **args)
        assert isinstance(outcome, Refused)
        assert not outcome.is_hidden
        [reason] = outcome.reasons
        assert reason.kind == "access"
        assert reason.citation is not None
        assert reason.citation.clause == "第一条"
    assert Case.objects.values().get(id=key) == before


def test_a_customer_whom_the_actor_may_not_see_cannot_be_named(desk: Desk) -> None:
    outcome = desk.try_("case.open", None, actor=desk.other, kind="complaint", title="试", customer=desk.customer)
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].field == "customer"


def test_a_fact_is_set_right_and_both_stay_readable(desk: Desk) -> None:
    key = desk.open(order_no="D-77")
    desk.act("case.correct", key, facts={"order_no": "D-78", "title": "封面脱胶"}, reason="抄错了")
    case = Case.objects.get(id=key)
    assert (case.order_no, case.title) == ("D-78", "封面脱胶")
    assert "脱胶" in (case.grams or []), "search keys follow"
    passage = timeline(key)[0]
    assert passage.changes["order_no"] == ("D-77", "D-78")
    assert passage.args["reason"] == "抄错了"
    envelope = Rows().select("select envelope from kernel_event where id = %s", [passage.id])[0]["envelope"]
    assert "抄错了" not in envelope and "脱胶" not in envelope


def test_the_time_of_an_act_is_set_right_with_the_facts_it_gave(desk: Desk) -> None:
    key = desk.open(at=AT)
    desk.act("case.accept", key, at=AT + dt.timedelta(days=1))
    [accepted] = [passage for passage in timeline(key) if passage.verb == "case.accept"]
    really = AT + dt.timedelta(hours=2)
    desk.act("case.correct", key, event=str(accepted.id), actual_at=really.isoformat(), reason="当天就受理了")
    assert Case.objects.get(id=key).accepted_at == really
    newest = timeline(key)[0]
    assert newest.corrects == (accepted.id, AT + dt.timedelta(days=1), really)
    again = desk.try_("case.correct", key, event=str(accepted.id), actual_at=really.isoformat(), reason="再来")
    assert reasons(again) == ["what is given is what stands there already"]


def test_a_correction_says_what_and_of_which_act(desk: Desk) -> None:
    key, other = desk.open(), desk.open()
    foreign = str(timeline(other)[0].id)
    now = NOW.isoformat()
    assert reasons(desk.try_("case.correct", key, reason="?")) == ["it is not said what is corrected"]
    assert reasons(desk.try_("case.correct", key, event=foreign, actual_at=now, reason="?")) == [
        "this record has no such act in its course"
    ]
    assert reasons(desk.try_("case.correct", key, facts={"stage": "closed"}, reason="?")) == [
        "stage cannot be corrected this way"
    ]
    assert reasons(desk.try_("case.correct", key, facts={"order_no": "1"})) == ["“Reason” is needed"]
    later = (NOW + dt.timedelta(hours=1)).isoformat()
    mine = str(timeline(key)[-1].id)
    assert reasons(desk.try_("case.correct", key, event=mine, actual_at=later, reason="?")) == [
        "it cannot have happened in the future"
    ]


def test_a_voided_case_takes_part_in_nothing_until_it_is_reinstated(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.void", key, reason="重复登记")
    assert reasons(desk.try_("case.accept", key)) == ["this record was voided"]
    assert reasons(desk.try_("case.void", key, reason="再一次")) == ["this record was voided"]
    desk.act("case.reinstate", key)
    desk.act("case.accept", key)
    assert Case.objects.get(id=key).voided_at is None


def test_an_act_is_undone_by_its_inverse_unless_something_changed_since(desk: Desk) -> None:
    key = desk.open(owner=desk.clerk)
    desk.act("case.assign", key, owner=desk.manager)
    moved = timeline(key)[0].id
    desk.actor = desk.manager
    outcome = desk.undo(moved)
    assert isinstance(outcome, Done)
    assert Case.objects.get(id=key).owner_id == desk.clerk
    assert timeline(key)[0].undoes == moved
    assert reasons(desk.undo(moved)) == ["it was changed again since and can no longer be undone"]
    opened = timeline(key)[-1].id
    with pytest.raises(Fault, match="cannot be undone"):
        desk.undo(opened)
    desk.actor = desk.outsider
    with pytest.raises(Fault, match="no such record"):
        desk.undo(opened)


def test_a_customer_who_rejects_the_result_starts_the_case_over(desk: Desk) -> None:
    key = desk.open()
    refused = desk.try_("case.reject_result", key, text="还是漏水")
    assert isinstance(refused, Refused)
    assert "还没有答复客户" in refused.reasons[0].message.zh
    desk.try_("case.accept", key)
    desk.try_("case.reply", key, reply_channel="phone", reply="已修好")
    assert isinstance(desk.try_("case.reject_result", key, text="还是漏水"), Done)
    case = Case.objects.get(id=key)
    assert (case.stage, case.is_accepted, case.accepted_at, case.reply) == ("registered", False, None, "已修好")
    assert isinstance(desk.try_("case.accept", key), Done)
