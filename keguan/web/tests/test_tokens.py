"""Access tokens in the administration: issued with a secret that is shown once, listed without it, revoked at once."""

import re

from django.test import Client
from django.urls import reverse

from keguan.kernel.commands.rows import Rows
from keguan.org.token_secrets import new_secret
from keguan.web.tests.conftest import Office

ERP = "ERP 对接𠮷"


def issue(office: Office, **given: str) -> str:
    """What the page says to a form."""
    form = {"person": str(office.people["agent"]), "name": ERP, "idempotency_key": "k1", **given}
    return office.browser("admin").post(reverse("web:token_list"), form).content.decode()


def asks(secret: str) -> int:
    """The status of a question asked by a program."""
    return Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_secret_is_shown_once_and_opens_until_it_is_revoked(office: Office) -> None:
    page = issue(office)
    found = re.search(r"<code class=\"secret\">(kg_[\w-]{43})</code>", page)
    assert found is not None
    assert asks(found[1]) == 200
    admin = office.browser("admin")
    listed = admin.get(reverse("web:token_list")).content.decode()
    assert ERP in listed and found[1] not in listed and found[1][:9] in listed
    assert reverse("web:token_list") in admin.get(reverse("web:administration")).content.decode()
    [row] = Rows().select("select id from api_token where name = %s", [ERP])
    told = admin.post(reverse("web:token_revoke", args=[row["id"]]), {"idempotency_key": "k2"}, follow=True)
    assert "已吊销" in told.content.decode()
    assert asks(found[1]) == 401
    again = admin.post(reverse("web:token_revoke", args=[row["id"]]), {"idempotency_key": "k3"})
    assert again.status_code == 422 and "令牌已经吊销" in again.content.decode()


def test_what_is_missing_is_said_and_nothing_is_issued(office: Office) -> None:
    page = issue(office, name="", expires_at="2001-01-01T00:00")
    assert 'class="secret"' not in page and 'role="alert"' in page
    assert Rows().select("select 1 from api_token where name in ('', %s)", [ERP]) == []


def test_who_may_not_issue_finds_no_page_and_gets_none(office: Office) -> None:
    agent = office.browser("agent")
    assert agent.get(reverse("web:token_list")).status_code == 404
    form = {"person": str(office.people["agent"]), "name": ERP, "idempotency_key": "k4"}
    assert agent.post(reverse("web:token_list"), form).status_code == 404
    assert Rows().select("select 1 from api_token where name = %s", [ERP]) == []


def test_a_program_does_the_same_by_rest_with_a_secret_of_its_own(office: Office) -> None:
    by = new_secret()
    office.act("token.issue", person=office.people["admin"], name="自动化", digest=by.digest, hint=by.hint)
    rest, headers = Client(), {"Authorization": f"Bearer {by.text}"}
    own = new_secret()
    given = {"person": str(office.people["agent"]), "name": ERP, "digest": own.digest, "hint": own.hint}
    made = rest.post("/api/v1/tokens", given, "application/json", headers=headers)
    assert made.status_code == 201, made.content
    assert asks(own.text) == 200
    listed = rest.get("/api/v1/tokens", headers=headers)
    assert listed.status_code == 200 and ERP in listed.content.decode()
    key = made.json()["object"]
    assert rest.post(f"/api/v1/tokens/{key}/revoke", {}, "application/json", headers=headers).status_code == 200
    assert asks(own.text) == 401
    refused = rest.get("/api/v1/tokens", headers={"Authorization": f"Bearer {own.text}"})
    assert refused.status_code == 401
