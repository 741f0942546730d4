"""The reading log: kept where a clause asks for it, at every door, sealed, without values."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from keguan.org.sign_in import set_password
from keguan.org.token_secrets import new_secret
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
    page = signed_in(desk)
    assert page.get(reverse("web:case_page", args=[codes["case"]])).status_code == 200
    assert page.get(reverse("web:customer_page", args=[codes["customer"]])).status_code == 200
    secret = new_secret()
    desk.act(None, "token.issue", None, person=desk.clerk, name="测试", digest=secret.digest, hint=secret.hint)
    for path in (f"customers/{customer}", f"cases/{case}", "customers", "cases"):
        answer = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret.text}"})
        assert answer.status_code == 200, answer.content


def signed_in(desk: Desk) -> Client:
    desk.act(None, "person.grant_sign_in", desk.clerk, username="clerk")
    page = Client()
    page.force_login(set_password(desk.clerk, "clerk", "一个很长的口令"), "keguan.org.accounts.People")
    return page


def lists() -> list[dict[str, Any]]:
    """The lists that were kept, in their order; each with its type."""
    found = Rows().select("select type, facts from kernel_reading where object is null order by id")
    return [{"type": row["type"], **json.loads(row["facts"])} for row in found]


def kept() -> set[tuple[str, str, str]]:
    return {
        (row["channel"], row["type"], str(row["object"]))
        for row in Rows().select("select channel, type, object from kernel_reading where object is not null")
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
            "select r.*, r::text as whole from kernel_reading r"
            " where channel = 'page' and type = 'customer' and object is not null"
        )
        assert row["actor"] == desk.clerk and row["object"] == customer
        assert {"name", "phones.digits"} <= set(json.loads(row["facts"]))
        assert NAME not in row["whole"] and "1397777" not in row["whole"]
        seal_all()
        assert verify().is_sound
        Rows().execute("alter table kernel_reading disable trigger user")
        Rows().execute("delete from kernel_reading where id = %s", [row["id"]])
        assert [(one.what, one.id) for one in verify().findings] == [("deleted", str(row["id"]))]


def test_a_list_on_a_page_is_one_reading_with_its_filters_and_count() -> None:
    with opened("all") as desk:
        customer, case = filled(desk)
        second = desk.act(desk.clerk, "case.open", None, kind="complaint", title="缺件", customer=customer)
        page = signed_in(desk)
        page.get(reverse("web:case_list"), {"tab": "all", "kind": "complaint"})
        of_cases, of_customers = lists()
        assert of_cases == {
            "type": "case", "count": 2, "facts": ["title"], "records": [str(second), str(case)],
            "filters": {"list": "case", "kinds": ["complaint"]},
        }  # fmt: skip
        assert (of_customers["type"], of_customers["facts"]) == ("customer", ["name"])
        assert of_customers["records"] == [str(customer)]
        seal_all()
        assert verify().is_sound


def test_the_words_of_a_search_are_not_kept() -> None:
    with opened("all") as desk:
        customer, _ = filled(desk)
        page = signed_in(desk)
        assert NAME in page.get(reverse("web:customer_list"), {"q": NAME}).content.decode()
        [found] = lists()
        assert found["filters"] == {"list": "customer", "text": True}
        assert (found["count"], found["records"]) == (1, [str(customer)])
        assert {"name", "phones.digits"} <= set(found["facts"])
        page.get(reverse("web:customer_list"), {"q": "没有此人"})
        assert len(lists()) == 1
        page.get(reverse("web:find"), {"q": NAME})
        found_by_name = [(one["type"], one["filters"]) for one in lists()[1:]]
        assert found_by_name == [
            ("customer", {"list": "customer", "text": True}),
            ("case", {"list": "case", "text": True}),
            ("customer", {"list": "case", "text": True}),
        ]
        assert NAME not in str(Rows().select("select facts from kernel_reading"))


@pytest.mark.parametrize("how", ["none", "exports"])
def test_lists_on_pages_are_views_and_no_exports(how: str) -> None:
    with opened(how) as desk:
        filled(desk)
        page = signed_in(desk)
        for place in ("case_list", "customer_list", "today"):
            assert page.get(reverse(f"web:{place}")).status_code == 200
        assert lists() == []


def test_what_a_list_costs_does_not_hang_on_its_length() -> None:
    with opened("all") as desk:
        customer, _ = filled(desk)
        page = signed_in(desk)

        def statements() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert page.get(reverse("web:case_list"), {"tab": "all"}).status_code == 200
            return len(seen)

        statements()
        few = statements()
        for number in range(8):
            desk.act(desk.clerk, "case.open", None, kind="complaint", title=f"漏液{number}", customer=customer)
        assert statements() == few
        assert [one["count"] for one in lists() if one["type"] == "case"] == [1, 1, 9]
