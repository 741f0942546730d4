"""Whatever stands in a policy is a condition with all its readings, or a fault with its line and cure."""

import contextlib
import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from keguan.controls.conditions import (
    Condition,
    ConditionFault,
    Where,
    compile_condition,
    compile_table,
    condition_findings,
    findings,
)
from keguan.controls.conditions.regions import TooMany
from keguan.controls.tests import drawn
from keguan.controls.tests.seen import Seen
from keguan.controls.tests.test_conditions_batch import mirror
from keguan.controls.tests.test_conditions_filters import lookup
from keguan.controls.tests.tried import times

WORDS = st.sampled_from([
    "all", "any", "none", "at_least", "of", "every", "have", "sum", "count", "is", "done", "not_done", "covered_by",
    "when", "items", "items.cost", "items.name", "units", "case.find", "line.pages", *drawn.KINDS, *drawn.LINE_KINDS,
])  # fmt: skip
SIGNS = r"(not )?[<>=!\[\]().,$@#0-9a-zA-Z年＜，。 \-\"':]{0,14}"
PIECES = st.sampled_from([
    "not", "set", "empty", "same_day_of_year", "this month", "last 3 days", "last_year", "last 9999 months", "[", "]",
    "(", ")", "..", ",", "<", "<=", ">", "!=", "$limit", "$items", "@few=2", "@few", "1", "-1.50", "USD", "2024-02-29",
    "9999-12-31", "0001-01-01", "2024-02-29 23:59", "complaint", "投诉", "是", "'a, b'", '"', "\n", "NaN", "1e9", "∞",
])  # fmt: skip
TEXTS = st.text(max_size=20) | st.from_regex(SIGNS, fullmatch=True) | st.lists(PIECES, max_size=7).map(" ".join)
SCALARS = (
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | st.decimals()
)  # fmt: skip
TANGLES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | TEXTS | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def checked(fault: ConditionFault) -> None:
    assert all((fault.message.zh, fault.message.en, fault.cure.zh, fault.cure.en))
    assert fault.line == 7


def read(one: Condition, raw: Any) -> None:
    """Every reading of the condition and of its opposite runs, and says something; what was written may be odd."""
    row = drawn.rows(0)[0]
    for condition in (one, one.negated()):
        assert condition.test(Seen(row)) in (None, True, False)
        zh, en = condition.sentence(), condition.sentence("en")
        assert zh
        assert en
        assert "None" not in zh + en
        assert not any(twice in zh for twice in ("，，", "（）", "““", "为”") if not set(twice) & set(str(raw)))
        condition.ibis(mirror(0))
        condition.missing(Seen(row))
        condition.reads(Seen(row))
        condition_findings(condition)
        with contextlib.suppress(TooMany):
            condition.intervals()
        try:
            condition.check_filter(Where(line=7), lookup(dt.date(2024, 2, 29)))
        except ConditionFault as fault:
            checked(fault)
        else:
            condition.q(lookup(dt.date(2024, 2, 29)))
            condition.q_unknown(lookup(dt.date(2024, 2, 29)))


def compiled(raw: Any, lists: str = "any") -> None:
    try:
        one = compile_condition(raw, drawn.WORDS, Where(line=7), lists=lists)
    except ConditionFault as fault:
        checked(fault)
    else:
        read(one, raw)


@given(st.sampled_from(sorted(drawn.KINDS)), TEXTS)
@settings(max_examples=times(120), deadline=None)
def test_any_text_is_a_test_or_a_fault(name: str, text: str) -> None:
    compiled({name: text})


@given(st.dictionaries(WORDS | TEXTS, TANGLES, max_size=3) | TANGLES, st.sampled_from(["any", "all"]))
@settings(max_examples=times(120), deadline=None)
def test_any_tangle_is_a_condition_or_a_fault(raw: Any, lists: str) -> None:
    compiled(raw, lists)


@given(drawn.CONDITIONS)
@settings(max_examples=times(60), deadline=None)
def test_every_condition_has_all_readings(raw: Any) -> None:
    compiled(raw)


@given(
    st.lists(st.fixed_dictionaries({"when": drawn.FACT_CONDITIONS | TANGLES, "is": SCALARS}), min_size=1, max_size=4)
)
@settings(max_examples=times(60), deadline=None)
def test_any_table_is_checked_or_a_fault(rows: list[Any]) -> None:
    try:
        made = compile_table(rows, drawn.WORDS, Where(line=7))
    except ConditionFault as fault:
        checked(fault)
        return
    for finding in findings(made):
        assert finding.label.zh
        assert finding.label.en
        assert "None" not in finding.label.zh + finding.label.en
