"""The `Q` reading on PostgreSQL says what the live one says: own, declared and linked facts, nulls included."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keguan.controls.conditions import Condition, ConditionFault, Name, Vocabulary, Where, compile_condition
from keguan.controls.lookup import RecordLookup
from keguan.controls.scopes import model_of
from keguan.controls.tests import drawn
from keguan.controls.tests.seen import Seen
from keguan.controls.tests.tried import times
from keguan.controls.tests.vocabulary import yaml
from keguan.kernel.records.kinds import (
    Boolean,
    Date,
    Fields,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import Profile

FACTS = {name: Fact(name, kind, Label(name, name)) for name, kind in (drawn.KINDS | drawn.SAID).items()}
LINKS = {name: Fact(name, Reference("thing"), Label(name, name)) for name in ("link", "loose", "far")}
THING = RecordType(
    "thing", Label("物", "Thing"), "controls_thing_tried",
    (*FACTS.values(), LINKS["link"], LINKS["loose"], Fact("extra", Fields(), Label("", ""))), declared="extra",
)  # fmt: skip
# A fact is read as the record's own, as a declared field, or through a foreign key, an id, a declared reference.
PLACES = ["thing.{}", "declared_{}", "link.{}", "loose.{}", "far.{}", "link.declared_{}", "loose.declared_{}"]
DECLARED = {f"declared_{name}": Fact(f"declared_{name}", fact.kind, fact.label) for name, fact in FACTS.items()}
ALL = {**FACTS, **LINKS, **DECLARED}


def field(kind: Kind) -> Any:  # noqa: PLR0911  # one per kind
    match kind:
        case MoneyKind() | Number():
            return models.DecimalField(max_digits=18, decimal_places=4, null=True)
        case Integer():
            return models.IntegerField(null=True)
        case Date():
            return models.DateField(null=True)
        case Moment():
            return models.DateTimeField(null=True)
        case Boolean():
            return models.BooleanField(null=True)
        case Reference():
            return models.UUIDField(null=True)
        case Listing(of=of):
            return ArrayField(field(of), null=True)
    return models.TextField(null=True)


@cache
def thing() -> Any:
    columns = {name: field(fact.kind) for name, fact in FACTS.items()}
    columns |= {f"{name}_currency": models.TextField(null=True) for name in ("amount", "limit")}
    columns |= {
        "id": models.UUIDField(primary_key=True),
        "seed": models.IntegerField(),
        "pos": models.IntegerField(),
        "extra": models.JSONField(null=True),
        "link": models.ForeignKey("self", models.PROTECT, null=True, db_constraint=False, related_name="+"),
        "loose": models.UUIDField(null=True),
    }
    meta = type("Meta", (), {"app_label": "controls", "db_table": THING.table})
    with isolate_apps("keguan.controls"):
        return type("Thing", (models.Model,), {**columns, "Meta": meta, "__module__": __name__})


def entered(seed: int, pos: int, row: dict[str, Any]) -> Any:
    key = uuid.UUID(int=seed * 1000 + pos + 1)
    values: dict[str, Any] = {}
    declared: dict[str, Any] = {}
    for name, fact in FACTS.items():
        parts = dict(zip([one for one, _ in fact.kind.columns(name)], fact.kind.to_columns(row[name]), strict=True))
        values |= parts
        # what was never given stands as null, or not at all
        if row[name] is not None or pos % 2:
            declared[f"declared_{name}"] = fact.kind.to_json(row[name])
    return thing()(
        id=key, seed=seed, pos=pos, link_id=key, loose=key, **values, extra={**declared, "far": str(key)}
    )  # fmt: skip


@pytest.fixture
def things(db: None) -> Iterator[Any]:
    with connection.schema_editor() as editor:
        editor.create_model(thing())
    for seed in range(4):
        thing().objects.bulk_create(entered(seed, pos, row) for pos, row in enumerate(drawn.rows(seed)))
    yield thing()
    connection.check_constraints()


def lookup(day: dt.date = dt.date(2024, 2, 29)) -> RecordLookup:
    return RecordLookup(
        THING, lambda _type: ALL, {"thing": THING}, lambda _table: thing(), day, drawn.PARAMETERS
    )  # fmt: skip


def words(place: str, others: str) -> Vocabulary:
    """The drawn vocabulary with its facts in other places; `others` for every second fact."""
    found, standings = {}, {}

    def moved(number: int, fact: Name) -> Name:
        path = (place if number % 2 else others).format(fact.path[0])
        return Name(tuple(path.split(".")), fact.kind, fact.label)

    for number, (name, fact) in enumerate(drawn.WORDS.facts.items()):
        found[name] = moved(number, fact)
    for number, ((name, what), fact) in enumerate(drawn.STANDINGS.items()):
        standings[found[name].key, what] = moved(number, fact)
    return Vocabulary(found, standings=standings)


def answers(one: Condition, seed: int, day: dt.date) -> tuple[set[int], set[int]]:
    rows = thing().objects.filter(seed=seed).values_list("pos", flat=True)
    with transaction.atomic():
        return set(rows.filter(one.q(lookup(day)))), set(rows.filter(one.q_unknown(lookup(day))))


@given(drawn.FACT_CONDITIONS, st.sampled_from(PLACES), st.sampled_from(PLACES), st.integers(0, 3), st.data())
@settings(max_examples=times(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgresql_answers_as_python_does(
    things: Any, raw: Any, place: str, others: str, seed: int, data: st.DataObject
) -> None:
    plain, one = compile_condition(raw, drawn.WORDS), compile_condition(raw, words(place, others))
    one.check_filter(Where(), lookup())
    day = data.draw(st.sampled_from(drawn.DAYS))
    for asked, expected in ((one, plain), (one.negated(), plain.negated())):
        truth = [expected.test(Seen(row | {"today": day})) for row in drawn.rows(seed)]
        true, unknown = answers(asked, seed, day)
        assert true == {pos for pos, answer in enumerate(truth) if answer}
        assert unknown == {pos for pos, answer in enumerate(truth) if answer is None}


@pytest.mark.parametrize("sign", ["", "!= ", "< ", "<= ", "> ", ">= "])
def test_a_moment_is_compared_with_the_whole_day(things: Any, sign: str) -> None:
    for place, day in itertools.product(PLACES, ("2024-02-29", "2024-03-01", "2023-12-31")):
        plain = compile_condition({"closed_at": f"{sign}{day}"}, drawn.WORDS)
        one = compile_condition({"closed_at": f"{sign}{day}"}, words(place, place))
        truth = [plain.test(Seen(row)) for row in drawn.rows(0)]
        assert answers(one, 0, drawn.DAYS[0])[0] == {pos for pos, answer in enumerate(truth) if answer}


def test_everything_and_nothing(things: Any) -> None:
    everything = compile_condition(None, drawn.WORDS)
    assert things.objects.filter(everything.q(lookup())).count() == things.objects.count()
    assert not things.objects.filter(everything.negated().q(lookup())).exists()
    assert not things.objects.filter(everything.q_unknown(lookup())).exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{done: {verb: case.find, since: case.close}}", "done"),
        ("{any: [{title: a}, {covered_by: settle}]}", "covered_by"),
        ("{every: items, have: {pages: 1}}", "every"),
        ("{count: items, is: 1}", "count"),
        ("{title: $elsewhere}", "“别处”"),
    ],
)
def test_what_cannot_filter_is_refused(text: str, says: str) -> None:
    elsewhere = Name(("nowhere", "title"), drawn.KINDS["title"], Label("别处", "Elsewhere"))
    known = Vocabulary({**drawn.WORDS.facts, "elsewhere": elsewhere}, drawn.WORDS.verbs, drawn.WORDS.line_lists)
    one = compile_condition(yaml(text), known)
    with pytest.raises(ConditionFault) as caught:
        one.check_filter(Where(line=7), lookup())
    assert says in caught.value.message.zh
    assert caught.value.message.en
    assert caught.value.cure.zh
    assert caught.value.cure.en
    assert caught.value.line == 7


def test_every_fact_of_every_table_can_be_asked_for(db: None) -> None:
    asked = 0
    tables = set(connection.introspection.table_names())  # a pack of another test leaves its registers' types behind
    for record_type in vocabulary.types.values():
        if record_type.table not in tables:
            continue
        try:
            model: Any = model_of(record_type.table)
        except LookupError:
            continue
        real = RecordLookup(
            record_type, lambda name: vocabulary.types[name].by_name, vocabulary.types, model_of, drawn.DAYS[0]
        )  # fmt: skip
        names = [Name((record_type.name, fact.name), fact.kind, fact.label) for fact in record_type.facts]
        for fact in record_type.facts:
            if isinstance(fact.kind, Reference) and fact.kind.to in vocabulary.types:
                others = vocabulary.types[fact.kind.to].facts
                names += [Name((fact.name, one.name), one.kind, one.label) for one in others]
        found = [one for one in names if real.column(one.path) is not None and not isinstance(one.kind, Fields)]
        for test in ("set", "empty"):
            every = compile_condition(
                {"all": [{one.key: test} for one in found]}, Vocabulary({n.key: n for n in found})
            )
            model.objects.filter(every.q(real)).exists()
            assert not model.objects.filter(every.q_unknown(real)).exists()
        asked += len(found)
    assert asked > 100


def test_facts_of_the_person_who_asks(things: Any) -> None:
    here, there = drawn.UNITS[0], drawn.UNITS[1]
    profile = Profile(here, "", frozenset(("boss",)), frozenset((here,)))
    real = RecordLookup(THING, lambda _type: ALL, {"thing": THING}, lambda _table: thing(), drawn.DAYS[0], {}, profile)
    names = Vocabulary({
        "unit": Name(("thing", "unit"), Reference("unit"), Label("", "")),
        "asker": Name(("actor", "id"), Reference("unit"), Label("", "")),
        "units": Name(("actor", "unit"), Listing(Reference("unit")), Label("", "")),
        "roles": Name(("actor", "role"), Listing(Text()), Label("", "")),
        "day": Name(("happened_on",), drawn.KINDS["happened_on"], Label("", "")),
    })  # fmt: skip

    def count(raw: Any) -> int:
        return things.objects.filter(compile_condition(raw, names).q(real)).count()  # type: ignore[no-any-return]

    mine, everything = things.objects.filter(unit=here).count(), things.objects.count()
    assert 0 < mine == count({"unit": "$asker"}) == count({"units": "$unit"})
    assert things.objects.filter(unit=there).count() < count({"unit": "!= $asker"})
    assert count({"roles": "boss"}) == everything
    assert count({"roles": "not [boss, clerk]"}) == 0
    assert count({"day": "2024-02-01"}) == everything
