"""Statistics: figures equal what one counts by hand, each opens its list, nobody learns more than he may see."""

import datetime as dt
import html
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.controls.sweep import sweep_all
from keguan.insights.asking import Asked, asked, days_of
from keguan.insights.statistics import Share, Statistics, pareto, statistics
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.web.tests.conftest import NOW, Office
from keguan.web.tests.test_lists import bearer

TODAY = dt.date(2026, 5, 20)
LINK = re.compile(r'<td class="num[^"]*"><a href="([^"]+)">(\d+)</a>')
CLOSE = "service-and-complaints#close"


def at(day: int, hour: int = 10) -> Any:
    return clock.pinned(dt.datetime(2026, 5, day, hour, tzinfo=COMPANY_ZONE))


@pytest.fixture
def history(office: Office) -> Office:
    """Two complaints, one closed in time and one forgotten; a consultation; a case entered in error."""
    unit = office.units["客户服务部"]
    with at(4):
        kept = office.case("导出缺行").object
        office.do("agent", "case.accept", kept, unit=unit)
        office.do("agent", "case.accept", office.case("无人过问").object)
    with at(5):
        office.do(
            "agent", "case.find", kept, findings="模板有误", cause="quality", originating_unit=unit, is_founded=True
        )
        office.do("deputy", "case.settle", kept, amount="3200", handling="discount")
    with at(6):
        office.do("agent", "case.reply", kept, reply_channel="phone", reply="已说明")
    with at(8):
        office.do("agent", "case.close", kept)
    with at(18):
        office.do("agent", "case.void", office.case("记错了").object, reason="重复")
    with at(19):
        office.case("问一下价格", kind="consultation")
    sweep_all()
    return office


def told(office: Office, who: str = "manager", **given: str) -> Statistics:
    return statistics(asked(office.people[who], given, NOW))


def share(found: tuple[Share, ...], key: object) -> tuple[int, int, int]:
    [one] = [one for one in found if one.key == key]
    return one.kept, one.broken, one.late


def test_figures_are_what_one_counts_by_hand(history: Office) -> None:
    found = told(history)
    ages = {(band.least, band.most): (dict(band.kinds), band.late) for band in found.ages if band.total}
    assert ages == {(0, 1): ({"consultation": 1}, 0), (15, 30): ({"complaint": 1}, 1)}

    may = found.months[-1]
    assert (may.first, dict(may.opened), may.closed) == (dt.date(2026, 5, 1), {"complaint": 2, "consultation": 1}, 1)
    assert [month.total for month in found.months[:-1]] == [0] * 11

    assert share(found.controls, CLOSE) == (1, 1, 0)
    assert share(found.controls, "service-and-complaints#pass-on") == (1, 0, 0)
    assert share(found.controls, "service-and-complaints#report-to-deputy") == (0, 1, 0)
    assert len(found.controls) == 3
    assert found.controls[0].share == 0
    service = history.units["客户服务部"]
    assert share(found.departments, service) == (2, 2, 0)
    assert found.in_months[-1].share == 0.5

    assert [(cause.values, cause.count, cause.cumulative) for cause in found.causes] == [
        (("quality", service), 1, 0.5),
        ((None, None), 1, 1.0),
    ]
    assert found.units[service] == "客户服务部"


def test_a_department_and_a_period_narrow_everything(history: Office) -> None:
    service, sales = (str(history.units[name]) for name in ("客户服务部", "销售部门"))
    found = told(history, department=service)
    assert found.months[-1].total == 1, "only one case says that it is handled or arose there"
    assert [one.key for one in found.departments] == [history.units["客户服务部"]]
    assert not any(band.total for band in told(history, department=sales).ages)
    early = told(history, **{"from": "2026-05-01", "until": "2026-05-04"})
    assert (early.months[0].total, early.months[0].closed, early.controls) == (2, 0, ())
    assert [cause.count for cause in told(history, by="handling").causes] == [1, 1]


def test_what_was_done_late_stays_overdue(history: Office) -> None:
    [late] = [row for row in told(history).controls if row.key == CLOSE]
    assert late.broken == 1
    page = history.browser("manager").get(reverse("web:case_list") + "?tab=open&late=true").content.decode()
    code = re.findall(r"KS-202605-\d+", page)[0]
    key = _case(code)
    history.do("agent", "case.find", key, findings="查明")
    history.do("deputy", "case.settle", key, amount="1200", handling="none")
    history.do("agent", "case.reply", key, reply_channel="letter", reply="已函告")
    history.do("agent", "case.close", key)
    assert share(told(history).controls, CLOSE) == (1, 1, 1)


def test_every_figure_opens_the_list_behind_it(history: Office) -> None:
    client = history.browser("manager")
    for given in (
        "",
        f"?department={history.units['客户服务部']}",
        "?by=handling",
        "?from=2026-05-02&until=2026-05-20",
    ):
        page = client.get(reverse("web:statistics") + given).content.decode()
        links = [(html.unescape(url), int(count)) for url, count in LINK.findall(page)]
        assert len(links) > 8
        for url, count in links:
            listed = client.get(url)
            assert listed.status_code == 200
            rows = listed.content.decode().count('<td class="first')
            assert rows == count, url
        for mark in re.findall(r'<a tabindex="-1" href="([^"]+)"', page):
            assert html.unescape(mark).startswith(("/cases/?", "/statistics/judgements/?"))


def test_marks_and_the_table_say_the_same_and_the_picture_is_silent(history: Office) -> None:
    page = history.browser("manager").get(reverse("web:statistics")).content.decode()
    assert page.count('class="picture"') == 6
    for picture in re.findall(r"<svg[^>]*picture.*?</svg>", page, re.DOTALL):
        head, _, body = picture.partition(">")
        assert 'aria-hidden="true"' in head
        assert "style=" not in body and "https://" not in body and "aria-" not in body
    assert "第二十六条1" in page and "各部门按时率" in page
    english = history.browser("manager", "en").get(reverse("web:statistics")).content.decode()
    assert "Pareto of complaints" in english and "帕累托" not in english


def test_nobody_learns_of_what_he_may_not_see(history: Office) -> None:
    for who in ("stranger", "salesperson"):
        found = told(history, who)
        assert not any(band.total for band in found.ages)
        assert not any(month.total for month in found.months)
        assert found.causes == () and found.controls == ()
        page = history.browser(who).get(reverse("web:statistics")).content.decode()
        assert LINK.findall(page) == []
        listed = history.browser(who).get(reverse("web:judgements") + "?period=year").content.decode()
        assert "KS-202605" not in listed


def test_rest_gives_the_same_figures(history: Office) -> None:
    def get(query: str = "", who: str = "manager") -> HttpResponse:
        return Client().get(f"/api/v1/statistics{query}", headers=bearer(history, who))  # type: ignore[return-value]

    body = json.loads(get().content)
    found = told(history)
    assert [band["total"] for band in body["ages"]] == [band.total for band in found.ages]
    assert body["months"][-1]["opened"] == {"complaint": 2, "consultation": 1}
    [close] = [row for row in body["controls"] if row["control"] == CLOSE]
    assert close == {
        "control": CLOSE, "clause": "第二十六条1", "in_time": 1, "overdue": 1, "done_late": 0, "share": 0.5,
    }  # fmt: skip
    assert [row["count"] for row in body["causes"]] == [1, 1]
    assert get("?period=never").status_code == 422
    assert get(f"?department={uuid4()}x").status_code == 422
    assert json.loads(get(who="stranger").content)["controls"] == []


def test_statements_do_not_depend_on_how_much_there_is(history: Office) -> None:
    def statements(who: str) -> int:
        client = history.browser(who)
        client.get(reverse("web:statistics"))
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("web:statistics")).status_code == 200
        return len(found)

    before = {who: statements(who) for who in ("manager", "salesperson")}
    with at(15):
        for number in range(30):
            if number % 2:
                history.accepted(f"成批 {number}")
            else:
                history.case(f"批 {number}")
    sweep_all()
    assert {who: statements(who) for who in before} == before


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, (dt.date(2025, 6, 1), TODAY)),
        ({"period": "quarter"}, (dt.date(2026, 4, 1), TODAY)),
        ({"period": "last_month", "from": "2020-01-01"}, (dt.date(2026, 4, 1), dt.date(2026, 4, 30))),
        ({"from": "2026-05-10", "until": "2026-05-12"}, (dt.date(2026, 5, 10), dt.date(2026, 5, 12))),
        ({"from": "2026-05-10", "until": "2027-01-01"}, (dt.date(2026, 5, 10), TODAY)),
        ({"from": "1970-01-01", "until": "nonsense"}, (dt.date(2025, 6, 1), TODAY)),
        ({"from": "2001-01-01"}, (dt.date(2023, 6, 1), TODAY)),
        ({"from": "2027-01-01"}, (TODAY, TODAY)),
    ],
)
def test_an_address_says_which_days(given: dict[str, str], days: tuple[dt.date, dt.date]) -> None:
    found: Asked = asked(uuid4(), given, NOW)
    assert (found.first, found.last) == days


def test_the_last_month_of_january_lies_in_the_year_before() -> None:
    assert days_of("last_month", dt.date(2026, 1, 9)) == (dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def test_small_causes_are_put_together() -> None:
    found = pareto([((str(number),), 20 - number) for number in range(15)])
    assert len(found) == 13 and found[-1].is_rest
    assert (found[-1].count, found[-1].cumulative) == (8 + 7 + 6, 1.0)
    assert pareto([]) == ()


def _case(code: str) -> Any:
    from keguan.cases.models import Case

    return Case.objects.get(code=code).id
