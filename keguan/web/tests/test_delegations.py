"""我不在时: delegation from a person's own corner, without scripts: begun, seen by both, ended, refused kindly."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Delegation
from keguan.web.tests.conftest import NOW, Office


def text(client: Client, address: str = "") -> str:
    response = client.get(address or reverse("web:delegation_list"))
    assert response.status_code == 200, response.content.decode()[:400]
    return response.content.decode()


def lend(office: Office, who: str, to: str, **args: str) -> str:
    return begun(office, who, to, **args)[0]


def begun(office: Office, who: str, to: str, **args: str) -> tuple[str, int]:
    given = {"delegate": str(office.people[to]), "starts_at": "", "ends_at": "", "reason": "", **args}
    response = office.browser(who).post(reverse("web:delegation_list"), given)
    return response.content.decode(), response.status_code


def test_it_is_reached_from_every_page_and_open_to_everybody(office: Office) -> None:
    for who in ("agent", "deputy", "stranger"):
        assert f'href="{reverse("web:delegation_list")}"' in text(office.browser(who), reverse("web:today"))
        page = text(office.browser(who))
        assert "您没有委托过代理" in page
        assert "没有人委托您代理" in page
        assert "第二条</a></h2>" in page
        assert "While I am away" in text(office.browser(who, "en"))


def test_a_delegation_is_begun_seen_and_ended_from_the_page(office: Office) -> None:
    office.act("person.add", name="钱多多")
    form = text(office.browser("manager"))
    assert "钱多多" not in form, "who cannot sign in would not see it"
    assert f'<option value="{office.people["agent"]}"' in form
    assert f'<option value="{office.people["manager"]}"' not in form
    said = begun(office, "manager", "agent", ends_at="2026-05-22T18:00", reason="出差")
    assert said[1] == 302
    made = Delegation.objects.get()
    assert (made.delegator_id, made.starts_at) == (office.people["manager"], NOW)
    assert made.ends_at == dt.datetime(2026, 5, 22, 10, tzinfo=dt.UTC)
    end = reverse("web:delegation_end", args=[made.id])
    mine, his = text(office.browser("manager")), text(office.browser("agent"))
    assert "程小满</strong>" in mine
    assert "代理中" in mine
    assert end in mine
    assert "温如许</strong>" in his
    assert "出差" in his
    assert end not in his
    assert "温如许" not in text(office.browser("stranger")).split("委托代理")[0]
    notices = text(office.browser("agent"), reverse("web:notices"))
    assert "温如许委托您代理全部事项" in notices
    assert f'href="{reverse("web:delegation_list")}">温如许委托您' in notices
    assert office.browser("stranger").post(end).status_code == 404
    assert office.browser("agent").post(end).status_code == 422
    with clock.pinned(NOW + dt.timedelta(hours=1)):
        manager = office.browser("manager")
        assert manager.post(end).status_code == 302
        page = text(manager)
        assert "代理已结束" in page
        assert "已结束" in page
        assert end not in page
        again = manager.post(end)
        assert (again.status_code, "这项代理已经结束" in again.content.decode()) == (422, True)
        assert "您代理温如许已经结束" in text(office.browser("agent"), reverse("web:notices"))


def test_what_has_not_begun_is_taken_back(office: Office) -> None:
    lend(office, "manager", "agent", starts_at="2026-05-25T09:00")
    made = Delegation.objects.get()
    assert "撤回<" in text(office.browser("manager"))
    office.browser("manager").post(reverse("web:delegation_end", args=[made.id]))
    assert "已撤回" in text(office.browser("manager"))


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"starts_at": "2026-05-19T09:00"}, "不能从过去开始"),
        ({"starts_at": "2026-05-22T09:00", "ends_at": "2026-05-21T09:00"}, "代理期为空"),
        ({"ends_at": "明天"}, "“明天”不是时间"),
        ({"delegate": ""}, "请填写“代理人”"),
    ],
)
def test_what_is_refused_stands_in_the_form_with_what_was_typed(office: Office, args: dict[str, str], why: str) -> None:
    page, status = begun(office, "manager", "agent", **{"reason": "去南京出差", **args})
    assert status in (400, 422)
    assert why in page
    assert "去南京出差</textarea>" in page
    assert not Delegation.objects.exists()


def test_what_was_delegated_is_not_passed_on(office: Office) -> None:
    lend(office, "manager", "agent")
    page, status = begun(office, "agent", "finance")
    assert status == 422
    assert "不能转托" in page


def test_one_post_of_several_may_be_delegated(office: Office) -> None:
    assert 'name="roles"' not in text(office.browser("manager"))
    [role] = Rows().select("select id, zh from org_role where code = 'finance_dept'")
    post = office.act("post.establish", unit=office.units["客户服务部"], role=role["id"])
    office.act("post.assign", post, person=office.people["manager"], starts_on="2026-01-01")
    assert re.search(
        rf'<select[^>]*name="roles"[^>]*multiple.*value="{role["id"]}"', text(office.browser("manager")), re.DOTALL
    )
    lend(office, "manager", "agent", roles=str(role["id"]))
    assert Delegation.objects.get().roles == [role["id"]]
    assert role["zh"] in text(office.browser("agent"))


def test_the_page_costs_the_same_for_one_and_for_many(office: Office) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(office.browser("manager"))
        return len(seen)

    office.act("delegation.appoint", delegator=office.people["manager"], delegate=office.people["agent"])
    before = cost()
    for who in ("finance", "deputy", "stranger"):
        office.act("delegation.appoint", delegator=office.people["manager"], delegate=office.people[who])
    assert cost() == before
