"""The batch reading on DuckDB says what the live one says, over random conditions and rows, nulls included."""

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keguan.controls.conditions import Match, Unknown, Vocabulary, compile_condition, compile_table
from keguan.controls.conditions.columns import NestedColumns
from keguan.controls.conditions.names import Nested
from keguan.controls.conditions.scope import NestedScope
from keguan.controls.tests import drawn
from keguan.controls.tests.seen import Seen
from keguan.controls.tests.tried import times
from keguan.kernel.records.kinds import (
    Boolean,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)

SEEDS = st.integers(0, 3)
ACT: dict[str, Kind] = {
    "verb": Text(), "n": Integer(), "by": Reference("person"), "role": Listing(Text()), "at": Moment(),
    "happened_on": Date(), **{f"a_{name}": kind for name, kind in drawn.ACT_KINDS.items()},
}  # fmt: skip


def dtype(kind: Kind) -> str:  # noqa: PLR0911  # one per kind
    match kind:
        case MoneyKind():
            return "decimal(18, 2)"
        case Number():
            return "decimal(18, 4)"
        case Integer():
            return "int64"
        case Boolean():
            return "boolean"
        case Date():
            return "date"
        case Moment():
            return "timestamp('UTC')"
        case Listing(of=of):
            return f"array<{dtype(of)}>"
    return "string"


def plain(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, MoneyKind):
        return value.amount
    if isinstance(kind, Listing):
        return [plain(kind.of, one) for one in value]
    return kind.to_json(value) if dtype(kind) == "string" else value


def flat(kinds: dict[str, Kind], values: dict[str, Any]) -> dict[str, Any]:
    found = {name: plain(kind, values[name]) for name, kind in kinds.items()}
    money = {name for name, kind in kinds.items() if isinstance(kind, MoneyKind)}
    return found | {f"{name}_currency": values[name].currency if values[name] else "CNY" for name in money}


def typed(kinds: dict[str, Kind]) -> dict[str, str]:
    money = {f"{name}_currency": "string" for name, kind in kinds.items() if isinstance(kind, MoneyKind)}
    return {name: dtype(kind) for name, kind in kinds.items()} | money


class Mirror:
    """`Columns` over the rows of a seed."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def get(self, path: tuple[str, ...]) -> Any:
        return self.table[path[0]]

    def currency(self, path: tuple[str, ...]) -> Any:
        return self.table[f"{path[0]}_currency"]

    def lines(self, path: tuple[str, ...]) -> Any:
        return self.table[path[0]]

    def parameter(self, name: str) -> Any:
        return drawn.PARAMETERS.get(name)

    def done(self, verbs: tuple[str, ...]) -> Any:
        answers = [self.table.done.contains(verb) for verb in verbs]
        return answers[0] if len(answers) == 1 else answers[0] | answers[1]

    def past_acts(self) -> Any:
        return self.table.acts

    def covered(self, _control: str) -> Any:
        return self.table.covers

    def today(self) -> Any:
        return self.table.today


@cache
def connection() -> Any:
    import ibis

    made = ibis.duckdb.connect()
    made.raw_sql("set TimeZone = 'UTC'")
    return made


@cache
def mirror(seed: int) -> Mirror:
    import ibis
    import pyarrow as pa

    line = ", ".join(f"`{name}`: {kind}" for name, kind in typed(drawn.LINE_KINDS).items()).replace("`", "")
    act = ", ".join(f"{name}: {kind}" for name, kind in typed(ACT).items())
    schema = ibis.schema({
        "pos": "int64", **typed(drawn.KINDS | drawn.SAID), "items": f"array<struct<{line}>>", "today": "date",
        "done": "array<string>", "acts": f"array<struct<{act}>>", "covers": "boolean",
    })  # fmt: skip
    listed = [
        {
            "pos": pos, **flat(drawn.KINDS | drawn.SAID, row), "today": row["today"],
            "done": row["done"], "covers": row["covers"],
            "items": None if row["items"] is None else [flat(drawn.LINE_KINDS, one) for one in row["items"]],
            "acts": None if row["acts"] is None else [flat(ACT, one) for one in row["acts"]],
        }
        for pos, row in enumerate(drawn.rows(seed))
    ]  # fmt: skip
    table = pa.Table.from_pylist(listed, schema=schema.to_pyarrow())
    return Mirror(connection().create_table(f"rows_{seed}", table))


def answers(seed: int, expressions: dict[str, Any]) -> list[dict[str, Any]]:
    table = mirror(seed).table
    found = connection().to_pyarrow(table.select(pos=table.pos, **expressions).order_by("pos"))
    return found.to_pylist()  # type: ignore[no-any-return]


@given(st.lists(drawn.CONDITIONS, min_size=1, max_size=6), SEEDS)
@settings(max_examples=times(7), deadline=None)
def test_duckdb_answers_as_python_does(raws: list[Any], seed: int) -> None:
    conditions = {f"c{n}": compile_condition(raw, drawn.WORDS) for n, raw in enumerate(raws)}
    conditions |= {f"n{key}": one.negated() for key, one in conditions.items()}
    found = answers(seed, {key: one.ibis(mirror(seed)) for key, one in conditions.items()})
    for row, answer in zip(drawn.rows(seed), found, strict=True):
        for key, one in conditions.items():
            assert answer[key] is one.test(Seen(row)), (one.sentence("en"), row)


@given(st.lists(drawn.FACT_CONDITIONS, min_size=1, max_size=4), SEEDS)
@settings(max_examples=times(6), deadline=None)
def test_a_table_decides_alike(raws: list[Any], seed: int) -> None:
    made = compile_table([{"when": raw, "is": n} for n, raw in enumerate(raws)], drawn.WORDS)
    deciding = made.ibis(mirror(seed))
    found = answers(seed, {"code": deciding.code, **{f"r{n}": one for n, one in enumerate(deciding.answers)}})
    for row, answer in zip(drawn.rows(seed), found, strict=True):
        looked = made.lookup(Seen(row))
        code = None if looked is None else looked.index if isinstance(looked, Match) else -1 - looked.index
        assert answer["code"] == code
        matches, unknown = made.matches(Seen(row))
        assert [n for n in range(len(raws)) if answer[f"r{n}"]] == [match.index for match in matches]
        assert [n for n in range(len(raws)) if answer[f"r{n}"] is None] == [one.index for one in unknown]


def test_what_a_table_says_of_the_deciding_row() -> None:
    made = compile_table([{"when": {"title": "a"}}, {"when": {"times": 1}}, {"when": {"times": 2}}], drawn.WORDS)
    deciding = made.ibis(mirror(0))
    found = answers(0, {"index": deciding.index, "unknown": deciding.is_unknown, "at": deciding.unknown_at})
    seen = set()
    for row, answer in zip(drawn.rows(0), found, strict=True):
        looked = made.lookup(Seen(row))
        assert answer["index"] == (looked.index if isinstance(looked, Match) else None)
        assert answer["unknown"] is isinstance(looked, Unknown)
        assert answer["at"] == (looked.index if isinstance(looked, Unknown) else None)
        seen.add((answer["index"], answer["at"]))
    assert seen == {(0, None), (1, None), (2, None), (None, None), (None, 0), (None, 1)}


EDGES = [dt.date(year, month, day) for year in (2023, 2024, 2025) for month, day in (
    (1, 1), (1, 29), (1, 30), (1, 31), (2, 27), (2, 28), (3, 1), (3, 30), (3, 31), (4, 1), (4, 30), (6, 30), (9, 30),
    (10, 1), (12, 30), (12, 31))]  # fmt: skip
EDGES += [dt.date(2024, 2, 29), dt.date(2000, 2, 29), dt.date(1960, 2, 29)]


def test_every_window_on_the_edges_of_months_and_years() -> None:
    """Each edge day as of each other: month ends, leap days, year ends; on DuckDB as in Python."""
    import pyarrow as pa

    pairs = [(day, today) for day in EDGES for today in EDGES]
    columns = {"happened_on": [day for day, _ in pairs], "today": [today for _, today in pairs]}
    table = connection().create_table("edges", pa.table({"pos": range(len(pairs)), **columns}))
    tests = [*drawn.WINDOWS, "same_day_of_year"]
    conditions = [compile_condition({"happened_on": test}, drawn.WORDS) for test in tests]
    answered = {f"c{n}": one.ibis(Mirror(table)) for n, one in enumerate(conditions)}
    found = connection().to_pyarrow(table.select(table.pos, **answered).order_by("pos")).to_pylist()
    for (day, today), answer in zip(pairs, found, strict=True):
        row = Seen({"happened_on": day, "today": today})
        expected = {f"c{n}": one.test(row) for n, one in enumerate(conditions)}
        assert {key: answer[key] for key in expected} == expected, (day, today)


@pytest.mark.parametrize(
    ("today", "is_kept"),
    [("2023-02-28", True), ("2024-02-28", False), ("2024-02-29", True), ("2023-03-01", False), ("1900-02-28", True)],
)
def test_the_leap_day_is_kept_on_the_28th_in_short_years(today: str, is_kept: bool) -> None:
    import ibis

    one = compile_condition({"happened_on": "same_day_of_year"}, drawn.WORDS)
    row = {"happened_on": dt.date(2000, 2, 29), "today": dt.date.fromisoformat(today)}
    assert one.test(Seen(row)) is is_kept

    class Fixed(Mirror):
        def get(self, path: tuple[str, ...]) -> Any:
            return ibis.literal(row[path[0]], type="date")

        def today(self) -> Any:
            return ibis.literal(row["today"], type="date")

    assert connection().to_pyarrow(one.ibis(Fixed(None))).as_py() is is_kept


def test_a_fact_that_was_never_recorded_is_unknown_even_to_set() -> None:
    class Without(Mirror):
        def get(self, path: tuple[str, ...]) -> Any:
            return None if path == ("title",) else super().get(path)

    one = compile_condition({"title": "set"}, drawn.WORDS)
    found = answers(0, {"c": one.ibis(Without(mirror(0).table))})
    assert {row["c"] for row in found} == {None}


def test_a_key_and_what_stands_outside_are_read_side_by_side() -> None:
    """`{amount: "<= $amount"}` under a key compares the key's amount with the trigger's."""
    import ibis

    trigger = Vocabulary({name: drawn.WORDS.facts[name] for name in ("amount", "limit", "title")})
    nested = Nested(drawn.WORDS, trigger, frozenset(("amount", "times")))
    one = compile_condition({"any": [{"amount": "<= $amount"}, {"title": "a"}]}, nested)
    assert one.facts() == {("amount",), ("outside", "amount"), ("outside", "title")}
    outer = mirror(1).table
    both = mirror(0).table.join(outer.rename(lambda name: f"o_{name}"), [("pos", "o_pos")])

    class Outer(Mirror):
        def get(self, path: tuple[str, ...]) -> Any:
            return self.table[f"o_{path[0]}"]

        def currency(self, path: tuple[str, ...]) -> Any:
            return self.table[f"o_{path[0]}_currency"]

    expression = one.ibis(NestedColumns(Mirror(both), Outer(both)))
    found = connection().to_pyarrow(both.select(both.pos, answer=expression).order_by(ibis.asc("pos"))).to_pylist()
    pairs = zip(drawn.rows(0), drawn.rows(1), strict=True)
    assert [row["answer"] for row in found] == [one.test(NestedScope(Seen(key), Seen(by))) for key, by in pairs]


@pytest.mark.parametrize("moment", ["1988-07-01 15:30", "1991-09-14 17:00", "2024-02-28 15:59:59", "2024-02-28 16:00"])
def test_the_company_s_day_of_a_moment(moment: str) -> None:
    import ibis

    from keguan.controls.conditions.batch_days import local_day
    from keguan.controls.conditions.values import day_of

    at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    for literal in (ibis.literal(at, type="timestamp('UTC')"), ibis.literal(at.replace(tzinfo=None), type="timestamp")):
        assert connection().to_pyarrow(local_day(literal)).as_py() == day_of(at)


@given(drawn.CONDITIONS)
@settings(max_examples=times(8), deadline=None)
def test_spark_knows_every_form(raw: Any) -> None:
    import ibis

    seen = mirror(0)
    tree = ibis.table(seen.table.schema(), name="rows")
    one = compile_condition(raw, drawn.WORDS).ibis(Mirror(tree))
    assert ibis.to_sql(tree.select(answer=one), dialect="pyspark")
