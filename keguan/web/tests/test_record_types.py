"""Every record type has the same list and page: registers, observations, the company's directory, calendars."""

import csv
import datetime as dt
import io
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.controls import gate, scopes
from keguan.controls.engines.written_order import ordered
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming, table
from keguan.policies.models import Version
from keguan.web import addresses
from keguan.web.doors import new_key
from keguan.web.records.places import places_url
from keguan.web.records.registry import CLASSES
from keguan.web.subjects import subjects
from keguan.web.tests.conftest import NOW, Office

CHASE = "chase"
COMPANY = ("person", "unit", "post", "role", "calendar", "delegation")
# what the case page and the page of a register must have in common: the parts, in their order
PARTS = (
    'class="head"',
    'class="split"',
    'class="steps"',
    'id="actions"',
    'class="facts ',
    'id="timeline"',
    'class="stack aside"',
)


def chase(office: Office, content: str = "请尽快回复检测结果", case: UUID | None = None, **args: Any) -> Done:
    given = {"department": office.units["财务部"], "content": content, **args}
    done = office.do("agent", f"{CHASE}.open", None, case=case or office.accepted().object, **given)
    assert isinstance(done, Done)
    return done


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.content[:400])
    return answer.content.decode()


def titles(page: str) -> list[str]:
    return re.findall(r'class="title" href="[^"]+">([^<]*)<', page)


def post(client: Client, url: str, **body: Any) -> Any:
    return client.post(url, {"idempotency_key": new_key(), **body})


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_and_page_of_the_company_opens(office: Office, language: str) -> None:
    client = office.browser("admin", language)
    for name in COMPANY:
        page = text(client, addresses.list_url(name))
        assert page.count("<h1") == 1
        for url in re.findall(r'class="title" href="([^"]+)"', page)[:3]:
            assert text(client, url).count("<h1") == 1


def test_what_a_policy_calls_a_role_reads_in_every_language(office: Office) -> None:
    for language, role, other in (("en", "Salesperson", "销售人员"), ("zh-hant", "銷售人員", "销售人员")):
        client = office.browser("admin", language)
        for name in ("role", "post"):
            page = text(client, addresses.list_url(name))
            assert role in page, (language, name)
            assert f">{other}<" not in page, (language, name)


def test_a_role_names_the_pack_that_declared_it_and_nobody_types_it(office: Office) -> None:
    admin = office.browser("admin")
    page = text(admin, addresses.page_url("role", "administrator"))
    assert "出自：客管基本规定" in page
    rename = addresses.act_url("role", "administrator", "role.rename")
    assert 'name="source"' not in text(admin, rename)
    assert post(admin, rename, zh="管理员", en="Administrator").status_code == 302
    assert "客管基本规定" in text(admin, addresses.page_url("role", "administrator"))


def test_verbs_are_delegated_by_their_words(office: Office) -> None:
    admin = office.browser("admin")
    form = addresses.new_url("delegation", "delegation.begin")
    assert '<option value="case.close">工单 · 结案</option>' in text(admin, form)
    answer = post(admin, form, delegate=str(office.people["agent"]), verbs=["case.close", "case.note"], reason="外出")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = text(admin, answer["Location"])
    assert "结案、" in page
    assert "case.close" not in re.sub(r"<[^>]*>", " ", page)


def test_a_contact_is_not_called_what_its_customer_is(office: Office) -> None:
    office.customer("江南印务有限公司")
    agent = office.browser("agent")
    [url] = re.findall(r'class="title" href="([^"]+)"', text(agent, addresses.list_url("customer")))
    assert 'value="江南印务有限公司"' in text(agent, f"{url}act/update/")
    assert 'value="江南印务有限公司"' not in text(agent, f"{url}act/contact.add/")


def test_the_page_of_a_register_cannot_be_told_from_the_case_page(office: Office) -> None:
    case = office.accepted()
    done = chase(office, case=case.object)
    client = office.browser("agent")
    one = text(client, addresses.page_url("case", str(case.code)))
    two = text(client, addresses.page_url(CHASE, str(done.code)))
    for page in (one, two):
        places = [page.find(part) for part in PARTS]
        assert -1 not in places, dict(zip(PARTS, places, strict=True))
        assert places == sorted(places)
    assert "请尽快回复检测结果" in two
    assert str(case.code) in two
    lists = [text(client, addresses.list_url(name)) for name in ("case", CHASE)]
    for page in lists:
        for part in ('role="search"', 'class="list-tools"', 'class="table cards"', "data-select-all", 'class="paging"'):
            assert part in page


def test_a_record_is_opened_changed_and_led_on_from_its_pages(office: Office) -> None:
    case = office.accepted()
    client = office.browser("agent")
    url = addresses.new_url(CHASE, "chase.open", case=str(case.object))
    assert str(case.code) in text(client, url)
    refused = post(client, url, case=case.object, content="")
    assert refused.status_code == 422
    assert "is-wrong" in refused.content.decode()
    kept = post(client, url, case=case.object, content="查一下到货单")
    assert "查一下到货单" in kept.content.decode()
    answer = post(client, url, case=case.object, content="查一下到货单", department=office.units["财务部"])
    assert answer.status_code == 302
    page = text(client, answer["Location"])
    assert "查一下到货单" in page
    code = answer["Location"].rstrip("/").rpartition("/")[2]
    assert post(client, addresses.act_url(CHASE, code, "chase.change"), content="再查一下").status_code == 302
    assert "再查一下" in text(client, answer["Location"])
    assert f"{code} {code}" not in text(client, addresses.act_url(CHASE, code, "chase.void"))
    assert post(client, addresses.act_url(CHASE, code, "chase.void"), reason="登记错了").status_code == 302
    voided = text(client, answer["Location"])
    assert "已作废" in voided
    assert 'id="actions"' not in voided


def test_the_case_shows_what_is_kept_for_it_and_where_more_is_opened(office: Office) -> None:
    case = office.accepted()
    client = office.browser("agent")
    address = addresses.page_url("case", str(case.code))
    assert 'id="related"' in text(client, address)
    done = chase(office, case=case.object)
    chase(office, "别的工单的催办")
    page = text(client, address)
    assert f'href="{addresses.page_url(CHASE, str(done.code))}"' in page
    assert "别的工单的催办" not in page
    assert "请尽快回复检测结果" in page.split('id="related"')[1].split("</section>")[0], "its words speak for it"
    assert '<span class="code"></span>' not in page, "a code that is the name is not said again, nor is its place kept"
    listed = text(client, addresses.list_url(CHASE, case=str(case.code)))
    assert titles(listed) == ["请尽快回复检测结果"]
    assert str(case.code) in listed


def test_filters_search_order_and_columns_stand_in_the_address(office: Office) -> None:
    first = chase(office, "甲件：催回复")
    chase(office, "乙件：催退款", department=office.units["销售部门"])
    client = office.browser("agent")
    assert titles(text(client, addresses.list_url(CHASE))) == ["乙件：催退款", "甲件：催回复"]
    assert titles(text(client, addresses.list_url(CHASE, sort="oldest"))) == ["甲件：催回复", "乙件：催退款"]
    assert titles(text(client, addresses.list_url(CHASE, q="退款"))) == ["乙件：催退款"]
    assert titles(text(client, addresses.list_url(CHASE, q=str(first.code)))) == ["甲件：催回复"]
    unit = str(office.units["财务部"])
    assert titles(text(client, addresses.list_url(CHASE, department=unit))) == ["甲件：催回复"]
    assert titles(text(client, addresses.list_url(CHASE, opened_at__from="2026-05-20"))) == [
        "乙件：催退款",
        "甲件：催回复",
    ]
    assert titles(text(client, addresses.list_url(CHASE, opened_at__to="2026-05-19"))) == []
    wrong = text(client, addresses.list_url(CHASE, opened_at__from="never", department="nobody", sort="nothing"))
    assert "没有符合条件" in wrong
    page = text(client, addresses.list_url(CHASE, cols="content,opened_by"))
    assert 'data-label="催办事项"' in page
    assert 'data-label="部门"' not in page


def test_records_without_a_value_come_last_and_no_page_loses_one(office: Office) -> None:
    case = office.accepted().object
    given = {"case": case, "purpose": "当面说明"}
    days = [None, *[f"2026-06-{day:02}" for day in range(1, 29)], None]
    items = [(None, {**given, "arranged_for": day} if day else given) for day in days]
    _, outcomes = gate.run_set(Context(office.people["agent"], "page"), "contact_request.open", items)
    assert all(isinstance(one, Done) for one in outcomes)
    client = office.browser("agent")
    for sort in ("arranged_for", "-arranged_for", "code"):
        seen: list[str] = []
        found: list[str] = []
        address = addresses.list_url("contact_request", sort=sort, cols="arranged_for")
        while address:
            page = text(client, address)
            seen += re.findall(r'name="code" value="([^"]+)"', page)
            found += re.findall(r'data-label="约定日期">([^<]*)<', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = addresses.list_url("contact_request") + following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 30
        if sort != "code":
            assert found[-2:] == ["", ""]
            dated = [day for day in found if day]
            assert dated == sorted(dated, reverse=sort.startswith("-"))


def test_nobody_sees_or_reaches_what_the_policies_do_not_show_him(office: Office) -> None:
    done = chase(office, "金丝雀")
    stranger = office.browser("stranger")
    address = addresses.page_url(CHASE, str(done.code))
    assert "金丝雀" not in text(stranger, addresses.list_url(CHASE))
    assert titles(text(stranger, addresses.list_url(CHASE, q="金丝雀"))) == []
    for url in (address, addresses.act_url(CHASE, str(done.code), "chase.change")):
        assert stranger.get(url).status_code == 404
    assert post(stranger, addresses.act_url(CHASE, str(done.code), "chase.change"), content="改").status_code == 404
    assert "金丝雀" not in text(stranger, reverse("web:record_options", args=[CHASE]) + "?x_query=金丝雀")
    assert stranger.get(addresses.export_url(CHASE)).status_code == 403
    refused = post(stranger, addresses.new_url(CHASE, "chase.open"), content="x", department=office.units["财务部"])
    assert refused.status_code == 422
    assert "没有这个权限" in refused.content.decode()
    for name in ("case", "bulk", "nothing", "approval"):
        assert stranger.get(reverse("web:record_list", args=[name])).status_code == 404


def test_a_masked_fact_is_masked_on_list_page_and_sheet(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    done = chase(office, "金丝雀", title="催一催")
    plain = scopes.masked

    def masks(viewer: Any, record_type: str, known: Any = None) -> frozenset[str]:
        return plain(viewer, record_type, known) | ({"content"} if record_type == CHASE else frozenset())

    client = office.browser("agent")
    assert "金丝雀" in text(client, addresses.page_url(CHASE, str(done.code)))
    monkeypatch.setattr(scopes, "masked", masks)
    monkeypatch.setattr(scopes, "may_export", lambda *_: True)
    sheet = client.get(addresses.export_url(CHASE) + "?format=csv&cols=content").content.decode()
    for page in (
        text(client, addresses.page_url(CHASE, str(done.code))),
        text(client, addresses.list_url(CHASE, cols="content", q="催")),
        sheet,
    ):
        assert "金丝雀" not in page
        assert "•••" in page
    assert titles(text(client, addresses.list_url(CHASE, q="金丝雀"))) == []


def test_a_list_and_a_page_cost_the_same_however_much_there_is(office: Office) -> None:
    case = office.accepted().object
    done = chase(office, case=case)
    office.do("manager", "observation.observe", None, **observed(office))
    client, manager, admin = (office.browser(who) for who in ("agent", "manager", "admin"))
    asks = [
        (client, addresses.list_url(CHASE)),
        (client, addresses.list_url(CHASE, sort="code", cols="case,department,owner,due,opened_by")),
        (client, addresses.page_url(CHASE, str(done.code))),
        (client, reverse("web:case_page", args=[case_code(client)])),
        (manager, addresses.list_url("observation")),
        (admin, addresses.list_url("person")),
        (admin, addresses.list_url("unit")),
        (admin, addresses.list_url("post")),
    ]
    for one, url in asks:
        text(one, url)
    few = [cost(*ask) for ask in asks]
    for number in range(30):
        chase(office, f"第 {number} 件", case=case)
    for number in range(30):
        office.do("manager", "observation.observe", None, **observed(office))
        person = office.act("person.add", name=f"新人{number}")
        unit = office.act("unit.open", name=f"小组{number}", parent=office.units["财务部"])
        established = office.act("post.establish", unit=unit, role=role_of(office))
        office.act("post.assign", established, person=person, starts_on="2026-01-01")
    assert [cost(*ask) for ask in asks] == few


def case_code(client: Client) -> str:
    found = re.search(r'name="code" value="([^"]+)"', text(client, reverse("web:case_list")))
    assert found
    return found[1]


def role_of(office: Office) -> UUID:
    from keguan.org.queries import roles

    return roles()["salesperson"][0]


def observed(office: Office, *, is_offence: bool = False) -> dict[str, Any]:
    return {
        "control": next(key for key in keys() if key.endswith("#helps-customer")),
        "person": office.people["salesperson"],
        "source": "投诉回访",
        "what": "主动寄去了资料",
        "is_offence": is_offence,
    }


def keys() -> list[str]:
    from keguan.web.rules import book

    return [control.key for control in book().of_engine("conduct")]


def test_conduct_is_observed_and_confirmed_from_its_pages(office: Office) -> None:
    client = office.browser("manager")
    url = addresses.new_url("observation", "observation.observe")
    form = text(client, url)
    assert "帮助客户解决困难" in form
    assert 'value="投诉回访"' in form
    answer = post(client, url, **{**observed(office), "is_offence": "false"})
    assert answer.status_code == 302
    page = text(client, answer["Location"])
    assert "待核实" in page
    assert "第二十四条1(4)" not in page
    assert "第二十四条1(3)" in page
    key = answer["Location"].rstrip("/").rpartition("/")[2]
    blocked = post(client, addresses.act_url("observation", key, "offence.confirm"))
    assert blocked.status_code == 422
    assert post(client, addresses.act_url("observation", key, "observation.confirm")).status_code == 302
    assert "已核实" in text(client, answer["Location"])
    assert office.browser("salesperson").get(addresses.list_url("observation")).status_code == 200
    listed = text(office.browser("agent"), addresses.list_url("observation"))
    assert titles(listed) == []
    assert f'class="back" href="{places_url()}"' in listed


def test_the_administration_is_there_only_for_who_administers(office: Office) -> None:
    admin, agent = office.browser("admin"), office.browser("agent")
    place = reverse("web:administration")
    assert f'href="{place}"' in text(admin, reverse("web:today"))
    assert f'href="{place}"' not in text(agent, reverse("web:today"))
    assert agent.get(place).status_code == 404
    page = text(admin, place)
    for name in COMPANY:
        assert f'href="{addresses.list_url(name)}"' in page
    people = text(agent, addresses.list_url("person"))
    assert "程小满" in people
    assert "增加人员" not in people
    refused = post(agent, addresses.new_url("person", "person.add"), name="混进来的")
    assert refused.status_code == 422
    assert "没有这个权限" in refused.content.decode()


def test_somebody_joins_gets_a_post_and_leaves(office: Office) -> None:
    admin = office.browser("admin")
    answer = post(admin, addresses.new_url("person", "person.add"), name="初来", code="A-100")
    assert answer["Location"] == addresses.page_url("person", "A-100")
    assert "没有任职" in text(admin, answer["Location"])
    established = post(
        admin, addresses.new_url("post", "post.establish"), unit=office.units["财务部"], role=role_of(office)
    )
    vacancy = text(admin, addresses.list_url("post"))
    assert "空缺" in vacancy
    key = established["Location"].rstrip("/").rpartition("/")[2]
    form = text(admin, addresses.act_url("post", key, "post.assign"))
    [person] = re.findall(r'value="([0-9a-f-]{36})"[^>]*>初来', form)
    assert post(admin, addresses.act_url("post", key, "post.assign"), person=person).status_code == 302
    assert "初来" in text(admin, addresses.page_url("post", key))
    assert "在任" in text(admin, answer["Location"])
    assert "初来" in text(admin, addresses.list_url("person", q="A-10"))
    assert post(admin, addresses.act_url("person", "A-100", "person.leave"), left_on="2026-05-20").status_code == 302
    assert "已离职" in text(admin, answer["Location"])
    assert "初来" not in text(admin, addresses.list_url("person"))
    assert "初来" in text(admin, addresses.list_url("person", tab="over"))


def test_a_post_is_given_on_the_persons_page_and_a_sign_in_offered_once(office: Office) -> None:
    admin, agent = office.browser("admin"), office.browser("agent")
    url = post(admin, addresses.new_url("person", "person.add"), name="初来", code="A-101")["Location"]
    give, grant = addresses.appoint_url("A-101"), addresses.act_url("person", "A-101", "person.grant_sign_in")
    assert f'href="{give}"' in text(admin, url)
    assert f'href="{give}"' not in text(agent, url)
    assert agent.get(give).status_code == 404
    office.act("post.establish", unit=office.units["财务部"], role=role_of(office))
    form = text(admin, give)
    [(key, _)] = [one for one in re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]*)<', form)
                  if "财务部" in one[1] and "空缺" in one[1]]  # fmt: skip
    assert 'type="submit"' in form[form.index('id="act"') :], "nothing stands against it yet"
    empty = post(admin, give, starts_on="2026-05-01")
    assert empty.status_code == 422
    assert "还没有选岗位" in empty.content.decode()
    assert "2026-05-01" in empty.content.decode(), "what was typed stays"
    backwards = post(admin, give, post=key, starts_on="2026-05-10", ends_on="2026-05-01")
    assert backwards.status_code == 422
    assert f'value="{key}" selected' in backwards.content.decode()
    assert post(admin, give, post=key, starts_on="2026-05-01")["Location"] == url
    assert "在任" in text(admin, url)
    assert f'href="{grant}"' in text(admin, url)
    assert post(admin, grant, username="chulai").status_code == 302
    assert f'href="{grant}"' not in text(admin, url)
    assert addresses.act_url("person", "A-101", "person.withdraw_sign_in") in text(admin, url)
    assert post(admin, addresses.act_url("person", "A-101", "person.leave"), left_on="2026-05-20").status_code == 302
    assert f'href="{give}"' not in text(admin, url)


def test_what_somebody_owns_is_handed_over_and_the_page_says_what_stayed(office: Office) -> None:
    office.accepted("交接的一件")
    admin = office.browser("admin")
    who = str(office.people["agent"])
    url = addresses.page_url("person", who)
    assert "手上的事" in text(admin, url)
    hand_over = addresses.act_url("person", who, "person.hand_over")
    assert re.search(r'<select[^>]*name="types"[^>]*multiple', text(admin, hand_over))
    assert '<option value="case">工单</option>' in text(admin, hand_over)
    kept = post(admin, hand_over, to=[who], types=["case"])
    assert kept.status_code == 422
    assert '<option value="case" selected>' in kept.content.decode(), "what was chosen stays"
    assert f'<option value="{who}" selected>' in kept.content.decode()
    answer = post(admin, hand_over, to=str(office.people["manager"]), types=["case", "customer"])
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert "最近一次移交" in text(admin, url)


def test_a_year_of_a_calendar_shows_working_days_holidays_and_what_is_not_announced(office: Office) -> None:
    admin = office.browser("admin")
    listed = text(admin, addresses.list_url("calendar"))
    [url] = re.findall(r'class="title" href="([^"]+)"', listed)
    page = text(admin, f"{url}?year=2025")
    assert page.count('class="month"') == 12
    assert "247 个工作日" in page or "248 个工作日" in page
    assert "国庆节" in page
    assert "调休上班" in page
    assert "还没有公布" not in page
    assert "还没有公布" in text(admin, f"{url}?year=2033")
    key = url.rstrip("/").rpartition("/")[2]
    act = addresses.act_url("calendar", key, "calendar.add_days")
    assert post(admin, act, on="2026-06-01", name="盘点", hours="").status_code == 302
    assert "盘点" in text(admin, f"{url}?year=2026")
    assert post(admin, act, on="2026-06-02", name="盘点", hours="08:00-12:00, 13:00-15:00").status_code == 302
    assert "08:00–12:00、13:00–15:00　盘点" in text(admin, f"{url}?year=2026")
    assert "休息　盘点" in text(office.browser("admin", "zh-hant"), f"{url}?year=2026")


def test_the_week_is_set_in_inputs_and_wrong_windows_stay_as_typed(office: Office) -> None:
    admin = office.browser("admin")
    [url] = re.findall(r'class="title" href="([^"]+)"', text(admin, addresses.list_url("calendar")))
    key = url.rstrip("/").rpartition("/")[2]
    act = addresses.act_url("calendar", key, "calendar.set")
    assert text(admin, act).count('placeholder="09:00-12:00, 13:30-18:00"') == 5
    days = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    week = dict.fromkeys((f"spec_{day}" for day in days), "08:30-12:00，13:30-17:30")
    refused = post(admin, act, **{**week, "spec_MON": "八点半到五点"})
    assert refused.status_code == 422
    assert "八点半到五点" in refused.content.decode()
    assert post(admin, act, **{**week, "spec_SAT": "休", "spec_SUN": "休", "spec_holidays": "CN"}).status_code == 302
    english = office.browser("admin", "en")
    with clock.pinned(NOW + dt.timedelta(minutes=1)):
        assert "08:30–12:00、13:30–17:30" in text(admin, url)
        assert "08:30–12:00, 13:30–17:30" in text(english, url)
    assert 'value="08:30-12:00, 13:30-17:30"' in text(admin, act)
    assert 'value="休"' in text(admin, act)
    typed = text(english, act)
    assert 'value="closed"' in typed
    assert "休" not in typed
    assert post(english, act, **{**week, "spec_SAT": "Closed", "spec_SUN": "closed"}).status_code == 302
    assert text(english, act).count('value="closed"') == 2


def test_many_records_are_led_on_at_once_and_a_sheet_is_taken_home(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = chase(office, "甲"), chase(office, "乙")
    client = office.browser("agent")
    page = text(client, addresses.list_url(CHASE))
    verbs = re.findall(r'formaction="([^"?]+)', page)
    assert verbs
    for verb in verbs:
        form = client.post(verb, {"code": [str(one.code), str(two.code)]})
        assert form.status_code == 200
    selection = re.search(r'name="selection" value="([^"]+)"', form.content.decode())
    assert selection
    answered = post(client, addresses.many_url(CHASE, "chase.answer"), selection=selection[1], answer="已回复客户")
    assert answered.status_code == 302
    assert "已回复客户" in text(client, addresses.page_url(CHASE, str(one.code)))
    outcome = text(client, answered["Location"])
    assert "办成" in outcome
    monkeypatch.setattr(scopes, "may_export", lambda *_: True)
    sheet = client.get(addresses.export_url(CHASE) + "?format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert len(rows) == 3
    assert rows[0][0] == "编号"


@pytest.mark.parametrize(
    ("language", "act", "stage", "opening"),
    [
        ("zh-hans", "答复", "已答复", "发起催办"),
        ("zh-hant", "答覆", "已答覆", "發起催辦"),
        ("en", "Answer", "Answered", "Chase a department"),
    ],
)
def test_an_act_is_called_what_the_clause_calls_it_and_its_stage_by_its_name(
    office: Office, language: str, act: str, stage: str, opening: str
) -> None:
    client = office.browser("agent", language)
    assert f">{opening}<" in text(client, addresses.list_url(CHASE)).replace("</svg>", ">")
    code = str(chase(office).code)
    page = text(client, addresses.page_url(CHASE, code))
    buttons = section(page, 'id="actions"')
    assert re.search(rf">\s*{act}\s*<", buttons)
    assert stage not in buttons
    steps = re.findall(r"<span>([^<]*)<", page[page.index('class="steps"') : page.index("</ol>")])
    assert steps[-1] == stage
    form = text(client, addresses.act_url(CHASE, code, "chase.answer"))
    assert re.search(rf"<h1[^>]*>\s*{act}\s*<", form)
    assert post(client, addresses.act_url(CHASE, code, "chase.answer"), answer="收到").status_code == 302
    course = section(text(client, addresses.page_url(CHASE, code)), 'id="timeline"')
    assert re.search(rf">\s*{act}\s*<", course)
    assert stage not in course


def test_stages_that_were_left_out_are_not_shown_as_passed(office: Office) -> None:
    client, done = office.browser("agent"), chase(office)
    office.do("agent", "chase.give_help", done.object, help="代为联系")

    def steps() -> list[tuple[str, str]]:
        page = text(client, addresses.page_url(CHASE, str(done.code)))
        stepper = page[page.index('class="steps"') : page.index("</ol>")]
        return re.findall(r'<li class="(\w+)"[^>]*><span>([^<]*)<', stepper)

    assert steps() == [("done", "已催办"), ("skipped", "已反映困难"), ("done", "已协助"), ("now", "已答复")]
    office.do("agent", "chase.answer", done.object, answer="已寄出")
    assert steps() == [("done", "已催办"), ("skipped", "已反映困难"), ("done", "已协助"), ("done", "已答复")]


def section(page: str, mark: str) -> str:
    start = page.index(mark)
    return page[start : page.index("</section>", start)]


def test_a_view_of_a_register_is_saved(office: Office) -> None:
    chase(office)
    client = office.browser("agent")
    body = {"name": "财务的", "query": f"department={office.units['财务部']}&sort=oldest&evil=1", "unit": ""}
    saved = client.post(reverse("web:view_save", args=[CHASE]), body)
    assert saved["Location"].startswith(addresses.list_url(CHASE))
    assert "evil" not in saved["Location"]
    assert "财务的" in text(client, addresses.list_url(CHASE))


def test_fields_stand_in_the_order_in_which_the_clause_writes_them(office: Office) -> None:
    version = Version.objects.get(policy="forms")
    [form] = [one["form"] for one in version.body["controls"] if one["form"].get("type") == CHASE]
    assert list(form["fields"]) == sorted(form["fields"], key=lambda name: (len(name), name))
    written = ordered({"fields": form["fields"]}, form["order"])["fields"]
    assert list(written) == ["department", "content", "difficulty", "help", "answer"]
    page = text(office.browser("agent"), addresses.new_url(CHASE, "chase.open"))
    places = [page.index(f'name="{name}"') for name in written if name in ("department", "content")]
    assert places == sorted(places)


def test_lists_that_mix_records_lead_to_a_register_too_and_only_whom_it_is_shown(office: Office) -> None:
    done = chase(office, title="催一催")
    mine = subjects(office.people["agent"], [(CHASE, done.object)], None, "today")
    assert mine[done.object].name.zh == f"{done.code} 催一催"
    assert mine[done.object].url == addresses.page_url(CHASE, str(done.code))
    assert subjects(office.people["stranger"], [(CHASE, done.object)], None, "today") == {}


def test_a_record_without_a_title_says_what_it_is_where_types_mix(office: Office) -> None:
    done = chase(office)
    [told] = subjects(office.people["agent"], [(CHASE, done.object)], None, "today").values()
    assert told.name.zh == f"{done.code} 请尽快回复检测结果", "its first words speak for it"
    asked = naming.named(office.people["agent"], {CHASE: [done.object]})[CHASE][done.object]
    assert table.coded(asked).text == done.code, "in a sheet its code, by which it is read back"
    form = "opinion_survey"
    silent = office.do("agent", f"{form}.open", None, person=office.people["agent"], score="92.5")
    assert isinstance(silent, Done)
    [told] = subjects(office.people["manager"], [(form, silent.object)], None, "today").values()
    label = vocabulary.types[form].label
    assert (told.name.zh, told.name.en) == (f"{label.zh} {silent.code}", f"{label.en} {silent.code}")
    assert told.short == told.name
    found = naming.named(office.people["manager"], {form: [silent.object]})[form][silent.object]
    assert found.full == told.name
    assert found.beside(label).zh == silent.code, "the label beside it says the type already"


def test_every_type_that_shares_its_addresses_has_pages() -> None:
    assert set(CLASSES) == addresses.SHARED
