"""One verb on many records: chosen by ticks or by the list's filters, run once, told record by record."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from keguan.cases.models import Case
from keguan.controls import gate
from keguan.controls.models import Approval
from keguan.customers.models import Customer
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.lists import bulk
from keguan.lists.models import Bulk
from keguan.web.selection import packed, unpacked
from keguan.web.tests.conftest import Office


def many(verb: str, filters: str = "") -> str:
    return reverse("web:case_act_many", args=[verb]) + filters


def carried(page: str) -> str:
    found = re.search(r'name="selection" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def cases(office: Office, count: int, title: str = "包装破损") -> list[UUID]:
    given = {"kind": "complaint", "channel": "phone", "owner": office.people["agent"]}
    items = [(None, {**given, "title": f"{title} {n}"}) for n in range(count)]
    _, outcomes = gate.run_set(Context(office.people["agent"], "page"), "case.open", items)
    assert all(isinstance(one, Done) for one in outcomes)
    return [one.object for one in outcomes if one.object is not None]


def ran(client: Client, verb: str, keys: list[UUID], key: str = "", **args: str) -> tuple[str, str]:
    body = {"selection": packed(keys), "idempotency_key": key or str(uuid4()), **args}
    response = client.post(many(verb), body)
    assert response.status_code == 302, response.content.decode()
    return response["Location"], client.get(response["Location"]).content.decode()


def test_all_that_the_filter_holds_are_chosen_and_no_others(office: Office) -> None:
    cases(office, 30, "𠮷祥包装")
    cases(office, 2, "别的事")
    client = office.browser("manager")
    listed = client.get(reverse("web:case_list") + "?q=𠮷祥").content.decode()
    assert "符合条件的全部 30 件" in listed
    address = re.search(r'formaction="([^"]*/assign/[^"]*)"', listed)
    assert address is not None
    form = client.post(address[1].replace("&amp;", "&"), {"all": "1"}).content.decode()
    assert "等共 30 件" in form
    chosen = unpacked(carried(form))
    assert set(chosen) == set(Case.objects.filter(title__startswith="𠮷祥").values_list("id", flat=True))
    args = {"owner": str(office.people["manager"])}
    response = client.post(many("assign"), {"selection": carried(form), "idempotency_key": str(uuid4()), **args})
    assert response.status_code == 302
    assert Case.objects.filter(owner=office.people["manager"]).count() == 30


def test_what_was_refused_stands_with_its_reason_and_clause_and_can_be_tried_again(office: Office) -> None:
    ready, early = office.accepted("甲"), office.case("乙")
    client = office.browser("agent")
    _, page = ran(client, "close", [ready.object, early.object])
    assert "未办的 2 件" in page
    assert len(re.findall(r'<a class="clause[^>]*href="/policies/[^>]*>[^<]*第[^<]+</a>', page)) >= 1
    assert set(unpacked(carried(page))) == {ready.object, early.object}
    _, page = ran(client, "accept", [ready.object, early.object])
    assert unpacked(carried(page)) == [ready.object]
    assert Case.objects.get(id=early.object).stage == "accepted"


def test_what_is_gone_on_with_knows_what_it_was_given(office: Office) -> None:
    early, client = office.case("乙").object, office.browser("agent")
    _, page = ran(client, "close", [early])
    address = re.search(r'action="([^"]*\?again=[^"]*)"', page)
    assert address is not None
    key = Bulk.objects.get().id
    Bulk.objects.filter(id=key).update(verb="case.note", args={"text": "已电话告知"})
    form = client.post(many("note", f"?again={key}"), {"selection": packed([early])}).content.decode()
    assert "已电话告知" in form
    for other in (
        client.post(many("accept", f"?again={key}"), {"selection": packed([early])}),
        office.browser("manager").post(many("note", f"?again={key}"), {"selection": packed([early])}),
    ):
        assert "已电话告知" not in other.content.decode()


def test_posted_twice_it_runs_once(office: Office) -> None:
    keys, client, key = cases(office, 3), office.browser("agent"), str(uuid4())
    first, _ = ran(client, "note", keys, key, text="已电话告知")
    again, page = ran(client, "note", keys, key, text="已电话告知")
    assert first == again
    assert Bulk.objects.count() == 1
    assert "未办的" not in page
    shown = client.get(reverse("web:case_page", args=[Case.objects.get(id=keys[0]).code])).content.decode()
    assert shown.count("已电话告知") == 1


def test_a_thousand_run_by_the_worker_with_progress(office: Office) -> None:
    keys, client = cases(office, 1000), office.browser("agent")
    location, page = ran(client, "accept", keys)
    assert "0 / 1,000" in page
    assert 'hx-trigger="every 2s"' in page
    key = UUID(location.split("/")[-2])
    assert bulk.running() == [key]
    [job] = ProcrastinateJob.objects.filter(task_name="longwork.carry_on")
    assert job.args == {"kind": "bulk", "key": str(key)}
    ended = bulk.carry_on(key)
    assert (ended.stage, ended.done, ended.refused) == ("finished", 1000, 0)
    assert Case.objects.filter(id__in=keys, stage="accepted").count() == 1000
    assert "已办完" in client.get(location).content.decode()
    assert bulk.carry_on(key).done == 1000


def test_stopped_half_way_nothing_is_lost_and_the_rest_can_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, client = cases(office, 450), office.browser("agent")
    location, _ = ran(client, "accept", keys)
    key, run_part = UUID(location.split("/")[-2]), gate.run_part

    def stops_after_the_first(*args: object) -> object:
        found = run_part(*args)  # type: ignore[arg-type]
        assert client.post(location, {"intent": "stop"}).status_code == 302
        return found

    with monkeypatch.context() as patched:
        patched.setattr(gate, "run_part", stops_after_the_first)
        ended = bulk.carry_on(key)
    assert (ended.stage, ended.position, ended.done) == ("cancelled", 200, 200)
    page = client.get(location).content.decode()
    assert "没有轮到的 250 件" in page
    assert Case.objects.filter(id__in=keys, stage="accepted").count() == 200
    assert client.post(location, {"intent": "stop"}).status_code == 422
    _, page = ran(client, "accept", unpacked(carried(page)))
    assert bulk.carry_on(bulk.running()[0]).done == 250
    assert Case.objects.filter(id__in=keys, stage="accepted").count() == 450


def test_killed_before_it_was_recorded_a_part_is_not_done_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = cases(office, 2)
    key = bulk.start(
        Context(office.people["agent"], "page", idempotency_key="once"), "case.note", {"text": "说明"}, keys
    )

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "_counted", killed)
        with pytest.raises(KeyboardInterrupt):
            bulk.carry_on(key)
    assert Bulk.objects.get(id=key).position == 0
    assert bulk.carry_on(key).done == 2
    client = office.browser("agent")
    page = client.get(reverse("web:case_page", args=[Case.objects.get(id=keys[0]).code])).content.decode()
    assert page.count("说明</") == 1


def test_records_out_of_sight_and_bulk_acts_of_others_are_not_there(office: Office) -> None:
    done = office.accepted()
    stranger = office.browser("stranger")
    location, page = ran(stranger, "note", [done.object], text="看看")
    assert "您现在看不到的记录" in page
    assert done.code is not None
    assert done.code not in page
    assert office.browser("agent").get(location).status_code == 404


def test_what_is_missing_is_asked_for_before_anything_starts(office: Office) -> None:
    keys = cases(office, 2)
    client = office.browser("manager")
    response = client.post(many("assign"), {"selection": packed(keys), "idempotency_key": str(uuid4())})
    assert response.status_code == 422
    assert unpacked(carried(response.content.decode())) == keys
    assert not Bulk.objects.exists()
    for bad in ("", "%%%", "AAAA"):
        assert client.post(many("assign"), {"selection": bad}).status_code == 302


def test_customers_are_handed_over_together(office: Office) -> None:
    keys = [office.customer(name) for name in ("𠮷野家用电器", "江南印务")]
    client = office.browser("manager")
    listed = client.get(reverse("web:customer_list")).content.decode()
    address = reverse("web:customer_act_many", args=["assign"])
    assert address in listed
    codes = list(Customer.objects.filter(id__in=keys).values_list("code", flat=True))
    form = client.post(address, {"code": codes}).content.decode()
    assert "𠮷野家用电器" in form
    body = {"selection": carried(form), "idempotency_key": str(uuid4()), "owner": str(office.people["salesperson"])}
    assert client.post(address, body).status_code == 302
    assert Customer.objects.filter(owner=office.people["salesperson"]).count() == 2


def test_more_than_may_be_done_at_once_is_told_and_nothing_starts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases(office, 3)
    monkeypatch.setattr(bulk, "MOST", 2)
    client = office.browser("manager")
    response = client.post(many("assign", "?kind=complaint"), {"all": "1"})
    assert (response.status_code, response["Location"]) == (302, reverse("web:case_list") + "?kind=complaint")
    assert "一次最多办理 2 件" in client.get(response["Location"]).content.decode()
    assert not Bulk.objects.exists()


def test_the_page_and_rest_refuse_alike(office: Office) -> None:
    early = office.case()
    _, page = ran(office.browser("agent"), "close", [early.object])
    [outcome] = gate.run_set(Context(office.people["agent"], "rest"), "case.close", [(early.object, {})])[1]
    assert isinstance(outcome, Refused)
    told = outcome.reasons
    assert told
    for reason in told:
        assert reason.message.zh in page
        assert reason.citation is not None
        assert reason.citation.clause in page


def test_what_waits_for_consent_is_one_request(office: Office) -> None:
    keys = [office.accepted(f"破损 {n}").object for n in range(2)]
    for key in keys:
        office.do("agent", "case.find", key, findings="外箱受潮", is_founded=True)
    _, page = ran(
        office.browser("manager"), "settle", keys, amount="3200", amount_currency="CNY", handling="compensation"
    )
    assert re.search(r"view=mine\"><small>待核准</small><strong[^>]*>2</strong>", page)
    assert Approval.objects.filter(state="waiting").count() == 1


def test_closed_cases_are_reviewed_together_and_leave_those_not_reviewed(office: Office) -> None:
    keys = cases(office, 2)
    office.case("还没结案")
    for key in keys:
        office.act("case.accept", key)
        office.act("case.find", key, findings="受潮", is_founded=False)
        office.act("case.settle", key, amount="0", handling="none")
        office.act("case.reply", key, reply="已说明", reply_channel="phone", is_accepted=True)
        office.act("case.close", key)
    client, place = office.browser("director"), reverse("web:case_list")
    asked = "?tab=closed&reviewed=no"
    page = client.get(place + asked).content.decode()
    assert page.count("包装破损") >= 2 and "还没结案" not in page
    assert "审视结案" in page
    ran(client, "review", keys)
    assert "没有符合条件" in client.get(place + asked).content.decode()
    assert set(Case.objects.filter(reviewed_at__isnull=False).values_list("id", flat=True)) == set(keys)


def test_what_the_open_tab_leaves_out_is_one_press_away(office: Office) -> None:
    office.case("还没结案")
    page = office.browser("agent").get(reverse("web:case_list") + "?tab=closed&q=还没结案").content.decode()
    found = re.search(r'href="([^"]*)">在“全部”里找', page)
    assert found is not None
    assert (
        "还没结案"
        in office.browser("agent").get(reverse("web:case_list") + found[1].replace("&amp;", "&")).content.decode()
    )
