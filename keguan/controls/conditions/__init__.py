"""Conditions: one closed grammar, one syntax tree, its readings, and first-match tables.

- `compile_condition(raw, names, where, lists="any") -> Condition` reads `when`, `unless`, `that` (`lists="all"`).
- `compile_when(when, unless, names, where) -> Condition` is `when` and not `unless`.
- `compile_table(rows, names, where, outputs={...}) -> Table`; `table.lookup(scope) -> Match | Unknown | None`.
- `Condition.ibis(columns)` and `Table.ibis(columns)` say the same over whole tables (`Columns`); NULL is unknown.
- `Condition.q(lookup)` and `q_unknown(lookup)` filter a query (`Lookup`); `check_filter(where, lookup)` refuses at
  compile what cannot stand in a list. `keguan.controls.lookup.RecordLookup` is the lookup over record types.
- `Condition`: `test(scope) -> bool | None`, `sentence(language)`, `label()`, `names()`, `facts()`, `reads(scope)`,
  `missing(scope)`, `outcomes(scope)`, `verbs()`, `controls()`, `parameters()`, `negated()`, `is_always`, `tree`.
- `Condition.intervals()` are the values with which it can be true; `findings(table)`, `condition_findings(condition)`
  and `exclude(one, other)` are the static checks made from them.
- What the caller gives: `Names` (compile: `resolve`, `lines`, `verb`, `suggest`; `Vocabulary` is one over mappings)
  and `Scope` (live: `get`, `lines`, `parameter`, `done`, `covered`, `today`; `PlainScope` is one over mappings).
- Every fault is a `Fault` with `message`, `cure` (labels), `where` and `line` (from 1).

It never touches a database and knows no record type. None is "unknown" everywhere; `set` and `empty` are never unknown.
"""

from keguan.controls.conditions.columns import Columns
from keguan.controls.conditions.condition import ALWAYS, Condition, compile_condition, compile_when
from keguan.controls.conditions.faults import ConditionFault, Fault, Where, did_you_mean, nearest
from keguan.controls.conditions.findings import Finding, condition_findings, exclude, findings
from keguan.controls.conditions.lookup import Column, Lookup
from keguan.controls.conditions.names import LineList, Name, Names, UnknownName, Vocabulary
from keguan.controls.conditions.scope import LineScope, PlainScope, Scope
from keguan.controls.conditions.tables import Match, Row, Table, Unknown, compile_table

__all__ = [
    "ALWAYS",
    "Column",
    "Columns",
    "Condition",
    "ConditionFault",
    "Fault",
    "Finding",
    "LineList",
    "LineScope",
    "Lookup",
    "Match",
    "Name",
    "Names",
    "PlainScope",
    "Row",
    "Scope",
    "Table",
    "Unknown",
    "UnknownName",
    "Vocabulary",
    "Where",
    "compile_condition",
    "compile_table",
    "compile_when",
    "condition_findings",
    "did_you_mean",
    "exclude",
    "findings",
    "nearest",
]
