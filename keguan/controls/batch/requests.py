"""Requests for approval made again: what each asks and how it stands, with its steps and lines, folded from the mirror.

Personal facts are not in the mirror, so nothing is said of them (comments, what was asked for, whose name it had).
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.shapes import is_open

if TYPE_CHECKING:
    from keguan.mirror import Mirror

TYPE = "approval"
HEADS = "select id::text as object, n from kernel_head where type = 'approval'"
Requests = dict[str, dict[str, Any]]
"""By id: `n` (the number of its last event), its facts as JSON has them, and those of `steps <id>`, `lines <id>`."""


def recounted(mirror: "Mirror") -> Requests:
    """Every request and its parts, as their last changes left them."""
    kind = vocabulary.types[TYPE]
    found: Requests = {}
    _fold(mirror, f"stream_{TYPE}", "", kind.facts, found)
    for line in kind.lines:
        _fold(mirror, f"line_{TYPE}_{line.name}", line.name, line.facts, found)
    return found


def _fold(mirror: "Mirror", table: str, part: str, facts: Iterable[Fact], found: Requests) -> None:
    if not mirror.has(table):
        return
    told = [fact.name for fact in facts if is_open(fact)]
    rows = mirror.table(table).to_pyarrow().to_pylist()
    for row in sorted(rows, key=lambda row: (row["n"], row.get("place") or 0)):
        one = found.setdefault(row["object"], {})
        place = f"{part} {row['line']}" if part else "request"
        if row.get("how") == "remove":
            one.pop(place, None)
            continue
        changed = {name: json.loads(row[f"f_{name}"]) for name in told if row.get(f"f_{name}") is not None}
        one[place] = {**one.get(place, dict.fromkeys(told)), **changed}
        if not part:
            one["n"] = row["n"]


def lived(rows: Rows) -> Requests:
    """What the live tables say."""
    kind = vocabulary.types[TYPE]
    found: Requests = {row["object"]: {"n": row["n"]} for row in rows.select(HEADS)}
    tables = [("", "id", kind.table, kind.facts)]
    tables += [(line.name, line.parent, line.table, line.facts) for line in kind.lines]
    for part, parent, table, facts in tables:
        told = [fact for fact in facts if is_open(fact)]
        names = ", ".join(fact.name for fact in told)
        query = f"select id, {parent} as request, {names} from {table}"  # noqa: S608 – names of our own declarations
        for row in rows.select(query):
            place = f"{part} {row['id']}" if part else "request"
            found.setdefault(str(row["request"]), {})[place] = {
                fact.name: None if row[fact.name] is None else fact.kind.to_json(row[fact.name]) for fact in told
            }  # fmt: skip
    return found
