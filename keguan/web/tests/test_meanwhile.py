"""Two at one form: nothing that one changed is undone or overwritten by the other unseen."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from keguan.cases.models import Case
from keguan.web.tests.conftest import Office
from keguan.web.tests.test_desk import text


class Form:
    """The form of completing a case, as it stood when somebody opened it."""

    def __init__(self, client: Client, code: str) -> None:
        self.client, self.address = client, reverse("web:case_act", args=[code, "complete"])
        self.read(text(client, self.address))

    def read(self, page: str) -> None:
        self.fields = {
            name: unescape(re.search(rf'<input(?=[^>]* name="{name}")[^>]* value="([^"]*)"', page)[1])  # type: ignore[index]
            for name in ("title", "order_no", "batch_no", "began")
        }
        told = re.search(r'<textarea(?=[^>]* name="demand")[^>]*>([^<]*)</textarea>', page)
        self.fields["demand"] = unescape(told[1]).strip() if told else ""

    def send(self, **typed: str) -> str:
        answer = self.client.post(self.address, {**self.fields, **typed})
        if answer.status_code != 302:
            assert answer.status_code == 422
            self.fields |= typed
            page = answer.content.decode()
            found = re.search(r'name="began" value="([^"]*)"', page)
            self.fields["began"] = unescape(found[1]) if found else ""
            return page
        return ""


@pytest.fixture
def forms(office: Office) -> tuple[Form, Form, Case]:
    done = office.case("两个窗口", order_no="A-1", demand="换货")
    return *(Form(office.browser(who), done.code or "") for who in ("agent", "manager")), Case.objects.get(
        id=done.object
    )  # type: ignore[return-value]


def stands(case: Case) -> tuple[str | None, str | None, str | None]:
    case.refresh_from_db()
    return case.order_no, case.batch_no, case.demand


def test_what_was_left_as_it_was_shown_does_not_undo_what_another_changed(forms: tuple[Form, Form, Case]) -> None:
    one, other, case = forms
    assert one.send(order_no="B-2", batch_no="P-9") == ""
    assert other.send(demand="退款") == ""
    assert stands(case) == ("B-2", "P-9", "退款")


def test_what_both_changed_is_said_before_it_is_overwritten(forms: tuple[Form, Form, Case]) -> None:
    one, other, case = forms
    one.send(order_no="B-2")
    page = other.send(order_no="C-3", demand="退款")
    assert "“订单编号”已改为“B-2”" in page
    assert "再提交一次，就以您的为准" in page
    assert 'value="C-3"' in page
    assert stands(case) == ("B-2", None, "换货")
    assert other.send() == ""
    assert stands(case) == ("C-3", None, "退款")


def test_what_both_changed_alike_is_no_matter(forms: tuple[Form, Form, Case]) -> None:
    one, other, case = forms
    one.send(order_no="B-2")
    assert other.send(order_no=" B-2 ", batch_no="P-1") == ""
    assert stands(case) == ("B-2", "P-1", "换货")


@pytest.mark.parametrize("began", ["", "nonsense", "[]", '{"order_no": 1}', '{"nothing": ["a", "b"]}'])
def test_a_form_that_carries_nothing_counts_as_it_is_sent(forms: tuple[Form, Form, Case], began: str) -> None:
    one, other, case = forms
    one.send(order_no="B-2")
    assert other.send(began=began, batch_no="P-1") == ""
    assert stands(case) == ("A-1", "P-1", "换货")
