"""The operators, one by one: what becomes of a part of a form."""

from typing import Any

import pytest

from keguan.policies.mutation.edits import GONE, Around, edited
from keguan.policies.mutation.figures import stepped
from keguan.policies.mutation.operators import edits_of

AROUND = Around({"limit": "3 working days"}, {"": "cook", "clerk": "owner", "owner": "clerk"})


def mutated(engine: str, form: dict[str, Any]) -> list[Any]:
    return [edited(form, edit.path, edit.value) for edit in edits_of(engine, form, AROUND)]


@pytest.mark.parametrize(
    ("text", "shorter", "longer"),
    [
        ("6 days", "5 days", "7 days"),
        ("1 working day", None, "2 working day"),
        ("2 hours to the minute", "1 hours to the minute", "3 hours to the minute"),
        ("1 months before customer.due", None, "2 months before customer.due"),
        ("by 18:00", "by 17:59", "by 18:01"),
        ("by 00:00", None, "by 00:01"),
        ("by day 10", "by day 9", "by day 11"),
        ("before 2026-06-01", "before 2026-05-31", "before 2026-06-02"),
        ("0.85", "0.84", "0.86"),
        ("1000", "999", "1001"),
        ("5 %", "4 %", "6 %"),
        ("$case.limit", None, None),
        ("complaint", None, None),
        ("2026-13-01", None, None),
    ],
)
def test_a_figure_goes_one_step_both_ways(text: str, shorter: str | None, longer: str | None) -> None:
    assert (stepped(text, -1), stepped(text, 1)) == (shorter, longer)


PARTS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"within": "2 days"}, [{"within": "1 days"}, {"within": "3 days"}]),
    ({"within": "@limit"}, [{"within": "2 working days"}, {"within": "4 working days"}]),
    ({"within": "@unset"}, []),
    ({"within": [{"is": "2 days"}]}, [{"within": [{"is": "1 days"}]}, {"within": [{"is": "3 days"}]}]),
    ({"every": "month"}, [{"every": "quarter"}]),
    ({"by": "clerk"}, [{"by": "owner"}]),
    ({"fields": {"sample": {"kind": "text", "required": True}}},
     [{"fields": {"sample": {"kind": "text", "required": False}}}]),
    ({"by": "case.owner"}, [{"by": "cook"}]),
    ({"to": "superior of case.owner"}, [{"to": "case.owner"}]),
    ({"by": "clerk @ case.unit"}, [{"by": "owner @ case.unit"}]),
    ({"by": ["clerk", "owner"]}, [{"by": ["owner"]}, {"by": ["owner", "owner"]}, {"by": ["clerk"]},
                                  {"by": ["clerk", "clerk"]}]),
    ({"signatures": {"some": 2, "of": ["clerk"]}},
     [{"signatures": {"some": n, "of": ["clerk"]}} for n in (1, 3)] + [{"signatures": {"some": 2, "of": ["owner"]}}]),
    ({"by": {"is": "clerk", "but": "cook"}},
     [{"by": {"is": "owner", "but": "cook"}}, {"by": {"is": "clerk"}}, {"by": {"is": "clerk", "but": "cook"}}]),
    ({"unless": {"kind": "sale"}}, [{}, {"unless": {"kind": "not sale"}}]),
    ({"when": {"done": "case.find"}}, [{}, {"when": {"not_done": "case.find"}}]),
    ({"when": {"a": True, "b": "set"}},
     [{}, {"when": {"none": [{"a": True, "b": "set"}]}}, {"when": {"b": "set"}}, {"when": {"a": False, "b": "set"}},
      {"when": {"a": True}}, {"when": {"a": True, "b": "empty"}}]),
    ({"when": {"a": "< 5"}}, [{}, {"when": {"none": [{"a": "< 5"}]}}, {"when": {"a": "< 4"}}, {"when": {"a": "< 6"}},
                              {"when": {"a": "<= 5"}}]),
    ({"that": [{"sum": "lines.n", "is": "> 3"}]},
     [{"that": {"none": [{"sum": "lines.n", "is": "> 3"}]}},
      *({"that": [{"sum": "lines.n", "is": test}]} for test in ("> 2", "> 4", ">= 3"))]),
    ({"when": {"at_least": 2, "of": [{"a": 1}, {"b": 2}]}},
     [{}, {"when": {"none": [{"at_least": 2, "of": [{"a": 1}, {"b": 2}]}]}},
      *({"when": {"at_least": n, "of": [{"a": 1}, {"b": 2}]}} for n in (1, 3)),
      {"when": {"at_least": 2, "of": [{"b": 2}]}}, {"when": {"at_least": 2, "of": [{"a": "!= 1"}, {"b": 2}]}},
      {"when": {"at_least": 2, "of": [{"a": 1}]}}, {"when": {"at_least": 2, "of": [{"a": 1}, {"b": "!= 2"}]}}]),
    ({"fields": ["a", "b"]}, [{"fields": ["b"]}, {"fields": ["a"]}]),
    ({"fields": "a"}, []),
    ({"effect": "warn"}, [{"effect": "record"}]),
    ({"escalate": [{"to": "clerk"}]}, [{}, {"escalate": [{"to": "owner"}]}]),
    ({"remind": [{"before": "2 days"}, {"before": "1 days"}]},
     [{"remind": [{"before": "1 days"}]}, {"remind": [{"before": "2 days"}]},
      {"remind": [{"before": "1 days"}, {"before": "1 days"}]},
      {"remind": [{"before": "3 days"}, {"before": "1 days"}]},
      {"remind": [{"before": "2 days"}, {"before": "2 days"}]}]),
    ({"stages": [{"stage": "a", "by": "case.open"}]}, []),
    ({"each": {"case": {"closed_at": "last_month"}}}, [{"each": {"case": {"closed_at": "this_month"}}}]),
    ({"extend": {"case.extend": "2 days"}},
     [{}, {"extend": {"case.extend": "1 days"}}, {"extend": {"case.extend": "3 days"}}]),
    ({"id": "x", "rules": ["A-1"], "says": {"zh": "字", "en": "word"}}, []),
    ({"is": "KS-YYYYMM-NNN"}, [{"is": "KS-YYYYMM-NNNN"}]),
]  # fmt: skip


@pytest.mark.parametrize(("form", "expected"), PARTS, ids=lambda part: str(part)[:60])
def test_each_part_has_its_operators(form: dict[str, Any], expected: list[Any]) -> None:
    before = repr(form)
    assert mutated("deadline", form) == expected
    assert repr(form) == before, "the pack's own form stays as it is"


def test_bounds_move_in_all_rows_of_a_table_at_once() -> None:
    rows = [{"when": {"a": "< 5"}, "by": "clerk"}, {"when": {"a": "[5..9)"}, "by": "owner"}, {"by": "cook"}]
    tables = [form["table"] for form in mutated("approval", {"table": rows})]
    conditions = [[row.get("when", {}).get("a") for row in table] for table in tables]
    assert conditions[:6] == [
        ["< 4", "[4..9)", None], ["< 6", "[6..9)", None], ["<= 5", "(5..9)", None],
        ["< 5", "[5..8)", None], ["< 5", "[5..10)", None], ["< 5", "[5..9]", None],
    ]  # fmt: skip
    assert conditions[6:9] == [["[5..9)", None], ["< 5", None], ["< 5", "[5..9)"]]
    assert [[row["by"] for row in table] for table in tables[9:11]] == [
        ["owner", "clerk", "cook"], ["clerk", "cook", "owner"],
    ]  # fmt: skip
    assert conditions[9:11] == [["< 5", "[5..9)", None]] * 2


def test_what_a_form_leaves_unsaid_is_changed_too() -> None:
    assert mutated("prohibition", {"of": "case.close"}) == [{"of": "case.close", "effect": "warn"}]


def test_a_part_left_out_leaves_the_rest_shared() -> None:
    form = {"a": [1, {"b": 2}], "c": {"d": 3}}
    without = edited(form, ("a", 1, "b"), GONE)
    assert without == {"a": [1, {}], "c": {"d": 3}}
    assert without["c"] is form["c"]
