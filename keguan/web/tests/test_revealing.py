"""Looking at what is masked: for a purpose, from any record's page and by REST; it stays in the course and the log."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from keguan.customers.models import Customer
from keguan.kernel.commands.rows import Rows
from keguan.org.token_secrets import new_secret
from keguan.web.tests.conftest import Office, changed, founded

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "13977770001", "yehq@example.cn"
CLAUSE = """
  - clause: 第二十条
    text: 人力资源部说明用途后，可看员工与客户的电话；逐次记录。
    controls:
      - access:
          id: reveal
          who: hr_dept
          may: [person.reveal, case.reveal, customer.reveal, chase.reveal]
          see: [case, customer, chase]
          scope: all
          mask: [case.contact_phone, customer.phones.digits, chase.content]
      - setting: {id: readings, of: reading.log, is: exports}
"""


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """The company under its pack, with a clause on looking at what is masked."""
    pack = changed("policies/access.yaml", lambda text: text + CLAUSE)
    with django_db_blocker.unblock(), founded(pack) as made:
        yield made


def records(office: Office) -> dict[str, tuple[UUID, str, str, str]]:
    """By type: id, address, masked fact and what it hides."""
    person = office.people["agent"]
    office.act("person.change", person, phone=PHONE)
    customer = office.do("agent", "customer.add", None, name="江南印务有限公司", phones=["13977770002"]).object
    case = office.case(contact_phone="13977770003")
    chase = office.do("agent", "chase.open", None, department=str(office.units["财务部"]), content="客户住在金鸡湖畔")
    code = Customer.objects.get(id=customer).code
    return {
        "person": (person, reverse("web:record_page", args=["person", str(person)]), "phone", PHONE),
        "customer": (customer, reverse("web:customer_page", args=[code]), "phones.digits", "13977770002"),
        "case": (case.object, reverse("web:case_page", args=[case.code]), "contact_phone", "13977770003"),
        "chase": (chase.object, reverse("web:record_page", args=["chase", str(chase.object)]), "content", "金鸡湖畔"),
    }


def bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize("kind", ["person", "customer", "case", "chase"])
def test_a_masked_fact_is_revealed_on_the_records_page_for_a_purpose(office: Office, kind: str) -> None:
    record, address, fact, secret = records(office)[kind]
    page = office.browser("stranger")
    before = page.get(address).content.decode()
    assert secret not in bare(before) and f'name="reveal" value="{fact}"' in before
    wanting = page.post(address, {"reveal": fact, "why": ""})
    assert wanting.status_code == 422 and secret not in bare(wanting.content.decode())
    form = {"reveal": fact, "why": "确认身份", "idempotency_key": f"reveal-{kind}"}
    shown = page.post(address, form)
    assert shown.status_code == 200 and secret in bare(shown.content.decode())
    assert secret in bare(page.post(address, form).content.decode())
    events = Rows().select("select e.envelope from kernel_event e where verb = %s", [f"{kind}.reveal"])
    assert len(events) == 1 and json.loads(events[0]["envelope"])["args"] == {"facts": [fact]}
    logged = Rows().select("select facts from kernel_reading where type = %s and object = %s", [kind, record])
    assert any(fact in json.loads(row["facts"]) for row in logged) or fact == "content"
    assert secret not in bare(page.get(address).content.decode())


def test_who_may_not_has_no_button_and_is_refused(office: Office) -> None:
    _, address, fact, secret = records(office)["person"]
    page = office.browser("agent")
    assert 'name="reveal"' not in page.get(address).content.decode()
    answer = page.post(address, {"reveal": fact, "why": "好奇"})
    assert answer.status_code == 422 and secret not in bare(answer.content.decode())
    assert "没有这个权限" in answer.content.decode()


@pytest.mark.parametrize("kind", ["person", "customer", "case", "chase"])
def test_rest_answers_a_reveal_with_what_it_revealed(office: Office, kind: str) -> None:
    record, _, fact, secret = records(office)[kind]
    token = new_secret()
    person = office.people["stranger"]
    office.act("token.issue", person=person, name="x", digest=token.digest, hint=token.hint)
    segment = {"person": "people"}.get(kind, f"{kind}s")

    def ask(body: dict[str, Any]) -> Any:
        return Client().post(
            f"/api/v1/{segment}/{record}/reveal", json.dumps(body), "application/json",
            headers={"Authorization": f"Bearer {token.text}"},
        )  # fmt: skip

    assert ask({"facts": [fact]}).status_code == 422
    assert ask({"facts": ["no_such_fact" if kind == "person" else "phones.none"], "why": "x"}).status_code in (200, 422)
    answer = ask({"facts": [fact], "why": "确认身份"})
    assert answer.status_code == 200
    body = json.loads(answer.content)
    shown = body["facts"].get(fact) or body["lines"]["phones"][0]["digits"]
    assert secret in shown and [*body["facts"], *body["lines"]] == [fact.partition(".")[0]]
