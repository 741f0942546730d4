"""What a version or calendar that is announced will concern is shown before it comes into force, in both languages."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.urls import reverse

from keguan.cli.main import main
from keguan.controls import gate
from keguan.controls.models import Obligation
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack
from keguan.policies.rulebooks import forget
from keguan.web.tests.conftest import PACK, SYSTEM, Office
from keguan.web.tests.test_rules_pages import POLICY, text

LATER = dt.date(2026, 12, 1)
SAID = {
    "zh-hans": ("在办时限转按新版", "在办时限 2 项转按新版", "改动作息日历会涉及 N 项在办时限"),
    "en": ("Running deadlines that will go on by the new version", "2 running deadlines will go on by the new version",
           "A change of a calendar concerns N running deadlines?"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _numbers_anew(office: Office) -> Iterator[None]:
    """A version that a test announced is rolled back; its number will mean another rulebook."""
    yield
    forget()


def announce(running: str) -> None:
    texts = {name: body.replace("within: 6 days", "within: 3 days") for name, body in read_pack(PACK).texts.items()}
    pack, faults = pack_from_texts(texts)
    assert pack is not None and not faults, faults
    adopt(gate.run, SYSTEM, pack, effective_on=LATER, running=running)


@pytest.mark.parametrize("language", SAID)
def test_a_version_to_come_says_how_many_clocks_it_concerns(office: Office, language: str) -> None:
    office.accepted()
    office.accepted()
    browser = office.browser("agent", language)
    address = reverse("web:policy_page", args=[POLICY])
    assert SAID[language][1] not in text(browser, reverse("web:policy_list"))
    announce("switch")
    figure, sentence, _ = SAID[language]
    assert sentence in text(browser, reverse("web:policy_list"))
    page = text(browser, f"{address}?version=2")
    assert figure in page
    assert figure not in text(browser, address), "the version in force concerns nobody anew"


def test_what_runs_may_finish_under_the_old_version(office: Office) -> None:
    office.accepted()
    announce("keep")
    mine = Obligation.objects.filter(control__startswith=f"{POLICY}#", state="running").count()
    assert mine
    assert f"在办时限 {mine} 项仍按原版办完" in text(office.browser("agent"), reverse("web:policy_list"))


@pytest.mark.parametrize("language", SAID)
def test_a_change_of_calendars_says_how_many_clocks_it_would_concern(office: Office, language: str) -> None:
    browser = office.browser("agent", language)
    words = SAID[language][2]
    counts = []
    for _ in range(2):
        page = text(browser, reverse("web:policy_list"))
        counts.append(int(re.search(words.replace("N", r"(\d+)"), page)[1]))  # type: ignore[index]
        office.accepted()
    assert counts[0] < counts[1]


def test_the_command_line_says_it_before_a_version_is_published(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.accepted()
    assert main(["policy", "adopt", str(PACK), "--running", "keep"]) == 0
    said = capsys.readouterr().out
    found = re.search(r"在办时限 (\d+) 项|(\d+) running deadlines?", said)
    assert found is not None and int(found[1] or found[2]) >= 1
