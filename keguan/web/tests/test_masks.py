"""What a clause masks stands on no page and in no answer: titles in forms for several records, packs' own fields."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from keguan.cases.tests.conftest import Desk, opened
from keguan.org.models import User
from keguan.org.sign_in import set_password

SECRET = "秘密"
TEXTS: dict[str, Any] = {
    "title": f"{SECRET}事由",
    "contact_phone": "13900008888",
    "extra": {"sample_no": f"{SECRET}S-3", "shelf": "A-2"},
}


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    """The service desk whose accountant sees every case but not what it is about."""
    with opened() as made:
        yield made


def test_a_form_that_claims_to_have_shown_what_is_masked_is_told_nothing(desk: Desk) -> None:
    from keguan.cases.models import Case

    code = str(Case.objects.get(id=desk.open(**TEXTS, order_no=f"{SECRET}A-1")).code)
    names = ("title", "contact_phone", "order_no", "extra_sample_no")
    forged = {"began": json.dumps({name: ["0", "1"] for name in names}), **dict.fromkeys(names, "139"), "batch_no": "B"}
    answer = browser(desk).post(f"/cases/{code}/act/complete/", forged).content.decode()
    assert SECRET not in answer
    assert "已改为" not in answer, "not even that it is gone"


def browser(desk: Desk) -> Client:
    """The accountant's browser."""
    desk.actor = None
    desk.act("person.grant_sign_in", desk.accountant, username="accounts")
    user: User = set_password(desk.accountant, "accounts", "一个很长的口令")
    client = Client()
    client.force_login(user, backend="keguan.org.accounts.People")
    return client


def test_no_page_of_a_case_shows_what_is_masked(desk: Desk) -> None:
    from keguan.cases.models import Case

    code = str(Case.objects.get(id=desk.open(**TEXTS)).code)
    client = browser(desk)
    answers = [
        client.get(f"/cases/{code}/"),
        client.get(f"/cases/{code}/act/classify/"),
        client.get(f"/cases/{code}/act/complete/"),
        client.post("/cases/act/assign/", {"code": [code]}),
        client.get("/cases/"),
        client.get("/find/", {"q": code}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert code in answer.content.decode()
        assert SECRET not in answer.content.decode()
        assert "13900008888" not in answer.content.decode()
