"""The effect of a change of calendars before it is made: what the recalculation then does, and nothing written."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from keguan.controls.models import Obligation
from keguan.controls.queries.calendar_effect import effect
from keguan.controls.sweep import sweep_all
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Calendar, Post
from keguan.org.token_secrets import new_secret
from keguan.web.tests.conftest import NOW, Office, changed, founded

pytestmark = pytest.mark.django_db
COUNTS = "select (select count(*) from kernel_event) + (select count(*) from kernel_attempt) as n"
CLOSED = {"on": "2026-05-25", "to": "2026-06-30", "hours": "", "name": "停业"}


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """The company under its pack, with days that are working days."""
    pack = changed(
        "policies/service-and-complaints.yaml", lambda text: text.replace("within: 6 days", "within: 6 working days")
    )
    with django_db_blocker.unblock(), founded(pack) as made:
        yield made


def company_calendar() -> UUID:
    return Calendar.objects.get(unit=None, person=None).id


def dues() -> dict[UUID, dt.datetime]:
    return dict(Obligation.objects.filter(state="running", is_trial=False).values_list("id", "due_at"))


def waiting(office: Office) -> None:
    """Complaints whose deadlines count working days and plain days."""
    for title in ("漏液", "缺件", "发票写错"):
        office.accepted(title)
    office.do("agent", "service_request.open", None, request="请派人来看")


def test_what_is_foreseen_is_what_happens(office: Office) -> None:
    waiting(office)
    before, written = dues(), Rows().select(COUNTS)
    with clock.pinned(NOW):
        found = effect(office.people["admin"], "calendar.add_days", company_calendar(), CLOSED)
    assert found is not None and Rows().select(COUNTS) == written and dues() == before
    office.do("admin", "calendar.add_days", company_calendar(), **CLOSED)
    with clock.pinned(NOW + dt.timedelta(seconds=5)):
        sweep_all()
    after = dues()
    moved = {key: (was, after[key]) for key, was in before.items() if after.get(key, was) != was}
    assert found.moved == len(moved) > 0
    assert found.running == len([was for was in before.values() if was > NOW])
    assert found.earlier == sum(now < was for was, now in moved.values())
    assert sorted((one.was, one.now) for one in found.most) == sorted(moved.values())


def test_the_form_shows_the_effect_and_changes_nothing(office: Office) -> None:
    waiting(office)
    written = Rows().select(COUNTS)
    page = office.browser("admin")
    address = reverse("web:record_act", args=["calendar", str(company_calendar()), "add_days"])
    assert 'value="preview"' in page.get(address).content.decode()
    answer = page.post(address, {**CLOSED, "intent": "preview"})
    text = answer.content.decode()
    assert answer.status_code == 200 and "对正在计时的期限的影响" in text and "还没有改动任何内容" in text
    assert "停业" in text and "第" in text
    assert Rows().select(COUNTS) == written
    wrong = page.post(address, {"on": "下周", "intent": "preview"})
    assert wrong.status_code == 422 and "对正在计时的期限的影响" not in wrong.content.decode()
    assert page.post(address, CLOSED).status_code == 302
    assert Rows().select(COUNTS) != written


def test_rest_foresees_it_too_and_names_only_what_the_caller_may_see(office: Office) -> None:
    waiting(office)

    def ask(who: str) -> Any:
        token = new_secret()
        office.act("token.issue", person=office.people[who], name="x", digest=token.digest, hint=token.hint)
        answer = Client().post(
            f"/api/v1/calendars/{company_calendar()}/add_days?preview=true", json.dumps({**CLOSED, "hours": None}),
            "application/json", headers={"Authorization": f"Bearer {token.text}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    told = ask("admin")
    assert told["would_be"] == "done" and told["effect"]["moved"] > 0
    first = told["effect"]["deadlines"][0]
    assert first["object"] is None and first["clause"]["clause"].startswith("第") and first["after"] != first["before"]
    refused = ask("agent")
    assert refused["would_be"] == "refused" and "effect" not in refused


def test_days_set_apart_take_no_name_from_the_calendar_nor_show_its_key(office: Office) -> None:
    key = company_calendar()
    address = reverse("web:record_act", args=["calendar", key, "add_days"])
    form = office.browser("admin").get(address).content.decode()
    assert '<span class="muted">禾川软件（示例）</span>' in form
    assert "禾川软件" not in re.findall(r'<input[^>]*name="name"[^>]*>', form)[0]


def test_a_form_on_a_post_says_which_and_lists_whoever_has_none(office: Office) -> None:
    office.act("person.add", name="钱多多")
    post = Post.objects.get(role__code="finance_dept")
    form = office.browser("admin").get(reverse("web:record_act", args=["post", post.id, "assign"])).content.decode()
    assert '<span class="muted">财务部 财务部专员</span>' in form and f">{post.id}" not in form
    assert ">钱多多</option>" in form
