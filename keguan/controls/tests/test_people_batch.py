"""Both readings of people expressions agree over random org histories: one by one, and all at once on DuckDB."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keguan.controls.people import nodes, parse_people
from keguan.controls.people.batch import people_of
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Scene
from keguan.controls.tests.tried import times
from keguan.controls.tests.vocabulary import WORDS, yaml
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import Listing, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.org.spans.reading import EXPORT
from keguan.org.tests.test_spans import START, STEPS, VERB, Histories

CASE = RecordType("case", Label("案", "case"), "", (
    Fact("owner", Reference("person"), Label("主", "owner")),
    Fact("complained_about", Reference("person"), Label("被", "about")),
    Fact("department", Reference("unit"), Label("部", "department")),
    Fact("departments", Listing(Reference("unit")), Label("部", "departments")),
))  # fmt: skip
EXPRESSIONS = [
    "clerk", "chief @ case.department", "head @ case.department", "superior of case.owner", "case.owner",
    "superior of head @ case.department", "each of case.departments", "requester", "actor", "[clerk, chief]",
    "{is: head @ case.department, but: case.complained_about}",
    "{is: chief @ case.department, but: [case.owner, head @ case.department]}",
    "{is: case.owner, but: requester, else: chief}", "{some: 2, of: [clerk, case.owner]}",
]  # fmt: skip
TEXT, MOMENT = "string", "timestamp('UTC')"
HOLDERS = {
    "role": TEXT, "subject": TEXT, "person": TEXT, "holder": TEXT, "how": TEXT, "verbs": TEXT, "valid_from": MOMENT,
    "valid_to": MOMENT, "known_from": MOMENT, "known_to": MOMENT,
}  # fmt: skip
QUESTIONS = {
    "row": TEXT, "at": MOMENT, "known": MOMENT, "object": TEXT, "actor": TEXT, "requester": TEXT, "case.owner": TEXT,
    "case.complained_about": TEXT, "case.department": TEXT, "case.departments": "array<string>",
}  # fmt: skip


def scenes(company: Histories, at: dt.datetime) -> list[Scene]:
    found = []
    for n in range(4):
        record = {
            "owner": company.people[n % len(company.people)],
            "complained_about": company.people[(n + 1) % len(company.people)] if n else None,
            "department": company.units[n % len(company.units)] if n != 2 else None,
            "departments": company.units[: n + 1],
        }
        key, two = uuid5(UUID(int=7), f"{n}{at}"), company.people[(n + 2) % len(company.people)]
        found.append(Scene(CASE, key, at, record=record, actor=two, requester=company.people[n % len(company.people)]))
    return found


def row_of(number: int, scene: Scene, known: dt.datetime) -> dict[str, Any]:
    facts = {f"case.{name}": [str(v) for v in value] if isinstance(value, list) else value and str(value)
             for name, value in scene.record.items()}  # fmt: skip
    return {
        "row": str(number), "at": scene.at, "known": known, "object": str(scene.id), "actor": str(scene.actor),
        "requester": str(scene.requester), **facts,
    }  # fmt: skip


def holders() -> Any:
    import ibis

    rows = [{name: str(row[name]) if isinstance(row[name], UUID) else row[name] for name in HOLDERS}
            for row in Rows().select(EXPORT)]  # fmt: skip
    return ibis.memtable(rows, schema=HOLDERS)


def agree(company: Histories, known: dt.datetime, texts: list[str]) -> None:
    import ibis

    backend = ibis.duckdb.connect()
    backend.raw_sql("set timezone = 'UTC'")
    asked = [scene for offset in (-2, 0, 2, 5) for scene in scenes(company, START + dt.timedelta(days=offset))]
    questions = ibis.memtable([row_of(n, scene, known) for n, scene in enumerate(asked)], schema=QUESTIONS)
    table = backend.create_table("holders", holders())
    people_asked = backend.create_table("questions", questions)

    def kept(found: Any) -> Any:
        return found.cache()

    for text in texts:
        people = parse_people(yaml(text), WORDS, {"clerk", "chief"})
        for verb in (None, VERB):
            each = [resolve(Rows(), one.at, [Question(people, one, verb=verb)], known)[0] for one in asked]
            found = backend.to_pyarrow(people_of(people, people_asked, table, verb=verb, keep=kept)).to_pylist()
            got: dict[str, set[str]] = {}
            for row in found:
                got.setdefault(row["row"], set()).add(row["person"])
            for n, persons in enumerate(each):
                assert got.get(str(n), set()) == {str(one) for one in persons}, (text, asked[n], verb)


class Agreement(TestCase):
    """Random histories, as known at a moment in the middle of them and at their end."""

    @settings(deadline=None, max_examples=times(3), suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS, st.data())
    def test_one_by_one_and_all_at_once(self, steps: list[tuple[object, ...]], data: st.DataObject) -> None:
        with clock.pinned(START):
            company = Histories()
        for number, step in enumerate(steps):
            with clock.pinned(START + dt.timedelta(hours=number + 1)):
                company.do(step)
        texts = data.draw(st.lists(st.sampled_from(EXPRESSIONS), min_size=2, max_size=4, unique=True))
        known = START + dt.timedelta(hours=data.draw(st.integers(0, len(steps) + 1)), minutes=30)
        agree(company, known, texts)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_every_form_in_a_company_with_vacancies_and_delegations(db: None, text: str) -> None:
    with clock.pinned(START):
        company = Histories()
        company.assign(0, 1, 0, -4, None)
        company.assign(1, 1, 1, -4, None)
        company.assign(3, 0, 2, -4, None)
        company.assign(2, 0, 3, 1, 3)
        company.delegate(1, 3, 0, 3, False, False)
        company.delegate(0, 2, 1, None, False, True)
        company.leave(2, 4)
    agree(company, START, [text])


def test_who_did_and_in_whose_place(db: None) -> None:
    import ibis

    with clock.pinned(START):
        company = Histories()
    [one, two, three, *_] = company.people
    [scene, *_] = scenes(company, START)
    questions = ibis.memtable([row_of(0, scene, START)], schema=QUESTIONS)
    shape = {"object": TEXT, "verb": TEXT, "event": TEXT, "actor": TEXT, "on_behalf_of": TEXT, "recorded_at": MOMENT}
    act = {"object": str(scene.id), "verb": "case.find", "on_behalf_of": str(three), "recorded_at": START}
    late = START + dt.timedelta(hours=1)
    rows = [
        {**act, "event": "a", "actor": str(one)},
        {**act, "event": "b", "actor": str(two)},
        {**act, "event": "c", "actor": str(three), "recorded_at": late},
    ]
    acts = ibis.memtable([{name: row[name] for name in shape} for row in rows], schema=shape)
    did = nodes.WhoDid("case.find", Label("查", "find"))
    backend = ibis.duckdb.connect()
    [row] = backend.to_pyarrow(people_of(did, questions, holders(), acts)).to_pylist()
    assert row["person"] == str(two), "the last that was known then"
    everybody = nodes.AnyOf((did, nodes.Requester()))
    left = backend.to_pyarrow(people_of(everybody, questions, holders(), acts, but=did, never="requester")).to_pylist()
    assert left == []
