"""Each engine as written: what it compiles to, what it says, and the faults it tells with line and cure."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from keguan.controls.engines.approval import Ask
from keguan.controls.engines.guard import Ruling, RulingGuard
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.records.kinds import Money, MoneyKind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import Profile
from keguan.policies.book import BookDraft, Entry, Parameter
from keguan.policies.engines import Control, engines
from keguan.policies.faults import Fault, Place
from keguan.policies.packs.wording import validate

NOW = dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)
ROLES = {"manager": Label("经理", "Manager"), "deputy": Label("副总经理", "Deputy"), "agent": Label("专员", "Agent")}


def place(form: Mapping[str, Any]) -> Place:
    """Every part of the form on a line of its own: the n-th key on line 10 + n."""
    lines: dict[tuple[str | int, ...], int] = {(key,): 10 + n for n, key in enumerate(form)}
    return Place("p.yaml", 9, "p", "制度", "第一条", 0, lines)


def compiled(engine: str, /, **form: Any) -> tuple[Control | None, list[Fault]]:
    """A control with the faults found in it, static checks included."""
    parameters = {"days": Parameter("days", vocabulary.settings["case.number_pattern"].kind, Label("天", "Days"))}
    book = BookDraft(roles=ROLES, parameters=parameters)
    raw = {"id": "x", **form}
    checked = validate(engines[engine].form, raw, place(raw), book.report)
    if checked is None:
        return None, book.faults
    book.entries = (Entry(engine, checked, place(raw)),)
    control = engines[engine].compile(checked, place(raw), book)
    if not book.faults:
        book.report(*engines[engine].checks([control], book))
    return control, book.faults


def good(engine: str, /, **form: Any) -> Any:
    control, faults = compiled(engine, **form)
    assert not faults, [fault.text() for fault in faults]
    return control


def fault(engine: str, /, **form: Any) -> Fault:
    _, faults = compiled(engine, **form)
    assert faults
    assert all(fault.clause == "第一条" and fault.line for fault in faults)
    assert all(fault.message.en and fault.cure.zh for fault in faults)
    return faults[0]


@pytest.mark.parametrize(
    ("when", "unless"), [({"amount": ">= @fee"}, None), ({"kind": "complaint"}, {"amount": "< @fee"})]
)
def test_a_condition_says_what_the_company_set(when: Any, unless: Any) -> None:
    fee = Parameter("fee", MoneyKind(), Label("服务金额", "Fee"), Money(Decimal(250)))
    read = Reader(BookDraft(parameters={"fee": fee}), place({"when": when, "unless": unless}))
    assert "250 元" in read.gate(when, unless, read.names(vocabulary.types["case"])).label().zh
    assert not read.book.faults


def scene(verb: str, record: Mapping[str, Any] | None = None, **more: Any) -> Scene:
    found = vocabulary.verbs[verb]
    return Scene(
        type=found.type, id=uuid4(), at=NOW, verb=found, record=record or {}, acts=more.pop("acts", {}), **more
    )


def ruled(control: RulingGuard, at: Scene) -> Ruling | None:
    return control.rule(at)


# --- requirement ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("args", "record", "outcome"),
    [
        ({}, {}, "refused"),
        ({"amount": Money(Decimal(5))}, {}, "kept"),
        ({}, {"amount": Money(Decimal(5))}, "kept"),
        ({"amount": None}, {"amount": Money(Decimal(5))}, "refused"),
    ],
)
def test_fields_are_asked_of_what_the_command_leaves(args: Any, record: Any, outcome: str) -> None:
    control = good("requirement", of="case.settle", fields=["amount"])
    found = ruled(control, scene("case.settle", record, args=args))
    assert found is not None
    assert found.outcome == outcome
    if outcome == "refused":
        assert found.reasons[0].field == "amount"
        assert found.reasons[0].citation is not None


@pytest.mark.parametrize(
    ("kind", "severity", "outcome"),
    [
        ("complaint", "serious", "refused"),
        ("complaint", "ordinary", None),
        ("complaint", None, "undetermined"),
        ("consultation", None, None),
    ],
)
def test_a_gate_is_true_false_or_unknown(kind: str, severity: str | None, outcome: str | None) -> None:
    control = good(
        "requirement",
        of="case.reply",
        when={"kind": "complaint", "severity": "serious"},
        that={"reply_channel": "letter"},
    )
    at = scene("case.reply", {"kind": kind, "severity": severity}, args={"reply_channel": "phone"})
    found = ruled(control, at)
    assert (found.outcome if found else None) == outcome
    if outcome == "undetermined":
        assert found is not None
        assert "轻重" in found.reasons[0].message.zh


@pytest.mark.parametrize(
    ("effect", "trial", "outcome", "refuses"),
    [
        ("refuse", False, "refused", True),
        ("warn", False, "warned", False),
        ("record", False, "recorded", False),
        ("refuse", True, "recorded", False),
    ],
)
def test_effects_and_trials_soften(effect: str, trial: bool, outcome: str, refuses: bool) -> None:
    for engine, form in (
        ("requirement", {"fields": ["findings"]}),
        ("prohibition", {"when": {"findings": "empty"}}),
    ):
        found = ruled(good(engine, of="case.find", effect=effect, trial=trial, **form), scene("case.find"))
        assert found is not None
        assert (found.outcome, bool(found.reasons)) == (outcome, refuses)
        assert bool(found.warnings) is (outcome == "warned")


def test_earlier_acts_and_files_are_required() -> None:
    control = good("requirement", of="case.close", done="case.reply", files=1)
    assert len(ruled(control, scene("case.close")).reasons) == 2  # type: ignore[union-attr]
    at = scene("case.close", acts={"case.reply": None}, lists={"attachments": [{"name": "a"}]})
    assert ruled(control, at) == Ruling("kept")


def test_in_a_preview_an_argument_to_come_is_only_announced() -> None:
    control = good("requirement", of="case.find", fields=["findings"])
    found = ruled(control, scene("case.find", is_preview=True))
    assert found is not None
    assert not found.reasons
    assert found.warnings


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"of": "case.finds", "fields": ["findings"]}, "case.find"),
        ({"of": "case.find", "fields": ["finding"]}, "findings"),
        ({"of": "case.find", "that": {"amont": "< 5"}}, "amount"),
        ({"of": ["case.find", "customer.add"], "fields": ["x"]}, "customer"),
        ({"of": "case.find", "that": {"all": [{"amount": "< 5"}, {"amount": "> 9"}]}}, "永远不会成立"),
        ({"of": "case.find", "when": {"amount": "< 5"}, "unless": {"amount": "< 9"}, "files": 1}, "永远不会成立"),
        ({"of": "case.find"}, "fields"),
        ({"of": "customer.add", "files": 1}, "files"),
    ],
)
def test_faults_of_requirements_say_what_was_meant(form: dict[str, Any], words: str) -> None:
    found = fault("requirement", **form)
    assert words in found.message.zh + found.cure.zh


# --- approval ------------------------------------------------------------------------------------------------------
TABLE = [
    {"when": {"amount": "< 1000"}, "by": "manager"},
    {"when": {"amount": "[1000..5000)"}, "by": "deputy"},
    {"when": {"amount": ">= 5000"}, "by": ["deputy", "manager"]},
]


@pytest.mark.parametrize(
    ("amount", "row"), [("0", 0), ("999.99", 0), ("1000", 1), ("4999.99", 1), ("5000", 2), ("99999", 2)]
)
def test_the_row_of_the_amount_decides(amount: str, row: int) -> None:
    control = good("approval", of="case.settle", how="authority", table=TABLE)
    answer = control.ask(scene("case.settle", args={"amount": Money(Decimal(amount))}))
    assert isinstance(answer, Ask)
    assert answer.row == row


def test_another_currency_and_a_missing_amount_refuse() -> None:
    control = good("approval", of="case.settle", how="authority", table=TABLE)
    for args in ({"amount": Money(Decimal(5), "USD")}, {}):
        answer = control.ask(scene("case.settle", args=args))
        assert isinstance(answer, Ruling)
        assert answer.reasons


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"table": TABLE[:2]}, "没有一行适用"),
        ({"table": [*TABLE[:1], {"when": {"amount": "[900..5000)"}, "by": "deputy"}, TABLE[2]]}, "都适用"),
        ({"table": [{"when": {"amount": "< 1000"}, "by": "managr"}]}, "managr"),
        ({"table": TABLE, "by": "deputy"}, "table、by、steps"),
        ({"by": "requester"}, "申请人自己"),
        ({"by": "deputy", "timeout": "2 working days"}, "逾时之后怎么办"),
        ({"by": "deputy", "then": "pass"}, "timeout"),
        ({"by": "deputy", "timeout": "2 working days", "then": "escalate to manger"}, "manger"),
    ],
)
def test_faults_of_approvals(form: dict[str, Any], words: str) -> None:
    _, faults = compiled("approval", **{"of": "case.settle", **form})
    assert any(words in fault.message.zh for fault in faults), [fault.text() for fault in faults]


def test_all_and_some_ask_several_consents() -> None:
    control = good("approval", of="case.settle", steps=[{"all": ["manager", "deputy"]}, {"some": 2, "of": ["agent"]}])
    answer = control.ask(scene("case.settle"))
    assert [step.pos for step in answer.steps] == [1, 1, 2, 2]


# --- workflow ------------------------------------------------------------------------------------------------------
STAGES = [
    {"stage": "registered", "by": "case.open"},
    {"stage": "accepted", "by": "case.accept"},
    {"stage": "investigated", "by": "case.find", "skip": {"kind": "consultation"}},
    {"stage": "decided", "by": "case.settle", "back": ["investigated"]},
    {"stage": "answered", "by": "case.reply"},
    {"stage": "closed", "by": "case.close"},
]


@pytest.mark.parametrize(
    ("stage", "verb", "kind", "words"),
    [
        ("registered", "case.accept", "complaint", None),
        ("registered", "case.find", "complaint", "要先办理“受理”"),
        ("accepted", "case.settle", "complaint", "要先办理“提交调查结果”"),
        ("accepted", "case.settle", "consultation", None),
        ("accepted", "case.settle", None, "缺少“类别”"),
        ("accepted", "case.accept", "complaint", "这一步已经过了"),
        ("decided", "case.find", "complaint", None),
        ("answered", "case.find", "complaint", "这一步已经过了"),
        ("closed", "case.reply", "complaint", "流程已到最后一步"),
        ("elsewhere", "case.reply", "complaint", "不在流程里"),
    ],
)
def test_a_stage_is_entered_from_its_predecessor(stage: str, verb: str, kind: str | None, words: str | None) -> None:
    control = good("workflow", of="case", stages=STAGES)
    found = ruled(control, scene(verb, {"stage": stage, "kind": kind}))
    assert found is not None
    assert (words is None) is (found.outcome == "kept")
    if words:
        assert words in found.reasons[0].message.zh
        assert "要先办理" not in words or found.reasons[0].cure is None, "how to go on is said once"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stage": "acepted", "by": "case.accept"}, "accepted"),
        ({"stage": "accepted", "by": "case.close"}, "进入的是"),
        ({"stage": "accepted", "by": "customer.add"}, "办理的不是"),
        ({"stage": "accepted", "by": "case.accept", "back": ["closed"]}, "不在前面"),
        ({"stage": "accepted", "by": "case.accept", "skip": {"knd": "x"}}, "knd"),
    ],
)
def test_faults_of_workflows(change: dict[str, Any], words: str) -> None:
    _, faults = compiled("workflow", of="case", stages=[STAGES[0], change, *STAGES[2:]])
    assert any(words in fault.message.zh + fault.cure.zh for fault in faults), [fault.text() for fault in faults]


def test_the_first_stage_is_entered_by_creating() -> None:
    _, faults = compiled("workflow", of="case", stages=STAGES[1:])
    assert any("新建记录" in fault.message.zh for fault in faults)


# --- deadline, setting, reaction, access ---------------------------------------------------------------------------
def test_a_deadline_says_itself_plainly() -> None:
    control = good(
        "deadline", after="case.accept", do="case.close", within="6 days", escalate=[{"to": "head @ case.unit"}]
    )
    assert control.sentence("zh-hans") == "受理后 6 日内结案，逾期告知承办部门负责人"
    assert "within 6 days" in control.sentence("en")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"within": "6 dayz"}, "days"),
        ({"do": "case.clse"}, "case.close"),
        ({"by": "case.ownr"}, "case.owner"),
        ({"do": "case.accept"}, "既起算又算办成"),
        ({"do": "customer.add"}, "没有说明是哪一条"),
        ({"each": {"department": "case.title"}}, "不是列表"),
        ({"after": {"verb": "case.accept", "since": "x"}}, "暂不支持"),
        ({"after": {"verb": "case.accept", "when": {"kind": "complant"}}}, "complant"),
        ({"remind": [{"before": "by 18:00"}]}, "不是到期前的一段时间"),
    ],
)
def test_faults_of_deadlines(form: dict[str, Any], words: str) -> None:
    _, faults = compiled("deadline", **{"after": "case.accept", "do": "case.close", "within": "6 days", **form})
    assert any(words in fault.message.zh + fault.cure.zh for fault in faults), [fault.text() for fault in faults]


def test_a_parameter_without_value_leaves_a_deadline_unconfigured() -> None:
    control = good("deadline", after="case.accept", do="case.close", within="@days=3 days")
    assert control.missing == ("days",)
    assert not control.is_configured


def test_a_setting_takes_a_value_of_the_parameters_kind() -> None:
    control = good("setting", of="case.number_pattern", **{"is": "KS-YYYY-NNN"})
    assert control.value_for(scene("case.open")) == (True, "KS-YYYY-NNN")
    table = [{"when": {"kind": "complaint"}, "is": "K-NNN"}, {"is": "Z-NNN"}]
    control = good("setting", of="case.number_pattern", table=table)
    for kind, value in (("complaint", "K-NNN"), ("suggestion", "Z-NNN"), (None, "Z-NNN")):
        assert control.value_for(scene("case.open", args={"kind": kind} if kind else {})) == (True, value)
    assert "case.number_pattern" in fault("setting", of="case.number_patern", **{"is": "X"}).cure.zh
    assert "40" in fault("setting", of="case.number_pattern", **{"is": "X" * 90}).message.zh


def test_a_reaction_fills_its_words() -> None:
    control = good("reaction", after="case.accept", notify="deputy", text="{case.code}：{title}")
    at = scene("case.accept", {"code": "KS-1", "title": "破损"})
    assert control.template.fill(at).zh == "KS-1：破损"
    assert "case.code" in fault("reaction", after="case.accept", notify="deputy", text="{case.cod}").cure.zh
    assert "要写 do" in fault("reaction", after="case.accept", notify="deputy", text="x", how="do").message.zh
    assert "none" in fault("reaction", after="breach:none", notify="deputy", text="x").message.zh


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"who": "agnt", "see": "case"}, "agent"),
        ({"who": "agent", "see": "cas"}, "case"),
        ({"who": "agent", "may": "cas.*"}, "case"),
        ({"who": "agent"}, "may"),
        ({"who": "agent", "see": "case", "mask": "case.titel"}, "title"),
        ({"who": "agent", "see": "case", "mask": "case"}, "case."),
        ({"who": "agent", "may": "case.note"}, "see"),
        ({"who": "agent", "see": "case", "scope": "some"}, "own"),
    ],
)
def test_faults_of_access(form: dict[str, Any], words: str) -> None:
    found = fault("access", **form)
    assert words in found.message.zh + found.cure.zh


# --- scenes --------------------------------------------------------------------------------------------------------
def test_names_read_the_innermost() -> None:
    person, unit = UUID(int=1), UUID(int=2)
    profile = Profile(person, "季安", frozenset({"agent"}), frozenset({unit}))
    at = scene(
        "case.settle",
        {"amount": Money(Decimal(1)), "extra": {}, "opened_by": person},
        args={"amount": Money(Decimal(2))},
        actor=person,
        profile=profile,
        links={"customer": {"name": "江南印务"}},
    )
    assert at.get(("amount",)) == Money(Decimal(2))
    assert at.get(("case", "amount")) == Money(Decimal(1))
    assert at.get(("customer", "name")) == "江南印务"
    assert at.get(("actor", "role")) == ["agent"]
    assert at.get(("happened_on",)) == dt.date(2026, 3, 3)
    assert at.get(("kind",)) is None
    control = good("prohibition", of="case.settle", when={"actor.role": "agent", "happened_on": ">= 2026-03-01"})
    found = ruled(control, at)
    assert found is not None
    assert found.outcome == "refused"
    assert control.reads(at)["actor.role"] == ["agent"]


def test_personal_facts_stand_in_the_journal_only_as_answers() -> None:
    control = good("prohibition", of="case.settle", when={"title": "set"})
    read = control.reads(scene("case.settle", {"title": "王先生到货破损"}))
    assert "王先生到货破损" not in str(read)
    assert True in read.values()
