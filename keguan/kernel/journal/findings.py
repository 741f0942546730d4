"""What an audit found: each thing by its kind, counted in full, listed up to a bound."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from keguan.kernel.records.labels import Label

What = Literal[
    "changed", "deleted", "inserted", "swapped", "truncated", "restored", "gap", "seal", "seal_gap", "unerased"
]
LISTED = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed; `id` names the entry, the record or the seal.

    changed, deleted, inserted (by somebody else), swapped: an entry, its payload or its place in a stream. gap: a
    stream lacks numbers. seal: a seal is not the one that was made; seal_gap: one is missing. truncated: the last
    seals are gone; restored: an older state of the database was put back without a note. unerased: what was erased
    is there again.
    """

    what: What
    id: str
    message: Label


@dataclass
class Findings:
    """The findings of one audit."""

    listed: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, what: What, key: object, zh: str, en: str) -> None:
        """One more; beyond a thousand they are only counted."""
        self.counts[what] += 1
        if len(self.listed) < LISTED:
            self.listed.append(Finding(what, str(key), Label(zh, en)))
