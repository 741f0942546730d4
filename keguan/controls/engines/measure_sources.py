"""What a measure counts: acts, or records as they stand. Says how much each event adds, for whom and on which day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.scene import Scene
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import COMPANY_ZONE, Kind, Money, MoneyKind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

ONE = Decimal(1)


@dataclass(frozen=True)
class Part:
    """What one act or record adds: for which key, how much, on which day. `is_part`: it counts for a share's part."""

    key: UUID
    amount: Decimal
    day: dt.date
    is_part: bool = True


@dataclass(frozen=True)
class Unknown:
    """A row that is left out because something about it is not known."""


@dataclass(frozen=True)
class Source:
    """Acts (`verbs` with `acts`) or records of `type`, filtered by `where`; `keys` are the references that may key it.

    `value` is the fact or argument that is added up; nothing where things are counted. `on` dates a record; without
    it the day of the act counts. `share` is what the part of a share must satisfy.
    """

    type: RecordType
    verbs: tuple[Verb, ...]
    acts: bool
    key: str
    value: str | None = None
    kind: Kind | None = None
    where: Condition = ALWAYS
    share: Condition = ALWAYS
    on: str | None = None
    currency: str = "CNY"

    def label(self) -> Label:
        """What is counted, in words."""
        if self.acts:
            words = [verb.label for verb in self.verbs]
            found = Label(f"“{'”或“'.join(w.zh for w in words)}”", " or ".join(f"“{w.en}”" for w in words))
        else:
            found = self.type.label
        if self.value:
            fact = self.type.by_name.get(self.value)
            argument = self.verbs[0].argument(self.value) if self.verbs else None
            label = argument.label if self.acts and argument else fact.label if fact else Label(self.value, self.value)
            found = Label(f"{found.zh}的{label.zh}", f"{label.en} of {found.en}")
        if not self.where.is_always:
            found = Label(f"{found.zh}（{self.where.label().zh}）", f"{found.en} ({self.where.label().en})")
        return found

    def head(self) -> str:
        """Where conditions of the source's verbs find the record that it is counted for."""
        return self.key or self.type.name

    def key_of(self, scene: Scene) -> UUID | None:
        """For whom a record counts."""
        found = scene.get((self.key,)) if self.key else scene.id
        return found if isinstance(found, UUID) else None

    def moves(self, verb: Verb, before: Mapping[str, Any] | None, scene: Scene) -> tuple[list[Part], bool]:
        """What the act adds and takes away, and whether a row is left out; `scene` holds the facts after it."""
        if verb.name not in {one.name for one in self.verbs}:
            return [], False
        if self.acts:
            found = self._part(scene)
            return ([found], False) if isinstance(found, Part) else ([], found is not None)
        was = self._part(replace(scene, record=before, args={})) if before is not None else None
        now = self._part(replace(scene, args={}))
        if was == now:
            return [], False
        parts = [replace(was, amount=-was.amount)] if isinstance(was, Part) else []
        return parts + ([now] if isinstance(now, Part) else []), isinstance(now, Unknown)

    def keys(self, scene: Scene) -> Iterable[UUID]:
        """For whom the act may count, before and after: their balances are locked."""
        without = replace(scene, args={})
        return {key for key in (self.key_of(scene), self.key_of(without)) if key is not None}

    def after(self, scene: Scene) -> list[Part]:
        """What the command would add, told from its arguments: for measures read as they will be."""
        if scene.verb is None:
            return []
        if self.acts:
            return self.moves(scene.verb, None, scene)[0]
        given = {name: value for name, value in scene.args.items() if name in scene.type.by_name}
        before = None if scene.verb.creates else scene.record
        return self.moves(scene.verb, before, replace(scene, record={**scene.record, **given}))[0]

    def _part(self, scene: Scene) -> "Part | Unknown | None":
        counts = self.where.test(scene)
        key = self.key_of(scene)
        if counts is False or key is None:
            return None
        amount = self._amount(scene)
        is_part = self.share.test(scene)
        if counts is None or is_part is None or amount is None:
            return Unknown()
        return Part(key, amount, self._day(scene), is_part)

    def _amount(self, scene: Scene) -> Decimal | None:
        if self.value is None:
            return ONE
        found = scene.get((self.value,))
        if isinstance(found, Money):
            return found.amount if found.currency == self.currency else None
        return None if found is None else Decimal(found)

    def _day(self, scene: Scene) -> dt.date:
        found = scene.fact(self.on) if self.on else None
        if isinstance(found, dt.datetime):
            return found.astimezone(COMPANY_ZONE).date()
        return found if isinstance(found, dt.date) else scene.today()

    @property
    def is_money(self) -> bool:
        """Whether amounts are added up."""
        return isinstance(self.kind, MoneyKind)
