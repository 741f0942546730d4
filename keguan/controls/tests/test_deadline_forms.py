"""Every form of a deadline as a policy writes it: that it compiles, what it says, and the faults it tells."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.recurrence import NoRecurrence, parse_recurrence
from keguan.controls.tests import dossiers
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Kind, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.book import BookDraft, Entry, Parameter
from keguan.policies.engines import engines
from keguan.policies.faults import Fault, Place
from keguan.policies.packs.wording import validate

dossiers.declare()
EXAMPLES = YAML(typ="safe").load(Path(__file__).with_name("deadlines.yaml"))
ROLE_NAMES = (
    "deed_keeper", "general_manager", "hr_admin", "gm_office", "marketing", "marketing_centre", "receptionist", "hr",
    "deputy",
)  # fmt: skip
VALUES = {"name_person": "3 working days", "sanction": "5 working days", "career_plan": "20 working days"}
PAUSE = {"from": "dossier.hold", "until": "dossier.resume"}
THIS_MONTH = {"closed_at": "this month"}
PERSON, UNIT = Reference("person"), Reference("unit")
NOUNS: dict[str, dict[str, Kind]] = {
    "case": {
        "owner": PERSON, "salesperson": PERSON, "complained_about": PERSON, "department": UNIT,
        "departments": Listing(UNIT), "stage_limit": Text(), "customer": Reference("customer"), "closed_at": Moment(),
        "founded": Boolean(), "agreed_time": Text(),
    },
    "customer": {
        "owner": PERSON, "company": UNIT, "area_company": UNIT, "legacy": Boolean(), "collection_period": Text(),
        "visit_period": Text(), "checkup_due": Date(),
    },
    "receivable": {"case": Reference("case")},
    "sanction": {"case": Reference("case")},
    "file": {"project": Reference("project"), "signatures": Integer()},
    "project": {"pm_b": PERSON},
    "safe": {"counted": Integer()},
    "visit": {"customer": Reference("customer")},
    "notice": {"customer": Reference("customer")},
    "person": {"position": Reference("position"), "career_plan": Text()},
    "position": {"sequence": Choice({"professional": Label("专业", "professional")})},
    "newsletter": {}, "meeting": {}, "seminar": {},
}  # fmt: skip
ACTS: dict[str, dict[str, Kind]] = {
    "case.accept": {}, "case.close": {}, "case.enter_stage": {}, "case.opinion": {"department": UNIT}, "case.rule": {},
    "receivable.collect": {}, "case.review": {}, "customer.hand_over": {}, "customer.move": {}, "customer.assign": {},
    "file.accept": {}, "file.receive": {}, "file.delay": {}, "safe.balance": {}, "sanction.decide": {}, "case.open": {},
    "case.solve": {}, "case.extend": {"agreed_time": Text()}, "customer.notify": {}, "newsletter.send": {},
    "meeting.hold": {}, "seminar.hold": {}, "case.verify": {}, "visit.pay": {}, "notice.send": {},
}  # fmt: skip


def label(text: str) -> Label:
    return Label(text, text)


@pytest.fixture
def nouns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nouns and acts of the examples instead of the product's."""
    for name, facts in NOUNS.items():
        found = RecordType(name, label(name), "", tuple(Fact(key, kind, label(key)) for key, kind in facts.items()),
                           code=None, title=None, owner="owner" if "owner" in facts else None)  # fmt: skip
        monkeypatch.setitem(vocabulary.types, name, found)
    for name, arguments in ACTS.items():
        given = tuple(Argument(key, kind, label(key)) for key, kind in arguments.items())
        made = Verb(name, label(name), name.partition(".")[0], lambda _work, _items: None, given)
        monkeypatch.setitem(vocabulary.verbs, name, made)


def compiled(*forms: dict[str, Any]) -> tuple[list[DeadlineControl], list[Fault]]:
    parameters = {name: Parameter(name, Text(), label(name), value) for name, value in VALUES.items()}
    book = BookDraft(roles={name: label(name) for name in ROLE_NAMES}, parameters=parameters)
    places = [Place("p.yaml", 9, "p", "制度", f"第{n}条", n, {(key,): 10 + i for i, key in enumerate(form)})
              for n, form in enumerate(forms, 1)]  # fmt: skip
    forms_read = [
        validate(engines["deadline"].form, form, place, book.report) for form, place in zip(forms, places, strict=True)
    ]
    book.entries = tuple(Entry("deadline", form, place) for form, place in zip(forms_read, places, strict=True))
    made = [engines["deadline"].compile(entry.form, entry.place, book) for entry in book.entries if entry.form]
    if not book.faults:
        book.report(*engines["deadline"].checks(made, book))
    return made, book.faults  # type: ignore[return-value]


def good(**form: Any) -> DeadlineControl:
    made, faults = compiled({"id": "x", **form})
    assert not faults, [fault.text() for fault in faults]
    return made[0]


@pytest.mark.usefixtures("nouns")
@pytest.mark.parametrize("form", EXAMPLES, ids=lambda form: form["id"])
def test_the_hardest_rules_compile_and_speak(form: dict[str, Any]) -> None:
    control = good(**form)
    assert control.is_configured
    assert control.says.zh.strip()
    assert "$" not in control.says.zh


@pytest.mark.usefixtures("nouns")
@pytest.mark.parametrize(
    ("rule", "clock", "source"),
    [
        ("collect", "case", "case"), ("sanction", "case", "case"), ("tell-same-day", "customer", "case"),
        ("stage", "case", "case"), ("contact", "company", "company"), ("visit", "customer", "customer"),
        ("checkup-notice", "customer", "customer"), ("career-plans", "person", "person"),
        ("monthly-review", "case", "case"), ("deed-day-end", "safe", "safe"),
    ],
)  # fmt: skip
def test_whose_clock_it_is(rule: str, clock: str, source: str) -> None:
    control = good(**next(form for form in EXAMPLES if form["id"] == rule))
    assert (control.type.name, control.source.name) == (clock, source)


BASE = {"after": "dossier.accept", "do": "dossier.close", "within": "6 days"}


@pytest.mark.parametrize(
    ("form", "zh", "en"),
    [
        (BASE, "受理后 6 日内结卷", "after “accept”, “close” is due within 6 days"),
        (
            {**BASE, "by": "deputy", "pause": PAUSE},
            "受理后，deputy须于 6 日内结卷，自暂停至恢复停算",
            "after “accept”, “close” is due within 6 days by deputy; its time stands still from “hold” to “resume”",
        ),
        ({"every": "month", "each": "dossier", "do": "dossier.note", "within": "by day 10"},
         "每月对每条案卷 每月 10 日前记事", "every month for each Dossier, “note” is due by day 10 of the month"),
        ({"every": "last SAT of the month", "do": "dossier.note", "by": "deputy"},
         "每月最后一个周六，deputy须于当日结束前记事",
         "on the last Saturday of every month, “note” is due before the end of the day by deputy"),
        ({**BASE, "escalate": [{"to": "deputy", "every": "1 day", "most": 3}, {"hand_to": "hr", "after": "2 days"}]},
         "受理后 6 日内结卷，逾期后每 1 日再告知deputy，逾期转由hr办理",
         "after “accept”, “close” is due within 6 days; deputy is told again every day; when overdue, hr takes over"),
    ],
)  # fmt: skip
def test_sentences(form: dict[str, Any], zh: str, en: str) -> None:
    says = good(**form).says
    assert (says.zh, says.en) == (zh, en)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"do": "dossier.close", "within": "6 days"}, "只写一种起算"),
        ({**BASE, "every": "month"}, "只写一种起算"),
        ({"after": "dossier.accept", "within": "6 days"}, "do 与 hold 写其一"),
        ({**BASE, "hold": {"founded": True}}, "do 与 hold 写其一"),
        ({"after": "dossier.accept", "do": "dossier.close"}, "缺少 within"),
        ({**BASE, "do": "dossier.accept"}, "既起算又算办成"),
        ({**BASE, "cancel": "dossier.close"}, "同时取消"),
        ({"every": "fortnight", "do": "dossier.note", "by": "deputy"}, "看不懂“fortnight”"),
        ({"every": "day", "each": "dossier", "sample": "half", "do": "dossier.note"}, "不是比例"),
        ({**BASE, "sample": "5 %"}, "sample 只用于"),
        ({**BASE, "each": "patron"}, "不能逐条对一类记录"),
        ({**BASE, "each": {"department": "dossier.departments"}}, "没有说明是哪一个 department"),
        ({**BASE, "each": {"department": "dossier.title"}}, "不是列表"),
        ({**BASE, "do": "patron.greet", "after": "visit.add", "by": "deputy"}, ""),
        ({**BASE, "pause": {"from": "dossier.hold"}}, "没有恢复的动作"),
        ({**BASE, "within": "before 2026-05-01", "pause": PAUSE}, "不能停算"),
        ({"at": "2026-05-01", "each": "dossier", "do": "dossier.note", "within": "before 2026-05-01"}, "永远做不到"),
        ({"while": THIS_MONTH, "each": "dossier", "do": "dossier.note", "within": "1 day"}, "随日子变化"),
        ({"while": {"founded": True}, "do": "dossier.note", "within": "1 day", "by": "deputy"}, "while 要同时写 each"),
        ({"before": "patron.name", "do": "patron.greet", "within": "1 day before patron.checkup_on"}, "不是日期"),
        ({"before": "patron.checkup_on", "do": "patron.greet", "within": "6 days"}, "某日期之前多久"),
        ({**BASE, "within": [{"is": "1 day"}, {"when": {"founded": True}, "is": "2 days"}]}, "永远轮不到"),
        ({**BASE, "extend": {"dossier.delay": "$sheets"}}, "不是日期、时刻或期限"),
        ({**BASE, "remind": [{"before": "by 18:00"}]}, "不是到期前的一段时间"),
        ({**BASE, "from": "2026-05-01", "until": "2026-04-01"}, "永远不施行"),
        ({**BASE, "escalate": [{"after": "1 day"}]}, "没有写告知谁"),
        ({**BASE, "at_least": 0}, "至少 1 次"),
    ],
)  # fmt: skip
def test_faults(form: dict[str, Any], words: str) -> None:
    made, faults = compiled({"id": "x", **form})
    if not words:
        assert not faults
        assert made[0].type.name == "patron"
        return
    assert any(words in fault.message.zh for fault in faults), [fault.text() for fault in faults]
    assert all(fault.line >= 9 and fault.cure.en for fault in faults)


def test_deadlines_that_contradict_each_other() -> None:
    _, faults = compiled({"id": "a", **BASE}, {"id": "b", **BASE, "within": "3 days"})
    assert ["定了不同的期限" in fault.message.zh for fault in faults] == [True]
    assert compiled({"id": "a", **BASE}, {"id": "b", **BASE, "within": "3 days", "by": "deputy"})[1] == []


def test_deadlines_that_start_each_other_without_end() -> None:
    ring = [{"id": "a", **BASE, "after": "breach:b"}, {"id": "b", **BASE, "after": "kept:a", "by": "deputy"}]
    _, faults = compiled(*ring)
    assert any("没有尽头" in fault.message.zh for fault in faults), [fault.text() for fault in faults]
    chain, faults = compiled({"id": "a", **BASE}, {"id": "b", **BASE, "after": "breach:a", "do": "dossier.note"})
    assert not faults, [fault.text() for fault in faults]
    assert chain[1].type.name == "dossier"


@pytest.mark.parametrize("text", ["", "fortnight", "MON, XYZ", "fifth SAT of the month", "last SUNDAY of the month", 7])
def test_what_is_no_period(text: object) -> None:
    with pytest.raises(NoRecurrence):
        parse_recurrence(text)
