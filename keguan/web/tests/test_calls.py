"""Calls: from the switch's report through the banner to the registered case; and seats."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.calls.models import Call, Seat
from keguan.kernel import clock
from keguan.kernel.journal.agreement import compare
from keguan.web.tests.conftest import NOW, PASSWORD, Office

NUMBER = "13800002207"


@pytest.fixture
def agent(office: Office) -> Client:
    """Somebody who sits at extension 801."""
    client = office.browser("agent")
    client.post(reverse("web:call_list"), {"extension": "８０１"})
    return client


def ring(office: Office, who: str = "manager", **args: object) -> Call:
    given = {"switch_id": "sw-1", "number": NUMBER, "extension": "801", **args}
    return Call.objects.get(id=office.do(who, "call.ring", None, **given).object)


def banner(client: Client) -> str:
    return client.get(reverse("web:ringing")).content.decode()


def test_a_call_rings_for_whoever_sits_at_the_extension(office: Office, agent: Client) -> None:
    call = ring(office)
    assert call.person_id == office.people["agent"]
    assert "138 0000 2207" in banner(agent)
    assert 'data-key="F4"' in banner(agent)
    assert "138" not in banner(office.browser("manager"))


def test_a_call_that_nobody_ended_stops_ringing(office: Office, agent: Client) -> None:
    ring(office)
    with clock.pinned(NOW + dt.timedelta(minutes=3)):
        assert banner(agent).strip() == ""


def test_whoever_took_the_extension_last_has_it(office: Office, agent: Client) -> None:
    manager = office.browser("manager")
    with clock.pinned(NOW + dt.timedelta(minutes=1)):
        manager.post(reverse("web:call_list"), {"extension": "801"})
        assert ring(office).person_id == office.people["manager"]
        assert "签入" in agent.get(reverse("web:call_list")).content.decode()
    with clock.pinned(NOW + dt.timedelta(minutes=2)):
        manager.post(reverse("web:call_list"), {"extension": "802"})
        assert ring(office, switch_id="sw-2").person_id is None
        assert ring(office, switch_id="sw-3", extension="802").person_id == office.people["manager"]
        manager.post(reverse("web:seat_leave"))
        assert ring(office, switch_id="sw-4", extension="802").person_id is None


def test_pages_ask_what_rings_only_while_their_reader_sits_somewhere(office: Office, agent: Client) -> None:
    polls = 'id="ringing"'
    assert polls in agent.get(reverse("web:today")).content.decode()
    assert polls not in office.browser("manager").get(reverse("web:today")).content.decode()
    agent.post(reverse("web:seat_leave"))
    assert polls not in agent.get(reverse("web:today")).content.decode()
    assert Seat.objects.get().left_at is not None


def test_the_callers_customer_is_chosen_and_the_case_is_the_calls(office: Office, agent: Client) -> None:
    customer = office.do(
        "agent", "customer.add", None, name="𠮷祥印务", contact_name="孟晚", contact_phones=[NUMBER]
    ).object
    call = ring(office, number="+86 138-0000-2207")
    assert "𠮷祥印务" in banner(agent)
    taken = agent.get(reverse("web:call_take", args=[call.id]))
    asked = parse_qs(urlsplit(taken["Location"]).query)
    assert asked["customer"] == [str(customer)]
    form = agent.get(taken["Location"]).content.decode()
    assert re.search(rf'name="customer" value="{customer}" checked', form)
    assert f'name="call" value="{call.id}"' in form
    assert NUMBER in form
    posted = {
        "kind": "consultation",
        "title": "问发票",
        "channel": "phone",
        "customer": str(customer),
        "call": str(call.id),
    }
    assert agent.post(reverse("web:case_take"), posted).status_code == 302
    call.refresh_from_db()
    assert call.case is not None
    assert (call.case.title, call.customer_id, call.stage) == ("问发票", customer, "answered")
    assert "问发票" in agent.get(reverse("web:call_list")).content.decode()
    assert compare().is_sound


def test_a_stranger_is_a_new_customer_with_that_number(office: Office, agent: Client) -> None:
    call = ring(office)
    address = agent.get(reverse("web:call_take", args=[call.id]))["Location"]
    form = agent.get(address).content.decode()
    assert re.search(r'value="new" checked', form)
    assert re.search(rf'value="{NUMBER}" name="new_phone"', form)


def test_of_several_contacts_the_one_with_the_number_calls(office: Office, agent: Client) -> None:
    customer = office.do(
        "agent", "customer.add", None, name="望舒诊所", contact_name="区医生", phones=["0512-65551234"]
    )
    for name, number in (("陆明", NUMBER), ("方圆", "13811110002"), ("何静", "13811110003"), ("同机", "13811110003")):
        office.do("agent", "contact.add", customer.object, name=name, phones=[number])

    def contact(number: str, n: str) -> list[str]:
        call = ring(office, switch_id=n, number=number)
        asked = parse_qs(urlsplit(agent.get(reverse("web:call_take", args=[call.id]))["Location"]).query)
        assert asked["customer"] == [str(customer.object)]
        return asked.get("contact_name", [])

    ring(office, switch_id="first")
    assert "望舒诊所 · 陆明" in banner(agent)
    assert contact("13811110002", "a") == ["方圆"]
    assert contact("0512-65551234", "b") == ["区医生"], "the customer's own number: the main contact"
    assert contact("13811110003", "c") == [], "two have it: nobody is guessed"


def test_a_number_that_two_customers_have_is_nobody_s(office: Office, agent: Client) -> None:
    for name in ("甲公司", "乙公司"):
        office.do("agent", "customer.add", None, name=name, phones=[NUMBER])
    ring(office)
    assert "甲公司" not in banner(agent)


def test_the_call_that_rang_first_keeps_the_key(office: Office, agent: Client) -> None:
    first = ring(office)
    with clock.pinned(NOW + dt.timedelta(seconds=5)):
        second = ring(office, switch_id="sw-2", number="13900001111")
        shown = banner(agent)
    assert re.findall(r"/calls/([\w-]+)/take/\"( data-key)?", shown) == [
        (str(first.id), " data-key"),
        (str(second.id), ""),
    ]


@pytest.mark.parametrize("said", ["", "anonymous", "8003", None])
def test_a_call_is_not_lost_for_its_number(office: Office, agent: Client, said: str | None) -> None:
    assert ring(office, number=said).number is None
    assert "隐藏号码" in banner(agent)
    assert "没有登记过的号码" not in banner(agent)


def test_a_missed_call_names_its_customer(office: Office, agent: Client) -> None:
    office.do("agent", "customer.add", None, name="望舒诊所", contact_name="区医生", contact_phones=[NUMBER])
    office.do("manager", "call.end", ring(office).id)
    assert "望舒诊所 · 区医生" in agent.get(reverse("web:call_list") + "?tab=missed").content.decode()


def test_whoever_signs_in_again_sits_there_still(office: Office, agent: Client) -> None:
    again = Client()
    signed = again.post("/accounts/login/", {"login": "agent", "password": PASSWORD}, follow=True)
    assert 'id="ringing"' in signed.content.decode()
    other = Client().post("/accounts/login/", {"login": "manager", "password": PASSWORD}, follow=True)
    assert 'id="ringing"' not in other.content.decode()


def test_a_missed_call_waits_until_somebody_follows_it_up(office: Office, agent: Client) -> None:
    call = ring(office)
    office.do("manager", "call.end", call.id)
    page = agent.get(reverse("web:call_list") + "?tab=missed").content.decode()
    assert "138 0000 2207" in page
    assert "未接" in page
    case = office.case("回电").object
    office.do("agent", "call.file", call.id, case=case)
    assert "138 0000 2207" not in agent.get(reverse("web:call_list") + "?tab=missed").content.decode()


def test_a_call_ends_once_and_is_reported_once(office: Office, agent: Client) -> None:
    call = ring(office)
    office.do("manager", "call.end", call.id, seconds=12)
    call.refresh_from_db()
    assert (call.stage, call.seconds) == ("ended", 12)
    with pytest.raises(AssertionError, match="已经结束"):
        office.do("manager", "call.end", call.id)
    with pytest.raises(AssertionError, match="已经报过"):
        ring(office)


def test_those_without_the_right_see_no_calls(office: Office, agent: Client) -> None:
    call = ring(office)
    seller = office.browser("salesperson")
    assert seller.get(reverse("web:call_list")).status_code == 404
    assert seller.get(reverse("web:call_take", args=[call.id])).status_code == 404
    link = f'href="{reverse("web:call_list")}"'
    assert link in agent.get(reverse("web:today")).content.decode()
    assert link not in seller.get(reverse("web:today")).content.decode()


def test_a_refused_seat_keeps_what_was_typed(office: Office) -> None:
    answer = office.browser("agent").post(reverse("web:call_list"), {"extension": "9" * 21})
    assert answer.status_code == 422
    assert "9" * 21 in answer.content.decode()


def test_many_calls_cost_as_many_statements_as_few(office: Office, agent: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            agent.get(reverse("web:call_list"))
        return len(found)

    ring(office, switch_id="a")
    few = statements()
    for n in range(12):
        ring(office, switch_id=f"b{n}")
    assert statements() == few


def test_quick_find_leads_to_the_calls_of_who_may_sit_there(office: Office) -> None:
    address = f'href="{reverse("web:call_list")}"'
    found = {
        who: office.browser(who).get(reverse("web:find") + "?q=来电", headers={"HX-Request": "true"})
        for who in ("agent", "finance")
    }
    assert address in found["agent"].content.decode()
    assert address not in found["finance"].content.decode()
