"""Records as sheets name them: people by name, number or sign-in name; units, roles and others by code or name.

Whoever imports finds only records that he may see; a name that several have is nobody's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from keguan.controls import scopes
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import TRADITIONAL, Label, join
from keguan.kernel.records.scripts import folded
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org

Words = Mapping[str, UUID | None]
"""Records by folded word; a word that several have stands with None."""
WHOLE = ("person", "unit", "role")
"""Types that are read whole: there are few, and they are called by several names."""


@dataclass(frozen=True, slots=True)
class Directory:
    """By record type, what its records are called; of roles, also the names to choose from."""

    words: Mapping[str, Words] = field(default_factory=dict)
    roles: tuple[Label, ...] = ()

    def find(self, to: str, name: str) -> UUID | None:
        """The record that is called so; nothing where none is, or several are."""
        return self.words.get(to, {}).get(folded(name))

    def is_shared(self, to: str, name: str) -> bool:
        """Whether several records are called so."""
        return folded(name) in self.words.get(to, {}) and self.find(to, name) is None

    def unknown(self, to: str, label: Label, name: str, field_name: str) -> Reason:
        """Why a name leads to no record."""
        noun = vocabulary.types[to].label
        if self.is_shared(to, name):
            words = Label(
                "“{label}”：叫“{name}”的{noun}不止一个", "“{label}”: “{name}” is the name of several ({noun})"
            )
            cure = Label("请改用编号或工号", "give the number instead")
        else:
            words = Label("“{label}”：没有叫“{name}”的{noun}", "“{label}”: there is no {noun} called “{name}”")
            cure = self._cure(to)
        return Reason(words.format(label=label, name=name, noun=noun), cure, field=field_name, kind="input")

    def _cure(self, to: str) -> Label:
        """How to go on with a name that is nobody's."""
        if to == "role" and self.roles:
            words = Label("可以写：{names}", "write one of: {names}")
            return words.format(names=join([*self.roles], "、", ", "))
        if to == "unit":
            return Label("请核对名称，或先导入、设立这个部门", "check the name, or import or open the unit first")
        return Label("请核对名称或编号，或先把它建好", "check the name or number, or enter it first")


def directory(viewer: UUID | None, wanted: Mapping[str, Collection[str]]) -> Directory:
    """What is needed to read these texts, by the record type they name. Two statements at most for each."""
    words = {to: dict(_of(viewer, to, texts)) for to, texts in wanted.items() if to in vocabulary.types}
    return Directory(words, tuple(label for _, label in org.roles().values()) if "role" in words else ())


def _of(viewer: UUID | None, to: str, texts: Collection[str]) -> Iterable[tuple[str, UUID | None]]:
    if to == "person":
        return _table((row.id, (row.name, row.code, row.username)) for row in org.people())
    if to == "unit":
        return _table((row.id, (row.name, row.code, "/".join(row.path), "›".join(row.path))) for row in org.units())
    if to == "role":
        found = org.roles().items()
        return _table((key, (code, label.zh, label.en, label.text(TRADITIONAL))) for code, (key, label) in found)
    return _records(viewer, to, texts)


def _records(viewer: UUID | None, to: str, texts: Collection[str]) -> Iterable[tuple[str, UUID | None]]:
    record_type = vocabulary.types[to]
    hidden = scopes.masked(viewer, to) if viewer else frozenset()
    parts = [part for part in (record_type.code, record_type.title) if part and part not in hidden]
    try:
        model: Any = scopes.model_of(record_type.table)
    except LookupError:
        return ()
    seen = scopes.records(viewer, record_type) if viewer else model.objects.all()
    wanted = Q(pk__in=[])
    for part in parts:
        wanted |= Q(**{f"{part}__in": list(texts)})
    return _table((row[0], row[1:]) for row in seen.filter(wanted).values_list("pk", *parts))


def _table(found: Iterable[tuple[UUID, Iterable[str | None]]]) -> Iterable[tuple[str, UUID | None]]:
    table: dict[str, UUID | None] = {}
    for key, words in found:
        for word in {folded(word) for word in words if word}:
            table[word] = key if table.get(word, key) == key else None
    return table.items()
