"""What people type is not lost: sessions that end, tokens that grow stale, drafts, double clicks; and nobody else's."""

import datetime as dt
import json
import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from keguan.cases.models import Case
from keguan.kernel import clock, drafts
from keguan.org.models import User
from keguan.web.half_filled import COOKIE, HalfFilled
from keguan.web.tests.conftest import NOW, PASSWORD, Office
from keguan.web.tests.test_desk import text

WORDS = "三箱外面都湿了，里面的货也不敢用。"


def sign_in(client: Client, who: str) -> HttpResponse:
    address = f"{reverse('account_login')}?next={reverse('web:typed')}"
    response: Any = client.post(address, {"login": who, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()[:2000]
    return response  # type: ignore[no-any-return]


def expired(office: Office, who: str = "agent") -> Client:
    """A browser in which somebody was signed in until a moment ago."""
    client = office.browser(who)
    assert client.get(reverse("web:today")).status_code == 200
    client.session.flush()
    del client.cookies["sessionid"]
    return client


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)}


def test_a_draft_kept_by_the_script_does_not_take_the_place_of_the_form_that_was_sent(office: Office) -> None:
    address = reverse("web:case_act", args=[office.accepted().code, "find"])
    client = expired(office)
    client.post(address, {"findings": WORDS, "is_founded": "true"})
    client.post(reverse("web:draft"), {"form": address, "fields": json.dumps({"findings": ["later"]})})
    sign_in(client, "agent")
    page = text(client, reverse("web:typed"))
    assert WORDS in page
    assert f'action="{address}"' in page


def test_what_was_sent_without_a_session_returns_after_signing_in_and_is_sent_without_scripts(office: Office) -> None:
    done = office.accepted()
    address = reverse("web:case_act", args=[done.code, "find"])
    client = expired(office)
    lost = client.post(address, {"findings": WORDS, "is_founded": "true", "idempotency_key": "typed-before"})
    assert lost.status_code == 302
    assert lost["Location"] == f"{reverse('account_login')}?next={reverse('web:typed')}"
    assert Case.objects.get(id=done.object).findings is None
    assert sign_in(client, "agent")["Location"] == reverse("web:typed")
    page = text(client, reverse("web:typed"))
    assert WORDS in page
    assert f'action="{address}"' in page
    # what was chosen is shown as it was chosen, in the form's own words
    assert re.search(r'name="is_founded" value="true" checked', page)
    assert "投诉成立" in page
    again = {**hidden(page), "findings": WORDS, "is_founded": "true"}
    assert client.post(address, again).status_code == 302
    assert Case.objects.get(id=done.object).findings == WORDS
    assert drafts.find(office.people["agent"], address, NOW) is None, "what was sent is no draft any more"
    assert client.get(reverse("web:typed")).status_code == 302


def test_what_is_sent_again_leaves_no_draft_whatever_the_address_asked_for(office: Office) -> None:
    done = office.accepted()
    form = reverse("web:case_act", args=[done.code, "find"])
    client = expired(office)
    client.post(f"{form}?back=/cases/", {"findings": WORDS, "is_founded": "true", "draft": form})
    sign_in(client, "agent")
    page = text(client, reverse("web:typed"))
    assert drafts.find(office.people["agent"], form, NOW) is not None
    assert client.post(f"{form}?back=/cases/", {**hidden(page), "findings": WORDS}).status_code == 302
    assert Case.objects.get(id=done.object).findings == WORDS
    assert drafts.find(office.people["agent"], form, NOW) is None


def test_a_form_opened_for_somebody_has_a_draft_of_its_own(office: Office) -> None:
    agent, form = office.browser("agent"), reverse("web:case_take")
    assert "data-draft=" not in text(agent, form)
    assert f'data-draft="{form}?customer_query=4821"' in text(agent, f"{form}?customer_query=4821")
    assert f'data-draft="{form}?customer_query=4822"' in text(agent, f"{form}?customer_query=4822")


def test_what_was_taken_is_shown_again_in_the_words_of_its_form(office: Office) -> None:
    client = expired(office)
    sent = {"title": WORDS, "kind": "consultation", "channel": "phone", "customer": "new", "new_name": "海棠贸易",
            "new_kind": "person", "customer_query": "海棠", "idempotency_key": "taken-before"}  # fmt: skip
    client.post(reverse("web:case_take"), sent)
    sign_in(client, "agent")
    page = text(client, reverse("web:typed"))
    assert re.search(r'name="kind" value="consultation" checked', page)
    assert re.search(r'name="new_kind" value="person" checked', page)
    assert "事由" in page
    assert "岗位名称" not in page, "no other verb's word for it"
    again = {**hidden(page), "title": WORDS, "kind": "consultation", "channel": "phone", "new_name": "海棠贸易"}
    assert again["customer"] == "new"
    assert client.post(reverse("web:case_take"), {**again, "new_kind": "person"}).status_code == 302
    assert Case.objects.get(title=WORDS).kind == "consultation"


def test_htmx_is_led_to_sign_in_and_back(office: Office) -> None:
    done = office.accepted()
    client = expired(office)
    address = reverse("web:case_act", args=[done.code, "find"])
    lost = client.post(address, {"findings": WORDS}, headers={"HX-Request": "true"})
    assert (lost.status_code, reverse("web:typed") in lost["HX-Redirect"]) == (204, True)
    sign_in(client, "agent")
    assert WORDS in text(client, reverse("web:typed"))


def test_nobody_else_who_signs_in_at_the_same_browser_reads_it(office: Office) -> None:
    client = expired(office)
    client.post(reverse("web:case_take"), {"title": WORDS})
    sign_in(client, "deputy")
    assert client.get(reverse("web:typed")).status_code == 302
    assert WORDS not in text(client, reverse("web:today"))
    stranger = Client()
    stranger.post(reverse("web:case_take"), {"title": WORDS})
    assert stranger.session.get("typed") is None, "nothing is kept of a browser in which nobody was signed in"
    forged = Client()
    forged.cookies[COOKIE] = str(office.people["agent"])
    forged.post(reverse("web:case_take"), {"title": WORDS})
    assert forged.session.get("typed") is None


def test_passwords_and_tokens_are_never_kept_and_size_has_an_end(office: Office) -> None:
    client = expired(office)
    client.post(reverse("web:case_take"), {"title": WORDS, "password": "geheim", "csrfmiddlewaretoken": "x"})
    assert set(client.session["typed"]["fields"]) == {"title"}
    client = expired(office)
    client.post(reverse("web:case_take"), {"title": "长" * drafts.LARGEST + "了"})
    assert client.session.get("typed") is None


def test_a_stale_token_shows_the_form_again_and_does_nothing(office: Office) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    client.cookies["django_language"] = "zh-hans"
    client.force_login(User.objects.get(username="agent"), backend="keguan.org.accounts.People")
    address = reverse("web:case_take")
    shown = client.post(
        address, {"title": WORDS, "csrfmiddlewaretoken": "of-yesterday"}, headers={"Origin": "http://testserver"}
    )
    assert shown.status_code == 403
    page = shown.content.decode()
    assert WORDS in page
    assert Case.objects.count() == 0
    sent = client.post(address, {**hidden(page), "title": WORDS, "kind": "complaint", "channel": "phone"},
                       headers={"Origin": "http://testserver"})  # fmt: skip
    assert sent.status_code != 403
    # another site's form is not shown as if it were one's own
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        foreign = client.post(address, {"title": WORDS}, headers=headers)
        assert (foreign.status_code, WORDS in foreign.content.decode()) == (403, False)


# --- drafts ----------------------------------------------------------------------------------------------------------
FORM = "/cases/new/"


def keep(client: Client, window: str, title: str, base: str = "") -> tuple[int, dict[str, Any]]:
    fields = json.dumps({"title": [title], "password": ["geheim"]})
    response = client.post(reverse("web:draft"), {"form": FORM, "fields": fields, "window": window, "base": base})
    return response.status_code, response.json()


def found(client: Client) -> dict[str, Any]:
    given: dict[str, Any] = client.get(reverse("web:draft"), {"form": FORM}).json()
    return given


def test_a_draft_is_kept_found_by_its_owner_alone_and_forgotten(office: Office) -> None:
    agent = office.browser("agent")
    assert found(agent) == {"fields": None}
    assert keep(agent, "one", WORDS)[0] == 200
    assert found(agent)["fields"] == {"title": [WORDS]}
    assert found(office.browser("deputy")) == {"fields": None}
    agent.post(reverse("web:draft"), {"form": FORM, "drop": "1"})
    assert found(agent) == {"fields": None}


def test_a_second_window_says_which_is_newer_and_overwrites_nothing(office: Office) -> None:
    agent = office.browser("agent")
    _, first = keep(agent, "one", "第一个窗口")
    with clock.pinned(NOW + dt.timedelta(minutes=2)):
        status, newer = keep(agent, "two", "第二个窗口")
        assert (status, newer["is_newer"], newer["fields"]["title"]) == (200, True, ["第一个窗口"])
        # whoever has seen the other text decides
        assert "is_newer" not in keep(agent, "two", "第二个窗口", first["kept_at"])[1]
        status, newer = keep(agent, "one", "第一个窗口，接着写", first["kept_at"])
        assert (status, newer["is_newer"], newer["at"]) == (200, True, "05-20 10:02")
        assert "is_newer" not in keep(agent, "one", "第一个窗口，接着写", newer["kept_at"])[1]


def test_drafts_end_after_some_days_and_old_ones_give_way(office: Office) -> None:
    person = office.people["agent"]
    for n in range(drafts.MOST + 5):
        drafts.keep(person, f"/{n}/", {"title": [WORDS]}, "one", NOW + dt.timedelta(seconds=n))
    assert drafts.find(person, "/0/", NOW) is None
    assert drafts.find(person, "/50/", NOW) is not None
    assert drafts.find(person, "/50/", NOW + drafts.KEPT + dt.timedelta(hours=1)) is None
    assert drafts.clear(NOW + drafts.KEPT + dt.timedelta(hours=1)) == drafts.MOST


def test_what_is_refused_stays_a_draft_and_what_is_done_does_not(office: Office) -> None:
    done = office.accepted()
    agent, address = office.browser("agent"), reverse("web:case_act", args=[done.code, "find"])
    drafts.keep(office.people["agent"], address, {"findings": [WORDS]}, "one", NOW)
    assert agent.post(address, {"findings": "", "draft": address}).status_code == 422
    assert drafts.find(office.people["agent"], address, NOW) is not None
    assert agent.post(address, {"findings": WORDS, "is_founded": "true", "draft": address}).status_code == 302
    assert drafts.find(office.people["agent"], address, NOW) is None


@pytest.mark.parametrize("form", ["", "https://elsewhere.example/", "/" + "x" * 500])
def test_forms_are_addresses_of_ours(office: Office, form: str) -> None:
    response = office.browser("agent").post(reverse("web:draft"), {"form": form, "fields": "{}", "window": "one"})
    assert response.status_code == 400


@pytest.mark.parametrize("fields", ["", "[]", "{", '{"a": 1}', json.dumps({"a": ["长" * 70_000]})])
def test_odd_bodies_are_answered(office: Office, fields: str) -> None:
    response = office.browser("agent").post(reverse("web:draft"), {"form": FORM, "fields": fields, "window": "one"})
    assert response.status_code in (200, 400)


def test_sent_twice_is_done_once(office: Office) -> None:
    agent, address = office.browser("agent"), reverse("web:case_take")
    posted = {"title": WORDS, "kind": "complaint", "channel": "phone", "severity": "ordinary", "customer": "none",
              "idempotency_key": "a-double-click"}  # fmt: skip
    answers = [agent.post(address, posted) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Case.objects.filter(title=WORDS).count() == 1


@pytest.mark.parametrize(("cookies", "status"), [({}, 200), ({"sessionid": "one"}, 503)])
def test_nobody_is_looked_up_where_nobody_is_signed_in_or_the_page_failed(cookies: dict[str, str], status: int) -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.user = SimpleLazyObject(lambda: pytest.fail("somebody was looked up"))  # type: ignore[assignment]
    assert HalfFilled(lambda _: HttpResponse(status=status))(request).status_code == status
