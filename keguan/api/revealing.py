"""What a reveal shows: the facts that were asked for, in the answer of the command that was kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from keguan.api.finding import seen
from keguan.controls import readings
from keguan.kernel.commands.verbs import Verb
from keguan.lists.reading import lines_of, masked_lines


def revealed(person: UUID, verb: Verb, record: UUID, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The facts and lists that the command named; nothing more. They are read, so the log is told."""
    kind, names = verb.type, [str(name) for name in asked.get("facts") or ()]
    found = seen(person, kind, str(record), names)
    readings.tell(person, "rest", kind, [record], found.sight.masked, is_export=True)
    shown = found.sight.shown(found.record.values)
    declared = shown.get(kind.declared or "") or {}
    facts = {name: {**declared, **shown}.get(name) for name in names if name in shown or name in declared}
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in kind.lines:
        wanted = [one.name for one in line.facts if {line.name, f"{line.name}.{one.name}"} & set(names)]
        open_ones = [name for name in wanted if name not in masked_lines(found.sight, line.name)]
        if open_ones:
            lines[line.name] = [
                {"id": str(row["id"]), **{name: line.by_name[name].kind.to_json(row[name]) for name in open_ones}}
                for row in lines_of(found, line)
            ]
    return {"facts": facts, "lines": lines}
