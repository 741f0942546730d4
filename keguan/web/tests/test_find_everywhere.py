"""Quick find: records of registers, the administration, statistics, my team; only what is the viewer's."""

import json
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.web.tests.conftest import Office
from keguan.web.tests.test_desk import text


def find(office: Office, who: str, query: str, language: str = "zh-hans") -> str:
    response = office.browser(who, language).get(reverse("web:find"), {"q": query}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("who", "query", "name"),
    [
        ("manager", "团队", "web:team"),
        ("manager", "统计", "web:statistics"),
        ("manager", "怎样通知", "web:reception"),
        ("manager", "台账", "web:record_places"),
        ("admin", "管理", "web:administration"),
        ("admin", "权限一览", "web:access_matrix"),
    ],
)
def test_pages_are_found_by_name(office: Office, who: str, query: str, name: str) -> None:
    assert f'href="{reverse(name)}"' in find(office, who, query)


def test_in_every_language_and_only_what_is_one_s_own(office: Office) -> None:
    assert reverse("web:team") in find(office, "manager", "team", "en")
    assert reverse("web:team") in find(office, "manager", "我的團隊", "zh-hant")
    assert reverse("web:team") not in find(office, "agent", "团队")
    assert reverse("web:administration") not in find(office, "agent", "管理")
    people = "/records/person/"
    assert people in find(office, "admin", "人员")
    assert people not in find(office, "agent", "人员")


def test_a_register_s_record_is_found_by_its_title_and_by_nobody_who_does_not_see_it(office: Office) -> None:
    done = office.accepted()
    agent = office.browser("agent")
    body = json.dumps(
        {"case": str(done.object), "department": str(office.units["财务部"]), "content": "请核对发票抬头"}
    )
    made = agent.post("/api/v1/chases", body, "application/json")
    assert made.status_code in (201, 202), made.content
    code = made.json()["code"]
    found = find(office, "agent", code)
    assert f"/records/chase/of/{code}/" in found
    assert f"/records/chase/of/{code}/" not in find(office, "stranger", code)


def test_colleagues_are_found_by_pinyin_with_their_posts(office: Office) -> None:
    page = find(office, "agent", "wenruxu")
    assert f'href="/records/person/of/{office.people["manager"]}/"' in page
    assert "同事" in page
    assert "客户服务部 " in page
    assert "温如许" in find(office, "agent", "wr")
    assert "温如许" in find(office, "agent", "溫如許", "zh-hant")
    assert "温如许" not in find(office, "agent", "wenruxiang")
    assert "Colleagues" in find(office, "agent", "wenruxu", "en")


def test_a_colleague_who_is_away_is_shown_with_whoever_stands_in_and_never_why(office: Office) -> None:
    given = {"delegate": office.people["deputy"], "ends_at": "2026-05-28T18:00:00+08:00", "reason": "家中有事"}
    office.do("manager", "delegation.begin", None, **given)
    page = find(office, "agent", "wenruxu")
    assert "不在" in page
    assert "顾怀瑾代理，到 2026-05-28 18:00" in page
    assert "家中有事" not in page
    assert "不在" not in find(office, "agent", "guhuaijin")


def test_who_has_others_decide_some_things_only_is_not_away(office: Office) -> None:
    office.do("manager", "delegation.begin", None, delegate=office.people["deputy"], verbs=["case.settle"])
    assert "不在" not in find(office, "agent", "wenruxu")


def test_the_statements_do_not_grow_with_what_is_found(office: Office) -> None:
    agent, counts = office.browser("agent"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            text(agent, reverse("web:find") + "?q=破损")
        counts.append(len(seen))
        for n in range(3):
            office.case(f"破损 {n}")
    assert counts[0] <= counts[1] <= counts[0] + 3
