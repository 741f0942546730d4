"""Formulas over tables: DuckDB works out what Python does, missing operands, other currencies and noughts included."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from keguan.controls.conditions import Name, PlainScope, Vocabulary, batch_formulas
from keguan.controls.conditions.formulas import Formula, compile_formula
from keguan.controls.conditions.scope import Scope
from keguan.kernel.records.kinds import Integer, Money, MoneyKind, Number
from keguan.kernel.records.labels import Label
from keguan.policies.book import Parameter

KINDS = {"paid": MoneyKind(), "due": MoneyKind(), "times": Integer(), "share": Number()}
WORDS = Vocabulary({name: Name(("of", name), kind, Label(name, name)) for name, kind in KINDS.items()})
PARAMETERS = {
    "step": Parameter("step", Number(), Label("步长", "step")),
    "base": Parameter("base", MoneyKind(), Label("起付线", "base")),
}
GIVEN = {"step": Decimal("0.5"), "base": Money(Decimal(100), "CNY")}
VALUES: dict[str, list[Any]] = {
    "paid": [None, Money(Decimal("0.00"), "CNY"), Money(Decimal("99.95"), "CNY"), Money(Decimal("-12.50"), "USD")],
    "due": [None, Money(Decimal("33.30"), "CNY"), Money(Decimal("7.00"), "USD")],
    "times": [None, 0, 3, -2], "share": [None, Decimal("0.1250"), Decimal("-1.5000")],
}  # fmt: skip
FORMULAS = [
    "paid + due", "paid - due * times", "min(paid, due)", "max(paid, due, @base)", "paid / due", "paid / times",
    "times / share", "round_down(share * times)", "round_down(paid / 7, 1) * times", "-paid + @base * @step",
    "(share + times) * @step - 0.25", "round_down(paid / due * 100, 2)", "max(share, 0) / min(times, 1)",
]  # fmt: skip
ROWS = [dict(zip(VALUES, row, strict=True)) for row in itertools.product(*VALUES.values())]


class Columns:
    """The rows as a table."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def get(self, path: tuple[str, ...]) -> Any:
        return self.table[path[-1]]

    def currency(self, path: tuple[str, ...]) -> Any:
        return self.table[f"{path[-1]}__currency"]

    def parameter(self, name: str) -> Any:
        return GIVEN[name]


class Given(PlainScope):
    """One row with the parameters."""

    def parameter(self, name: str) -> Any:
        return GIVEN[name]


def scope(row: dict[str, Any]) -> Scope:
    return Given({("of", name): value for name, value in row.items()})


@pytest.fixture(scope="module")
def columns() -> Columns:
    import ibis
    import pyarrow as pa

    amounts = ("paid", "due")
    body = [
        {"place": place, "times": row["times"], "share": row["share"]}
        | {name: None if row[name] is None else row[name].amount for name in amounts}
        | {f"{name}__currency": None if row[name] is None else row[name].currency for name in amounts}
        for place, row in enumerate(ROWS)
    ]
    shape = pa.schema([
        ("place", pa.int64()), ("times", pa.int64()), ("share", pa.decimal128(38, 4)),
        *((name, pa.decimal128(38, 2)) for name in amounts), *((f"{name}__currency", pa.string()) for name in amounts),
    ])  # fmt: skip
    return Columns(ibis.duckdb.connect().create_table("rows", pa.Table.from_pylist(body, schema=shape)))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_comes_to_the_same(columns: Columns, text: str) -> None:
    import ibis

    formula: Formula = compile_formula(text, WORDS, parameters=PARAMETERS)
    made: Any = batch_formulas.value(formula, columns)  # type: ignore[arg-type]
    currency = ibis.null("string") if made.currency is None else made.currency
    found = columns.table.select("place", value=made.value, currency=currency).to_pyarrow().to_pylist()
    seen = 0
    for one in found:
        expected = formula.value(scope(ROWS[one["place"]]))
        if expected is None:
            assert one["value"] is None, (text, ROWS[one["place"]], one)
            continue
        amount = expected.amount if isinstance(expected, Money) else expected
        assert one["value"] is not None, (text, ROWS[one["place"]], expected)
        assert abs(Decimal(one["value"]) - amount) < Decimal("0.00000001"), (text, ROWS[one["place"]], expected, one)
        if isinstance(expected, Money):
            assert one["currency"] == expected.currency
        seen += 1
    assert seen > 0
