"""The reading log: kept where a clause asks for it, at every door, sealed, without values."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from keguan.api.tokens import new_secret
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from keguan.org.sign_in import set_password
from tests.audit.desk import Desk, opened

pytestmark = pytest.mark.django_db
NAME = "欧阳金丝雀"


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def filled(desk: Desk) -> tuple[UUID, UUID]:
    customer = desk.act(desk.clerk, "customer.add", None, name=NAME, kind="person", phones=["13977770001"])
    case = desk.act(desk.clerk, "case.open", None, kind="complaint", title="漏液", customer=customer)
    return customer, case


def look(desk: Desk, customer: UUID, case: UUID) -> None:
    """Look at both on pages and by REST, and list them by REST."""
    [codes] = Rows().select(
        "select c.code as case, k.code as customer from cases_case c, customers_customer k"
        " where c.id = %s and k.id = %s",
        [case, customer],
    )
    desk.act(None, "person.grant_sign_in", desk.clerk, username="clerk")
    page = Client()
    page.force_login(set_password(desk.clerk, "clerk", "一个很长的口令"), "keguan.org.accounts.People")
    assert page.get(reverse("web:case_page", args=[codes["case"]])).status_code == 200
    assert page.get(reverse("web:customer_page", args=[codes["customer"]])).status_code == 200
    secret = new_secret()
    desk.act(None, "token.issue", None, person=desk.clerk, name="测试", digest=secret.digest, hint=secret.hint)
    for path in (f"customers/{customer}", f"cases/{case}", "customers", "cases"):
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret.text}"})
        assert answer.status_code == 200, answer.content


def kept() -> set[tuple[str, str, str]]:
    return {
        (row["channel"], row["type"], str(row["object"]))
        for row in Rows().select("select channel, type, object from kernel_reading")
    }


@pytest.mark.parametrize("how", ["none", "exports", "all"])
def test_readings_are_kept_as_the_clause_says(how: str) -> None:
    with opened(how) as desk:
        customer, case = filled(desk)
        look(desk, customer, case)
        both = {("customer", str(customer)), ("case", str(case))}
        by_rest = {("rest", *one) for one in both}
        expected = {"none": set(), "exports": by_rest, "all": by_rest | {("page", *one) for one in both}}
        assert kept() == expected[how]


def test_what_is_kept_says_which_facts_and_no_values_and_is_sealed() -> None:
    with opened("all") as desk:
        customer, case = filled(desk)
        look(desk, customer, case)
        [row] = Rows().select(
            "select r.*, r::text as whole from kernel_reading r where channel = 'page' and type = 'customer'"
        )
        assert row["actor"] == desk.clerk and row["object"] == customer
        assert {"name", "phones.digits"} <= set(json.loads(row["facts"]))
        assert NAME not in row["whole"] and "1397777" not in row["whole"]
        seal_all()
        assert verify().is_sound
        Rows().execute("alter table kernel_reading disable trigger user")
        Rows().execute("delete from kernel_reading where id = %s", [row["id"]])
        assert [(one.what, one.id) for one in verify().findings] == [("deleted", str(row["id"]))]
