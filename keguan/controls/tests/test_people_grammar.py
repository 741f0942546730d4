"""People expressions: every form, its words, what it refers to, and its faults."""

from typing import Any

import pytest

from keguan.controls.conditions import Where
from keguan.controls.conditions.names import Name
from keguan.controls.people import (
    Actor,
    AllOf,
    AnyOf,
    Each,
    Head,
    People,
    PeopleFault,
    PersonFact,
    Recusal,
    Requester,
    Role,
    Some,
    Superior,
    WhoDid,
    parse_people,
    people_sentence,
    references,
)
from keguan.controls.tests.vocabulary import WORDS, yaml
from keguan.kernel.records.labels import Label

ROLES = {
    "general_manager": Label("总经理", "General manager"),
    "deputy_gm": Label("副总经理", "Deputy general manager"),
    "archivist": Label("档案员", "Archivist"),
    "title": Label("职称角色", "Title holder"),
}
OWNER, ABOUT = WORDS.facts["case.owner"], WORDS.facts["case.complained_about"]
UNIT, UNITS = WORDS.facts["case.department"], WORDS.facts["case.departments"]


def people(text: str) -> People:
    return parse_people(yaml(text), WORDS, set(ROLES), Where(file="policy.yaml"))


@pytest.mark.parametrize(
    ("text", "tree", "zh", "en"),
    [
        ("general_manager", Role("general_manager"), "总经理", "General manager"),
        (
            "archivist @ case.department",
            Role("archivist", UNIT),
            "责任部门的档案员",
            "archivist of department responsible",
        ),
        ("head @ case.department", Head(UNIT), "责任部门负责人", "head of department responsible"),
        ("superior of case.owner", Superior(PersonFact(OWNER)), "承办人的上级", "superior of owner"),
        (
            "superior of head @ case.department",
            Superior(Head(UNIT)),
            "责任部门负责人的上级",
            "superior of head of department responsible",
        ),
        (
            "who did case.find",
            WhoDid("case.find", Label("查明事实", "Find facts")),
            "办理“查明事实”的人",
            "whoever did “Find facts”",
        ),
        (
            "each of case.departments",
            Each(UNITS, heads=True),
            "每个会同部门的负责人",
            "the head of each of departments",
        ),
        ("case.owner", PersonFact(OWNER), "承办人", "owner"),
        ("$case.owner", PersonFact(OWNER), "承办人", "owner"),
        ("requester", Requester(), "申请人", "the requester"),
        ("actor", Actor(), "办理人", "the person acting"),
        (
            "[general_manager, deputy_gm]",
            AnyOf((Role("general_manager"), Role("deputy_gm"))),
            "总经理或副总经理",
            "General manager or Deputy general manager",
        ),
        ("[general_manager]", Role("general_manager"), "总经理", "General manager"),
        (
            "{all: [general_manager, {some: 1, of: [deputy_gm, archivist]}]}",
            AllOf((Role("general_manager"), Some(1, (Role("deputy_gm"), Role("archivist"))))),
            "总经理和（副总经理、档案员中的 1 人）（缺一不可）",
            "General manager and (1 of Deputy general manager, Archivist) (all of them)",
        ),
        (
            "{is: head @ case.department, but: case.complained_about, else: general_manager}",
            Recusal(Head(UNIT), PersonFact(ABOUT), Role("general_manager")),
            "责任部门负责人（被投诉人回避，由总经理代）",
            "head of department responsible (not person complained about; else general manager)",
        ),
        (
            "{is: archivist, but: [who did case.find, requester]}",
            Recusal(Role("archivist"), AnyOf((WhoDid("case.find", Label("查明事实", "Find facts")), Requester()))),
            "档案员（（办理“查明事实”的人或申请人）回避）",
            "Archivist (not (whoever did “Find facts” or the requester))",
        ),
        ("title", Role("title"), "职称角色", "Title holder"),
    ],
)
def test_forms(text: str, tree: People, zh: str, en: str) -> None:
    assert people(text) == tree
    assert people_sentence(tree, "zh-hans", ROLES) == zh
    assert people_sentence(tree, "en", ROLES) == en


def test_whoever_opened_a_record_is_called_so() -> None:
    opener = Name(("case", "opened_by"), OWNER.kind, Label("登记人", "Opened by"))
    assert people_sentence(PersonFact(opener), "en", ROLES) == "whoever opened it"


@pytest.mark.parametrize(
    ("text", "says", "cure"),
    [
        ("general_manger", "没有“general_manger”这个角色或事实", "general_manager"),
        ("case.ownr", "没有“case.ownr”这个角色或事实", "case.owner"),
        ("deputy @ case.department", "没有“deputy”这个角色", "deputy_gm"),
        ("head @ case.departmen", "没有“case.departmen”这个名字", "case.department"),
        ("head @ case.owner", "“承办人”不是单位", "@"),
        ("head", "没有写完", "head @"),
        ("superior of", "没有写完", "superior of"),
        ("case.department", "“责任部门”不是人", "head @ case.department"),
        ("case.departments", "“会同部门”不是人", "each of case.departments"),
        ("amount", "“赔付金额”不是人", "可以写"),
        ("each of case.owner", "不是人或单位的列表", "each of"),
        ("each of tags", "不是人或单位的列表", "each of"),
        ("who did case.fnd", "没有“case.fnd”这个名字", "case.find"),
        ("[]", "没有写明是谁", "可以写"),
        ("~", "没有写明是谁", "可以写"),
        ("{some: 3, of: [case.owner, requester]}", "some 应在 1 与 2 之间", "some"),
        ("{some: 0, of: [case.owner, requester]}", "some 应在 1 与 2 之间", "some"),
        ("{is: archivist}", "不能这样合用", "可以写"),
        ("{al: [archivist]}", "没有“al”这一项", "all"),
        ("superior of superior of superior of superior of superior of superior of actor", "叠得太多", "角色"),
    ],
)  # fmt: skip
def test_faults(text: str, says: str, cure: str) -> None:
    with pytest.raises(PeopleFault) as caught:
        people(text)
    assert says in caught.value.message.zh
    assert cure in caught.value.cure.zh
    assert caught.value.message.en
    assert caught.value.cure.en


def test_a_fault_knows_its_line() -> None:
    raw = yaml("steps:\n  - archivist\n  - {all: [archivist,\n      generl_manager]}\n")
    with pytest.raises(PeopleFault) as caught:
        parse_people(raw["steps"], WORDS, set(ROLES), Where(file="policy.yaml"))
    assert caught.value.line == 4


def test_a_word_that_is_a_role_and_a_person() -> None:
    with pytest.raises(PeopleFault) as caught:
        parse_people("case.owner", WORDS, {"case.owner"})
    assert "既是角色又是" in caught.value.message.zh


def test_references() -> None:
    raw: Any = {"is": ["archivist @ case.department", "superior of case.owner"], "but": "who did case.find"}
    found = references(parse_people(raw, WORDS, set(ROLES)))
    assert found.roles == {"archivist"}
    assert found.facts == {("case", "department"), ("case", "owner")}
    assert found.verbs == {"case.find"}
