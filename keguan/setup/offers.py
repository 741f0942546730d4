"""The packs on the shelf as a company chooses among them: what each is about, how much is in it, what it asks for."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db.models import Q

from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.policies.declarations import kind_of, label_of
from keguan.policies.models import Pack as StoredPack
from keguan.policies.models import Value
from keguan.policies.packs.pack import Pack, pack_from_texts
from keguan.policies.packs.shelf import pack_folders

NAMED = re.compile(r"@([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Place:
    """A clause in which a parameter stands."""

    policy: str
    policy_title: str
    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A parameter that a pack asks for. `stated`: the policy's own text gives the value. All values are text."""

    name: str
    label: Label
    help: Label | None
    kind: Kind
    kind_name: str
    suggestion: str
    stated: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack on the shelf, without its scenarios."""

    pack: Pack
    title: Label
    about: Label
    clauses: int
    controls: int
    rules: int
    engines: Mapping[str, int]
    asked: tuple[Asked, ...]

    @property
    def code(self) -> str:
        """The pack's id."""
        return self.pack.code

    @property
    def roles(self) -> Mapping[str, Label]:
        """The roles it speaks of."""
        return {code: Label(words.zh, words.en) for code, words in self.pack.form.roles.items()}


def offers() -> list[Offer]:
    """The packs that can be read, by title. Each is read once, until one of its files changes."""
    found = [_offer(folder, _stamp(folder)) for folder in pack_folders()]
    return sorted((one for one in found if one is not None), key=lambda one: one.title.zh)


def offer(code: str | None) -> Offer | None:
    """The pack of this id on the shelf."""
    return next((one for one in offers() if one.code == code), None) if code else None


def adopted() -> set[str]:
    """The packs that are adopted. One statement."""
    return set(StoredPack.objects.values_list("code", flat=True))


def in_force() -> tuple[Offer, ...]:
    """The packs in force that are still on the shelf, where their parameters are explained. One statement."""
    codes = adopted()
    return tuple(one for one in offers() if one.code in codes)


def values_on(day: dt.date) -> dict[str, str]:
    """What parameters are set to on a day, as people type it. One statement."""
    held = Value.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), effective_on__lte=day).order_by("effective_on")
    return {name: as_text(value["is"]) for name, value in held.values_list("parameter", "value")}


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(file), file.stat().st_mtime_ns) for file in _files(folder)))


def _files(folder: Path) -> Sequence[Path]:
    return [folder / "pack.yaml", *sorted((folder / "policies").glob("*.yaml"))]


@lru_cache(64)
def _offer(folder: Path, _stamp: object) -> Offer | None:
    texts = {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in _files(folder)}
    pack, faults = pack_from_texts(texts)
    if pack is None or faults:
        return None
    form = pack.form
    title, about = Label(form.title.zh, form.title.en), label_of(form.about.model_dump() if form.about else None)
    controls = [control for policy in pack.policies for control in policy.controls]
    clauses = [clause for policy in pack.policies for clause in policy.clauses if clause.text or clause.controls]
    engines = Counter(control.engine for control in controls)
    return Offer(
        pack, title, about or Label("", ""), len(clauses), len(controls), len(pack.rules), engines, _asked(pack)
    )


def _asked(pack: Pack) -> tuple[Asked, ...]:
    """The parameters in the order of the clauses in which they first stand; those that stand nowhere last."""
    places: dict[str, list[Place]] = {}
    for policy in pack.policies:
        for clause in policy.clauses:
            for control in clause.controls:
                for name in NAMED.findall(json.dumps(control.raw, default=str, ensure_ascii=False)):
                    place = Place(policy.code, policy.title, clause.number, clause.text)
                    if place not in places.setdefault(name, []):
                        places[name].append(place)
    known = pack.form.parameters
    order = [name for name in places if name in known]
    return tuple(
        Asked(
            name,
            Label(one.zh, one.en),
            label_of(one.help.model_dump() if one.help else None),
            kind_of(one.model_dump(), pack.form.currency),
            one.kind,
            as_text(one.suggestion),
            as_text(one.value),
            tuple(places.get(name, ())),
        )
        for name in (*order, *(name for name in known if name not in order))
        for one in (known[name],)
    )


def as_text(value: object) -> str:
    """A parameter's value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if "amount" in value:
            return str(value["amount"])
        return "; ".join(f"{name}: {part}" for name, part in value.items())
    return str(value)
