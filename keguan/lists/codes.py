"""Records named by code instead of id, in addresses and arguments: looked up for a whole list at once.

An unknown code becomes an id that no record has, so that the pipeline answers as it does for a hidden record.
"""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from psycopg import sql

from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Kind, Listing, Reference
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary


def as_id(text: str) -> uuid.UUID | None:
    """The id that a text writes in full, if it is one."""
    if len(text) not in (32, 36):
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def nobody(record_type: RecordType, code: str) -> uuid.UUID:
    """An id that no record has, the same for the same code: a repeated request stays the same request."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{record_type.name}:{code}")


def ids(record_type: RecordType, texts: Collection[str]) -> dict[str, uuid.UUID]:
    """By text, the id it writes or the id of the record of that code. At most one statement."""
    found = {text: key for text in texts if (key := as_id(text)) is not None}
    codes = [text for text in texts if text not in found and "\0" not in text]
    if codes and record_type.code is not None:
        query = sql.SQL("select id, {code} as code from {table} where {code} = any(%s)").format(
            code=sql.Identifier(record_type.code), table=sql.Identifier(record_type.table)
        )
        found.update((row["code"], row["id"]) for row in Rows().select(query.as_string(None), [codes]))
    return {text: found.get(text) or nobody(record_type, text) for text in texts}


def resolve(verb: Verb, many: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Arguments of several items with codes replaced by ids. One statement per record type that is pointed to."""
    pointing = {a.name: target for a in verb.arguments if (target := _target(a.kind)) is not None}
    wanted: dict[str, set[str]] = {}
    for args in many:
        for name, target in pointing.items():
            wanted.setdefault(target.name, set()).update(_texts(args.get(name)))
    known = {name: ids(vocabulary.types[name], texts) for name, texts in wanted.items() if texts}
    return [
        {
            name: _replace(raw, known.get(pointing[name].name, {})) if name in pointing else raw
            for name, raw in args.items()
        }
        for args in many
    ]


def _target(kind: Kind) -> RecordType | None:
    inner = kind.of if isinstance(kind, Listing) else kind
    return vocabulary.types.get(inner.to) if isinstance(inner, Reference) else None


def _texts(raw: object) -> list[str]:
    parts = raw if isinstance(raw, list) else [raw]
    return [part for part in parts if isinstance(part, str) and part.strip()]


def _replace(raw: Any, known: Mapping[str, uuid.UUID]) -> Any:
    if isinstance(raw, list):
        return [_replace(part, known) for part in raw]
    return str(known[raw]) if isinstance(raw, str) and raw in known else raw
