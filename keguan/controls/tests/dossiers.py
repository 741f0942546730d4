"""Record types for the tests of deadlines, with verbs that set whatever they are given; tables made on demand."""

from typing import Any

from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

SCHEMA = """
create table if not exists test_patron (
    id uuid primary key, code text, name text, owner uuid, unit uuid, checkup_on date, period text, vip boolean,
    plan text
);
create table if not exists test_dossier (
    id uuid primary key, code text, title text, owner uuid, unit uuid, departments uuid[], stage text, founded boolean,
    stage_limit text, patron uuid, closed_at timestamptz
);
create table if not exists test_visit (id uuid primary key, code text, patron uuid, dossier uuid, agreed text);
"""


def same(name: str, kind: Any, zh: str) -> Fact:
    return Fact(name, kind, Label(zh, name))


PATRON = RecordType(
    name="patron", label=Label("客人", "Patron"), table="test_patron", title="name", owner="owner", unit="unit",
    facts=(
        same("code", Text(40), "编号"), same("name", Text(40), "姓名"), same("owner", Reference("person"), "经办人"),
        same("unit", Reference("unit"), "部门"), same("checkup_on", Date(), "复查日"), same("period", Text(40), "周期"),
        same("vip", Boolean(), "贵宾"), same("plan", Text(40), "计划"),
    ),
)  # fmt: skip
DOSSIER = RecordType(
    name="dossier", label=Label("案卷", "Dossier"), table="test_dossier", owner="owner", unit="unit",
    facts=(
        same("code", Text(40), "编号"), same("title", Text(40), "标题"), same("owner", Reference("person"), "经办人"),
        same("unit", Reference("unit"), "部门"), same("departments", Listing(Reference("unit")), "会同部门"),
        same("stage", Choice({"open": Label("在办", "open"), "shut": Label("已结", "shut")}), "状态"),
        same("founded", Boolean(), "成立"), same("stage_limit", Text(40), "时限"),
        same("patron", Reference("patron"), "客人"), same("closed_at", Moment(), "结案时间"),
    ),
)  # fmt: skip
VISIT = RecordType(
    name="visit", label=Label("走访", "Visit"), table="test_visit", title=None,
    facts=(
        same("code", Text(40), "编号"), same("patron", Reference("patron"), "客人"),
        same("dossier", Reference("dossier"), "案卷"), same("agreed", Text(40), "约定"),
    ),
)  # fmt: skip
DECLARED = (PATRON, DOSSIER, VISIT)
ACTS = {
    "dossier": ("accept", "close", "hold", "resume", "withdraw", "note"),
    "patron": ("notify", "greet"),
}
WORDS = {
    "accept": "受理", "close": "结卷", "hold": "暂停", "resume": "恢复", "withdraw": "撤回", "note": "记事",
    "notify": "告知", "greet": "问候",
}  # fmt: skip


def declare() -> None:
    """Register the types with their verbs, once."""
    if "dossier" in vocabulary.types:
        return
    for record_type in DECLARED:
        vocabulary.add_type(record_type)
        names = [fact.name for fact in record_type.facts]
        _verb(record_type, "add", "登记", takes(record_type, *names), creates=True)
        _verb(record_type, "edit", "修改", takes(record_type, *names))
    for name, acts in ACTS.items():
        for act in acts:
            _verb(vocabulary.types[name], act, WORDS[act], ())
    _verb(DOSSIER, "opinion", "出具意见",
          (Argument("department", Reference("unit"), Label("部门", "Department"), required=True),))  # fmt: skip
    _verb(DOSSIER, "delay", "延期", (
        Argument("until", Date(), Label("延至", "Until")), Argument("term", Text(40), Label("延长", "Term")),
        Argument("sheets", Integer(), Label("页数", "Sheets")),
    ))  # fmt: skip


def _verb(record_type: RecordType, act: str, zh: str, arguments: Any, *, creates: bool = False) -> None:
    @verb(f"{record_type.name}.{act}", Label(zh, act), on=record_type, arguments=arguments, creates=creates)
    def body(work: Work, items: list[Item]) -> None:
        """Make the facts what was given."""
        for item in items:
            given = {name: value for name, value in item.args.items() if name in record_type.by_name}
            if creates:
                work.create(item, **{"code": f"T-{item.position}", **given})
            else:
                work.set(item, **given)
