"""怎样通知我: receivers with masked addresses, quiet hours and the digest, from a page and by REST."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from keguan.integrations.delivering import TRIES
from keguan.integrations.models import Delivery, Receiver, Reception
from keguan.web.tests.conftest import NOW, Office
from keguan.web.tests.test_desk import text

TOKEN = "693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture(autouse=True)
def _mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEGUAN_SMTP", "smtp://127.0.0.1:1")
    monkeypatch.setenv("KEGUAN_MAIL_FROM", "keguan@example.cn")


def test_a_receiver_is_added_tried_and_removed_and_its_address_is_never_shown(office: Office) -> None:
    agent, address = office.browser("agent"), reverse("web:reception")
    assert "怎样通知我" in text(agent, reverse("web:notices"))
    wrong = agent.post(reverse("web:receiver_add"), {"kind": "wecom", "address": "?", "title": "客服群"})
    assert wrong.status_code == 422
    assert 'value="客服群"' in wrong.content.decode()
    done = agent.post(reverse("web:receiver_add"), {"kind": "wecom", "address": TOKEN, "title": "客服群"})
    assert done.status_code == 302
    page = text(agent, address)
    assert "客服群" in page
    assert "…5aaa" in page
    assert TOKEN not in page
    one = Receiver.objects.get()
    assert TOKEN not in agent.get(f"/api/v1/receivers/{one.id}").content.decode()
    assert agent.post(reverse("web:receiver_act", args=[one.id, "try"])).status_code == 302
    assert Delivery.objects.filter(receiver=one.id).count() == 1
    assert office.browser("deputy").post(reverse("web:receiver_act", args=[one.id, "remove"])).status_code == 404
    assert agent.post(reverse("web:receiver_act", args=[one.id, "remove"])).status_code == 302
    assert "客服群" not in text(agent, address)


def test_the_page_says_what_will_become_of_notices(office: Office) -> None:
    agent, address = office.browser("agent"), reverse("web:reception")
    page = text(agent, address)
    assert "还没有接收方式，什么也不发出" in page
    assert "21:00–08:00 之间的等到 08:00，合成一条发出" in page
    assert "不发每日摘要。" in page
    agent.post(reverse("web:receiver_add"), {"kind": "wecom", "address": TOKEN})
    chosen = {"quiet_from": "22:00", "quiet_until": "9:30", "is_each_sent": "false", "is_digest_sent": "true"}
    agent.post(address, chosen)
    page = text(agent, address)
    assert "什么也不发出" not in page
    assert "通知不逐条发出" in page
    assert "每日摘要定在 08:30，正值免打扰，等到 09:30 发出" in page
    agent.post(address, {**chosen, "quiet_until": "22:00", "is_each_sent": "true", "digest_at": "07:00"})
    page = text(agent, address)
    assert "随到随发，不分时段" in page
    assert "每日摘要在 07:00 发出" in page


def test_what_was_given_up_is_not_said_to_be_tried_again(office: Office) -> None:
    agent, address = office.browser("agent"), reverse("web:reception")
    agent.post(reverse("web:receiver_add"), {"kind": "wecom", "address": TOKEN})
    agent.post(reverse("web:receiver_act", args=[Receiver.objects.get().id, "try"]))
    Delivery.objects.update(failed_at=NOW, attempts=2)
    assert "会再试" in text(agent, address)
    Delivery.objects.update(attempts=TRIES)
    assert "已不再试" in text(agent, address)


def test_when_and_how_is_chosen_and_what_was_typed_stays(office: Office) -> None:
    agent, address = office.browser("agent"), reverse("web:reception")
    page = unescape(text(agent, address))
    assert "21:00–08:00 免打扰" in page
    assert re.findall(r'placeholder="(\d\d:\d\d)"', page) == ["08:30", "21:00", "08:00"]
    half = agent.post(address, {"quiet_from": "22:00", "quiet_until": "", "is_each_sent": "true"})
    assert half.status_code == 422
    assert 'value="22:00"' in half.content.decode()
    whole = {
        "quiet_from": "2200",
        "quiet_until": "7:30",
        "is_each_sent": "false",
        "is_digest_sent": "true",
        "digest_at": "",
    }
    assert agent.post(address, whole).status_code == 302
    row = Reception.objects.get(person=office.people["agent"])
    assert (row.quiet_from, row.quiet_until, row.is_each_sent, row.is_digest_sent) == ("22:00", "07:30", False, True)
    assert agent.post(address, {**whole, "quiet_from": "", "quiet_until": "", "digest_at": "9:00"}).status_code == 302
    row.refresh_from_db()
    assert (row.quiet_from, row.digest_at) == (None, "09:00")


def test_the_same_by_rest(office: Office) -> None:
    agent = office.browser("agent")
    body = json.dumps({"kind": "email", "address": "zhou@example.cn"})
    made = agent.post("/api/v1/receivers", body, "application/json")
    assert made.status_code == 201, made.content
    key = made.json()["object"]
    assert agent.get(f"/api/v1/receivers/{key}").status_code == 200
    assert office.browser("deputy").get(f"/api/v1/receivers/{key}").status_code == 404
    chosen = agent.post("/api/v1/receptions", json.dumps({"is_digest_sent": True}), "application/json")
    assert chosen.status_code == 201, chosen.content
