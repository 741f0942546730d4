"""Codes that stand in records and in the journal, in words: verbs, record types."""

from collections.abc import Mapping
from typing import Any

from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary


def coded(name: str, value: Any) -> Label | None:
    """The words of a fact or argument that holds codes; nothing of any other, which says its value itself."""
    if name == "verb" and value in vocabulary.verbs:
        return vocabulary.verbs[value].label
    if name not in ("verbs", "types") or not isinstance(value, list):
        return None
    known: Mapping[str, Verb | RecordType] = vocabulary.verbs if name == "verbs" else vocabulary.types
    return join([known[one].label if one in known else Label.typed(str(one)) for one in value])
