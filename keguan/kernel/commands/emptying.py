"""Emptying the tables for an erasure: facts, lines, stored files, and what the kernel keeps of requests."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg import sql

from keguan.kernel.commands.erasing import Erased, Found, kept_fields
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.files import letting_go
from keguan.kernel.journal.write import is_private
from keguan.kernel.records.types import LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.transaction import Transaction

GONE = {"zh": "（内容已抹去）", "en": "(erased)"}


def write(job: "Transaction", erased: Mapping[int, Erased]) -> None:
    """Empty the tables, of all items together. The payloads go with the events that name them."""
    if not erased:
        return
    found: Found = {}
    for one in erased.values():
        for name, keys in one.concerned.found.items():
            found.setdefault(name, set()).update(keys)
    digests: set[str] = set()
    for name, keys in found.items():
        record_type = vocabulary.types[name]
        digests |= _digests(job.rows, record_type, keys)
        for line in record_type.lines:
            if line.is_removed:
                query = sql.SQL("delete from {} where {} = any(%s)").format(
                    sql.Identifier(line.table), sql.Identifier(line.parent)
                )
                job.rows.execute(query.as_string(None), [list(keys)])
            else:
                _empty(job.rows, line, line.parent, keys)
        _empty(job.rows, record_type, "id", keys)
        if record_type.declared:
            _empty_declared(job.rows, record_type, keys, kept_fields(job, record_type))
    letting_go.drop(job.rows, digests, found)
    _machinery(
        job,
        [key for one in erased.values() for key in one.concerned.locked()],
        {word for one in erased.values() for word in one.concerned.words},
    )


def _empty(rows: Rows, kind: RecordType | LineType, key: str, keys: Collection[UUID]) -> None:
    facts = [fact for fact in kind.facts if is_private(fact)]
    if not facts:
        return
    cells = [
        (column, type_, cell)
        for fact in facts
        for (column, type_), cell in zip(fact.kind.columns(fact.name), fact.kind.to_columns(fact.erased), strict=True)
    ]
    query = sql.SQL("update {} set {} where {} = any(%s)").format(
        sql.Identifier(kind.table),
        sql.SQL(", ").join(
            sql.SQL("{} = %s::{}").format(sql.Identifier(column), sql.SQL(type_)) for column, type_, _ in cells
        ),
        sql.Identifier(key),
    )
    values = [canonical(cell) if isinstance(cell, dict) else cell for _, _, cell in cells]
    rows.execute(query.as_string(None), [*values, list(keys)])


def _empty_declared(rows: Rows, record_type: RecordType, keys: Collection[UUID], kept: Sequence[str]) -> None:
    query = sql.SQL(
        "update {t} set {c} = (select jsonb_object_agg(f.key, f.value) from jsonb_each({c}) f where f.key = any(%s))"
        " where id = any(%s) and {c} is not null"
    ).format(t=sql.Identifier(record_type.table), c=sql.Identifier(record_type.declared or ""))
    rows.execute(query.as_string(None), [list(kept), list(keys)])


def _digests(rows: Rows, record_type: RecordType, keys: Collection[UUID]) -> set[str]:
    found: set[str] = set()
    for kind, key in record_type.tables():
        for fact in kind.facts:
            if fact.is_file:
                query = sql.SQL("select {c} as digest from {t} where {k} = any(%s) and {c} is not null").format(
                    c=sql.Identifier(fact.name), t=sql.Identifier(kind.table), k=sql.Identifier(key)
                )
                found |= {row["digest"] for row in rows.select(query.as_string(None), [list(keys)])}
    return found


def _machinery(job: "Transaction", keys: Sequence[UUID], words: Collection[str]) -> None:
    """What the kernel itself keeps of requests: answers lose their texts, commands that still follow are let go."""
    patterns = [f"%{letting_go.escaped(word)}%" for word in sorted(words)]
    job.rows.execute(
        "update kernel_follow_up set args = '{}', result = '{\"state\":\"erased\"}', done_at = coalesce(done_at, %s)"
        " where object = any(%s) or args::text ilike any(%s) or result ilike any(%s)",
        [job.now, list(keys), patterns, patterns],
    )
    found = job.rows.select(
        "select actor, key, result from kernel_idempotency where result ilike any(%s) or exists (select"
        " from jsonb_array_elements(result::jsonb) r where (r ->> 'object')::uuid = any(%s))",
        [patterns, list(keys)],
    )
    job.rows.execute(
        "update kernel_idempotency i set result = w.result from unnest(%s::uuid[], %s::text[], %s::text[])"
        " w(actor, key, result) where (i.actor, i.key) = (w.actor, w.key)",
        [
            [row["actor"] for row in found], [row["key"] for row in found],
            [canonical([_wordless(outcome) for outcome in json.loads(row["result"])]) for row in found],
        ],
    )  # fmt: skip


def _wordless(outcome: dict[str, Any]) -> dict[str, Any]:
    """An answer without its words: what was done to which record, under which clause."""
    for name in ("reasons", "warnings"):
        for reason in outcome.get(name, ()):
            reason["message"], reason["cure"] = GONE, None
    return outcome
