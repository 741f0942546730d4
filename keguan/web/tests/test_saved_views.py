"""Saved views: an address with a name, one's own or shared with a unit."""

import re
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from keguan.kernel.journal.agreement import compare
from keguan.lists.models import Bulk, View
from keguan.web.tests.conftest import Office
from keguan.web.tests.test_bulk import cases, ran

LIST = "web:case_list"


def save(client: Client, name: str, query: str, unit: str = "") -> str:
    body = {"name": name, "query": query, "unit": unit}
    response = client.post(reverse("web:view_save", args=["case"]), body)
    assert response.status_code == 302
    return str(response["Location"])


def links(client: Client) -> dict[str, str]:
    page = client.get(reverse(LIST)).content.decode()
    nav = re.search(r'<nav class="view-links".*?</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav[0]) if nav else []
    return {name: address.replace("&amp;", "&") for address, name in found}


def test_a_view_keeps_filters_order_and_columns_in_its_address(office: Office) -> None:
    office.case("甲件", kind="complaint", order_no="DD-1")
    office.case("乙件", kind="consultation")
    client = office.browser("agent")
    location = save(client, "𠮷日投诉", "kind=complaint&sort=oldest&cols=order_no&evil=1&after=x")
    assert "evil" not in location
    assert "after" not in location
    address = links(client)["𠮷日投诉"]
    page = client.get(reverse(LIST) + address).content.decode()
    assert "甲件" in page
    assert "乙件" not in page
    assert "DD-1" in page
    assert re.search(r'aria-current="page"[^>]*>𠮷日投诉</a>', page)


def test_the_same_name_again_is_the_same_view(office: Office) -> None:
    client = office.browser("agent")
    save(client, "我的", "kind=complaint")
    save(client, "我的", "kind=consultation")
    assert list(View.objects.values_list("query", flat=True)) == ["kind=consultation"]


def test_only_the_unit_with_which_it_is_shared_sees_it_and_only_its_owner_removes_it(office: Office) -> None:
    agent, manager, seller = (office.browser(who) for who in ("agent", "manager", "salesperson"))
    save(agent, "组里的", "tab=late", str(office.units["客户服务部"]))
    save(agent, "自己的", "tab=mine")
    save(agent, "别的部门的", "tab=all", str(office.units["财务部"]))
    assert "只能共享给您任职的部门" in agent.get(reverse(LIST)).content.decode()
    assert set(links(agent)) == {"组里的", "自己的"}
    assert set(links(manager)) == {"组里的"}
    assert links(seller) == {}
    assert links(office.browser("finance")) == {}
    assert "程小满 共享给客户服务部" in manager.get(reverse(LIST)).content.decode()
    key = View.objects.get(name="组里的").id
    address = reverse("web:view_remove", args=["case", key])
    assert manager.post(address).status_code == 404
    assert agent.get(address).status_code == 405
    assert agent.post(address).status_code == 302
    assert links(manager) == {}
    assert agent.post(address).status_code == 404


def test_what_cannot_be_saved_is_told(office: Office) -> None:
    client = office.browser("agent", "en")
    for name in ("", "  ", "长" * 61):
        save(client, name, "")
    assert not View.objects.exists()
    assert "give the view a name" in client.get(reverse(LIST)).content.decode()
    assert client.post(reverse("web:view_save", args=["nothing"]), {"name": "a"}).status_code == 404
    assert client.post(reverse("web:view_remove", args=["case", uuid4()])).status_code == 404
    assert (
        client.post(reverse("web:view_save", args=["customer"]), {"name": "客户", "query": "kind=person"}).status_code
        == 302
    )
    assert "客户" not in links(client)


def test_views_and_bulk_acts_are_accounted_for_by_the_journal(office: Office) -> None:
    client = office.browser("agent")
    save(client, "我的", "kind=complaint")
    save(client, "我的", "kind=consultation", str(office.units["客户服务部"]))
    ran(client, "accept", cases(office, 3))
    ran(client, "close", cases(office, 2))
    client.post(reverse("web:view_remove", args=["case", View.objects.get().id]))
    assert Bulk.objects.count() == 2
    report = compare()
    assert report.findings == []
    assert report.records > 10
