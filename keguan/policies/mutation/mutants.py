"""The mutants of a pack: each control with one small change, or without the control."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from keguan.kernel.commands.rows import canonical
from keguan.kernel.records.labels import Label
from keguan.policies.compiling import Body, declarations, stated_values
from keguan.policies.faults import Fault, Faulty, Path, Place
from keguan.policies.mutation.edits import GONE, Around, edited
from keguan.policies.mutation.operators import edits_of
from keguan.policies.packs.pack import Pack, Written

CONTROL = Label("管控项", "control")
REMOVED = Label("删去整项管控", "the whole control is left out")


@dataclass(frozen=True)
class Mutant:
    """A control with its form changed at one place; `form` is None where the control is left out."""

    written: Written
    form: Mapping[str, Any] | None
    path: Path
    says: Label

    @cached_property
    def id(self) -> str:
        """The same for the same change of the same control, whatever else a pack holds."""
        place = self.written.place
        text = canonical([place.policy, place.clause, self.written.engine, dict(self.written.raw), self.form])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def control(self) -> str:
        """The control's key."""
        return f"{self.written.place.policy}#{self.written.raw['id']}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the control is to prove."""
        return tuple(self.written.raw.get("rules", ()))

    @property
    def what(self) -> Label:
        """Where the change stands and what it is."""
        where = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")
        return Label(f"{where}：{self.says.zh}", f"{where}: {self.says.en}") if where else self.says

    def of(self, body: Body) -> dict[str, Any]:
        """A rulebook's body with this change; the same body where the control does not stand in it."""
        place, raw = self.written.place, dict(self.written.raw)
        policies = []
        for policy in body["policies"]:
            controls = policy["controls"]
            if policy["code"] == place.policy:
                changed = [self._one(control) if control["form"] == raw else control for control in controls]
                controls = [control for control in changed if control is not None]
            policies.append({**policy, "controls": controls})
        return {**body, "policies": policies}

    def _one(self, control: Mapping[str, Any]) -> dict[str, Any] | None:
        return None if self.form is None else {**control, "form": dict(self.form)}


def mutants_of(pack: Pack) -> list[Mutant]:
    """All mutants of a pack in the order of its clauses. None stands there twice, none is as its control was."""
    around = around_of(pack)
    found: dict[str, Mutant] = {}
    for policy in pack.policies:
        for written in policy.controls:
            for mutant in _of(written, around):
                if mutant.form != written.raw:
                    found.setdefault(mutant.id, mutant)
    return list(found.values())


def _of(written: Written, around: Around) -> Iterator[Mutant]:
    yield Mutant(written, None, (), REMOVED)
    for edit in edits_of(written.engine, written.raw, around):
        changed = edited(written.raw, edit.path, edit.value)
        if changed is not GONE:
            yield Mutant(written, changed, edit.path, edit.says)


def around_of(pack: Pack) -> Around:
    """The figures that the pack's parameters have, and for each role one that nobody of its holders holds.

    In the place of a person (`case.owner`) comes the role whose holders act least in the scenarios: it is the least
    likely to be the same person.
    """
    values = {name: str(value) for name, value in stated_values(declarations(pack)).items()}
    holders: dict[str, set[str]] = {role: set() for role in pack.form.roles}
    for person in pack.organisation.people if pack.organisation else ():
        for post in person.posts:
            holders.setdefault(post.role, set()).add(person.person)
    acts = Counter(who for document in pack.scenarios for who in _actors(document.data))
    roles = list(holders)
    held = [role for role in roles if holders[role]]
    fewest = min(held, key=lambda role: sum(acts[who] for who in holders[role]), default="")
    others = {"": fewest}
    for at, role in enumerate(roles):
        later = (*roles[at + 1 :], *roles[:at])
        others[role] = next((one for one in later if holders[one] and not holders[one] & holders[role]), fewest)
    return Around(values, others)


def _actors(part: Any) -> Iterator[str]:
    """Whoever acts in the steps of a file of scenarios, which may still have faults."""
    if isinstance(part, Mapping):
        for key, inner in part.items():
            if key == "as" and isinstance(inner, str):
                yield inner
            yield from _actors(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _actors(inner)


def chosen(mutants: Iterable[Mutant], names: Iterable[str]) -> list[Mutant]:
    """The mutants of the controls named by id or key; `Faulty` for a name that the pack does not have."""
    every = list(mutants)
    known: dict[str, set[str]] = {}
    for mutant in every:
        for name in (mutant.control, str(mutant.written.raw["id"])):
            known.setdefault(name, set()).add(mutant.control)
    wanted: set[str] = set()
    faults: list[Fault] = []
    for name in names:
        if name in known:
            wanted |= known[name]
        else:
            faults.append(Place(name).unknown(CONTROL, name, known))
    if faults:
        raise Faulty(faults)
    return [mutant for mutant in every if mutant.control in wanted]
