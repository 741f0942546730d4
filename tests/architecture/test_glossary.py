"""The glossary: every table and record type of the product stands there, and a word means one thing."""

import re
from collections import Counter

import pytest
from django.apps import apps

from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import engines
from tests.architecture.sources import ROOT

LINE = re.compile(r"^\| (?!English)([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# tables whose class has a shorter name than the concept
CALLED = {
    "ApprovalLine": "line (of a request)",
    "ApprovalStep": "step (of a request)",
    "Due": "due date or period",
    "Import": "import",
    "Unowned": "fault list",
    "User": "sign-in",
    "Value": "parameter value",
}
MODELS = [model for model in apps.get_models() if model.__module__.startswith("keguan.")]
TABLES = {model._meta.db_table for model in MODELS}


def lines() -> list[tuple[str, str]]:
    return [(english, chinese) for english, chinese, _ in LINE.findall((ROOT / "docs/glossary.md").read_text("utf-8"))]


def own_types() -> list[RecordType]:
    """What the product declares; tests of other modules declare more."""
    return [one for one in vocabulary.types.values() if one.table in TABLES or one.name == "batch"]


def test_a_word_means_one_thing() -> None:
    for column in zip(*lines(), strict=True):
        assert [word for word, times in Counter(column).items() if times > 1] == []


def test_lines_stand_in_the_order_of_the_alphabet() -> None:
    words = [english.lower() for english, _ in lines()]
    assert words == sorted(words)


@pytest.mark.parametrize("name", sorted(model.__name__ for model in MODELS))
def test_every_table_is_a_concept_with_a_line(name: str) -> None:
    word = CALLED.get(name, re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower())
    assert word in dict(lines())


def test_record_types_are_called_on_screen_as_in_the_glossary() -> None:
    known = dict(lines())
    named = {one.name: (known.get(one.name), one.label.zh) for one in own_types()}
    assert len(named) > 15
    assert {name: words for name, words in named.items() if words[0] != words[1]} == {}


def test_engines_are_called_on_screen_as_in_the_glossary() -> None:
    known = dict(lines())
    other = {"approval": "核决与审批"}  # both kinds of it: 核决 by authority, 审批 by a second person
    said = {name: other.get(name, known.get(name)) for name in engines}
    assert {name: engine.label.zh for name, engine in engines.items()} == said
