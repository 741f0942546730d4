"""How controls add up, and which version judges: truth tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Approval
from keguan.controls.queries.rounds import earlier_rounds
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.controls.tests.test_engines import STAGES, compiled, good, ruled, scene
from keguan.controls.tests.test_live import reasons, stage
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.policies.adoption import adopt
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import read_pack

With = Callable[[str], Firm]
LATER = MORNING.replace(hour=2)
OPENER = "- access: {id: more-access, who: WHO, may: [case.classify], see: case, scope: all}"


def classify(firm: Firm, key: UUID, who: str = "苏敏", severity: str = "serious") -> Outcome:
    return firm.do(who, "case.classify", key, severity=severity)


# --- access: any grant, a prohibition wins ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "second", "is_forbidden", "is_done"),
    [
        ("outsider", "outsider", False, True),  # two grants
        ("outsider", "agent", False, True),  # one of two
        ("agent", "sales_manager", False, False),  # none of two
        ("outsider", "outsider", True, False),  # however many, a prohibition wins
        ("outsider", "agent", True, False),
    ],
)
def test_any_grant_is_enough_and_a_prohibition_wins(
    firm_with: With, first: str, second: str, is_forbidden: bool, is_done: bool
) -> None:
    grants = [OPENER.replace("WHO", first), OPENER.replace("WHO", second).replace("more-access", "even-more")]
    forbids = ["- prohibition: {id: never, of: case.classify}"] if is_forbidden else []
    firm = firm_with("\n".join([*grants, *forbids]))
    assert isinstance(classify(firm, firm.accepted(), "罗平"), Done) is is_done


# --- requirement, prohibition: all -----------------------------------------------------------------------------------
@pytest.mark.parametrize("is_cause_given", [True, False])
@pytest.mark.parametrize("is_kind_given", [True, False])
@pytest.mark.parametrize("severity", ["serious", "ordinary"])
def test_every_requirement_and_prohibition_counts_and_all_reasons_are_told(
    firm_with: With, is_cause_given: bool, is_kind_given: bool, severity: str
) -> None:
    firm = firm_with("""
        - requirement: {id: cause, of: case.classify, fields: cause}
        - requirement: {id: joint, of: case.classify, fields: is_joint}
        - prohibition: {id: serious, of: case.classify, when: {severity: serious}, says: 特别严重的不归您}
    """)
    args: dict[str, Any] = {"severity": severity}
    args |= {"cause": "quality"} if is_cause_given else {}
    args |= {"is_joint": False} if is_kind_given else {}
    outcome = firm.do("苏敏", "case.classify", firm.accepted(), **args)
    expected = [not is_cause_given, not is_kind_given, severity == "serious"]
    if not any(expected):
        assert isinstance(outcome, Done)
    else:
        told = reasons(outcome)
        assert ["成因" in told, "会同" in told, "不归您" in told] == expected


# --- approval: all steps joined, one person consents once -----------------------------------------------------------
@pytest.mark.parametrize(
    ("controls", "consents"),
    [
        (["deputy"], ["何川"]),
        (["deputy", "deputy"], ["何川"]),  # once for both
        (["deputy", "general_manager"], ["何川", "高岚"]),  # both, in any order
        (["[deputy, general_manager]", "deputy"], ["何川"]),
        (["[deputy, general_manager]", "deputy"], ["高岚", "何川"]),
        (["{all: [deputy, general_manager]}", "deputy"], ["何川", "高岚"]),
    ],
)
def test_all_approvals_that_apply_are_joined(firm_with: With, controls: list[str], consents: list[str]) -> None:
    firm = firm_with("\n".join(
        f"- approval: {{id: a{n}, of: case.classify, how: consent, by: {by}}}" for n, by in enumerate(controls)
    ))  # fmt: skip
    key = firm.accepted()
    outcome = classify(firm, key)
    assert isinstance(outcome, Waiting)
    for n, who in enumerate(consents):
        assert Approval.objects.get(id=outcome.approval).state == "waiting", n
        firm.must(who, "approval.consent", outcome.approval)
    assert Approval.objects.get(id=outcome.approval).state == "granted"
    [row] = Rows().select("select severity from cases_case where id = %s", [key])
    assert row["severity"] == "serious"


def test_authority_joined_with_consent_asks_the_second_person_only(firm_with: With) -> None:
    firm = firm_with("""
        - approval: {id: authority, of: case.classify, how: authority, by: deputy}
        - approval: {id: second, of: case.classify, how: consent, by: [deputy, general_manager]}
    """)
    outcome = classify(firm, firm.accepted(), "何川")
    assert isinstance(outcome, Waiting)
    assert isinstance(firm.do("何川", "approval.consent", outcome.approval), Refused)
    firm.must("高岚", "approval.consent", outcome.approval)


def test_approvals_are_asked_only_where_nothing_else_refuses(firm_with: With) -> None:
    firm = firm_with("""
        - approval: {id: second, of: case.classify, how: consent, by: deputy}
        - requirement: {id: cause, of: case.classify, fields: cause}
    """)
    key = firm.accepted()
    assert "成因" in reasons(classify(firm, key))
    assert not Approval.objects.exists()


# --- workflow: one owner ---------------------------------------------------------------------------------------------
def faults(tmp_path: Path, controls: str) -> str:
    import shutil

    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    body = "\n".join(f"      {line}" for line in controls.strip().splitlines())
    (pack / "policies" / "more.yaml").write_text(
        "policy: more\ntitle: 补充\neffective: 2020-01-01\nclauses:\n  - clause: 第一条\n    text: 补充。\n"
        f"    controls:\n{body}\n",
        encoding="utf-8",
    )
    return "；".join(fault.message.zh for fault in check_pack(read_pack(pack))[1])


SECOND = """
- workflow: {id: other, of: case, stages: [{stage: registered, by: case.open}, {stage: closed, by: case.close}]OVER}
"""


def test_a_second_workflow_of_a_type_is_a_fault_unless_it_overrides_the_first(tmp_path: Path) -> None:
    assert "已有流程" in faults(tmp_path / "a", SECOND.replace("OVER", ""))
    assert faults(tmp_path / "b", SECOND.replace("OVER", ", overrides: complaints#stages")) == ""


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("overrides: complaints#none", "没有名为"),
        ("overrides: more#x", "互相取代"),
    ],
)
def test_what_is_overridden_must_be_there(tmp_path: Path, form: str, words: str) -> None:
    assert words in faults(tmp_path, f"- prohibition: {{id: x, of: case.classify, when: {{kind: complaint}}, {form}}}")


@pytest.mark.parametrize(("trial", "is_asked"), [("", False), (", trial: true", True)])
def test_what_is_overridden_does_not_count_unless_on_trial(firm_with: With, trial: str, is_asked: bool) -> None:
    form = f"{{id: x, of: case.assign, how: authority, by: manager, overrides: complaints#reassign{trial}}}"
    firm = firm_with(f"- approval: {form}")
    outcome = firm.do("苏敏", "case.assign", firm.accepted(), owner=firm.people["唐果"])
    assert isinstance(outcome, Waiting if is_asked else Done), outcome


# --- static checks ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ("- approval: {id: x, of: case.classify, by: requester}", "申请人自己"),
        ("- approval: {id: x, of: case.classify, by: actor}", "申请人自己"),
        ("- approval: {id: x, of: case.classify, by: deputy, but: deputy}", "都要回避"),
        ("- prohibition: {id: x, of: customer.add, unless: {covered_by: complaints#settle}}", "不同类"),
        ("- requirement: {id: x, of: case.open, signatures: manager}", "没有可签的"),
        ("- requirement: {id: x, of: case.close, signatures: [case.owner, case.owner]}", "不能签两次"),
        ("- prohibition: {id: x, of: case.close}", "永远到不了"),
        ("- prohibition: {id: x, of: case.close, from: 2026-02-01, until: 2026-01-01}", "早于"),
        ("- requirement: {id: x, of: case.close, done: {verb: case.note, when: {text: set}}}", "个人信息"),
        ("- requirement: {id: x, of: case.close, done: {verb: customer.add}}", "办理的不是"),
        ("- prohibition: {id: x, of: case.note, also: case.close}", "不是新建记录"),
        ("- prohibition: {id: x, of: case.note, also: {verb: case.open, with: {kind: complaint}}}", "事由"),
        ("- prohibition: {id: x, of: case.note, also: {verb: case.open, with: {kynd: complaint}}}", "kynd"),
    ],
)
def test_what_can_never_work_is_found_before_publication(tmp_path: Path, controls: str, words: str) -> None:
    assert words in faults(tmp_path, controls)


# --- which version judges --------------------------------------------------------------------------------------------
def publish(firm: Firm, tmp_path: Path, old: str, new: str) -> None:
    """The complaints policy with a change, from this moment on."""
    import shutil

    pack = tmp_path / "published" / "pack"
    shutil.copytree(PACK, pack)
    file = pack / "policies" / "complaints.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new).replace("effective: 2020-01-01", "effective: 2026-03-03"), encoding="utf-8")
    outcome = adopt(gate.run, SYSTEM, read_pack(pack))
    assert isinstance(outcome, Done), outcome


def test_guards_judge_by_the_version_of_the_recording(firm: Firm, tmp_path: Path) -> None:
    key = firm.found()
    publish(firm, tmp_path, "fields: [is_founded]", "fields: [is_founded, cause]")
    with clock.pinned(LATER):
        assert "成因" in reasons(firm.do("何川", "case.settle", key, amount="3200", handling="discount"))


def test_a_request_is_judged_by_the_version_under_which_it_was_made(firm: Firm, tmp_path: Path) -> None:
    asked_before, asked_after = firm.found(), firm.found()
    before = firm.do("苏敏", "case.settle", asked_before, amount="3200", handling="discount")
    assert isinstance(before, Waiting)
    publish(firm, tmp_path, '{when: {amount: "[1000..5000)"}, by: deputy}',
            '{when: {amount: "[1000..5000)"}, by: general_manager}')  # fmt: skip
    with clock.pinned(LATER):
        firm.must("何川", "approval.consent", before.approval)
        assert stage(asked_before) == "decided"
        after = firm.do("苏敏", "case.settle", asked_after, amount="3200", handling="discount")
        assert isinstance(after, Waiting)
        assert after.by.zh == "总经理"


def test_a_round_is_judged_by_the_workflow_of_its_start(firm: Firm, tmp_path: Path) -> None:
    old = firm.accepted()
    publish(firm, tmp_path, "skip: {kind: [consultation]}}\n            - {stage: decided",
            "skip: {kind: [consultation, complaint]}}\n            - {stage: decided")  # fmt: skip
    with clock.pinned(LATER):
        assert "要先办理“提交调查结果”" in reasons(firm.do("何川", "case.settle", old, amount="1", handling="none"))
        new = firm.accepted()
        assert "要先办理“提交调查结果”" not in str(firm.do("何川", "case.settle", new, amount="1", handling="none"))


# --- rounds ----------------------------------------------------------------------------------------------------------
ROUND = {"by": "case.reject_result", "from": "registered", "after": "answered", "keeps": "form"}


@pytest.mark.parametrize(
    ("at", "words"),
    [("answered", None), ("closed", None), ("decided", "到“已答复”以后"), ("registered", "到“已答复”以后")],
)
def test_a_new_round_starts_from_where_the_clause_says(at: str, words: str | None) -> None:
    control = good("workflow", of="case", stages=STAGES, round=ROUND)
    found = ruled(control, scene("case.reject_result", {"stage": at, "kind": "complaint"}))
    assert found is not None
    assert (words is None) is (found.outcome == "kept")
    if words:
        assert words in found.reasons[0].message.zh


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"from": "accepted"}, "进入的是"),
        ({"from": "regstered"}, "registered"),
        ({"by": "case.accept"}, "不能开始新的一轮"),
        ({"keeps": ["amont"]}, "amount"),
    ],
)
def test_faults_of_rounds(change: dict[str, Any], words: str) -> None:
    _, found = compiled("workflow", of="case", stages=STAGES, round={**ROUND, **change})
    assert any(words in fault.message.zh + fault.cure.zh for fault in found), [fault.text() for fault in found]


STAGED = """
    - workflow:
        id: rounds
        overrides: complaints#stages
        of: case
        stages:
          - {stage: registered, by: case.open}
          - {stage: accepted, by: case.accept}
          - {stage: answered, by: case.reply}
          - {stage: closed, by: case.close}
        round: {by: case.reject_result, from: registered, keeps: KEEPS}
"""


def test_a_round_keeps_the_form_or_what_the_clause_names(firm_with: With) -> None:
    firm = firm_with(STAGED.replace("KEEPS", "[reply_channel]"))
    key = firm.accepted(kind="consultation")
    assert "才能另起一轮" in reasons(firm.do("苏敏", "case.reject_result", firm.case(), text="不行"))
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
    firm.must("苏敏", "case.reject_result", key, text="不认可")
    [row] = Rows().select("select stage, reply, reply_channel, owner from cases_case where id = %s", [key])
    assert (row["stage"], row["reply"], row["reply_channel"]) == ("registered", None, "phone")
    assert row["owner"] == firm.people["季安"]
    firm.must("季安", "case.accept", key)
    assert stage(key) == "accepted"


def test_earlier_rounds_stay_readable(firm_with: With) -> None:
    firm = firm_with(STAGED.replace("KEEPS", "[reply_channel]"))
    key = firm.accepted(kind="consultation")
    firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="第一次答复")
    assert earlier_rounds(firm.people["苏敏"], "case", key) == []
    firm.must("苏敏", "case.reject_result", key, text="不认可")
    firm.must("季安", "case.accept", key)
    firm.must("苏敏", "case.reply", key, reply_channel="letter", reply="第二次答复")
    [first] = earlier_rounds(firm.people["苏敏"], "case", key)
    facts = {fact.name: value for fact, value in first.facts}
    assert (first.number, facts["reply"], facts["reply_channel"], facts["stage"]) == (
        1,
        "第一次答复",
        "phone",
        "answered",
    )
    [row] = Rows().select("select reply from cases_case where id = %s", [key])
    assert row["reply"] == "第二次答复"


def test_a_post_that_nobody_holds_is_found_with_the_packs_organisation(tmp_path: Path) -> None:
    import shutil

    from keguan.policies.checking import check_folder
    from keguan.policies.faults import Faulty

    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    (pack / "organisation.yaml").write_text(
        "company: {zh: 青禾, en: Qinghe}\nunits: [{unit: top, zh: 总部, en: Head office}]\n"
        "people:\n  - {person: ada, name: 安达, posts: [{unit: top, role: deputy}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(Faulty) as found:
        check_folder(pack)
    told = "；".join(fault.message.zh for fault in found.value.faults)
    assert "岗位“总经理”没有人担任" in told
    assert "岗位“副总经理”没有人担任" not in told
