"""Signatures of distinct people for one act, pinned to what they saw; earlier acts; verbs that follow a refusal."""

from collections.abc import Callable
from uuid import UUID

import pytest

from keguan.controls.engines.slots import unmet
from keguan.controls.models import Signature
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.controls.tests.test_live import reasons
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.rows import Rows

With = Callable[[str], Firm]
BOTH = "- requirement: {id: signed, of: case.classify, signatures: [manager, deputy]}"


def sign(firm: Firm, who: str, key: UUID, act: str = "case.classify") -> Outcome:
    return firm.do(who, "signature.sign", None, act=act, object=key)


def classify(firm: Firm, key: UUID, who: str = "苏敏") -> Outcome:
    return firm.do(who, "case.classify", key, severity="serious")


def test_a_refusal_names_who_still_has_to_sign(firm_with: With) -> None:
    firm = firm_with(BOTH)
    key = firm.accepted()
    assert "还须由客服经理、副总经理签字" in reasons(classify(firm, key))
    assert isinstance(sign(firm, "苏敏", key), Done)
    assert "还须由副总经理签字" in reasons(classify(firm, key))
    assert isinstance(sign(firm, "何川", key), Done)
    assert isinstance(classify(firm, key), Done)
    [event] = Rows().select("select envelope from kernel_event where verb = 'case.classify'")
    assert str(firm.people["何川"]) in event["envelope"]


def test_what_changed_after_signing_makes_the_signature_void(firm_with: With) -> None:
    firm = firm_with(BOTH)
    key = firm.accepted()
    assert isinstance(sign(firm, "苏敏", key), Done)
    assert isinstance(sign(firm, "何川", key), Done)
    firm.system("case.assign", key, owner=firm.people["唐果"])
    told = reasons(classify(firm, key))
    assert "还须由客服经理、副总经理签字" in told
    assert "原签字已失效" in told
    assert isinstance(sign(firm, "苏敏", key), Done)
    assert isinstance(sign(firm, "何川", key), Done)
    assert isinstance(classify(firm, key), Done)


def test_signatures_in_order_count_only_in_that_order(firm_with: With) -> None:
    firm = firm_with(BOTH.replace("deputy]", "deputy], in_order: true"))
    key = firm.accepted()
    assert isinstance(sign(firm, "何川", key), Done)
    assert isinstance(sign(firm, "苏敏", key), Done)
    assert "还须由副总经理签字" in reasons(classify(firm, key))
    assert isinstance(sign(firm, "何川", key), Done)
    assert isinstance(classify(firm, key), Done)


def test_only_who_is_asked_signs_and_strangers_learn_nothing(firm_with: With) -> None:
    firm = firm_with(BOTH)
    key = firm.accepted()
    assert "没有要求您" in reasons(sign(firm, "高岚", key))
    for who in ("罗平", "唐果"):
        stranger = sign(firm, who, key)
        assert isinstance(stranger, Refused)
        assert stranger.is_hidden
    assert "没有这个可签字的动作" in reasons(sign(firm, "苏敏", key, "case.clasify"))
    assert Signature.objects.count() == 0


def test_a_signature_stands_in_the_record_and_is_pinned(firm_with: With) -> None:
    firm = firm_with(BOTH)
    key = firm.accepted()
    outcome = sign(firm, "苏敏", key)
    assert isinstance(outcome, Done)
    made = Signature.objects.get(id=outcome.object)
    assert (made.act, made.object, made.object_type, made.signer) == ("case.classify", key, "case", firm.people["苏敏"])
    assert (len(made.digest), made.signed_at, made.object_label) == (64, MORNING, "TS-2026-001")
    found = Rows().select("select 1 from kernel_event_object where object = %s and verb = 'signature.sign'", [key])
    assert len(found) == 1


def test_each_head_of_the_departments_signs(firm_with: With) -> None:
    firm = firm_with("- requirement: {id: all-sign, of: case.classify, signatures: each of case.departments}")
    key = firm.accepted(departments=[str(firm.units["销售部"]), str(firm.units["总部"])])
    assert isinstance(sign(firm, "韩立", key), Done)
    assert "负责人签字" in reasons(classify(firm, key))
    assert isinstance(sign(firm, "高岚", key), Done)
    assert isinstance(classify(firm, key), Done)
    assert "还没有填" in reasons(classify(firm, firm.accepted()))


def test_nested_forms_ask_for_so_many_distinct_people(firm_with: With) -> None:
    firm = firm_with("""
        - requirement:
            id: witnesses
            of: case.classify
            signatures: {all: [manager, {some: 1, of: [deputy, general_manager, manager]}]}
    """)
    key = firm.accepted()
    assert isinstance(sign(firm, "苏敏", key), Done)
    assert isinstance(classify(firm, key), Refused)
    assert isinstance(sign(firm, "高岚", key), Done)
    assert isinstance(classify(firm, key), Done)


def test_how_many_signed_is_a_fact(firm_with: With) -> None:
    firm = firm_with("""
        - requirement: {id: signed, of: case.classify, effect: record, signatures: [manager, deputy]}
        - prohibition: {id: one-is-not-enough, of: case.classify, when: {signatures: "< 2"}, says: 要两人签字}
    """)
    key = firm.accepted()
    sign(firm, "苏敏", key)
    assert "要两人签字" in reasons(classify(firm, key))
    sign(firm, "何川", key)
    assert isinstance(classify(firm, key), Done)


A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.mark.parametrize(
    ("slots", "given", "in_order", "left"),
    [
        ([[A]], [], False, [0]),
        ([[A], [B]], [B, A], False, []),
        ([[A], [B]], [B, A], True, [1]),
        ([[A], [B]], [B, A, B], True, []),
        ([[A, B], [A]], [A, B], False, []),  # A fills the place that only he can
        ([[A, B], [A, B]], [A, A], False, [1]),
        ([[A, B], [B, C], [A]], [A, B, C], False, []),
        ([[A], [A]], [A], False, [1]),
        ([[]], [A, B], False, [0]),
        ([[A, B], [A, B]], [A, B], True, []),
        ([[A, B], [A, B]], [A, A], True, [1]),
    ],
)
def test_each_person_fills_one_place(
    slots: list[list[UUID]], given: list[UUID], in_order: bool, left: list[int]
) -> None:
    assert unmet(slots, given, in_order=in_order) == left


# --- earlier acts ----------------------------------------------------------------------------------------------------
def test_an_earlier_act_may_be_asked_of_somebody_under_a_condition(firm_with: With) -> None:
    firm = firm_with("""
        - requirement:
            id: checked
            of: case.complete
            done: {verb: case.classify, when: {severity: serious}, by: deputy}
    """)
    key = firm.accepted()

    def complete() -> Outcome:
        return firm.do("苏敏", "case.complete", key, order_no="A-1")

    assert "要先办理“判定类别”（由副总经理" in reasons(complete())
    firm.must("苏敏", "case.classify", key, severity="serious")
    assert isinstance(complete(), Refused)
    firm.must("何川", "case.classify", key, severity="ordinary")
    assert isinstance(complete(), Refused)
    firm.must("何川", "case.classify", key, severity="serious")
    assert "要先办理" not in str(complete())


def test_an_earlier_act_counts_only_since_another(firm_with: With) -> None:
    firm = firm_with("- requirement: {id: again, of: case.close, done: {verb: case.note, since: case.classify}}")
    key = firm.accepted(kind="consultation")
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
    firm.must("季安", "case.note", key, text="记")
    firm.must("苏敏", "case.classify", key, severity="ordinary")
    assert "要先办理“添加备注”" in reasons(firm.do("苏敏", "case.close", key))
    firm.must("季安", "case.note", key, text="再记")
    assert isinstance(firm.do("苏敏", "case.close", key), Done)


# --- prohibitions ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "is_refused"),
    [
        ("from: 2026-03-03", True),
        ("from: 2026-03-04", False),
        ("until: 2026-03-03", True),
        ("until: 2026-03-02", False),
        ("from: 2026-03-01, until: 2026-03-31", True),
    ],
)
def test_a_prohibition_holds_on_its_days(firm_with: With, days: str, is_refused: bool) -> None:
    firm = firm_with(f"- prohibition: {{id: days, of: case.classify, {days}}}")
    outcome = classify(firm, firm.accepted())
    assert isinstance(outcome, Refused) is is_refused


def test_exceptions_are_any_of_a_list(firm_with: With) -> None:
    firm = firm_with("""
        - prohibition:
            id: area
            of: case.classify
            unless: [{severity: ordinary, happened_on: "< 2026-03-04"}, {kind: suggestion}]
    """)
    assert isinstance(firm.do("苏敏", "case.classify", firm.accepted(), severity="ordinary"), Done)
    assert isinstance(classify(firm, firm.accepted()), Refused)


@pytest.mark.parametrize(("effect", "is_done"), [("refuse", False), ("record", True), ("warn", True)])
def test_a_verb_follows_an_act_that_was_refused_or_let_through(firm_with: With, effect: str, is_done: bool) -> None:
    firm = firm_with(f"""
        - prohibition:
            id: cross
            of: case.classify
            effect: {effect}
            also: {{verb: case.open, with: {{kind: complaint, title: 越权处理, owner: $case.owner}}}}
    """)
    outcome = classify(firm, firm.accepted())
    assert isinstance(outcome, Done) is is_done
    [row] = Rows().select("select id, owner from cases_case where title = '越权处理'")
    assert row["owner"] == firm.people["季安"]
    opened = (
        "select e.caused_by, e.actor from kernel_event e join kernel_event_object o on o.event = e.id"
        " where o.object = %s and e.verb = 'case.open'"
    )
    [event] = Rows().select(opened, [row["id"]])
    cause = outcome.event if isinstance(outcome, Done) else outcome.attempt if isinstance(outcome, Refused) else None
    assert event == {"caused_by": cause, "actor": None}


def test_on_trial_nothing_follows_and_nothing_counts_as_kept(firm_with: With) -> None:
    firm = firm_with("""
        - prohibition:
            {id: cross, trial: true, of: case.classify, when: {severity: serious},
             also: {verb: case.open, with: {kind: complaint, title: 越权处理}}}
    """)
    key = firm.accepted()
    assert isinstance(classify(firm, key), Done)
    assert isinstance(firm.do("苏敏", "case.classify", key, severity="ordinary"), Done)
    assert not Rows().select("select 1 from cases_case where title = '越权处理'")
    found = Rows().select("select outcome from controls_evidence where control = 'more#cross' order by id")
    assert [row["outcome"] for row in found] == ["recorded", "passed"]
