"""Lists to work with: what is taken home as a sheet, chosen columns and order; the same on the page and by REST."""

import csv
import io
import json
import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from keguan.controls import gate, scopes
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.org.token_secrets import new_secret
from keguan.web.tests.conftest import Office

EXPORTER = "manager"
FORMULAS = ('=HYPERLINK("http://x","点我")', "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1")


def of_csv(response: HttpResponse) -> list[list[str]]:
    assert response.status_code == 200, response.content
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def of_xlsx(response: HttpResponse) -> list[list[Any]]:
    assert response.status_code == 200, response.content
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def bearer(office: Office, who: str) -> dict[str, str]:
    secret = new_secret()
    office.act("token.issue", person=office.people[who], name=f"测试{uuid4()}", digest=secret.digest, hint=secret.hint)
    return {"Authorization": f"Bearer {secret.text}"}


def by_rest(office: Office, who: str, path: str) -> HttpResponse:
    return Client().get(f"/api/v1{path}", headers=bearer(office, who))  # type: ignore[return-value]


def export(office: Office, who: str, query: str = "", list_: str = "case") -> HttpResponse:
    return office.browser(who).get(reverse(f"web:{list_}_export") + query)  # type: ignore[return-value]


def test_no_cell_can_run_as_a_formula_and_rare_characters_stay(office: Office) -> None:
    for title in (*FORMULAS, "𠮷野的投诉"):
        office.case(title)
    for rows in (
        of_csv(export(office, EXPORTER, "?format=csv")),
        of_xlsx(export(office, EXPORTER, "?format=xlsx")),
        of_csv(by_rest(office, EXPORTER, "/cases/export?format=csv&facts=code,title")),
        of_xlsx(by_rest(office, EXPORTER, "/cases/export?format=xlsx&facts=code,title")),
    ):
        titles = [row[1] for row in rows[1:]]
        assert len(titles) == len(FORMULAS) + 1
        assert "𠮷野的投诉" in titles
        assert not [title for title in titles if re.match(r"\s*[=+\-@＝]", title)]
        assert any(title.startswith("'=HYPERLINK") for title in titles)


def test_the_sheet_holds_what_the_filter_holds_in_words(office: Office) -> None:
    office.accepted("到货破损", kind="complaint")
    office.case("问个价", kind="consultation")
    heads, *rows = of_csv(export(office, EXPORTER, "?format=csv&kind=complaint&cols=due,owner,channel"))
    assert heads == ["编号", "事由", "类别", "登记时间", "到期", "经办人", "来源"]
    assert [(row[1], row[2], row[5], row[6]) for row in rows] == [("到货破损", "投诉", "程小满", "电话")]
    assert re.fullmatch(r"2026-05-\d\d \d\d:\d\d", rows[0][4])
    english = office.browser(EXPORTER, "en").get(reverse("web:case_export") + "?format=csv&tab=all")
    assert of_csv(english)[0][:2] == ["Number", "Subject"]  # type: ignore[arg-type]


def test_money_is_said_alike_on_a_list_and_on_the_page(office: Office) -> None:
    case = office.accepted().object
    office.do("agent", "case.find", case, findings="主板损坏", is_founded=True)
    office.act("case.settle", case, amount="1800", handling="return")
    listed = office.browser(EXPORTER).get(reverse("web:case_list"), {"tab": "all", "cols": "amount"}).content.decode()
    assert "¥1,800" in listed


def test_who_may_not_export_gets_nothing(office: Office) -> None:
    office.case()
    may = {who: scopes.may_export(office.people[who], "case") for who in office.people}
    assert may[EXPORTER]
    refused = [who for who, granted in may.items() if not granted]
    assert refused
    for who in refused:
        assert export(office, who).status_code == 403
        assert "到货" not in by_rest(office, who, "/cases/export").content.decode()
        assert by_rest(office, who, "/cases/export").status_code == 403
        assert reverse("web:case_export") not in office.browser(who).get(reverse("web:case_list")).content.decode()


def test_what_is_masked_stays_masked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "金丝雀先生"
    office.case("到货破损", contact_name=canary)
    plain = scopes.masked

    def masks(viewer: Any, record_type: str, known: Any = None) -> frozenset[str]:
        return plain(viewer, record_type, known) | ({"contact_name"} if record_type == "case" else frozenset())

    query = "?format=csv&cols=contact_name"
    assert canary in export(office, EXPORTER, query).content.decode()
    monkeypatch.setattr(scopes, "masked", masks)
    for answer in (
        export(office, EXPORTER, query),
        by_rest(office, EXPORTER, "/cases/export"),
        office.browser(EXPORTER).get(reverse("web:case_list") + query),
    ):
        assert canary not in answer.content.decode()
        assert "•••" in answer.content.decode()


def test_an_export_costs_the_same_for_one_and_for_a_thousand(office: Office) -> None:
    customer = office.customer("江南印务")
    office.case("第一件", customer=customer)

    def cost(ask: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ask().status_code == 200
        return len(seen)

    browser = office.browser(EXPORTER)
    rest, token = Client(), bearer(office, EXPORTER)
    asks = [
        lambda: browser.get(reverse("web:case_export") + "?format=csv"),
        lambda: browser.get(reverse("web:customer_export") + "?format=xlsx"),
        lambda: rest.get("/api/v1/cases/export?format=xlsx", headers=token),
        lambda: rest.get("/api/v1/customers/export", headers=token),
        lambda: browser.get(reverse("web:case_list") + "?cols=customer,due,unit,opened_by,channel"),
    ]
    cost(asks[2])  # the first use of a token is noted
    few = [cost(ask) for ask in asks]
    given = {"kind": "complaint", "customer": str(customer), "owner": str(office.people["agent"])}
    items = [(None, {**given, "title": f"第 {n} 件"}) for n in range(1000)]
    gate.run_set(Context(office.people["agent"], "page"), "case.open", items)
    assert [cost(ask) for ask in asks] == few
    assert len(of_csv(export(office, EXPORTER, "?format=csv"))) == 1002


def test_the_reading_log_notes_an_export_without_the_words_of_a_search(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.case("欧阳的投诉")
    monkeypatch.setattr("keguan.kernel.journal.readings.is_kept", lambda _, is_export: is_export)
    export(office, EXPORTER, "?format=csv&q=欧阳&kind=complaint")
    by_rest(office, EXPORTER, "/cases/export?kind=complaint")
    found = [json.loads(row["facts"]) for row in Rows().select("select facts from kernel_reading order by id")]
    assert [(one["count"], one["filters"]["export"]) for one in found] == [(1, True), (1, True)]
    assert found[0]["filters"]["text"] is True
    assert "欧阳" not in json.dumps(found, ensure_ascii=False)
    assert "title" in found[0]["facts"]


def test_bad_parameters_of_an_export_are_told(office: Office) -> None:
    for query in ("format=pdf", "facts=nothing", "nothing=1"):
        assert by_rest(office, EXPORTER, f"/cases/export?{query}").status_code == 422


def test_columns_and_order_are_chosen_in_the_address_and_carried_along(office: Office) -> None:
    office.case("甲件", order_no="DD-1")
    office.case("乙件", order_no="DD-2")
    client, address = office.browser("agent"), reverse("web:case_list")
    plain = client.get(address).content.decode()
    assert plain.index("乙件") < plain.index("甲件")
    assert "DD-1" not in plain
    page = client.get(address + "?sort=oldest&cols=owner&cols=order_no").content.decode()
    assert page.index("甲件") < page.index("乙件")
    assert '<td class="full" data-label="订单编号">DD-1</td>' in page
    assert 'data-label="到期"' not in page
    assert "sort=oldest&amp;cols=owner%2Corder_no" in page
    again = client.get(address + "?sort=oldest&cols=owner,order_no").content.decode()
    assert '<td class="full" data-label="订单编号">DD-1</td>' in again
    assert client.get(address + "?sort=nothing&cols=nothing,folded").content.decode().count("到期") > 0


@pytest.mark.parametrize("sort", ["newest", "oldest", "due"])
def test_pages_of_an_order_follow_each_other_without_gap_or_repetition(office: Office, sort: str) -> None:
    given = {"kind": "complaint", "owner": str(office.people["agent"])}
    items = [(None, {**given, "title": f"第 {n} 件"}) for n in range(60)]
    _, opened = gate.run_set(Context(office.people["agent"], "page"), "case.open", items)
    office.do("agent", "case.accept", opened[59].object)
    client = office.browser("agent")
    seen: list[str] = []
    address = f"{reverse('web:case_list')}?sort={sort}"
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'name="code" value="([^"]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = reverse("web:case_list") + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 60
    codes = [outcome.code for outcome in opened]  # type: ignore[union-attr]
    expected = {"newest": codes[::-1], "oldest": codes}.get(sort)
    assert seen == expected if expected else seen[0] == codes[59]


def test_customers_by_name_or_newest_first(office: Office) -> None:
    for name in ("张记", "安记"):
        office.customer(name)
    client, address = office.browser("agent"), reverse("web:customer_list")
    by_name = client.get(address).content.decode()
    newest = client.get(address + "?sort=newest&cols=city,source").content.decode()
    assert by_name.index("安记") < by_name.index("张记")
    assert newest.index("安记") < newest.index("张记")
    assert 'data-label="城市"' in newest or 'data-label="所在城市"' in newest
    rows = of_csv(export(office, EXPORTER, "?format=csv&sort=newest", "customer"))
    assert [row[1] for row in rows[1:]] == ["安记", "张记"]


@pytest.mark.parametrize("path", ["/records/chase/", "/cases/", "/records/person/"])
def test_the_address_of_a_list_says_what_it_is_asked_for_and_no_empty_field(office: Office, path: str) -> None:
    client, part = office.browser("admin" if "person" in path else "agent"), {"HX-Request": "true"}
    empty = {"q": "", "stage": "", "opened_at__from": "", "joined_on__from": "", "unit": ""}
    assert client.get(path, empty, headers=part)["HX-Push-Url"] == path
    said = {**empty, "q": "到货 破损", "tab": "all", "sort": "oldest", "evil": "1"}
    pushed = client.get(path, said, headers=part)["HX-Push-Url"]
    assert dict(parse_qsl(pushed.removeprefix(f"{path}?"))) == {"q": "到货 破损", "tab": "all", "sort": "oldest"}
    assert client.get(pushed).status_code == 200
    assert "HX-Push-Url" not in client.get(path, empty)
    assert "HX-Push-Url" not in client.get(path, empty, headers={**part, "HX-History-Restore-Request": "true"})


def test_the_address_of_the_statistics_says_no_empty_field(office: Office) -> None:
    client, address = office.browser("manager"), reverse("web:statistics")
    part = {"HX-Request": "true"}
    assert client.get(address, {"department": "", "from": ""}, headers=part)["HX-Push-Url"] == address
    assert (
        client.get(address, {"department": "", "period": "month"}, headers=part)["HX-Push-Url"]
        == f"{address}?period=month"
    )
    assert "清除" not in client.get(address, {"department": ""}).content.decode()


def test_an_empty_list_leads_to_what_creates_before_the_import(office: Office) -> None:
    page = office.browser("agent").get("/records/chase/").content.decode()
    empty = page[page.index('class="empty') :]
    links = re.findall(r'<a[^>]* href="([^"]+)"', empty[: empty.index("</form>")])
    assert links == ["/records/chase/new/open/", reverse("web:import_start", args=["chase"])]
    assert re.findall(r'<a class="button main" href="([^"]+)"', empty) == links[:1]
