"""Nobody reads anywhere what he may not know: canaries in every fact, and everybody looks through the whole product."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from keguan.api import paths
from keguan.api.urls import everything
from keguan.controls.tests.tried import OFTEN
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.web import addresses
from tests.access import written
from tests.access.company import NOW, Company, opened
from tests.access.crawl import said, walk
from tests.access.doors import Doors
from tests.access.given import numbers
from tests.access.planted import Planted, canaries
from tests.access.telling import tell

ROLES = (
    *("shen_gm", "gu_deputy", "lu_deputy", "bai_office", "luo_admin", "wen_manager", "cheng_agent", "han_technician"),
    *("shi_marketing", "zhou_sales", "xu_salesperson", "lin_engineer", "he_finance", "tang_warehouse", "ye_hr"),
    "newcomer",
)
PLANTED = {
    *("case.title", "case.description", "case.contact_phone", "case.notes.text", "case.attachments.name"),
    *("case.liabilities.text", "case.opinion", "customer.name", "customer.remark", "customer.phones.digits"),
    *("customer.contacts.name", "customer.contacts.email", "person.phone", "person.email", "task.title", "call.number"),
    *("view.name", "delegation.reason", "observation.what", "chase.content", "petition.title", "import.title"),
    *("case.comment", "case.reason", "case.findings", "case.decision", "case.attachments.digest", "receiver.address"),
}
PAGES, REST, HIDDEN, SEARCHING = (ROLES,) * 4 if OFTEN else (
    ("luo_admin", "xu_salesperson"), ("cheng_agent", "newcomer"), ("xu_salesperson",), ("cheng_agent",),
)  # fmt: skip
"""Who looks where each time, of whoever administers, serves all, sees his own, sees nothing. With `make laws` everybody
looks everywhere.
"""
SEARCHED = ("case", "customer", "person", "chase", "petition", "receivable", "task")
KEY = re.compile(r"^/api/v1/([a-z_]+)/\{key\}")
NOWHERE = "zq999999"
MOVING = re.compile(r"zq\d{6}|139\d{8}|[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[\w-]{64}\"")
"""What differs between two pages whatever was found."""


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    with django_db_blocker.unblock():
        yield from opened(is_told=True)


@pytest.fixture(scope="module")
def doors(company: Company) -> Doors:
    with clock.pinned(NOW):
        return Doors(company)


@pytest.fixture(scope="module")
def planted(company: Company, doors: Doors) -> Planted:
    with clock.pinned(NOW):
        beside = tell(company)
        company.number()
        return Planted(company, beside)


@pytest.fixture(autouse=True)
def _at_work(db: None) -> Iterator[None]:
    with clock.pinned(NOW):
        yield


def test_canaries_stand_everywhere_and_most_of_them_are_hidden_from_somebody(
    company: Company, planted: Planted
) -> None:
    assert {f"{one.type}.{one.fact}" for places in planted.sources.values() for one in places} >= PLANTED
    hidden = {name: len(planted.forbidden(company.people[name], planted.sources)) for name in ROLES}
    assert {*ROLES} == {*company.people}
    assert all(count > 50 for count in hidden.values()) and hidden["newcomer"] > 2000, hidden


@pytest.mark.parametrize("name", PAGES)
def test_no_page_sheet_or_print_says_what_is_hidden(
    company: Company, planted: Planted, doors: Doors, name: str
) -> None:
    person = company.people[name]
    found = {}
    for address, text in walk(doors.browsers[person.key]):
        found[address] = planted.forbidden(person, canaries(text))
    assert {address: told for address, told in found.items() if told} == {}
    assert len(found) > 15


@pytest.mark.parametrize("name", REST)
def test_rest_says_nothing_that_is_hidden(company: Company, planted: Planted, doors: Doors, name: str) -> None:
    person = company.people[name]
    types = {paths.plural(one): one for one in company.records}
    for path, operations in everything.get_openapi_schema()["paths"].items():
        named = KEY.match(path)
        if "get" not in operations or (named and named[1] not in types) or path.count("{") > bool(named):
            continue
        for key, is_seen in keys_of(company, person, types[named[1]] if named else ""):
            answer = doors.get(person, path.replace("{key}", str(key)))
            assert planted.forbidden(person, canaries(said(answer))) == {}, (path, key)
            assert is_seen or answer.status_code == 404, (path, key)


@pytest.mark.parametrize("name", HIDDEN)
def test_records_out_of_sight_have_no_pages(company: Company, planted: Planted, doors: Doors, name: str) -> None:
    person, browser = company.people[name], doors.browsers[company.people[name].key]
    for record_type, places in company.records.items():
        hidden = [key for key in places if not company.knows(person, record_type, key)]
        if hidden and addresses.has_page(record_type):
            key = company.codes.get(hidden[-1], str(hidden[-1]))
            page = addresses.page_url(record_type, key)
            for address in (page, f"{page}act/correct/", reverse("web:record_print", args=[record_type, key])):
                answer = browser.get(address)
                assert answer.status_code == 404 and not canaries(said(answer)), address
    for row in Rows().select('select id, "case" as parent from cases_attachment'):
        if not company.knows(person, "case", row["parent"]):
            address = reverse("web:case_file", args=[company.codes[row["parent"]], row["id"]])
            assert browser.get(address).status_code == 404
            break


@pytest.mark.parametrize("name", SEARCHING)
def test_a_search_for_what_is_hidden_finds_what_a_search_for_nothing_finds(
    company: Company, planted: Planted, doors: Doors, name: str
) -> None:
    person, browser = company.people[name], doors.browsers[company.people[name].key]
    for record_type in SEARCHED:
        hidden = {source.fact: one for one in planted.hidden_from(person, record_type)
                  for source in planted.sources[one] if source.type == record_type}  # fmt: skip
        for canary in hidden.values():
            nothing = NOWHERE if canary.startswith("zq") else f"139{next(numbers) + 70_000_000:08d}"
            for address in (f"{reverse('web:find')}?q=", f"{addresses.list_url(record_type)}?tab=all&q="):
                pages = [browser.get(address + asked) for asked in (canary, nothing)]
                assert pages[0].status_code == pages[1].status_code
                first, second = (MOVING.sub("", page.content.decode()) for page in pages)
                assert first == second, (address, canary, planted.sources[canary])


def keys_of(company: Company, person: written.Person, record_type: str) -> list[tuple[UUID | None, bool]]:
    """One record that the person knows of, and one that he does not; nothing where an address names none."""
    if not record_type:
        return [(None, True)]
    found: dict[bool, UUID] = {}
    for key in company.records[record_type]:
        found.setdefault(company.knows(person, record_type, key), key)
    return [(key, is_seen) for is_seen, key in found.items()]
