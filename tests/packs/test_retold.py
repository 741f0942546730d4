"""The same scenarios with every figure of the pack scaled and every name exchanged: nothing of a pack is in Python."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keguan.cli.scenarios.running import run_pack
from keguan.controls.engines.register_types import adopted, register_types
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.packs.folder import read_folder
from keguan.policies.packs.pack import Pack, pack_from_texts
from keguan.policies.packs.shelf import find_pack, pack_folders
from tests.packs.retold import retold
from tests.packs.retold_times import Times

FIRM = "software-firm-service-and-complaints"


@pytest.fixture
def forgotten() -> Iterator[None]:
    """The registers that a test makes known are forgotten after it."""
    books: tuple[dict[str, Any], ...] = (vocabulary.types, vocabulary.verbs, vocabulary.settings, register_types, adopted)
    before = [set(book) for book in books]
    yield
    for book, known in zip(books, before, strict=True):
        for name in set(book) - known:
            book.pop(name)


def told(folder: Path, *, only_policies: bool = False) -> Pack:
    pack, faults = pack_from_texts(retold(dict(read_folder(folder).texts), only_policies=only_policies))
    assert not faults, [fault.message.en for fault in faults]
    assert pack
    return pack


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("folder", pack_folders(), ids=lambda folder: folder.name)
def test_scenarios_pass_with_other_figures_and_names(folder: Path) -> None:
    results = run_pack(told(folder))
    assert [failure.text("en") for result in results for failure in result.failures] == []
    assert len(results) == sum(text.count("- scenario:") for text in read_folder(folder).texts.values())


@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten")
def test_scenarios_notice_that_only_the_policies_have_other_figures() -> None:
    [result] = run_pack(told(find_pack(FIRM), only_policies=True), "刚好一千元")
    assert any("expected waiting, got done" in failure.message.en for failure in result.failures)


def test_nothing_is_called_as_before() -> None:
    texts = dict(read_folder(find_pack(FIRM)).texts)
    words = "\n".join(retold(texts).values())
    for code in (
        "general_manager",
        "cheng_agent",
        "return_slip",
        "reply_within",
        "service-and-complaints",
        "第二十七条",
    ):
        assert code in "\n".join(texts.values())
        assert not re.search(rf"(?<![\w-]){code}(?![\w-])", words), code
    for figure in ('"< 3000"', '"[3000..15000)"', '"12 days"', '"by day 20"', '"1 hours"', '"2999.97"'):
        assert figure in words
    assert max(map(len, re.findall(r'"name": "(𠮷[^"]*)"', words))) == 200


def test_days_grow_and_hours_shrink_around_their_terms() -> None:
    times = Times(["2026-04-14 08:50", "2026-04-18 13:30"], in_months=False)
    assert times.act("2026-04-14 08:50") == "2026-04-14 04:25:00"
    assert times.act("2026-04-18 13:30") == "2026-04-22 06:45:00"
    assert times.end("2026-04-18 15:30") == "2026-04-22 07:45:00"
    # two days from the 14th end with the 16th; four of them with the 18th
    assert times.end("2026-04-17 00:00") == "2026-04-19 00:00:00"
    assert times.look("2026-04-16 23:59") == "2026-04-18 23:59:00"
    assert times.look("2026-04-17 00:01") == "2026-04-19 00:01:00"


def test_what_goes_by_the_month_stays_in_it() -> None:
    times = Times(["2026-05-25 09:00", "2026-05-29 09:00", "2026-06-11 08:00"], in_months=True)
    assert times.act("2026-05-25 09:00") == "2026-05-23 04:30:00"
    assert times.act("2026-05-29 09:00") == "2026-05-31 04:30:00"
    assert times.look("2026-06-01 00:01") == "2026-06-01 00:01:00"
    assert times.end("2026-06-11 00:00") == "2026-06-21 00:00:00"
    assert times.act("2026-06-11 08:00") == "2026-06-22 04:00:00"
    with pytest.raises(ValueError, match="too far apart"):
        Times(["2026-05-01 09:00", "2026-05-29 09:00"], in_months=True)
