"""Acts that were done, and posts of persons, in list filters: the database finds whom the condition holds for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from keguan.controls.conditions import ConditionFault, Where, compile_condition
from keguan.controls.engines.guard import needs_of
from keguan.controls.live import deeds
from keguan.controls.live.spreading import population
from keguan.controls.lookup import RecordLookup
from keguan.controls.names import ObjectNames
from keguan.controls.scene import Scene
from keguan.controls.scopes import model_of
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import Vocabulary, vocabulary
from keguan.org.directory import profiles
from keguan.policies.rulebooks import current

NOW = MORNING + dt.timedelta(days=40)


class Book:
    """The product's declarations with the firm's roles."""

    def __init__(self) -> None:
        self.vocabulary: Vocabulary = vocabulary
        self.declared: Mapping[str, Mapping[str, Fact]] = {}
        self.roles = {code: Label(code, code) for code in ("manager", "agent", "deputy", "outsider")}

    def facts(self, record_type: str) -> Mapping[str, Fact]:
        return vocabulary.types[record_type].by_name


NAMES = ObjectNames(Book(), vocabulary.types["case"])
CONDITIONS: list[Any] = [
    {"done": "case.accept"}, {"not_done": "case.accept"}, {"done": ["case.find", "case.note"]},
    {"done": {"verb": "case.note", "times": ">= 2"}}, {"not_done": {"verb": "case.note", "times": "[1..2]"}},
    {"done": {"verb": "case.note", "in": "this month"}}, {"done": {"verb": "case.note", "in": "last 10 days"}},
    {"not_done": {"verb": "case.note", "since": "2026-03-20"}},
    {"done": {"verb": "case.note", "since": "2026-03-20", "in": "last month", "times": 1}},
    {"any": [{"kind": "consultation"}, {"all": [{"done": "case.accept"}, {"not_done": "case.note"}]}]},
    {"owner": "manager"}, {"owner": "not [manager, deputy]"}, {"any": [{"owner": "agent"}, {"done": "case.find"}]},
]  # fmt: skip


@pytest.fixture
def cases(firm: Firm) -> Firm:
    """Cases of several owners, one of them gone, on which different things were done over a month."""
    owners = ["季安", "苏敏", "罗平", "季安", None]
    keys = []
    for place, owner in enumerate(owners):
        given: dict[str, Any] = {"owner": firm.people[owner] if owner else None}
        keys.append(firm.case("苏敏", kind="consultation" if place == 4 else "complaint", **given))
    for key in keys[:3]:
        firm.must("苏敏", "case.accept", key)
    firm.must("苏敏", "case.find", keys[1], findings="承运方责任", is_founded=True)
    for days, several in ((1, keys[:2]), (17, keys[1:3]), (29, keys[:1]), (38, keys[1:4])):
        with clock.pinned(MORNING + dt.timedelta(days=days)):
            for key in several:
                firm.must("苏敏", "case.note", key, text="来电")
    return firm


@pytest.mark.parametrize("raw", CONDITIONS, ids=str)
def test_the_database_finds_what_each_record_says(cases: Firm, raw: Any) -> None:
    condition = compile_condition(raw, NAMES)
    with clock.pinned(NOW):
        kind, rows, book = vocabulary.types["case"], Rows(), current(NOW)
        asked = RecordLookup(kind, Book().facts, vocabulary.types, model_of, NOW.date(), at=NOW)
        condition.check_filter(Where(), asked)
        found = [scene.id for scene in population(rows, book, kind, condition, NOW)]
        expected, unknown = _one_by_one(condition, rows)
        assert found == expected
        assert 0 < len(found) < 5
        left = model_of(kind.table).objects.filter(condition.q_unknown(asked))  # type: ignore[attr-defined]
        assert set(left.values_list("pk", flat=True)) == unknown


def _one_by_one(condition: Any, rows: Rows) -> tuple[list[UUID], set[UUID]]:
    kind = vocabulary.types["case"]
    keys = [row["id"] for row in rows.select(f"select id from {kind.table}")]
    scenes = [Scene(kind, key, NOW, record=one.values) for key, one in load(rows, kind, keys).items()]
    deeds.put(rows, scenes, needs_of(condition, "case"))
    people = [scene.record["owner"] for scene in scenes if scene.record["owner"]]
    for scene in scenes:
        scene.profiles = profiles(rows, people, NOW)
    answers = {scene.id: condition.test(scene) for scene in scenes}
    return sorted(key for key, answer in answers.items() if answer), {k for k, a in answers.items() if a is None}


@pytest.mark.parametrize("extra", [{"by": "manager"}, {"when": {"happened_on": "set"}}, {"since": "case.accept"}])
def test_what_was_said_of_an_act_is_judged_record_by_record(cases: Firm, extra: dict[str, Any]) -> None:
    condition = compile_condition({"done": {"verb": "case.note", **extra}}, NAMES)
    with pytest.raises(ConditionFault) as caught:
        condition.check_filter(Where(line=3))
    assert "done" in caught.value.message.zh and caught.value.line == 3
    assert "times" in caught.value.cure.en
