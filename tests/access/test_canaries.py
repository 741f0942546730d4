"""Nobody reads anywhere what he may not know: canaries in every fact, and everybody looking through the whole product."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from keguan.api import paths
from keguan.api.build import UNLISTED
from keguan.kernel import clock
from keguan.lists.reading import has_model
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import addresses
from tests.access import written
from tests.access.company import NOW, Company, opened
from tests.access.crawl import said, walk
from tests.access.doors import Doors
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
    *("case.comment", "case.reason", "case.findings", "case.decision", "case.attachments.digest"),
}
ECHOES = re.compile(r"zq\d{6}|139\d{8}|[0-9a-f-]{36}|[\w-]{64}|\d+ ms")
"""What differs between two pages for other reasons than what was found."""


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
        return Planted(company, tell(company))


@pytest.fixture(autouse=True)
def _at_work(db: None) -> Iterator[None]:
    with clock.pinned(NOW):
        yield


def test_canaries_stand_in_everything_that_can_hold_words(planted: Planted) -> None:
    everywhere = {f"{one.type}.{one.fact}" for places in planted.sources.values() for one in places}
    assert everywhere >= PLANTED
    print({k for k in vocabulary.types} - {one.partition(".")[0] for one in everywhere})


@pytest.mark.parametrize("name", ROLES)
def test_no_page_says_what_is_hidden(company: Company, planted: Planted, doors: Doors, name: str) -> None:
    person = company.people[name]
    seen = 0
    for address, text in walk(doors.browsers[person.key]):
        bad = planted.forbidden(person, canaries(text))
        if bad: print("LEAK", name, address, [(c, sorted({s.type+"."+s.fact for s in b})) for c, b in bad.items()][:3])
        seen += 1
    print(name, seen)
