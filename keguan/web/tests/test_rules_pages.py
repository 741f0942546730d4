"""Policies, evidence, find, and trouble: live figures open their lists, and nobody sees what he may not."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.controls.queries import Judgement
from keguan.controls.sweep import sweep
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.policies.rulebooks import current
from keguan.web.tests.conftest import NOW, PASSWORD, Office
from keguan.web.views import today
from keguan.web.views.evidence import _detail

POLICY = "service-and-complaints"
CLOSE = f"{POLICY}#close"
SETTLE = f"{POLICY}#settle"


def text(client: Client, address: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == status
    return response.content.decode()


def listed(key: str, tab: str = "") -> str:
    return reverse("web:evidence", args=[key]) + (f"?tab={tab}" if tab else "")


def test_a_policy_reads_as_a_tree_with_its_controls(office: Office) -> None:
    page = text(office.browser("agent"), reverse("web:policy_page", args=[POLICY]))
    for words in ("第二十六条1", "自客户服务部受理之日起六日内结案", "由人遵行，没有管控在运行", "工单编号规则"):
        assert words in page
    assert page.index("第四章") < page.index("第二十六条1")
    assert text(office.browser("agent"), reverse("web:policy_page", args=["no-such"]), 404)
    assert text(office.browser("agent"), reverse("web:policy_page", args=[POLICY]) + "?version=9", 404)


def test_figures_open_the_lists_behind_them(office: Office) -> None:
    done = office.accepted()
    agent = office.browser("agent")
    page = text(agent, reverse("web:policy_page", args=[POLICY]))
    assert f'href="{listed(CLOSE, "running")}"' in page
    assert str(done.code) in text(agent, listed(CLOSE, "running"))
    with clock.pinned(NOW + dt.timedelta(days=8)):
        sweep()
        broken = text(agent, listed(CLOSE, "broken"))
        assert str(done.code) in broken
        assert "仍未办结" in broken
        assert "破 1" in text(agent, reverse("web:policy_page", args=[POLICY]))
        assert str(done.code) not in text(agent, listed(CLOSE, "kept"))


def test_a_decision_table_counts_what_each_row_decided(office: Office) -> None:
    waiting = office.asked("3200")
    office.do("deputy", "approval.consent", waiting.approval)
    page = text(office.browser("agent"), listed(SETTLE))
    rows = re.findall(r'<td class="num">(\d+)</td>', page)
    assert rows == ["0", "1", "0"]


def test_a_parameter_that_is_not_set_is_told(office: Office) -> None:
    page = text(office.browser("agent", "en"), reverse("web:policy_page", args=[POLICY]))
    book = current(NOW)
    unset = {control.id for control in book.controls if control.policy == POLICY and not control.is_configured}
    assert page.count("not configured") == len(unset)
    assert "chase-answer" in unset
    assert "pass-on" not in unset, "the office has set how soon customers are told"


def test_evidence_names_only_what_the_viewer_may_see(office: Office) -> None:
    done = office.accepted()
    assert str(done.code) in text(office.browser("manager"), listed(CLOSE, "running"))
    for who in ("stranger", "salesperson"):
        page = text(office.browser(who), listed(CLOSE, "running"))
        assert str(done.code) not in page
        assert "到货三箱" not in page
    assert text(office.browser("agent"), listed("no-such#control"), 404)


def test_find_looks_where_the_viewer_may_look(office: Office) -> None:
    office.customer("江南印务有限公司")
    done = office.case()
    address = reverse("web:find")
    agent = office.browser("agent")
    assert "江南印务有限公司" in text(agent, address + "?q=jnyw")
    assert str(done.code) in text(agent, address + "?q=外包装破损")
    assert "第二十七条" in text(agent, address + "?q=核决权限")
    assert reverse("web:case_take") in text(agent, address + "?q=受理")
    part = text(agent, address + "?q=江南", headers={"HX-Request": "true"})
    assert "<html" not in part
    assert "江南印务有限公司" in part
    stranger = office.browser("stranger")
    assert "江南印务有限公司" not in text(stranger, address + "?q=江南")
    assert str(done.code) not in text(stranger, address + "?q=外包装破损")
    assert text(agent, address)
    assert text(agent, address + "?q=%25_'<b>")
    assert text(agent, address + "?q=%00", 400)


@pytest.mark.parametrize("who", ["agent", "admin", "stranger"])
def test_the_import_is_offered_to_those_who_may(office: Office, who: str) -> None:
    offers = reverse("web:import_places") in text(office.browser(who), reverse("web:today"))
    assert offers == (who != "stranger")


def test_pages_of_rules_cost_the_same_for_one_row_and_for_many(office: Office) -> None:
    def cost() -> list[int]:
        found = []
        for address in (listed(CLOSE), listed(SETTLE), reverse("web:policy_list"), reverse("web:find") + "?q=破损"):
            with CaptureQueriesContext(connection) as seen:
                text(agent, address)
            found.append(len(seen))
        return found

    agent = office.browser("agent")
    waiting = office.asked(title="破损")
    office.do("deputy", "approval.consent", waiting.approval)
    cost()
    before = cost()
    for n in range(10):
        again = office.asked(title=f"破损 {n}")
        office.do("deputy", "approval.consent", again.approval)
    assert cost() == before


def test_a_database_that_is_away_is_told_kindly(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(today, "book", gone)
    client = office.browser("agent")
    response = client.get(reverse("web:today"))
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "暂时连不上数据库" in response.content.decode()


def test_a_fault_of_ours_is_owned_up_to(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(today, "book", broken)
    client = office.browser("agent", "en")
    client.raise_request_exception = False
    response = client.get(reverse("web:today"))
    assert response.status_code == 500
    assert "it was not you" in response.content.decode()


def test_an_unknown_address_says_so(office: Office) -> None:
    assert "没有这一页" in text(office.browser("agent"), "/no/such/page/", 404)
    assert "没有这一页" in text(Client(), "/no/such/page/", 404)


def test_signing_in_and_being_locked_out(office: Office) -> None:
    client = Client()
    address = reverse("account_login")
    assert "登录" in text(client, address)
    good = client.post(address, {"login": "agent", "password": PASSWORD})
    assert (good.status_code, good["Location"]) == (302, "/")
    other = Client()
    answers = [other.post(address, {"login": "manager", "password": "wrong"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert "账号暂时锁定" in answers[-1].content.decode()


def test_the_gallery_is_part_of_the_product(office: Office) -> None:
    assert text(office.browser("agent"), reverse("web:gallery"))
    assert text(office.browser("agent"), reverse("web:gallery_page", args=["today"]))


def test_signing_in_is_not_announced(office: Office) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "agent", "password": PASSWORD})
    assert 'class="flash success' not in text(client, reverse("web:today"))


def test_a_second_judgement_says_what_was_judged_first() -> None:
    late = Judgement(uuid4(), "case", None, "kept", None, None, before="broken")
    assert _detail(late, {}) == Label("原判“破”，后补记录：守", "was “broken”; recorded late: kept")
    other = Judgement(uuid4(), "case", None, "broken", None, None, before="kept")
    assert _detail(other, {}) == Label(
        "原判“守”，更正后重判：破", "was “kept”; judged again after a correction: broken"
    )
