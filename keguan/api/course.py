"""The course of a record as JSON: what happened, by whom, under which controls; nothing that is masked."""

from typing import Any

from keguan.api.problems import reason_json
from keguan.controls.scopes import arguments, is_masked
from keguan.kernel.journal.read import Passage
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.reading import Sight, masked_lines


def passage_json(sight: Sight, passage: Passage, language: str) -> dict[str, Any]:
    """One entry. Of a verb on another record only that it happened is told: its arguments belong to that record."""
    verb = vocabulary.verbs.get(passage.verb)
    is_own = verb is not None and verb.on == sight.type.name
    return {
        "id": str(passage.id),
        "verb": passage.verb,
        "label": verb.label.text(language) if verb else passage.verb,
        "state": "refused" if passage.is_attempt else "done",
        "actor": str(passage.actor) if passage.actor else None,
        "on_behalf_of": str(passage.on_behalf_of) if passage.on_behalf_of else None,
        "channel": passage.channel,
        "happened_at": passage.happened_at.isoformat(),
        "recorded_at": passage.recorded_at.isoformat(),
        "args": arguments(passage, sight.type.name, sight.masked) if is_own else {},
        "changes": {
            name: {"before": was, "after": now}
            for name, (was, now) in passage.changes.items()
            if not is_masked(sight.type.name, name, sight.masked)
        },
        "lines": _lines(sight, passage) if is_own else {},
        "controls": [{"control": key, "outcome": outcome} for key, outcome in passage.controls],
        "reasons": [reason_json(reason, language) for reason in passage.reasons],
        "is_erased": passage.is_erased,
        "corrects": _corrects(passage),
        "undoes": str(passage.undoes) if passage.undoes else None,
    }


def _corrects(passage: Passage) -> dict[str, str] | None:
    if passage.corrects is None:
        return None
    event, was, now = passage.corrects
    return {"event": str(event), "before": was.isoformat(), "after": now.isoformat()}


def _lines(sight: Sight, passage: Passage) -> dict[str, list[dict[str, Any]]]:
    known = {line.name for line in sight.type.lines}
    return {
        name: [
            {"how": how, "id": key, "values": {k: v for k, v in said.items() if k not in masked_lines(sight, name)}}
            for how, key, said in entries
        ]
        for name, entries in passage.lines.items()
        if name in known
    }
