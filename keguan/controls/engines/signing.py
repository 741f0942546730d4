"""Signatures that a requirement asks for: of distinct people, in order or in any. Asks no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.engines.guard import Asked
from keguan.controls.engines.reading import Reader, Who, several
from keguan.controls.engines.slots import expand, unmet
from keguan.controls.names import ObjectNames
from keguan.controls.people import Each, Recusal
from keguan.controls.scene import Scene
from keguan.kernel.records.labels import Label, join


@dataclass(frozen=True)
class Signatures:
    """Signatures that must stand before the act: one for each of `of` (each member of a list), by distinct people."""

    of: tuple[Who, ...]
    in_order: bool

    def questions(self, scene: Scene) -> list[Asked]:
        """Whom each signature may come from."""
        return [Asked(people, who.words, narrowed) for who in self.of for people, narrowed in expand(who.people, scene)]

    def missing(self, scene: Scene, people: Sequence[Sequence[UUID]]) -> list[Label]:
        """Who still has to sign, in words; `people` answer `questions`."""
        given = [one.signer for one in scene.signatures or () if one.is_valid]
        asked = self.questions(scene)
        return [asked[n].words for n in unmet(people, given, in_order=self.in_order)]

    def unknown(self, scene: Scene) -> list[Label]:
        """Lists that are not filled in, so that it cannot be told who has to sign."""
        found = []
        for who in self.of:
            inner = who.people.who if isinstance(who.people, Recusal) else who.people
            if isinstance(inner, Each) and not scene.get(inner.facts.path):
                found.append(inner.facts.label)
        return found

    @property
    def label(self) -> Label:
        """The signatures in words."""
        if self.in_order:
            return join([who.words for who in self.of], "、再由", ", then ")
        return join([who.words for who in self.of])


def read_signatures(read: Reader, raw: Any, in_order: bool, names: ObjectNames) -> Signatures | None:
    """The signatures as written: one expression, or a list of which each is needed."""
    if raw is None:
        return None
    parts = [raw] if isinstance(raw, Mapping) else several(raw)
    is_list = not isinstance(raw, str | Mapping)
    found: list[Who] = []
    for i, part in enumerate(parts):
        path: tuple[str | int, ...] = ("signatures", i) if is_list else ("signatures",)
        found += read.consents(part, names, read.where(*path), *path)
    if not found:
        read.fault("没有写明由谁签字", "it is not said who signs", "写上岗位或人员", "name a role or a person",
                   "signatures")  # fmt: skip
    return Signatures(tuple(found), in_order)
