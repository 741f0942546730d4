"""What people read of records: a number said once, the state at the title, a word where there is none."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from keguan.kernel.commands.outcomes import Done
from keguan.web import addresses
from keguan.web.tests.conftest import Office


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def opened(office: Office, verb: str, **args: Any) -> str:
    done = office.do("agent", verb, None, **args)
    assert isinstance(done, Done) and done.code
    return done.code


def test_a_record_without_a_title_says_its_number_once(office: Office) -> None:
    code = opened(office, "opinion_survey.open", person=office.people["agent"], score="92.5")
    row = text(office.browser("manager"), addresses.list_url("opinion_survey")).split('class="first"')[1]
    assert f">{code}</a>" in row
    assert f'class="code">{code}' not in row


def test_what_stands_for_a_title_is_no_column_as_well(office: Office) -> None:
    opened(office, "receivable.open", case=office.accepted().object)
    page = text(office.browser("agent"), addresses.list_url("receivable"))
    assert page.split("<tbody", 1)[1].count("到货三箱外包装破损") == 1
    assert "工单" not in re.sub(r"<[^>]*>", " ", page.split("<thead", 1)[1].split("</thead>")[0])
    chosen = text(office.browser("agent"), addresses.list_url("receivable", cols="case"))
    assert chosen.split("<tbody", 1)[1].count("到货三箱外包装破损") > 1, "a column that was chosen is drawn"


def test_an_empty_list_that_one_cannot_fill_says_what_comes(office: Office) -> None:
    words = "有人登记后，会列在这里。"
    assert words in text(office.browser("director"), addresses.list_url("announcement"))
    assert words not in text(office.browser("agent"), addresses.list_url("chase"))


def test_the_state_stands_beside_the_title(office: Office) -> None:
    code = opened(office, "receivable.open", case=office.accepted().object)
    page = text(office.browser("agent"), addresses.page_url("receivable", code))
    assert re.search(r'class="named"><h1>[^<]*</h1>\s*<span class="state', page)


def test_a_notice_says_the_number_of_its_record_once(office: Office) -> None:
    office.asked()
    row = text(office.browser("deputy"), reverse("web:notices")).split('class="what')[1].split("</li>")[0]
    words = re.sub(r"<[^>]*>", " ", row)
    assert "到货三箱外包装破损" in words
    assert len(re.findall(r"KS-\d{6}-\d{3}", words)) == 1


def test_a_role_says_by_which_pack_it_is_declared_in_words(office: Office) -> None:
    browser = office.browser("admin", "en")
    for page in (addresses.list_url("role"), addresses.page_url("role", "administrator")):
        words = re.sub(r"<[^>]*>", " ", text(browser, page).split("<main", 1)[1].split('id="course"')[0])
        assert "Keguan base policy" in words


def test_a_role_is_called_by_its_english_name_in_english(office: Office) -> None:
    browser = office.browser("admin", "en")
    rows = re.sub(r"<[^>]*>", " ", text(browser, addresses.list_url("post")).split("<tbody", 1)[1])
    assert "Administrator" in rows
    assert "系统管理员" not in rows
