"""Whom each form of a people expression means: truth tables over one company, vacancies and absences included."""

import datetime as dt
from typing import Any

import pytest

from keguan.controls.people import nodes, parse_people
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.tests.test_people_batch import CASE
from keguan.controls.tests.vocabulary import WORDS, yaml
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label
from keguan.kernel.tests.memo import OpenLaw
from keguan.org.tests.conftest import Firm, act, firm
from keguan.org.tests.test_directory import NOW

__all__ = ["firm"]

ROLES = {"general_manager", "service_manager", "service_person", "team_leader", "salesperson", "archivist"}


def meant(firm: Firm, expression: Any, at: dt.datetime = NOW, never: tuple[str, ...] = (), **facts: Any) -> list[str]:
    people = parse_people(yaml(expression), WORDS, ROLES) if isinstance(expression, str) else expression
    actor, requester = facts.pop("actor", None), facts.pop("requester", None)
    record: dict[str, Any] = {}
    for name, value in facts.items():
        known = firm.units if name.startswith("department") else firm.people
        record[name] = [known[one] for one in value] if isinstance(value, list) else known[value]
    key = facts.get("id") or uuid7(at)
    scene = Scene(CASE, key, at, record=record, actor=firm.people.get(actor), requester=firm.people.get(requester))
    [found] = resolve(Rows(), at, [Question(people, scene, never=tuple(firm.people[one] for one in never))])
    names = {key: name for name, key in firm.people.items()}
    return [names[person] for person in found]


# 总部: 高岚 GM · 客服部: 苏敏 manager · 热线组: 季安 (no head) · 现场组: 罗平 leader, 唐果 · 销售部: 韩立 (no head)
@pytest.mark.parametrize(
    ("expression", "facts", "who"),
    [
        ("general_manager", {}, ["高岚"]),
        ("service_person", {}, ["唐果", "季安"]),
        ("archivist", {}, []),
        ("service_person @ case.department", {"department": "现场组"}, ["唐果"]),
        ("service_manager @ case.department", {"department": "热线组"}, ["苏敏"]),
        ("salesperson @ case.department", {"department": "热线组"}, []),
        ("service_manager @ case.department", {}, []),
        ("head @ case.department", {"department": "客服部"}, ["苏敏"]),
        ("head @ case.department", {"department": "热线组"}, ["苏敏"]),
        ("head @ case.department", {"department": "销售部"}, ["高岚"]),
        ("head @ case.department", {}, []),
        ("superior of case.owner", {"owner": "唐果"}, ["罗平"]),
        ("superior of case.owner", {"owner": "季安"}, ["苏敏"]),
        ("superior of case.owner", {"owner": "高岚"}, []),
        ("superior of case.owner", {}, []),
        ("superior of superior of case.owner", {"owner": "唐果"}, ["苏敏"]),
        ("superior of head @ case.department", {"department": "现场组"}, ["苏敏"]),
        ("each of case.departments", {"departments": ["现场组", "热线组", "客服部"]}, ["罗平", "苏敏"]),
        ("each of case.departments", {"departments": []}, []),
        ("case.owner", {"owner": "韩立"}, ["韩立"]),
        ("case.owner", {}, []),
        ("requester", {"requester": "季安"}, ["季安"]),
        ("requester", {}, []),
        ("actor", {"actor": "季安"}, ["季安"]),
        ("[service_manager, general_manager, service_manager]", {}, ["苏敏", "高岚"]),
        ("{all: [service_manager, head @ case.department]}", {"department": "客服部"}, ["苏敏"]),
        ("{some: 2, of: [service_person, case.owner]}", {"owner": "季安"}, ["唐果", "季安"]),
        ("{is: service_person, but: case.owner}", {"owner": "唐果"}, ["季安"]),
        ("{is: service_person, but: case.owner}", {}, ["唐果", "季安"]),
        ("{is: head @ case.department, but: case.owner}", {"department": "现场组", "owner": "罗平"}, ["苏敏"]),
        (
            "{is: head @ case.department, but: [case.owner, service_manager]}",
            {"department": "现场组", "owner": "罗平"},
            ["高岚"],
        ),
        (
            "{is: head @ case.department, but: case.owner, else: salesperson}",
            {"department": "现场组", "owner": "罗平"},
            ["韩立"],
        ),
        ("{is: general_manager, but: case.owner}", {"owner": "高岚"}, []),
        ("{is: archivist, but: case.owner}", {"owner": "高岚"}, []),
        ("{is: archivist, but: case.owner, else: salesperson}", {"owner": "高岚"}, ["韩立"]),
        ("{is: archivist, but: case.owner, else: case.owner}", {"owner": "高岚"}, []),
    ],
)
def test_whom_an_expression_means(firm: Firm, expression: str, facts: dict[str, Any], who: list[str]) -> None:
    assert meant(firm, expression, **facts) == who


def test_several_posts_have_several_superiors_and_two_heads_are_both_asked(firm: Firm) -> None:
    firm.holds("唐果", "销售部", "archivist")
    firm.holds("白露", "现场组", "team_leader", head=True)
    assert sorted(meant(firm, "superior of case.owner", owner="唐果")) == sorted(["罗平", "白露", "高岚"])
    assert meant(firm, "head @ case.department", department="现场组") == ["罗平", "白露"]


def test_a_post_that_begins_tomorrow_does_not_count_today(firm: Firm) -> None:
    firm.holds("白露", "销售部", "archivist", starts=(NOW.date() + dt.timedelta(days=1)).isoformat())
    assert meant(firm, "archivist") == []
    assert meant(firm, "archivist", NOW + dt.timedelta(days=1)) == ["白露"]


def test_who_left_means_nobody_and_a_closed_unit_is_climbed_over(firm: Firm) -> None:
    act("person.leave", firm.people["季安"], left_on=NOW.date().isoformat())
    assert meant(firm, "case.owner", owner="季安") == meant(firm, "requester", requester="季安") == []
    act("unit.close", firm.units["现场组"], closed_on=NOW.date().isoformat())
    assert meant(firm, "head @ case.department", department="现场组") == ["苏敏"]


def test_recusal_meets_delegation(firm: Firm) -> None:
    with clock.pinned(NOW - dt.timedelta(hours=1)):
        act("delegation.appoint", delegator=firm.people["罗平"], delegate=firm.people["韩立"])
    place: dict[str, Any] = {"department": "现场组"}
    assert meant(firm, "head @ case.department", **place) == ["韩立"]
    but = "{is: head @ case.department, but: case.owner}"
    assert meant(firm, but, owner="罗平", **place) == ["苏敏"], "his seat is recused with who sits in it"
    assert meant(firm, but, owner="韩立", **place) == ["罗平"], (
        "where only the delegate is recused, the holder is asked"
    )
    assert meant(firm, "case.owner", owner="罗平") == ["韩立"]
    assert meant(firm, "requester", requester="罗平") == ["罗平"], "who asked is himself"
    assert meant(firm, "superior of case.owner", owner="罗平") == ["苏敏"]
    assert meant(firm, "head @ case.department", never=("罗平",), **place) == ["苏敏"]


def test_who_did_is_the_last_who_did_while_he_is_there(firm: Firm) -> None:
    unit = firm.units["销售部"]
    for who in ("唐果", "季安"):
        [done] = Pipeline(OpenLaw()).run(Context(firm.people[who], "page"), "unit.change", [(unit, {"code": who})])
        assert not hasattr(done, "reasons"), done
    did = nodes.WhoDid("unit.change", Label("改", "change"))

    def found(people: nodes.People) -> list[str]:
        scene = Scene(CASE, unit, NOW)
        names = {key: name for name, key in firm.people.items()}
        return [names[one] for one in resolve(Rows(), NOW, [Question(people, scene)])[0]]

    assert found(did) == ["季安"]
    assert found(nodes.Recusal(nodes.Role("service_person"), did)) == ["唐果"]
