"""Telling what was exchanged from what was changed: the content of each suspect is tried in the others' places."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.journal.findings import Findings
from keguan.kernel.journal.write import event_digest

MOST = 400
"""So many suspects of a kind are compared with each other; the rest count as changed."""


@dataclass
class Suspects:
    """Entries, payloads and places in streams that are not what they should be."""

    entries: dict[str, list[tuple[UUID, Sequence[Any], bytes]]] = field(default_factory=dict)
    payloads: list[tuple[UUID, bytes, bytes]] = field(default_factory=list)
    streams: list[tuple[UUID, list[tuple[Any, ...]], list[tuple[Any, ...]]]] = field(default_factory=list)
    unkept: list[tuple[str, UUID]] = field(default_factory=list)

    def entry(self, table: str, key: UUID, values: Sequence[Any], expected: bytes) -> None:
        """An entry whose columns (the id first) do not give the digest that was sealed."""
        self._keep(self.entries.setdefault(table, []), (key, values, expected))

    def payload(self, key: UUID, digest: bytes, expected: bytes) -> None:
        """A payload that does not give the digest in its event."""
        self._keep(self.payloads, (key, digest, expected))

    def mentions(self, key: UUID, said: list[tuple[Any, ...]], kept: list[tuple[Any, ...]]) -> None:
        """An event whose envelope names (`said`) other places in streams than those that are `kept`."""
        self._keep(self.streams, (key, said, kept))

    def _keep(self, place: list[Any], suspect: Any) -> None:
        if len(place) < MOST:
            place.append(suspect)
        else:
            self.unkept.append(("", suspect[0]))

    def tell(self, findings: Findings) -> None:
        """Say of each whether it was swapped or changed."""
        for found in self.entries.values():
            wanted = {expected: key for key, _, expected in found}
            for key, values, _ in found:
                others = (other for other in wanted.values() if other != key)
                is_swapped = any(wanted.get(event_digest([other, *values[1:]])) == other for other in others)
                _tell(findings, key, is_swapped, "记录", "entry")
        digests = {expected: key for key, _, expected in self.payloads}
        for key, digest, _ in self.payloads:
            _tell(findings, key, digests.get(digest, key) != key, "记录内容", "payload")
        claimed = {(mention[2], mention[3]) for _, said, _ in self.streams for mention in said}
        for key, said, kept in self.streams:
            own = {(mention[2], mention[3]) for mention in said}
            places = {(mention[2], mention[3]) for mention in kept if mention[3] is not None}
            if said and not kept:
                findings.add("deleted", key, "一条记录在经过里的位置被删掉了", "a place in a stream was deleted")
            elif kept and not said:
                findings.add("inserted", key, "经过里被加了一处", "a place in a stream was put in by somebody else")
            else:
                _tell(findings, key, bool(places & (claimed - own)), "记录在经过里的位置", "place in a stream")
        for _, key in self.unkept:
            _tell(findings, key, False, "记录", "entry")


def _tell(findings: Findings, key: UUID, is_swapped: bool, zh: str, en: str) -> None:
    if is_swapped:
        findings.add("swapped", key, f"两处{zh}被互换", f"this {en} was exchanged with another")
    else:
        findings.add("changed", key, f"一处{zh}被改过", f"this {en} was changed")
