"""My team: for heads alone; who owes what, and giving it to others with each record's own outcome."""

import datetime as dt
import re
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.cases.models import Case
from keguan.controls.models import Obligation
from keguan.kernel import clock
from keguan.org.queries import roles
from keguan.web.tests.conftest import NOW, Office
from keguan.web.tests.test_desk import text


def page(office: Office, who: str = "manager", query: str = "", language: str = "zh-hans") -> str:
    return unescape(text(office.browser(who, language), reverse("web:team") + query))


def pick(office: Office, title: str) -> str:
    return f"case:{office.accepted(title).object}"


def test_only_heads_have_a_team(office: Office) -> None:
    address = reverse("web:team")
    for who, status in (("manager", 200), ("director", 200), ("agent", 404), ("deputy", 404)):
        assert office.browser(who).get(address).status_code == status
        assert (f'href="{address}"' in text(office.browser(who), reverse("web:today"))) is (status == 200)


def test_who_owes_what_overdue_first_and_how_much_each_has(office: Office) -> None:
    office.accepted("先到期的")
    with clock.pinned(NOW + dt.timedelta(days=3)):
        office.accepted("后到期的")
    with clock.pinned(NOW + dt.timedelta(days=8)):
        found = page(office)
        assert "程小满" in found
        assert found.index("先到期的") < found.index("后到期的")
        assert "tone-broken" in found
        assert "第二十六条1</a>" in found
        # those of other units are not among them
        assert "许青禾" not in re.sub(r"<option.*?</option>", "", found)
        assert "许青禾" in re.sub(r"<option.*?</option>", "", page(office, "director"))
        only = f"?person={office.people['manager']}"
        assert "先到期的" not in page(office, query=only)
        assert "Who owes what" in page(office, language="en")
        assert "誰欠什麼" in page(office, language="zh-hant")


def test_what_two_owe_together_is_one_thing_overdue(office: Office) -> None:
    office.accepted("箱子压扁了")
    Obligation.objects.update(people=[office.people["agent"], office.people["manager"]])
    with clock.pinned(NOW + dt.timedelta(days=8)):
        found = page(office)
        shown = re.sub(r"<[^>]+>|\s+", " ", found)
        assert re.search(r"团队欠着 +1 +已逾期 +1 ", re.sub(r" +", " ", shown))


def test_several_are_given_to_somebody_else_at_once(office: Office) -> None:
    picks = [pick(office, f"破损 {n}") for n in range(3)]
    manager, owner = office.browser("manager"), office.people["manager"]
    response = manager.post(reverse("web:team"), {"pick": picks, "owner": owner, "idempotency_key": "given-away-once"})
    assert response.status_code == 302
    assert set(Case.objects.values_list("owner", flat=True)) == {owner}
    assert "已改派 3 件" in text(manager, reverse("web:team"))


def test_what_is_refused_says_why_and_stays_picked(office: Office) -> None:
    picks = [pick(office, "破损"), pick(office, "受潮")]
    manager = office.browser("manager")
    none = manager.post(reverse("web:team"), {"pick": picks})
    assert none.status_code == 422
    assert "请选改派给谁" in none.content.decode()
    assert none.content.decode().count(" checked") == 2
    gone = "019cb135-8280-7000-8051-5e5246a5987f"
    mixed = manager.post(reverse("web:team"), {"pick": [picks[0], f"case:{gone}"], "owner": office.people["manager"]})
    assert mixed.status_code == 422
    assert Case.objects.get(title="破损").owner_id == office.people["manager"]
    assert manager.post(reverse("web:team"), {"pick": [], "owner": office.people["manager"]}).status_code == 302
    assert manager.post(reverse("web:team"), {"pick": ["policy:x", "case"], "owner": "x"}).status_code == 302


def test_who_is_away_and_what_is_vacant_is_said(office: Office) -> None:
    office.act("delegation.appoint", delegator=office.people["agent"], delegate=office.people["manager"], reason="年假")
    role = roles()["customer_service_dept"][0]
    office.act("post.establish", unit=office.units["客户服务部"], role=role, title="夜班客服")
    found = page(office)
    assert "程小满</b> → 温如许" in found
    assert "年假" in found
    assert "夜班客服" in found


def test_statements_do_not_grow_with_what_is_owed(office: Office) -> None:
    office.accepted("一")
    manager = office.browser("manager")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert manager.get(reverse("web:team")).status_code == 200
        counts.append(len(seen))
        for n in range(4):
            office.accepted(f"破损 {n}")
    assert counts[0] == counts[1]


def test_the_same_by_rest(office: Office) -> None:
    done = office.accepted()
    found = office.browser("manager").get("/api/v1/team").json()
    [mine] = [one for one in found["members"] if one["name"] == "程小满"]
    assert (mine["owed"] >= 1, found["owed"] >= 1) == (True, True)
    assert done.code in {one["code"] for one in found["obligations"]}
    assert found["obligations"][0]["people"] == ["程小满"]
    assert set(found) == {"owed", "members", "obligations", "unowned", "away", "vacancies"}
    assert office.browser("agent").get("/api/v1/team").status_code == 404
