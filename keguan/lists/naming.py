"""What the records that facts point to are called, and under which key an address names them: only those one may see.

One statement for each type of record, however many are named.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.engines.register_types import register_types
from keguan.controls.live.grants import Grants
from keguan.kernel.records.kinds import Kind, Listing, Reference
from keguan.kernel.records.labels import ENGLISH, Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.reading import attributes
from keguan.lists.speaking import short, speaking

NOTHING = Label("", "")


@dataclass(frozen=True, slots=True)
class Named:
    """A record by name: its title, else the text that speaks for it, else its code.

    `key` is what an address calls it, `kind` its type in words, `english` its title in English where it has one;
    `is_spoken`: the text is no title.
    """

    text: str
    key: str
    code: str = ""
    kind: Label = NOTHING
    english: str = ""
    is_spoken: bool = False

    @property
    def words(self) -> Label:
        """The text in each language: some records have an English name of their own."""
        return Label(self.text, self.english) if self.english else Label.typed(self.text)

    @property
    def full(self) -> Label:
        """Code and title in one; a code alone tells nobody what it is of, so the type stands before it."""
        return called(self.kind, self.code, "" if self.text == self.code else self.text)

    def beside(self, label: Label) -> Label:
        """The same beside a label, which may say the type already."""
        return Label.typed(self.text) if label == self.kind and self.text == self.code else self.full


Names = Mapping[str, Mapping[UUID, Named]]


def target(kind: Kind) -> str:
    """The record type that values of this kind point to; nothing where they point to none."""
    inner = kind.of if isinstance(kind, Listing) else kind
    return inner.to if isinstance(inner, Reference) and inner.to in vocabulary.types else ""


def pointed_to(facts: Iterable[Fact], values: Iterable[Mapping[str, Any]]) -> dict[str, set[UUID]]:
    """By record type, the ids that these facts hold in these values."""
    asked: dict[str, set[UUID]] = {}
    pointing = [(fact.name, to) for fact in facts if (to := target(fact.kind))]
    for value in values:
        for name, to in pointing:
            given = value.get(name)
            asked.setdefault(to, set()).update(
                given if isinstance(given, list) else [given] if given is not None else []
            )
    return asked


def named(viewer: UUID, asked: Mapping[str, Collection[UUID]], known: Grants | None = None) -> Names:
    """What these records are called, by type and id; those that the viewer may not see are left out."""
    grants = known or scopes.grants(viewer)
    return {to: _of(viewer, vocabulary.types[to], keys, grants) for to, keys in asked.items() if keys}


def _of(viewer: UUID, record_type: RecordType, keys: Collection[UUID], known: Grants | None) -> dict[UUID, Named]:
    masked = scopes.masked(viewer, record_type.name, known)
    wanted = (record_type.title, spoken(record_type, viewer, known), record_type.code)
    parts = [part for part in wanted if part and part not in masked]
    if not parts:
        return {}
    try:
        columns = attributes(record_type)
        seen = scopes.records(viewer, record_type, known)
    except LookupError:
        return {}
    found = {}
    english = ENGLISH if ENGLISH in record_type.by_name and record_type.title in parts else "pk"
    for row in seen.filter(pk__in=keys).values("pk", english, *(columns[part] for part in parts)):
        words = [str(row[columns[part]] or "") for part in parts]
        code = words[-1] if record_type.code == parts[-1] else ""
        text = next((said for text in words if (said := short(text))), "")
        own = str(row[english] or "") if english == ENGLISH else ""
        titled = words[0] if record_type.title == parts[0] else ""
        found[row["pk"]] = Named(text, key_of(code, row["pk"]), code, record_type.label, own, not titled)
    return found


def spoken(record_type: RecordType, viewer: UUID, known: Grants | None) -> str:
    """The fact that stands for a title: entries of registers need none, and a title that is hidden stays so."""
    masked = scopes.masked(viewer, record_type.name, known)
    may = record_type.name in register_types and record_type.title not in masked
    return speaking(record_type, masked) if may else ""


def called(kind: Label, code: str, title: str) -> Label:
    """What a record is called where records of other types may stand beside it."""
    if title:
        return Label.typed(f"{code} {title}".strip())
    return Label("{kind} {code}", "{kind} {code}").format(kind=kind, code=code) if code else kind


def key_of(code: str | None, record: UUID) -> str:
    """What an address calls a record: its code, unless it has none or one that an address cannot carry."""
    return code if code and "/" not in code and code not in (".", "..") else str(record)
