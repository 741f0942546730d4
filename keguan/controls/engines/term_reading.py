"""How engines read terms: lengths of time, tables of them, those that a parameter or a ring gives."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from keguan.controls.conditions import ConditionFault, Names, Where, compile_table
from keguan.controls.conditions import Fault as GrammarFault
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.names import ACTOR
from keguan.controls.terms import RING, Form, Term, TermRow, parse_term
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

A_DAY = Term(Form.SPAN, 1, "day")


def read_term(read: Reader, raw: Any, names: Names, *path: str | int) -> Term:
    """A term or a table of terms, with its parameters' values; what cannot be read is reported."""
    return _ringing(read, _term(read, raw, names, *path), *path)


def term_needs(term: Term, record_type: RecordType) -> Needs:
    """What must be loaded to settle the term: what its table's conditions read, and the record of its fact."""
    needs = Needs()
    for condition in term.conditions():
        needs |= needs_of(condition, record_type.name)
    for one in term.every():
        link, dot, _ = (one.fact or "").partition(".")
        if dot and link not in (record_type.name, ACTOR):
            needs |= Needs(frozenset((link,)))
    return needs


def _ringing(read: Reader, term: Term, *path: str | int) -> Term:
    """A term in rings with the length of a ring, which the pack declares as a parameter in seconds."""
    if not any(one.unit == "ring" for one in term.every()):
        return term
    found = read.book.parameters.get(RING)
    if found is None:
        read.fault(
            "没有说一声铃响有多长",
            "how long a ring is was not declared",
            f"在 pack.yaml 的 parameters 下写 {RING}: {{kind: integer, …}}（秒）",
            f"declare {RING}: {{kind: integer, …}} (seconds) under parameters in pack.yaml",
            *path,
        )
    elif found.value is None:
        read.missing.append(RING)
    elif not str(found.value).isdigit() or not int(found.value):
        read.fault(f"{RING} 要是大于零的整数秒", f"{RING} is a whole number of seconds above zero",
                   "改参数的值", "change the parameter's value", *path)  # fmt: skip
    else:
        rows = tuple(replace(row, term=row.term.measured(int(found.value))) for row in term.rows)
        return replace(term.measured(int(found.value)), rows=rows)
    return term


def _table(read: Reader, raw: Any, names: Names, *path: str | int) -> Term:
    def is_of(_key: str, value: Any, where: Where) -> Term:
        if isinstance(value, Sequence) and not isinstance(value, str):
            raise ConditionFault(
                Label("表里的期限不能又是一张表", "a term in a table is no table again"),
                Label("把条件合在一行的 when 里", "join the conditions in the row's when"), where,
            )  # fmt: skip
        return _term(read, value, names, *path)

    try:
        table = compile_table(raw, names, read.where(*path), outputs=("is",), required=("is",), parse=is_of)
    except GrammarFault as fault:
        read.grammar(fault, *path)
        return A_DAY
    for row in table.rows:
        read.checked(row.when, *path)
    return Term(Form.TABLE, rows=tuple(
        TermRow(None if row.when.is_always else row.when, row.outputs["is"]) for row in table.rows
    ))  # fmt: skip


def _term(read: Reader, raw: Any, names: Names, *path: str | int) -> Term:
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return _table(read, raw, names, *path)
    if isinstance(raw, str) and raw.strip().startswith("@") and "=" not in raw:
        return _parameter(read, raw.strip()[1:], *path)
    try:
        term = parse_term(raw, read.where(*path))
        if term.fact is not None:
            read.condition({term.fact: "set"}, names, *path)
        if term.parameter is None:
            return term
        found = read.book.parameter(term.parameter, read.place, *path)
        if found is None or found.value is None:
            read.missing.append(term.parameter)
            return term
        return term.configured(str(found.value), read.where(*path))
    except GrammarFault as fault:
        read.grammar(fault, *path)
    except BadValue as fault:
        read.book.report(read.place.fault(fault.label, Label("写成期限", "write a term"), *path))
    return A_DAY


def _parameter(read: Reader, name: str, *path: str | int) -> Term:
    found = read.book.parameter(name, read.place, *path)
    text = None if found is None else found.suggestion if found.value is None else found.value
    if found is not None and found.value is None:
        read.missing.append(name)
    try:
        return A_DAY if text is None else parse_term(str(text), read.where(*path))
    except GrammarFault as fault:
        read.grammar(fault, *path)
        return A_DAY
